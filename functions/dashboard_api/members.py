"""Who may use the dashboard: owners named in the settings, and those whom owners added, each with a role.

`owner` > `agent` > `viewer`: viewers read and search, agents do all about conversations, owners also change the
settings and the list of staff. On one's own machine everybody is an owner who was not given another role.
"""

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from typing_extensions import TypedDict

from shared.errors import ForbiddenError, NotFoundError
from shared.kept import Kept, KeptByKey
from shared.store.members import Members, StoredMember

KEEP_SECONDS = 30.0
MAX_KEPT = 1000  # anybody with a Google account can ask, so strangers must not fill the memory

Role = Literal["owner", "agent", "viewer"]
RANKS: tuple[Role, ...] = ("viewer", "agent", "owner")  # each may do what those before it may
USUAL_ROLE: Role = "agent"  # of whoever was added without one
REFUSALS: dict[Role, str] = {
    "owner": "only an owner may do this",
    "agent": "you may look at everything, and change nothing",
    "viewer": "this is for staff",
}


def may(role: Role, needed: Role) -> bool:
    """Tell whether a role is enough where another one is needed."""
    return RANKS.index(role) >= RANKS.index(needed)


def require_role(role: Role, needed: Role) -> None:
    """Raise ForbiddenError, which says who may, for a role that is not enough."""
    if not may(role, needed):
        raise ForbiddenError(REFUSALS[needed])


@dataclass(frozen=True)
class Member:
    """One member of staff; sessions begun before `signed_out_at` are over, and those that are named."""

    email: str
    role: Role
    signed_out_at: dt.datetime | None = None
    ended_sessions: frozenset[str] = frozenset()
    fixed: bool = False


class MemberView(TypedDict):
    """A member as the page shows them; `fixed` is an owner whom the settings name, which nobody can change here."""

    email: str
    role: Role
    fixed: bool


class MembersView(TypedDict):
    """The list of staff."""

    staff: list[MemberView]


def member_view(member: Member) -> MemberView:
    """Return a row of the list of staff."""
    return {"email": member.email, "role": member.role, "fixed": member.fixed}


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

    def has(self, email: str) -> bool:
        """Tell whether somebody may use the dashboard (at most 1 read every 30 s)."""
        return self._known(email) is not None

    def members(self) -> list[Member]:
        """List everybody (1 read each)."""
        stored = {member.email: member for member in self._stored.list()}
        members = [self._member(email, stored.get(email)) for email in {*stored, *self._owners}]
        return sorted((member for member in members if member), key=lambda member: member.email)

    def add(self, email: str, added_by: str, role: Role | None = None) -> Member:
        """Put somebody on the list, or give them another role (1 write, 1 read).

        Without a role they keep theirs. Raises ForbiddenError for owners that the settings name.
        """
        if email in self._owners and role not in (None, "owner"):
            raise ForbiddenError("owners are named in STAFF_OWNER and stay owners")
        self._stored.add(email, added_by, role)
        self._known.forget(email)
        return self.require(email)

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

    def end_session(self, email: str, session_id: str, lifetime: dt.timedelta) -> None:
        """End one session of somebody, of those that live so long (1 read, 1 write)."""
        self._stored.end_session(email, session_id, lifetime)
        self._known.forget(email)

    def _look_up(self, email: str) -> Member | None:
        return self._member(email, self._stored.get(email))

    def _member(self, email: str, stored: StoredMember | None) -> Member | None:
        role = self._role(email, stored)
        if role is None:
            return None
        if stored is None:
            return Member(email, role, fixed=email in self._owners)
        ended = frozenset(stored.ended_sessions)
        return Member(email, role, stored.signed_out_at, ended, fixed=email in self._owners)

    def _role(self, email: str, stored: StoredMember | None) -> Role | None:
        if email in self._owners:
            return "owner"
        if stored and stored.is_member and (stored.role or not self._open_to_all):
            return next((role for role in RANKS if role == stored.role), USUAL_ROLE)
        return "owner" if self._open_to_all else None
