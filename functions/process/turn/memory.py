"""What the assistant remembers of a customer: a conversation, and what the next one begins with.

the old one ends (48 h, or it is large) -> its summary + what was said after that -> a new summary
                                        -> the summary and the last messages begin the new conversation

The summary goes on from one conversation to the next and is kept with the contact, so that what was said on the
first day is known on the last, whatever lies in between. One that holds what the customer took back is forgotten.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from functions.process.assistant import instructions
from functions.process.assistant.finished import Item
from functions.process.assistant.kept_text import GAP
from functions.process.assistant.transcript import Clock, spoken
from functions.process.runtime import Runtime
from functions.process.turn.items import item_of
from functions.process.turn.present_account import of_present_account
from functions.process.turn.taken_back import without_taken_back
from shared.errors import RemoteError
from shared.log import logger
from shared.model.contact import Contact, Conversation
from shared.model.kinds import AMENDMENT_KINDS, ANSWERED_KINDS
from shared.model.message import Message
from shared.model.quoting import without_middle
from shared.model.usage import Usage

MAX_SEED_MESSAGES = 18  # leaves room for a summary among the 20 items a conversation may begin with
MAX_SUMMARY_MESSAGES = 200  # that are read for one (1 read each), as many as a customer may write in a day
MAX_SEED_CHARACTERS = 2_000  # of each, from both ends; so many of the longest would fill a conversation at once
MAX_SUMMARY_CHARACTERS = 3_000  # it is asked to be 150 words
MAX_CONVERSATION_TOKENS = 30_000  # every turn pays for the whole conversation again


def needs_conversation(runtime: Runtime, contact: Contact) -> bool:
    """Tell whether the contact has no conversation, or one that is old or large enough to be rotated."""
    hours = runtime.settings.conversation_rotation_hours
    conversation = contact.conversation
    if conversation is None or conversation.outdated or conversation.tokens >= MAX_CONVERSATION_TOKENS:
        return True
    return hours > 0 and runtime.now() - conversation.started_at > dt.timedelta(hours=hours)


def open_conversation(runtime: Runtime, contact: Contact, *, seeded: bool) -> tuple[Conversation, Usage]:
    """Create a conversation, and tell what that took.

    A seeded one begins with a summary and the last messages of the old one.
    """
    if not seeded:
        return runtime.assistant.new_conversation([], runtime.now()), Usage()
    recent = _recent(runtime, contact)
    older, newest = recent[:-MAX_SEED_MESSAGES], recent[-MAX_SEED_MESSAGES:]
    summary, until, spent = _summary(runtime, contact.conversation, older, newest)
    clock = Clock(runtime.business().business.time_zone)
    items = [item_of(message, clock) for message in newest]
    items = [{**item, "content": without_middle(item["content"], MAX_SEED_CHARACTERS, GAP)} for item in items]
    conversation = runtime.assistant.new_conversation(
        [*_notes(summary), *items],
        runtime.now(),
        lambda name: runtime.store.past_conversations.note(contact.id, name),
    )
    return replace(conversation, summary=summary, summary_until=until), runtime.budget.priced(spent)


def with_conversation(contact: Contact, conversation: Conversation) -> Contact:
    """Give a contact another conversation; the ids of all are kept, since erasing a customer erases them."""
    ids = contact.conversation_ids
    ids = ids if conversation.id in ids else [*ids, conversation.id]
    return replace(contact, conversation=conversation, conversation_ids=ids)


def in_order(messages: Sequence[Message]) -> list[Message]:
    """Put messages in the order of turns: each turn's messages, then its parts. Clocks mix them up."""
    begun: dict[str, int] = {}
    for place, message in enumerate(messages):
        begun.setdefault(message.turn_id or message.id, place)

    def rank(message: Message) -> tuple[int, bool, int]:
        is_part = message.direction == "out"
        return begun[message.turn_id or message.id], is_part, (message.part or 0) if is_part else 0

    return sorted(messages, key=rank)


def _recent(runtime: Runtime, contact: Contact) -> list[Message]:
    """List what the model may be told of the last messages, without those that the next turn tells."""
    turn = contact.turn
    told_later = {*contact.pending, *contact.context, *([*turn.message_ids, *turn.context_ids] if turn else [])}
    recent = of_present_account(contact, runtime.store.messages.recent(contact.id, MAX_SUMMARY_MESSAGES))
    recent = without_taken_back(runtime, recent)
    return in_order([message for message in recent if message.id not in told_later and _may_be_told(message)])


def _summary(
    runtime: Runtime, old: Conversation | None, older: Sequence[Message], newest: Sequence[Message]
) -> tuple[str, dt.datetime | None, Usage]:
    """Return a summary of the older messages, until when it is one, and what it took.

    It is the old one if no messages are new, or OpenAI does not help.
    """
    known, until = (old.summary, old.summary_until) if old else ("", None)
    added = [message for message in older if until is None or message.at >= until]
    if not added:
        return known, until, Usage()
    try:
        summary, spent = runtime.assistant.summarise(instructions.transcript(added, known))
    except RemoteError as error:
        logger.warning("summary", remote_code=error.remote_code)
        return known, until, Usage()
    return summary[:MAX_SUMMARY_CHARACTERS], min(message.at for message in newest), spent


def _notes(summary: str) -> list[Item]:
    """Return a summary as an item: a customer's words are in it, and it has no more authority than they have."""
    return [{"role": "user", "content": instructions.framed_summary(summary)}] if summary else []


def _may_be_told(message: Message) -> bool:
    said = message.kind in ANSWERED_KINDS or (message.direction == "out" and message.kind not in AMENDMENT_KINDS)
    return said and not message.revoked_at and bool(spoken(message))
