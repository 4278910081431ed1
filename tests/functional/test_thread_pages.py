"""Pages of a conversation through the API: around a message, and from there to the present and to the past."""

import datetime as dt
from typing import cast

import pytest

from functions.dashboard_api.desk import Desk
from functions.dashboard_api.thread_pages import list_around
from local.observe.counting import count_operations
from shared.model.contact import Contact
from shared.queue.tasks import Queue
from shared.store.connection import utc_now
from shared.store.store import Store
from tests.functional.dashboard import Staff, add_contact, add_message
from tests.functional.product import Json

pytestmark = pytest.mark.emulator

MANY = 150


@pytest.fixture(scope="module")
def talk(store: Store) -> tuple[Contact, list[str]]:
    """A conversation of many messages, three in each second, as WhatsApp tells times; their ids by time and id."""
    contact, now = add_contact(store), utc_now().replace(microsecond=0)
    stored = [
        add_message(store, contact, str(number), now - dt.timedelta(seconds=(MANY - number) // 3))
        for number in range(MANY)
    ]
    return contact, [message.id for message in sorted(stored, key=lambda message: (message.at, message.id))]


def ids(page: Json) -> list[str]:
    return [message["id"] for message in page["messages"]]


def test_page_around_a_message_has_both_sides_and_leads_on(staff: Staff, talk: tuple[Contact, list[str]]) -> None:
    contact, order = talk
    path = f"/api/conversations/{contact.id}/messages"
    page = staff.get(path, around=order[60])
    assert ids(page) == order[35:86]
    newer = staff.get(path, after=page["after"])
    assert ids(newer) == order[86:136]
    newest = staff.get(path, after=newer["after"])
    assert (ids(newest), newest["after"]) == (order[136:], None)
    older = staff.get(path, before=page["before"])
    assert (ids(older), older["before"]) == (order[:35], None)


def test_page_around_the_first_and_the_last_message_ends_there(
    staff: Staff, talk: tuple[Contact, list[str]]
) -> None:
    contact, order = talk
    path = f"/api/conversations/{contact.id}/messages"
    first, last = staff.get(path, around=order[0]), staff.get(path, around=order[-1])
    assert (ids(first), first["before"]) == (order[:26], None)
    assert (ids(last), last["after"]) == (order[-26:], None)


def test_page_around_an_old_message_reads_nothing_between(store: Store, talk: tuple[Contact, list[str]]) -> None:
    contact, order = talk
    count = count_operations(store._client)
    list_around(Desk(store, cast(Queue, None), list), contact.id, order[40])
    assert count.reads == 52, count.calls


@pytest.mark.parametrize("around", ["no", "0" * 32])
def test_page_around_a_message_of_another_conversation_is_a_404(
    staff: Staff, store: Store, talk: tuple[Contact, list[str]], around: str
) -> None:
    theirs = add_message(store, add_contact(store), "altrove")
    for name in (around, theirs.id):
        answer = staff.call("GET", f"/api/conversations/{talk[0].id}/messages", around=name)
        assert answer.status_code == 404
