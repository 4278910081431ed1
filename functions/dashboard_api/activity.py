"""What staff did and looked at: noted with each change, view and export of theirs, to be read by owners."""

from pydantic import Field
from typing_extensions import TypedDict

from functions.dashboard_api.bodies import MAX_ID_CHARACTERS, Body
from functions.dashboard_api.cursors import cursor_of, position_of
from functions.dashboard_api.desk import Desk
from functions.dashboard_api.times import time_text
from shared.errors import AssistantError
from shared.log import logger
from shared.store.activity import Act

MAX_ACTS = 50
MAX_ADDRESS_CHARACTERS = 254  # of an e-mail address (RFC 5321)
LOOKS = ("view", "search")  # of these, one an hour is noted for each person and conversation


class ActivityBody(Body):
    """About which conversation, and by whom, what was done is wanted, and where a page begins; all without."""

    conversation_id: str | None = Field(default=None, max_length=MAX_ID_CHARACTERS)
    who: str | None = Field(default=None, max_length=MAX_ADDRESS_CHARACTERS)
    cursor: str = Field(default="", max_length=MAX_ID_CHARACTERS)


class ActView(TypedDict):
    """Something that somebody did; `name` is the customer's whose conversation it was about."""

    at: str
    who: str
    action: str
    conversation_id: str | None
    name: str | None
    about: str


class ActivityPage(TypedDict):
    """A page of what was done, the latest first."""

    activity: list[ActView]
    next_cursor: str | None


def note_act(desk: Desk, who: str, action: str, contact_id: str | None, about: str, name: str = "") -> None:
    """Keep what somebody did (1 write, of looks 1 an hour); what has a name is kept once, however often it is done.

    It is done: when it cannot be kept, that is logged and nothing else.
    """
    act = Act(desk.now(), who, action, contact_id, about)
    try:
        if action in LOOKS:
            desk.store.activity.note_look(act)
        else:
            desk.store.activity.note(act, name)
    except AssistantError as error:
        logger.error("act_not_noted", action=action, contact=contact_id, code=error.code)


def list_activity(desk: Desk, wanted: ActivityBody) -> ActivityPage:
    """Return a page of what staff did (1 read each, and 1 for each customer whom it was about)."""
    page = desk.store.activity.page(
        position_of(wanted.cursor), MAX_ACTS, contact_id=wanted.conversation_id or "", who=wanted.who or ""
    )
    contacts = desk.store.contacts.get_all({act.contact_id for act in page.rows if act.contact_id})
    acts: list[ActView] = [
        {
            "at": time_text(act.at),
            "who": act.who,
            "action": act.action,
            "conversation_id": act.contact_id,
            "name": contacts[act.contact_id].name if act.contact_id in contacts else None,
            "about": act.about,
        }
        for act in page.rows
    ]
    return {"activity": acts, "next_cursor": cursor_of(page.following) if page.following else None}
