"""Canned replies at the dashboard's API: read, saved, refused, and not lost to a colleague."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from google.cloud import firestore
from werkzeug.test import TestResponse

from tests.functional.dashboard import Staff
from tests.functional.product import error_code

pytestmark = pytest.mark.emulator
PATH = "/api/replies"
HOURS = {"shortcut": "orari", "text": "Siamo aperti dalle 9 alle 13, {first_name}."}
THANKS = {"shortcut": "grazie-mille", "text": "Grazie!\nA presto, {me}"}


@pytest.fixture(autouse=True)
def no_replies(database: firestore.Client) -> None:
    """Begin with none."""
    database.recursive_delete(database.collection("settings"))


def listed(staff: Staff) -> Any:
    return staff.get(PATH)


def saved(staff: Staff, replies: Any) -> Any:
    return staff.do("PUT", PATH, replies)


def put(staff: Staff, replies: Any, seen: str = "") -> TestResponse:
    headers = {"Cookie": staff.cookie, "X-CSRF-Token": staff.csrf_token, **({"If-Match": seen} if seen else {})}
    return staff.client.put(PATH, json=replies, headers=headers)


def test_replies_are_saved_in_their_order_and_read_again(staff: Staff) -> None:
    assert listed(staff) == []
    assert saved(staff, [THANKS, HOURS]) == [THANKS, HOURS] == listed(staff)
    assert saved(staff, []) == [] == listed(staff)


@pytest.mark.parametrize(
    "wrong",
    [
        {"shortcut": "Orari", "text": "x"},
        {"shortcut": "", "text": "x"},
        {"shortcut": "a b", "text": "x"},
        {"shortcut": "orari\n", "text": "x"},
        {"shortcut": "a" * 31, "text": "x"},
        {"shortcut": "x", "text": " \n"},
        {"shortcut": "x", "text": "x" * 4097},
        {"shortcut": "x"},
        {"shortcut": "x", "text": "x", "more": 1},
        HOURS,
        "x",
    ],
)
def test_reply_that_cannot_be_is_refused_by_its_place_and_nothing_is_saved(staff: Staff, wrong: Any) -> None:
    answer = put(staff, [HOURS, wrong])
    assert (answer.status_code, error_code(answer)) == (422, "invalid")
    assert list(answer.get_json()["error"]["fields"]) == ["1"]
    assert listed(staff) == []


@pytest.mark.parametrize("wrong", [{}, "x", None, [HOURS] * 201])
def test_what_is_no_list_of_replies_is_refused(staff: Staff, wrong: Any) -> None:
    assert put(staff, wrong).status_code in (400, 422)
    assert listed(staff) == []


def test_two_hundred_replies_are_kept(staff: Staff) -> None:
    many = [{"shortcut": f"r{number}", "text": "è" * 100} for number in range(200)]
    assert saved(staff, many) == many == listed(staff)


def test_replies_that_somebody_else_saved_meanwhile_are_a_conflict(staff: Staff) -> None:
    seen = staff.call("GET", PATH).headers["ETag"]
    first = put(staff, [HOURS], seen)
    assert first.status_code == 200
    answer = put(staff, [THANKS], seen)
    assert (answer.status_code, error_code(answer)) == (409, "conflict")
    assert listed(staff) == [HOURS]
    assert put(staff, [THANKS], f"W/{first.headers['ETag']}").status_code == 200
    assert put(staff, [HOURS]).status_code == 200  # who saw nothing replaces what is there


def test_of_two_owners_who_save_at_once_one_is_told(staff: Staff) -> None:
    seen = staff.call("GET", PATH).headers["ETag"]
    lists = [[{"shortcut": f"r{number}", "text": "x"}] for number in range(6)]
    with ThreadPoolExecutor(len(lists)) as pool:
        answers = list(pool.map(lambda replies: put(staff, replies, seen), lists))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 5
    winner = next(replies for replies, answer in zip(lists, answers, strict=True) if answer.status_code == 200)
    assert listed(staff) == winner
