"""A message of staff is never lost: not without a connection, not at the session's end, not with the tab."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.dashboard_page import hold, sign_in, write
from tests.browser.desk import Dashboard

pytestmark = pytest.mark.browser


@pytest.fixture
def maria(dashboard: Dashboard) -> str:
    contact_id = dashboard.add_contact(paused=True)
    dashboard.add_message(contact_id, "Buongiorno")
    return contact_id


def texts(dashboard: Dashboard, contact_id: str) -> list[str]:
    return [message.text for message in dashboard.sent(contact_id)]


def test_message_without_a_connection_waits_and_goes_out_by_itself(page: Page, dashboard: Dashboard, maria: str):
    sign_in(page, dashboard, maria)
    expect(page.get_by_test_id("composer")).to_be_visible()
    page.context.set_offline(True)
    write(page, "Uno")
    write(page, "Due")
    expect(page.get_by_test_id("waiting").first).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator('[data-testid="bubble-out"][data-status="queued"]')).to_have_count(2)
    assert texts(dashboard, maria) == ["Uno", "Due"]


def test_message_survives_the_tab(page: Page, dashboard: Dashboard, maria: str):
    sign_in(page, dashboard, maria)
    page.route("**/messages/*", lambda route: route.abort())
    write(page, "Arrivo tra un'ora")
    expect(page.get_by_test_id("waiting")).to_be_visible()
    address, context = page.url, page.context
    page.close()
    again = context.new_page()
    again.goto(address)
    expect(again.locator('[data-testid="bubble-out"][data-status="queued"]')).to_contain_text("Arrivo tra un'ora")
    assert texts(dashboard, maria) == ["Arrivo tra un'ora"]
    assert again.evaluate("localStorage.getItem('outbox')") is None


def test_message_at_the_end_of_the_session_goes_out_after_signing_in(page: Page, dashboard: Dashboard, maria: str):
    sign_in(page, dashboard, maria)
    expect(page.get_by_test_id("composer")).to_be_visible()
    page.context.clear_cookies()
    write(page, "La sessione finisce")
    expect(page.get_by_test_id("login")).to_contain_text("La sessione è finita")
    page.get_by_role("button", name="Entra").click()
    expect(page.locator('[data-testid="bubble-out"][data-status="queued"]')).to_contain_text("La sessione finisce")
    assert texts(dashboard, maria) == ["La sessione finisce"]


def test_two_messages_go_one_after_the_other(page: Page, dashboard: Dashboard, maria: str):
    sign_in(page, dashboard, maria)
    held = hold(page, "**/messages/*")
    write(page, "Uno")
    write(page, "Due")
    expect(page.get_by_test_id("bubble-out")).to_have_count(2)
    page.wait_for_timeout(300)  # for a second request that must not come
    assert len(held) == 1
    held[0].continue_()
    expect(page.locator('[data-testid="bubble-out"][data-status="queued"]')).to_have_count(1)
    held[1].continue_()
    expect(page.locator('[data-testid="bubble-out"][data-status="queued"]')).to_have_count(2)
    assert texts(dashboard, maria) == ["Uno", "Due"]


def test_message_that_waits_can_be_taken_back(page: Page, dashboard: Dashboard, maria: str):
    sign_in(page, dashboard, maria)
    page.route("**/messages/*", lambda route: route.abort())
    write(page, "Meglio di no")
    page.get_by_test_id("waiting").get_by_test_id("discard").click()
    expect(page.get_by_test_id("bubble-out")).to_have_count(0)
    page.unroute("**/messages/*")
    page.reload()
    expect(page.get_by_test_id("bubble-in")).to_have_count(1)
    assert texts(dashboard, maria) == []


def test_signing_out_asks_first_if_something_is_unsent_and_leaves_nothing_in_any_tab(
    page: Page, dashboard: Dashboard, maria: str
):
    sign_in(page, dashboard, maria)
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_test_id("composer").fill("Bozza altrove")
    page.route("**/messages/*", lambda route: route.abort())
    write(page, "Non partito")
    expect(page.get_by_test_id("waiting")).to_be_visible()
    page.get_by_test_id("composer").fill("Bozza")
    page.get_by_role("complementary").get_by_role("button", name="Altre azioni").click()
    page.get_by_role("menuitem", name="Esci", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text("Un messaggio non è ancora partito")
    page.get_by_role("dialog").get_by_role("button", name="Annulla").click()
    expect(page.get_by_test_id("waiting")).to_be_visible()
    page.get_by_role("complementary").get_by_role("button", name="Altre azioni").click()
    page.get_by_role("menuitem", name="Esci", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Esci").click()
    expect(page.get_by_test_id("login")).to_be_visible()
    expect(other.get_by_test_id("login")).to_be_visible()
    for tab in (page, other):
        kept = tab.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")
        assert "Non partito" not in kept and "Bozza" not in kept
        tab.get_by_role("button", name="Entra").click()
        expect(tab.get_by_test_id("composer")).to_have_value("")


def test_message_from_hours_ago_waits_for_a_word(page: Page, dashboard: Dashboard, maria: str):
    sign_in(page, dashboard, maria)
    page.route("**/messages/*", lambda route: route.abort())
    write(page, "Arrivo subito")
    expect(page.get_by_test_id("waiting")).to_be_visible()
    now = int(page.evaluate("Date.now()"))
    page.clock.set_fixed_time(now + 2 * 3_600_000)
    page.unroute("**/messages/*")
    page.reload()
    expect(page.locator('[data-testid="bubble-out"][data-status="failed"]')).to_contain_text("Arrivo subito")
    assert texts(dashboard, maria) == []
    page.get_by_test_id("retry").click()
    expect(page.locator('[data-testid="bubble-out"][data-status="queued"]')).to_contain_text("Arrivo subito")
    assert texts(dashboard, maria) == ["Arrivo subito"]


def test_message_of_one_colleague_is_not_sent_by_another(page: Page, dashboard: Dashboard, maria: str):
    page.goto(f"{dashboard.url}/#/c/{maria}")
    page.get_by_label("E-mail").fill("anna@example.com")
    page.get_by_role("button", name="Entra").click()
    page.route("**/messages/*", lambda route: route.abort())
    write(page, "Da Anna")
    expect(page.get_by_test_id("waiting")).to_be_visible()
    page.context.clear_cookies()
    expect(page.get_by_test_id("login")).to_be_visible()
    page.unroute("**/messages/*")
    page.get_by_label("E-mail").fill("bruno@example.com")
    page.get_by_role("button", name="Entra").click()
    expect(page.get_by_test_id("composer")).to_be_visible()
    write(page, "Da Bruno")
    expect(page.locator('[data-testid="bubble-out"][data-status="queued"]')).to_have_count(1)
    assert texts(dashboard, maria) == ["Da Bruno"]


def test_message_goes_out_once_the_part_of_the_page_that_sends_it_is_there(
    page: Page, dashboard: Dashboard, maria: str
):
    sign_in(page, dashboard, maria)
    page.route("**/messages/*", lambda route: route.abort())
    write(page, "eccomi")
    expect(page.get_by_test_id("waiting")).to_be_visible()
    page.route("**/actions/later.js", lambda route: route.abort())
    page.goto("about:blank")
    page.goto(dashboard.url)
    expect(page.get_by_test_id("conversation-item")).to_be_visible()
    page.unroute("**/messages/*")
    with page.expect_request("**/messages/*"):
        page.unroute("**/actions/later.js")


def test_message_of_a_line_that_slept_for_hours_waits_for_a_word(page: Page, dashboard: Dashboard, maria: str):
    sign_in(page, dashboard, maria)
    page.route("**/messages/*", lambda route: route.abort())
    write(page, "Arrivo subito")
    expect(page.get_by_test_id("waiting")).to_be_visible()
    page.clock.set_fixed_time(int(page.evaluate("Date.now()")) + 2 * 3_600_000)
    page.unroute("**/messages/*")
    write(page, "Ci siete?")
    expect(page.locator('[data-testid="bubble-out"][data-status="failed"]')).to_contain_text("Arrivo subito")
    expect(page.locator('[data-testid="bubble-out"][data-status="queued"]')).to_contain_text("Ci siete?")
    page.get_by_test_id("retry").click()
    expect(page.locator('[data-testid="bubble-out"][data-status="queued"]')).to_have_count(2)
    assert texts(dashboard, maria) == ["Ci siete?", "Arrivo subito"]


def test_server_in_trouble_is_asked_again_and_none_goes_ahead(page: Page, dashboard: Dashboard, maria: str):
    sign_in(page, dashboard, maria)
    expect(page.get_by_test_id("composer")).to_be_visible()
    page.clock.install()
    page.route("**/messages/*", lambda route: refuse(route, 503))
    write(page, "Uno")
    write(page, "Due")
    expect(page.get_by_test_id("waiting").first).to_be_visible()
    for _ in range(6):
        page.clock.fast_forward(20_000)
        page.wait_for_timeout(100)
    expect(page.locator('[data-testid="bubble-out"][data-status="failed"]')).to_have_count(2)
    page.unroute("**/messages/*")
    left = iter([429, 500])
    page.route("**/messages/*", lambda route: refuse(route, next(left, None)))
    write(page, "Tre")
    write(page, "Quattro")
    for _ in range(3):
        page.wait_for_timeout(100)
        page.clock.fast_forward(5_000)
    expect(page.locator('[data-testid="bubble-out"][data-status="queued"]')).to_have_count(2)
    assert texts(dashboard, maria) == ["Tre", "Quattro"]


def refuse(route: Route, status: int | None) -> None:
    """Answer with an error, or with nothing but the server's own answer."""
    if status and route.request.method == "PUT":
        route.fulfill(status=status, json={"error": {"code": "server", "message": ""}})
    else:
        route.continue_()
