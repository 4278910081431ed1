"""The list of staff: asked for at most every 30 seconds for each person, and at once after a change."""

from typing import cast

import pytest

from functions.dashboard_api.members import KEEP_SECONDS, StaffList
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

    def add(self, email: str, added_by: str) -> None:
        self.stored[email] = StoredMember(email, is_member=True)

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
    assert world.staff.require(ANNA).role == world.staff.require(ANNA).role == "staff"
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
