"""Searching in messages through the API, on the emulator."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from shared.model.message import Media
from shared.model.turn import Change
from shared.store.connection import utc_now
from shared.store.store import Store
from tests.functional.dashboard import Staff, add_contact, add_message, said
from tests.functional.product import Json

pytestmark = pytest.mark.emulator


def find(staff: Staff, query: str, **body: Any) -> Json:
    return staff.do("POST", "/api/messages/search", {"query": query, **body})


def texts(page: Json) -> list[str]:
    return [hit["message"]["text"] for hit in page["messages"]]


def word() -> str:
    """A word that no other test's messages have."""
    return f"w{uuid4().hex[:10]}"


def test_messages_of_all_are_found_newest_first_with_whose_they_are(staff: Staff, store: Store) -> None:
    maria, luca, name = add_contact(store, whatsapp_name="Maria"), add_contact(store, whatsapp_name="Luca"), word()
    now = utc_now()
    add_message(store, maria, f"Perché {name}?", now - dt.timedelta(hours=2))
    add_message(store, luca, f"Il {name} è finito", now)
    add_message(store, maria, "altro", now)
    page = find(staff, name)
    assert texts(page) == [f"Il {name} è finito", f"Perché {name}?"]
    assert [hit["conversation_name"] for hit in page["messages"]] == ["Luca", "Maria"]
    assert page["next_cursor"] is None
    assert texts(find(staff, f"perche {name[:6]}")) == [f"Perché {name}?"]


def test_search_in_one_conversation_finds_nothing_of_others(staff: Staff, store: Store) -> None:
    maria, luca, name = add_contact(store), add_contact(store), word()
    add_message(store, maria, f"{name} uno")
    add_message(store, luca, f"{name} due")
    assert texts(find(staff, name, conversation_id=maria.id)) == [f"{name} uno"]
    answer = staff.call("POST", "/api/messages/search", {"query": name, "conversation_id": "0" * 32})
    assert answer.status_code == 404


def test_pages_are_filled_after_filtering(staff: Staff, store: Store) -> None:
    maria, name, now = add_contact(store), word(), utc_now()
    wanted = [number for number in range(140) if number % 4 == 0]
    written = tuple(
        said(
            maria, f"{name} {'rara' if number in wanted else 'solita'} {number}", now - dt.timedelta(minutes=number)
        )
        for number in range(140)
    )
    for start in range(0, 140, 70):
        current = store.contacts.get(maria.id)
        assert current
        store.commit(current, Change(current, creates=written[start : start + 70]))
    first = find(staff, f"{name} rar")
    assert len(first["messages"]) == 30
    rest = find(staff, f"{name} rar", cursor=first["next_cursor"])
    assert texts(first) + texts(rest) == [f"{name} rara {number}" for number in wanted]
    assert rest["next_cursor"] is None


def test_revoked_message_is_not_found_even_by_words_that_are_left(staff: Staff, store: Store) -> None:
    maria, name = add_contact(store), word()
    message = add_message(store, maria, name)
    store.messages.set(message.id, {"revoked_at": utc_now()})
    assert texts(find(staff, name)) == []


def test_transcript_that_comes_later_is_found(staff: Staff, store: Store) -> None:
    maria, name = add_contact(store), word()
    message = add_message(store, maria, "")
    store.messages.set_media(message, Media(state="stored", size=3), transcript=f"ecco {name}")
    assert [hit["message"]["transcript"] for hit in find(staff, name)["messages"]] == [f"ecco {name}"]


@pytest.mark.parametrize("query", ["", "a", "?!", "   "])
def test_search_for_nothing_finds_nothing(staff: Staff, query: str) -> None:
    assert find(staff, query) == {"messages": [], "next_cursor": None}


@pytest.mark.parametrize("body", [{}, {"query": "x" * 201}, {"query": "miele", "cursor": "no"}, {"query": 3}])
def test_search_that_cannot_be_read_is_refused(staff: Staff, body: Json) -> None:
    assert staff.call("POST", "/api/messages/search", body).status_code in (400, 422)
