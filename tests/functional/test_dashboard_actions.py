"""What staff do: write, edit the contact card, pause, block, reset, read."""

import datetime as dt
from typing import Any

import pytest

from shared.model.attention import Attention
from shared.model.contact import Conversation
from shared.model.ids import staff_message_id
from shared.model.profile_field import ProfileField
from shared.store.connection import utc_now
from shared.store.store import Store
from tests.functional.dashboard import Staff, add_contact, close_window
from tests.functional.product import RecordingTarget, error_code, wait_for

pytestmark = pytest.mark.emulator

SOON = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)


def test_message_of_staff_is_queued_once_however_often_it_is_put(
    staff: Staff, store: Store, target: RecordingTarget
) -> None:
    contact = add_contact(store, unread=2, attention=Attention(reason="turn_failed", at=utc_now()))
    path = f"/api/conversations/{contact.id}/messages/client-1"
    first = staff.do("PUT", path, {"text": " Buongiorno, sono Anna. "})
    again = staff.do("PUT", path, {"text": "Another text under the same id"})

    assert first["text"] == again["text"] == "Buongiorno, sono Anna."
    assert (first["id"], first["status"], first["author"]) == (again["id"], "queued", "staff")
    assert first["client_message_id"] == "client-1"
    assert first["author_name"]
    listed = staff.get(f"/api/conversations/{contact.id}/messages")["messages"]
    assert [message["id"] for message in listed] == [staff_message_id(contact.id, "client-1")]
    task = {"v": 1, "type": "send", "message_id": first["id"]}
    wait_for("the task", lambda: task in target.bodies)
    shown = staff.get(f"/api/profile/{contact.id}")["conversation"]
    assert (shown["unread"], shown["attention"]) == (0, None)
    assert shown["last_message"]["text"] == "Buongiorno, sono Anna."


@pytest.mark.parametrize("closed", [None, utc_now() - dt.timedelta(seconds=1)])
def test_message_outside_the_window_is_a_conflict(staff: Staff, store: Store, closed: dt.datetime | None) -> None:
    contact = add_contact(store, window_closes_at=closed)
    answer = staff.call("PUT", f"/api/conversations/{contact.id}/messages/c1", {"text": "ciao"})
    assert (answer.status_code, error_code(answer)) == (409, "window_closed")
    assert staff.get(f"/api/conversations/{contact.id}/messages")["messages"] == []


def test_message_accepted_before_the_window_closed_stays_accepted(staff: Staff, store: Store) -> None:
    contact = add_contact(store)
    path = f"/api/conversations/{contact.id}/messages/c1"
    first = staff.do("PUT", path, {"text": "ciao"})
    store.change_contact(contact.id, close_window)
    assert staff.do("PUT", path, {"text": "ciao"})["id"] == first["id"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": " \n"},
        {"text": None},
        {"text": 7},
        {"text": "x" * 4097},
        {"text": "x", "to": "y"},
    ],
)
def test_message_empty_too_long_or_odd_is_invalid(staff: Staff, store: Store, body: Any) -> None:
    contact = add_contact(store)
    answer = staff.call("PUT", f"/api/conversations/{contact.id}/messages/c1", body)
    assert (answer.status_code, error_code(answer)) == (422, "invalid")
    assert answer.get_json()["error"]["fields"]


def test_message_as_long_as_whatsapp_takes_is_accepted(staff: Staff, store: Store) -> None:
    contact = add_contact(store)
    text = "è" * 4096
    assert staff.do("PUT", f"/api/conversations/{contact.id}/messages/c1", {"text": text})["text"] == text


def test_message_id_too_long_is_refused(staff: Staff, store: Store) -> None:
    contact = add_contact(store)
    answer = staff.call("PUT", f"/api/conversations/{contact.id}/messages/{'x' * 129}", {"text": "x"})
    assert answer.status_code == 400


def test_profile_edited_by_staff_is_theirs_and_keeps_the_rest(staff: Staff, store: Store) -> None:
    company = ProfileField(value="Rossi SRL", source="assistant", updated_at=utc_now())
    contact = add_contact(store, profile={"company": company}, notes="old", phone="+393331234567")
    path = f"/api/profile/{contact.id}"
    staff.do("PATCH", path, {"first_name": " Mario ", "email": "Mario@ROSSI.it"})
    profile = staff.get(path)
    fields = {field["name"]: (field["value"], field["source"]) for field in profile["fields"]}
    assert fields == {
        "first_name": ("Mario", "staff"),
        "last_name": (None, None),
        "company": ("Rossi SRL", "assistant"),
        "email": ("Mario@rossi.it", "staff"),
    }
    assert profile["missing"] == ["last_name"]
    assert profile["notes"] == "old"
    assert profile["phone"] == "+39 333 123 4567"
    assert profile["conversation"]["name"] == "Mario"


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_profile_field_left_blank_is_cleared(staff: Staff, store: Store, blank: str | None) -> None:
    contact = add_contact(store)
    path = f"/api/profile/{contact.id}"
    staff.do("PATCH", path, {"first_name": "Mario", "email": "m@rossi.it", "notes": "nice"})
    profile = staff.do("PATCH", path, {"first_name": blank, "email": blank, "notes": blank})
    assert "first_name" in profile["missing"]
    assert "email" in profile["missing"]
    assert profile["notes"] == ""


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": "mario at rossi"}, "email"),
        ({"first_name": "x" * 121}, "first_name"),
        ({"notes": "x" * 4001}, "notes"),
        ({"company": 7}, "company"),
        ({"phone": "+39"}, "phone"),
    ],
)
def test_profile_with_a_wrong_field_names_it_and_changes_nothing(
    staff: Staff, store: Store, body: Any, field: str
) -> None:
    contact = add_contact(store)
    path = f"/api/profile/{contact.id}"
    answer = staff.call("PATCH", path, {"last_name": "Rossi", **body})
    assert (answer.status_code, error_code(answer)) == (422, "invalid")
    assert list(answer.get_json()["error"]["fields"]) == [field]
    assert "last_name" in staff.get(path)["missing"]


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("pause", {"paused": False}, {"paused": True}),
        ("resume", {"paused": True, "paused_until": SOON}, {"paused": False, "paused_until": None}),
        ("block", {"blocked": False}, {"blocked": True}),
        ("unblock", {"blocked": True}, {"blocked": False}),
    ],
)
def test_action_changes_its_field_and_nothing_else(
    staff: Staff, store: Store, action: str, before: Any, after: Any
) -> None:
    contact = add_contact(store, notes="kept", unread=3, **before)
    shown = staff.do("POST", f"/api/conversations/{contact.id}/{action}")
    assert {name: shown[name] for name in after} == after
    stored = store.contacts.get(contact.id)
    assert stored is not None
    assert (stored.notes, stored.unread) == ("kept", 3)
    assert {name: getattr(stored, name) for name in after} == after


def test_reset_forgets_the_conversation(staff: Staff, store: Store) -> None:
    conversation = Conversation(id="conv", started_at=utc_now())
    contact = add_contact(store, conversation=conversation, conversation_ids=["conv"])
    staff.do("POST", f"/api/conversations/{contact.id}/reset")
    stored = store.contacts.get(contact.id)
    assert stored is not None
    assert stored.conversation is None
    assert stored.conversation_ids == ["conv"]


@pytest.mark.parametrize(("body", "stays"), [(None, True), ({}, True), ({"dismiss": True}, False)])
def test_read_clears_the_count_and_on_demand_the_mark(staff: Staff, store: Store, body: Any, stays: bool) -> None:
    contact = add_contact(store, unread=5, attention=Attention(reason="send_failed", at=utc_now()))
    shown = staff.do("POST", f"/api/conversations/{contact.id}/read", body)
    assert shown["unread"] == 0
    assert (shown["attention"] is not None) is stays


def test_pause_for_some_minutes_says_until_when(staff: Staff, store: Store) -> None:
    contact = add_contact(store, attention=Attention(reason="asked_for_human", at=SOON, summary="un operatore"))
    shown = staff.do("POST", f"/api/conversations/{contact.id}/pause", {"minutes": 30})
    assert shown["paused"] and shown["attention"] is None
    until = dt.datetime.fromisoformat(shown["paused_until"])
    assert dt.timedelta(minutes=29) < until - dt.datetime.now(dt.UTC) <= dt.timedelta(minutes=30)


def test_pause_that_is_over_is_shown_as_none(staff: Staff, store: Store) -> None:
    contact = add_contact(store, paused=True, paused_until=utc_now() - dt.timedelta(days=1))
    card = staff.get(f"/api/profile/{contact.id}")["conversation"]
    assert (card["paused"], card["paused_until"]) == (False, None)


@pytest.mark.parametrize("minutes", [-1, 10_081, "30", 1.5, None])
def test_pause_for_no_number_of_minutes_is_refused(staff: Staff, store: Store, minutes: Any) -> None:
    contact = add_contact(store)
    answer = staff.call("POST", f"/api/conversations/{contact.id}/pause", {"minutes": minutes})
    assert (answer.status_code, list(answer.get_json()["error"]["fields"])) == (422, ["minutes"])


def test_notes_are_for_the_assistant_only_when_marked(staff: Staff, store: Store) -> None:
    contact = add_contact(store, notes="VIP")
    path = f"/api/profile/{contact.id}"
    assert staff.get(path)["notes_for_assistant"] is False
    assert staff.do("PATCH", path, {"notes_for_assistant": True})["notes_for_assistant"] is True
    assert staff.do("PATCH", path, {"notes": "Cliente da anni"})["notes_for_assistant"] is True
    assert staff.call("PATCH", path, {"notes_for_assistant": "yes"}).status_code == 422


def test_attention_has_its_summary(staff: Staff, store: Store) -> None:
    contact = add_contact(store, attention=Attention(reason="promised_human", at=SOON, summary="Fate resi?"))
    assert staff.get(f"/api/profile/{contact.id}")["conversation"]["attention"]["summary"] == "Fate resi?"
