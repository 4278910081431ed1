"""The store's writes on the Firestore emulator: one winner, all or nothing, and nothing erased by accident."""

import datetime as dt
import threading
from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest
from google.api_core.exceptions import NotFound
from google.cloud import firestore

from shared.model.contact import Attention, Contact, Lease, ProfileField
from shared.model.identifiers import Former, Identity, Links
from shared.model.turn import Change
from shared.store.store import DuplicateError, StaleError, Store
from tests.emulator.makers import NOW, make_contact, make_message, minutes

pytestmark = pytest.mark.emulator


def create(store: Store, contact: Contact | None = None, *identities: str) -> Contact:
    contact = contact or make_contact()
    return store.commit(contact, Change(contact), links(contact, *identities))


def links(contact: Contact, *identities: str) -> Links:
    return Links(tuple(Identity(id=name, contact_id=contact.id) for name in identities))


def owner(store: Store, identity_id: str) -> str | None:
    identity = store.get_identities([identity_id]).get(identity_id)
    return identity.contact_id if identity else None


def with_fields(contact: Contact, **fields: Any) -> Change:
    return Change(contact.model_copy(update=fields))


def raw(client: firestore.Client, collection: str, name: str) -> dict[str, Any]:
    fields = client.collection(collection).document(name).get().to_dict()
    assert fields is not None
    return fields


def race(count: int, attempt: Callable[[int], Any]) -> tuple[list[Any], list[Exception]]:
    """Let threads attempt something at the same moment; gives their results and their errors."""
    results: list[Any] = []
    errors: list[Exception] = []
    start = threading.Barrier(count)

    def run(number: int) -> None:
        start.wait()
        try:
            results.append(attempt(number))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results, errors


def test_commit_of_a_new_contact_stores_it_with_messages_and_identities(store):
    contact = make_contact(phone="+39", pending=["m1"], lease=Lease(owner="o", epoch=1, until=NOW))
    stored = store.commit(contact, Change(contact, creates=(make_message("m1"),)), links(contact, "identity"))
    read = store.get_contact("contact")
    assert read is not None
    assert read.model_copy(update={"updated_at": None}) == stored
    assert read.updated_at is not None
    assert owner(store, "identity") == "contact"
    assert store.get_message("m1") is not None


def test_commit_gives_the_version_that_the_next_commit_needs(store):
    contact = create(store)
    for number in range(3):
        contact = store.commit(contact, with_fields(contact, unread=number + 1))
    read = store.get_contact("contact")
    assert read is not None
    assert (read.unread, read.update_time) == (3, contact.update_time)


@pytest.mark.parametrize("existing", ["contact", "message", "identity"])
def test_commit_that_creates_what_exists_is_a_duplicate_and_writes_nothing(store, existing):
    first = make_contact("contact" if existing == "contact" else "other")
    store.commit(
        first,
        Change(first, creates=(make_message("m" if existing == "message" else "x"),)),
        links(first, "i" if existing == "identity" else "y"),
    )
    second = make_contact("contact", notes="second")
    with pytest.raises(DuplicateError):
        store.commit(
            second, Change(second, creates=(make_message("m"), make_message("n"))), links(second, "i", "j")
        )
    assert store.get_message("n") is None
    assert owner(store, "j") is None
    contact = store.get_contact("contact")
    assert contact is None or contact.notes == ""


def test_commit_on_an_older_version_is_stale_and_writes_nothing(store):
    old = create(store)
    store.commit(old, with_fields(old, notes="first"))
    change = Change(old.model_copy(update={"notes": "second"}), creates=(make_message("m"),))
    with pytest.raises(StaleError):
        store.commit(old, change, links(old, "identity"))
    read = store.get_contact("contact")
    assert read is not None and read.notes == "first"
    assert store.get_message("m") is None
    assert owner(store, "identity") is None


@pytest.mark.parametrize("write", ["update_contact", "flag_contact", "commit"])
def test_commit_after_any_write_in_between_is_stale(store, write):
    old = create(store)
    if write == "update_contact":
        store.update_contact("contact", {"notes": "x"})
    elif write == "flag_contact":
        store.flag_contact("contact", "send_failed", NOW)
    else:
        store.commit(old, Change(old))
    with pytest.raises(StaleError):
        store.commit(old, with_fields(old, unread=1))


def test_commit_on_a_deleted_contact_is_stale(store, client):
    contact = create(store)
    client.collection("contacts").document("contact").delete()
    with pytest.raises(StaleError):
        store.commit(contact, with_fields(contact, unread=1))


def test_commit_that_updates_a_missing_message_is_stale_and_writes_nothing(store):
    contact = create(store)
    change = Change(contact.model_copy(update={"unread": 1}), updates={"missing": {"status": "answered"}})
    with pytest.raises(StaleError):
        store.commit(contact, change)
    read = store.get_contact("contact")
    assert read is not None and read.unread == 0


def test_commit_of_many_at_once_has_one_winner(store):
    contact = create(store)
    results, errors = race(8, lambda number: store.commit(contact, with_fields(contact, notes=f"from {number}")))
    assert len(results) == 1
    assert {type(error) for error in errors} == {StaleError}
    read = store.get_contact("contact")
    assert read is not None and read.notes == results[0].notes


def test_commit_of_new_contacts_under_one_identity_has_one_winner(store):
    def attempt(number):
        contact = make_contact(f"contact-{number}")
        return store.commit(
            contact, Change(contact, creates=(make_message("m", contact_id=contact.id),)), links(contact, "phone")
        )

    results, errors = race(8, attempt)
    assert len(results) == 1
    assert {type(error) for error in errors} <= {DuplicateError, StaleError}
    assert owner(store, "phone") == results[0].id
    assert [number for number in range(8) if store.get_contact(f"contact-{number}")] == [int(results[0].id[-1])]


def test_writers_that_read_again_after_each_conflict_all_get_through(store):
    create(store)

    def add(number: int) -> None:
        while True:
            contact = store.get_contact("contact")
            assert contact is not None
            try:
                store.commit(contact, with_fields(contact, pending=[*contact.pending, str(number)]))
            except StaleError:
                continue
            return

    _, errors = race(6, add)
    read = store.get_contact("contact")
    assert errors == []
    assert read is not None and sorted(read.pending) == list("012345")


def test_commit_never_erases_what_it_does_not_name(store, client):
    create(store, make_contact(phone="+39", notes="kept"))
    client.collection("contacts").document("contact").update({"since_next_year": {"a": 1}})
    contact = store.get_contact("contact")
    assert contact is not None
    store.commit(contact, with_fields(contact, unread=1))
    fields = raw(client, "contacts", "contact")
    assert fields["since_next_year"] == {"a": 1}
    assert (fields["phone"], fields["notes"], fields["unread"]) == ("+39", "kept", 1)


def test_update_of_a_dotted_path_keeps_its_neighbours(store, client):
    profile = {
        name: ProfileField(value=name, source="assistant", updated_at=NOW) for name in ("first_name", "company")
    }
    create(store, make_contact(profile=profile))
    store.update_contact("contact", {"profile.company.value": "Rossi SRL"})
    contact = store.get_contact("contact")
    assert contact is not None
    assert (contact.known("first_name"), contact.known("company")) == ("first_name", "Rossi SRL")


def test_commit_on_an_older_version_of_a_name_is_stale_and_writes_nothing(store):
    contact = create(store, None, "name")
    read = store.get_identities(["name"])["name"]
    ended = read.model_copy(update={"until": NOW, "earlier": [Former(contact_id="x", until=NOW)]})
    contact = store.commit(contact, Change(contact), Links((ended,)))
    assert store.get_identities(["name"])["name"].model_copy(update={"update_time": read.update_time}) == ended
    with pytest.raises(StaleError):
        store.commit(contact, with_fields(contact, notes="second"), Links((read,)))
    assert store.get_contact("contact").notes == ""


def test_commit_of_two_contacts_writes_both_or_none(store):
    first, second = create(store), create(store, make_contact("second"))
    store.commit(second, with_fields(second, unread=1))
    with pytest.raises(StaleError):
        store.commit(first, with_fields(first, notes="x"), Links(contacts=((second, second),)))
    fresh = store.get_contact("second")
    emptied = fresh.model_copy(update={"unread": 0})
    store.commit(first, with_fields(first, notes="x"), Links(contacts=((fresh, emptied),)))
    assert (store.get_contact("contact").notes, store.get_contact("second").unread) == ("x", 0)


def test_merged_contact_is_read_and_written_where_it_went(store):
    create(store, make_contact("winner"))
    create(store, make_contact("between", merged_into="winner"))
    create(store, make_contact("loser", merged_into="between"))
    store.update_contact("loser", {"notes": "x"})
    store.flag_contact("loser", "send_failed", NOW)
    contact = store.get_contact("loser")
    assert (contact.id, contact.notes, contact.attention.reason) == ("winner", "x", "send_failed")
    trace = store.get_contact_unmerged("loser")
    assert (trace.id, trace.merged_into, trace.notes, trace.attention) == ("loser", "between", "", None)


def test_update_of_a_contact_that_is_written_all_the_time_gets_through(store, client):
    create(store)
    _, errors = race(6, lambda number: store.update_contact("contact", {f"unknown.{number}": 1}))
    assert errors == []
    assert set(raw(client, "contacts", "contact")["unknown"]) == set("012345")


def test_update_of_nobody_raises(store):
    with pytest.raises(NotFound):
        store.update_contact("nobody", {"notes": "x"})


def test_created_at_never_changes_and_updated_at_always_does(store, client):
    contact = create(store)
    seen = [raw(client, "contacts", "contact")]
    contact = store.commit(contact, with_fields(contact, unread=1))
    seen.append(raw(client, "contacts", "contact"))
    store.commit(contact, Change(contact))
    seen.append(raw(client, "contacts", "contact"))
    store.update_contact("contact", {"notes": "x"})
    seen.append(raw(client, "contacts", "contact"))
    store.flag_contact("contact", "send_failed", NOW)
    seen.append(raw(client, "contacts", "contact"))
    assert {fields["created_at"] for fields in seen} == {NOW}
    updated = [fields["updated_at"] for fields in seen]
    assert updated == sorted(set(updated))


def test_messages_created_at_never_changes_and_updated_at_always_does(store, client):
    contact = make_contact()
    contact = store.commit(contact, Change(contact, creates=(make_message("m", direction="out"),)))
    seen = [raw(client, "messages", "m")]
    contact = store.commit(contact, Change(contact, updates={"m": {"status": "sending"}}))
    seen.append(raw(client, "messages", "m"))
    store.set_message_status("m", {"status": "accepted"})
    seen.append(raw(client, "messages", "m"))
    store.add_status("m", "sent", NOW, {})
    seen.append(raw(client, "messages", "m"))
    message = store.get_message("m")
    assert message is not None
    store.update_message(message, {"tries": 2})
    seen.append(raw(client, "messages", "m"))
    assert len({fields["created_at"] for fields in seen}) == 1
    updated = [fields["updated_at"] for fields in seen]
    assert updated == sorted(set(updated))
    assert seen[-1]["text"] == "m"


def test_fields_that_lists_ask_for_follow_the_contact(store, client):
    contact = create(store, make_contact(unread=1, whatsapp_name="Mario"))
    first = raw(client, "contacts", "contact")
    attention = Attention(reason="turn_failed", at=NOW)
    store.commit(contact, with_fields(contact, unread=0, attention=attention, whatsapp_name="Ugo"))
    second = raw(client, "contacts", "contact")
    assert (first["has_unread"], first["needs_attention"], "mario" in first["search"]) == (True, False, True)
    assert (second["has_unread"], second["needs_attention"]) == (False, True)
    assert "ugo" in second["search"]
    assert "mario" not in second["search"]


@pytest.mark.parametrize("order", list(permutations(["sent", "delivered", "read"])), ids="-".join)
def test_statuses_in_any_order_end_the_same(store, order):
    contact = make_contact()
    message = make_message("m", direction="out", author="assistant", status="accepted")
    store.commit(contact, Change(contact, creates=(message,)))
    for number, status in enumerate((*order, order[0])):
        assert store.add_status("m", status, NOW + minutes(number), {"pricing": {"category": "service"}})
    read = store.get_message("m")
    assert read is not None
    assert set(read.statuses) == {"sent", "delivered", "read"}
    assert (read.shown_status, read.status, read.text) == ("read", "accepted", "m")


def test_statuses_at_the_same_moment_all_stay(store):
    contact = make_contact()
    store.commit(contact, Change(contact, creates=(make_message("m", direction="out"),)))
    names = ["sent", "delivered", "read", "played", "failed"]
    results, errors = race(5, lambda number: store.add_status("m", names[number], NOW, {}))
    read = store.get_message("m")
    assert (results, errors) == ([True] * 5, [])
    assert read is not None and set(read.statuses) == set(names)


def test_status_of_a_message_that_is_not_there_is_false_and_creates_nothing(store):
    assert store.add_status("missing", "sent", NOW, {}) is False
    assert store.get_message("missing") is None


def test_update_message_needs_the_version_that_was_read(store):
    contact = make_contact()
    store.commit(contact, Change(contact, creates=(make_message("m", direction="out", status="queued"),)))
    message = store.get_message("m")
    assert message is not None
    sending = store.update_message(message, {"status": "sending"})
    with pytest.raises(StaleError):
        store.update_message(message, {"status": "sending"})
    again = store.update_message(sending, {"status": "accepted"})
    assert again.status == "accepted"


def test_update_message_of_many_at_once_has_one_winner(store):
    contact = make_contact()
    store.commit(contact, Change(contact, creates=(make_message("m", status="queued"),)))
    message = store.get_message("m")
    assert message is not None
    results, errors = race(6, lambda number: store.update_message(message, {"tries": number}))
    assert len(results) == 1
    assert {type(error) for error in errors} == {StaleError}


def test_update_message_of_one_that_was_deleted_is_stale(store, client):
    contact = make_contact()
    store.commit(contact, Change(contact, creates=(make_message("m"),)))
    message = store.get_message("m")
    client.collection("messages").document("m").delete()
    with pytest.raises(StaleError):
        store.update_message(message, {"status": "x"})


def test_event_is_kept_once_for_thirty_days(store, client):
    for _ in range(3):
        store.add_event("field", "payload", NOW)
    store.add_event("field", "other", NOW)
    events = [snapshot.to_dict() for snapshot in client.collection("events").stream()]
    assert sorted(event["payload"] for event in events) == ["other", "payload"]
    assert {event["expire_at"] - NOW for event in events} == {dt.timedelta(days=30)}


def test_events_past_their_time_are_deleted_a_few_at_a_time(store, client):
    for number in range(5):
        store.add_event("field", f"old {number}", NOW - dt.timedelta(days=31))
    store.add_event("field", "new", NOW)
    assert [store.delete_expired_events(NOW, 3) for _ in range(3)] == [3, 2, 0]
    assert [snapshot.get("payload") for snapshot in client.collection("events").stream()] == ["new"]


def test_state_written_again_replaces_the_whole(store):
    store.set_state("token", {"refused": True, "message": "expired"})
    store.set_state("token", {"refused": False})
    state = store.get_state("token")
    assert state is not None
    assert set(state) == {"refused", "updated_at"}
