"""The store's plain reads: one contract, kept on the emulator and, without it, in memory."""

from typing import Any

from shared.store.store import Store
from tests.emulator.makers import NOW, make_message, minutes


def put(client: Any, collection: str, name: str, fields: dict[str, Any]) -> None:
    client.collection(collection).document(name).set(fields)


def test_contact_stored_is_read_whole(any_client):
    lease = {"owner": "o", "epoch": 3, "until": NOW}
    profile = {"first_name": {"value": "Mario", "source": "staff", "updated_at": NOW}}
    fields = {"created_at": NOW, "phone": "+39", "lease": lease, "profile": profile, "pending": ["a"], "unread": 2}
    put(any_client, "contacts", "c", fields)
    contact = Store(any_client).get_contact("c")
    assert contact is not None
    assert (contact.id, contact.phone, contact.pending, contact.unread) == ("c", "+39", ["a"], 2)
    assert contact.lease is not None
    assert (contact.lease.owner, contact.lease.epoch, contact.lease.until) == ("o", 3, NOW)
    assert contact.known("first_name") == "Mario"
    assert contact.update_time is not None


def test_contact_with_fields_of_another_version_is_read(any_client):
    put(any_client, "contacts", "c", {"created_at": NOW, "since_next_year": {"a": [1]}})
    contact = Store(any_client).get_contact("c")
    assert contact is not None
    assert contact.missing == ["first_name", "last_name", "company", "email"]


def test_what_is_not_there_is_none(any_client):
    store = Store(any_client)
    assert store.get_contact("nobody") is None
    assert store.get_message("nothing") is None
    assert store.get_identities(["nobody"]) == {}
    assert store.get_identities([]) == {}
    assert store.get_state("nothing") is None
    assert store.get_messages(["nothing"]) == []
    assert store.get_messages([]) == []


def test_identity_leads_to_its_contact(any_client):
    put(any_client, "identities", "i", {"contact_id": "c"})
    found = Store(any_client).get_identities(["i", "unknown"])
    assert {name: (one.contact_id, one.until, one.earlier) for name, one in found.items()} == {"i": ("c", None, [])}


def test_messages_by_id_come_in_order_of_time_without_the_missing(any_client):
    for name, minute in (("late", 2), ("early", 0), ("middle", 1)):
        fields = make_message(name, at=NOW + minutes(minute)).model_dump(exclude={"id", "update_time"})
        put(any_client, "messages", name, {**fields, "created_at": NOW})
    found = Store(any_client).get_messages(["late", "missing", "early", "middle"])
    assert [message.id for message in found] == ["early", "middle", "late"]


def test_state_stored_is_read(any_client):
    put(any_client, "state", "token", {"refused": True})
    state = Store(any_client).get_state("token")
    assert state is not None
    assert state["refused"] is True


def test_check_of_a_database_that_answers_is_quiet(any_client):
    Store(any_client).check()
