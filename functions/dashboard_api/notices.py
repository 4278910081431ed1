"""What every member of staff should know now."""

from typing import TypedDict

from functions.dashboard_api.kept import Kept
from shared.store.facts import Facts

KEEP_SECONDS = 30.0  # every browser asks every few seconds
KEEP_OLD_SECONDS = 300.0  # as long as the store does not answer


class Notice(TypedDict):
    """A notice as the page shows it."""

    code: str
    message: str


TOKEN_REFUSED: Notice = {
    "code": "token_refused",
    "message": "WhatsApp refuses the access token: nothing can be sent until it is replaced.",
}


def kept_notices(facts: Facts) -> Kept[list[Notice]]:
    """Return what tells the notices (1 read every 30 s)."""
    return Kept(
        lambda: [TOKEN_REFUSED] if facts.token().refused else [], KEEP_SECONDS, stale_seconds=KEEP_OLD_SECONDS
    )
