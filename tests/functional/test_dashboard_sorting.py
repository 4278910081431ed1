"""Staff sort conversations: whose they are, labels, reminders, marked as unread."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from shared.model.attention import Attention
from shared.model.business import BusinessSettings, Inbox, Label
from shared.store.business import SavedBusiness
from shared.store.connection import utc_now
from shared.store.store import Store
from tests.functional.dashboard import Staff, add_contact
from tests.functional.product import error_code, wait_for

pytestmark = pytest.mark.emulator

ANNA = "anna@example.com"
TOMORROW = (utc_now() + dt.timedelta(days=1)).isoformat()
ASKED = Attention(reason="asked_for_human", at=utc_now(), summary="un operatore")


@pytest.fixture(scope="module")
def labelled(staff: Staff, store: Store) -> None:
    """Give the business two labels."""
    labels = [Label(name="VIP", color="red"), Label(name="Olio")]
    settings = BusinessSettings(inbox=Inbox(labels=labels))
    store.business.save(SavedBusiness(1, settings, ANNA, utc_now(), ["inbox"]))
    # The dashboard learns of it within some seconds.
    wait_for("labels", lambda: "label:Olio" in staff.get("/api/conversations/counts")["counts"])


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ({"assignee": ANNA}, {"assignee": ANNA}),
        ({"assignee": "  Anna@Example.com"}, {"assignee": ANNA}),
        ({"assignee": None}, {"assignee": None}),
        ({"assignee": ""}, {"assignee": None}),
        ({"labels": ["VIP", "Olio", "VIP"]}, {"labels": ["VIP", "Olio"]}),
        ({"labels": ["old"]}, {"labels": ["old"]}),
        ({"labels": []}, {"labels": []}),
        ({"language": "de"}, {"language": "de"}),
        ({"language": None}, {"language": None}),
        ({"assignee": ANNA, "language": "fr"}, {"assignee": ANNA, "language": "fr"}),
        ({}, {}),
    ],
)
def test_conversation_changes_in_what_is_named_and_nothing_else(
    staff: Staff, store: Store, labelled: None, body: Any, shown: Any
) -> None:
    before = {"assignee": "bruno@example.com", "labels": ["old"], "language": "it", "notes": "kept"}
    contact = add_contact(store, **before)
    answer = staff.do("PATCH", f"/api/conversations/{contact.id}", body)
    stored = store.contacts.get(contact.id)
    assert stored is not None
    for name, value in {**before, **shown}.items():
        assert getattr(stored, name) == value
        assert answer.get(name, value) == value


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"labels": ["VIP", "nobody's"]}, "labels"),
        ({"labels": None}, "labels"),
        ({"labels": "VIP"}, "labels"),
        ({"language": "xx"}, "language"),
        ({"snoozed_until": "tomorrow"}, "snoozed_until"),
        ({"snoozed_until": "2099-01-01T00:00:00"}, "snoozed_until"),
        ({"snoozed_until": "2099-01-01T00:00:00Z"}, "snoozed_until"),
        ({"snoozed_until": "2020-01-01T00:00:00Z"}, "snoozed_until"),
        ({"assignee": 7}, "assignee"),
        ({"paused": True}, "paused"),
    ],
)
def test_change_that_makes_no_sense_is_refused_whole(
    staff: Staff, store: Store, labelled: None, body: Any, field: str
) -> None:
    contact = add_contact(store)
    answer = staff.call("PATCH", f"/api/conversations/{contact.id}", {"assignee": ANNA, **body})
    assert (answer.status_code, error_code(answer)) == (422, "invalid")
    assert [name.partition(".")[0] for name in answer.get_json()["error"]["fields"]] == [field]
    stored = store.contacts.get(contact.id)
    assert stored is not None and stored.assignee is None


def test_snooze_takes_the_mark_off_and_keeps_its_words(staff: Staff, store: Store) -> None:
    contact = add_contact(store, attention=ASKED)
    path = f"/api/conversations/{contact.id}"
    shown = staff.do("PATCH", path, {"snoozed_until": TOMORROW})
    assert (shown["attention"], shown["snoozed_until"][:10]) == (None, TOMORROW[:10])
    stored = store.contacts.get(contact.id)
    assert stored is not None and stored.snoozed_summary == "un operatore"
    shown = staff.do("PATCH", path, {"snoozed_until": None})
    assert (shown["attention"], shown["snoozed_until"]) == (None, None)


def test_conversations_of_who_is_removed_are_nobody_s(staff: Staff, store: Store) -> None:
    staff.do("PUT", "/api/staff/carla@example.com", {"role": "agent"})
    theirs, others = add_contact(store, assignee="carla@example.com"), add_contact(store, assignee=ANNA)
    before = staff.get("/api/conversations/counts")["counts"]["unassigned"]
    assert staff.call("DELETE", "/api/staff/carla@example.com").status_code == 204
    stored = store.contacts.get(theirs.id), store.contacts.get(others.id)
    assert [contact and contact.assignee for contact in stored] == [None, ANNA]
    assert staff.get("/api/conversations/counts")["counts"]["unassigned"] == before + 1
    listed = staff.get("/api/conversations", filter="unassigned")["conversations"]
    assert theirs.id in [conversation["id"] for conversation in listed]


def test_marked_as_unread_until_it_is_read(staff: Staff, store: Store) -> None:
    contact = add_contact(store)
    path = f"/api/conversations/{contact.id}"
    shown = staff.do("POST", f"{path}/unread")
    assert (shown["unread"], shown["marked_unread"]) == (0, True)
    assert staff.do("POST", f"{path}/read")["marked_unread"] is False
    store.change_contact(contact.id, lambda contact: replace(contact, marked_unread=True))
    staff.do("PUT", f"{path}/messages/c1", {"text": "ciao"})
    stored = store.contacts.get(contact.id)
    assert stored is not None and not stored.is_unread
