"""What every member of staff should know now."""

from typing_extensions import TypedDict

from shared.kept import Kept
from shared.store.connection import utc_now
from shared.store.facts import Facts

KEEP_SECONDS = 30.0  # every browser asks every few seconds
KEEP_OLD_SECONDS = 300.0  # as long as the store does not answer


class Notice(TypedDict):
    """A notice as the page shows it; `details` is what its words are about."""

    code: str
    message: str
    details: str


TOKEN_REFUSED: Notice = {
    "code": "token_refused",
    "message": "WhatsApp refuses the access token: nothing can be sent until it is replaced.",
    "details": "",
}


def kept_notices(facts: Facts) -> Kept[list[Notice]]:
    """Return what tells the notices (2 reads every 30 s)."""
    return Kept(lambda: _notices(facts), KEEP_SECONDS, stale_seconds=KEEP_OLD_SECONDS)


def _notices(facts: Facts) -> list[Notice]:
    notices = [TOKEN_REFUSED] if facts.token().refused else []
    openai = facts.openai()
    if openai.unpaid:
        message = "OpenAI answers nothing until its account is paid for: customers get no answers."
        notices.append({"code": "openai_unpaid", "message": message, "details": openai.unpaid})
    if openai.lacks:
        message = f"The server that should answer has no /{openai.lacks} of OpenAI's API: customers get no answers."
        notices.append({"code": "server_lacks", "message": message, "details": f"/{openai.lacks}"})
    if openai.budget_until and utc_now() < openai.budget_until:
        message = f"{openai.budget_used} % of the tokens that the assistant may use today are gone."
        notices.append({"code": "budget_used", "message": message, "details": str(openai.budget_used)})
    if openai.shutdowns:
        models = ", ".join(f"{model} ({day})" for model, day in sorted(openai.shutdowns.items()))
        message = f"OpenAI switches off what the assistant uses, so another model must be set: {models}."
        notices.append({"code": "model_shutdown", "message": message, "details": models})
    return notices
