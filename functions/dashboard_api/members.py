"""Who may use the dashboard: owners named in the settings, and those whom owners added."""

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypedDict

from shared.errors import ForbiddenError, NotFoundError
from shared.kept import Kept, KeptByKey
from shared.store.members import Members, StoredMember

KEEP_SECONDS = 30.0
MAX_KEPT = 1000  # anybody with a Google account can ask, so strangers must not fill the memory

Role = Literal["owner", "staff"]


@dataclass(frozen=True)
class Member:
    """One member of staff; sessions begun before `signed_out_at` are over."""

    email: str
    role: Role
    signed_out_at: dt.datetime | None = None


class MemberView(TypedDict):
    """A member as the page shows them."""

    email: str
    role: Role


def member_view(member: Member) -> MemberView:
    """Return a row of the list of staff."""
    return {"email": member.email, "role": member.role}


class StaffList:
    """The allow-list; looked up at most every 30 seconds for each person."""

    def __init__(
        self,
        stored: Members,
        owners: list[str],
        *,
        open_to_all: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stored = stored
        self._owners = set(owners)
        self._open_to_all = open_to_all
        self._known = KeptByKey(
            lambda email: Kept(lambda: self._look_up(email), KEEP_SECONDS, clock=clock), MAX_KEPT
        )

    def require(self, email: str) -> Member:
        """Return a member (at most 1 read every 30 s); raises ForbiddenError for strangers."""
        member = self._known(email)
        if member is None:
            raise ForbiddenError("this address is not on the list of staff; ask an owner to add it")
        return member

    def members(self) -> list[Member]:
        """List everybody (1 read each)."""
        stored = {member.email: member for member in self._stored.list()}
        members = [self._member(email, stored.get(email)) for email in {*stored, *self._owners}]
        return sorted((member for member in members if member), key=lambda member: member.email)

    def add(self, email: str, added_by: str) -> Member:
        """Put somebody on the list (1 write)."""
        self._stored.add(email, added_by)
        self._known.forget(email)
        return Member(email, "owner" if email in self._owners else "staff")

    def remove(self, email: str) -> None:
        """Take somebody off the list and end their sessions (1 read, 1 write).

        Raises ForbiddenError for owners, NotFoundError for strangers.
        """
        if email in self._owners:
            raise ForbiddenError("owners are named in STAFF_OWNER and cannot be removed here")
        if self._stored.get(email) is None:
            raise NotFoundError("this address is not on the list")
        self._stored.remove(email)
        self._known.forget(email)

    def sign_out_everywhere(self, email: str) -> None:
        """End every session of somebody (1 write)."""
        self._stored.sign_out(email)
        self._known.forget(email)

    def _look_up(self, email: str) -> Member | None:
        return self._member(email, self._stored.get(email))

    def _member(self, email: str, stored: StoredMember | None) -> Member | None:
        is_owner = email in self._owners or self._open_to_all
        if not is_owner and not (stored and stored.is_member):
            return None
        return Member(email, "owner" if is_owner else "staff", stored.signed_out_at if stored else None)
