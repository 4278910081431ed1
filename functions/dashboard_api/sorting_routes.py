"""The routes by which staff sort conversations: the counts of each kind, whose they are, labels, reminders."""

import flask

from functions.dashboard_api.actions import edit_conversation
from functions.dashboard_api.api import Api
from functions.dashboard_api.bodies import ConversationBody
from functions.dashboard_api.contact_views import ConversationView, conversation_view
from functions.dashboard_api.desk import Desk
from functions.dashboard_api.lists import ConversationCounts, count_conversations
from functions.dashboard_api.members import StaffList


def add_sorting(api: Api, desk: Desk, staff: StaffList) -> None:
    """Add the counts, and the change of a conversation."""

    @api.get("/api/conversations/counts", role="viewer")
    def counts() -> ConversationCounts:
        """Count what each filter lists, and each label of the business."""
        return count_conversations(desk, flask.g.staff.email)

    @api.patch("/api/conversations/<contact_id>", role="agent", note="sort")
    def edit(contact_id: str, body: ConversationBody) -> ConversationView:
        """Change what the body names: whose it is, its labels, until when it is put off, its language."""
        return conversation_view(edit_conversation(desk, staff, contact_id, body), desk.now())
