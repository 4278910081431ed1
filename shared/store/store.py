"""The store: Firestore, and the one way in which a contact and its messages are written.

contacts/{random}      one document per customer (shared/model/contact.py)
identities/{hash}      phone number or user id -> contact (shared/model/identifiers.py)
messages/{hash}        every message, in and out (shared/model/message.py)
files/{message id}     the files of messages (shared/store/files.py)
events/{hash}          what WhatsApp sent and nobody understood, for staff; expires
state/{name}           facts about the whole installation, such as a refused access token
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from google.api_core.exceptions import Aborted, AlreadyExists, FailedPrecondition, NotFound
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.errors import StoreBusyError
from shared.model.contact import Attention, Contact
from shared.model.identifiers import Identity, Links
from shared.model.ids import hashed, inbound_id
from shared.model.message import Message
from shared.model.turn import Change
from shared.settings import GraphSettings
from shared.store.files import FileStore

READ_SECONDS = 10.0
EVENT_DAYS = 30
MOST_CONFLICTS = 40
NOT_STORED = {"id", "update_time", "updated_at"}


class StaleError(Exception):
    """The document is not as it was read: read it again and decide again."""


class DuplicateError(Exception):
    """A document that was to be created exists."""


def utc_now() -> dt.datetime:
    """Return the time of this machine, aware of its zone."""
    return dt.datetime.now(dt.UTC)


def open_client(settings: GraphSettings) -> firestore.Client:
    """Connect to the database, or to the emulator that FIRESTORE_EMULATOR_HOST names."""
    return firestore.Client(project=settings.google_cloud_project, database=settings.firestore_database)


class Store:
    """Reads and writes contacts and messages; every method costs the round trips its docstring states."""

    def __init__(self, client: firestore.Client) -> None:
        self._client = client
        self.files = FileStore(client)

    def check(self) -> None:
        """Read a document that does not exist, to see that the database answers (1 read)."""
        self._client.collection("state").document("health").get(retry=None, timeout=2.0)

    # Contacts

    def get_contact(self, contact_id: str) -> Contact | None:
        """Read one contact (1 read); of one that was merged into another, that other one (1 read more)."""
        contact = self.get_contact_unmerged(contact_id)
        while contact is not None and contact.merged_into is not None:
            contact = self.get_contact_unmerged(contact.merged_into)
        return contact

    def get_contact_unmerged(self, contact_id: str) -> Contact | None:
        """Read one contact as it is, even if it is only the trace of one that was merged (1 read)."""
        snapshot = self._contact_ref(contact_id).get(timeout=READ_SECONDS)
        return contact_of(snapshot) if snapshot.exists else None

    def get_identities(self, identity_ids: Iterable[str]) -> dict[str, Identity]:
        """Read what is known of names, in one round trip (1 read each); unknown ones are left out."""
        references = [self._identity_ref(identity_id) for identity_id in identity_ids]
        snapshots = self._client.get_all(references, timeout=READ_SECONDS) if references else []
        return {snapshot.id: _identity_of(snapshot) for snapshot in snapshots if snapshot.exists}

    def identities_of(self, contact_id: str) -> list[Identity]:
        """List the names that lead to a contact (1 read each)."""
        query = self._client.collection("identities").where(filter=FieldFilter("contact_id", "==", contact_id))
        return [_identity_of(snapshot) for snapshot in query.stream(timeout=READ_SECONDS)]

    def commit(self, before: Contact, change: Change, links: Links | None = None) -> Contact:
        """Write a change of a contact, its messages and its links in one batch (1 write for each document).

        Takes effect only if the stored contact (and every other one, and every name) still is as it was read;
        returns the contact as it is stored now.
        Raises StaleError if it is not, DuplicateError if a document to be created exists.
        """
        batch = self._client.batch()
        self._put_contact(batch, before, change.contact)
        for other, after in links.contacts if links else ():
            self._put_contact(batch, other, after)
        for identity in links.identities if links else ():
            self._put_identity(batch, identity)
        for message in change.creates:
            batch.create(self._message_ref(message.id), _message_fields(message))
        for message_id, update in change.updates.items():
            batch.update(self._message_ref(message_id), {**update, "updated_at": firestore.SERVER_TIMESTAMP})
        results = _commit(batch)
        return change.contact.model_copy(update={"update_time": results[0].update_time})

    def update_contact(self, contact_id: str, fields: dict[str, Any]) -> None:
        """Set fields of a contact (dotted paths allowed), whatever else changes meanwhile (1 read, 1 write).

        Raises NotFound of the client when there is no such contact, StoreBusyError when it changes all the time.
        """
        for _ in range(MOST_CONFLICTS):
            # Read first, since the contact may have been merged into another one, or just be about to.
            contact = self.get_contact(contact_id)
            if contact is None:
                raise NotFound("there is no such contact")
            option = self._client.write_option(last_update_time=contact.update_time)
            update = {**fields, "updated_at": firestore.SERVER_TIMESTAMP}
            try:
                self._contact_ref(contact.id).update(update, option=option)
            except (FailedPrecondition, Aborted):
                continue
            return
        raise StoreBusyError("the contact changes faster than it can be written")

    def finish_merge(self, contact_id: str) -> None:
        """Note on the trace of a merged contact that nothing is left to be done (1 write)."""
        self._contact_ref(contact_id).update({"work_since": None, "updated_at": firestore.SERVER_TIMESTAMP})

    def flag_contact(self, contact_id: str, reason: str, now: dt.datetime) -> None:
        """Ask staff to look at a contact (1 read, 1 write)."""
        attention = Attention(reason=reason, at=now).model_dump()
        self.update_contact(contact_id, {"attention": attention, "needs_attention": True})

    def contacts_with_old_work(self, before: dt.datetime, limit: int) -> dict[str, str | None]:
        """Find contacts whose work began before a moment and is not finished, the oldest first (1 read each).

        With each comes the contact that it is being merged into, if that is the work.
        """
        query = (
            self._client.collection("contacts")
            .where(filter=FieldFilter("work_since", "<", before))
            .order_by("work_since")
            .limit(limit)
        )
        snapshots = query.select(["merged_into"]).stream(timeout=READ_SECONDS)
        return {snapshot.id: (snapshot.to_dict() or {}).get("merged_into") for snapshot in snapshots}

    # Messages

    def get_message(self, message_id: str) -> Message | None:
        """Read one message (1 read)."""
        snapshot = self._message_ref(message_id).get(timeout=READ_SECONDS)
        return message_of(snapshot) if snapshot.exists else None

    def get_messages(self, message_ids: Iterable[str]) -> list[Message]:
        """Read messages by id in one round trip (1 read each); missing ones are left out; sorted by time."""
        references = [self._message_ref(message_id) for message_id in message_ids]
        if not references:
            return []
        snapshots = self._client.get_all(references, timeout=READ_SECONDS)
        found = [message_of(snapshot) for snapshot in snapshots if snapshot.exists]
        return sorted(found, key=lambda message: (message.at, message.created_at or message.at, message.id))

    def recent_messages(self, contact_id: str, limit: int, before: dt.datetime | None = None) -> list[Message]:
        """List a contact's newest messages before a moment, oldest first (1 read each)."""
        query = (
            self._client.collection("messages")
            .where(filter=FieldFilter("contact_id", "==", contact_id))
            .order_by("at", direction=firestore.Query.DESCENDING)
            .limit(limit)
        )
        if before is not None:
            query = query.where(filter=FieldFilter("at", "<", before))
        return [message_of(snapshot) for snapshot in query.stream(timeout=READ_SECONDS)][::-1]

    def move_messages(self, contact_id: str, to: str, limit: int) -> int:
        """Give some of a contact's messages to another contact; return how many (1 read, 1 write each).

        Raises StaleError when one of them was deleted meanwhile.
        """
        query = self._client.collection("messages").where(filter=FieldFilter("contact_id", "==", contact_id))
        snapshots = list(query.select([]).limit(limit).stream(timeout=READ_SECONDS))
        batch = self._client.batch()
        for snapshot in snapshots:
            batch.update(snapshot.reference, {"contact_id": to, "updated_at": firestore.SERVER_TIMESTAMP})
        if snapshots:
            _commit(batch)
        return len(snapshots)

    def find_message(self, whatsapp_id: str) -> Message | None:
        """Find the message, of either side, that WhatsApp named so (1 read, 2 when it is ours)."""
        return self.get_message(inbound_id(whatsapp_id)) or self.find_message_by_whatsapp_id(whatsapp_id)

    def find_message_by_whatsapp_id(self, whatsapp_id: str) -> Message | None:
        """Find the outbound message that WhatsApp named so (1 read)."""
        query = (
            self._client.collection("messages")
            .where(filter=FieldFilter("whatsapp_id", "==", whatsapp_id))
            .where(filter=FieldFilter("direction", "==", "out"))
            .limit(1)
        )
        return next((message_of(snapshot) for snapshot in query.stream(timeout=READ_SECONDS)), None)

    def queued_messages(self, before: dt.datetime, limit: int) -> list[Message]:
        """List messages of staff that are waiting since before a moment (1 read each)."""
        query = (
            self._client.collection("messages")
            .where(filter=FieldFilter("status", "in", ["queued", "sending"]))
            .where(filter=FieldFilter("author", "==", "staff"))
            .where(filter=FieldFilter("at", "<", before))
            .order_by("at")
            .limit(limit)
        )
        return [message_of(snapshot) for snapshot in query.stream(timeout=READ_SECONDS)]

    def update_message(self, message: Message, fields: dict[str, Any]) -> Message:
        """Set fields of a message if it still is as it was read (1 write); raises StaleError otherwise."""
        option = self._client.write_option(last_update_time=message.update_time)
        fields = {**fields, "updated_at": firestore.SERVER_TIMESTAMP}
        try:
            result = self._message_ref(message.id).update(fields, option=option)
        except (FailedPrecondition, Aborted, NotFound) as error:
            raise StaleError from error
        return message.model_copy(update={**fields, "updated_at": None, "update_time": result.update_time})

    def set_message_status(self, message_id: str, fields: dict[str, Any]) -> None:
        """Set fields of a message whatever a delivery status changes meanwhile (1 write)."""
        self._message_ref(message_id).update({**fields, "updated_at": firestore.SERVER_TIMESTAMP})

    def add_status(self, message_id: str, status: str, at: dt.datetime, fields: dict[str, Any]) -> bool:
        """Keep a delivery status with its time (1 write, no read); False when there is no such message.

        Statuses never overwrite each other, so repeated and reordered ones do no harm.
        """
        update = {f"statuses.{status}": at, **fields, "updated_at": firestore.SERVER_TIMESTAMP}
        try:
            self._message_ref(message_id).update(update)
        except NotFound:
            return False
        return True

    # Everything else

    def add_event(self, field: str, payload: str, now: dt.datetime) -> None:
        """Keep something nobody understood, once, for 30 days (1 write)."""
        reference = self._client.collection("events").document(hashed("event", field, payload))
        document = {
            "field": field,
            "payload": payload,
            "created_at": firestore.SERVER_TIMESTAMP,
            "expire_at": now + dt.timedelta(days=EVENT_DAYS),
        }
        try:
            reference.create(document)
        except AlreadyExists:
            return

    def delete_expired_events(self, now: dt.datetime, limit: int) -> int:
        """Delete events past their time, as the TTL policy does in the cloud; return how many."""
        query = self._client.collection("events").where(filter=FieldFilter("expire_at", "<", now))
        snapshots = list(query.select([]).limit(limit).stream(timeout=READ_SECONDS))
        batch = self._client.batch()
        for snapshot in snapshots:
            batch.delete(snapshot.reference)
        if snapshots:
            batch.commit()
        return len(snapshots)

    def get_state(self, name: str) -> dict[str, Any] | None:
        """Read a fact about the whole installation (1 read)."""
        snapshot = self._client.collection("state").document(name).get(timeout=READ_SECONDS)
        return snapshot.to_dict() if snapshot.exists else None

    def set_state(self, name: str, fields: dict[str, Any]) -> None:
        """Write a fact about the whole installation (1 write)."""
        self._client.collection("state").document(name).set({**fields, "updated_at": firestore.SERVER_TIMESTAMP})

    def _contact_ref(self, contact_id: str) -> Any:
        return self._client.collection("contacts").document(contact_id)

    def _identity_ref(self, identity_id: str) -> Any:
        return self._client.collection("identities").document(identity_id)

    def _put_contact(self, batch: Any, before: Contact, after: Contact) -> None:
        fields = _changed_fields(before, after)
        if before.update_time is None:
            batch.create(self._contact_ref(before.id), fields)
        else:
            option = self._client.write_option(last_update_time=before.update_time)
            batch.update(self._contact_ref(before.id), fields, option=option)

    def _put_identity(self, batch: Any, identity: Identity) -> None:
        reference = self._identity_ref(identity.id)
        fields = identity.model_dump(exclude={"id", "update_time"}, exclude_none=identity.update_time is None)
        if identity.update_time is None:
            batch.create(reference, {**fields, "created_at": firestore.SERVER_TIMESTAMP})
        else:
            option = self._client.write_option(last_update_time=identity.update_time)
            batch.update(reference, fields, option=option)

    def _message_ref(self, message_id: str) -> Any:
        return self._client.collection("messages").document(message_id)


def _commit(batch: Any) -> Any:
    try:
        return batch.commit()
    except AlreadyExists as error:
        raise DuplicateError from error
    except (FailedPrecondition, Aborted, NotFound) as error:
        raise StaleError from error


def _changed_fields(before: Contact, after: Contact) -> dict[str, Any]:
    """Return only what differs, so that a write never erases what it does not name."""
    old, new = _contact_fields(before), _contact_fields(after)
    stored = {} if before.update_time is None else old
    fields = {name: value for name, value in new.items() if name not in stored or stored[name] != value}
    return {**fields, "updated_at": firestore.SERVER_TIMESTAMP}


def _contact_fields(contact: Contact) -> dict[str, Any]:
    return {
        **contact.model_dump(exclude=NOT_STORED),
        "has_unread": contact.unread > 0,
        "needs_attention": contact.attention is not None,
        "search": contact.search_words,
    }


def _message_fields(message: Message) -> dict[str, Any]:
    fields = message.model_dump(exclude=NOT_STORED, exclude_none=True)
    return {**fields, "created_at": firestore.SERVER_TIMESTAMP, "updated_at": firestore.SERVER_TIMESTAMP}


def contact_of(snapshot: Any) -> Contact:
    """Read a contact from its document."""
    return Contact.model_validate({**snapshot.to_dict(), "id": snapshot.id, "update_time": snapshot.update_time})


def message_of(snapshot: Any) -> Message:
    """Read a message from its document."""
    return Message.model_validate({**snapshot.to_dict(), "id": snapshot.id, "update_time": snapshot.update_time})


def _identity_of(snapshot: Any) -> Identity:
    return Identity.model_validate({**snapshot.to_dict(), "id": snapshot.id, "update_time": snapshot.update_time})
