"""What customers can command (/reset, /history, /info, /help); the answers to STOP, START and too many messages."""

from collections.abc import Sequence

from shared.model.contact import PROFILE_FIELDS, Contact
from shared.model.kinds import UNANSWERED_KINDS
from shared.model.message import Message
from shared.model.phone_number import format_phone
from shared.model.turn import Reply
from shared.settings import Language
from shared.texts import text

COMMANDS = ("/reset", "/history", "/info", "/help")
HISTORY_MESSAGES = 10


def command_of(message: Message) -> str | None:
    """Return the command that a message is, or the directive that it was given on arrival, or None."""
    if message.directive:
        return message.directive
    words = message.text.split()
    first = words[0].lower() if message.kind == "text" and len(words) == 1 else ""
    return first if first in COMMANDS else None


def run_command(command: str, contact: Contact, history: Sequence[Message], language: Language) -> Reply:
    """Answer a command; `history` is needed for /history only, oldest first."""
    if command == "/reset":
        return Reply([text("reset", language)], effect=lambda _contact: {"conversation": None, "last_reply": ""})
    if command == "/history":
        return Reply([_history(history, language)])
    if command == "/info":
        return Reply([_info(contact, language)])
    if command == "rate_limited":
        return Reply([text("rate_limited", language)], outcome="left_to_staff", cause="rate_limited")
    if command in ("stop", "start"):
        return Reply([text("opted_out" if command == "stop" else "opted_in", language)])
    return Reply([text("help", language)])


def _history(messages: Sequence[Message], language: Language) -> str:
    shown = [message for message in messages if not message.revoked_at and message.kind not in UNANSWERED_KINDS]
    if not shown:
        return text("history_empty", language)
    return "\n".join([text("history", language), *(_history_line(message, language) for message in shown)])


def _history_line(message: Message, language: Language) -> str:
    who = text("you" if message.direction == "in" else "we", language)
    return f"{message.at:%d/%m} {who}: {message.text[:300]}"  # no hour: whose, is not known


def _info(contact: Contact, language: Language) -> str:
    known = {field: contact.known(field) for field in PROFILE_FIELDS}
    known["phone"] = format_phone(contact.phone)
    lines = [f"{text(field, language)}: {value}" for field, value in known.items() if value]
    if not lines:
        return text("info_empty", language)
    return "\n".join([text("info", language), *lines])
