"""What a customer may be told when another account wrote under the same number before (inbox/accounts.py).

Commands and the model get nothing from before. Staff see everything.
"""

from collections.abc import Iterable
from dataclasses import replace

from shared.model.contact import Contact
from shared.model.message import Message


def of_present_account(contact: Contact, messages: Iterable[Message]) -> list[Message]:
    """Leave out what was said before the present account wrote."""
    return [message for message in messages if contact.is_of_present_account(message.at)]


def as_present_account(contact: Contact) -> Contact:
    """Return the contact with what was learnt since the present account writes.

    Colleagues' notes that have no time are left out as a whole.
    """
    if contact.account_since is None:
        return contact
    known = {
        name: entry for name, entry in contact.profile.items() if contact.is_of_present_account(entry.updated_at)
    }
    introduced = contact.introduced_at
    if introduced and not contact.is_of_present_account(introduced):
        introduced = None
    noted = [note for note in contact.assistant_notes if contact.is_of_present_account(note.at)]
    return replace(contact, profile=known, notes="", assistant_notes=noted, introduced_at=introduced)
