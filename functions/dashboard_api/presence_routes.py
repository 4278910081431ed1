"""The route by which colleagues see who is in a conversation, so that no two answer at once."""

import datetime as dt

import flask
from typing_extensions import TypedDict

from functions.dashboard_api.api import Api
from functions.dashboard_api.bodies import PresenceBody
from functions.dashboard_api.desk import Desk, possible_contact_id
from shared.store.presence import Present

COUNTS = dt.timedelta(seconds=40)  # two beats of the page that went missing, and somebody is gone


class PresentView(TypedDict):
    """Somebody else who has the conversation open."""

    email: str
    typing: bool


class PresenceView(TypedDict):
    """Who else has the conversation open."""

    others: list[PresentView]


def add_presence(api: Api, desk: Desk) -> None:
    """Add the beat of a page that shows a conversation."""

    @api.post("/api/conversations/<contact_id>/presence", role="agent")
    def beat(contact_id: str, body: PresenceBody) -> PresenceView:
        """Say that the conversation is open here, and whether somebody types; tell who else has it open.

        It costs 1 write and 1 read.
        """
        return note_presence(desk, possible_contact_id(contact_id), flask.g.staff.email, typing=body.typing)


def note_presence(desk: Desk, contact_id: str, email: str, *, typing: bool) -> PresenceView:
    """Note that somebody is there (1 write), and return who else is (1 read)."""
    now = desk.now()
    desk.store.presence.note(contact_id, Present(email, now, typing))
    there = [one for one in desk.store.presence.of(contact_id) if one.email != email and now - one.at < COUNTS]
    return {"others": [{"email": one.email, "typing": one.typing} for one in sorted(there, key=lambda one: one.at)]}
