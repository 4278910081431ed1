"""The routes of messages' files."""

import flask

from functions.dashboard_api.activity import note_act
from functions.dashboard_api.api import Answer, Api
from functions.dashboard_api.desk import Desk
from functions.dashboard_api.media_files import fetch_again, file_response, message_with_id
from functions.dashboard_api.message_views import MessageView, message_view
from shared.errors import ConflictError

FILE = [
    Answer(200, "*/*"),
    Answer(206, "*/*"),  # a range of it
    Answer(304, ""),
    Answer(416, ""),
]


def add_media(api: Api, desk: Desk) -> None:
    """Add a message's file, and having it fetched."""

    @api.get("/api/media/<message_id>", role="viewer", answers=FILE)
    def media(message_id: str) -> flask.Response:
        """Download a message's file, or the range of it that is asked for."""
        message = message_with_id(desk, message_id)
        response = file_response(desk, message, flask.request)
        note_act(desk, flask.g.staff.email, "view", message.contact_id, "")
        return response

    @api.post("/api/media/<message_id>/retry", role="agent", status=202, errors=[ConflictError])
    def retry(message_id: str) -> MessageView:
        """Have a file fetched that could not be, or that waits to be asked for."""
        return message_view(fetch_again(desk, message_id))
