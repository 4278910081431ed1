"""The access token, when WhatsApp refuses it: noted for staff in one place, and taken back in one."""

from functions.process.runtime import Runtime
from shared.errors import RemoteError, TokenRefusedError
from shared.log import logger
from shared.store.facts import TokenState


def note_refused_token(runtime: Runtime, error: RemoteError) -> None:
    """Tell staff, by the dashboard's notice, if this is why a call failed (1 write)."""
    if isinstance(error, TokenRefusedError):
        runtime.store.facts.set_token(TokenState(refused=True, message=error.message))


def check_token(runtime: Runtime) -> None:
    """Take the notice off the dashboard once WhatsApp accepts the token again (1 read)."""
    if not runtime.store.facts.token().refused:
        return
    try:
        runtime.whatsapp.check_token()
    except RemoteError as error:
        logger.error("token", remote_code=error.remote_code)
    else:
        runtime.store.facts.set_token(TokenState(refused=False))
