"""What staff do with conversations: list, read, write, edit, steer. Each call names its cost in reads."""

import datetime as dt
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from functions.dashboard_api.bodies import ProfileBody
from functions.dashboard_api.notices import NoticeBoard
from functions.dashboard_api.queries import Queries
from functions.dashboard_api.template_list import TemplateList
from shared.errors import ConflictError, NotFoundError, OptedOutError, StoreBusyError, WindowClosedError
from shared.model.contact import PROFILE_FIELDS, Contact, LastMessage, ProfileField
from shared.model.ids import is_id, staff_message_id
from shared.model.message import Media, Message
from shared.model.turn import Change, preview
from shared.queue.client import TaskQueue
from shared.queue.tasks import SendTask
from shared.settings import DashboardSettings
from shared.store.store import DuplicateError, StaleError, Store, open_client, utc_now
from shared.whatsapp.client import WhatsApp

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
    templates: TemplateList | None = None  # none without an account to ask for them


@dataclass(frozen=True)
class Draft:
    """What a member of staff wants to send; `template` is the object for WhatsApp, `choices` its buttons."""

    kind: str
    text: str
    media: Media | None = None
    template: dict[str, Any] | None = None
    choices: tuple[str, ...] = ()


def open_desk(settings: DashboardSettings) -> Desk:
    """Connect to the store and the queue."""
    client = open_client(settings)
    store = Store(client)
    queue = TaskQueue(settings, settings.process_url)
    templates = TemplateList(lambda: _fetch_templates(settings)) if settings.whatsapp_account_id else None
    return Desk(store, Queries(client), queue, NoticeBoard(store).notices, utc_now, templates)


def _fetch_templates(settings: DashboardSettings) -> list[dict[str, Any]]:
    with closing(WhatsApp(settings)) as whatsapp:  # it would be idle until the list is too old
        return whatsapp.list_templates()


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
    """Queue a text of staff under the id their page made; costs and errors are those of `queue_message`."""
    return queue_message(desk, contact_id, client_message_id, author, Draft("text", text))


def queue_message(
    desk: Desk, contact_id: str, client_message_id: str, author: str, draft: Draft, *, free_form: bool = True
) -> Message:
    """Queue a message of staff (1 read, 2 writes, 1 task); written again under the same id it stays one message.

    Raises OptedOutError when the customer wants no messages, and for a free-form one WindowClosedError when
    WhatsApp allows none any more.
    """
    message_id = staff_message_id(contact_id, client_message_id)
    for _ in range(MOST_CONFLICTS):
        contact = get_contact(desk, contact_id)
        message = _staff_message(desk, contact, message_id, client_message_id, draft, author)
        try:
            _require_reachable(desk, contact, free_form=free_form)
            desk.store.commit(contact, _written(contact, message))
        except (DuplicateError, ConflictError) as error:
            earlier = find_written(desk, contact_id, client_message_id)
            if earlier:
                return earlier
            if isinstance(error, ConflictError):
                raise
        except StaleError:
            continue
        else:
            desk.queue.enqueue(SendTask(message_id=message_id))
            return message
    raise StoreBusyError("the contact changes faster than it can be written")


def find_written(desk: Desk, contact_id: str, client_message_id: str) -> Message | None:
    """Return what was written earlier under this id, and see to it that it is sent (1 read)."""
    message = desk.store.get_message(staff_message_id(contact_id, client_message_id))
    if message and message.status == "queued":
        desk.queue.enqueue(SendTask(message_id=message.id))
    return message


def _require_reachable(desk: Desk, contact: Contact, *, free_form: bool = True) -> None:
    """Raise OptedOutError or WindowClosedError when no message may be sent to the customer."""
    if contact.opted_out:
        raise OptedOutError("the customer asked for no messages; only they can change that, by writing START")
    if free_form and not _window_is_open(contact, desk.now()):
        raise WindowClosedError("WhatsApp allows free text only for 24 hours after the customer's last message")


def _window_is_open(contact: Contact, now: dt.datetime) -> bool:
    return contact.window_closes_at is not None and now < contact.window_closes_at


def _staff_message(
    desk: Desk, contact: Contact, message_id: str, client_message_id: str, draft: Draft, author: str
) -> Message:
    now = desk.now()
    return Message(
        id=message_id,
        contact_id=contact.id,
        direction="out",
        author="staff",
        author_name=author,
        kind=draft.kind,
        text=draft.text,
        media=draft.media,
        template=draft.template,
        choices=list(draft.choices),
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
