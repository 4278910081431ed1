"""The dashboard that tests of its page look at: the real application on the Firestore emulator.

Everything that these tests put into the store, or read from it, goes through here.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from google.cloud import firestore

from functions.dashboard_api.desk import open_desk
from functions.dashboard_api.members import StaffList
from functions.dashboard_api.routes import create_app
from functions.dashboard_api.session import Sessions
from shared.model.business import DEFAULT_FIELDS, BusinessSettings, CollectedField
from shared.model.contact import Contact
from shared.model.ids import random_id
from shared.model.message import Message, RemoteStatus
from shared.model.note import Note
from shared.model.turn import Change, arrive, preview
from shared.settings import DashboardSettings
from shared.store.business import SavedBusiness
from shared.store.connection import open_client, utc_now
from shared.store.documents import stamped
from shared.store.facts import TokenState
from shared.store.optimistic import until_written
from shared.store.store import Store
from tests.browser.gate import Gate
from tests.functional.product import serve

OWNER = "giulia@example.com"
STAFF = {"direction": "out", "author": "staff", "author_name": OWNER}
PHONE = "+393331234567"

Decide = Callable[[Contact], Change]


@dataclass(frozen=True)
class Dashboard:
    """A served dashboard; what a test changes shows on the page with its next sync."""

    url: str
    gate: Gate
    staff: StaffList
    store: Store
    client: firestore.Client

    def add_contact(self, name: str | None = "Maria Rossi", **fields: Any) -> str:
        """Store a customer who may be written to, and return their id; `fields` override the defaults."""
        now = utc_now()
        values = {
            "id": random_id(),
            "whatsapp_name": name,
            "phone": PHONE,
            "language": "it",
            "created_at": now,
            "last_activity_at": now,
            "window_closes_at": now + dt.timedelta(hours=20),
        }
        contact = Contact(**{**values, **fields})
        self.store.commit(contact, Change(contact))
        return contact.id

    def collect(self, fields: Sequence[dict[str, Any]]) -> None:
        """Let the business collect some fields besides the four that it begins with."""
        collected = [*DEFAULT_FIELDS, *(CollectedField(**each) for each in fields)]
        settings = BusinessSettings(fields=collected)
        self.store.business.save(SavedBusiness(1, settings, OWNER, utc_now(), ["fields"]))

    def add_message(self, contact_id: str, text: str, **fields: Any) -> str:
        """Store a message, the customer's unless `fields` say otherwise, and return its id."""
        message = _message(contact_id, text, fields)
        self._commit(contact_id, lambda contact: _written(contact, [message]))
        return message.id

    def add_note(self, contact_id: str, text: str, author: str) -> None:
        """Store a note of staff."""
        now = utc_now()
        note = Note(id=random_id(), contact_id=contact_id, text=text, author=author, at=now)
        self._commit(contact_id, lambda contact: Change(replace(contact, noted_at=now), notes=(note,)))

    def add_messages(self, contact_id: str, texts: Sequence[str], at: Sequence[dt.datetime]) -> None:
        """Store many messages of the customer in one batch, the oldest first."""
        messages = [_message(contact_id, text, {"at": time}) for text, time in zip(texts, at, strict=True)]
        self._commit(contact_id, lambda contact: _written(contact, messages))

    def receive(self, contact_id: str, text: str, **fields: Any) -> None:
        """Store a message of the customer that nobody has read."""
        message = _message(contact_id, text, fields)

        def arrived(contact: Contact) -> Change:
            after = arrive(contact, message, utc_now(), wants_answer=False)
            return Change(after, creates=(message,))

        self._commit(contact_id, arrived)

    def add_file(
        self,
        contact_id: str,
        kind: str,
        mime_type: str,
        content: bytes,
        *,
        text: str = "",
        media: dict[str, Any] | None = None,
        **fields: Any,
    ) -> str:
        """Store a message with a file, and return its id; `media` overrides what is told of the file."""
        told = {"id": "media-id", "mime_type": mime_type, "size": len(content), "state": "stored", **(media or {})}
        message_id = self.add_message(contact_id, text, kind=kind, media=told, **fields)
        self.store.files.save(message_id, content, mime_type)
        return message_id

    def change_contact(self, contact_id: str, **fields: Any) -> None:
        """Change a customer, whatever the page changes meanwhile."""
        self.store.change_contact(contact_id, lambda contact: replace(contact, **fields))

    def change_message(self, message_id: str, **fields: Any) -> None:
        """Set fields of a message as they are stored; a path leads into a field, as in `**{"media.state": …}`."""
        self.store.messages.reference(message_id).update(stamped(fields))

    def report(self, message_id: str, status: RemoteStatus) -> None:
        """Store a delivery status, as WhatsApp reports it."""
        self.store.messages.add_status(message_id, status, utc_now(), {})

    def merge(self, contact_id: str, into: str) -> None:
        """Leave of a contact without messages only the trace that leads to the one it was merged into."""
        self.change_contact(contact_id, merged_into=into, last_message=None, last_activity_at=None)

    def age(self) -> None:
        """Let everything be older than what the page's first sync looks back at, which would bring it at once."""
        batch = self.client.batch()
        for collection in ("contacts", "messages"):
            for reference in self.client.collection(collection).list_documents():
                batch.update(reference, {"updated_at": utc_now() - dt.timedelta(minutes=1)})
        batch.commit()

    def erase(self, contact_id: str) -> None:
        """Erase a contact."""
        self.store.contacts.reference(contact_id).delete()

    def refuse_token(self) -> None:
        """Note that WhatsApp refuses the access token."""
        self.store.facts.set_token(TokenState(refused=True))

    def contact(self, contact_id: str) -> Contact:
        """Return a contact as it is stored."""
        contact = self.store.contacts.get_unmerged(contact_id)
        assert contact is not None
        return contact

    def messages(self, contact_id: str) -> list[Message]:
        """Return the messages of a conversation as they are stored, the oldest first."""
        return self.store.messages.recent(contact_id, 50)

    def sent(self, contact_id: str) -> list[Message]:
        """Return what staff wrote to a customer, the oldest first."""
        return [message for message in self.messages(contact_id) if message.author == "staff"]

    def file(self, message_id: str) -> tuple[str, bytes]:
        """Return the type and the content of a message's file."""
        found = self.store.files.find(message_id)
        assert found is not None
        return found.mime_type, self.store.files.read(found)

    def _commit(self, contact_id: str, decide: Decide) -> None:
        def attempt() -> Contact:
            contact = self.contact(contact_id)
            return self.store.commit(contact, decide(contact))

        until_written(attempt)


@contextmanager
def serving(project_id: str, queue: dict[str, str], **settings: Any) -> Iterator[Dashboard]:
    """Serve the dashboard on a free port of loopback; `settings` are added to those it needs."""
    given = DashboardSettings(
        _env_file=None,
        **{
            "whatsapp_phone_id": "100000000000001",
            "whatsapp_access_token": "token",
            "google_cloud_project": project_id,
            **queue,
            **settings,
        },
    )
    desk = open_desk(given)
    with closing(desk.store), closing(open_client(given)) as client:
        staff = StaffList(desk.store.members, given.owners, open_to_all=given.auth_mode == "local")
        gate = Gate(create_app(desk, Sessions(given, staff), staff))
        with serve(gate) as url:
            yield Dashboard(url, gate, staff, desk.store, client)


def _message(contact_id: str, text: str, fields: dict[str, Any]) -> Message:
    outbound = fields.get("direction") == "out"
    values = {
        "id": random_id(),
        "contact_id": contact_id,
        "direction": "in",
        "author": "assistant" if outbound else "customer",
        "kind": "text",
        "text": text,
        "status": "accepted" if outbound else "answered",
        "at": utc_now(),
    }
    return Message(**{**values, **fields})


def _written(contact: Contact, messages: Sequence[Message]) -> Change:
    last = messages[-1]
    shown = replace(contact, last_message=preview(last), last_activity_at=last.at)
    return Change(shown, creates=tuple(messages))
