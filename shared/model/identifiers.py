"""Identifiers: what a customer is known by, whose each is, and since and until when. Pure functions.

An identifier is a phone number or a business-scoped user id (also the one that all businesses of a parent company
share). Each has a document, its `Identity`, that leads to its contact. Numbers are recycled: when a customer is
known to have changed their number, the old one is theirs `until` then. What was sent from it later is somebody
else's; what was sent before is still theirs, even if somebody else has the number by now. A user id is never given
to another person.

    +39 333 1…   ├── contact A ──────────┤ until          ├── contact B, since …
                 message, whenever it arrives: A's        B's
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from shared.model.contact import Contact
from shared.model.ids import identity_id
from shared.model.phone_number import canonical_phone
from shared.model.value import value

IdentifierKind = Literal["phone", "user_id", "parent_user_id"]
IDENTIFIER_KINDS: tuple[IdentifierKind, ...] = ("phone", "user_id", "parent_user_id")


class Identifier(NamedTuple):
    """What a customer is known by; the kind is also the contact's field that holds the one in use."""

    kind: IdentifierKind
    value: str

    @property
    def id(self) -> str:
        """The id of its document; the two kinds of user id differ in form and share one namespace."""
        return identity_id("phone" if self.kind == "phone" else "user_id", self.value)

    def is_in_use(self, contact: Contact) -> bool:
        """Tell whether the contact is known by it at present, in whatever spelling."""
        known = _in_use(contact, self.kind)
        if self.kind == "phone" and known:
            return canonical_phone(known) == canonical_phone(self.value)
        return known == self.value


def identifiers_of(contact: Contact) -> list[Identifier]:
    """List what a contact is known by at present, the most lasting first."""
    return [Identifier(kind, known) for kind in IDENTIFIER_KINDS if (known := _in_use(contact, kind))]


def known_by(contact: Contact, identifiers: Iterable[Identifier]) -> Contact:
    """Return the contact with these identifiers in use, in place of others of their kinds."""
    for identifier in identifiers:
        match identifier.kind:
            case "phone":
                contact = replace(contact, phone=identifier.value)
            case "user_id":
                contact = replace(contact, user_id=identifier.value)
            case "parent_user_id":
                contact = replace(contact, parent_user_id=identifier.value)
    return contact


def _in_use(contact: Contact, kind: IdentifierKind) -> str | None:
    match kind:
        case "phone":
            return contact.phone
        case "user_id":
            return contact.user_id
        case "parent_user_id":
            return contact.parent_user_id


@value
class Former:
    """Whose an identifier was until a moment."""

    contact_id: str
    until: dt.datetime


@value
class Identity:
    """The document of an identifier: whose it is, and whose it was (the first owner first).

    `since` is WhatsApp's time of the message or change that told so, `until` that of the change that ended it.
    `update_time` is the store's version of the document, None when it is not stored yet.
    """

    id: str
    contact_id: str
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    earlier: list[Former] = field(default_factory=list)
    update_time: object = None

    def owner(self, kind: IdentifierKind, at: dt.datetime) -> str | None:
        """Return the contact whose identifier this was at a moment; None when it was nobody's any more."""
        for former in self.earlier:
            if at <= former.until:
                return former.contact_id
        recycled = kind == "phone" and self.until is not None and at > self.until
        return None if recycled else self.contact_id

    def was_taken_after(self, at: dt.datetime) -> bool:
        """Tell whether its present owner got it only after a moment."""
        return self.since is not None and self.since > at


def new_identity(
    identifier: Identifier, contact_id: str, at: dt.datetime, until: dt.datetime | None = None
) -> Identity:
    """Return the document of an identifier that was not known."""
    return Identity(id=identifier.id, contact_id=contact_id, since=at, until=until)


def taken(identity: Identity, contact_id: str, at: dt.datetime) -> Identity:
    """Give an identifier to a contact from a moment on; a change older than what is known does nothing."""
    if identity.contact_id != contact_id:
        former = Former(contact_id=identity.contact_id, until=identity.until or at)
        earlier = [*identity.earlier, former]
        return replace(identity, contact_id=contact_id, since=at, until=None, earlier=earlier)
    if identity.until is not None and at <= identity.until:
        return identity
    return replace(identity, since=max(identity.since or at, at), until=None)


def given_up(identity: Identity, contact_id: str, at: dt.datetime) -> Identity:
    """End a contact's use of an identifier at a moment, unless it got it (back) after that."""
    if not identity.was_taken_after(at):
        own = identity if identity.contact_id == contact_id else taken(identity, contact_id, at)
        return replace(own, until=max(own.until or at, at))
    if identity.contact_id == contact_id:
        return identity
    if any(former.contact_id == contact_id and former.until >= at for former in identity.earlier):
        return identity
    earlier = [*identity.earlier, Former(contact_id=contact_id, until=at)]
    return replace(identity, earlier=sorted(earlier, key=lambda former: former.until))


@dataclass(frozen=True)
class Links:
    """What the batch that writes a contact writes along: identities, other contacts as they were and will be."""

    identities: tuple[Identity, ...] = ()
    contacts: tuple[tuple[Contact, Contact], ...] = ()


def without_owners(identity: Identity, contact_ids: Collection[str]) -> Identity | None:
    """Return an identifier as if it had never been these contacts'; None when it was nobody else's.

    It then is its last other owner's until they gave it up, so that what they sent before still finds them.
    """
    others = [former for former in identity.earlier if former.contact_id not in contact_ids]
    if identity.contact_id not in contact_ids:
        return replace(identity, earlier=others)
    if not others:
        return None
    last = others[-1]
    return replace(identity, contact_id=last.contact_id, since=None, until=last.until, earlier=others[:-1])
