"""What the dashboard shows and does after two contacts turned out to be one."""

from typing import Any

import pytest

from functions.process.inbox.merge import merged, trace
from shared.model.contact import Contact
from shared.model.identifiers import Links
from shared.model.ids import staff_message_id
from shared.model.turn import Change
from shared.store.connection import utc_now
from shared.store.store import Store
from tests.functional.dashboard import Staff, add_contact, add_message

pytestmark = pytest.mark.emulator


@pytest.fixture
def pair(store: Store) -> tuple[Contact, Contact]:
    """Two contacts, of which the second was merged into the first."""
    winner = add_contact(store, whatsapp_name="Quintilia", unread=1)
    loser = add_contact(store, whatsapp_name="Quintilia", unread=1, paused=True)
    message = add_message(store, loser, "from before")
    loser = store.contacts.get(loser.id) or loser
    after = merged(winner, loser, [], utc_now())
    store.commit(winner, Change(after), Links(contacts=((loser, trace(loser, winner, utc_now())),)))
    assert message.contact_id == loser.id
    store.messages.move(loser.id, winner.id, 10)
    return winner, loser


def shown(staff: Staff, **filters: str) -> list[str]:
    return [row["id"] for row in staff.get("/api/conversations", **filters)["conversations"]]


def test_sync_tells_pages_to_drop_the_merged_contact(staff: Staff, store: Store, pair: Any) -> None:
    winner, loser = pair
    rows = {row["id"]: row for row in staff.get("/api/sync", since="2026-01-01T00:00:00Z")["conversations"]}
    assert (rows[loser.id]["deleted"], rows[loser.id]["merged_into"]) == (True, winner.id)
    assert (rows[loser.id]["name"], rows[loser.id]["phone"], rows[loser.id]["unread"]) == ("Unknown", None, 0)
    assert (rows[winner.id]["deleted"], rows[winner.id]["merged_into"]) == (False, None)


@pytest.mark.parametrize("filters", [{}, {"filter": "unread"}, {"filter": "paused"}, {"q": "quintilia"}])
def test_lists_and_searches_show_the_winner_only(staff: Staff, pair: Any, filters: dict[str, str]) -> None:
    winner, loser = pair
    rows = shown(staff, **filters)
    assert winner.id in rows and loser.id not in rows


def test_old_id_shows_the_winners_messages_and_profile(staff: Staff, pair: Any) -> None:
    winner, loser = pair
    messages = staff.get(f"/api/conversations/{loser.id}/messages")["messages"]
    assert [(message["text"], message["conversation_id"]) for message in messages] == [("from before", winner.id)]
    assert staff.get(f"/api/profile/{loser.id}")["conversation_id"] == winner.id


def test_actions_under_the_old_id_take_effect_on_the_winner(staff: Staff, store: Store, pair: Any) -> None:
    winner, loser = pair
    resumed = staff.do("POST", f"/api/conversations/{loser.id}/resume")
    assert (resumed["id"], resumed["paused"]) == (winner.id, False)
    staff.do("PATCH", f"/api/profile/{loser.id}", {"company": "Rossi SRL"})
    path = f"/api/conversations/{loser.id}/messages/client-1"
    first, again = staff.do("PUT", path, {"text": "ciao"}), staff.do("PUT", path, {"text": "ciao"})
    assert (first["conversation_id"], first["id"]) == (winner.id, again["id"])
    assert first["id"] == staff_message_id(loser.id, "client-1")
    known, left = store.contacts.get(winner.id), store.contacts.get_unmerged(loser.id)
    assert known is not None and left is not None
    assert (known.paused_until is not None, known.known("company")) == (True, "Rossi SRL")  # the message pauses
    assert (left.profile, left.last_message) == ({}, None)


def test_contact_without_messages_is_shown_nowhere(staff: Staff, store: Store) -> None:
    contact = add_contact(store, last_activity_at=None, last_message=None, whatsapp_name="Vercingetorige")
    rows = staff.get("/api/sync", since="2026-01-01T00:00:00Z")["conversations"]
    assert contact.id not in [row["id"] for row in rows]
    assert shown(staff, q="vercingetorige") == []
