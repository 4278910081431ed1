"""The filters of the conversation list: what each shows, in which order, and how many there are."""

import datetime as dt
from typing import Any

import pytest
from google.cloud import firestore

from shared.model.attention import Attention
from shared.model.contact import LastMessage
from shared.store.connection import utc_now
from shared.store.selections import FILTERS
from shared.store.store import Store
from tests.functional.dashboard import Staff, add_contact
from tests.functional.product import error_code

pytestmark = pytest.mark.emulator

ELSEWHERE = utc_now() - dt.timedelta(days=40)  # behind the conversations of other tests
ME = "staff@localhost"
ANSWER = LastMessage(text="Certo", kind="text", direction="out", author="assistant", at=ELSEWHERE)


def soon(**amount: float) -> dt.datetime:
    return utc_now() + dt.timedelta(**amount)


def asked(reason: str = "asked_for_human", at: dt.datetime = ELSEWHERE) -> Attention:
    return Attention(reason=reason, at=at)


FITTING: list[tuple[str, Any, Any]] = [
    ("unread", {"unread": 1}, {}),
    ("unread", {"marked_unread": True}, {}),
    ("attention", {"attention": asked()}, {}),
    ("unanswered", {}, {"last_message": ANSWER}),
    ("mine", {"assignee": ME}, {"assignee": "anna@example.com"}),
    ("unassigned", {}, {"assignee": ME}),
    ("failed", {"attention": asked("send_failed")}, {"attention": asked()}),
    ("paused", {"paused": True}, {}),
    ("blocked", {"blocked": True}, {}),
    ("closing", {"window_closes_at": soon(hours=3)}, {"window_closes_at": soon(hours=5)}),
    ("label:Fornitori d'olio", {"labels": ["VIP", "Fornitori d'olio"]}, {"labels": ["VIP"]}),
]


def listed(staff: Staff, name: str) -> list[str]:
    """Every page of a filter."""
    ids: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = staff.get("/api/conversations", filter=name, cursor=cursor)
        ids += [item["id"] for item in page["conversations"]]
        cursor = page["next_cursor"]
    return ids


@pytest.mark.parametrize(("name", "fits", "other"), FITTING)
def test_filter_lists_what_fits_and_nothing_else(
    staff: Staff, store: Store, name: str, fits: Any, other: Any
) -> None:
    before = staff.get("/api/conversations/counts")["counts"]
    shown = add_contact(store, last_activity_at=ELSEWHERE, **fits)
    hidden = add_contact(store, last_activity_at=ELSEWHERE, **other)
    found = listed(staff, name)
    assert found.count(shown.id) == 1
    assert hidden.id not in found
    after = staff.get("/api/conversations/counts")["counts"]
    if name in FILTERS:
        assert after[name] == before[name] + 1 == len(found)
    assert after["all"] == before["all"] + 2


@pytest.mark.parametrize(("name", "fits", "other"), FITTING)
def test_filter_finds_what_an_older_version_stored_after_the_sweep(
    staff: Staff, store: Store, database: firestore.Client, name: str, fits: Any, other: Any
) -> None:
    shown = add_contact(store, last_activity_at=ELSEWHERE, **fits)
    lacking = ["has_unread", "needs_attention", "is_unanswered", "has_failed"]
    if not shown.assignee:
        lacking.append("assignee")
    database.collection("contacts").document(shown.id).update(dict.fromkeys(lacking, firestore.DELETE_FIELD))
    assert store.contacts.give_words("", 10_000) == ""
    assert shown.id in listed(staff, name)


def test_who_waits_longest_for_a_person_comes_first(staff: Staff, store: Store) -> None:
    times = [ELSEWHERE - dt.timedelta(hours=hours) for hours in (1, 3, 2)]
    added = [add_contact(store, attention=asked(at=at), last_activity_at=utc_now()).id for at in times]
    found = [contact_id for contact_id in listed(staff, "attention") if contact_id in added]
    assert found == [added[1], added[2], added[0]]


def test_whose_window_closes_first_comes_first(staff: Staff, store: Store) -> None:
    added = [add_contact(store, window_closes_at=soon(minutes=minutes)).id for minutes in (90, 10, 200)]
    found = [contact_id for contact_id in listed(staff, "closing") if contact_id in added]
    assert found == [added[1], added[0], added[2]]
    assert add_contact(store, window_closes_at=soon(minutes=-1)).id not in listed(staff, "closing")


@pytest.mark.parametrize("name", ["attention", "closing"])
def test_pages_of_another_order_follow_each_other(staff: Staff, store: Store, name: str) -> None:
    at = soon(hours=1)
    added = {add_contact(store, attention=asked(at=ELSEWHERE), window_closes_at=at).id for _ in range(32)}
    found = listed(staff, name)
    assert added <= set(found)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("name", ["mine", "attention", "closing", "label:VIP"])
def test_search_joins_every_filter_and_its_pages_are_full(staff: Staff, store: Store, name: str) -> None:
    word = f"Zeno{name[:4]}"
    fits = {"assignee": ME, "attention": asked(), "window_closes_at": soon(hours=1), "labels": ["VIP"]}
    for number in range(40):
        add_contact(store, whatsapp_name=word, last_activity_at=ELSEWHERE + dt.timedelta(minutes=number))
    shown = add_contact(store, whatsapp_name=word, last_activity_at=ELSEWHERE, **fits)
    answer = staff.get("/api/conversations", filter=name, q=word)
    assert [item["id"] for item in answer["conversations"]] == [shown.id]


def test_pause_that_is_over_is_not_listed(staff: Staff, store: Store) -> None:
    over = add_contact(store, paused=True, paused_until=soon(minutes=-1), last_activity_at=ELSEWHERE)
    assert over.id not in listed(staff, "paused")


@pytest.mark.parametrize("name", ["nice", "label:", "Label:VIP", ""])
def test_filter_that_there_is_not_is_a_400(staff: Staff, name: str) -> None:
    answer = staff.call("GET", "/api/conversations", filter=name)
    assert (answer.status_code, error_code(answer)) == (400, "bad_request")


def test_counts_know_every_filter_and_the_labels_of_the_business(staff: Staff, store: Store) -> None:
    counts = staff.get("/api/conversations/counts")["counts"]
    assert set(FILTERS) <= set(counts)
    assert all(count >= 0 for count in counts.values())
