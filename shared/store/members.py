"""Members: who may use the dashboard, in the collection `staff`."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from google.cloud import firestore

from shared.model.ids import hashed
from shared.store.connection import READ_SECONDS, WRITE_SECONDS, firestore_errors, utc_now

MAX_ENDED = 100


@dataclass(frozen=True)
class StoredMember:
    """What is stored of somebody; sessions begun before `signed_out_at` are over.

    `ended_sessions` are those of the last hours that were ended one by one, and when. `role` is None of those
    who were added before there were roles.
    """

    email: str
    is_member: bool
    signed_out_at: dt.datetime | None = None
    role: str | None = None
    ended_sessions: Mapping[str, dt.datetime] = field(default_factory=dict)


class Members:
    """Who was added, who was removed, and whose sessions were ended."""

    def __init__(self, client: firestore.Client) -> None:
        self._collection = client.collection("staff")

    def get(self, email: str) -> StoredMember | None:
        """Look somebody up by their address in lower case (1 read)."""
        with firestore_errors():
            snapshot = self._reference(email).get(timeout=READ_SECONDS)
        return _member(snapshot) if snapshot.exists else None

    def list(self) -> list[StoredMember]:
        """List everybody who ever was on the list (1 read each)."""
        with firestore_errors():
            return [_member(snapshot) for snapshot in self._collection.stream(timeout=READ_SECONDS)]

    def add(self, email: str, added_by: str, role: str | None = None) -> None:
        """Put somebody on the list, or give them another role; without one they keep theirs (1 write)."""
        fields = {"member": True, "added_by": added_by, "updated_at": firestore.SERVER_TIMESTAMP}
        self._merge(email, {**fields, "role": role} if role else fields)

    def remove(self, email: str) -> None:
        """Take somebody off the list and end their sessions (1 write)."""
        self._merge(
            email, {"member": False, "role": firestore.DELETE_FIELD, "signed_out_at": firestore.SERVER_TIMESTAMP}
        )

    def sign_out(self, email: str) -> None:
        """End every session of somebody (1 write)."""
        self._merge(email, {"signed_out_at": firestore.SERVER_TIMESTAMP, "ended_sessions": firestore.DELETE_FIELD})

    def end_session(self, email: str, session_id: str, lifetime: dt.timedelta) -> None:
        """End one session of somebody, of those that live so long (1 read, 1 write).

        What ended longer ago is over by itself and is forgotten. Whoever ends more than `MAX_ENDED` at a time ends
        them all, so that the document stays small.
        """
        stored = self.get(email)
        ended = stored.ended_sessions if stored else {}
        over = {name: firestore.DELETE_FIELD for name, at in ended.items() if at < utc_now() - lifetime}
        if len(ended) - len(over) >= MAX_ENDED:
            self.sign_out(email)
        else:
            self._merge(email, {"ended_sessions": {**over, session_id: firestore.SERVER_TIMESTAMP}})

    def _merge(self, email: str, fields: dict[str, Any]) -> None:
        with firestore_errors():
            self._reference(email).set({"email": email, **fields}, merge=True, timeout=WRITE_SECONDS)

    def _reference(self, email: str) -> Any:
        return self._collection.document(hashed("staff", email))


def _member(snapshot: Any) -> StoredMember:
    stored = snapshot.to_dict()
    return StoredMember(
        email=str(stored.get("email")),
        is_member=bool(stored.get("member")),
        signed_out_at=stored.get("signed_out_at"),
        role=stored.get("role"),
        ended_sessions=stored.get("ended_sessions") or {},
    )
