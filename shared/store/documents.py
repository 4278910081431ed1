"""Documents and the values they hold.

Reading is lenient: a document may hold fields, also inside its parts, and words that this version does not know, as
after a rollback. Writing names only what changed, so that it never erases what it does not name.
"""

from collections.abc import Mapping
from typing import Any

from google.cloud import firestore
from pydantic import TypeAdapter

from shared.model.contact import Contact
from shared.model.identifiers import Identity
from shared.model.message import Message
from shared.model.message_words import index_entries
from shared.model.note import Note
from shared.model.usage import Usage
from shared.model.value import STORED

Json = dict[str, Any]

NOT_STORED = {"id", "update_time", "updated_at"}
_CONTACT = TypeAdapter(Contact)
_MESSAGE = TypeAdapter(Message)
_NOTE = TypeAdapter(Note)
_IDENTITY = TypeAdapter(Identity)
_USAGE = TypeAdapter(Usage)
_ANY: TypeAdapter[Any] = TypeAdapter(Any)


def contact_of(snapshot: Any) -> Contact:
    """Read a contact from its document."""
    return _CONTACT.validate_python(_fields(snapshot), extra="ignore", context=STORED)


def message_of(snapshot: Any) -> Message:
    """Read a message from its document."""
    return _MESSAGE.validate_python(_fields(snapshot), extra="ignore", context=STORED)


def note_of(snapshot: Any) -> Note:
    """Read a note from its document."""
    stored = {name: each for name, each in _fields(snapshot).items() if name != "update_time"}
    return _NOTE.validate_python(stored, extra="ignore", context=STORED)


def usage_from(stored: Json) -> Usage:
    """Read what calls of a model took from a part of a document."""
    return _USAGE.validate_python(stored, extra="ignore", context=STORED)


def identity_of(snapshot: Any) -> Identity:
    """Read an identity from its document."""
    return _IDENTITY.validate_python(_fields(snapshot), extra="ignore", context=STORED)


def contact_changes(before: Contact, after: Contact) -> Json:
    """Return the fields to write that differ; all of them for a contact that is not stored yet."""
    new = _contact_fields(after)
    old = {} if before.update_time is None else _contact_fields(before)
    changed = {name: stored for name, stored in new.items() if name not in old or old[name] != stored}
    return stamped(changed)


def message_changes(before: Message, after: Message) -> Json:
    """Return the fields of a message that differ; what it has no more is written as nothing."""
    old, new = (_MESSAGE.dump_python(each, exclude=NOT_STORED) for each in (before, after))
    return {name: stored for name, stored in new.items() if old[name] != stored}


def message_fields(message: Message) -> Json:
    """Return the document of a new message."""
    fields = _MESSAGE.dump_python(message, exclude=NOT_STORED, exclude_none=True)
    return stamped({**fields, **found_by(message), "created_at": firestore.SERVER_TIMESTAMP})


def found_by(message: Message) -> Json:
    """Return what a message's document holds besides, for searches; nothing where it has no words."""
    entries = index_entries(message.words)
    return {"search": entries} if entries else {}


def note_fields(note: Note) -> Json:
    """Return the document of a new note."""
    return stamped(_NOTE.dump_python(note, exclude=NOT_STORED))


def identity_fields(identity: Identity) -> Json:
    """Return the document of an identity."""
    is_new = identity.update_time is None
    fields: Json = _IDENTITY.dump_python(identity, exclude=NOT_STORED, exclude_none=is_new)
    return {**fields, "created_at": firestore.SERVER_TIMESTAMP} if is_new else fields


def stamped(fields: Mapping[str, Any]) -> Json:
    """Return fields as they are written, with the time at which the server will have written them."""
    return {**_ANY.dump_python(dict(fields)), "updated_at": firestore.SERVER_TIMESTAMP}


def _fields(snapshot: Any) -> Json:
    return {**snapshot.to_dict(), "id": snapshot.id, "update_time": snapshot.update_time}


def derived_fields(contact: Contact) -> Json:
    """Return what a contact's document holds besides, for the queries of the conversation list."""
    return {
        "has_unread": contact.is_unread,
        "needs_attention": contact.attention is not None,
        "is_unanswered": contact.is_unanswered,
        "has_failed": contact.has_failed,
        "search": contact.search_words,
    }


def _contact_fields(contact: Contact) -> Json:
    return {**_CONTACT.dump_python(contact, exclude=NOT_STORED), **derived_fields(contact)}
