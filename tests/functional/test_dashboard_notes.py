"""Notes of staff: entries with author and time, in one batch with what the assistant is to know of them."""

import datetime as dt
from typing import Any

import pytest
from flask.testing import FlaskClient

from shared.model.contact import AssistantNote, Contact
from shared.model.ids import random_id
from shared.model.note import Note
from shared.model.turn import Change
from shared.store.connection import utc_now
from shared.store.store import Store
from tests.functional.dashboard import Staff, add_contact
from tests.functional.product import error_code

pytestmark = pytest.mark.emulator


def path_of(contact: Contact) -> str:
    return f"/api/conversations/{contact.id}/notes"


def stored(store: Store, contact: Contact) -> Contact:
    found = store.contacts.get(contact.id)
    assert found is not None
    return found


def add_note(store: Store, contact: Contact, author: str, **fields: Any) -> Note:
    note = Note(id=random_id(), contact_id=contact.id, text="x", author=author, at=utc_now(), **fields)
    current = stored(store, contact)
    store.commit(current, Change(current, notes=(note,)))
    return note


def test_note_is_kept_with_author_and_time_and_told_to_open_pages(staff: Staff, store: Store) -> None:
    contact = add_contact(store)
    before = utc_now()
    written = staff.call(
        "POST", path_of(contact), {"text": " Cliente gentile\nchiama Anna ", "for_assistant": False}
    )
    assert written.status_code == 201
    note = written.get_json()
    assert (note["text"], note["for_assistant"]) == ("Cliente gentile\nchiama Anna", False)
    assert note["author"] and note["conversation_id"] == contact.id
    assert dt.datetime.fromisoformat(note["at"]) >= before
    assert staff.get(path_of(contact)) == {"notes": [note], "next_cursor": None}
    changed = staff.get("/api/sync", since=before.isoformat())["conversations"]
    assert [each["noted_at"] for each in changed if each["id"] == contact.id] == [note["at"]]
    assert staff.get(f"/api/conversations/{contact.id}/messages")["messages"] == []
    assert stored(store, contact).assistant_notes == []
    assert staff.get(f"/api/profile/{contact.id}")["updated_at"] == note["at"]


def test_notes_are_listed_newest_first_and_by_pages(staff: Staff, store: Store) -> None:
    contact = add_contact(store)
    for number in range(53):
        add_note(store, contact, f"{number}@shop.it")
    first = staff.get(path_of(contact))
    second = staff.get(path_of(contact), cursor=first["next_cursor"])
    authors = [note["author"] for page in (first, second) for note in page["notes"]]
    assert authors == [f"{number}@shop.it" for number in range(52, -1, -1)]
    assert second["next_cursor"] is None
    assert staff.call("GET", path_of(contact), cursor="nowhere").status_code == 400


def test_note_for_the_assistant_is_on_the_contact_until_it_is_deleted(staff: Staff, store: Store) -> None:
    contact = add_contact(store)
    note = staff.do("POST", path_of(contact), {"text": "Paga a fine mese", "for_assistant": True})
    at = dt.datetime.fromisoformat(note["at"])
    told = AssistantNote(id=note["id"], text="Paga a fine mese", author=note["author"], at=at)
    assert stored(store, contact).assistant_notes == [told]
    assert stored(store, contact).noted_at == at
    assert staff.call("DELETE", f"{path_of(contact)}/{note['id']}").status_code == 204
    after = stored(store, contact)
    assert after.assistant_notes == [] and after.noted_at is not None and after.noted_at > at
    assert staff.get(path_of(contact))["notes"] == []


def test_assistant_is_told_the_newest_notes_as_far_as_there_is_room(staff: Staff, store: Store) -> None:
    contact = add_contact(store)
    for number in range(22):
        staff.do("POST", path_of(contact), {"text": f"nota {number}", "for_assistant": True})
    assert [note.text for note in stored(store, contact).assistant_notes] == [f"nota {n}" for n in range(2, 22)]
    for letter in "abc":
        staff.do("POST", path_of(contact), {"text": letter * 4000, "for_assistant": True})
    assert [note.text[0] for note in stored(store, contact).assistant_notes] == ["b", "c"]
    assert len(staff.get(path_of(contact))["notes"]) == 25


def test_note_written_again_under_the_same_name_stays_one(staff: Staff, store: Store) -> None:
    contact = add_contact(store)
    body = {"text": "Una volta", "client_note_id": "n1"}
    first = staff.do("POST", path_of(contact), body)
    assert staff.do("POST", path_of(contact), {**body, "text": "altro"}) == first
    assert staff.get(path_of(contact))["notes"] == [first]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": " \n"}, "text"),
        ({"text": "x" * 4001}, "text"),
        ({"text": 7}, "text"),
        ({"text": "x", "for_assistant": "yes"}, "for_assistant"),
        ({"text": "x", "author": "boss@shop.it"}, "author"),
    ],
)
def test_odd_note_is_refused_by_name(staff: Staff, store: Store, body: Any, field: str) -> None:
    contact = add_contact(store)
    answer = staff.call("POST", path_of(contact), body)
    assert (answer.status_code, list(answer.get_json()["error"]["fields"])) == (422, [field])
    assert staff.get(path_of(contact))["notes"] == []


def test_note_of_another_conversation_or_of_none_is_not_found(staff: Staff, store: Store) -> None:
    contact, other = add_contact(store), add_contact(store)
    note = staff.do("POST", path_of(other), {"text": "x"})
    for wanted in (note["id"], "f" * 32, "__odd__"):
        answer = staff.call("DELETE", f"{path_of(contact)}/{wanted}")
        assert (answer.status_code, error_code(answer)) == (404, "not_found")
    assert staff.call("GET", f"/api/conversations/{'0' * 32}/notes").status_code == 404
    assert staff.call("POST", f"/api/conversations/{'0' * 32}/notes", {"text": "x"}).status_code == 404
    assert staff.get(path_of(other))["notes"] == [note]


def test_text_of_older_versions_becomes_an_entry(staff: Staff, store: Store) -> None:
    contact = add_contact(store, notes="Compra spesso", notes_for_assistant=True)
    note = staff.do("POST", f"{path_of(contact)}/convert", {})
    assert (note["text"], note["for_assistant"]) == ("Compra spesso", True)
    after = stored(store, contact)
    assert (after.notes, after.notes_for_assistant) == ("", False)
    assert [each.text for each in after.assistant_notes] == ["Compra spesso"]
    assert staff.get(path_of(contact))["notes"] == [note]
    assert staff.call("POST", f"{path_of(contact)}/convert", {}).status_code == 404


def test_note_is_deleted_by_who_wrote_it_or_by_an_owner(staff: Staff, store: Store, dashboard: FlaskClient) -> None:
    for email, role in {"anna@shop.it": "agent", "bruno@shop.it": "agent", "vera@shop.it": "viewer"}.items():
        store.members.add(email, "owner@shop.it", role)
    anna, bruno, vera = (Staff.sign_in(dashboard, f"{name}@shop.it") for name in ("anna", "bruno", "vera"))
    contact = add_contact(store)
    first = anna.do("POST", path_of(contact), {"text": "mia"})
    second = anna.do("POST", path_of(contact), {"text": "anche mia"})
    assert bruno.get(path_of(contact))["notes"] == vera.get(path_of(contact))["notes"] == [second, first]
    for other in (bruno, vera):
        assert error_code(other.call("DELETE", f"{path_of(contact)}/{first['id']}")) == "forbidden"
    assert error_code(vera.call("POST", path_of(contact), {"text": "x"})) == "forbidden"
    assert anna.call("DELETE", f"{path_of(contact)}/{first['id']}").status_code == 204
    assert staff.call("DELETE", f"{path_of(contact)}/{second['id']}").status_code == 204
    assert staff.get(path_of(contact))["notes"] == []
