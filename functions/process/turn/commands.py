"""What customers can command, such as /info; the answers to STOP, START and too many messages."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal, assert_never
from zoneinfo import ZoneInfo

from shared.model.business import DEFAULT_FIELDS, BusinessSettings, CollectedField
from shared.model.contact import Contact, without_conversation
from shared.model.kinds import UNANSWERED_KINDS
from shared.model.message import Directive, Message
from shared.model.phone_number import format_phone
from shared.model.profile import shown_fields
from shared.model.turn import Reply
from shared.model.visible import visible
from shared.settings import Language
from shared.texts import text

Command = Literal["/reset", "/history", "/info", "/privacy", "/export", "/delete", "/delete ok", "/help"]
COMMANDS: tuple[Command, ...] = ("/reset", "/history", "/info", "/privacy", "/export", "/delete", "/help")
ERASE: Command = "/delete ok"  # which the answer to /delete tells of
RIGHTS: tuple[Command, ...] = ("/export", "/delete", ERASE)
SAID = {
    "/export": "export_asked",
    "/delete": "delete_how",
    ERASE: "delete_begun",
    "/help": "help",
    "stop": "opted_out",
    "start": "opted_in",
}
HISTORY_MESSAGES = 10
HISTORY_CHARACTERS = 300  # of each
_OUR_LABELS = {each.name for each in DEFAULT_FIELDS}

Say = Callable[[str], str]
UNKNOWN = BusinessSettings()


def command_of(message: Message) -> Command | Directive | None:
    """Return the command that a message is, or the directive that it was given on arrival, or None.

    What is forwarded is somebody else's words: nobody erases themselves by passing it on.
    """
    if message.directive:
        return message.directive
    words = " ".join(message.text.split()).lower()
    if message.kind != "text" or message.forwarded:
        return None
    return next((command for command in (*COMMANDS, ERASE) if command == words), None)


def run_command(
    command: Command | Directive,
    contact: Contact,
    history: Sequence[Message],
    language: Language,
    settings: BusinessSettings = UNKNOWN,
) -> Reply:
    """Answer a command in the business's form of address and time; `history` is for /history only, oldest first."""
    business = settings.business
    say = partial(text, language=language, form=business.address_form)
    match command:
        case "/reset":
            return Reply([say("reset")], effect=without_conversation)
        case "/history":
            return Reply([_history(history, say, ZoneInfo(business.time_zone))])
        case "/info":
            return Reply([_info(contact, say, settings.fields)])
        case "/privacy":
            return Reply([_privacy(settings, say)])
        case "rate_limited":
            return Reply([say("rate_limited")], outcome="left_to_staff", cause="rate_limited")
        case "/export" | "/delete" | "/delete ok" | "/help" | "stop" | "start":
            return Reply([say(SAID[command])])
    assert_never(command)


def _history(messages: Sequence[Message], say: Say, zone: ZoneInfo) -> str:
    shown = [message for message in messages if not message.revoked_at and message.kind not in UNANSWERED_KINDS]
    if not shown:
        return say("history_empty")
    return "\n".join([say("history"), *(_history_line(message, say, zone) for message in shown)])


def _history_line(message: Message, say: Say, zone: ZoneInfo) -> str:
    who = say("you" if message.direction == "in" else "we")
    words = message.text if len(message.text) <= HISTORY_CHARACTERS else f"{message.text[:HISTORY_CHARACTERS]}…"
    return f"{message.at.astimezone(zone):%d/%m %H:%M} {who}: {words}"


def _info(contact: Contact, say: Say, fields: Sequence[CollectedField]) -> str:
    known = [(_label(each, say), contact.known(each.name)) for each in shown_fields(contact, fields)]
    known.append((say("phone"), format_phone(contact.phone)))
    known.append((say("whatsapp_name"), visible(contact.whatsapp_name or "")))
    lines = [f"{label}: {value}" for label, value in known if value]
    return "\n".join([say("info"), *lines, say("info_change")]) if lines else say("info_empty")


def _privacy(settings: BusinessSettings, say: Say) -> str:
    """Say who uses a customer's words for what, that an AI answers, how long they stay, and what can be done."""
    name, url = settings.business.name, settings.privacy.notice_url
    controller = [say("privacy_controller").format(name=name)] if name else []
    notice = [say("privacy_notice").format(url=url)] if url else []
    kept = settings.privacy.retention
    months = say("privacy_kept").format(messages=kept.messages, files=kept.files, contacts=kept.contacts)
    return "\n".join([*controller, say("privacy"), months, say("privacy_rights"), *notice])


def _label(field: CollectedField, say: Say) -> str:
    """Return a field's label: our own text in the customer's language, or the business's."""
    return say(field.name) if field.name in _OUR_LABELS else field.label
