"""Who acts on what they saw leaves what came since: a late message of the outbox, a click a moment too late."""

import datetime as dt
from dataclasses import replace

import pytest

from shared.model.attention import Attention
from shared.model.contact import Contact, LastMessage
from shared.store.connection import utc_now
from shared.store.store import Store
from tests.functional.dashboard import Staff, add_contact
from tests.functional.product import Json

pytestmark = pytest.mark.emulator

NOW = utc_now()
ASKED = Attention(reason="asked_for_human", at=NOW)
FAILED = Attention(reason="turn_failed", at=NOW + dt.timedelta(seconds=1))


def said(text: str) -> LastMessage:
    return LastMessage(text=text, kind="text", direction="in", author="customer", at=NOW)


def write_again(contact: Contact) -> Contact:
    """Have the customer write within the very second of their last message."""
    return replace(contact, unread=contact.unread + 1, last_inbound=said("ancora"))


@pytest.fixture
def contact(store: Store) -> Contact:
    """A customer who wrote something and asked for a person."""
    return add_contact(store, unread=1, last_inbound=said("ciao"), attention=ASKED)


def act(staff: Staff, contact: Contact, how: str, seen: str | None) -> Json:
    """Do what takes both marks off, and return the conversation as it is then."""
    path = f"/api/conversations/{contact.id}"
    if how == "done":
        return staff.do("POST", f"{path}/read", {"dismiss": True, "seen": seen})
    if how == "message":
        staff.do("PUT", f"{path}/messages/c1", {"text": "ciao", "seen": seen})
    else:
        fields = {"seen": seen} if seen else {}
        assert (
            staff.upload(f"{path}/messages/c1", b"%PDF-1.4 x", "application/pdf", "a.pdf", **fields).status_code
            == 201
        )
    return shown(staff, contact)


def shown(staff: Staff, contact: Contact) -> Json:
    conversation: Json = staff.get(f"/api/profile/{contact.id}")["conversation"]
    return conversation


@pytest.mark.parametrize("how", ["done", "message", "file"])
def test_what_came_since_it_was_seen_stays(staff: Staff, store: Store, contact: Contact, how: str) -> None:
    seen = shown(staff, contact)["news"]
    store.change_contact(contact.id, write_again)
    store.change_contact(contact.id, lambda now: replace(now, attention=FAILED))
    after = act(staff, contact, how, seen)
    assert (after["unread"], after["attention"]["reason"]) == (2, "turn_failed")
    after = act(staff, contact, "done", after["news"])
    assert (after["unread"], after["attention"]) == (0, None)


@pytest.mark.parametrize("how", ["done", "message", "file"])
@pytest.mark.parametrize("told", [True, False])
def test_what_was_seen_is_done_with(staff: Staff, contact: Contact, how: str, told: bool) -> None:
    seen = shown(staff, contact)["news"] if told else None
    after = act(staff, contact, how, seen)
    assert (after["unread"], after["attention"]) == (0, None)


def test_either_half_is_told_by_itself(staff: Staff, store: Store, contact: Contact) -> None:
    seen = shown(staff, contact)["news"]
    store.change_contact(contact.id, write_again)
    after = act(staff, contact, "done", seen)
    assert (after["unread"], after["attention"]) == (2, None)
