"""The dashboard's lists: pages, filters, search, and what changed since."""

import datetime as dt
from typing import Any

import pytest

from functions.dashboard_api.notices import kept_notices
from shared.model.attention import Attention
from shared.model.profile_field import ProfileField
from shared.store.connection import utc_now
from shared.store.facts import TokenState
from shared.store.store import Store
from tests.functional.dashboard import DAY, Staff, add_contact, add_message, add_messages
from tests.functional.product import error_code

ID = "0123456789abcdef" * 2

pytestmark = pytest.mark.emulator

ELSEWHERE = utc_now() - dt.timedelta(days=3)  # keeps these conversations behind those of other tests


def ids(answer: dict[str, Any]) -> list[str]:
    return [item["id"] for item in answer["conversations"]]


def test_conversations_come_newest_first_a_page_at_a_time(staff: Staff, store: Store) -> None:
    newest = utc_now() + dt.timedelta(days=1)
    added = [
        add_contact(store, last_activity_at=newest - dt.timedelta(minutes=number // 2)).id for number in range(35)
    ]
    first = staff.get("/api/conversations")
    second = staff.get("/api/conversations", cursor=first["next_cursor"])
    assert len(ids(first)) == 30
    listed = [*ids(first), *ids(second)]
    assert len(set(listed)) == len(listed)
    assert set(listed[:35]) == set(added)
    times = [item["last_message"]["at"] for item in first["conversations"]]
    assert all(time.endswith("Z") for time in times)


def test_conversations_last_page_has_no_cursor(staff: Staff, store: Store) -> None:
    contact = add_contact(store, paused=True, last_activity_at=ELSEWHERE)
    page = staff.get("/api/conversations", filter="paused")
    assert contact.id in ids(page)
    assert page["next_cursor"] is None


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("unread", {"unread": 2}),
        ("attention", {"attention": Attention(reason="turn_failed", at=ELSEWHERE)}),
        ("paused", {"paused": True}),
    ],
)
def test_conversations_filter_lists_only_what_fits(staff: Staff, store: Store, name: str, fields: Any) -> None:
    fits = add_contact(store, last_activity_at=ELSEWHERE, **fields)
    plain = add_contact(store, last_activity_at=ELSEWHERE)
    listed = ids(staff.get("/api/conversations", filter=name))
    assert fits.id in listed
    assert plain.id not in listed
    path = f"/api/conversations/{fits.id}"
    staff.do("POST", f"{path}/read", {"dismiss": True})
    staff.do("POST", f"{path}/resume")
    assert fits.id not in ids(staff.get("/api/conversations", filter=name))


def test_conversations_search_finds_names_companies_addresses_and_numbers(staff: Staff, store: Store) -> None:
    said = {"first_name": "Ludovica", "last_name": "Zanetti", "company": "Vetreria Murano", "email": "lz@vetri.it"}
    profile = {name: ProfileField(value=text, source="staff", updated_at=ELSEWHERE) for name, text in said.items()}
    contact = add_contact(store, phone="+393459876543", profile=profile, last_activity_at=ELSEWHERE)
    for words in ("ludo", "ZANETTI", "murano vet", "lz@vetri", "+39345", "39345987", " zanetti  ludovica "):
        assert ids(staff.get("/api/conversations", q=words)) == [contact.id], words
    for words in ("udovica", "zanetti mario", "lz@vetri.com", "nobody"):
        assert ids(staff.get("/api/conversations", q=words)) == [], words


def test_conversations_search_joins_the_filter(staff: Staff, store: Store) -> None:
    muted = add_contact(store, whatsapp_name="Quirino", paused=True, last_activity_at=ELSEWHERE)
    add_contact(store, whatsapp_name="Quirino", last_activity_at=ELSEWHERE)
    assert ids(staff.get("/api/conversations", q="quirino", filter="paused")) == [muted.id]


def test_conversations_search_by_body_answers_what_the_address_does(staff: Staff, store: Store) -> None:
    muted = add_contact(store, whatsapp_name="Ermete", paused=True, last_activity_at=ELSEWHERE)
    for number in range(31):
        add_contact(store, whatsapp_name=f"Ermete {number}", last_activity_at=ELSEWHERE - DAY)
    path = "/api/conversations/search"
    first = staff.do("POST", path, {"query": "ermete"})
    assert first == {**staff.get("/api/conversations", q="ermete"), "sync": first["sync"]}
    second = staff.do("POST", path, {"query": "ermete", "cursor": first["next_cursor"]})
    assert (len(ids(first)), len(ids(second))) == (30, 2)
    assert ids(staff.do("POST", path, {"query": "ermete", "filter": "paused"})) == [muted.id]
    for body, status in [({"filter": "nice"}, 400), ({"cursor": "x"}, 400), ({"q": "x"}, 422), ({"query": 1}, 422)]:
        assert staff.call("POST", path, body).status_code == status, body


@pytest.mark.parametrize(
    ("name", "search"),
    [("Tiberio", {"q": "tiberio neri"}), ("Fulvio", {"q": "fulvio", "filter": "paused"})],
    ids=["two words", "filter"],
)
def test_conversations_search_finds_what_comes_after_a_page_of_what_does_not_fit(
    staff: Staff, store: Store, name: str, search: dict[str, str]
) -> None:
    for number in range(31):
        add_contact(store, whatsapp_name=f"{name} {number}", last_activity_at=ELSEWHERE)
    oldest = add_contact(store, whatsapp_name=f"{name} Neri", paused=True, last_activity_at=ELSEWHERE - DAY)
    page = staff.get("/api/conversations", **search)
    assert (ids(page), page["next_cursor"]) == ([oldest.id], None)


@pytest.mark.parametrize("words", ["(", "'\"\\", "*" * 2000, "%00", "\x00", "..", "__x__", "a" * 100 + " b"])
def test_conversations_search_for_odd_words_finds_nothing(staff: Staff, words: str) -> None:
    assert ids(staff.get("/api/conversations", q=words)) == []


@pytest.mark.parametrize(
    "cursor", ["x", "~", "~x", "2026-11-22", "2026-11-22~", "2026-11-22~a/b", "noon~x", "\x00~\x00"]
)
@pytest.mark.parametrize(
    ("path", "name"), [("/api/conversations", "cursor"), ("/api/conversations/ID/messages", "before")]
)
def test_cursor_that_cannot_be_read_is_a_400(staff: Staff, store: Store, path: str, name: str, cursor: str) -> None:
    contact = add_contact(store, last_activity_at=ELSEWHERE)
    answer = staff.call("GET", path.replace("ID", contact.id), **{name: cursor})
    assert answer.status_code == 400
    assert error_code(answer) == "bad_request"


@pytest.mark.parametrize(
    "cursor", ["2026-11-22~__x__", "2026-11-22~..", f"0001-01-01T00:00+23:59~{ID}", "2026-11-22~" + "x" * 2000]
)
def test_cursor_that_the_store_refuses_is_a_400(staff: Staff, cursor: str) -> None:
    assert staff.call("GET", "/api/conversations", cursor=cursor).status_code == 400


def test_filter_that_does_not_exist_is_a_400(staff: Staff) -> None:
    answer = staff.call("GET", "/api/conversations", filter="nice")
    assert (answer.status_code, error_code(answer)) == (400, "bad_request")


def test_messages_come_oldest_first_the_newest_page_first(staff: Staff, store: Store) -> None:
    contact = add_contact(store, last_activity_at=ELSEWHERE)
    other = add_contact(store, last_activity_at=ELSEWHERE)
    add_message(store, other, "not here")
    for number in range(60):  # three of each minute, so that pages cut through equal times
        add_message(store, contact, str(number), ELSEWHERE + dt.timedelta(minutes=number // 3))
    path = f"/api/conversations/{contact.id}/messages"
    newest = staff.get(path)
    older = staff.get(path, before=newest["before"])
    assert (len(newest["messages"]), len(older["messages"])) == (50, 10)
    assert older["before"] is None
    texts = [message["text"] for message in [*older["messages"], *newest["messages"]]]
    assert sorted(texts, key=int) == sorted(map(str, range(60)), key=int)
    times = [message["at"] for message in [*older["messages"], *newest["messages"]]]
    assert times == sorted(times)


def test_sync_tells_what_changed_and_advances(staff: Staff, store: Store) -> None:
    contact = add_contact(store, last_activity_at=ELSEWHERE)
    before = staff.get("/api/conversations")["sync"]
    message = add_message(store, contact, "nuovo")
    staff.do("POST", f"/api/conversations/{contact.id}/pause")
    changes = staff.get("/api/sync", since=before, conversation=contact.id)
    assert {item["id"]: item["paused"] for item in changes["conversations"]}[contact.id] is True
    assert [item["text"] for item in changes["messages"]] == ["nuovo"]
    assert changes["sync"] > before
    store.messages.set(message.id, {"status": "failed"})
    later = staff.get("/api/sync", since=changes["sync"], conversation=contact.id)
    assert [item["status"] for item in later["messages"]] == ["failed"]
    assert later["sync"] >= changes["sync"]


def test_sync_of_a_quiet_time_is_empty_and_keeps_its_place(staff: Staff) -> None:
    future = "2126-01-01T00:00:00.000000Z"
    changes = staff.get("/api/sync", since=future)
    assert changes == {"conversations": [], "messages": [], "sync": future, "notices": changes["notices"]}


def test_sync_follows_more_changes_at_once_than_fit_one_answer(staff: Staff, store: Store) -> None:
    contact = add_contact(store, last_activity_at=ELSEWHERE)
    since = staff.get("/api/conversations")["sync"]
    wanted = {str(number) for number in range(220)}
    for start in range(0, 220, 40):
        add_messages(store, contact, [str(number) for number in range(start, min(start + 40, 220))])
    seen: set[str] = set()
    for _ in range(5):
        changes = staff.get("/api/sync", since=since, conversation=contact.id)
        seen |= {message["text"] for message in changes["messages"]}
        since = changes["sync"]
    assert seen == wanted


@pytest.mark.parametrize("since", ["yesterday", "12", "2026-13-01", "\x00"])
def test_sync_since_what_cannot_be_read_is_a_400(staff: Staff, since: str) -> None:
    answer = staff.call("GET", "/api/sync", since=since)
    assert (answer.status_code, error_code(answer)) == (400, "bad_request")


def test_sync_since_the_edge_of_time_is_no_failure(staff: Staff) -> None:
    assert staff.call("GET", "/api/sync", since="0001-01-01T00:00:00+23:59").status_code in (200, 400)


def test_notices_tell_what_keeps_customers_without_answers(store: Store) -> None:
    assert kept_notices(store.facts)() == []
    store.facts.set_token(TokenState(refused=True, message="expired"))
    store.facts.set_unpaid("billing_not_active")
    store.facts.set_lacks("conversations")
    store.facts.set_shutdowns({"gpt-4.1": "2027-01-14"}, utc_now())
    notices = kept_notices(store.facts)()
    store.facts.set_token(TokenState(refused=False))
    store.facts.set_unpaid("")
    store.facts.set_lacks("")
    store.facts.set_shutdowns({}, utc_now())
    assert [(notice["code"], notice["details"]) for notice in notices] == [
        ("token_refused", ""),
        ("openai_unpaid", "billing_not_active"),
        ("server_lacks", "/conversations"),
        ("model_shutdown", "gpt-4.1 (2027-01-14)"),
    ]
    assert "gpt-4.1 (2027-01-14)" in notices[3]["message"]
    assert kept_notices(store.facts)() == []
