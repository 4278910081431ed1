"""Who of staff did what and when, in the collection `activity`: no message, no name, no number of a customer.

Each thing done is an entry of its own. That somebody looked is one entry an hour for each person and conversation,
whatever they read of it: its id says so, and a process remembers those that it has written.
"""

import datetime as dt
import threading
from contextlib import suppress
from dataclasses import dataclass

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.errors import DuplicateError, StoreError
from shared.model.ids import hashed, random_id
from shared.store.connection import READ_SECONDS, WRITE_SECONDS, firestore_errors
from shared.store.expiry import delete_expired
from shared.store.pages import Page, Position, after_position

KEPT = dt.timedelta(days=3660)  # at the longest; by the settings before (shared/store/retention.py)


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
    """What staff did."""

    def __init__(self, client: firestore.Client) -> None:
        self._client = client
        self._collection = client.collection("activity")
        self._looks = _Looks()

    def note(self, act: Act, name: str = "") -> None:
        """Keep what somebody did (1 write); what has a name is one act, however often it is noted."""
        with suppress(DuplicateError):
            self._create(
                hashed("act", act.who, act.action, act.contact_id or "", name) if name else random_id(), act
            )

    def note_look(self, act: Act) -> None:
        """Keep that somebody looked at something in this hour (1 write the first time, none after it)."""
        hour = f"{act.at.astimezone(dt.UTC):%Y-%m-%d %H}"
        name = hashed("look", hour, act.who, act.action, act.contact_id or "")
        if not self._looks.is_first(hour, name):
            return
        try:
            self._create(name, act)
        except DuplicateError:
            pass  # another process has
        except StoreError:
            self._looks.forget(name)
            raise

    def page(self, after: Position | None, limit: int, *, contact_id: str = "", who: str = "") -> Page[Act]:
        """List what was done, the latest first; about one contact, by one person, where they are named.

        Costs 1 read each.
        """
        query: firestore.Query | firestore.CollectionReference = self._collection
        for field, wanted in (("contact_id", contact_id), ("who", who)):
            if wanted:
                query = query.where(filter=FieldFilter(field, "==", wanted))
        query = after_position(query, self._collection, "at", after, limit)
        with firestore_errors():
            snapshots = list(query.stream(timeout=READ_SECONDS))
        acts = [(snapshot.id, _act(snapshot.to_dict() or {})) for snapshot in snapshots]
        following = (acts[-1][1].at, acts[-1][0]) if len(acts) == limit else None
        return Page([act for _, act in acts], following)

    def delete_expired(self, now: dt.datetime, limit: int) -> int:
        """Delete entries past their time; return how many."""
        return delete_expired(self._client, self._collection, now, limit)

    def _create(self, name: str, act: Act) -> None:
        document = {
            "at": act.at,
            "who": act.who,
            "action": act.action,
            "contact_id": act.contact_id,
            "about": act.about,
            "expire_at": act.at + KEPT,
        }
        with firestore_errors():
            self._collection.document(name).create(document, timeout=WRITE_SECONDS)


class _Looks:
    """What this process has noted in the present hour."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hour, self._names = "", set[str]()

    def is_first(self, hour: str, name: str) -> bool:
        """Tell whether it was not noted in this hour, and hold it for noted."""
        with self._lock:
            if hour != self._hour:
                self._hour, self._names = hour, set()
            is_first = name not in self._names
            self._names.add(name)
        return is_first

    def forget(self, name: str) -> None:
        """Let it be noted after all."""
        with self._lock:
            self._names.discard(name)


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
