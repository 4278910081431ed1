"""Who else has a conversation open, and who types in it."""

import datetime as dt
from typing import Any, cast

import pytest
from google.cloud import firestore

from functions.dashboard_api.desk import Desk
from functions.dashboard_api.presence_routes import COUNTS, note_presence
from shared.queue.tasks import Queue
from shared.store.connection import utc_now
from shared.store.presence import LIVES
from shared.store.store import Store
from tests.functional.dashboard import Staff, add_contact

pytestmark = pytest.mark.emulator

ANNA, BRUNO = "anna@example.com", "bruno@example.com"


def beat(store: Store, contact_id: str, email: str, now: dt.datetime, *, typing: bool = False) -> list[Any]:
    desk = Desk(store, cast(Queue, None), list, now=lambda: now)
    return list(note_presence(desk, contact_id, email, typing=typing)["others"])


def test_colleagues_are_told_of_each_other_and_not_of_themselves(store: Store) -> None:
    contact, now = add_contact(store), utc_now()
    assert beat(store, contact.id, ANNA, now) == []
    assert beat(store, contact.id, BRUNO, now, typing=True) == [{"email": ANNA, "typing": False}]
    assert beat(store, contact.id, ANNA, now) == [{"email": BRUNO, "typing": True}]
    assert beat(store, add_contact(store).id, ANNA, now) == []


def test_somebody_whose_page_fell_silent_is_gone(store: Store) -> None:
    contact, now = add_contact(store), utc_now()
    beat(store, contact.id, ANNA, now)
    assert beat(store, contact.id, BRUNO, now + COUNTS - dt.timedelta(seconds=1))
    assert beat(store, contact.id, BRUNO, now + COUNTS) == []


def test_presence_expires(store: Store, database: firestore.Client) -> None:
    contact, now = add_contact(store), utc_now() - LIVES - dt.timedelta(hours=1)
    beat(store, contact.id, ANNA, now)
    store.presence.delete_expired(utc_now(), 100)
    assert not database.collection("presence").document(contact.id).get().exists


@pytest.mark.parametrize("body", [{}, {"typing": True}])
def test_beat_of_a_page_is_taken(staff: Staff, store: Store, body: Any) -> None:
    contact = add_contact(store)
    assert staff.do("POST", f"/api/conversations/{contact.id}/presence", body) == {"others": []}
    [present] = store.presence.of(contact.id)
    assert (present.email, present.typing) == ("staff@localhost", body.get("typing", False))


def test_beat_that_makes_no_sense_is_refused(staff: Staff, store: Store) -> None:
    contact = add_contact(store)
    assert staff.call("POST", f"/api/conversations/{contact.id}/presence", {"typing": "yes"}).status_code == 422
    assert staff.call("POST", "/api/conversations/__x__/presence", {}).status_code == 404
