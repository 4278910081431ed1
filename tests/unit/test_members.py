"""The list of staff: asked for at most every 30 seconds for each person, and at once after a change."""

from typing import cast

import pytest

from functions.dashboard_api.members import KEEP_SECONDS, RANKS, Role, StaffList, may
from shared.errors import ForbiddenError, NotFoundError
from shared.store.members import Members, StoredMember

ANNA, OWNER, STRANGER = "anna@example.com", "owner@example.com", "eve@example.com"


class FakeMembers:
    """Keeps members in memory, and counts the look-ups."""

    def __init__(self) -> None:
        self.stored: dict[str, StoredMember] = {}
        self.asked: list[str] = []

    def get(self, email: str) -> StoredMember | None:
        self.asked.append(email)
        return self.stored.get(email)

    def list(self) -> list[StoredMember]:
        return [*self.stored.values()]

    def add(self, email: str, added_by: str, role: str | None = None) -> None:
        self.stored[email] = StoredMember(email, is_member=True, role=role)

    def remove(self, email: str) -> None:
        self.stored[email] = StoredMember(email, is_member=False)


class World:
    """A list of staff whose time a test decides."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.members = FakeMembers()
        self.staff = StaffList(cast(Members, self.members), [OWNER], clock=lambda: self.time)


@pytest.fixture
def world() -> World:
    return World()


def test_member_is_looked_up_once_in_thirty_seconds(world: World) -> None:
    world.members.add(ANNA, OWNER)
    assert world.staff.require(ANNA).role == world.staff.require(ANNA).role == "agent"
    assert world.members.asked == [ANNA]
    world.time += KEEP_SECONDS
    world.staff.require(ANNA)
    assert world.members.asked == [ANNA, ANNA]


def test_change_of_the_list_counts_at_once(world: World) -> None:
    with pytest.raises(ForbiddenError):
        world.staff.require(ANNA)
    world.staff.add(ANNA, OWNER)
    assert world.staff.require(ANNA).email == ANNA
    world.staff.remove(ANNA)
    with pytest.raises(ForbiddenError):
        world.staff.require(ANNA)
    assert [member.email for member in world.staff.members()] == [OWNER]


def test_owner_and_stranger_cannot_be_removed(world: World) -> None:
    with pytest.raises(ForbiddenError):
        world.staff.remove(OWNER)
    with pytest.raises(NotFoundError):
        world.staff.remove(STRANGER)
    assert world.staff.require(OWNER).role == "owner"


def test_strangers_are_refused_without_a_look_up_each_time(world: World) -> None:
    for _ in range(3):
        with pytest.raises(ForbiddenError):
            world.staff.require(STRANGER)
    assert world.members.asked == [STRANGER]


@pytest.mark.parametrize(
    ("stored", "role"), [(None, "agent"), ("viewer", "viewer"), ("owner", "owner"), ("king", "agent")]
)
def test_role_is_that_which_is_stored_and_agent_where_none_is_or_an_unknown_one(
    world: World, stored: str | None, role: str
) -> None:
    world.members.add(ANNA, OWNER, stored)
    assert world.staff.require(ANNA).role == role


def test_owner_whom_the_settings_name_stays_one(world: World) -> None:
    with pytest.raises(ForbiddenError):
        world.staff.add(OWNER, OWNER, "viewer")
    assert world.staff.add(OWNER, OWNER, "owner").role == world.staff.add(OWNER, OWNER).role == "owner"
    world.members.add(OWNER, OWNER, "viewer")
    assert world.staff.require(OWNER).role == "owner"


def test_everybody_on_ones_own_machine_is_an_owner_who_was_not_given_another_role() -> None:
    members = FakeMembers()
    staff = StaffList(cast(Members, members), [], open_to_all=True)
    assert staff.require(STRANGER).role == "owner"
    assert staff.add(ANNA, STRANGER).role == "owner"
    assert staff.add(ANNA, STRANGER, "viewer").role == "viewer"


@pytest.mark.parametrize("needed", RANKS)
def test_role_may_do_what_those_below_it_may(needed: Role) -> None:
    refused = [role for role in RANKS if not may(role, needed)]
    assert refused == list(RANKS[: RANKS.index(needed)])
