"""Who may use the dashboard: owners named in the settings, and those whom owners added."""

import datetime as dt
import threading
import time
from dataclasses import dataclass
from typing import Any, Literal

from google.cloud import firestore

from shared.errors import ForbiddenError, NotFoundError
from shared.model.ids import hashed

KEEP_SECONDS = 30.0

Role = Literal["owner", "staff"]


@dataclass(frozen=True)
class Member:
    """One member of staff; sessions begun before `signed_out_at` are over."""

    email: str
    role: Role
    signed_out_at: dt.datetime | None = None


class StaffList:
    """The allow-list, in the collection `staff`; looked up at most every 30 seconds for each person."""

    def __init__(self, client: firestore.Client, owners: list[str], *, open_to_all: bool = False) -> None:
        self._collection = client.collection("staff")
        self._owners = set(owners)
        self._open_to_all = open_to_all
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, Member | None]] = {}

    def require(self, email: str) -> Member:
        """Return a member (at most 1 read every 30 s); raises ForbiddenError for strangers."""
        with self._lock:
            kept = self._known.get(email)
        if kept is None or time.monotonic() - kept[0] > KEEP_SECONDS:
            kept = (time.monotonic(), self._look_up(email))
            with self._lock:
                self._known[email] = kept
        if kept[1] is None:
            raise ForbiddenError("this address is not on the list of staff; ask an owner to add it")
        return kept[1]

    def members(self) -> list[Member]:
        """List everybody (1 read each)."""
        stored = {snapshot.get("email"): snapshot.to_dict() for snapshot in self._collection.stream()}
        members = [self._member(email, stored.get(email)) for email in {*stored, *self._owners}]
        return sorted((member for member in members if member), key=lambda member: member.email)

    def add(self, email: str, added_by: str) -> Member:
        """Put somebody on the list (1 write)."""
        document = {"email": email, "member": True, "added_by": added_by, "updated_at": firestore.SERVER_TIMESTAMP}
        self._collection.document(hashed("staff", email)).set(document, merge=True)
        self._forget(email)
        return Member(email, "owner" if email in self._owners else "staff")

    def remove(self, email: str) -> None:
        """Take somebody off the list and end their sessions (1 write); raises for owners and strangers."""
        if email in self._owners:
            raise ForbiddenError("owners are named in STAFF_OWNER and cannot be removed here")
        reference = self._collection.document(hashed("staff", email))
        if not reference.get().exists:
            raise NotFoundError("this address is not on the list")
        reference.set({"member": False, "signed_out_at": firestore.SERVER_TIMESTAMP}, merge=True)
        self._forget(email)

    def sign_out_everywhere(self, email: str) -> None:
        """End every session of somebody (1 write)."""
        fields = {"email": email, "signed_out_at": firestore.SERVER_TIMESTAMP}
        self._collection.document(hashed("staff", email)).set(fields, merge=True)
        self._forget(email)

    def _look_up(self, email: str) -> Member | None:
        snapshot = self._collection.document(hashed("staff", email)).get()
        return self._member(email, snapshot.to_dict() if snapshot.exists else None)

    def _member(self, email: str, stored: dict[str, Any] | None) -> Member | None:
        fields = stored or {}
        is_owner = email in self._owners or self._open_to_all
        if not is_owner and not fields.get("member"):
            return None
        return Member(email, "owner" if is_owner else "staff", fields.get("signed_out_at"))

    def _forget(self, email: str) -> None:
        with self._lock:
            self._known.pop(email, None)
