"""How often the page asks what changed: often while something happens, seldom if nobody looks, never twice."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.dashboard_page import ago, hold, item, sign_in, sign_in_and_settle
from tests.browser.desk import Dashboard

pytestmark = pytest.mark.browser

# Requests under way, and a visibility that a test sets.
WATCH = """
    window.underWay = 0;
    const ask = window.fetch;
    window.fetch = async (...request) => {
        window.underWay += 1;
        try { return await ask(...request); } finally { window.underWay -= 1; }
    };
    window.visibility = "visible";
    Object.defineProperty(document, "visibilityState", { get: () => window.visibility });
"""
HIDE = """visibility => {
    window.visibility = visibility;
    document.dispatchEvent(new Event("visibilitychange"));
}"""
MINUTE = 60


@pytest.fixture
def clocked(page: Page, dashboard: Dashboard) -> Page:
    """The page with one old conversation, whose clock the test moves and whose worker does not load."""
    maria = dashboard.add_contact()
    dashboard.add_message(maria, "Buongiorno", at=ago(hours=1))
    dashboard.age()
    page.clock.install()
    page.add_init_script(WATCH)
    page.route("**/clock_worker.js", lambda route: route.abort())
    sign_in(page, dashboard)
    expect(item(page, "Maria Rossi")).to_be_visible()
    return page


def asked(page: Page, dashboard: Dashboard, seconds: int) -> int:
    """Let the page's clock run, and return how often it asked meanwhile."""
    before = len(dashboard.gate.requests)
    for _ in range(seconds):
        page.clock.run_for(1_000)
        page.wait_for_function("() => window.underWay === 0")
    return dashboard.gate.requests[before:].count("GET /api/sync")


def test_page_that_is_looked_at_asks_every_two_seconds_and_slows_down_to_ten(clocked: Page, dashboard: Dashboard):
    assert 20 <= asked(clocked, dashboard, MINUTE) <= 31  # answers take their time on a busy machine
    asked(clocked, dashboard, 2 * MINUTE + 10)
    assert 5 <= asked(clocked, dashboard, MINUTE) <= 7
    clocked.mouse.move(300, 300)
    assert asked(clocked, dashboard, 10) >= 4  # somebody is there again


def test_page_that_nobody_sees_asks_twice_a_minute_then_once_and_at_once_when_it_is_seen(
    clocked: Page, dashboard: Dashboard
):
    clocked.evaluate(HIDE, "hidden")
    asked(clocked, dashboard, 10)
    assert 4 <= asked(clocked, dashboard, 2 * MINUTE) <= 5
    asked(clocked, dashboard, 4 * MINUTE)
    assert 3 <= asked(clocked, dashboard, 3 * MINUTE) <= 4
    before = dashboard.gate.requests.count("GET /api/sync")
    clocked.evaluate(HIDE, "visible")
    asked(clocked, dashboard, 1)
    assert dashboard.gate.requests.count("GET /api/sync") == before + 1


def test_page_that_is_to_alert_somebody_asks_every_twenty_seconds_where_nobody_sees_it(
    clocked: Page, dashboard: Dashboard
):
    clocked.evaluate("localStorage.setItem('alerts', JSON.stringify({ sound: true }))")
    clocked.evaluate(HIDE, "hidden")
    asked(clocked, dashboard, 5 * MINUTE)
    assert asked(clocked, dashboard, 2 * MINUTE) == 6


def test_focus_and_the_networks_return_ask_at_once_but_never_twice_at_a_time(page: Page, dashboard: Dashboard):
    sign_in_and_settle(page, dashboard)
    held = hold(page, "**/api/sync*")
    for event in ("focus", "online", "focus", "focus"):
        page.evaluate("event => window.dispatchEvent(new Event(event))", event)
    page.wait_for_timeout(500)
    assert len(held) == 1
    held[0].continue_()
    # What was asked for meanwhile comes once, and long before the usual two seconds if the machine is not busy.
    with page.expect_request("**/api/sync*"):
        pass
    page.wait_for_timeout(500)
    assert len(held) == 2
    page.unroute_all(behavior="ignoreErrors")


def test_waits_of_a_hidden_page_are_a_workers(page: Page, dashboard: Dashboard):
    page.goto(dashboard.url)
    page.evaluate("Object.defineProperty(document, 'visibilityState', { value: 'hidden' })")
    with page.expect_worker() as started:
        page.evaluate("""async () => {
            const { after } = await import("/assets/lib/clock.js");
            await new Promise((over) => after(20, over));
            const taken = after(20, () => { throw new Error("this wait was taken back"); });
            taken();
            await new Promise((over) => after(60, over));
        }""")
    assert started.value.url.endswith("/assets/lib/clock_worker.js")
