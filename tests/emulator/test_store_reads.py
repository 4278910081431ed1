"""The store's plain reads: one contract, kept on the emulator and, without it, in memory."""

from typing import Any

from shared.model.ids import keyed
from shared.store.facts import TokenState
from shared.store.store import Store
from tests.emulator.makers import NOW, minutes

KEY: dict[str, Any] = {"key": b"k" * 32, "made_at": NOW, "all_moved": True, "after": ""}


def put(client: Any, collection: str, name: str, fields: dict[str, Any]) -> None:
    client.collection(collection).document(name).set(fields)


def test_contact_stored_is_read_whole(any_client):
    lease = {"owner": "o", "epoch": 3, "until": NOW}
    profile = {"first_name": {"value": "Mario", "source": "staff", "updated_at": NOW}}
    fields = {"created_at": NOW, "phone": "+39", "lease": lease, "profile": profile, "pending": ["a"], "unread": 2}
    put(any_client, "contacts", "c", fields)
    contact = Store(any_client).contacts.get("c")
    assert contact is not None
    assert (contact.id, contact.phone, contact.pending, contact.unread) == ("c", "+39", ["a"], 2)
    assert contact.lease is not None
    assert (contact.lease.owner, contact.lease.epoch, contact.lease.until) == ("o", 3, NOW)
    assert contact.known("first_name") == "Mario"
    assert contact.update_time is not None


def test_contact_with_fields_of_another_version_is_read(any_client):
    put(any_client, "contacts", "c", {"created_at": NOW, "since_next_year": {"a": [1]}})
    contact = Store(any_client).contacts.get("c")
    assert contact is not None
    assert contact.profile == {}
    assert (contact.asked, contact.declined, contact.unheard, contact.is_business) == ({}, {}, [], False)


def test_what_is_not_there_is_none(any_client):
    put(any_client, "state", "identities", KEY)
    store = Store(any_client)
    assert store.contacts.get("nobody") is None
    assert store.messages.get("nothing") is None
    assert store.identities.get_all(["nobody"]) == {}
    assert store.identities.get_all([]) == {}
    assert store.facts.token() == TokenState(refused=False)
    assert store.messages.get_all(["nothing"]) == []
    assert store.messages.get_all([]) == []


def test_identity_leads_to_its_contact(any_client):
    put(any_client, "state", "identities", KEY)
    put(any_client, "identities", keyed(KEY["key"], "i"), {"contact_id": "c"})
    found = Store(any_client).identities.get_all(["i", "unknown"])
    assert {name: (one.contact_id, one.until, one.earlier) for name, one in found.items()} == {"i": ("c", None, [])}


def test_messages_by_id_come_in_order_of_time_without_the_missing(any_client):
    for name, minute in (("late", 2), ("early", 0), ("middle", 1)):
        fields = {"contact_id": "contact", "direction": "in", "author": "customer", "kind": "text", "text": name}
        put(any_client, "messages", name, {**fields, "status": "new", "at": NOW + minutes(minute)})
    found = Store(any_client).messages.get_all(["late", "missing", "early", "middle"])
    assert [message.id for message in found] == ["early", "middle", "late"]


def test_state_of_the_token_is_read(any_client):
    put(any_client, "state", "token", {"refused": True, "message": "expired"})
    assert Store(any_client).facts.token() == TokenState(refused=True, message="expired")


def test_check_of_a_database_that_answers_is_quiet(any_client):
    Store(any_client).facts.check()
