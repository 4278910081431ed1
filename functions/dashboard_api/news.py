"""What there is to look at in a conversation, as a tag: whoever acts hands back the one that they saw.

A message that was written offline arrives later, and a click may come a moment too late: what the customer wrote
since stays unread, and why staff were asked since stays to be looked at. Each half of the tag is for one of them.
"""

from dataclasses import replace

from functions.dashboard_api.times import time_text
from shared.model.contact import Contact
from shared.model.ids import hashed

MAX_NEWS_CHARACTERS = 100
_APART = "-"


def news_of(contact: Contact) -> str:
    """Return the tag of a conversation as it is: of its last message from the customer, of its attention mark."""
    return f"{_last_words(contact)}{_APART}{_mark(contact)}"


def read(contact: Contact, seen: str | None) -> Contact:
    """Return a conversation read by somebody who saw it with a tag; None has seen it as it is."""
    if seen is not None and seen.partition(_APART)[0] != _last_words(contact):
        return contact
    return replace(contact, unread=0, marked_unread=False)


def dismissed(contact: Contact, seen: str | None) -> Contact:
    """Return a conversation without the attention mark that somebody saw who saw it with a tag; see `read`."""
    if seen is not None and seen.partition(_APART)[2] != _mark(contact):
        return contact
    return replace(contact, attention=None)


def _last_words(contact: Contact) -> str:
    said = contact.last_inbound
    return hashed("news", time_text(said.at), said.kind, said.text) if said else ""


def _mark(contact: Contact) -> str:
    mark = contact.attention
    return hashed("news", time_text(mark.at), mark.reason) if mark else ""
