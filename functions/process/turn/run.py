"""Working through a contact: every message that waits there is answered, turn by turn, then it is released.

See shared/model/turn.py for the states and what each write proves.
"""

import datetime as dt
import time
from collections.abc import Sequence
from concurrent.futures import Future

from functions.process.assistant.extraction import apply_details
from functions.process.runtime import Runtime
from functions.process.turn.commands import command_of
from functions.process.turn.compose import (
    Composed,
    Extraction,
    compose,
    needs_conversation,
    open_conversation,
    with_conversation,
)
from functions.process.turn.deliver import announce, deliver, reconcile
from functions.process.turn.lease import Holder, take_contact
from functions.process.turn.typing_indicator import TypingIndicator
from shared.errors import LeaseLostError, RemoteError
from shared.log import Stopwatch, logger
from shared.model.contact import Contact, Conversation, Turn, reply_language
from shared.model.message import Message
from shared.model.turn import (
    MOST_MESSAGES_IN_A_TURN,
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
from shared.store.store import StaleError
from shared.texts import text

LONGEST_BURST_SECONDS = 10.0
FALLBACK_ATTEMPTS = 3


def wake(runtime: Runtime, contact_id: str) -> None:
    """Work on a contact if there is work; if its holder may have died over it, come back when the lease ends."""
    contact = runtime.store.get_contact(contact_id)
    if contact is None or not has_work(contact):
        return
    holder = take_contact(runtime, contact)
    if holder:
        work(runtime, holder)
        return
    # Read again: the lease may have been renewed since, and the follow-up is named after its end.
    held = runtime.store.get_contact(contact_id)
    if held and has_work(held):
        _follow_up(runtime, held)


def work(runtime: Runtime, holder: Holder, newest: str | None = None) -> None:
    """Answer what waits at a held contact; `newest` is WhatsApp's id of the message that began this.

    Raises RemoteError when the queue should deliver again; the contact is released first.
    """
    began = time.monotonic()
    try:
        with TypingIndicator(runtime.whatsapp) as typing:
            typing.show(newest)
            while holder.contact.lease is not None:
                _work_on_turn(runtime, holder, typing)
                if holder.contact.lease is not None and _is_overtime(runtime, began):
                    _hand_over(runtime, holder)
    except LeaseLostError as error:
        logger.info("lease_lost", contact=holder.contact.id, reason=error.message)
    except RemoteError:
        _give_back(holder)
        raise


def _work_on_turn(runtime: Runtime, holder: Holder, typing: TypingIndicator) -> None:
    """Bring the open turn (a new one if none is open) as far as it goes: to its end, or to a wait."""
    late = None
    if holder.contact.turn is None:
        messages: Sequence[Message] | None = _open_turn(runtime, holder)
    else:
        messages = None
    turn = holder.contact.turn
    if turn is None:
        return
    if turn.state == "sending":
        reconcile(runtime, holder)
    elif _is_exhausted(runtime, turn):
        _give_up(runtime, holder, turn, turn.cause or "attempts")
    elif turn.state == "claimed":
        late = _answer(runtime, holder, turn, messages, typing)
    else:
        announce(runtime, holder)
    deliver(runtime, holder)
    typing.hide()
    if late:
        _join_late(runtime, holder.contact.id, late)


def _open_turn(runtime: Runtime, holder: Holder) -> list[Message]:
    """Wait for a quiet moment, then freeze what is pending into a turn; returns its messages."""
    watch = Stopwatch()
    opening: Future[Conversation] | None = None
    if needs_conversation(runtime, holder.contact) and not holder.contact.muted:
        # During the quiet time, so that a new customer does not wait for it.
        rotated = holder.contact.conversation is not None
        opening = runtime.pool.submit(open_conversation, runtime, holder.contact, seeded=rotated)
    _wait_for_quiet(runtime, holder)
    conversation = _opened(opening)
    chosen: list[Message] = []

    def step(contact: Contact) -> Change | None:
        if contact.turn:
            return None
        # Read here, since a message that is edited or revoked meanwhile makes the write fail and be decided anew.
        pending = runtime.store.get_messages(contact.pending)
        chosen[:] = _choose(pending)
        lost = set(contact.pending) - {message.id for message in pending}
        consent = any(message.directive in ("stop", "start") for message in chosen)
        chosen_ids = [message.id for message in chosen]
        after = freeze(contact, chosen_ids, runtime.now(), lost=lost, despite_mute=consent)
        return Change(with_conversation(after, conversation) if conversation else after)

    holder.write(step)
    if holder.contact.turn:
        turn = holder.contact.turn
        logger.info("frozen", contact=holder.contact.id, turn=turn.id, seconds=watch.seconds)
    return chosen


def _opened(opening: Future[Conversation] | None) -> Conversation | None:
    """Return the new conversation; a failure is left to the turn, where it is counted and tried again."""
    if opening is None:
        return None
    try:
        return opening.result()
    except RemoteError as error:
        logger.warning("conversation", remote_code=error.remote_code)
        return None


def _wait_for_quiet(runtime: Runtime, holder: Holder) -> None:
    """Wait until nothing has arrived for the burst window, at most ten seconds (1 read for each wait)."""
    window = dt.timedelta(seconds=runtime.settings.burst_window_seconds)
    if not window:
        return
    latest = runtime.now() + dt.timedelta(seconds=LONGEST_BURST_SECONDS)
    while True:
        now = runtime.now()
        quiet_at = min((holder.contact.last_arrival_at or now) + window, latest)
        if quiet_at <= now:
            return
        runtime.sleep((quiet_at - now).total_seconds())
        holder.refresh()


def _choose(pending: Sequence[Message]) -> list[Message]:
    """Choose the messages of the next turn, oldest first; a command is a turn of its own."""
    chosen: list[Message] = []
    for message in pending[:MOST_MESSAGES_IN_A_TURN]:
        if command_of(message):
            return chosen or [message]
        chosen.append(message)
    return chosen


def _answer(
    runtime: Runtime, holder: Holder, turn: Turn, messages: Sequence[Message] | None, typing: TypingIndicator
) -> Extraction | None:
    """Compose the reply and store it together with the announcement of its first part."""
    watch = Stopwatch()
    if is_silenced(holder.contact, turn):
        _leave(runtime, holder, turn)
        return None
    messages = messages or runtime.store.get_messages(turn.message_ids)
    messages = [message for message in messages if not message.revoked_at]
    if not messages:
        _leave(runtime, holder, turn)
        return None
    typing.show(messages[-1].whatsapp_id)
    try:
        composed = compose(runtime, holder, turn, messages)
    except RemoteError as error:
        logger.warning("compose", turn=turn.id, attempts=turn.attempts, remote_code=error.remote_code)
        if error.retryable and turn.attempts < runtime.settings.turn_attempts:
            raise
        _give_up(runtime, holder, turn, error.remote_code or error.code)
        return None
    if not _store_reply(runtime, holder, turn, composed):
        return composed.late
    logger.info(
        "replied",
        contact=holder.contact.id,
        turn=turn.id,
        messages=len(turn.message_ids),
        parts=len(composed.reply.parts),
        seconds=watch.seconds,
    )
    return composed.late


def _leave(runtime: Runtime, holder: Holder, turn: Turn) -> None:
    """Leave a turn to staff that nobody may answer, or whose messages the customer has taken back."""

    def step(contact: Contact) -> Change | None:
        if contact.turn is None or contact.turn.id != turn.id:
            return None
        return close(contact, "left_to_staff", runtime.now())

    holder.write(step)


def _store_reply(runtime: Runtime, holder: Holder, turn: Turn, composed: Composed) -> bool:
    """Store the reply and announce its first part in one write; nothing has to be checked between them."""

    def step(contact: Contact) -> Change | None:
        current = contact.turn
        if current is None or current.id != turn.id or current.state != "claimed":
            return None
        if current.revision != turn.revision:  # the customer changed a message: the turn begins again
            return None
        return sending(reply(contact, composed.reply), runtime.now())

    return holder.write(step)


def _is_exhausted(runtime: Runtime, turn: Turn) -> bool:
    """Tell whether a turn had all its attempts; a failed one has a few more for its fallback text."""
    settings = runtime.settings
    if turn.outcome == "failed":
        return turn.attempts > settings.turn_attempts + FALLBACK_ATTEMPTS
    age = (runtime.now() - turn.started_at).total_seconds()
    return turn.attempts > settings.turn_attempts or age > settings.turn_max_age_seconds


def _give_up(runtime: Runtime, holder: Holder, turn: Turn, cause: str) -> None:
    """Replace the answer by the fallback text; if that was tried in vain too, close the turn without it."""
    logger.error("turn_failed", turn=turn.id, cause=cause, attempts=turn.attempts)
    if turn.outcome == "failed":
        holder.write(lambda contact: close(contact, "failed", runtime.now()))
        return
    language = reply_language(holder.contact, runtime.settings.default_language)
    fallback = text("fallback", language)

    def step(contact: Contact) -> Change | None:
        current = contact.turn
        if current is None or current.id != turn.id or current.outcome == "failed":
            return None
        return sending(fail(contact, fallback, cause), runtime.now())

    holder.write(step)


def _is_overtime(runtime: Runtime, began: float) -> bool:
    """Tell whether half of the request's time is gone, so that another turn might not fit into the rest."""
    return time.monotonic() - began > runtime.settings.function_timeout_seconds / 2


def _hand_over(runtime: Runtime, holder: Holder) -> None:
    """Let a fresh task go on, so that one talkative customer does not keep this one forever."""
    runtime.queue.enqueue(WakeTask(contact_id=holder.contact.id))
    holder.write(lambda contact: Change(release(contact)))


def _give_back(holder: Holder) -> None:
    """Release a contact whose turn stays open, for the queue's next delivery to take up."""
    try:
        holder.write(lambda contact: Change(release(contact)))
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
    """Store what an extraction found that was slower than the answer."""
    details, _usage = extraction.result()
    while details:
        contact = runtime.store.get_contact(contact_id)
        if contact is None:
            return
        update = apply_details(contact, details, runtime.now())
        try:
            runtime.store.commit(contact, Change(contact.model_copy(update=update)))
        except StaleError:
            continue
        return
