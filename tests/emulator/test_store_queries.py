"""The store's queries on the Firestore emulator."""

import datetime as dt

import pytest

from shared.model.identifiers import Identity, Links
from shared.model.turn import Change
from shared.store.selections import FILTERS, selection
from shared.store.store import Store
from tests.emulator.makers import NOW, make_contact, make_message, minutes

pytestmark = pytest.mark.emulator


def add_contacts(store: Store, **work_since: dt.datetime | None) -> None:
    for name, moment in work_since.items():
        contact = make_contact(name, work_since=moment)
        store.commit(contact, Change(contact))


def add_messages(store: Store, *messages: object) -> None:
    contact = make_contact(f"holder-{id(messages)}")
    store.commit(contact, Change(contact, creates=messages))  # type: ignore[arg-type]


def test_contacts_with_old_work_come_oldest_first(store):
    add_contacts(store, new=NOW, old=NOW - minutes(5), older=NOW - minutes(9), idle=None)
    trace = make_contact("trace", work_since=NOW - minutes(7), merged_into="winner")
    store.commit(trace, Change(trace))
    assert list(store.contacts.with_old_work(NOW, 10).items()) == [
        ("older", None),
        ("trace", "winner"),
        ("old", None),
    ]
    assert store.contacts.with_old_work(NOW, 1) == {"older": None}
    assert store.contacts.with_old_work(NOW - minutes(20), 10) == {}


def test_identities_of_a_contact_are_its_own(store):
    for name in ("a", "b"):
        contact = make_contact(name)
        links = Links(tuple(Identity(id=f"{name}{number}", contact_id=name) for number in range(3)))
        store.commit(contact, Change(contact), links)
    wanted = [store.identities.document_id(f"a{number}") for number in range(3)]
    assert sorted(identity.id for identity in store.identities.of_contact("a")) == sorted(wanted)
    assert store.identities.of_contact("nobody") == []


def test_messages_are_moved_a_page_at_a_time(store):
    add_messages(store, *(make_message(f"m{number}", at=NOW + minutes(number)) for number in range(5)))
    add_messages(store, make_message("theirs", contact_id="other"))
    before = store.messages.get("m0")
    assert [store.messages.move("contact", "winner", 3) for _ in range(3)] == [3, 2, 0]
    assert [message.id for message in store.messages.recent("winner", 9)] == [f"m{number}" for number in range(5)]
    assert store.messages.get("m0").updated_at > before.updated_at
    assert store.messages.get("theirs").contact_id == "other"


def test_pages_show_no_merged_contact_and_none_without_messages(store):
    for contact in (
        make_contact("shown", last_activity_at=NOW),
        make_contact("named"),
        make_contact("trace", merged_into="shown"),
    ):
        store.commit(contact, Change(contact))
    for name in FILTERS:
        listed = selection(name, "anna@example.com", NOW)
        expected = ["shown"] if name in ("all", "unassigned") else []
        assert [contact.id for contact in store.contacts.page(listed, "", None, 10).rows] == expected
        assert store.contacts.count(listed) == len(expected)


def test_recent_messages_are_the_contacts_newest_oldest_first(store):
    ours = [make_message(f"m{number}", at=NOW + minutes(number)) for number in range(5)]
    add_messages(store, *ours, make_message("theirs", contact_id="other", at=NOW + minutes(9)))
    assert [message.id for message in store.messages.recent("contact", 3)] == ["m2", "m3", "m4"]
    earlier = store.messages.page("contact", (NOW + minutes(2), "m2"), 3)
    assert [message.id for message in earlier] == ["m0", "m1"]
    assert store.messages.recent("nobody", 3) == []


def test_find_message_by_whatsapp_id_finds_our_own_only(store):
    add_messages(
        store,
        make_message("in", whatsapp_id="wamid.1"),
        make_message("out", whatsapp_id="wamid.1", direction="out", author="assistant"),
    )
    found = store.messages.find_outbound("wamid.1")
    assert found is not None and found.id == "out"
    assert store.messages.find_outbound("wamid.2") is None


def test_queued_messages_are_those_of_staff_that_wait(store):
    staff = {"direction": "out", "author": "staff"}
    old = NOW - minutes(5)
    add_messages(
        store,
        make_message("queued", status="queued", at=old, **staff),
        make_message("sending", status="sending", at=old - minutes(1), **staff),
        make_message("fresh", status="queued", at=NOW, **staff),
        make_message("accepted", status="accepted", at=old, **staff),
        make_message("failed", status="failed", at=old, **staff),
        make_message("assistants", status="queued", at=old, direction="out", author="assistant"),
    )
    assert [message.id for message in store.messages.queued(NOW, 10)] == ["sending", "queued"]
    assert [message.id for message in store.messages.queued(NOW, 1)] == ["sending"]


def test_pages_of_contacts_active_at_the_same_moment_miss_none(store):
    for number in range(7):
        contact = make_contact(f"c{number}", last_activity_at=NOW)
        store.commit(contact, Change(contact))
    seen: list[str] = []
    position = None
    for _ in range(4):
        page = store.contacts.page(selection("all", "", NOW), "", position, 2)
        position = page.following
        seen += [contact.id for contact in page.rows]
    assert sorted(seen) == [f"c{number}" for number in range(7)]
    assert position is None


def test_changes_cut_at_the_limit_say_up_to_when_they_are_complete(store):
    for number in range(4):
        contact = make_contact(f"c{number}")
        store.commit(contact, Change(contact))
    some, until = store.contacts.changed(NOW - minutes(60 * 24 * 365), 2)
    assert [contact.id for contact in some] == ["c0", "c1"]
    assert until == some[-1].updated_at
    everything, until = store.contacts.changed(NOW - minutes(60 * 24 * 365), 10)
    assert len(everything) == 4
    last = everything[-1].updated_at
    assert until is not None and last is not None and until >= last
    assert store.contacts.changed(until, 10) == ([], None)
