"""What staff do with conversations: list, read, write, edit, steer. Each call names its cost in reads."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from shared.contact import PROFILE_FIELDS, Contact, LastMessage, ProfileField
from shared.dashboard.bodies import ProfileBody
from shared.dashboard.notices import NoticeBoard
from shared.dashboard.queries import Queries
from shared.envelope import SendTask
from shared.errors import NotFoundError, StoreBusyError, WindowClosedError
from shared.identifiers import is_id, staff_message_id
from shared.message import Message
from shared.settings import DashboardSettings
from shared.store import DuplicateError, StaleError, Store, open_client, utc_now
from shared.tasks import TaskQueue
from shared.turn import Change, preview

MOST_CONFLICTS = 20

Edit = Callable[[Contact], dict[str, Any]]


@dataclass(frozen=True)
class Desk:
    """What a staff action works with."""

    store: Store
    queries: Queries
    queue: TaskQueue
    notices: Callable[[], list[dict[str, Any]]]
    now: Callable[[], dt.datetime]


def open_desk(settings: DashboardSettings) -> Desk:
    """Connect to the store and the queue."""
    client = open_client(settings)
    store = Store(client)
    queue = TaskQueue(settings, settings.process_url)
    return Desk(store, Queries(client), queue, NoticeBoard(store).notices, utc_now)


def get_contact(desk: Desk, contact_id: str) -> Contact:
    """Read a contact (1 read); raises NotFoundError."""
    contact = desk.store.get_contact(contact_id) if is_id(contact_id) else None
    if contact is None:
        raise NotFoundError("there is no such conversation")
    return contact


def edit_contact(desk: Desk, contact_id: str, edit: Edit) -> Contact:
    """Change some fields of a contact, keeping what anybody else changes meanwhile (1 read, 1 write)."""
    for _ in range(MOST_CONFLICTS):
        contact = get_contact(desk, contact_id)
        changed = contact.model_copy(update=edit(contact))
        try:
            stored = desk.store.commit(contact, Change(changed))
        except StaleError:
            continue
        return stored.model_copy(update={"updated_at": desk.now()})
    raise StoreBusyError("the contact changes faster than it can be written")


def edit_profile(desk: Desk, contact_id: str, body: ProfileBody) -> Contact:
    """Store what staff typed in; their values win over extracted ones, a cleared field is open again."""

    def edit(contact: Contact) -> dict[str, Any]:
        profile = dict(contact.profile)
        for name in set(PROFILE_FIELDS) & body.model_fields_set:
            value = getattr(body, name)
            profile.pop(name, None)
            if value:
                profile[name] = ProfileField(value=value, source="staff", updated_at=desk.now())
        update: dict[str, Any] = {"profile": profile}
        if "notes" in body.model_fields_set:
            update["notes"] = body.notes or ""
        return update

    return edit_contact(desk, contact_id, edit)


def write_message(desk: Desk, contact_id: str, client_message_id: str, text: str, author: str) -> Message:
    """Queue a message of staff under the id their page made (1 read, 2 writes, 1 task).

    Written again under the same id it stays one message. Raises WindowClosedError when WhatsApp allows no
    free-form text any more.
    """
    message_id = staff_message_id(contact_id, client_message_id)
    for _ in range(MOST_CONFLICTS):
        contact = get_contact(desk, contact_id)
        message = _staff_message(desk, contact, message_id, client_message_id, text, author)
        change = _written(contact, message)
        try:
            if not _window_is_open(contact, desk.now()):
                return _existing(desk, message_id)
            desk.store.commit(contact, change)
        except DuplicateError:
            message = _existing(desk, message_id)
        except StaleError:
            continue
        if message.status == "queued":
            desk.queue.enqueue(SendTask(message_id=message_id))
        return message
    raise StoreBusyError("the contact changes faster than it can be written")


def _window_is_open(contact: Contact, now: dt.datetime) -> bool:
    return contact.window_closes_at is not None and now < contact.window_closes_at


def _existing(desk: Desk, message_id: str) -> Message:
    """Return a message that was accepted earlier; there is none when the window has closed before it."""
    message = desk.store.get_message(message_id)
    if message is None:
        raise WindowClosedError("WhatsApp allows free text only for 24 hours after the customer's last message")
    return message


def _staff_message(
    desk: Desk, contact: Contact, message_id: str, client_message_id: str, text: str, author: str
) -> Message:
    now = desk.now()
    return Message(
        id=message_id,
        contact_id=contact.id,
        direction="out",
        author="staff",
        author_name=author,
        kind="text",
        text=text,
        status="queued",
        client_message_id=client_message_id,
        at=now,
        created_at=now,
        updated_at=now,
    )


def _written(contact: Contact, message: Message) -> Change:
    last: LastMessage = preview(message)
    update = {"last_message": last, "last_activity_at": message.at, "unread": 0, "attention": None}
    return Change(contact.model_copy(update=update), creates=(message,))
