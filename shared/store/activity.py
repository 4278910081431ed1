"""Who of staff did what and when, in the collection `activity`: no message, no name, no number of a customer."""

import datetime as dt
from dataclasses import dataclass

from google.cloud import firestore

from shared.model.ids import random_id
from shared.store.connection import READ_SECONDS, WRITE_SECONDS, firestore_errors
from shared.store.expiry import delete_expired
from shared.store.pages import Page, Position, after_position

KEPT = dt.timedelta(days=365)


@dataclass(frozen=True)
class Act:
    """Something that somebody of staff did.

    `who` is an e-mail address, `action` a word such as `pause`, `contact_id` whose conversation it was about, if
    any; `about` is what else, such as the address of somebody who was added.
    """

    at: dt.datetime
    who: str
    action: str
    contact_id: str | None = None
    about: str = ""


class Activity:
    """What staff did; entries expire after a year."""

    def __init__(self, client: firestore.Client) -> None:
        self._client = client
        self._collection = client.collection("activity")

    def note(self, act: Act) -> None:
        """Keep what somebody did (1 write)."""
        document = {
            "at": act.at,
            "who": act.who,
            "action": act.action,
            "contact_id": act.contact_id,
            "about": act.about,
            "expire_at": act.at + KEPT,
        }
        with firestore_errors():
            self._collection.document(random_id()).create(document, timeout=WRITE_SECONDS)

    def page(self, after: Position | None, limit: int) -> Page[Act]:
        """List what was done, the latest first (1 read each)."""
        query = after_position(self._collection, self._collection, "at", after, limit)
        with firestore_errors():
            snapshots = list(query.stream(timeout=READ_SECONDS))
        acts = [(snapshot.id, _act(snapshot.to_dict())) for snapshot in snapshots]
        following = (acts[-1][1].at, acts[-1][0]) if len(acts) == limit else None
        return Page([act for _, act in acts], following)

    def delete_expired(self, now: dt.datetime, limit: int) -> int:
        """Delete entries past their time; return how many."""
        return delete_expired(self._client, self._collection, now, limit)


def _act(stored: dict[str, object]) -> Act:
    at = stored["at"]
    if not isinstance(at, dt.datetime):
        raise TypeError("an entry without a time")
    contact_id = stored.get("contact_id")
    return Act(
        at=at,
        who=str(stored.get("who") or ""),
        action=str(stored.get("action") or ""),
        contact_id=str(contact_id) if contact_id else None,
        about=str(stored.get("about") or ""),
    )
