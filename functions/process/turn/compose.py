"""Composing the reply to a turn: a command's, an acknowledgement, or the assistant's. Nothing is written here.

A conversation that begins, and the files that the model is to see, are the business of whoever holds the contact
(functions/process/turn/answer.py).
"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, replace

from functions.process.assistant import instructions
from functions.process.assistant.client import Answer, Item
from functions.process.assistant.extraction import ContactDetails, apply_details
from functions.process.assistant.transcript import NOT_OPENED, TOO_LARGE, spoken, spoken_change
from functions.process.media.model_input import ModelInput
from functions.process.runtime import Runtime
from functions.process.turn.buttons import choices_and_parts
from functions.process.turn.commands import HISTORY_MESSAGES, command_of, run_command
from functions.process.turn.present_account import as_present_account, of_present_account
from functions.process.turn.unsupported import unsupported_facts
from shared.errors import ConversationGoneError, FileRefusedError, InputTooLargeError, RemoteError
from shared.log import logger
from shared.model.business import business_json
from shared.model.contact import Contact, Conversation, Turn, flagged, reply_language
from shared.model.ids import hashed
from shared.model.kinds import AMENDMENT_KINDS, ANSWERED_KINDS
from shared.model.message import Message
from shared.model.turn import Reply
from shared.model.usage import Usage, total
from shared.settings import Language
from shared.texts import text

MAX_SEED_MESSAGES = 18  # leaves room for a summary among the 20 items a conversation may begin with
MAX_SUMMARY_MESSAGES = 60
MAX_SEED_CHARACTERS = 2_000  # of each message; so many of the longest would fill a conversation at once
MAX_CONVERSATION_TOKENS = 30_000  # every turn pays for the whole conversation again

Extraction = Future[tuple[ContactDetails | None, Usage]]


@dataclass(frozen=True)
class Question:
    """What the model is asked, and the extraction that runs beside it.

    The input is there with the files, and without them, saying that they could not be opened or are too large.
    `was_asked` tells that an earlier call may have left something in the conversation.
    """

    items: list[Item]
    items_without_files: list[Item]
    items_too_large: list[Item]
    extraction: Extraction
    was_asked: bool

    @property
    def has_files(self) -> bool:
        """Tell whether the model is given any file."""
        return self.items != self.items_without_files


@dataclass(frozen=True)
class Composed:
    """A reply, and the extraction if it was not finished when the reply was."""

    reply: Reply
    late: Extraction | None = None


def fixed_reply(runtime: Runtime, contact: Contact, messages: Sequence[Message]) -> Reply | None:
    """Return the reply that needs no model: to a command, or to what only colleagues can understand."""
    language = reply_language(contact, runtime.settings.default_language)
    command = command_of(messages[0]) if len(messages) == 1 else None
    if command:
        history = runtime.store.messages.recent(contact.id, HISTORY_MESSAGES) if command == "/history" else []
        return run_command(command, as_present_account(contact), of_present_account(contact, history), language)
    if any(message.kind in ANSWERED_KINDS for message in messages):
        return over_budget(runtime, language) if runtime.budget.is_used_up() else None
    acknowledgement = text("acknowledged", language)
    return Reply([acknowledgement], effect=lambda contact: flagged(contact, "unreadable", runtime.now()))


def over_budget(runtime: Runtime, language: Language) -> Reply:
    """Return what a customer is told, once a day, when nothing may be asked any more; staff are to answer."""
    day, now = runtime.budget.day, runtime.now()
    return Reply(
        [text("fallback", language)],
        outcome="left_to_staff",
        cause="over_budget",
        effect=lambda contact: replace(flagged(contact, "over_budget", now), budget_told_on=day),
    )


def question_of(runtime: Runtime, contact: Contact, turn: Turn, given: ModelInput) -> Question:
    """Return what the model is asked about a turn's messages and their files, and begin the extraction."""
    told = instructions.extraction_input(contact, given.messages)
    extraction = runtime.pool.submit(runtime.assistant.extract, told)
    context = of_present_account(contact, runtime.store.messages.get_all(turn.context_ids))
    return Question(
        items=_items(context, given.messages, given.parts, NOT_OPENED),
        items_without_files=_items(context, given.messages, {}, NOT_OPENED),
        items_too_large=_items(context, given.messages, {}, TOO_LARGE),
        extraction=extraction,
        was_asked=turn.taken > 1 or turn.revision > 0,
    )


def ask(runtime: Runtime, contact: Contact, turn: Turn, question: Question) -> Answer:
    """Ask in the contact's conversation, without files if one is refused or too large; raises RemoteError.

    Only in a conversation that this turn began must it be a file that is too large. What an earlier call for this
    turn left in the conversation is adopted or removed. Raises ConversationGoneError when the conversation cannot
    go on.
    """
    try:
        return _ask(runtime, contact, turn, question)
    except FileRefusedError as error:
        logger.warning("file_refused", turn=turn.id, remote_code=error.remote_code)
        without = question.items_without_files
    except InputTooLargeError as error:
        if not (question.has_files and _is_new(contact.conversation, turn)):
            raise
        logger.warning("file_too_large", turn=turn.id, remote_code=error.remote_code)
        without = question.items_too_large
    return _ask(runtime, contact, turn, replace(question, items=without, was_asked=True))


def composed(runtime: Runtime, contact: Contact, question: Question, answer: Answer) -> Composed:
    """Return the reply that an answer makes, with what the extraction found if it is there."""
    details, usage, late = _details(runtime, question.extraction)
    unsupported = unsupported_facts(answer.text, _known(runtime, contact, question))
    if unsupported:
        logger.info("unsupported_fact", kinds=unsupported)

    def effect(contact: Contact) -> Contact:
        after = apply_details(contact, details, runtime.now()) if details else contact
        if unsupported and after.attention is None:  # what staff are asked to look at already matters more
            after = flagged(after, "unsupported_fact", runtime.now())
        if after.conversation is None:
            return after
        last_item = answer.last_item or after.conversation.last_item
        tokens = answer.usage.input_tokens or after.conversation.tokens  # an adopted answer does not tell
        return replace(after, conversation=replace(after.conversation, last_item=last_item, tokens=tokens))

    choices, parts = choices_and_parts(answer.text)
    usage = total(answer.usage, usage)
    return Composed(Reply(parts, choices=choices, usage=usage, told=True, effect=effect), late)


def _known(runtime: Runtime, contact: Contact, question: Question) -> list[str]:
    """Return what an answer may take facts from without another read: the business, the profile, what was said."""
    business = json.dumps(business_json(runtime.business()), ensure_ascii=False)
    profile = [field.value for field in contact.profile.values()]
    said = json.dumps([_without_files(item) for item in question.items], ensure_ascii=False)
    return [business, *profile, contact.phone or "", contact.notes, contact.last_reply, said]


def _without_files(item: Item) -> str | list[str]:
    content = item["content"]
    return content if isinstance(content, str) else [part.get("text", "") for part in content]


def found_by(extraction: Extraction, timeout: float | None = None) -> tuple[ContactDetails | None, Usage]:
    """Return what an extraction found; nothing when it failed, even by a bug of ours: it never costs the answer.

    Raises TimeoutError of concurrent.futures when it is not finished in so many seconds.
    """
    try:
        return extraction.result(timeout)
    except FutureTimeoutError:
        raise
    except Exception:
        logger.exception("extraction")
        return None, Usage()


def open_conversation(runtime: Runtime, contact: Contact, *, seeded: bool) -> Conversation:
    """Create a conversation; a seeded one begins with a summary and the last messages of the old one."""
    return runtime.assistant.new_conversation(_seed(runtime, contact) if seeded else [], runtime.now())


def needs_conversation(runtime: Runtime, contact: Contact) -> bool:
    """Tell whether the contact has no conversation, or one that is old or large enough to be rotated."""
    hours = runtime.settings.conversation_rotation_hours
    conversation = contact.conversation
    if conversation is None or conversation.outdated or conversation.tokens >= MAX_CONVERSATION_TOKENS:
        return True
    return hours > 0 and runtime.now() - conversation.started_at > dt.timedelta(hours=hours)


def with_conversation(contact: Contact, conversation: Conversation) -> Contact:
    """Give a contact another conversation; the ids of all are kept, since erasing a customer erases them."""
    ids = contact.conversation_ids
    ids = ids if conversation.id in ids else [*ids, conversation.id]
    return replace(contact, conversation=conversation, conversation_ids=ids)


def _is_new(conversation: Conversation | None, turn: Turn) -> bool:
    """Tell whether a conversation holds nothing yet but what it was seeded with in this turn."""
    if conversation is None:
        return False
    return conversation.last_item is None or conversation.started_at >= turn.started_at


def _ask(runtime: Runtime, contact: Contact, turn: Turn, question: Question) -> Answer:
    conversation, business = contact.conversation, runtime.business().business
    if conversation is None:
        raise ConversationGoneError("the contact has no conversation")
    if question.was_asked and (adopted := runtime.assistant.recover(conversation, question.items)):
        logger.info("adopted", turn=turn.id)
        return adopted
    told = instructions.answer_instructions(as_present_account(contact), business.name, business.information)
    customer = hashed("customer", contact.id)
    return runtime.assistant.ask(conversation, question.items, told, customer=customer, turn=turn.id)


def _seed(runtime: Runtime, contact: Contact) -> list[Item]:
    """Return items that tell a new conversation what the old one was about."""
    turn = contact.turn
    told_later = {*contact.pending, *contact.context, *([*turn.message_ids, *turn.context_ids] if turn else [])}
    recent = of_present_account(contact, runtime.store.messages.recent(contact.id, MAX_SUMMARY_MESSAGES))
    recent = in_order([message for message in recent if message.id not in told_later and _may_be_told(message)])
    older, newest = recent[:-MAX_SEED_MESSAGES], recent[-MAX_SEED_MESSAGES:]
    items = [{**item, "content": item["content"][:MAX_SEED_CHARACTERS]} for item in map(_item, newest)]
    if older:
        try:
            summary = runtime.assistant.summarise(instructions.transcript(older))
        except RemoteError as error:
            logger.warning("summary", remote_code=error.remote_code)
        else:
            # A customer's words are in it: it has no more authority than they have.
            items.insert(0, {"role": "user", "content": instructions.framed_summary(summary)})
    return items


def in_order(messages: Sequence[Message]) -> list[Message]:
    """Put messages in the order of turns: each turn's messages, then its parts. Clocks mix them up."""
    begun: dict[str, int] = {}
    for place, message in enumerate(messages):
        begun.setdefault(message.turn_id or message.id, place)

    def rank(message: Message) -> tuple[int, bool, int]:
        is_part = message.direction == "out"
        return begun[message.turn_id or message.id], is_part, (message.part or 0) if is_part else 0

    return sorted(messages, key=rank)


def _may_be_told(message: Message) -> bool:
    said = message.kind in ANSWERED_KINDS or message.direction == "out"
    return said and not message.revoked_at and bool(spoken(message))


def _items(
    context: Sequence[Message], messages: Sequence[Message], files: Mapping[str, Sequence[Item]], unread: str
) -> list[Item]:
    """Return the input: what happened without the assistant, then the customer's messages as one item.

    A file follows the words of its message; `unread` tells why one that is not there is missing.
    """
    content: list[Item] = []
    lines: list[str] = []
    for message in messages:
        shown = files.get(message.id, [])
        lines.append(spoken(message, unread=unread if message.media and not shown else ""))
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


def _details(runtime: Runtime, extraction: Extraction) -> tuple[ContactDetails | None, Usage, Extraction | None]:
    try:
        return *found_by(extraction, timeout=runtime.timing.extraction_grace), None
    except FutureTimeoutError:
        return None, Usage(), extraction
