"""OpenAI's account, server and models, as far as staff must know: noted in one place, and taken back in one."""

import datetime as dt
from collections.abc import Mapping

from functions.process.runtime import Runtime
from shared.errors import RemoteError, ServerLacksError, UnpaidError
from shared.log import logger

LOOK_AT_MODELS_EVERY = dt.timedelta(days=1)
LOOK_AGAIN_AFTER = dt.timedelta(hours=1)  # a look that failed


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
        if known.look_next is None or known.look_next <= runtime.now():
            _look_at_models(runtime, known.shutdowns)
    except UnpaidError as error:
        logger.error("openai_unpaid", remote_code=error.remote_code)
    except ServerLacksError as error:
        note_lack(runtime, error)
    except RemoteError as error:
        logger.warning("check_openai", remote_code=error.remote_code)


def _look_at_models(runtime: Runtime, known: Mapping[str, str]) -> None:
    """Note which models are switched off; a look that fails is noted too, or each sweep would make another."""
    facts, now = runtime.store.facts, runtime.now()
    try:
        shutdowns = runtime.assistant.shutdowns()
    except RemoteError:
        facts.set_shutdowns(known, now + LOOK_AGAIN_AFTER)
        raise
    facts.set_shutdowns(shutdowns, now + LOOK_AT_MODELS_EVERY)
    if shutdowns:
        logger.warning("model_shutdown", models=shutdowns)
