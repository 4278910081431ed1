"""Pages of a conversation: the newest, older and newer ones, and the one around a message."""

from typing_extensions import TypedDict

from functions.dashboard_api.cursors import cursor_of, position_of
from functions.dashboard_api.desk import Desk, get_contact
from functions.dashboard_api.message_views import MessageView, message_view
from shared.errors import NotFoundError
from shared.model.ids import is_id
from shared.model.kinds import AMENDMENT_KINDS
from shared.model.message import Message
from shared.store.pages import Position

MAX_MESSAGES = 50
MAX_FILES = 60
ON_EITHER_SIDE = 25


class MessagesPage(TypedDict):
    """A page of a conversation; `before` leads to the older ones, `after` to the newer ones, if there are any."""

    messages: list[MessageView]
    before: str | None
    after: str | None


class FilesPage(TypedDict):
    """A page of the files of a conversation; `before` leads to the older ones."""

    messages: list[MessageView]
    before: str | None


def list_messages(desk: Desk, contact_id: str, before: str) -> MessagesPage:
    """Return a page of a conversation's messages, the newest before a cursor, oldest first (1 read each)."""
    contact = get_contact(desk, contact_id)
    messages = desk.store.messages.page(contact.id, position_of(before), MAX_MESSAGES)
    return _page(messages, has_older=len(messages) == MAX_MESSAGES, has_newer=bool(before))


def list_newer(desk: Desk, contact_id: str, after: str) -> MessagesPage:
    """Return a page of a conversation's messages, the oldest after a cursor, oldest first (1 read each)."""
    contact = get_contact(desk, contact_id)
    position = position_of(after)
    messages = desk.store.messages.page_after(contact.id, position, MAX_MESSAGES) if position else []
    return _page(messages, has_older=True, has_newer=len(messages) == MAX_MESSAGES)


def list_around(desk: Desk, contact_id: str, message_id: str) -> MessagesPage:
    """Return a message with the 25 before and the 25 after it (1 read each); raises NotFoundError.

    Wherever it is, nothing between it and the newest is read.
    """
    contact = get_contact(desk, contact_id)
    message = desk.store.messages.get(message_id) if is_id(message_id) else None
    if message is None or message.contact_id != contact.id:
        raise NotFoundError("there is no such message in this conversation")
    position = (message.at, message.id)
    older = desk.store.messages.page(contact.id, position, ON_EITHER_SIDE)
    newer = desk.store.messages.page_after(contact.id, position, ON_EITHER_SIDE)
    return _page(
        [*older, message, *newer],
        has_older=len(older) == ON_EITHER_SIDE,
        has_newer=len(newer) == ON_EITHER_SIDE,
    )


def list_files(desk: Desk, contact_id: str, before: str) -> FilesPage:
    """Return a page of a conversation's messages whose file is stored, newest first (1 read each, and 1).

    A file that the customer took back is left out.
    """
    contact = get_contact(desk, contact_id)
    messages = desk.store.messages.with_files(contact.id, position_of(before), MAX_FILES)
    last = messages[-1] if len(messages) == MAX_FILES else None
    shown = [message_view(message) for message in messages if message.revoked_at is None]
    return {"messages": shown, "before": cursor_of((last.at, last.id)) if last else None}


def shown_messages(messages: list[Message]) -> list[MessageView]:
    """Return the messages to be shown; a change that was applied shows on the message it is about."""
    return [
        message_view(message) for message in messages if not (message.kind in AMENDMENT_KINDS and message.target_id)
    ]


def _page(messages: list[Message], *, has_older: bool, has_newer: bool) -> MessagesPage:
    return {
        "messages": shown_messages(messages),
        "before": cursor_of(_position(messages[0])) if messages and has_older else None,
        "after": cursor_of(_position(messages[-1])) if messages and has_newer else None,
    }


def _position(message: Message) -> Position:
    return message.at, message.id
