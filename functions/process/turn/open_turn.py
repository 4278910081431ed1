"""Opening a turn: a quiet moment is waited for, then what is pending is frozen into a turn."""

import datetime as dt
from collections.abc import Sequence
from concurrent.futures import Future

from functions.process.runtime import Runtime
from functions.process.turn.commands import command_of
from functions.process.turn.lease import ContactLease
from functions.process.turn.memory import needs_conversation, open_conversation, with_conversation
from shared.errors import RemoteError
from shared.log import Stopwatch, logger
from shared.model.contact import Contact, Conversation
from shared.model.message import Message
from shared.model.turn import MAX_TURN_MESSAGES, Change, freeze, freeze_anew, waiting, with_usage
from shared.model.turn_state import Turn
from shared.model.usage import Usage
from shared.store.optimistic import until_written


def open_turn(runtime: Runtime, lease: ContactLease) -> list[Message]:
    """Wait for a quiet moment, then freeze what is pending into a turn; returns its messages.

    A turn that was given back before anything was asked takes along what has arrived since, in its order.
    """
    watch = Stopwatch()
    opening: Future[tuple[Conversation, Usage]] | None = None
    wanted = needs_conversation(runtime, lease.contact) and not lease.contact.muted
    if wanted and not runtime.budget.is_used_up():
        # During the quiet time, so that a new customer does not wait for it.
        rotated = lease.contact.conversation is not None
        opening = runtime.pool.submit(open_conversation, runtime, lease.contact, seeded=rotated)
    _wait_for_quiet(runtime, lease)
    opened = _opened(opening)

    def attempt() -> list[Message]:
        if not needs_opening(lease.contact.turn):  # written, although it reported an error
            return runtime.store.messages.get_all(lease.contact.turn.message_ids if lease.contact.turn else [])
        # Read anew each time: a message that is edited or revoked meanwhile makes the write fail.
        pending = runtime.store.messages.get_all(waiting(lease.contact))
        chosen = _choose(pending)
        lease.write_once(lambda contact: Change(_frozen(runtime, contact, pending, chosen, opened)))
        return chosen

    chosen = until_written(attempt, runtime.sleep)
    lease.asked = False
    if turn := lease.contact.turn:
        logger.info("frozen", contact=lease.contact.id, turn=turn.id, seconds=watch.seconds)
    return chosen


def needs_opening(turn: Turn | None) -> bool:
    """Tell whether there is no turn, or one that may still change."""
    return turn is None or turn.unasked


def _frozen(
    runtime: Runtime,
    contact: Contact,
    pending: Sequence[Message],
    chosen: Sequence[Message],
    opened: tuple[Conversation, Usage] | None,
) -> Contact:
    """Return the contact with a turn of the chosen messages, and with its new conversation if it has one."""
    lost = set(waiting(contact)) - {message.id for message in pending}
    consent = any(message.directive in ("stop", "start") for message in chosen)
    ids = [message.id for message in chosen]
    frozen = freeze_anew if contact.turn else freeze
    after = frozen(contact, ids, runtime.now(), lost=lost, despite_mute=consent)
    if opened is None:
        return after
    conversation, spent = opened
    return with_usage(with_conversation(after, conversation), spent)


def _opened(opening: Future[tuple[Conversation, Usage]] | None) -> tuple[Conversation, Usage] | None:
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
