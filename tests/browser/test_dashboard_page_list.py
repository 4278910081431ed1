"""The list of conversations on the dashboard's page."""

import pytest
from playwright.sync_api import Page, expect

from functions.dashboard_api.lists import MAX_CONVERSATIONS
from shared.store.pages import MAX_PAGES_SEARCHED
from tests.browser.dashboard_page import ago, item, sign_in
from tests.browser.desk import Dashboard

pytestmark = pytest.mark.browser


def test_list_shows_name_preview_time_and_marks(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact("Maria Rossi", attention={"reason": "asked_for_human", "at": ago(days=1)})
    dashboard.receive(maria, "Avete *posto*?", at=ago(days=1))
    luca = dashboard.add_contact("Luca Bianchi", paused=True)
    dashboard.add_message(luca, "", kind="audio", at=ago(days=30))
    sign_in(page, dashboard)
    first = item(page, "Maria Rossi")
    expect(first).to_contain_text("Avete posto?")
    expect(first.locator("time")).to_have_text("ieri")
    expect(first.get_by_test_id("unread")).to_contain_text("1")
    expect(first.get_by_title("Il cliente ha chiesto di parlare con una persona")).to_be_visible()
    expect(item(page, "Luca Bianchi")).to_contain_text("Messaggio vocale")
    expect(item(page, "Luca Bianchi").get_by_role("img", name="Assistente in pausa")).to_be_visible()
    expect(page.get_by_test_id("conversation-item").first).to_contain_text("Maria Rossi")


def test_list_customer_without_a_name_is_named_in_the_pages_language(page: Page, dashboard: Dashboard):
    unknown = dashboard.add_contact(None, phone=None)
    dashboard.add_message(unknown, "Buongiorno")
    sign_in(page, dashboard, unknown)
    expect(item(page, "Sconosciuto")).to_have_count(1)
    expect(page.get_by_role("region", name="Messaggi con Sconosciuto")).to_be_visible()
    expect(page.get_by_test_id("contact-card").get_by_text("Sconosciuto")).to_be_visible()


def test_list_filter_and_search_narrow_the_list(page: Page, dashboard: Dashboard):
    dashboard.add_contact("Maria Rossi", paused=True)
    dashboard.add_contact("Luca Bianchi")
    sign_in(page, dashboard)
    page.get_by_role("button", name="Altri filtri").click()
    page.get_by_role("menuitemradio", name="In pausa").click()
    expect(page.get_by_test_id("conversation-item")).to_have_count(1)
    page.get_by_role("button", name="Tutte").click()
    expect(item(page, "Luca Bianchi")).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_test_id("search").fill("luca")
    expect(item(page, "Maria Rossi")).to_have_count(0)
    expect(item(page, "Luca Bianchi")).to_have_count(1)
    assert any(url.endswith("/api/conversations/search") for url in asked)
    assert not any("luca" in url for url in asked)  # what is searched for is not in the logs of requests
    page.get_by_test_id("search").fill("nessuno")
    expect(page.get_by_text("Nessuna conversazione trovata")).to_be_visible()


def test_list_end_that_comes_near_brings_the_next_page(page: Page, dashboard: Dashboard):
    for number in range(MAX_CONVERSATIONS * 2 + 5):
        at = ago(minutes=number)
        dashboard.add_contact(f"Cliente {number:03}", created_at=at, last_activity_at=at)
    dashboard.age()
    sign_in(page, dashboard)
    items = page.get_by_test_id("conversation-item")
    expect(items.first).to_contain_text("Cliente 000")
    for expected in (MAX_CONVERSATIONS * 2, MAX_CONVERSATIONS * 2 + 5):
        items.last.scroll_into_view_if_needed()
        expect(items).to_have_count(expected)


def test_list_arrow_keys_and_enter_open_a_conversation(page: Page, dashboard: Dashboard):
    for name in ("Maria Rossi", "Luca Bianchi"):
        dashboard.add_message(dashboard.add_contact(name), "ciao")
    sign_in(page, dashboard)
    page.get_by_test_id("conversation-item").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("chat")).to_contain_text("Maria Rossi")
    expect(page.get_by_test_id("composer")).to_be_focused()


def test_list_that_does_not_load_offers_to_try_again(page: Page, dashboard: Dashboard):
    dashboard.add_contact("Maria Rossi")
    page.goto(dashboard.url)
    page.route("**/api/conversations?*", lambda route: route.abort())
    page.get_by_role("button", name="Entra").click()
    expect(page.get_by_text("L'elenco non si è caricato")).to_be_visible()
    page.unroute_all(behavior="ignoreErrors")
    expect(item(page, "Maria Rossi")).to_be_visible()


def test_search_that_goes_through_many_rows_before_one_fits_finds_it(page: Page, dashboard: Dashboard):
    dashboard.add_contact("Mario Rossi", last_activity_at=ago(days=1))
    for number in range(MAX_CONVERSATIONS * MAX_PAGES_SEARCHED):
        dashboard.add_contact(f"Mario {number}")
    sign_in(page, dashboard)
    page.get_by_test_id("search").fill("mario rossi")
    expect(item(page, "Mario Rossi")).to_be_visible()
    expect(page.get_by_test_id("conversation-item")).to_have_count(1)
