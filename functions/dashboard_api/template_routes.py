"""The routes of templates, which may be sent at any time."""

import flask

from functions.dashboard_api.api import Api
from functions.dashboard_api.bodies import TemplateBody
from functions.dashboard_api.desk import Desk
from functions.dashboard_api.message_views import MessageView, message_view
from functions.dashboard_api.new_conversation import NewConversationBody, start_conversation
from functions.dashboard_api.outbox import queue_template
from functions.dashboard_api.templates import TemplatesView, list_templates
from shared.errors import BlockedError, NotFoundError, OptedOutError, RemoteError


def add_templates(api: Api, desk: Desk) -> None:
    """Add the list of templates, and sending one."""

    @api.get("/api/templates", role="viewer", errors=[RemoteError])
    def templates() -> TemplatesView:
        """List the account's templates that can be sent."""
        return list_templates(desk.templates)

    @api.post(
        "/api/conversations/<contact_id>/template",
        role="agent",
        note="template",
        status=201,
        errors=[NotFoundError, OptedOutError, RemoteError],
    )
    def send_template(contact_id: str, body: TemplateBody) -> MessageView:
        """Send a template, which WhatsApp allows also outside the 24 hours."""
        return message_view(queue_template(desk, contact_id, body, flask.g.staff.email))

    @api.post(
        "/api/conversations",
        role="agent",
        note="template",
        status=201,
        errors=[NotFoundError, BlockedError, OptedOutError, RemoteError],
    )
    def begin(body: NewConversationBody) -> MessageView:
        """Begin a conversation with a template to a number; who has it already is written to under it."""
        return message_view(start_conversation(desk, body, flask.g.staff.email))
