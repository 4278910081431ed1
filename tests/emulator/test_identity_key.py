"""Ids of numbers have a key, so that nobody finds one by trying; identities without a key are found and moved."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from google.cloud import firestore
from structlog.testing import capture_logs

from local.observe.counting import count_operations
from shared.errors import StaleError
from shared.model.contact import Contact
from shared.model.identifiers import Identifier, Identity, Links, new_identity
from shared.model.ids import random_id
from shared.model.turn import Change
from shared.store.connection import utc_now
from shared.store.store import Store
from tests.emulator.makers import NOW

pytestmark = pytest.mark.emulator

PHONE = Identifier("phone", "+393331112223")
DAY = dt.timedelta(days=1)


def link(store: Store, phone: Identifier = PHONE) -> Contact:
    contact = Contact(id=random_id(), created_at=NOW)
    return store.commit(contact, Change(contact), Links((new_identity(phone, contact.id, NOW),)))


def link_without_key(client: firestore.Client, phone: Identifier, contact_id: str) -> None:
    """Link a number as the version before did."""
    client.collection("identities").document(phone.id).set(
        {"contact_id": contact_id, "since": NOW, "created_at": NOW}
    )


def owner(store: Store, phone: Identifier = PHONE) -> str | None:
    identity = store.identities.get_all([phone.id]).get(phone.id)
    return identity.contact_id if identity else None


def documents(client: firestore.Client) -> dict[str, dict[str, Any]]:
    return {each.id: each.to_dict() or {} for each in client.collection("identities").stream()}


def moved(store: Store, limit: int = 10) -> int:
    return store.identities.move_unkeyed(utc_now() + 2 * DAY, limit)


def test_number_cannot_be_found_by_trying(store: Store, client: firestore.Client) -> None:
    contact = link(store)
    [(document_id, fields)] = documents(client).items()
    assert document_id != PHONE.id
    assert PHONE.id not in str(fields)
    assert owner(store) == owner(Store(client)) == contact.id
    [identity] = store.identities.of_contact(contact.id)
    assert identity.id == document_id


def test_processes_that_start_together_have_one_key(client: firestore.Client) -> None:
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: Store(client).identities.document_id(PHONE.id), range(8)))
    assert len(set(ids)) == 1


def test_known_number_costs_one_read(store: Store, client: firestore.Client) -> None:
    link(store)
    count = count_operations(client)
    owner(store)
    assert count.reads == 1
    assert moved(store) == 0
    assert count.reads == 1


def test_identity_without_a_key_is_found_changed_and_moved_after_a_day(client: firestore.Client) -> None:
    phones = [Identifier("phone", f"+39333111222{digit}") for digit in range(5)]
    contacts = [random_id() for _ in phones]
    for phone, contact_id in zip(phones, contacts, strict=True):
        link_without_key(client, phone, contact_id)
    store = Store(client)
    newer = link(store)
    assert [owner(store, phone) for phone in phones] == [*contacts[:3], newer.id, contacts[4]]
    assert store.identities.move_unkeyed(utc_now() + DAY - dt.timedelta(hours=1), 10) == 0
    other = link(store, Identifier("phone", "+393339999999"))
    before = store.identities.get_all([phones[0].id])[phones[0].id]
    store.commit(other, Change(other), Links((replace(before, until=NOW),)))
    with capture_logs() as logs:
        assert sum(moved(store, 3) for _ in range(5)) == 5
    assert [line["event"] for line in logs] == ["identity_twice"]
    assert {phone.id for phone in phones} & set(documents(client)) == set()
    for process in (store, Store(client)):
        assert [owner(process, phone) for phone in phones] == [*contacts[:3], newer.id, contacts[4]]
    after = store.identities.get_all([phones[0].id])[phones[0].id]
    assert replace(after, id=before.id, update_time=None) == replace(before, until=NOW, update_time=None)
    count = count_operations(client)
    owner(Store(client), phones[0])
    assert count.reads == 2  # the key, and the one document that there is


def test_two_contacts_that_both_versions_made_are_told_before_the_older_way_goes(client: firestore.Client) -> None:
    link_without_key(client, PHONE, "older")
    store, told = Store(client), list[tuple[str, str]]()
    newer = link(store)
    store.identities.move_unkeyed(utc_now() + 2 * DAY, 10, lambda *pair: told.append(pair))
    assert told == [(newer.id, "older")] and owner(store) == newer.id


def test_identity_that_is_moved_while_it_is_used_is_read_again(client: firestore.Client) -> None:
    link_without_key(client, PHONE, "a")
    store = Store(client)
    contact = link(store, Identifier("phone", "+393339999999"))
    read: Identity = store.identities.get_all([PHONE.id])[PHONE.id]
    assert moved(store) == 1
    with pytest.raises(StaleError):
        store.commit(contact, Change(contact), Links((replace(read, contact_id="b"),)))
    assert owner(store) == "a"
