"""The store: Firestore, and the one way in which a contact and its messages are written.

contacts/{random}      one document per customer (shared/model/contact.py)
identities/{hash, keyed} phone number or user id -> contact (shared/model/identifiers.py)
messages/{hash}        every message, in and out (shared/model/message.py)
notes/{random or hash} what staff note about a customer (shared/store/notes.py)
files/{message id}     the files of messages (shared/store/files.py)
settings/current       what the business decided, and its versions (shared/store/business.py)
settings/replies       canned replies of staff (shared/store/replies.py)
staff/{hash}           who may use the dashboard (shared/store/members.py)
presence/{contact}     who has a conversation open (shared/store/presence.py); expires
previews/{random}      what staff try on the assistant (shared/store/previews.py); expires
events/{hash}          what WhatsApp sent and nobody understood, for staff; expires
stats/{day}            the numbers of a day (shared/store/stats.py)
activity/{random}      who of staff did what (shared/store/activity.py); expires
erasures/{hash}        who was erased, by random ids, and how far that is (shared/store/erasures.py)
exports/{hash}         a file with all that is kept of a person (shared/store/exports.py), for a day
state/{name}           facts about the whole installation, such as a refused access token
past_conversations/{hash}  older OpenAI conversations of a customer (shared/store/past_conversations.py)
"""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from google.cloud import firestore

from shared.errors import ContactGoneError, GoneError, StaleError
from shared.model.contact import Contact, without_old_conversations
from shared.model.identifiers import Identity, Links
from shared.model.turn import Change, Effect
from shared.store.activity import Activity
from shared.store.business import BusinessDocuments
from shared.store.connection import WRITE_SECONDS, firestore_errors
from shared.store.contacts import Contacts
from shared.store.documents import contact_changes, identity_fields, message_fields, stamped
from shared.store.erasures import Erasures
from shared.store.events import Events
from shared.store.exports import Exports
from shared.store.facts import Facts
from shared.store.files import Files
from shared.store.identities import Identities
from shared.store.members import Members
from shared.store.messages import Messages
from shared.store.notes import Notes
from shared.store.optimistic import until_written
from shared.store.past_conversations import PastConversations
from shared.store.people import People
from shared.store.presence import Presence
from shared.store.previews import Previews
from shared.store.replies import Replies
from shared.store.retention import Retained
from shared.store.stats import Stats


class Store:
    """Everything that is kept; every method costs the round trips its docstring states.

    Raises StoreUnavailableError when the database does not answer.
    """

    def __init__(
        self, client: firestore.Client, written: Callable[[Contact, Change], None] = lambda _before, _change: None
    ) -> None:
        """Keep everything in a database; `written` is told of each change of a contact that took effect."""
        self._client, self._written = client, written
        self.contacts = Contacts(client)
        self.messages = Messages(client)
        self.notes = Notes(client)
        self.identities = Identities(client)
        self.files = Files(client)
        self.members = Members(client)
        self.events = Events(client)
        self.facts = Facts(client)
        self.presence = Presence(client)
        self.previews = Previews(client)
        self.business = BusinessDocuments(client)
        self.stats = Stats(client)
        self.activity = Activity(client)
        self.replies = Replies(client)
        self.retained = Retained(client)
        self.past_conversations = PastConversations(client)
        self.erasures = Erasures(client)
        self.exports = Exports(client)
        self.people = People(client)

    def commit(self, before: Contact, change: Change, links: Links | None = None) -> Contact:
        """Write a change of a contact, its messages, notes and links in one batch (1 write for each document).

        Takes effect only if the stored contact (and every other one, and every identity) still is as it was read;
        returns the contact as it is stored now: beyond 40 conversations the oldest get a document of their own.
        Raises StaleError if it is not, DuplicateError if a document to be created exists.
        """
        batch = self._client.batch()
        contact, past = without_old_conversations(change.contact)
        self._put_contact(batch, before, contact)
        if past:
            self.past_conversations.put(batch, contact.id, past)
        for other, after in links.contacts if links else ():
            self._put_contact(batch, other, after)
        for identity in links.identities if links else ():
            self._put_identity(batch, identity)
        for message in change.creates:
            batch.create(self.messages.reference(message.id), message_fields(message))
        for message_id, update in change.updates.items():
            batch.update(self.messages.reference(message_id), stamped(update))
        for note in change.notes:
            self.notes.put(batch, note)
        for note_id in change.without_notes:
            self.notes.take(batch, note_id)
        try:
            with firestore_errors():
                results = batch.commit(timeout=WRITE_SECONDS)
        except GoneError as error:
            raise StaleError("a document was deleted since it was read") from error
        self._written(before, change)
        return replace(contact, update_time=results[0].update_time)

    def change_contact(
        self, contact_id: str, effect: Effect, *, sleep: Callable[[float], None] = time.sleep
    ) -> Contact:
        """Change a contact, whatever else changes meanwhile, and return it (1 read, 1 write if it changes).

        Of a contact that was merged into another, that other one is changed. Raises ContactGoneError, and
        StoreBusyError when it changes all the time.
        """

        def attempt() -> Contact:
            contact = self.contacts.get(contact_id)
            if contact is None:
                raise ContactGoneError("there is no such contact")
            after = effect(contact)
            return contact if after == contact else self.commit(contact, Change(after))

        return until_written(attempt, sleep)

    def close(self) -> None:
        """Close the connections to the database."""
        self._client.close()

    def _put_contact(self, batch: Any, before: Contact, after: Contact) -> None:
        reference, fields = self.contacts.reference(before.id), contact_changes(before, after)
        if before.update_time is None:
            batch.create(reference, fields)
        else:
            batch.update(reference, fields, option=self._as_read(before))

    def _put_identity(self, batch: Any, identity: Identity) -> None:
        fields = identity_fields(identity)
        if identity.update_time is None:
            document_id = self.identities.document_id(identity.id)
            batch.create(self.identities.reference(document_id), {**fields, "keyed": True})
        else:
            batch.update(self.identities.reference(identity.id), fields, option=self._as_read(identity))

    def _as_read(self, known: Contact | Identity) -> Any:
        return self._client.write_option(last_update_time=known.update_time)
