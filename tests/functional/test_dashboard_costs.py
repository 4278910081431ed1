"""What looking at the dashboard costs in Firestore operations, counted on the client, as docs/scaling.md says."""

import time
from collections.abc import Iterator
from contextlib import closing
from typing import cast
from uuid import uuid4

import pytest
from google.cloud import firestore

from functions.dashboard_api.desk import Desk
from functions.dashboard_api.lists import OVERLAP, sync
from functions.dashboard_api.times import time_text
from local.observe.counting import Count, count_operations
from shared.queue.tasks import Queue
from shared.store.connection import utc_now
from shared.store.store import Store
from tests.functional.dashboard import add_contact, add_messages

pytestmark = pytest.mark.emulator

SETTLED = OVERLAP.total_seconds() + 0.2


@pytest.fixture
def client(firestore_host: str) -> Iterator[firestore.Client]:
    """A client of an empty database of this test's own."""
    with closing(firestore.Client(project=f"test-{uuid4().hex[:20]}")) as connected:
        yield connected


@pytest.fixture
def desk(client: firestore.Client) -> Desk:
    """The dashboard's desk; its notices, 2 reads every 30 s for all pages together, stand aside."""
    return Desk(Store(client), cast(Queue, None), notices=list)


def polls(desk: Desk, client: firestore.Client, contact_id: str, since: str, times: int) -> Count:
    """Ask for changes some times, each time from where the answer before led, and count what that costs."""
    count = count_operations(client)
    for _ in range(times):
        since = sync(desk, since, contact_id)["sync"]
    return count


def test_poll_that_finds_nothing_costs_one_read_and_with_a_chat_open_two(
    desk: Desk, client: firestore.Client
) -> None:
    contact = add_contact(desk.store)
    add_messages(desk.store, contact, ["uno", "due", "tre"])
    time.sleep(SETTLED)
    since = time_text(utc_now() - OVERLAP)
    assert polls(desk, client, "", since, 5).reads == 5
    assert polls(desk, client, contact.id, since, 5).reads == 10


def test_burst_of_changes_is_not_read_again_and_again(desk: Desk, client: firestore.Client) -> None:
    since = time_text(utc_now())
    for _ in range(10):
        add_contact(desk.store)
    time.sleep(SETTLED)
    assert polls(desk, client, "", since, 1).reads == 10
    later = sync(desk, since, "")["sync"]
    assert polls(desk, client, "", later, 5).reads == 5
