"""Holding a contact: every write under the lease proves that it is still one's own."""

import datetime as dt
from collections.abc import Callable

from functions.process.runtime import Runtime
from shared.errors import LeaseLostError, StaleError
from shared.model.contact import Contact
from shared.model.ids import random_id
from shared.model.turn import Change, has_work, lease_is_free, release, renew, take
from shared.store.optimistic import until_written

Step = Callable[[Contact], Change | None]


class ContactLease:
    """One process's hold on one contact; `contact` is the latest version that was read or written."""

    def __init__(self, runtime: Runtime, contact: Contact) -> None:
        self._runtime = runtime
        self._lease = contact.lease
        self.contact = contact

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
        change = step(self.contact)
        if change is None:
            return False
        after = change.contact
        after = renew(after, lease_end(self._runtime)) if has_work(after) else release(after)
        try:
            self.contact = self._runtime.store.commit(self.contact, Change(after, change.creates, change.updates))
        except StaleError:
            self.refresh()
            raise
        return True

    def refresh(self) -> None:
        """Read the contact again (1 read); raises LeaseLostError when another process holds it."""
        contact = self._runtime.store.contacts.get(self.contact.id)
        mine = self._lease
        if contact is None or contact.lease is None or mine is None:
            raise LeaseLostError("the lease was released")
        if (contact.lease.owner, contact.lease.epoch) != (mine.owner, mine.epoch):
            raise LeaseLostError("another process holds the contact")
        self.contact = contact


def take_lease(runtime: Runtime, contact: Contact) -> ContactLease | None:
    """Take the lease of a contact with work if it is free; returns None when somebody has it, or did the work."""
    owner = random_id()
    known: Contact | None = contact

    def attempt() -> ContactLease | None:
        nonlocal known
        current = known or runtime.store.contacts.get(contact.id)
        known = None
        if current is None or not has_work(current):  # done meanwhile
            return None
        if not lease_is_free(current, runtime.now()):
            # Ours already, when the write that took it reported an error.
            return ContactLease(runtime, current) if current.lease and current.lease.owner == owner else None
        taken = take(current, owner, runtime.now(), lease_end(runtime))
        return ContactLease(runtime, runtime.store.commit(current, Change(taken)))

    return until_written(attempt, runtime.sleep)


def lease_end(runtime: Runtime) -> dt.datetime:
    """Return until when a lease taken or renewed now lasts."""
    return runtime.now() + dt.timedelta(seconds=runtime.settings.lease_seconds)
