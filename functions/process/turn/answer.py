"""Answering an open turn: the reply is composed and stored, or the turn is left to staff or given up."""

from collections.abc import Sequence

from functions.process.assistant.errors import AnswerInVainError
from functions.process.assistant.extraction import left_unheard, still_unheard
from functions.process.assistant.finished import Answer
from functions.process.media.model_input import model_input
from functions.process.openai_account import note_lack, note_unpaid
from functions.process.runtime import Runtime
from functions.process.turn.commands import command_of
from functions.process.turn.compose import (
    Composed,
    Extraction,
    Question,
    ask,
    composed,
    fixed_reply,
    question_of,
)
from functions.process.turn.handover import is_left_waiting, summary_of
from functions.process.turn.introduced import introduced
from functions.process.turn.lease import ContactLease
from functions.process.turn.memory import open_conversation, with_conversation
from functions.process.turn.typing_indicator import TypingIndicator
from shared.errors import AnswerRefusedError, ConversationGoneError, RemoteError, ServerLacksError, UnpaidError
from shared.log import Stopwatch, logger
from shared.model.attention import AttentionReason
from shared.model.contact import Contact, reply_language
from shared.model.message import Message
from shared.model.turn import Change, close, fail, is_silenced, reply, sending, useless_answer, with_usage
from shared.model.turn_state import Turn
from shared.model.usage import Usage
from shared.texts import text

NOTHING = Usage()
MAX_USELESS = 2  # an answer that is none is asked for once more, however often a process died over the turn


def answer_turn(
    runtime: Runtime, lease: ContactLease, turn: Turn, frozen: Sequence[Message], typing: TypingIndicator
) -> Extraction | None:
    """Compose the reply and store it together with the announcement of its first part.

    `frozen` are the turn's messages if they were just read. Returns the extraction if it is not finished.
    """
    watch = Stopwatch()
    messages: Sequence[Message] = []
    if not is_silenced(lease.contact, turn):
        messages = frozen or runtime.store.messages.get_all(turn.message_ids)
        messages = [message for message in messages if not message.revoked_at]
    if not messages:
        _leave(runtime, lease, turn)
        return None
    if _was_told(runtime, lease.contact, messages):  # the customer; staff may have dismissed what they were told
        _leave(runtime, lease, turn, "over_budget")
        return None
    if not command_of(messages[0]) and is_left_waiting(runtime.business(), runtime.now()):
        _leave(runtime, lease, turn, "out_of_hours", summary_of(messages))
        return None
    typing.show(messages[-1].whatsapp_id)
    try:
        answer = _compose(runtime, lease, turn, messages)
    except RemoteError as error:
        logger.warning("compose", turn=turn.id, attempts=turn.attempts, remote_code=error.remote_code)
        is_useless = isinstance(error, AnswerRefusedError)  # unlike what passes by itself, it counts
        spent = runtime.budget.priced(error.usage) if isinstance(error, AnswerInVainError) else NOTHING
        if error.retryable and not (is_useless and _had_its_answers(runtime, turn)):
            if is_useless:
                lease.write(lambda contact: Change(useless_answer(with_usage(contact, spent))))
            raise
        give_up(runtime, lease, turn, error.remote_code or error.code, spent)
        return None
    if _store_reply(runtime, lease, turn, answer):
        logger.info(
            "replied",
            contact=lease.contact.id,
            turn=turn.id,
            messages=len(turn.message_ids),
            parts=len(answer.reply.parts),
            seconds=watch.seconds,
        )
    return answer.late


def _had_its_answers(runtime: Runtime, turn: Turn) -> bool:
    """Tell whether nothing more is asked for a turn that has just got one more useless answer."""
    return turn.useless + 1 >= MAX_USELESS or turn.attempts >= runtime.settings.turn_attempts


def _was_told(runtime: Runtime, contact: Contact, messages: Sequence[Message]) -> bool:
    """Tell whether nothing may be asked any more today, and the customer knows; commands are answered on."""
    if not contact.budget_told_on or contact.budget_told_on != runtime.budget.day:
        return False
    fixed = fixed_reply(runtime, contact, messages)
    return fixed is not None and fixed.cause == "over_budget"


def _leave(
    runtime: Runtime, lease: ContactLease, turn: Turn, reason: AttentionReason | None = None, summary: str = ""
) -> None:
    """Leave a turn to staff that nobody may answer, or whose messages the customer has taken back.

    The next extraction reads them; it passes over those that were taken back.
    """

    def step(contact: Contact) -> Change | None:
        if contact.turn is None or contact.turn.id != turn.id:
            return None
        left = left_unheard(contact, contact.turn.message_ids)
        return close(left, "left_to_staff", runtime.now(), reason=reason, summary=summary)

    lease.write(step)


def _compose(runtime: Runtime, lease: ContactLease, turn: Turn, messages: Sequence[Message]) -> Composed:
    """Compose the reply to a turn's messages; raises RemoteError when OpenAI does not help."""
    fixed = fixed_reply(runtime, lease.contact, messages)
    if fixed:
        return Composed(introduced(runtime, lease.contact, messages, fixed))
    question = question_of(runtime, lease.contact, turn, model_input(runtime, messages))
    try:
        answer = _ask(runtime, lease, turn, question)
    except UnpaidError as error:
        note_unpaid(runtime, error)
        raise
    except ServerLacksError as error:
        note_lack(runtime, error)
        raise
    return composed(runtime, lease.contact, question, answer)


def _ask(runtime: Runtime, lease: ContactLease, turn: Turn, question: Question) -> Answer:
    """Ask in the contact's conversation; one that cannot go on is replaced by a seeded new one, once."""
    if lease.contact.conversation is None:
        _begin_conversation(runtime, lease, seeded=False)
    lease.begin_asking()
    try:
        return ask(runtime, lease.contact, turn, question)
    except ConversationGoneError as error:
        logger.warning("conversation_gone", turn=turn.id, remote_code=error.remote_code)
        _begin_conversation(runtime, lease, seeded=True)
        return ask(runtime, lease.contact, turn, question)


def _begin_conversation(runtime: Runtime, lease: ContactLease, *, seeded: bool) -> None:
    """Store a new conversation before it is used: whoever comes after a crash looks there for the answer."""
    conversation, spent = open_conversation(runtime, lease.contact, seeded=seeded)

    def step(contact: Contact) -> Change | None:
        if contact.conversation and contact.conversation.id == conversation.id:
            return None
        return Change(with_usage(with_conversation(contact, conversation), spent))

    lease.write(step)


def _store_reply(runtime: Runtime, lease: ContactLease, turn: Turn, answer: Composed) -> bool:
    """Store the reply and announce its first part in one write; nothing has to be checked between them."""

    def step(contact: Contact) -> Change | None:
        current = contact.turn
        if current is None or current.id != turn.id or current.state != "claimed":
            return None
        if current.revision != turn.revision:  # the customer changed a message: the turn begins again
            return None
        return sending(reply(contact, answer.reply), runtime.now())

    return lease.write(step)


def give_up(runtime: Runtime, lease: ContactLease, turn: Turn, cause: str, spent: Usage = NOTHING) -> None:
    """Replace the answer, which took `spent` in vain, by the fallback text; close a turn whose fallback failed."""
    logger.error("turn_failed", turn=turn.id, cause=cause, attempts=turn.attempts)
    if turn.outcome == "failed":
        lease.write(lambda contact: close(contact, "failed", runtime.now()))
        return
    language = reply_language(lease.contact, runtime.settings.default_language)
    fallback = text("fallback", language, runtime.business().business.address_form)

    def step(contact: Contact) -> Change | None:
        current = contact.turn
        if current is None or current.id != turn.id or current.outcome == "failed":
            return None
        failed = still_unheard(with_usage(fail(contact, fallback, cause), spent), current.message_ids)
        return sending(failed, runtime.now())

    lease.write(step)
