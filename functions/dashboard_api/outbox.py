"""Messages of staff: stored with their contact in one write, and queued for the process function to send."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from functions.dashboard_api import news
from functions.dashboard_api.bodies import TemplateBody
from functions.dashboard_api.desk import Desk, get_contact
from functions.dashboard_api.templates import find_template
from shared.errors import ConflictError, DuplicateError, InvalidError, OptedOutError, WindowClosedError
from shared.model.contact import Contact, paused_at_least
from shared.model.ids import is_id, staff_message_id
from shared.model.message import Media, Message, Quoted
from shared.model.quoting import quote
from shared.model.turn import Change, preview
from shared.queue.tasks import SendTask
from shared.store.optimistic import until_written
from shared.whatsapp.templates import Filled, Template, fill


@dataclass(frozen=True)
class Draft:
    """What a member of staff wants to send, under the id that their page made.

    `template` is the object for WhatsApp, `choices` are its buttons, `reply_to` is the id of the message that it
    answers to, `seen` what they had seen of the conversation (news.py). `pause_minutes` is for how long the
    assistant then leaves the customer to staff, None for as long as the business says. A template, which begins a
    conversation rather than takes part in it, makes no pause.
    """

    client_message_id: str
    author: str
    text: str
    kind: str = "text"
    media: Media | None = None
    template: dict[str, Any] | None = None
    choices: tuple[str, ...] = ()
    pause_minutes: int | None = None
    reply_to: str | None = None
    seen: str | None = None


def queue_message(desk: Desk, contact_id: str, draft: Draft) -> Message:
    """Queue a message of staff (1 read, 2 writes, 1 task); written again under the same id it stays one message.

    One that answers to another costs 1 read more; raises InvalidError when that one cannot be quoted, OptedOutError
    when the customer wants no messages, and for anything but a template WindowClosedError when WhatsApp allows
    nothing else any more.
    """

    def attempt() -> Message:
        contact = get_contact(desk, contact_id)
        message = _message(contact, staff_message_id(contact_id, draft.client_message_id), draft, desk.now())
        try:
            require_reachable(contact, desk.now(), with_template=draft.template is not None)
            message = replace(message, quoted=_quoted(desk, contact, draft.reply_to))
            desk.store.commit(contact, Change(_answered(desk, contact, message, draft), creates=(message,)))
        except (DuplicateError, ConflictError):
            earlier = _written(desk, contact_id, draft.client_message_id)
            if earlier is None:
                raise
            return earlier
        return message

    return _sent_on(desk, until_written(attempt))


def queue_template(desk: Desk, contact_id: str, body: TemplateBody, author: str) -> Message:
    """Queue a template under the id the page made, also when the window is closed (2 reads, 2 writes, 1 task).

    Written again under the same id it stays one message. Raises NotFoundError for a template that is not
    offered, InvalidError for its parameters, OptedOutError, and RemoteError when WhatsApp does not tell it.
    """
    earlier = find_written(desk, contact_id, body.client_message_id)
    if earlier:
        return earlier
    template, filled = filled_template(desk, body)
    draft = Draft(
        client_message_id=body.client_message_id,
        author=author,
        text=filled.text,
        kind="template",
        template=filled.payload,
        choices=tuple(button.title for button in template.buttons),
    )
    return queue_message(desk, contact_id, draft)


def filled_template(desk: Desk, body: TemplateBody) -> tuple[Template, Filled]:
    """Return a template and what it says with its parameters; raises as `queue_template` does."""
    template = find_template(desk.templates, body.name, body.language)
    return template, fill(template, body.parameters)


def find_written(desk: Desk, contact_id: str, client_message_id: str) -> Message | None:
    """Return what was written earlier under this id, and see to it that it is sent (1 read)."""
    earlier = _written(desk, contact_id, client_message_id)
    return _sent_on(desk, earlier) if earlier else None


def _written(desk: Desk, contact_id: str, client_message_id: str) -> Message | None:
    return desk.store.messages.get(staff_message_id(contact_id, client_message_id))


def _sent_on(desk: Desk, message: Message) -> Message:
    if message.status == "queued":
        desk.queue.enqueue(SendTask(message_id=message.id))
    return message


def require_reachable(contact: Contact, now: dt.datetime, *, with_template: bool = False) -> None:
    """Raise OptedOutError for who wants no messages, and WindowClosedError when WhatsApp allows only templates."""
    if contact.opted_out:
        raise OptedOutError("the customer asked for no messages; only they can change that, by writing START")
    window_is_open = contact.window_closes_at is not None and now < contact.window_closes_at
    if not with_template and not window_is_open:
        raise WindowClosedError("WhatsApp allows free text only for 24 hours after the customer's last message")


def _quoted(desk: Desk, contact: Contact, reply_to: str | None) -> Quoted | None:
    """Return what a message answers to; raises InvalidError for what WhatsApp cannot quote."""
    if reply_to is None:
        return None
    message = desk.store.messages.get(reply_to) if is_id(reply_to) else None
    if message is None or message.contact_id != contact.id or message.in_group or not message.whatsapp_id:
        raise InvalidError("Some fields are not valid", {"reply_to": "is no message that can be answered"})
    return quote(message, message.whatsapp_id)


def _message(contact: Contact, message_id: str, draft: Draft, now: dt.datetime) -> Message:
    return Message(
        id=message_id,
        contact_id=contact.id,
        direction="out",
        author="staff",
        author_name=draft.author,
        kind=draft.kind,
        text=draft.text,
        media=draft.media,
        template=draft.template,
        choices=list(draft.choices),
        status="queued",
        client_message_id=draft.client_message_id,
        at=now,
        created_at=now,
        updated_at=now,
    )


def _answered(desk: Desk, contact: Contact, message: Message, draft: Draft) -> Contact:
    """Note on the contact what staff wrote, and that the assistant does not talk over them for a while."""
    after = replace(
        contact,
        last_message=preview(message),
        last_activity_at=message.at,
    )
    after = news.dismissed(news.read(after, draft.seen), draft.seen)
    minutes = draft.pause_minutes
    if minutes is None:
        minutes = 0 if draft.template else desk.business().inbox.pause_minutes
    return paused_at_least(after, minutes, message.at)
