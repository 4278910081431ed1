"""The routes of the contact card."""

import flask

from functions.dashboard_api.api import Api
from functions.dashboard_api.bodies import ProfileBody
from functions.dashboard_api.desk import Desk
from functions.dashboard_api.profile import ProfileView, edit_profile, read_profile
from shared.errors import EditedError


def add_profile(api: Api, desk: Desk) -> None:
    """Add reading the card and editing it."""

    @api.get("/api/profile/<contact_id>", role="viewer", note="view")
    def profile(contact_id: str) -> ProfileView:
        """Read the contact card."""
        return read_profile(desk, contact_id)

    @api.patch("/api/profile/<contact_id>", role="agent", note="edit", errors=[EditedError])
    def change_profile(contact_id: str, body: ProfileBody) -> ProfileView:
        """Change the fields that are named; they win over what the assistant understands."""
        return edit_profile(desk, contact_id, body, flask.g.staff.email)
