"""Reactions of staff: messages of their own for WhatsApp, sent with the care of `StaffMessage`, one at a time.

Each change of a reaction is a message, numbered. Only the newest is sent, and not while the one before it may be on
its way, so that the customer sees in the end what staff chose last. The assistant is not told of them.
"""

from dataclasses import replace

from functions.process.runtime import Runtime
from functions.process.turn.staff_messages import StaffMessage
from shared.errors import StaleError
from shared.model.ids import reaction_id
from shared.model.message import Message, Problem
from shared.model.turn import accepted_as
from shared.queue.tasks import SendTask
from shared.store.optimistic import until_written
from shared.whatsapp.session import MAX_POST_SECONDS

SUPERSEDED = Problem(code="superseded", message="Staff chose another reaction before this one was sent")
LOOK_AGAIN_SECONDS = 2.0


class StaffReactionMessage(StaffMessage):
    """A reaction on its way."""

    def announce(self) -> bool:
        """Move it to `sending`, if it still is what staff chose and no earlier one is on its way (2 reads more)."""
        target = self._target()
        reaction = target.staff_reaction if target else None
        if target is None or reaction is None or reaction_id(target.id, reaction.number) != self.id:
            self._end(self._message)
            return False
        if not self._is_next(target, reaction.number):
            self._runtime.queue.enqueue(SendTask(message_id=self.id), delay=LOOK_AGAIN_SECONDS)
            return False
        return super().announce()

    def accept(self, whatsapp_id: str | None) -> None:
        """Record the send."""
        self._runtime.store.messages.set(self.id, accepted_as(whatsapp_id))

    def refuse(self, problem: Problem) -> None:
        """Show staff, on the message itself, why it failed."""
        self._runtime.store.messages.update(self._message, {"status": "failed", "error": problem})
        note_failed_reaction(self._runtime, self._message, problem)

    def give_up(self) -> None:
        """Leave it in doubt; it has most likely arrived."""
        self._runtime.store.messages.update(self._message, {"status": "unknown"})

    def _send(self) -> str:
        quoted = self._message.quoted
        target = quoted.whatsapp_id if quoted else ""
        return self._runtime.whatsapp.send_reaction(self._contact, target, self._message.text, self.id)

    def _hold_back(self, problem: Problem) -> bool:
        self.refuse(problem)
        return False

    def _is_next(self, target: Message, number: int) -> bool:
        """Tell whether no earlier reaction is on its way; one that still waits is given up."""
        earlier = self._runtime.store.messages.get(reaction_id(target.id, number - 1)) if number > 1 else None
        if earlier is None or earlier.status not in ("queued", "sending"):
            return True
        if earlier.status == "queued":
            return self._end(earlier)
        since = earlier.tried_at or earlier.at
        return (self._runtime.now() - since).total_seconds() > MAX_POST_SECONDS

    def _end(self, message: Message) -> bool:
        """Let a reaction never be sent; False when somebody is just about to send it."""
        try:
            self._runtime.store.messages.update(message, {"status": "failed", "error": SUPERSEDED})
        except StaleError:
            return False
        return True

    def _target(self) -> Message | None:
        return self._runtime.store.messages.get(self._message.target_id) if self._message.target_id else None


def note_failed_reaction(runtime: Runtime, reaction: Message, problem: Problem) -> None:
    """Note on the message that was reacted to why the reaction did not arrive, if it is the one that staff see."""
    if not reaction.target_id:
        return
    target_id = reaction.target_id

    def attempt() -> None:
        target = runtime.store.messages.get(target_id)
        shown = target.staff_reaction if target else None
        if target and shown and reaction_id(target.id, shown.number) == reaction.id:
            runtime.store.messages.update(target, {"staff_reaction": replace(shown, error=problem)})

    until_written(attempt, runtime.sleep)
