"""A chat of thousands of messages: what is in the document, the reader's place, and how it feels."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from functions.dashboard_api.thread_pages import MAX_MESSAGES
from tests.browser.dashboard_page import ago, hold, sign_in, write
from tests.browser.desk import Dashboard

MANY = 5_000
DRAWN_AT_MOST = 320  # rows
PLACE_PX = 3
# The first visible message and its distance to the edge; then the same message after everything has settled.
PLACE = """e => {
    const edge = e.getBoundingClientRect().top;
    const row = [...e.querySelectorAll("[data-key]")].find(row => row.getBoundingClientRect().bottom > edge);
    return [row.dataset.key, row.getBoundingClientRect().top - edge];
}"""
PLACE_OF = """(e, key) => {
    const row = e.querySelector(`[data-key="${key}"]`);
    return row ? row.getBoundingClientRect().top - e.getBoundingClientRect().top : null;
}"""
GROWN = """height => document.querySelector('[data-testid="thread"]').scrollHeight > height"""
SETTLED = (
    "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 60))))"
)


def with_many(page: Page, dashboard: Dashboard, count: int) -> str:
    """A conversation whose messages come in one page, one that a server would never send at once."""
    maria = dashboard.add_contact()
    dashboard.add_message(maria, "ciao", at=ago(days=40))
    dashboard.age()

    def answer(route: Route) -> None:
        body: dict[str, Any] = route.fetch().json()
        (pattern,) = body["messages"]
        messages = [
            {**pattern, "id": f"{number:032x}", "text": f"messaggio {number} " + "parole " * (number * 7 % 60)}
            for number in range(count)
        ]
        for number, message in enumerate(messages):
            message["at"] = ago(minutes=count - number).isoformat()
        route.fulfill(body=json.dumps({**body, "messages": messages}), content_type="application/json")

    page.route(f"**/api/conversations/{maria}/messages*", answer)
    sign_in(page, dashboard, maria)
    expect(page.get_by_text(f"messaggio {count - 1} ")).to_be_in_viewport()
    return maria


def drawn(page: Page) -> int:
    """How many messages are in the document."""
    return page.get_by_test_id("bubble-in").count()


def test_rows_far_away_are_not_in_the_document_and_come_with_the_reader(page: Page, dashboard: Dashboard):
    with_many(page, dashboard, MANY)
    thread = page.get_by_test_id("thread")
    assert drawn(page) <= DRAWN_AT_MOST
    assert page.evaluate("document.querySelectorAll('*').length") < 6_000
    for part in (0.75, 0.5, 0.1, 0):
        thread.evaluate("(e, part) => { e.scrollTop = e.scrollHeight * part }", part)
        page.evaluate(SETTLED)
        assert 5 < drawn(page) <= DRAWN_AT_MOST
        key, place = thread.evaluate(PLACE)
        assert key is not None
        assert place <= 80  # no hole in what is visible
    expect(page.get_by_text("messaggio 0 ")).to_be_in_viewport()
    page.get_by_test_id("to-bottom").click()
    expect(page.get_by_text(f"messaggio {MANY - 1} ")).to_be_in_viewport()


def test_reading_upwards_moves_by_what_was_scrolled_and_nothing_else(page: Page, dashboard: Dashboard):
    with_many(page, dashboard, MANY)
    thread = page.get_by_test_id("thread")
    thread.hover()
    for _ in range(40):
        key, place = thread.evaluate(PLACE)
        moved = thread.evaluate(
            "e => { const before = e.scrollTop; e.scrollTop -= 400; return before - e.scrollTop }"
        )
        page.evaluate(SETTLED)
        now = thread.evaluate(PLACE_OF, key)
        assert now is not None
        assert now - place == pytest.approx(moved, abs=PLACE_PX)


def test_long_chat_is_written_in_as_quickly_as_a_short_one(page: Page, dashboard: Dashboard):
    maria = with_many(page, dashboard, MANY)
    page.get_by_test_id("composer").fill("x")
    spent = page.evaluate(
        """async () => {
            const times = [];
            const field = document.querySelector('[data-testid="composer"]');
            for (let turn = 0; turn < 20; turn += 1) {
                await new Promise(requestAnimationFrame);
                const begun = performance.now();
                field.value += "y";
                field.dispatchEvent(new InputEvent("input", { bubbles: true }));
                await new Promise(done => setTimeout(done, 0));
                times.push(performance.now() - begun);
            }
            return times.sort((a, b) => a - b)[10];
        }"""
    )
    assert spent < 50
    write(page, "eccomi")
    expect(page.get_by_test_id("bubble-out")).to_be_in_viewport()
    expect(page.get_by_test_id("bubble-out")).to_have_attribute("data-status", "queued")
    assert dashboard.sent(maria)


def test_message_that_arrives_while_reading_far_above_moves_nothing(page: Page, dashboard: Dashboard):
    maria = with_many(page, dashboard, MANY)
    thread = page.get_by_test_id("thread")
    thread.evaluate("e => { e.scrollTop = e.scrollHeight / 3 }")
    page.evaluate(SETTLED)
    key, place = thread.evaluate(PLACE)
    dashboard.receive(maria, "eccomi")
    expect(page.get_by_test_id("new-messages")).to_be_visible()
    assert thread.evaluate(PLACE_OF, key) == pytest.approx(place, abs=PLACE_PX)
    page.get_by_test_id("new-messages").click()
    expect(page.get_by_test_id("bubble-in").last).to_contain_text("eccomi")
    expect(page.get_by_test_id("bubble-in").last).to_be_in_viewport()


def test_older_pages_keep_the_place_also_where_rows_begin_to_leave(page: Page, dashboard: Dashboard):
    pages = 8
    maria = dashboard.add_contact()
    numbers = range(MAX_MESSAGES * pages)
    texts = [f"messaggio {number:03}" + "\nancora" * (number % 5) for number in numbers]
    dashboard.add_messages(maria, texts, [ago(minutes=len(numbers) - number) for number in numbers])
    dashboard.age()
    sign_in(page, dashboard, maria)
    thread = page.get_by_test_id("thread")
    expect(page.get_by_test_id("bubble-in").last).to_be_in_viewport()
    held = hold(page, "**/messages?before=*")
    for turn in range(1, pages):
        with page.expect_request("**/messages?before=*"):
            thread.evaluate("e => { e.scrollTop = 30 }")
        page.evaluate(SETTLED)  # the rows that had left are drawn again
        key, place = thread.evaluate(PLACE)
        height = thread.evaluate("e => e.scrollHeight")
        held.pop().continue_()
        page.wait_for_function(GROWN, arg=height)
        page.evaluate(SETTLED)
        assert thread.evaluate(PLACE_OF, key) == pytest.approx(place, abs=PLACE_PX), turn
        assert drawn(page) <= DRAWN_AT_MOST
    page.unroute("**/messages?before=*")
    thread.evaluate("e => { e.scrollTop = 0 }")
    expect(page.get_by_text("messaggio 000")).to_be_in_viewport()


def test_quote_of_a_message_far_above_leads_there(page: Page, dashboard: Dashboard):
    maria = with_many(page, dashboard, MANY)
    dashboard.receive(
        maria,
        "questo",
        quoted={"whatsapp_id": "wamid.1", "id": f"{1000:032x}", "text": "messaggio 1000", "author": "customer"},
    )
    page.get_by_test_id("quote").click()
    expect(page.get_by_text("messaggio 1000 ").first).to_be_in_viewport()
    expect(page.locator(f'[data-message="{1000:032x}"]')).to_be_focused()
