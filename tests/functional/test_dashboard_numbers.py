"""What happened: the numbers of days, and who of staff did what."""

import datetime as dt
import re
from dataclasses import replace
from typing import Any, Self, cast

import pytest
from flask.testing import FlaskClient
from google.api_core.exceptions import ServiceUnavailable
from google.cloud import firestore

from local.observe.counting import count_operations
from shared.errors import StoreUnavailableError
from shared.model.contact import flagged
from shared.model.day_counts import DayCounts
from shared.model.ids import random_id
from shared.model.usage import Usage
from shared.store.activity import KEPT, Act, Activity
from shared.store.connection import utc_now
from shared.store.store import Store
from tests.functional.dashboard import Staff, add_contact
from tests.functional.product import ROOT, error_code, module_of
from tests.functional.test_dashboard_files import add_file

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


def test_what_is_written_again_is_one_act(staff: Staff, store: Store) -> None:
    contact = add_contact(store)
    for _ in range(2):
        staff.do("PUT", f"/api/conversations/{contact.id}/messages/again", {"text": "ciao"})
        staff.do("POST", f"/api/conversations/{contact.id}/notes", {"text": "nota", "client_note_id": "again"})
    about = [act["action"] for act in acts(staff) if act["conversation_id"] == contact.id]
    assert sorted(about) == ["message", "note"]


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
    "POST /api/messages/search": "it notes by itself whether it was one customer's messages or everybody's",
    "POST /api/conversations/search": "nothing is changed",
    "POST /api/activity/search": "nothing is changed",
}


def test_every_change_of_staff_is_noted(dashboard: FlaskClient) -> None:
    dashboard.get("/health")
    routes = module_of("dashboard_api")._app().extensions["api"].routes
    silent = {name for name, route in routes.items() if route.method != "GET" and not route.note}
    assert silent == {name.replace(".", " ") for name in NOT_NOTED}


READING = (
    "/api/conversations/{contact}/messages",
    "/api/conversations/{contact}/files",
    "/api/conversations/{contact}/notes",
    "/api/profile/{contact}",
    "/api/media/{message}",
    "/api/sync?conversation={contact}&since=2026-01-01T00:00:00Z",
)


def test_each_way_to_read_what_a_customer_wrote_is_noted(staff: Staff, store: Store) -> None:
    for path in READING:
        contact = add_contact(store)
        message = add_file(store, contact, b"x", "image/jpeg")
        assert staff.get("/api/sync", conversation=contact.id, since="2126-01-01T00:00:00Z")["messages"] == []
        assert staff.client.get("/api/media/nobody", headers={"Cookie": staff.cookie}).status_code == 404
        before = acts(staff)
        answer = staff.client.get(
            path.format(contact=contact.id, message=message.id), headers={"Cookie": staff.cookie}, buffered=True
        )
        assert answer.status_code == 200
        staff.get(f"/api/profile/{contact.id}")
        view, *others = acts(staff)
        assert (view["action"], view["conversation_id"], view["who"]) == ("view", contact.id, "staff@localhost"), (
            path
        )
        assert others[:40] == before[:40], path


def test_search_in_messages_is_noted_as_a_look_at_one_customer_or_at_all(staff: Staff, store: Store) -> None:
    contact = add_contact(store)
    for asked in ({"conversation_id": contact.id}, {}, {"conversation_id": "nobody"}, {}):
        staff.call("POST", "/api/messages/search", {"query": "segreto", **asked})
    looks = [(act["action"], act["conversation_id"]) for act in acts(staff)[:2]]
    assert looks == [("search", None), ("view", contact.id)]


def test_reading_on_in_the_same_hour_writes_nothing_in_any_process(store: Store) -> None:
    now = dt.datetime(2026, 3, 2, 10, 5, tzinfo=dt.UTC)
    look = Act(now, "anna@example.org", "view", random_id())

    def noted() -> int:
        return len(store.activity.page(None, 9, contact_id=look.contact_id or "").rows)

    count = count_operations(store._client)
    for minutes in (0, 10, 54):
        store.activity.note_look(replace(look, at=now + dt.timedelta(minutes=minutes)))
    assert count.writes == 1
    Activity(store._client).note_look(look)  # another process does not know: it tries
    assert noted() == 1
    store.activity.note_look(replace(look, at=now + dt.timedelta(minutes=55)))
    store.activity.note_look(replace(look, who="bruno@example.org"))
    assert noted() == 3


class AwayAtFirst:
    """A store that does not answer the first time."""

    def __init__(self) -> None:
        self.asked = 0

    def collection(self, _name: str) -> Self:
        return self

    def document(self, _name: str) -> Self:
        return self

    def create(self, _fields: object, **_options: object) -> None:
        self.asked += 1
        if self.asked == 1:
            raise ServiceUnavailable("away")


def test_look_that_could_not_be_kept_is_kept_with_the_next() -> None:
    client = AwayAtFirst()
    activity, look = Activity(cast(firestore.Client, client)), Act(utc_now(), "anna@example.org", "view", "c")
    with pytest.raises(StoreUnavailableError):
        activity.note_look(look)
    activity.note_look(look)
    activity.note_look(look)
    assert client.asked == 2


def test_what_staff_did_is_forgotten_at_the_latest_after_ten_years(store: Store) -> None:
    now = dt.datetime(2036, 3, 2, 10, tzinfo=dt.UTC)
    contact_id = random_id()
    for days in (KEPT.days - 1, KEPT.days + 1):
        store.activity.note_look(Act(now - dt.timedelta(days=days), "long.ago@shop.it", "view", contact_id))
    while store.activity.delete_expired(now, 100):
        pass
    assert len(store.activity.page(None, 9, contact_id=contact_id).rows) == 1


def test_owner_sees_what_was_done_about_one_customer_or_by_one_colleague(staff: Staff, store: Store) -> None:
    one, other = add_contact(store), add_contact(store)
    for contact, who in ((one, "anna@shop.it"), (other, "anna@shop.it"), (one, "bruno@shop.it")):
        store.activity.note(Act(utc_now(), who, "pause", contact.id))
    wanted = [
        {"conversation_id": one.id},
        {"who": "anna@shop.it"},
        {"conversation_id": one.id, "who": "anna@shop.it"},
    ]
    found = [staff.do("POST", "/api/activity/search", body)["activity"] for body in wanted]
    assert [[(act["who"], act["conversation_id"]) for act in page] for page in found] == [
        [("bruno@shop.it", one.id), ("anna@shop.it", one.id)],
        [("anna@shop.it", other.id), ("anna@shop.it", one.id)],
        [("anna@shop.it", one.id)],
    ]


@pytest.mark.parametrize("language", ["italian", "english"])
def test_page_has_words_for_everything_that_is_noted(dashboard: FlaskClient, language: str) -> None:
    dashboard.get("/health")
    routes = module_of("dashboard_api")._app().extensions["api"].routes
    texts = (ROOT / "frontend" / "texts" / f"{language}_later.js").read_text()
    said = texts.partition("  activity: {")[2].partition("actions: {")[2].partition("}")[0]
    assert {route.note for route in routes.values()} - {""} | {"reaction", "search"} <= set(
        re.findall(r"(\w+): ", said)
    )
