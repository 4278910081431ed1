"""Lists, a page at a time, and everything that changed since a cursor."""

import datetime as dt

from shared.dashboard.conversations import Desk, get_contact
from shared.dashboard.queries import Position
from shared.dashboard.views import Json, conversation_view, message_view, time_text
from shared.errors import BadRequestError
from shared.identifiers import is_id

CONVERSATIONS = 30
MESSAGES = 50
CHANGES = 200
# A server time is set a moment before its write can be read, so each sync looks back a little.
OVERLAP = dt.timedelta(seconds=2)
FILTERS = {"all": "", "unread": "has_unread", "attention": "needs_attention", "paused": "paused"}


def list_conversations(desk: Desk, filter_name: str, search: str, cursor: str) -> Json:
    """Return a page of conversations, newest first (1 read each)."""
    if filter_name not in FILTERS:
        raise BadRequestError(f"filter must be one of {', '.join(FILTERS)}")
    now = desk.now()
    contacts, following = desk.queries.contacts(FILTERS[filter_name], search, _position(cursor), CONVERSATIONS)
    return {
        "conversations": [conversation_view(contact, now) for contact in contacts],
        "next_cursor": _cursor(following),
        "sync": time_text(now - OVERLAP),
        "notices": desk.notices(),
    }


def list_messages(desk: Desk, contact_id: str, before: str) -> Json:
    """Return a page of a conversation's messages, the newest before a cursor, oldest first (1 read each)."""
    get_contact(desk, contact_id)
    messages = desk.queries.messages(contact_id, _position(before), MESSAGES)
    first = messages[0] if len(messages) == MESSAGES else None
    return {
        "messages": [message_view(message) for message in messages],
        "before": _cursor((first.at, first.id)) if first else None,
    }


def sync(desk: Desk, since: str, contact_id: str) -> Json:
    """Return what changed since a cursor; it may repeat what is known already (1 read a change, 2 at least)."""
    now = desk.now()
    start = _time(since) if since else now - OVERLAP
    contacts, end = desk.queries.changed_contacts(start, CHANGES)
    messages, messages_end = desk.queries.changed_messages(contact_id, start, CHANGES) if contact_id else ([], None)
    ends = [moment - OVERLAP for moment in (end, messages_end) if moment]
    return {
        "conversations": [conversation_view(contact, now) for contact in contacts],
        "messages": [message_view(message) for message in messages],
        "sync": time_text(max(start, min(ends)) if ends else start),
        "notices": desk.notices(),
    }


def _cursor(position: Position | None) -> str | None:
    return f"{time_text(position[0])}~{position[1]}" if position else None


def _position(cursor: str) -> Position | None:
    if not cursor:
        return None
    time, _, document_id = cursor.partition("~")
    if not is_id(document_id):
        raise BadRequestError("the cursor cannot be read")
    return _time(time), document_id


def _time(text: str) -> dt.datetime:
    try:
        time = dt.datetime.fromisoformat(text.replace(" ", "+"))  # an unescaped + arrives as a blank
        return time.astimezone(dt.UTC) if time.tzinfo else time.replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError):
        raise BadRequestError("the cursor cannot be read") from None
