"""What staff do to a contact: pause, block, reset, read. Each is one optimistic change."""

from dataclasses import replace
from functools import partial

from functions.dashboard_api.bodies import PauseBody
from functions.dashboard_api.desk import Desk, possible_contact_id
from shared.model.contact import Contact, paused_for, without_conversation
from shared.model.turn import Effect

ACTIONS: dict[str, Effect] = {
    "resume": lambda contact: replace(contact, paused=False, paused_until=None, attention=None),
    "block": lambda contact: replace(contact, blocked=True),
    "unblock": lambda contact: replace(contact, blocked=False),
    "reset": without_conversation,
}


def change_contact(desk: Desk, contact_id: str, effect: Effect) -> Contact:
    """Change a contact, keeping what anybody else changes meanwhile (1 read, 1 write if it changes).

    Raises NotFoundError, ContactGoneError and StoreBusyError.
    """

    def stamped(contact: Contact) -> Contact:
        after = effect(contact)
        return contact if after == contact else replace(after, updated_at=desk.now())

    return desk.store.change_contact(possible_contact_id(contact_id), stamped)


def pause(desk: Desk, contact_id: str, body: PauseBody) -> Contact:
    """Leave a conversation to staff, for so many minutes or until they resume it."""
    effect = partial(paused_for, minutes=body.minutes, now=desk.now())
    return change_contact(desk, contact_id, lambda contact: replace(effect(contact), attention=None))


def mark_read(desk: Desk, contact_id: str, *, dismiss: bool) -> Contact:
    """Note that staff read a conversation; `dismiss` also takes the attention mark off."""

    def read(contact: Contact) -> Contact:
        return replace(contact, unread=0, attention=None if dismiss else contact.attention)

    return change_contact(desk, contact_id, read)
