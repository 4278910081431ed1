"""Holding a contact: every write of the holder proves that the lease is still its own."""

import datetime as dt
from collections.abc import Callable

from functions.process.runtime import Runtime
from shared.errors import LeaseLostError
from shared.model.contact import Contact
from shared.model.ids import random_id
from shared.model.turn import Change, has_work, lease_is_free, release, renew, take
from shared.store.store import DuplicateError, StaleError

MOST_CONFLICTS = 20

Step = Callable[[Contact], Change | None]


class Holder:
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
        holds the contact.
        """
        for _ in range(MOST_CONFLICTS):
            change = step(self.contact)
            if change is None:
                return False
            after = change.contact
            after = renew(after, lease_end(self._runtime)) if has_work(after) else release(after)
            try:
                self.contact = self._runtime.store.commit(
                    self.contact, Change(after, change.creates, change.updates)
                )
            except (StaleError, DuplicateError):
                self.refresh()
            else:
                return True
        raise LeaseLostError("the contact changes faster than it can be written")

    def refresh(self) -> None:
        """Read the contact again (1 read); raises LeaseLostError when another process holds it."""
        contact = self._runtime.store.get_contact(self.contact.id)
        mine = self._lease
        if contact is None or contact.lease is None or mine is None:
            raise LeaseLostError("the lease was released")
        if (contact.lease.owner, contact.lease.epoch) != (mine.owner, mine.epoch):
            raise LeaseLostError("another process holds the contact")
        self.contact = contact


def take_contact(runtime: Runtime, contact: Contact) -> Holder | None:
    """Take the lease of a stored contact if it is free; returns None when somebody else has it."""
    owner = random_id()
    for _ in range(MOST_CONFLICTS):
        if not lease_is_free(contact, runtime.now()):
            return Holder(runtime, contact) if contact.lease and contact.lease.owner == owner else None
        taken = take(contact, owner, runtime.now(), lease_end(runtime))
        try:
            return Holder(runtime, runtime.store.commit(contact, Change(taken)))
        except StaleError:
            fresh = runtime.store.get_contact(contact.id)
            if fresh is None:
                return None
            contact = fresh
    return None


def lease_end(runtime: Runtime) -> dt.datetime:
    """Return until when a lease taken or renewed now lasts."""
    return runtime.now() + dt.timedelta(seconds=runtime.settings.lease_seconds)
