"""What staff did: noted with each change that they make, to be read by owners."""

from typing_extensions import TypedDict

from functions.dashboard_api.cursors import cursor_of, position_of
from functions.dashboard_api.desk import Desk
from functions.dashboard_api.times import time_text
from shared.errors import AssistantError
from shared.log import logger
from shared.store.activity import Act

MAX_ACTS = 50


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


def note_act(desk: Desk, who: str, action: str, contact_id: str | None, about: str) -> None:
    """Keep what somebody did (1 write). It is done: when it cannot be kept, that is logged and nothing else."""
    try:
        desk.store.activity.note(Act(desk.now(), who, action, contact_id, about))
    except AssistantError as error:
        logger.error("act_not_noted", action=action, contact=contact_id, code=error.code)


def list_activity(desk: Desk, cursor: str) -> ActivityPage:
    """Return a page of what staff did (1 read each, and 1 for each customer whom it was about)."""
    page = desk.store.activity.page(position_of(cursor), MAX_ACTS)
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
