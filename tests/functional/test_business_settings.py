"""The business's settings at the dashboard's API: read, saved, refused, restored."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from google.cloud import firestore

from shared.model.business import Business, BusinessSettings, business_json
from shared.store.business import SavedBusiness
from shared.store.connection import utc_now
from shared.store.store import Store
from tests.functional.dashboard import Staff
from tests.functional.product import Json, error_code

pytestmark = pytest.mark.emulator
PATH = "/api/settings"


@pytest.fixture(autouse=True)
def no_settings(database: firestore.Client) -> None:
    """Begin with a business that never saved anything."""
    database.recursive_delete(database.collection("settings"))


def test_settings_begin_with_those_of_a_small_shop(staff: Staff) -> None:
    settings = staff.get(PATH)
    assert settings.keys() == {"version", *business_json(BusinessSettings())}
    assert (settings["version"], settings["business"]["description"]) == (0, "Un piccolo negozio")
    assert staff.get(f"{PATH}/versions") == {"versions": []}


def test_limits_are_the_environment_s_until_the_settings_have_some(staff: Staff, store: Store) -> None:
    begun = staff.get(PATH)["limits"]
    settings = BusinessSettings(business=Business(name="Aurora"))
    store.business.save(SavedBusiness(1, settings, "anna@shop.it", utc_now(), ["business.name"]))
    shown = staff.get(PATH)
    assert shown["business"]["name"] == "Aurora" and shown["limits"] == begun
    own = {"messages_per_minute": 7, "messages_per_day": 40}
    assert staff.do("PUT", PATH, {**shown, "limits": own})["limits"] == own
    answer = staff.call("PUT", PATH, {**staff.get(PATH), "limits": {**own, "messages_per_day": -1}})
    assert answer.status_code == 422
    assert list(answer.get_json()["error"]["fields"]) == ["limits.messages_per_day"]


def test_saved_settings_are_a_version_that_tells_who_when_and_what(staff: Staff) -> None:
    settings = staff.get(PATH)
    saved = staff.do("PUT", PATH, _named(settings, "Bottega Aurora"))
    assert saved == {**_named(settings, "Bottega Aurora"), "version": 1} == staff.get(PATH)
    saved["business"]["hours"]["weekly"] = {"monday": ["9:00-13:00"]}
    saved = staff.do("PUT", PATH, {**saved, "instructions": "Parla del miele"})
    assert saved["business"]["hours"]["weekly"] == {"monday": ["09:00-13:00"]}
    newest, first = staff.get(f"{PATH}/versions")["versions"]
    assert (newest["version"], newest["changed"]) == (2, ["business.hours", "instructions"])
    assert (first["version"], first["changed"]) == (1, ["business.name"])
    assert newest["saved_by"] == staff.get("/api/me")["email"]
    assert newest["saved_at"] > first["saved_at"]


def test_saving_what_changes_nothing_makes_no_version(staff: Staff) -> None:
    saved = staff.do("PUT", PATH, _named(staff.get(PATH), "Aurora"))
    assert staff.do("PUT", PATH, saved) == saved
    assert len(staff.get(f"{PATH}/versions")["versions"]) == 1


def test_settings_that_somebody_else_saved_meanwhile_are_a_conflict(staff: Staff) -> None:
    seen = staff.get(PATH)
    staff.do("PUT", PATH, _named(seen, "Anna's"))
    for version in (seen["version"], 7):
        answer = staff.call("PUT", PATH, {**_named(seen, "Bruno's"), "version": version})
        assert (answer.status_code, error_code(answer)) == (409, "conflict")
    assert staff.get(PATH)["business"]["name"] == "Anna's"


def test_of_two_owners_who_save_at_once_one_wins_and_the_other_is_told(staff: Staff) -> None:
    names = [f"Owner {number}" for number in range(8)]
    seen = staff.get(PATH)
    with ThreadPoolExecutor(len(names)) as pool:
        answers = list(pool.map(lambda name: staff.call("PUT", PATH, _named(seen, name)), names))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    winner = next(name for name, answer in zip(names, answers, strict=True) if answer.status_code == 200)
    assert staff.get(PATH)["business"]["name"] == winner
    assert len(staff.get(f"{PATH}/versions")["versions"]) == 1


def test_every_wrong_key_is_named_and_nothing_is_changed(staff: Staff) -> None:
    settings = staff.get(PATH)
    settings["colour"] = "green"
    settings["business"]["time_zone"] = "Rome"
    del settings["handover"]["pause"], settings["version"]
    answer = staff.call("PUT", PATH, settings)
    assert (answer.status_code, error_code(answer)) == (422, "invalid")
    assert answer.get_json()["error"]["fields"].keys() == {
        "version",
        "colour",
        "business.time_zone",
        "handover.pause",
    }
    assert staff.get(PATH)["version"] == 0


@pytest.mark.parametrize("version", [None, -1, 1.5, "0", True, 10**30])
def test_what_is_no_version_is_refused(staff: Staff, version: Any) -> None:
    answer = staff.call("PUT", PATH, {**staff.get(PATH), "version": version})
    assert (answer.status_code, list(answer.get_json()["error"]["fields"])) == (422, ["version"])
    answer = staff.call("POST", f"{PATH}/restore", {"version": version, "seen": 0})
    assert (answer.status_code, list(answer.get_json()["error"]["fields"])) == (422, ["version"])


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'"x"', b"{", b'{"version": "\xff"}', b"\x00"])
def test_body_that_is_no_object_is_refused(staff: Staff, body: bytes) -> None:
    assert staff.call("PUT", PATH, body).status_code in (400, 422)
    assert staff.get(PATH)["version"] == 0


@pytest.mark.parametrize(
    ("part", "value", "path"),
    [
        ("budget", b'{"daily_tokens": 1e30, "prices": {}}', "budget.daily_tokens"),
        ("budget", b'{"daily_tokens": 1000000000000000000000, "prices": {}}', "budget.daily_tokens"),
        ("budget", b'{"daily_tokens": 0, "prices": {"m": {"input": Infinity}}}', "budget.prices.m.input"),
        ("budget", b'{"daily_tokens": 0, "prices": {"__m__": {}}}', "budget.prices.__m__"),
    ],
)
def test_what_the_store_could_not_keep_is_refused(staff: Staff, part: str, value: bytes, path: str) -> None:
    settings = staff.get(PATH)
    body = json.dumps({**settings, part: "VALUE"}).encode().replace(b'"VALUE"', value)
    answer = staff.call("PUT", PATH, body)
    assert answer.status_code == 422
    assert [key for key in answer.get_json()["error"]["fields"] if key.startswith(path)]


def test_restoring_a_version_makes_a_new_one(staff: Staff) -> None:
    first = staff.do("PUT", PATH, _named(staff.get(PATH), "One"))
    second = staff.do("PUT", PATH, _named(first, "Two"))
    assert staff.get(f"{PATH}/versions/1") == first
    restored = staff.do("POST", f"{PATH}/restore", {"version": 1, "seen": 2})
    assert restored == {**first, "version": 3} == staff.get(PATH)
    assert staff.get(f"{PATH}/versions/2") == second
    late = staff.call("POST", f"{PATH}/restore", {"version": 2, "seen": 2})
    assert (late.status_code, error_code(late)) == (409, "conflict")
    for method, path in (("GET", f"{PATH}/versions/9"), ("POST", f"{PATH}/restore")):
        answer = staff.call(method, path, {"version": 9, "seen": 3} if method == "POST" else None)
        assert answer.status_code == 404


def _named(settings: Json, name: str) -> Json:
    return {**settings, "business": {**settings["business"], "name": name}}
