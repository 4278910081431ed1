"""What customers can command (/reset, /history, /info, /help); the answers to STOP, START and too many messages."""

from collections.abc import Sequence
from typing import Literal, assert_never

from shared.model.business import DEFAULT_FIELDS, CollectedField
from shared.model.contact import Contact, without_conversation
from shared.model.kinds import UNANSWERED_KINDS
from shared.model.message import Directive, Message
from shared.model.phone_number import format_phone
from shared.model.profile import shown_fields
from shared.model.turn import Reply
from shared.settings import Language
from shared.texts import text

Command = Literal["/reset", "/history", "/info", "/help"]
COMMANDS: tuple[Command, ...] = ("/reset", "/history", "/info", "/help")
HISTORY_MESSAGES = 10
HISTORY_CHARACTERS = 300  # of each
_OUR_LABELS = {each.name for each in DEFAULT_FIELDS}


def command_of(message: Message) -> Command | Directive | None:
    """Return the command that a message is, or the directive that it was given on arrival, or None."""
    if message.directive:
        return message.directive
    words = message.text.split()
    if message.kind != "text" or len(words) != 1:
        return None
    return next((command for command in COMMANDS if command == words[0].lower()), None)


def run_command(
    command: Command | Directive,
    contact: Contact,
    history: Sequence[Message],
    language: Language,
    fields: Sequence[CollectedField] = DEFAULT_FIELDS,
) -> Reply:
    """Answer a command; `history` is needed for /history only, oldest first."""
    match command:
        case "/reset":
            return Reply([text("reset", language)], effect=without_conversation)
        case "/history":
            return Reply([_history(history, language)])
        case "/info":
            return Reply([_info(contact, language, fields)])
        case "/help":
            return Reply([text("help", language)])
        case "rate_limited":
            return Reply([text("rate_limited", language)], outcome="left_to_staff", cause="rate_limited")
        case "stop":
            return Reply([text("opted_out", language)])
        case "start":
            return Reply([text("opted_in", language)])
    assert_never(command)


def _history(messages: Sequence[Message], language: Language) -> str:
    shown = [message for message in messages if not message.revoked_at and message.kind not in UNANSWERED_KINDS]
    if not shown:
        return text("history_empty", language)
    return "\n".join([text("history", language), *(_history_line(message, language) for message in shown)])


def _history_line(message: Message, language: Language) -> str:
    who = text("you" if message.direction == "in" else "we", language)
    words = message.text if len(message.text) <= HISTORY_CHARACTERS else f"{message.text[:HISTORY_CHARACTERS]}…"
    return f"{message.at:%d/%m} {who}: {words}"  # no hour: whose, is not known


def _info(contact: Contact, language: Language, fields: Sequence[CollectedField]) -> str:
    known = [(_label(each, language), contact.known(each.name)) for each in shown_fields(contact, fields)]
    known.append((text("phone", language), format_phone(contact.phone)))
    lines = [f"{label}: {value}" for label, value in known if value]
    if not lines:
        return text("info_empty", language)
    return "\n".join([text("info", language), *lines])


def _label(field: CollectedField, language: Language) -> str:
    """Return a field's label: our own text in the customer's language, or the business's."""
    return text(field.name, language) if field.name in _OUR_LABELS else field.label
