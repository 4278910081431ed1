"""Names: what a customer is known by, whose each name is, and since and until when. Pure functions.

A name is a phone number or a business-scoped user id (also the one that all businesses of a parent company share).
Each has a document that leads to its contact. Numbers are recycled: when a customer is known to have changed their
number, the old one is theirs `until` then. What was sent from it later is somebody else's; what was sent before is
still theirs, even if somebody else has the number by now. A user id is never given to another person.

    +39 333 1…   ├── contact A ──────────┤ until          ├── contact B, since …
                 message, whenever it arrives: A's        B's
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from shared.model.contact import Contact
from shared.model.ids import identity_id
from shared.model.phone_number import canonical_phone

NameKind = Literal["phone", "user_id", "parent_user_id"]
NAME_KINDS: tuple[NameKind, ...] = ("phone", "user_id", "parent_user_id")


class Name(NamedTuple):
    """What a customer is known by; the kind is also the contact's field that holds the one in use."""

    kind: NameKind
    value: str

    @property
    def id(self) -> str:
        """The id of the name's document; the two kinds of user id differ in form and share one namespace."""
        return identity_id("phone" if self.kind == "phone" else "user_id", self.value)

    def is_in_use(self, contact: Contact) -> bool:
        """Tell whether the contact is known by this name at present, in whatever spelling."""
        known = getattr(contact, self.kind)
        if self.kind == "phone" and known:
            return canonical_phone(known) == canonical_phone(self.value)
        return bool(known == self.value)


class Former(BaseModel):
    """Whose a name was until a moment."""

    model_config = ConfigDict(frozen=True)

    contact_id: str
    until: dt.datetime


class Identity(BaseModel):
    """The document of a name: whose it is, and whose it was (the first owner first).

    `since` is WhatsApp's time of the message or change that told so, `until` that of the change that ended it.
    `update_time` is the store's version of the document, None when it is not stored yet.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    contact_id: str
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    earlier: list[Former] = []
    update_time: Any = None

    def owner(self, kind: NameKind, at: dt.datetime) -> str | None:
        """Return the contact whose name this was at a moment; None when it was nobody's any more."""
        for former in self.earlier:
            if at <= former.until:
                return former.contact_id
        recycled = kind == "phone" and self.until is not None and at > self.until
        return None if recycled else self.contact_id

    def was_taken_after(self, at: dt.datetime) -> bool:
        """Tell whether its present owner got the name only after a moment."""
        return self.since is not None and self.since > at


def new_identity(name: Name, contact_id: str, at: dt.datetime, until: dt.datetime | None = None) -> Identity:
    """Return the document of a name that was not known."""
    return Identity(id=name.id, contact_id=contact_id, since=at, until=until)


def taken(identity: Identity, contact_id: str, at: dt.datetime) -> Identity:
    """Give a name to a contact from a moment on; a change that is older than what is known does nothing."""
    if identity.contact_id != contact_id:
        former = Former(contact_id=identity.contact_id, until=identity.until or at)
        update = {"contact_id": contact_id, "since": at, "until": None, "earlier": [*identity.earlier, former]}
        return identity.model_copy(update=update)
    if identity.until is not None and at <= identity.until:
        return identity
    since = max(identity.since or at, at)
    return identity.model_copy(update={"since": since, "until": None})


def given_up(identity: Identity, contact_id: str, at: dt.datetime) -> Identity:
    """End a contact's use of a name at a moment, unless it got the name (back) after that."""
    if not identity.was_taken_after(at):
        own = identity if identity.contact_id == contact_id else taken(identity, contact_id, at)
        return own.model_copy(update={"until": max(own.until or at, at)})
    if identity.contact_id == contact_id:
        return identity
    if any(former.contact_id == contact_id and former.until >= at for former in identity.earlier):
        return identity
    earlier = [*identity.earlier, Former(contact_id=contact_id, until=at)]
    return identity.model_copy(update={"earlier": sorted(earlier, key=lambda former: former.until)})


@dataclass(frozen=True)
class Links:
    """What the batch that writes a contact writes along: names, and other contacts as they were and will be."""

    identities: tuple[Identity, ...] = ()
    contacts: tuple[tuple[Contact, Contact], ...] = ()
