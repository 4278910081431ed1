"""Delivering a turn's reply part by part, and finding out what became of a send of doubtful fate."""

import datetime as dt

from functions.process.runtime import Runtime
from functions.process.turn.lease import Holder
from shared.errors import LeaseLostError, SendFailedError, SendUnknownError, TokenRefusedError
from shared.log import Stopwatch, logger
from shared.model.contact import Contact, Turn
from shared.model.ids import part_id
from shared.model.turn import (
    Change,
    close,
    not_sent,
    part_choices,
    rejected,
    release,
    sending,
    sent_then_sending,
    uncertain,
)
from shared.queue.tasks import WakeTask

MOST_TRIES = 2  # an uncertain send is made once more at most


def announce(runtime: Runtime, holder: Holder) -> None:
    """Move the turn to `sending`, or leave it to staff when they took over meanwhile."""
    turn = holder.contact.turn
    if turn is None:
        return

    def step(contact: Contact) -> Change | None:
        if contact.turn is None or _has_begun(contact.turn, turn.part, turn.tries + 1):
            return None
        return sending(contact, runtime.now())

    holder.write(step)


def deliver(runtime: Runtime, holder: Holder) -> None:
    """POST the announced part and all that follow it.

    Raises SendFailedError when the queue should deliver again. After an uncertain send the contact is released
    and looked at again when the delivery status has had time to come.
    """
    while (turn := holder.contact.turn) and turn.state == "sending" and turn.check_at is None:
        message_id = part_id(turn.id, turn.part)
        watch = Stopwatch()
        try:
            text, choices = turn.parts[turn.part], part_choices(turn)
            whatsapp_id = runtime.whatsapp.send_text(holder.contact, text, message_id, choices)
        except SendUnknownError as error:
            logger.warning("send_unknown", turn=turn.id, part=turn.part, remote_code=error.remote_code)
            wait_for_status(runtime, holder)
            return
        except SendFailedError as error:
            _not_sent(runtime, holder, turn, error)
        else:
            logger.info("sent", contact=holder.contact.id, turn=turn.id, part=turn.part, seconds=watch.seconds)
            try:
                _sent(runtime, holder, turn, whatsapp_id)
            except LeaseLostError:
                # That it was sent is a fact, whoever holds the contact now; it keeps them from sending again.
                runtime.store.set_message_status(message_id, {"status": "accepted", "whatsapp_id": whatsapp_id})
                raise


def reconcile(runtime: Runtime, holder: Holder) -> None:
    """Continue a turn whose send began in another process: its delivery status decides, never a guess.

    Without a status the configured policy applies: once more, or to staff.
    """
    turn = holder.contact.turn
    if turn is None:
        return
    message = runtime.store.get_message(part_id(turn.id, turn.part))
    if message is not None and message.reached_whatsapp:
        logger.info("reconciled", turn=turn.id, part=turn.part)
        _sent(runtime, holder, turn, None)
    elif turn.check_at is None or runtime.now() < turn.check_at:
        wait_for_status(runtime, holder)
    elif runtime.settings.unknown_send_policy == "send_again" and turn.tries < MOST_TRIES:
        logger.warning("send_again", turn=turn.id, part=turn.part)
        announce(runtime, holder)
    else:
        logger.error("left_to_staff", turn=turn.id, part=turn.part, reason="unknown_delivery")
        _leave_unknown(runtime, holder, turn)


def wait_for_status(runtime: Runtime, holder: Holder) -> None:
    """Release the contact with its turn open, and come back when a delivery status should have arrived."""
    turn = holder.contact.turn
    if turn is None:
        return
    pause = dt.timedelta(seconds=runtime.settings.unknown_send_seconds)
    check_at = turn.check_at or runtime.now() + pause

    def step(contact: Contact) -> Change | None:
        change = uncertain(contact, check_at)
        return Change(release(change.contact), updates=change.updates)

    delay = max(0.0, (check_at - runtime.now()).total_seconds()) + 0.5
    runtime.queue.enqueue(WakeTask(contact_id=holder.contact.id), delay=delay)
    holder.write(step)


def _sent(runtime: Runtime, holder: Holder, turn: Turn, whatsapp_id: str | None) -> None:
    def step(contact: Contact) -> Change | None:
        current = contact.turn
        if current is None or current.id != turn.id or current.part != turn.part:
            return None
        return sent_then_sending(contact, whatsapp_id, runtime.now())

    holder.write(step)
    if holder.contact.turn is None:
        took = (runtime.now() - turn.started_at).total_seconds()
        logger.info("closed", contact=holder.contact.id, turn=turn.id, outcome=turn.outcome, seconds=round(took, 3))


def _not_sent(runtime: Runtime, holder: Holder, turn: Turn, error: SendFailedError) -> None:
    """Put the part back when a later try may help; otherwise record the refusal and close the turn."""
    logger.warning("send_failed", turn=turn.id, part=turn.part, remote_code=error.remote_code)
    if isinstance(error, TokenRefusedError):
        runtime.store.set_state("token", {"refused": True, "message": error.message})
    if error.retryable:
        holder.write(lambda contact: not_sent(contact))
        raise error
    holder.write(lambda contact: rejected(contact, error.remote_code, error.message, runtime.now()))


def _leave_unknown(runtime: Runtime, holder: Holder, turn: Turn) -> None:
    def step(contact: Contact) -> Change | None:
        if contact.turn is None or contact.turn.id != turn.id:
            return None
        return close(contact, "left_to_staff", runtime.now(), reason="unknown_delivery")

    holder.write(step)


def _has_begun(turn: Turn, part: int, tries: int) -> bool:
    return turn.state == "sending" and (turn.part, turn.tries) == (part, tries)
