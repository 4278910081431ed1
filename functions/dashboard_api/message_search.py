"""Searching in messages, of one conversation or of all. What is searched for stays out of addresses and logs."""

from typing import Annotated

import flask
from pydantic import Field, StringConstraints
from typing_extensions import TypedDict

from functions.dashboard_api.activity import note_act
from functions.dashboard_api.api import Api
from functions.dashboard_api.bodies import Body
from functions.dashboard_api.cursors import cursor_of, position_of
from functions.dashboard_api.desk import Desk, get_contact
from functions.dashboard_api.message_views import MessageView, message_view
from shared.errors import NotFoundError
from shared.model.message import Message
from shared.model.message_words import wanted_in_messages

MAX_HITS = 30
MAX_QUERY_CHARACTERS = 200


class SearchBody(Body):
    """The beginnings of words that messages are to have, all of them; in one conversation, if it is named."""

    query: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_QUERY_CHARACTERS)]
    conversation_id: str | None = Field(default=None, max_length=64)
    cursor: str = Field(default="", max_length=100)


class HitView(TypedDict):
    """A message that was found, and whose conversation it is in."""

    message: MessageView
    conversation_name: str


class HitsPage(TypedDict):
    """Messages that were found, the newest first."""

    messages: list[HitView]
    next_cursor: str | None


def add_message_search(api: Api, desk: Desk) -> None:
    """Add the search in messages."""

    @api.post("/api/messages/search", role="viewer", errors=[NotFoundError])
    def search(body: SearchBody) -> HitsPage:
        """Find messages by the beginnings of their words, the newest first, a page at a time."""
        found = search_messages(desk, body)
        note_act(
            desk,
            flask.g.staff.email,
            "view" if body.conversation_id else "search",
            body.conversation_id or None,
            "",
        )
        return found


def search_messages(desk: Desk, wanted: SearchBody) -> HitsPage:
    """Return a page of messages that fit (1 read for each that the longest word finds, 1 for each conversation).

    A page is full, unless that takes more than ten pages of reads. Words of one letter alone find nothing.
    """
    contact_id = get_contact(desk, wanted.conversation_id).id if wanted.conversation_id else ""
    words = wanted_in_messages(wanted.query)
    if not words:
        return {"messages": [], "next_cursor": None}
    page = desk.store.messages.search(words, contact_id, position_of(wanted.cursor), MAX_HITS)
    return {
        "messages": _hits(desk, page.rows),
        "next_cursor": cursor_of(page.following) if page.following else None,
    }


def _hits(desk: Desk, messages: list[Message]) -> list[HitView]:
    contacts = desk.store.contacts.get_all({message.contact_id for message in messages})
    return [
        {"message": message_view(message), "conversation_name": contacts[message.contact_id].name}
        for message in messages
        if message.contact_id in contacts  # else it is being erased
    ]
