"""Identifiers: whose each was at a moment, whatever became of it since."""

import datetime as dt

import pytest

from shared.model.contact import Contact
from shared.model.identifiers import Identifier, given_up, new_identity, taken, without_owners

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
PHONE, ID = Identifier("phone", "+393331234567"), Identifier("user_id", "IT.1349")


def at(minute: float) -> dt.datetime:
    return NOW + dt.timedelta(minutes=minute)


def test_identifier_has_one_document_in_every_spelling():
    spellings = ["+5511987654321", "+551187654321", "5511987654321"]
    assert len({Identifier("phone", spelling).id for spelling in spellings}) == 1
    assert Identifier("user_id", "US.ENT.1").id == Identifier("parent_user_id", "US.ENT.1").id
    assert len({PHONE.id, ID.id, Identifier("phone", "IT.1349").id}) == 3


@pytest.mark.parametrize(
    ("identifier", "fields", "is_in_use"),
    [
        (PHONE, {"phone": "+393331234567"}, True),
        (PHONE, {"phone": "+393331234568"}, False),
        (PHONE, {}, False),
        (Identifier("phone", "+541123456789"), {"phone": "+5491123456789"}, True),
        (ID, {"user_id": "IT.1349"}, True),
        (ID, {"parent_user_id": "IT.1349"}, False),
        (ID, {}, False),
    ],
)
def test_identifier_is_in_use_when_the_contact_has_it_in_any_spelling(identifier, fields, is_in_use):
    assert identifier.is_in_use(Contact(id="c", created_at=NOW, **fields)) == is_in_use


def test_identity_that_was_never_given_up_is_its_owners_at_any_time():
    identity = new_identity(PHONE, "a", at(5))
    assert [identity.owner("phone", at(minute)) for minute in (0, 5, 9)] == ["a", "a", "a"]


def test_identity_given_up_is_the_former_owners_up_to_then():
    identity = given_up(new_identity(PHONE, "a", at(0)), "a", at(5))
    assert [identity.owner("phone", at(minute)) for minute in (0, 5, 5.1)] == ["a", "a", None]
    assert identity.owner("user_id", at(9)) == "a"  # user ids are not recycled


def test_identity_taken_by_the_next_keeps_the_former_owners():
    identity = given_up(new_identity(PHONE, "a", at(0)), "a", at(5))
    identity = given_up(taken(identity, "b", at(7)), "b", at(9))
    identity = taken(identity, "c", at(20))
    owners = {minute: identity.owner("phone", at(minute)) for minute in (1, 5, 6, 9, 10, 30)}
    assert owners == {1: "a", 5: "a", 6: "b", 9: "b", 10: "c", 30: "c"}


def test_identity_taken_from_somebody_is_theirs_until_then():
    identity = taken(new_identity(PHONE, "a", at(0)), "b", at(5))
    assert [identity.owner("phone", at(minute)) for minute in (4, 5, 6)] == ["a", "a", "b"]


def test_identity_taken_back_is_open_again():
    identity = taken(given_up(new_identity(PHONE, "a", at(0)), "a", at(5)), "a", at(7))
    assert (identity.until, identity.since, identity.earlier) == (None, at(7), [])


def test_changes_told_late_change_nothing_that_is_newer():
    ended = given_up(new_identity(PHONE, "a", at(0)), "a", at(5))
    assert taken(ended, "a", at(4)) == ended
    assert given_up(ended, "a", at(3)) == ended
    back = taken(ended, "a", at(7))
    assert given_up(back, "a", at(6)) == back


def test_giving_up_told_after_the_next_owner_came_leaves_it_to_them():
    identity = given_up(new_identity(PHONE, "b", at(9)), "a", at(5))
    assert identity.until is None
    assert [identity.owner("phone", at(minute)) for minute in (4, 5, 6)] == ["a", "a", "b"]
    assert given_up(identity, "a", at(5)) == identity


def test_giving_up_an_identifier_that_somebody_else_had_before_keeps_both():
    identity = given_up(new_identity(PHONE, "a", at(0)), "a", at(5))
    identity = given_up(identity, "b", at(8))
    assert [identity.owner("phone", at(minute)) for minute in (5, 6, 8, 9)] == ["a", "b", "b", None]


def test_identifier_without_its_owner_is_nobodys_or_its_last_other_owners_until_they_gave_it_up():
    first = new_identity(PHONE, "anna", NOW)
    assert without_owners(first, ["anna"]) is None
    second = taken(taken(first, "bruno", at(5)), "carla", at(9))
    left = without_owners(second, ["carla"])
    assert left and (left.contact_id, left.until) == ("bruno", at(9))
    assert [left.owner("phone", at(minute)) for minute in (1, 7, 10)] == ["anna", "bruno", None]
    middle = without_owners(second, ["bruno"])
    assert middle and middle.owner("phone", at(10)) == "carla" and middle.owner("phone", at(7)) == "carla"
