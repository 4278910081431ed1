"""Lists, a page at a time, and everything that changed since a cursor."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

from typing_extensions import TypedDict

from functions.dashboard_api.contact_views import ConversationView, conversation_view
from functions.dashboard_api.cursors import cursor_of, position_of
from functions.dashboard_api.desk import Desk
from functions.dashboard_api.message_views import MessageView
from functions.dashboard_api.notices import Notice
from functions.dashboard_api.thread_pages import shown_messages
from functions.dashboard_api.times import read_time, time_text
from shared.errors import BadRequestError
from shared.model.contact import Contact
from shared.model.message import Message
from shared.store.selections import FILTERS, LABEL_PREFIX, Selection, selection

MAX_CONVERSATIONS = 30
MAX_CHANGES = 200
COUNTED_AT_ONCE = 8
# A server time is set a moment before its write can be read, so each sync looks back a little.
OVERLAP = dt.timedelta(seconds=2)


class ConversationsPage(TypedDict):
    """A page of the conversation list; `sync` is where following its changes begins."""

    conversations: list[ConversationView]
    next_cursor: str | None
    sync: str
    notices: list[Notice]


class LabelView(TypedDict):
    """A label of the business."""

    name: str
    color: str


class ConversationCounts(TypedDict):
    """How many conversations there are under each filter, and what the page needs of the settings.

    Those are the labels, the time zone, and for how long a message of staff makes the assistant pause, 0 for not.
    """

    counts: dict[str, int]
    labels: list[LabelView]
    time_zone: str
    pause_minutes: int


class Changes(TypedDict):
    """What changed; `sync` is where the next look begins."""

    conversations: list[ConversationView]
    messages: list[MessageView]
    sync: str
    notices: list[Notice]


def list_conversations(desk: Desk, email: str, filter_name: str, search: str, cursor: str) -> ConversationsPage:
    """Return a page of conversations, as the filter orders them (1 read each); `email` is who asks."""
    now = desk.now()
    wanted = wanted_selection(filter_name, email, now)
    page = desk.store.contacts.page(wanted, search, position_of(cursor), MAX_CONVERSATIONS)
    return {
        "conversations": [conversation_view(contact, now) for contact in page.rows],
        "next_cursor": cursor_of(page.following) if page.following else None,
        "sync": time_text(now - OVERLAP),
        "notices": desk.notices(),
    }


def count_conversations(desk: Desk, email: str) -> ConversationCounts:
    """Count what each filter, and each label that the business has, would list.

    Costs 1 read each, and 1 more for every further 1,000 conversations that it counts.
    """
    now, settings = desk.now(), desk.business()
    labels = settings.inbox.labels
    names = [*FILTERS, *(f"{LABEL_PREFIX}{label.name}" for label in labels)]
    with ThreadPoolExecutor(COUNTED_AT_ONCE) as pool:
        counts = list(pool.map(lambda name: desk.store.contacts.count(wanted_selection(name, email, now)), names))
    return {
        "counts": dict(zip(names, counts, strict=True)),
        "labels": [{"name": label.name, "color": label.color} for label in labels],
        "time_zone": settings.business.time_zone,
        "pause_minutes": settings.inbox.pause_minutes,
    }


def sync(desk: Desk, since: str, contact_id: str) -> Changes:
    """Return what changed since a cursor; it may repeat what is known already (1 read a change, 2 at least)."""
    now = desk.now()
    start = read_time(since) if since else now - OVERLAP
    contacts, end = desk.store.contacts.changed(start, MAX_CHANGES)
    messages: list[Message] = []
    messages_end = None
    if contact_id:
        messages, messages_end = desk.store.messages.changed(contact_id, start, MAX_CHANGES)
    ends = [
        (moment, count == MAX_CHANGES)
        for count, moment in ((len(contacts), end), (len(messages), messages_end))
        if moment
    ]
    return {
        "conversations": [conversation_view(contact, now) for contact in contacts if _is_told(contact)],
        "messages": shown_messages(messages),
        "sync": time_text(_following(start, ends)),
        "notices": desk.notices(),
    }


def wanted_selection(filter_name: str, email: str, now: dt.datetime) -> Selection:
    found = selection(filter_name, email, now)
    if found is None:
        raise BadRequestError(f"filter must be {LABEL_PREFIX}NAME or one of {', '.join(FILTERS)}")
    return found


def _is_told(contact: Contact) -> bool:
    """Tell whether pages are to know of a change: not of a contact without messages, but of one that is gone."""
    return contact.last_activity_at is not None or contact.merged_into is not None or contact.erased


def _following(start: dt.datetime, ends: list[tuple[dt.datetime, bool]]) -> dt.datetime:
    """Return where the next sync starts, given up to when each list is complete and whether it was cut there.

    A list that was cut must get ahead, even where all of it changed within the overlap.
    """
    cut = [moment for moment, is_cut in ends if is_cut]
    end = min(cut or [moment for moment, _ in ends], default=start)
    if cut and end - OVERLAP <= start:
        return max(start, end - dt.timedelta(microseconds=1))  # documents of one batch have the same time
    return max(start, end - OVERLAP)
