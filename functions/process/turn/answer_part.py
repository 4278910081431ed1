"""The parts of a turn's answer on their way: each is recorded on the contact, under the lease."""

import datetime as dt

from functions.process.runtime import Runtime
from functions.process.turn.deliver import overslept, send
from functions.process.turn.lease import ContactLease
from shared.errors import LeaseLostError
from shared.log import logger
from shared.model.contact import Contact
from shared.model.ids import part_id
from shared.model.message import Problem
from shared.model.turn import (
    Change,
    accepted_as,
    announced_anew,
    close,
    not_sent,
    part_choices,
    rejected,
    release,
    sending,
    sent_then_sending,
    uncertain,
)
from shared.model.turn_state import Turn
from shared.queue.tasks import WakeTask
from shared.whatsapp.session import MAX_POST_SECONDS


def send_parts(runtime: Runtime, lease: ContactLease) -> None:
    """POST the announced part and all that follow it.

    Raises SendFailedError when the queue should deliver again. After an uncertain send the contact is released
    and looked at again when the delivery status has had time to come.
    """
    while (turn := lease.contact.turn) and turn.state == "sending" and turn.check_at is None:
        send(runtime, AnswerPart(runtime, lease, turn))


class AnswerPart:
    """The current part of a turn's answer (see `Outgoing` in functions/process/turn/deliver.py)."""

    may_try_again = True  # until the turn is too old

    def __init__(self, runtime: Runtime, lease: ContactLease, turn: Turn) -> None:
        self._runtime, self._lease, self._turn = runtime, lease, turn
        self._posted = False
        self.id = part_id(turn.id, turn.part)
        self.log_fields = {"contact": lease.contact.id, "turn": turn.id, "part": turn.part}
        self.tries = turn.tries - turn.unsent

    def has_arrived(self) -> bool:
        """Ask its document (1 read)."""
        message = self._runtime.store.messages.get(self.id)
        return message is not None and message.reached_whatsapp

    def is_in_doubt(self) -> bool:
        """Tell whether the moment at which it is to be looked at again is still to come."""
        return self._runtime.now() < self._check_at()

    def announce(self) -> bool:
        """Move the turn to `sending`, or leave it to staff when they took over meanwhile."""
        turn = self._turn

        def step(contact: Contact) -> Change | None:
            if contact.turn is None or _has_begun(contact.turn, turn.part, turn.tries + 1):
                return None
            return sending(contact, self._runtime.now())

        self._lease.write(step)
        now = self._lease.contact.turn
        if now is None or not _has_begun(now, turn.part, turn.tries + 1):
            return False
        self._turn = now
        return True

    def post(self) -> str:
        """Send the text, below the last part with its buttons; raises LeaseLostError for who overslept."""
        while overslept(self._turn.announced_at, self._runtime.now()):  # perhaps again, within that very write
            self._lease.write(lambda contact: Change(announced_anew(contact, self._runtime.now())))
            self._turn = self._lease.contact.turn or self._turn
        text, choices = self._turn.parts[self._turn.part], part_choices(self._turn)
        try:
            return self._runtime.whatsapp.send_text(self._lease.contact, text, self.id, choices)
        finally:
            self._posted = True

    def accept(self, whatsapp_id: str | None) -> None:
        """Record the part and announce the next one, or close the turn, in one batch."""
        turn = self._turn

        def step(contact: Contact) -> Change | None:
            current = contact.turn
            if current is None or current.id != turn.id or current.part != turn.part:
                return None
            return sent_then_sending(contact, whatsapp_id, self._runtime.now())

        try:
            self._lease.write(step)
        except LeaseLostError:
            # That it was sent is a fact, whoever holds the contact now; it keeps them from sending again.
            self._runtime.store.messages.set(self.id, accepted_as(whatsapp_id))
            raise
        contact = self._lease.contact
        if contact.turn is None:
            took = round((self._runtime.now() - turn.started_at).total_seconds(), 3)
            logger.info("closed", contact=contact.id, turn=turn.id, outcome=turn.outcome, seconds=took)

    def put_back(self, *, outage: bool) -> None:
        """Let the part wait on its turn, as before it was announced; an outage releases the contact too."""

        def step(contact: Contact) -> Change:
            change = not_sent(contact, outage=outage)
            return Change(release(change.contact), updates=change.updates) if outage else change

        self._lease.write(step)

    def refuse(self, problem: Problem) -> None:
        """Close the turn as failed; staff see why."""
        self._lease.write(lambda contact: rejected(contact, problem, self._runtime.now()))

    def doubt(self) -> None:
        """Release the contact with its turn open, and come back when a delivery status should have arrived.

        One that came during the POST found the contact held, so it is looked for after the release (1 read).
        """
        runtime, check_at = self._runtime, self._check_at()

        def step(contact: Contact) -> Change:
            change = uncertain(contact, check_at)
            return Change(release(change.contact), updates=change.updates)

        delay = max(0.0, (check_at - runtime.now()).total_seconds()) + 0.5
        again = WakeTask(contact_id=self._lease.contact.id)
        runtime.queue.enqueue(again, delay=delay)
        self._lease.write(step)
        if self.has_arrived():
            runtime.queue.enqueue(again)

    def _check_at(self) -> dt.datetime:
        """Return when to look again: a POST that another process began may be out for as long as one can take."""
        runtime, turn = self._runtime, self._turn
        if turn.check_at:
            return turn.check_at
        since = runtime.now() if self._posted else turn.announced_at or runtime.now()
        seconds = runtime.settings.unknown_send_seconds + (0 if self._posted else MAX_POST_SECONDS)
        return since + dt.timedelta(seconds=seconds)

    def give_up(self) -> None:
        """Close the turn and leave it to staff."""
        turn = self._turn

        def step(contact: Contact) -> Change | None:
            if contact.turn is None or contact.turn.id != turn.id:
                return None
            return close(contact, "left_to_staff", self._runtime.now(), reason="unknown_delivery")

        self._lease.write(step)


def _has_begun(turn: Turn, part: int, tries: int) -> bool:
    return turn.state == "sending" and (turn.part, turn.tries) == (part, tries)
