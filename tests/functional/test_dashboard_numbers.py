"""What happened: the numbers of days, and who of staff did what."""

import datetime as dt
from typing import Any

import pytest
from flask.testing import FlaskClient

from shared.model.contact import flagged
from shared.model.day_counts import DayCounts
from shared.model.usage import Usage
from shared.store.connection import utc_now
from shared.store.store import Store
from tests.functional.dashboard import Staff, add_contact
from tests.functional.product import error_code, module_of

pytestmark = pytest.mark.emulator

DAY = "2026-03-02"


def test_numbers_of_days_come_without_gaps_and_with_a_total(staff: Staff, store: Store) -> None:
    store.stats.add(DAY, DayCounts(messages=5, conversations=2, answers=4, answer_wait_7=4, failures=1))
    store.stats.add(DAY, DayCounts(messages=1, staff_messages=1, staff_wait_29=1))
    store.facts.add_usage(DAY, [Usage(model="m", input_tokens=100, output_tokens=20, cost=0.5)])
    found = staff.get("/api/stats", **{"from": "2026-03-01", "to": "2026-03-03"})
    assert [day["day"] for day in found["days"]] == ["2026-03-01", DAY, "2026-03-03"]
    wanted = {
        "messages": 6,
        "conversations": 2,
        "answers": 4,
        "staff_messages": 1,
        "seconds_to_answer": {"median": 4.3, "p95": 4.3},
        "seconds_to_staff": {"median": 578.0, "p95": 578.0},
        "handovers": 0,
        "failures": 1,
        "tokens": 120,
        "cost": 0.5,
    }
    assert found["days"][1] == {"day": DAY, **wanted}
    assert found["total"] == wanted
    assert found["days"][0]["seconds_to_answer"] == {"median": None, "p95": None}
    assert found["days"][0]["cost"] == 0


def test_without_days_the_last_four_weeks_are_told(staff: Staff) -> None:
    days = [day["day"] for day in staff.get("/api/stats")["days"]]
    assert len(days) == 28
    today = dt.datetime.now(dt.UTC).date()
    assert abs(dt.date.fromisoformat(days[-1]) - today) <= dt.timedelta(days=1)


@pytest.mark.parametrize(
    "days",
    [
        {"from": "yesterday"},
        {"from": "2026-03-02", "to": "2026-03-01"},
        {"from": "2026-01-01", "to": "2026-12-31"},
        {"from": "0001-01-01"},
        {"to": "0001-01-01"},
    ],
    ids=str,
)
def test_days_that_cannot_be_told_are_refused(staff: Staff, days: dict[str, str]) -> None:
    answer = staff.call("GET", "/api/stats", **days)
    assert (answer.status_code, error_code(answer)) == (400, "bad_request")


def test_message_of_staff_is_counted_with_the_wait_that_it_ends(staff: Staff, store: Store) -> None:
    before = staff.get("/api/stats")["total"]
    contact = add_contact(store)
    store.change_contact(contact.id, lambda now: flagged(now, "asked_for_human", utc_now()))
    staff.do("PUT", f"/api/conversations/{contact.id}/messages/1", {"text": "arrivo"})
    staff.do("PUT", f"/api/conversations/{contact.id}/messages/1", {"text": "arrivo"})
    after = staff.get("/api/stats")["total"]
    assert after["staff_messages"] == before["staff_messages"] + 1
    assert after["seconds_to_staff"]["median"] is not None


def acts(staff: Staff) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = staff.get("/api/activity")["activity"]
    return found


def test_owner_sees_who_did_what_about_whom(staff: Staff, store: Store) -> None:
    contact = add_contact(store, whatsapp_name="Giulia Rossi")
    staff.do("POST", f"/api/conversations/{contact.id}/pause", {})
    staff.do("PUT", f"/api/conversations/{contact.id}/messages/1", {"text": "segreto"})
    staff.do("PATCH", f"/api/profile/{contact.id}", {"email": "giulia@example.org"})
    assert staff.call("PUT", "/api/staff/bruno@example.org", {"role": "viewer"}).status_code == 200
    found = acts(staff)[:4]
    assert [(act["action"], act["name"], act["about"]) for act in found] == [
        ("staff", None, "bruno@example.org"),
        ("edit", "Giulia Rossi", ""),
        ("message", "Giulia Rossi", ""),
        ("pause", "Giulia Rossi", ""),
    ]
    assert {act["who"] for act in found} == {"staff@localhost"}
    stored = [snapshot.to_dict() for snapshot in store.activity._collection.stream()]
    assert "segreto" not in str(stored)
    assert "Giulia" not in str(stored)


def test_what_was_refused_is_no_act(staff: Staff, store: Store) -> None:
    before = acts(staff)[0]
    assert staff.call("POST", "/api/conversations/nobody/pause", {}).status_code == 404
    contact = add_contact(store)
    assert staff.call("PATCH", f"/api/profile/{contact.id}", {"email": "none"}).status_code == 422
    assert acts(staff)[0] == before


def test_list_of_acts_goes_on_where_a_page_ends(staff: Staff, store: Store) -> None:
    contact = add_contact(store)
    for number in range(55):
        staff.do("POST", f"/api/conversations/{contact.id}/{('pause', 'resume')[number % 2]}", {})
    first = staff.get("/api/activity")
    second = staff.get("/api/activity", cursor=first["next_cursor"])
    assert len(first["activity"]) == 50
    assert not {act["at"] for act in first["activity"]} & {act["at"] for act in second["activity"]}
    answer = staff.call("GET", "/api/activity", cursor="x")
    assert (answer.status_code, error_code(answer)) == (400, "bad_request")


# Changes that are no act of their own.
NOT_NOTED = {
    "POST /api/conversations/<contact_id>/read": "opening a conversation does it",
    "POST /api/media/<message_id>/retry": "nothing is changed that was there",
    "POST /api/settings/preview": "no customer ever sees it",
    "POST /api/conversations/<contact_id>/presence": "it tells who looks, which is gone in a minute",
    "PUT /api/messages/<message_id>/reaction": "it notes it by itself, about the message's customer",
    "POST /api/messages/search": "nothing is changed",
    "POST /api/conversations/search": "nothing is changed",
}


def test_every_change_of_staff_is_noted(dashboard: FlaskClient) -> None:
    dashboard.get("/health")
    routes = module_of("dashboard_api")._app().extensions["api"].routes
    silent = {name for name, route in routes.items() if route.method != "GET" and not route.note}
    assert silent == {name.replace(".", " ") for name in NOT_NOTED}
