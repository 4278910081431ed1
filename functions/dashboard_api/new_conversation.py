"""Beginning a conversation with somebody who may never have written: a contact by its number, then a template."""

import datetime as dt
from typing import Annotated

from pydantic import StringConstraints

from functions.dashboard_api.bodies import MAX_ID_CHARACTERS, Body, Line, TemplateChoice
from functions.dashboard_api.desk import Desk
from functions.dashboard_api.outbox import filled_template, queue_template
from shared.errors import BlockedError, InvalidError
from shared.model.contact import Contact
from shared.model.identifiers import Identifier, Links, new_identity, taken
from shared.model.ids import random_id
from shared.model.message import Message
from shared.model.phone_number import dialled_phone
from shared.model.profile_field import ProfileField
from shared.model.turn import Change
from shared.store.optimistic import until_written

NAMES = ("first_name", "last_name")


class NewConversationBody(Body):
    """Whom to write to, and with which template; a number without its country is taken for an Italian one."""

    phone: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    name: Line | None = None
    client_message_id: Annotated[str, StringConstraints(min_length=1, max_length=MAX_ID_CHARACTERS)]
    template: TemplateChoice


def start_conversation(desk: Desk, body: NewConversationBody, author: str) -> Message:
    """Queue a template to a number, under the id that the page made (3 reads, 4 writes, 1 task for a new customer).

    Done again with the same id it stays one message. Who is known keeps the name that is known. Raises InvalidError
    for a number or parameters that cannot be, NotFoundError for the template, BlockedError, OptedOutError, and
    RemoteError when WhatsApp does not tell its templates.
    """
    phone = dialled_phone(body.phone)
    if phone is None:
        raise InvalidError("Some fields are not valid", {"phone": "is not a phone number"})
    template = body.template.body(body.client_message_id)
    filled_template(desk, template)  # before there is a contact
    contact = until_written(lambda: _find_or_create(desk, phone, body.name or "", author), desk.sleep)
    if contact.blocked:
        raise BlockedError("the customer is blocked")
    return queue_template(desk, contact.id, template, author)


def _find_or_create(desk: Desk, phone: str, name: str, author: str) -> Contact:
    """Return the contact that has a number now, in whatever spelling (2 reads); else a new one (2 writes)."""
    identifier, now = Identifier("phone", phone), desk.now()
    identity = desk.store.identities.get_all([identifier.id]).get(identifier.id)
    owner_id = identity.owner("phone", now) if identity else None
    known = desk.store.contacts.get(owner_id) if owner_id else None
    if known:
        return known
    contact = Contact(id=random_id(), phone=phone, created_at=now, profile=_named(name, author, now))
    link = taken(identity, contact.id, now) if identity else new_identity(identifier, contact.id, now)
    return desk.store.commit(contact, Change(contact), Links((link,)))


def _named(name: str, author: str, now: dt.datetime) -> dict[str, ProfileField]:
    parts = zip(NAMES, name.split(maxsplit=1), strict=False)
    return {key: ProfileField(value=part, source="staff", updated_at=now, author=author) for key, part in parts}
