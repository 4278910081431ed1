"""OpenAI's account, server and models, as far as staff must know: noted in one place, and taken back in one."""

import datetime as dt

from functions.process.runtime import Runtime
from shared.errors import RemoteError, ServerLacksError, UnpaidError
from shared.log import logger

LOOK_AT_MODELS_EVERY = dt.timedelta(days=1)


def note_unpaid(runtime: Runtime, error: UnpaidError) -> None:
    """Tell staff, by the dashboard's notice and an alert, that OpenAI wants to be paid (1 read, 1 write at first).

    Read first, since every turn fails at that time, and all of them would write one document.
    """
    logger.error("openai_unpaid", remote_code=error.remote_code)
    if not runtime.store.facts.openai().unpaid:
        runtime.store.facts.set_unpaid(error.remote_code)


def note_lack(runtime: Runtime, error: ServerLacksError) -> None:
    """Tell staff, by the dashboard's notice, that the server is not enough (1 read, 1 write at first)."""
    logger.error("server_lacks", route=error.route)
    if runtime.store.facts.openai().lacks != error.route:
        runtime.store.facts.set_lacks(error.route)


def check_openai(runtime: Runtime) -> None:
    """Take the notices down once OpenAI answers again; once a day see which models it switches off (1 read)."""
    known = runtime.store.facts.openai()
    try:
        if known.unpaid:
            runtime.assistant.check_account()
            runtime.store.facts.set_unpaid("")
        if known.lacks:
            runtime.assistant.check_server()
            runtime.store.facts.set_lacks("")
        if known.looked_at is None or runtime.now() - known.looked_at >= LOOK_AT_MODELS_EVERY:
            shutdowns = runtime.assistant.shutdowns()
            runtime.store.facts.set_shutdowns(shutdowns, runtime.now())
            if shutdowns:
                logger.warning("model_shutdown", models=shutdowns)
    except UnpaidError as error:
        logger.error("openai_unpaid", remote_code=error.remote_code)
    except ServerLacksError as error:
        note_lack(runtime, error)
    except RemoteError as error:
        logger.warning("check_openai", remote_code=error.remote_code)
