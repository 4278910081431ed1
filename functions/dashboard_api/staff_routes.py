"""The routes of the list of staff; whoever is on it may read it, owners change it."""

import flask

from functions.dashboard_api.actions import unassign
from functions.dashboard_api.api import Api
from functions.dashboard_api.bodies import MemberBody
from functions.dashboard_api.desk import Desk
from functions.dashboard_api.members import MembersView, MemberView, StaffList, member_view
from shared.errors import InvalidError
from shared.model.email_address import normal_email


def add_staff(api: Api, desk: Desk, staff: StaffList) -> None:
    """Add the routes below `/api/staff`."""

    @api.get("/api/staff", role="viewer")
    def members() -> MembersView:
        """List who may use the dashboard, and as what."""
        return {"staff": [member_view(member) for member in staff.members()]}

    @api.put("/api/staff/<email>", role="owner", note="staff")
    def add(email: str, body: MemberBody) -> MemberView:
        """Put somebody on the list, or give them another role.

        Owners who are named in the settings stay owners.
        """
        address = normal_email(email)
        if address is None:
            raise InvalidError("Some fields are not valid", {"email": "is not an e-mail address"})
        return member_view(staff.add(address.lower(), flask.g.staff.email, body.role))

    @api.delete("/api/staff/<email>", role="owner", note="staff_removed")
    def remove(email: str) -> None:
        """Take somebody off the list, and end their sessions; their conversations are nobody's then."""
        address = email.strip().lower()
        unassign(desk, address)  # first, so that whoever was interrupted can do it again
        staff.remove(address)
        unassign(desk, address)  # what a colleague gave them meanwhile
