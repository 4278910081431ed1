"""The store's writes on the Firestore emulator: one winner, all or nothing, and nothing erased by accident."""

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from google.cloud import firestore

from shared.errors import ContactGoneError, DuplicateError, GoneError, StaleError, StoreBusyError
from shared.model.attention import Attention
from shared.model.contact import MAX_CONVERSATIONS, Contact, flagged
from shared.model.identifiers import Former, Identity, Links
from shared.model.ids import hashed
from shared.model.message import Media, Pricing, Problem
from shared.model.turn import MAX_PENDING_MESSAGES, Change, Effect
from shared.model.turn_state import Lease
from shared.store.facts import OpenAIState, TokenState
from shared.store.members import MAX_ENDED, StoredMember
from shared.store.optimistic import MAX_CONFLICTS
from shared.store.store import Store
from tests.emulator.makers import NOW, make_contact, make_message, minutes

pytestmark = pytest.mark.emulator


def create(store: Store, contact: Contact | None = None, *identities: str) -> Contact:
    contact = contact or make_contact()
    return store.commit(contact, Change(contact), links(contact, *identities))


def links(contact: Contact, *identities: str) -> Links:
    return Links(tuple(Identity(id=name, contact_id=contact.id) for name in identities))


def owner(store: Store, identity_id: str) -> str | None:
    identity = store.identities.get_all([identity_id]).get(identity_id)
    return identity.contact_id if identity else None


def with_fields(contact: Contact, **fields: Any) -> Change:
    return Change(replace(contact, **fields))


def note(text: str) -> Effect:
    return lambda contact: replace(contact, notes=text)


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
    read = store.contacts.get("contact")
    assert read is not None
    assert replace(read, updated_at=None) == stored
    assert read.updated_at is not None
    assert owner(store, "identity") == "contact"
    assert store.messages.get("m1") is not None


def test_commit_gives_the_version_that_the_next_commit_needs(store):
    contact = create(store)
    for number in range(3):
        contact = store.commit(contact, with_fields(contact, unread=number + 1))
    read = store.contacts.get("contact")
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
    assert store.messages.get("n") is None
    assert owner(store, "j") is None
    contact = store.contacts.get("contact")
    assert contact is None or contact.notes == ""


def test_commit_on_an_older_version_is_stale_and_writes_nothing(store):
    old = create(store)
    store.commit(old, with_fields(old, notes="first"))
    change = Change(replace(old, notes="second"), creates=(make_message("m"),))
    with pytest.raises(StaleError):
        store.commit(old, change, links(old, "identity"))
    read = store.contacts.get("contact")
    assert read is not None and read.notes == "first"
    assert store.messages.get("m") is None
    assert owner(store, "identity") is None


@pytest.mark.parametrize("write", ["change_contact", "commit"])
def test_commit_after_any_write_in_between_is_stale(store, write):
    old = create(store)
    if write == "change_contact":
        store.change_contact("contact", note("x"))
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
    change = Change(replace(contact, unread=1), updates={"missing": {"status": "answered"}})
    with pytest.raises(StaleError):
        store.commit(contact, change)
    read = store.contacts.get("contact")
    assert read is not None and read.unread == 0


def test_commit_of_many_at_once_has_one_winner(store):
    contact = create(store)
    results, errors = race(8, lambda number: store.commit(contact, with_fields(contact, notes=f"from {number}")))
    assert len(results) == 1
    assert {type(error) for error in errors} == {StaleError}
    read = store.contacts.get("contact")
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
    assert [number for number in range(8) if store.contacts.get(f"contact-{number}")] == [int(results[0].id[-1])]


def test_writers_that_read_again_after_each_conflict_all_get_through(store):
    create(store)

    def add(number: int) -> None:
        while True:
            contact = store.contacts.get("contact")
            assert contact is not None
            try:
                store.commit(contact, with_fields(contact, pending=[*contact.pending, str(number)]))
            except StaleError:
                continue
            return

    _, errors = race(6, add)
    read = store.contacts.get("contact")
    assert errors == []
    assert read is not None and sorted(read.pending) == list("012345")


def test_commit_never_erases_what_it_does_not_name(store, client):
    create(store, make_contact(phone="+39", notes="kept"))
    client.collection("contacts").document("contact").update({"since_next_year": {"a": 1}})
    contact = store.contacts.get("contact")
    assert contact is not None
    store.commit(contact, with_fields(contact, unread=1))
    fields = raw(client, "contacts", "contact")
    assert fields["since_next_year"] == {"a": 1}
    assert (fields["phone"], fields["notes"], fields["unread"]) == ("+39", "kept", 1)


def test_change_of_a_messages_file_keeps_what_it_does_not_name(store, client):
    contact = make_contact()
    told = Media(id="1", mime_type="audio/ogg")
    store.commit(contact, Change(contact, creates=(make_message("m", media=told),)))
    message = store.messages.get("m")
    client.collection("messages").document("m").update({"media.since_next_year": 1, "media.seconds": 3.0})
    changed = store.messages.set_media(message, replace(told, state="stored"), transcript="ciao")
    assert (changed.media, changed.transcript) == (replace(told, state="stored"), "ciao")
    read = store.messages.get("m")
    assert (read.media, read.transcript) == (replace(told, state="stored", seconds=3.0), "ciao")
    assert raw(client, "messages", "m")["media"]["since_next_year"] == 1


def test_commit_on_an_older_version_of_a_name_is_stale_and_writes_nothing(store):
    contact = create(store, None, "name")
    read = store.identities.get_all(["name"])["name"]
    ended = replace(read, until=NOW, earlier=[Former(contact_id="x", until=NOW)])
    contact = store.commit(contact, Change(contact), Links((ended,)))
    assert replace(store.identities.get_all(["name"])["name"], update_time=read.update_time) == ended
    with pytest.raises(StaleError):
        store.commit(contact, with_fields(contact, notes="second"), Links((read,)))
    assert store.contacts.get("contact").notes == ""


def test_commit_of_two_contacts_writes_both_or_none(store):
    first, second = create(store), create(store, make_contact("second"))
    store.commit(second, with_fields(second, unread=1))
    with pytest.raises(StaleError):
        store.commit(first, with_fields(first, notes="x"), Links(contacts=((second, second),)))
    fresh = store.contacts.get("second")
    emptied = replace(fresh, unread=0)
    store.commit(first, with_fields(first, notes="x"), Links(contacts=((fresh, emptied),)))
    assert (store.contacts.get("contact").notes, store.contacts.get("second").unread) == ("x", 0)


def test_merged_contact_is_read_and_written_where_it_went(store):
    create(store, make_contact("winner"))
    create(store, make_contact("between", merged_into="winner"))
    create(store, make_contact("loser", merged_into="between"))
    store.change_contact("loser", note("x"))
    store.change_contact("loser", lambda contact: flagged(contact, "send_failed", NOW))
    contact = store.contacts.get("loser")
    assert (contact.id, contact.notes, contact.attention.reason) == ("winner", "x", "send_failed")
    trace = store.contacts.get_unmerged("loser")
    assert (trace.id, trace.merged_into, trace.notes, trace.attention) == ("loser", "between", "", None)


def test_changes_of_one_contact_at_the_same_moment_all_get_through(store):
    create(store)

    def add(number):
        return store.change_contact("contact", lambda read: replace(read, pending=[*read.pending, str(number)]))

    _, errors = race(6, add)
    assert errors == []
    assert sorted(store.contacts.get("contact").pending) == list("012345")


def test_change_of_a_contact_that_somebody_writes_all_the_time_gives_up(store, client):
    create(store)
    document = client.collection("contacts").document("contact")

    def effect(contact: Contact) -> Contact:
        document.update({"since_next_year": firestore.Increment(1)})
        return replace(contact, notes="x")

    pauses: list[float] = []
    with pytest.raises(StoreBusyError):
        store.change_contact("contact", effect, sleep=pauses.append)
    assert len(pauses) == MAX_CONFLICTS == raw(client, "contacts", "contact")["since_next_year"]
    assert store.contacts.get("contact").notes == ""


def test_change_that_changes_nothing_writes_nothing(store, client):
    create(store, make_contact(notes="x"))
    before = raw(client, "contacts", "contact")
    assert store.change_contact("contact", note("x")).notes == "x"
    assert raw(client, "contacts", "contact") == before


def test_change_of_nobody_says_that_the_contact_is_gone(store):
    with pytest.raises(ContactGoneError):
        store.change_contact("nobody", note("x"))


def test_created_at_never_changes_and_updated_at_always_does(store, client):
    contact = create(store)
    seen = [raw(client, "contacts", "contact")]
    contact = store.commit(contact, with_fields(contact, unread=1))
    seen.append(raw(client, "contacts", "contact"))
    store.commit(contact, Change(contact))
    seen.append(raw(client, "contacts", "contact"))
    store.change_contact("contact", note("x"))
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
    store.messages.set("m", {"status": "accepted"})
    seen.append(raw(client, "messages", "m"))
    store.messages.add_status("m", "sent", NOW, {})
    seen.append(raw(client, "messages", "m"))
    message = store.messages.get("m")
    assert message is not None
    store.messages.update(message, {"tries": 2})
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
        store.messages.add_status("m", status, NOW + minutes(number), {"pricing": Pricing(category="service")})
    read = store.messages.get("m")
    assert read is not None
    assert set(read.statuses) == {"sent", "delivered", "read"}
    assert (read.shown_status, read.status, read.text) == ("read", "accepted", "m")
    assert read.pricing == Pricing(category="service")


def test_statuses_at_the_same_moment_all_stay(store):
    contact = make_contact()
    store.commit(contact, Change(contact, creates=(make_message("m", direction="out"),)))
    names = ["sent", "delivered", "read", "played", "failed"]
    _, errors = race(5, lambda number: store.messages.add_status("m", names[number], NOW, {}))
    read = store.messages.get("m")
    assert errors == []
    assert read is not None and set(read.statuses) == set(names)


@pytest.mark.parametrize(
    "write",
    [
        lambda messages: messages.add_status("missing", "sent", NOW, {}),
        lambda messages: messages.set("missing", {"status": "accepted"}),
        lambda messages: messages.set_media(make_message("missing"), Media(id="1")),
    ],
    ids=["add_status", "set", "set_media"],
)
def test_write_to_a_message_that_is_not_there_says_so_and_creates_nothing(store, write):
    with pytest.raises(GoneError):
        write(store.messages)
    assert store.messages.get("missing") is None


def test_update_message_needs_the_version_that_was_read(store):
    contact = make_contact()
    store.commit(contact, Change(contact, creates=(make_message("m", direction="out", status="queued"),)))
    message = store.messages.get("m")
    assert message is not None
    sending = store.messages.update(message, {"status": "sending"})
    with pytest.raises(StaleError):
        store.messages.update(message, {"status": "sending"})
    again = store.messages.update(sending, {"status": "accepted"})
    assert again.status == "accepted"


def test_update_message_of_many_at_once_has_one_winner(store):
    contact = make_contact()
    store.commit(contact, Change(contact, creates=(make_message("m", status="queued"),)))
    message = store.messages.get("m")
    assert message is not None
    results, errors = race(6, lambda number: store.messages.update(message, {"tries": number}))
    assert len(results) == 1
    assert {type(error) for error in errors} == {StaleError}


def test_update_message_of_one_that_was_deleted_is_stale(store, client):
    contact = make_contact()
    store.commit(contact, Change(contact, creates=(make_message("m"),)))
    message = store.messages.get("m")
    client.collection("messages").document("m").delete()
    with pytest.raises(StaleError):
        store.messages.update(message, {"status": "x"})


def test_event_is_kept_once_for_thirty_days(store, client):
    for _ in range(3):
        store.events.add("field", "payload", NOW)
    store.events.add("field", "other", NOW)
    events = [snapshot.to_dict() for snapshot in client.collection("events").stream()]
    assert sorted(event["payload"] for event in events) == ["other", "payload"]
    assert {event["expire_at"] - NOW for event in events} == {dt.timedelta(days=30)}


def test_events_past_their_time_are_deleted_a_few_at_a_time(store, client):
    for number in range(5):
        store.events.add("field", f"old {number}", NOW - dt.timedelta(days=31))
    store.events.add("field", "new", NOW)
    assert [store.events.delete_expired(NOW, 3) for _ in range(3)] == [3, 2, 0]
    assert [snapshot.get("payload") for snapshot in client.collection("events").stream()] == ["new"]


def test_state_of_the_token_written_again_replaces_the_whole(store, client):
    store.facts.set_token(TokenState(refused=True, message="expired"))
    store.facts.set_token(TokenState(refused=False))
    assert store.facts.token() == TokenState(refused=False)
    assert set(raw(client, "state", "token")) == {"refused", "message", "updated_at"}


def test_state_of_openai_is_written_by_field_and_a_model_that_is_not_listed_any_more_goes(store, client):
    assert store.facts.openai() == OpenAIState()
    store.facts.set_unpaid("insufficient_quota")
    store.facts.set_shutdowns({"gpt-4.1": "2027-01-14", "whisper-1": "2027-02-26"}, NOW)
    store.facts.set_shutdowns({"whisper-1": "2027-02-26"}, NOW)
    assert store.facts.openai() == OpenAIState("insufficient_quota", {"whisper-1": "2027-02-26"}, NOW)
    store.facts.set_unpaid("")
    assert store.facts.openai() == OpenAIState("", {"whisper-1": "2027-02-26"}, NOW)
    assert set(raw(client, "state", "openai")) == {"unpaid", "shutdowns", "look_next", "updated_at"}


def test_members_are_added_removed_and_signed_out(store):
    members = store.members
    assert members.get("anna@example.com") is None
    members.add("anna@example.com", "owner@example.com")
    assert members.get("anna@example.com") == StoredMember("anna@example.com", is_member=True)
    members.sign_out("anna@example.com")
    out = members.get("anna@example.com")
    assert out.is_member and out.signed_out_at is not None
    members.add("anna@example.com", "owner@example.com", "viewer")
    members.add("anna@example.com", "owner@example.com")
    assert members.get("anna@example.com").role == "viewer"
    members.remove("anna@example.com")
    assert members.get("anna@example.com").role is None
    members.add("ugo@example.com", "owner@example.com")
    stored = {member.email: member.is_member for member in members.list()}
    assert stored == {"anna@example.com": False, "ugo@example.com": True}


def test_ended_sessions_are_kept_for_as_long_as_they_could_live_and_are_bounded(store):
    members, email, hours = store.members, "bea@example.com", dt.timedelta(hours=8)
    members.end_session(email, "0" * 32, hours)
    assert set(members.get(email).ended_sessions) == {"0" * 32}
    assert members.get(email).is_member is False
    members.end_session(email, "1" * 32, dt.timedelta(hours=-1))  # an hour after the first one would have been over
    assert set(members.get(email).ended_sessions) == {"1" * 32}
    for number in range(2, MAX_ENDED + 1):
        members.end_session(email, f"{number:032}", hours)
    full = members.get(email)
    assert (len(full.ended_sessions), full.signed_out_at) == (MAX_ENDED, None)
    members.end_session(email, "f" * 32, hours)
    over = members.get(email)
    assert (dict(over.ended_sessions), over.signed_out_at is not None) == ({}, True)


def test_file_that_was_stored_shows_no_error_of_another_try(store):
    waiting = make_message("m", media=Media(id="1"))
    contact = make_contact()
    store.commit(contact, Change(contact, creates=(waiting,)))
    failed = Media(id="1", state="failed", error=Problem(code="slow", message="too slow"))
    store.messages.set_media(waiting, failed)
    store.messages.set_media(waiting, Media(id="1", state="stored"))
    found = store.messages.get(waiting.id)
    assert (found.media.state, found.media.error) == ("stored", None)


def conversations_of(store: Store, contact: Contact) -> list[str]:
    return [*store.past_conversations.of_contact(contact.id), *contact.conversation_ids]


def test_every_conversation_of_a_contact_is_found_again_however_many(store):
    contact = create(store)
    names = [f"conv_{number}" for number in range(150)]
    for name in names:
        contact = store.commit(contact, with_fields(contact, conversation_ids=[*contact.conversation_ids, name]))
        assert len(contact.conversation_ids) <= MAX_CONVERSATIONS and contact.conversation_ids[-1] == name
    assert store.contacts.get(contact.id).conversation_ids == contact.conversation_ids
    assert sorted(conversations_of(store, contact)) == sorted(names)


def test_conversations_that_leave_a_contact_do_so_only_with_the_write_of_the_contact(store):
    names = [f"conv_{number}" for number in range(MAX_CONVERSATIONS)]
    contact = create(store, make_contact(conversation_ids=names))
    more = with_fields(contact, conversation_ids=[*names, "conv_new"])
    store.change_contact(contact.id, note("meanwhile"))
    with pytest.raises(StaleError):
        store.commit(contact, more)
    assert store.past_conversations.of_contact(contact.id) == []


def test_contact_with_all_that_it_may_hold_is_stored(store):
    # As many as two contacts have that were merged.
    waiting = [hashed("waits", str(number)) for number in range(2 * MAX_PENDING_MESSAGES)]
    contact = create(store, make_contact(pending=waiting, notes="n" * 10_000))
    found = store.contacts.get(contact.id)
    assert found and found.pending == waiting
