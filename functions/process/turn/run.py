"""Working through a contact: every message that waits there is answered, turn by turn, then it is released.

See shared/model/turn.py for the states and what each write proves.
"""

import datetime as dt
import time
from collections.abc import Sequence
from concurrent.futures import Future

from functions.process.assistant.client import Answer
from functions.process.assistant.extraction import apply_details
from functions.process.runtime import Runtime
from functions.process.turn.answer_part import AnswerPart, deliver
from functions.process.turn.commands import command_of
from functions.process.turn.compose import (
    Composed,
    Extraction,
    Question,
    ask,
    composed,
    fixed_reply,
    needs_conversation,
    open_conversation,
    question_of,
    with_conversation,
)
from functions.process.turn.deliver import settle
from functions.process.turn.lease import ContactLease, take_lease
from functions.process.turn.typing_indicator import TypingIndicator
from shared.errors import ContactGoneError, ConversationGoneError, LeaseLostError, RemoteError
from shared.log import Stopwatch, logger
from shared.model.contact import Contact, Conversation, Turn, reply_language
from shared.model.message import Message
from shared.model.turn import (
    MAX_TURN_MESSAGES,
    Change,
    close,
    fail,
    freeze,
    has_work,
    is_silenced,
    release,
    reply,
    sending,
)
from shared.queue.tasks import WakeTask
from shared.store.optimistic import until_written
from shared.texts import text

FALLBACK_ATTEMPTS = 3


def wake(runtime: Runtime, contact_id: str) -> None:
    """Work on a contact if there is work; if its holder may have died over it, come back when the lease ends."""
    contact = runtime.store.contacts.get(contact_id)
    if contact is None or not has_work(contact):
        return
    lease = take_lease(runtime, contact)
    if lease:
        work(runtime, lease)
        return
    # Read again: the lease may have been renewed since, and the follow-up is named after its end.
    held = runtime.store.contacts.get(contact_id)
    if held and has_work(held):
        _follow_up(runtime, held)


def work(runtime: Runtime, lease: ContactLease, newest: str | None = None) -> None:
    """Answer what waits at a held contact; `newest` is WhatsApp's id of the message that began this.

    Raises RemoteError when the queue should deliver again; the contact is released first.
    """
    began = time.monotonic()
    try:
        with TypingIndicator(runtime.whatsapp) as typing:
            typing.show(newest)
            while lease.contact.lease is not None:
                _work_on_turn(runtime, lease, typing)
                if lease.contact.lease is not None and _is_overtime(runtime, began):
                    _hand_over(runtime, lease)
    except LeaseLostError as error:
        logger.info("lease_lost", contact=lease.contact.id, reason=error.message)
    except RemoteError:
        _give_back(lease)
        raise


def _work_on_turn(runtime: Runtime, lease: ContactLease, typing: TypingIndicator) -> None:
    """Bring the open turn (a new one if none is open) as far as it goes: to its end, or to a wait."""
    frozen = _open_turn(runtime, lease) if lease.contact.turn is None else []
    turn = lease.contact.turn
    if turn is None:
        return
    late = None
    if turn.state == "sending":
        settle(runtime, AnswerPart(runtime, lease, turn))
    elif _is_exhausted(runtime, turn):
        _give_up(runtime, lease, turn, turn.cause or "attempts")
    elif turn.state == "claimed":
        late = _answer(runtime, lease, turn, frozen, typing)
    else:
        AnswerPart(runtime, lease, turn).announce()
    try:
        deliver(runtime, lease)
        typing.hide()
    finally:
        if late:
            _join_late(runtime, lease.contact.id, late)


def _open_turn(runtime: Runtime, lease: ContactLease) -> list[Message]:
    """Wait for a quiet moment, then freeze what is pending into a turn; returns its messages."""
    watch = Stopwatch()
    opening: Future[Conversation] | None = None
    if needs_conversation(runtime, lease.contact) and not lease.contact.muted:
        # During the quiet time, so that a new customer does not wait for it.
        rotated = lease.contact.conversation is not None
        opening = runtime.pool.submit(open_conversation, runtime, lease.contact, seeded=rotated)
    _wait_for_quiet(runtime, lease)
    conversation = _opened(opening)

    def attempt() -> list[Message]:
        if lease.contact.turn:  # written, although it reported an error
            return runtime.store.messages.get_all(lease.contact.turn.message_ids)
        # Read anew each time: a message that is edited or revoked meanwhile makes the write fail.
        pending = runtime.store.messages.get_all(lease.contact.pending)
        chosen = _choose(pending)
        lease.write_once(lambda contact: Change(_frozen(runtime, contact, pending, chosen, conversation)))
        return chosen

    chosen = until_written(attempt, runtime.sleep)
    if turn := lease.contact.turn:
        logger.info("frozen", contact=lease.contact.id, turn=turn.id, seconds=watch.seconds)
    return chosen


def _frozen(
    runtime: Runtime,
    contact: Contact,
    pending: Sequence[Message],
    chosen: Sequence[Message],
    conversation: Conversation | None,
) -> Contact:
    """Return the contact with a turn of the chosen messages, and with its new conversation if it has one."""
    lost = set(contact.pending) - {message.id for message in pending}
    consent = any(message.directive in ("stop", "start") for message in chosen)
    ids = [message.id for message in chosen]
    after = freeze(contact, ids, runtime.now(), lost=lost, despite_mute=consent)
    return with_conversation(after, conversation) if conversation else after


def _opened(opening: Future[Conversation] | None) -> Conversation | None:
    """Return the new conversation; a failure is left to the turn, where it is counted and tried again."""
    if opening is None:
        return None
    try:
        return opening.result()
    except RemoteError as error:
        logger.warning("conversation", remote_code=error.remote_code)
        return None


def _wait_for_quiet(runtime: Runtime, lease: ContactLease) -> None:
    """Wait until nothing has arrived for the burst window, at most ten seconds (1 read for each wait)."""
    window = dt.timedelta(seconds=runtime.settings.burst_window_seconds)
    if not window:
        return
    latest = runtime.now() + dt.timedelta(seconds=runtime.timing.longest_burst)
    while True:
        now = runtime.now()
        quiet_at = min((lease.contact.last_arrival_at or now) + window, latest)
        if quiet_at <= now:
            return
        runtime.sleep((quiet_at - now).total_seconds())
        lease.refresh()


def _choose(pending: Sequence[Message]) -> list[Message]:
    """Choose the messages of the next turn, oldest first; a command is a turn of its own."""
    chosen: list[Message] = []
    for message in pending[:MAX_TURN_MESSAGES]:
        if command_of(message):
            return chosen or [message]
        chosen.append(message)
    return chosen


def _answer(
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
    typing.show(messages[-1].whatsapp_id)
    try:
        answer = _compose(runtime, lease, turn, messages)
    except RemoteError as error:
        logger.warning("compose", turn=turn.id, attempts=turn.attempts, remote_code=error.remote_code)
        if error.retryable and turn.attempts < runtime.settings.turn_attempts:
            raise
        _give_up(runtime, lease, turn, error.remote_code or error.code)
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


def _leave(runtime: Runtime, lease: ContactLease, turn: Turn) -> None:
    """Leave a turn to staff that nobody may answer, or whose messages the customer has taken back."""

    def step(contact: Contact) -> Change | None:
        if contact.turn is None or contact.turn.id != turn.id:
            return None
        return close(contact, "left_to_staff", runtime.now())

    lease.write(step)


def _compose(runtime: Runtime, lease: ContactLease, turn: Turn, messages: Sequence[Message]) -> Composed:
    """Compose the reply to a turn's messages; raises RemoteError when OpenAI does not help."""
    fixed = fixed_reply(runtime, lease.contact, messages)
    if fixed:
        return Composed(fixed)
    question = question_of(runtime, lease.contact, turn, messages)
    return composed(runtime, question, _ask(runtime, lease, turn, question))


def _ask(runtime: Runtime, lease: ContactLease, turn: Turn, question: Question) -> Answer:
    """Ask in the contact's conversation; one that cannot go on is replaced by a seeded new one, once."""
    if lease.contact.conversation is None:
        _begin_conversation(runtime, lease, seeded=False)
    try:
        return ask(runtime, lease.contact, turn, question)
    except ConversationGoneError as error:
        logger.warning("conversation_gone", turn=turn.id, remote_code=error.remote_code)
        _begin_conversation(runtime, lease, seeded=True)
        return ask(runtime, lease.contact, turn, question)


def _begin_conversation(runtime: Runtime, lease: ContactLease, *, seeded: bool) -> None:
    """Store a new conversation before it is used: whoever comes after a crash looks there for the answer."""
    conversation = open_conversation(runtime, lease.contact, seeded=seeded)

    def step(contact: Contact) -> Change | None:
        if contact.conversation and contact.conversation.id == conversation.id:
            return None
        return Change(with_conversation(contact, conversation))

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


def _is_exhausted(runtime: Runtime, turn: Turn) -> bool:
    """Tell whether a turn had all its attempts; a failed one has a few more for its fallback text."""
    settings = runtime.settings
    if turn.outcome == "failed":
        return turn.attempts > settings.turn_attempts + FALLBACK_ATTEMPTS
    age = (runtime.now() - turn.started_at).total_seconds()
    return turn.attempts > settings.turn_attempts or age > settings.turn_max_age_seconds


def _give_up(runtime: Runtime, lease: ContactLease, turn: Turn, cause: str) -> None:
    """Replace the answer by the fallback text; if that was tried in vain too, close the turn without it."""
    logger.error("turn_failed", turn=turn.id, cause=cause, attempts=turn.attempts)
    if turn.outcome == "failed":
        lease.write(lambda contact: close(contact, "failed", runtime.now()))
        return
    fallback = text("fallback", reply_language(lease.contact, runtime.settings.default_language))

    def step(contact: Contact) -> Change | None:
        current = contact.turn
        if current is None or current.id != turn.id or current.outcome == "failed":
            return None
        return sending(fail(contact, fallback, cause), runtime.now())

    lease.write(step)


def _is_overtime(runtime: Runtime, began: float) -> bool:
    """Tell whether half of the request's time is gone, so that another turn might not fit into the rest."""
    return time.monotonic() - began > runtime.settings.function_timeout_seconds / 2


def _hand_over(runtime: Runtime, lease: ContactLease) -> None:
    """Let a fresh task go on, so that one talkative customer does not keep this one forever."""
    runtime.queue.enqueue(WakeTask(contact_id=lease.contact.id))
    lease.write(lambda contact: Change(release(contact)))


def _give_back(lease: ContactLease) -> None:
    """Release a contact whose turn stays open, for the queue's next delivery to take up."""
    try:
        lease.write(lambda contact: Change(release(contact)))
    except LeaseLostError:
        return


def _follow_up(runtime: Runtime, contact: Contact) -> None:
    """Come back when the lease of a holder that may be dead runs out; the name makes it one task."""
    lease = contact.lease
    if lease is None:
        runtime.queue.enqueue(WakeTask(contact_id=contact.id))
        return
    delay = max(0.0, (lease.until - runtime.now()).total_seconds()) + 0.5
    # To the millisecond: a renewal within the same second would find the name used up, and nobody came back.
    name = f"wake-{contact.id}-{lease.epoch}-{int(lease.until.timestamp() * 1000)}"
    runtime.queue.enqueue(WakeTask(contact_id=contact.id), delay=delay, name=name)


def _join_late(runtime: Runtime, contact_id: str, extraction: Extraction) -> None:
    """Store what an extraction found that was slower than the answer (no read when it found nothing)."""
    details, _usage = extraction.result()
    if details is None or not details.says_something:
        return
    try:
        runtime.store.change_contact(
            contact_id, lambda contact: apply_details(contact, details, runtime.now()), sleep=runtime.sleep
        )
    except ContactGoneError:
        logger.info("contact_gone", contact=contact_id)
