"""Two people at one contact card: nobody overwrites what they have not seen."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from shared.model.contact import Contact
from shared.model.profile_field import ProfileField, Suggestion
from shared.store.connection import utc_now
from shared.store.store import Store
from tests.functional.dashboard import Staff, add_contact
from tests.functional.product import error_code

pytestmark = pytest.mark.emulator

LATER = dt.timedelta(seconds=5)


def path_of(contact: Contact) -> str:
    return f"/api/profile/{contact.id}"


def conflict(staff: Staff, contact: Contact, body: Any) -> Any:
    answer = staff.call("PATCH", path_of(contact), body)
    assert (answer.status_code, error_code(answer)) == (409, "conflict")
    return answer.get_json()["present"]


def test_second_edit_of_a_field_with_the_old_state_is_told_what_it_is_now(staff: Staff, store: Store) -> None:
    contact = add_contact(store)
    seen = staff.get(path_of(contact))["updated_at"]
    anna = staff.do("PATCH", path_of(contact), {"company": "Anna SRL", "seen": seen})
    present = conflict(staff, contact, {"company": "Bruno SRL", "last_name": "Rossi", "seen": seen})
    assert list(present) == ["company"]
    assert (present["company"]["value"], present["company"]["source"]) == ("Anna SRL", "staff")
    assert present["company"]["author"] and present["company"]["updated_at"] == anna["updated_at"]
    card = staff.get(path_of(contact))
    assert {each["name"]: each["value"] for each in card["fields"]}["company"] == "Anna SRL"
    assert "last_name" in card["missing"]
    again = staff.do("PATCH", path_of(contact), {"company": "Bruno SRL", "seen": card["updated_at"]})
    assert {each["name"]: each["value"] for each in again["fields"]}["company"] == "Bruno SRL"


def test_answer_of_an_edit_is_the_state_that_the_next_one_saw(staff: Staff, store: Store) -> None:
    contact = add_contact(store)
    seen = staff.get(path_of(contact))["updated_at"]
    for name in ("Uno", "Due", "Tre"):
        seen = staff.do("PATCH", path_of(contact), {"company": name, "seen": seen})["updated_at"]


def test_edit_without_what_it_saw_wins_as_it_always_did(staff: Staff, store: Store) -> None:
    contact = add_contact(store)
    for body in ({"company": "Uno"}, {"company": "Due"}, {"company": "Tre", "seen": None}):
        staff.do("PATCH", path_of(contact), body)


@pytest.mark.parametrize("other", [{"first_name": "Anna"}, {"notes": "gentile"}, {"company": "Mia SRL"}])
def test_change_elsewhere_or_to_the_same_value_is_no_collision(staff: Staff, store: Store, other: Any) -> None:
    contact = add_contact(store)
    seen = staff.get(path_of(contact))["updated_at"]
    staff.do("PATCH", path_of(contact), other)
    staff.do("POST", f"/api/conversations/{contact.id}/pause")
    staff.do("PATCH", path_of(contact), {"company": "Mia SRL", "seen": seen})


def test_field_that_somebody_cleared_collides_and_is_open_again(staff: Staff, store: Store) -> None:
    contact = add_contact(store)
    seen = staff.do("PATCH", path_of(contact), {"company": "Anna SRL"})["updated_at"]
    cleared = staff.do("PATCH", path_of(contact), {"company": None})
    assert "company" in cleared["missing"]
    present = conflict(staff, contact, {"company": "Bruno SRL", "seen": seen})
    assert (present["company"]["value"], bool(present["company"]["author"])) == (None, True)


@pytest.mark.parametrize("body", [{"notes": "di Bruno"}, {"notes_for_assistant": False}])
def test_notes_of_two_people_collide(staff: Staff, store: Store, body: Any) -> None:
    contact = add_contact(store)
    seen = staff.get(path_of(contact))["updated_at"]
    staff.do("PATCH", path_of(contact), {"notes": "di Anna", "notes_for_assistant": True})
    name = next(iter(body))
    before = {"notes": "di Anna", "notes_for_assistant": True}[name]
    assert conflict(staff, contact, {**body, "seen": seen})[name]["value"] == before


def test_suggestion_that_came_after_the_card_was_seen_is_not_dismissed_unseen(staff: Staff, store: Store) -> None:
    mine = ProfileField(value="Mia SRL", source="staff", updated_at=utc_now() - LATER, author="anna@shop.it")
    contact = add_contact(store, profile={"company": mine}, created_at=utc_now() - LATER)
    seen = staff.get(path_of(contact))["updated_at"]
    said = replace(mine, suggestion=Suggestion(value="Tua SRL", at=utc_now()))
    store.change_contact(contact.id, lambda each: replace(each, profile={"company": said}))
    assert conflict(staff, contact, {"dismiss": ["company"], "seen": seen})["company"]["value"] == "Mia SRL"
    newer = staff.get(path_of(contact))["updated_at"]
    assert newer > seen
    staff.do("PATCH", path_of(contact), {"dismiss": ["company"], "seen": newer})


def test_clock_that_runs_behind_hides_no_change(staff: Staff, store: Store) -> None:
    ahead = ProfileField(value="Mia SRL", source="assistant", updated_at=utc_now() + dt.timedelta(hours=1))
    contact = add_contact(store, profile={"company": ahead})
    seen = staff.get(path_of(contact))["updated_at"]
    staff.do("PATCH", path_of(contact), {"company": "Anna SRL", "seen": seen})
    conflict(staff, contact, {"company": "Bruno SRL", "seen": seen})


@pytest.mark.parametrize("seen", ["yesterday", 7, "2026-11-28T10:00:00", {}])
def test_state_that_is_no_time_is_named(staff: Staff, store: Store, seen: Any) -> None:
    contact = add_contact(store)
    answer = staff.call("PATCH", path_of(contact), {"company": "Mia SRL", "seen": seen})
    assert (answer.status_code, list(answer.get_json()["error"]["fields"])) == (422, ["seen"])
