"""Holding a contact: every write under the lease proves that it is still one's own."""

import datetime as dt
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from functions.process.runtime import Runtime
from shared.errors import AssistantError, LeaseLostError, StaleError
from shared.log import logger
from shared.model.contact import Contact
from shared.model.ids import random_id
from shared.model.turn import Change, give_back, has_work, lease_is_free, release, renew, take
from shared.queue.tasks import WakeTask
from shared.store.optimistic import until_written

Step = Callable[[Contact], Change | None]


class ContactLease:
    """One process's hold on one contact; `contact` is the latest version that was read or written."""

    def __init__(self, runtime: Runtime, contact: Contact) -> None:
        self._runtime = runtime
        self._lease = contact.lease
        self._writing = threading.RLock()
        self._written_at = time.monotonic()
        self._over = threading.Event()
        self.asked = not (contact.turn is None or contact.turn.unasked)  # or may have been, for its turn
        self.given_back = False  # because this process is about to end
        self._keeper = threading.Thread(target=self._keep, name="lease", daemon=True)
        self.contact = contact

    def __enter__(self) -> Self:
        self._keeper.start()
        self._runtime.stopping.hold(self._give_back)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._runtime.stopping.drop(self._give_back)

    def write(self, step: Step) -> bool:
        """Apply a pure step to the contact and store it, under the lease; a contact without work is released.

        When somebody else wrote meanwhile (a new message, staff) the contact is read again and the step decides
        anew; a step returns None when there is nothing (more) to do, as after a write that was stored though it
        reported an error. Returns whether anything was written. Raises LeaseLostError when another process
        holds the contact, StoreBusyError when it changes all the time.
        """
        return until_written(lambda: self.write_once(step), self._runtime.sleep)

    def write_once(self, step: Step) -> bool:
        """Do as `write`, but raise StaleError, with the contact read again, when somebody else wrote meanwhile."""
        with self._writing:
            if self.given_back:
                raise LeaseLostError("the contact was given back")
            change = step(self.contact)
            if change is None:
                return False
            after = change.contact
            after = renew(after, lease_end(self._runtime)) if has_work(after) else release(after)
            try:
                self.contact = self._runtime.store.commit(
                    self.contact, Change(after, change.creates, change.updates)
                )
            except StaleError:
                self.refresh()
                raise
            self._written_at = time.monotonic()
            return True

    def refresh(self) -> None:
        """Read the contact again (1 read); raises LeaseLostError when another process holds it."""
        with self._writing:
            contact = self._runtime.store.contacts.get(self.contact.id)
            mine = self._lease
            if contact is None or contact.lease is None or mine is None:
                raise LeaseLostError("the lease was released")
            if (contact.lease.owner, contact.lease.epoch) != (mine.owner, mine.epoch):
                raise LeaseLostError("another process holds the contact")
            self.contact = contact

    def begin_asking(self) -> None:
        """Note that OpenAI may have been asked from now on; raises LeaseLostError when it must not be."""
        with self._writing:
            if self.given_back:
                raise LeaseLostError("the contact was given back")
            self.asked = True

    def _give_back(self) -> None:
        """Let another process go on at once, unless a POST may be out: that is finished here.

        A call to OpenAI that is under way is abandoned; whoever comes after looks for its answer.
        """
        try:
            with self._writing:
                if not self.write(self._unless_sending):
                    return
                self.given_back = True
            logger.info("given_back", contact=self.contact.id)
            self._runtime.queue.enqueue(WakeTask(contact_id=self.contact.id))
        except AssistantError as error:  # the delivery fails, or loses its connection, and comes again
            logger.warning("not_given_back", contact=self.contact.id, code=error.code)

    def _unless_sending(self, contact: Contact) -> Change | None:
        if contact.lease is None or (contact.turn and contact.turn.state == "sending"):
            return None
        return Change(give_back(contact, asked=self.asked))

    def _keep(self) -> None:
        """Renew the lease while work takes long; every write renews it, so that a usual turn costs none more.

        Not for longer than the platform lets a request last: who still hangs then must not keep others out.
        """
        settings = self._runtime.settings
        pause = settings.lease_seconds / 3
        give_up = time.monotonic() + settings.function_timeout_seconds
        while not self._over.wait(max(0.05, self._written_at + pause - time.monotonic())):
            if time.monotonic() > give_up:
                return
            if time.monotonic() - self._written_at < pause:
                continue
            try:
                self.write_once(lambda contact: Change(contact) if contact.lease else None)
            except LeaseLostError:
                return
            except AssistantError as error:  # the next round may succeed; if none does, another process takes over
                logger.warning("lease_renewal", contact=self.contact.id, code=error.code)


def take_lease(runtime: Runtime, contact: Contact) -> ContactLease | None:
    """Take the lease of a contact with work if it may be taken; None when it may not, or the work is done."""
    owner = random_id()
    known: Contact | None = contact

    def attempt() -> ContactLease | None:
        nonlocal known
        current = known or runtime.store.contacts.get(contact.id)
        known = None
        if current is None or not has_work(current):  # done meanwhile
            return None
        if current.lease and current.lease.owner == owner:  # taken, although it reported an error
            return ContactLease(runtime, current)
        if not may_take(runtime, current):
            return None
        return ContactLease(runtime, runtime.store.commit(current, Change(taken_by(runtime, current, owner))))

    return until_written(attempt, runtime.sleep)


def may_take(runtime: Runtime, contact: Contact) -> bool:
    """Tell whether nobody has the lease, or only an attempt at this very task that surely is over.

    Whatever that attempt still writes fails, and what it may have asked or sent is looked for, so nothing has to
    wait until its lease runs out (docs/turns.md, "Who comes after whom").
    """
    lease = contact.lease
    if lease is None or lease_is_free(contact, runtime.now()):
        return True
    return runtime.delivery.follows(lease.task, lease.attempt)


def taken_by(runtime: Runtime, contact: Contact, owner: str) -> Contact:
    """Return the contact held by an owner, for this delivery."""
    delivery, until = runtime.delivery, lease_end(runtime)
    return take(contact, owner, runtime.now(), until, task=delivery.task, attempt=delivery.attempt)


def lease_end(runtime: Runtime) -> dt.datetime:
    """Return until when a lease taken or renewed now lasts."""
    return runtime.now() + dt.timedelta(seconds=runtime.settings.lease_seconds)
