"""Composing the reply to a turn: a command's, an acknowledgement, or the assistant's with the profile it read."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from typing import Any

from functions.process.assistant import instructions
from functions.process.assistant.client import Answer, Item
from functions.process.assistant.extraction import ContactDetails, apply_details
from functions.process.assistant.transcript import spoken, spoken_change
from functions.process.media.model_input import model_input
from functions.process.runtime import Runtime
from functions.process.turn.buttons import choices_and_parts
from functions.process.turn.commands import HISTORY_MESSAGES, command_of, run_command
from functions.process.turn.lease import Holder
from shared.errors import ConversationGoneError, FileRefusedError, RemoteError
from shared.log import logger
from shared.model.contact import Attention, Contact, Conversation, Turn, reply_language
from shared.model.ids import hashed
from shared.model.kinds import AMENDMENT_KINDS, ANSWERED_KINDS
from shared.model.message import Message
from shared.model.turn import Change, Reply
from shared.texts import text

SEED_MESSAGES = 18  # leaves room for a summary among the 20 items a conversation may begin with
SUMMARY_MESSAGES = 60
EXTRACTION_GRACE_SECONDS = 0.5  # how long a finished answer waits for the extraction

Extraction = Future[tuple[ContactDetails | None, dict[str, Any]]]


@dataclass(frozen=True)
class Composed:
    """A reply, and the extraction if it was not finished when the reply was."""

    reply: Reply
    late: Extraction | None = None


def compose(runtime: Runtime, holder: Holder, turn: Turn, messages: Sequence[Message]) -> Composed:
    """Compose the reply to a turn's messages; raises RemoteError when OpenAI does not help."""
    contact = holder.contact
    language = reply_language(contact, runtime.settings.default_language)
    command = command_of(messages[0]) if len(messages) == 1 else None
    if command:
        history = runtime.store.recent_messages(contact.id, HISTORY_MESSAGES) if command == "/history" else []
        return Composed(run_command(command, contact, history, language))
    if not any(message.kind in ANSWERED_KINDS for message in messages):
        return Composed(Reply([text("acknowledged", language)], effect=_ask_to_look(runtime)))
    return _answer(runtime, holder, turn, messages)


def _ask_to_look(runtime: Runtime) -> Callable[[Contact], dict[str, Any]]:
    return lambda _contact: {"attention": Attention(reason="unreadable", at=runtime.now())}


def open_conversation(runtime: Runtime, contact: Contact, *, seeded: bool) -> Conversation:
    """Create a conversation; a seeded one begins with a summary and the last messages of the old one."""
    return runtime.assistant.new_conversation(_seed(runtime, contact) if seeded else [], runtime.now())


def needs_conversation(runtime: Runtime, contact: Contact) -> bool:
    """Tell whether the contact has no conversation, or one that is old enough to be rotated."""
    hours = runtime.settings.conversation_rotation_hours
    conversation = contact.conversation
    if conversation is None or conversation.outdated:
        return True
    return hours > 0 and runtime.now() - conversation.started_at > dt.timedelta(hours=hours)


def with_conversation(contact: Contact, conversation: Conversation) -> Contact:
    """Give a contact another conversation; the ids of all are kept, since erasing a customer erases them."""
    ids = contact.conversation_ids
    ids = ids if conversation.id in ids else [*ids, conversation.id]
    return contact.model_copy(update={"conversation": conversation, "conversation_ids": ids})


def _answer(runtime: Runtime, holder: Holder, turn: Turn, messages: Sequence[Message]) -> Composed:
    given = model_input(runtime, messages)
    told = instructions.extraction_input(holder.contact, given.messages)
    extraction = runtime.pool.submit(runtime.assistant.extract, told)
    context = runtime.store.get_messages(turn.context_ids)
    was_asked = turn.attempts > 1 or turn.revision > 0
    try:
        answer = _ask(runtime, holder, turn, _items(context, given.messages, given.parts), was_asked)
    except FileRefusedError as error:
        logger.warning("file_refused", turn=turn.id, remote_code=error.remote_code)
        answer = _ask(runtime, holder, turn, _items(context, given.messages, {}), was_asked=True)
    details, usage, late = _details(extraction)

    def effect(contact: Contact) -> dict[str, Any]:
        update = apply_details(contact, details, runtime.now()) if details else {}
        if contact.conversation and answer.last_item:
            update["conversation"] = contact.conversation.model_copy(update={"last_item": answer.last_item})
        return update

    choices, parts = choices_and_parts(answer.text)
    reply = Reply(parts, choices=choices, usage=_add_usage(answer.usage, usage), effect=effect)
    return Composed(reply, late)


def _ask(runtime: Runtime, holder: Holder, turn: Turn, items: Sequence[Item], was_asked: bool) -> Answer:
    """Ask in the contact's conversation; one that cannot go on is replaced by a seeded new one, once.

    What an earlier call for this turn left in the conversation is adopted or removed.
    """
    if holder.contact.conversation is None:
        _replace_conversation(runtime, holder, seeded=False)
    elif was_asked:
        try:
            adopted = runtime.assistant.recover(holder.contact.conversation, items)
        except ConversationGoneError:
            _replace_conversation(runtime, holder, seeded=True)
            adopted = None
        if adopted:
            logger.info("adopted", turn=turn.id)
            return adopted
    try:
        return _call(runtime, holder, turn, items)
    except ConversationGoneError as error:
        logger.warning("conversation_gone", turn=turn.id, remote_code=error.remote_code)
        _replace_conversation(runtime, holder, seeded=True)
        return _call(runtime, holder, turn, items)


def _call(runtime: Runtime, holder: Holder, turn: Turn, items: Sequence[Item]) -> Answer:
    contact, settings = holder.contact, runtime.settings
    if contact.conversation is None:
        raise ConversationGoneError("the contact has no conversation")
    told = instructions.answer_instructions(contact, settings.business_name, settings.business_information)
    customer = hashed("customer", contact.id)
    return runtime.assistant.ask(contact.conversation, items, told, customer=customer, turn=turn.id)


def _replace_conversation(runtime: Runtime, holder: Holder, *, seeded: bool) -> None:
    conversation = open_conversation(runtime, holder.contact, seeded=seeded)

    def store(contact: Contact) -> Change | None:
        current = contact.conversation
        if current and current.id == conversation.id:
            return None
        return Change(with_conversation(contact, conversation))

    holder.write(store)


def _seed(runtime: Runtime, contact: Contact) -> list[Item]:
    """Return items that tell a new conversation what the old one was about."""
    frozen = set(contact.turn.message_ids if contact.turn else []) | set(contact.pending)
    recent = runtime.store.recent_messages(contact.id, SUMMARY_MESSAGES)
    recent = [message for message in recent if message.id not in frozen and _may_be_told(message)]
    older, newest = recent[:-SEED_MESSAGES], recent[-SEED_MESSAGES:]
    items = [_item(message) for message in newest]
    if older:
        try:
            summary = runtime.assistant.summarise(instructions.transcript(older))
        except RemoteError as error:
            logger.warning("summary", remote_code=error.remote_code)
        else:
            items.insert(0, {"role": "developer", "content": f"Summary of what came before:\n{summary}"})
    return items


def _may_be_told(message: Message) -> bool:
    said = message.kind in ANSWERED_KINDS or message.direction == "out"
    return said and not message.revoked_at and bool(spoken(message))


def _items(
    context: Sequence[Message], messages: Sequence[Message], files: Mapping[str, Sequence[Item]]
) -> list[Item]:
    """Return the input: what happened without the assistant, then the customer's messages as one item.

    A file follows the words of its message.
    """
    content: list[Item] = []
    lines: list[str] = []
    for message in messages:
        shown = files.get(message.id, [])
        lines.append(spoken(message, unread=message.media is not None and not shown))
        if shown:
            content += [_words(lines), *shown]
            lines = []
    if lines:
        content.append(_words(lines))
    told = [_item(message) for message in context if not message.revoked_at]
    return [*told, {"role": "user", "content": content}]


def _words(lines: Sequence[str]) -> Item:
    return {"type": "input_text", "text": "\n".join(lines)}


def _item(message: Message) -> Item:
    if message.kind in AMENDMENT_KINDS:
        return {"role": "user", "content": spoken_change(message)}
    return {"role": "user" if message.direction == "in" else "assistant", "content": spoken(message)}


def _details(extraction: Extraction) -> tuple[ContactDetails | None, dict[str, Any], Extraction | None]:
    try:
        details, usage = extraction.result(timeout=EXTRACTION_GRACE_SECONDS)
    except FutureTimeoutError:
        return None, {}, extraction
    return details, usage, None


def _add_usage(answer: dict[str, Any], extraction: dict[str, Any]) -> dict[str, Any]:
    total = {**extraction, **answer}
    for name in ("input_tokens", "cached_tokens", "output_tokens"):
        total[name] = answer.get(name, 0) + extraction.get(name, 0)
    return total
