"""What opening the page costs: how much is fetched, and that a second time next to nothing is."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import Page, Response, expect

from tests.browser.dashboard_page import hold, item, sign_in
from tests.browser.desk import Dashboard


def test_reload_fetches_nothing_but_the_page_and_data(page: Page, dashboard: Dashboard):
    dashboard.add_contact()
    sign_in(page, dashboard)
    expect(item(page, "Maria Rossi")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.goto("about:blank")
    dashboard.gate.requests.clear()
    page.goto(dashboard.url)
    expect(item(page, "Maria Rossi")).to_be_visible()
    asked = [request for request in dashboard.gate.requests if "/api/sync" not in request]
    assert len(asked) < 5
    assert [request for request in asked if not request.startswith("GET /api/")] == ["GET /"]


def test_list_waits_for_nothing_that_the_page_does_not_name(page: Page, dashboard: Dashboard):
    """What is named is weighed by tests/unit/test_assets.py."""
    dashboard.add_contact()
    sign_in(page, dashboard)
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.reload()
    expect(item(page, "Maria Rossi")).to_be_visible()
    before = {path for path in asked[: asked.index("/api/conversations")] if path.endswith((".js", ".css"))}
    named = re.findall(
        r'<link rel="(?:modulepreload|stylesheet)" href="([^"]+)"', page.request.get(dashboard.url).text()
    )
    assert before == set(named)


def test_sign_in_and_list_are_there_without_what_comes_later(page: Page, dashboard: Dashboard):
    dashboard.add_message(dashboard.add_contact(), "ciao")
    late = re.compile(r"/(?:texts/\w+_later|actions/later|views/alerts|views/keyboard)\.js$")
    page.route(late, lambda route: route.abort())
    sign_in(page, dashboard)
    expect(item(page, "Maria Rossi")).to_be_visible()
    item(page, "Maria Rossi").click()
    expect(page.get_by_role("alert").first).to_contain_text("Il server non risponde")
    page.unroute(late)
    page.get_by_role("button", name="Riprova").first.click()
    expect(page.get_by_test_id("bubble-in")).to_be_visible()


def test_chat_waits_for_what_can_be_done_in_it(page: Page, dashboard: Dashboard):
    contact_id = dashboard.add_contact()
    dashboard.add_message(contact_id, "ciao")
    held = hold(page, "**/actions/later.js")
    with page.expect_response("**/views/composer.js"):
        sign_in(page, dashboard, contact_id)
    expect(item(page, "Maria Rossi")).to_be_visible()
    expect(page.get_by_test_id("composer")).to_have_count(0)
    held[0].continue_()
    expect(page.get_by_test_id("composer")).to_be_visible()


def test_every_file_of_the_page_comes_from_an_address_that_is_kept_for_good(page: Page, dashboard: Dashboard):
    contact_id = dashboard.add_contact()
    dashboard.add_message(contact_id, "ciao")
    answers: list[Response] = []
    page.on("response", lambda answer: answers.extend([answer]))
    sign_in(page, dashboard, contact_id)
    expect(page.get_by_test_id("bubble-in")).to_be_visible()
    page.get_by_role("button", name="Altre azioni").first.click()
    page.get_by_role("menuitem", name="Impostazioni").click()
    expect(page.get_by_role("heading", name="Impostazioni")).to_be_visible()
    files = [answer for answer in answers if "/assets/" in answer.url]
    assert {"app.js", "chat.js", "settings.js"} <= {
        urlsplit(answer.url).path.rpartition("/")[2] for answer in files
    }
    assert {answer.headers["cache-control"] for answer in files} == {"public, max-age=31536000, immutable"}
    addresses = [answer.url for answer in files if answer.url.endswith((".js", ".css"))]
    assert len(addresses) == len(set(addresses))


def test_part_of_the_page_that_cannot_be_fetched_says_so(page: Page, dashboard: Dashboard):
    page.route("**/views/settings.js", lambda route: route.abort())
    sign_in(page, dashboard)
    page.get_by_role("button", name="Altre azioni").first.click()
    page.get_by_role("menuitem", name="Impostazioni").click()
    expect(page.get_by_role("alert")).to_contain_text("Il server non risponde")
    page.unroute("**/views/settings.js")
    page.get_by_role("button", name="Riprova").click()
    expect(page.get_by_role("heading", name="Impostazioni")).to_be_visible()
