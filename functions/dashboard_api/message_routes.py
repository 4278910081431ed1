"""The routes of a conversation's messages."""

import flask

from functions.dashboard_api.api import Api
from functions.dashboard_api.bodies import MAX_ID_CHARACTERS, CaptionBody, MessagesQuery, TextBody
from functions.dashboard_api.desk import Desk
from functions.dashboard_api.message_views import MessageView, message_view
from functions.dashboard_api.outbox import Draft, queue_message
from functions.dashboard_api.thread_pages import (
    FilesPage,
    MessagesPage,
    list_around,
    list_files,
    list_messages,
    list_newer,
)
from functions.dashboard_api.uploads import queue_file
from shared.errors import BadRequestError, OptedOutError, TimedOutError, WindowClosedError


def add_messages(api: Api, desk: Desk) -> None:
    """Add reading a conversation and writing in it."""

    @api.get("/api/conversations/<contact_id>/messages", role="viewer", note="view")
    def messages(contact_id: str, query: MessagesQuery) -> MessagesPage:
        """Read a page of a conversation, the oldest of it first: the newest, or where the query says."""
        if query.around:
            return list_around(desk, contact_id, query.around)
        if query.after:
            return list_newer(desk, contact_id, query.after)
        return list_messages(desk, contact_id, query.before)

    @api.get("/api/conversations/<contact_id>/files", role="viewer", note="view")
    def files(contact_id: str, query: MessagesQuery) -> FilesPage:
        """Read a page of the messages of a conversation that have a file, the newest first."""
        return list_files(desk, contact_id, query.before)

    @api.put(
        "/api/conversations/<contact_id>/messages/<client_message_id>",
        role="agent",
        note="message",
        status=201,
        form=CaptionBody,
        errors=[WindowClosedError, OptedOutError, TimedOutError],
    )
    def write(contact_id: str, client_message_id: str, body: TextBody | None) -> MessageView:
        """Write to a customer, a text as JSON or a file as a form.

        The caller names the message: written again under the same id, it stays one.
        """
        if len(client_message_id) > MAX_ID_CHARACTERS:
            raise BadRequestError(f"the message id has more than {MAX_ID_CHARACTERS} characters")
        author = flask.g.staff.email
        if body is None:
            return message_view(queue_file(desk, contact_id, client_message_id, flask.request, author))
        draft = Draft(
            client_message_id,
            author,
            body.text,
            pause_minutes=body.pause_minutes,
            reply_to=body.reply_to,
            seen=body.seen,
        )
        return message_view(queue_message(desk, contact_id, draft))
