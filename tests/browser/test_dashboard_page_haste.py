"""The page in a hurry: keys pressed twice, answers that take their time, another tab that signs in anew."""

import pytest
from playwright.sync_api import FilePayload, Page, expect

from shared.store.replies import StoredReply
from tests.browser.dashboard_page import hold, sign_in, write
from tests.browser.desk import Dashboard
from tests.samples import png

pytestmark = pytest.mark.browser

HOURS = StoredReply("orari", "Ciao {first_name}, siamo aperti dalle 9 alle 13.")
ANNA, BRUNO = "anna@example.com", "bruno@example.com"


@pytest.fixture
def maria(dashboard: Dashboard) -> str:
    contact_id = dashboard.add_contact()
    dashboard.add_message(contact_id, "Buongiorno")
    return contact_id


def texts(dashboard: Dashboard, contact_id: str) -> list[str]:
    return [message.text for message in dashboard.sent(contact_id)]


def sign_in_as(page: Page, dashboard: Dashboard, email: str, contact_id: str) -> None:
    page.goto(f"{dashboard.url}/#/c/{contact_id}")
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("button", name="Entra").click()
    expect(page.get_by_test_id("composer")).to_be_visible()


def sign_in_elsewhere(page: Page, dashboard: Dashboard, email: str) -> None:
    """Sign in as another tab of the same browser does: the cookie is that of a new session."""
    assert page.context.request.post(f"{dashboard.url}/api/login", data={"email": email}).ok


def queued(page: Page, count: int = 1) -> None:
    expect(page.locator('[data-testid="bubble-out"][data-status="queued"]')).to_have_count(count)


def test_session_that_another_tab_began_is_taken_up(page: Page, dashboard: Dashboard, maria: str):
    sign_in_as(page, dashboard, ANNA, maria)
    sign_in_elsewhere(page, dashboard, ANNA)
    write(page, "Ci sono")
    queued(page)
    files = [FilePayload(name="sala.png", mimeType="image/png", buffer=png())]
    sign_in_elsewhere(page, dashboard, ANNA)
    page.locator("input[type=file]").first.set_input_files(files)
    page.get_by_test_id("send").click()
    queued(page, 2)
    sign_in_elsewhere(page, dashboard, ANNA)
    page.get_by_test_id("takeover").click()
    expect(page.get_by_test_id("toast")).to_be_visible()
    assert texts(dashboard, maria) == ["Ci sono", ""]


def test_session_of_somebody_else_sends_nothing_of_ones_own(page: Page, dashboard: Dashboard, maria: str):
    sign_in_as(page, dashboard, ANNA, maria)
    sign_in_elsewhere(page, dashboard, BRUNO)
    write(page, "Da Anna")
    expect(page.get_by_test_id("login")).to_be_visible()
    assert texts(dashboard, maria) == []
    page.context.clear_cookies()
    page.reload()
    page.get_by_label("E-mail").fill(ANNA)
    page.get_by_role("button", name="Entra").click()
    queued(page)
    assert [(one.text, one.author_name) for one in dashboard.sent(maria)] == [("Da Anna", ANNA)]


def test_request_under_way_is_not_repeated_by_who_signs_in_next(page: Page, dashboard: Dashboard, maria: str):
    sign_in_as(page, dashboard, ANNA, maria)
    held = hold(page, "**/messages/*")
    write(page, "Da Anna")
    expect(page.get_by_test_id("bubble-out")).to_have_count(1)
    page.get_by_test_id("composer").fill("Bozza di Anna")
    page.context.clear_cookies()
    expect(page.get_by_test_id("login")).to_be_visible()
    page.get_by_label("E-mail").fill(BRUNO)
    page.get_by_role("button", name="Entra").click()
    expect(page.get_by_test_id("composer")).to_have_value("")
    held[0].fulfill(status=500, json={"error": {"code": "server", "message": ""}})
    page.wait_for_timeout(500)  # for a second request that must not come
    assert len(held) == 1
    assert texts(dashboard, maria) == []


def test_message_is_sent_once_however_often_the_keys_are_pressed(page: Page, dashboard: Dashboard, maria: str):
    sign_in(page, dashboard, maria)
    held = hold(page, "**/pause")
    page.get_by_test_id("composer").fill("Ci penso io")
    page.get_by_test_id("composer").press("Control+Shift+Enter")
    page.get_by_test_id("composer").press("Control+Shift+Enter")
    page.get_by_test_id("composer").press_sequentially("e poi")
    for route in held:
        route.continue_()
    queued(page)
    expect(page.get_by_test_id("composer")).to_have_value("e poi")
    expect(page.get_by_test_id("toast")).to_be_visible()
    assert texts(dashboard, maria) == ["Ci penso io"]
    contact = dashboard.contact(maria)
    assert (contact.paused, contact.paused_until) == (True, None)


def test_reply_that_is_being_filled_in_is_not_sent_as_its_word(page: Page, dashboard: Dashboard, maria: str):
    dashboard.store.replies.put(dashboard.store.replies.get(), [HOURS])
    page.set_viewport_size({"width": 1000, "height": 800})  # without the card, which knows the customer
    sign_in(page, dashboard, maria)
    held = hold(page, "**/api/profile/*")
    composer = page.get_by_test_id("composer")
    composer.press_sequentially("/orari")
    expect(page.get_by_test_id("reply")).to_have_count(1)
    composer.press("Enter")
    composer.press("Enter")
    expect(page.get_by_test_id("replies")).to_have_count(0)
    page.wait_for_timeout(300)  # for a request that must not come
    assert texts(dashboard, maria) == []
    assert held
    for route in held:
        route.continue_()
    expect(composer).to_have_value(HOURS.text)


def test_reply_that_comes_late_takes_nothing_away(page: Page, dashboard: Dashboard, maria: str):
    dashboard.store.replies.put(dashboard.store.replies.get(), [HOURS])
    page.set_viewport_size({"width": 1000, "height": 800})
    sign_in(page, dashboard, maria)
    held = hold(page, "**/api/profile/*")
    composer = page.get_by_test_id("composer")
    composer.press_sequentially("/orari")
    expect(page.get_by_test_id("reply")).to_have_count(1)
    composer.press("Enter")
    composer.press("Home")
    composer.press_sequentially("Salve! ")
    for route in held:
        route.continue_()
    expect(composer).to_have_value(f"Salve! {HOURS.text}")


def test_gap_in_the_first_caption_is_told_while_another_file_is_shown(page: Page, dashboard: Dashboard, maria: str):
    sign_in(page, dashboard, maria)
    files = [FilePayload(name=name, mimeType="image/png", buffer=png()) for name in ("uno.png", "due.png")]
    page.locator("input[type=file]").first.set_input_files(files)
    page.get_by_test_id("composer").fill("Ciao {first_name}")
    page.get_by_test_id("attached-queue").get_by_role("button").last.click()
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("gap-warning")).to_contain_text("{first_name}")
    expect(page.get_by_test_id("composer")).to_have_value("Ciao {first_name}")
    assert texts(dashboard, maria) == []


def test_gap_that_goes_out_all_the_same_keeps_the_pause_that_was_wanted(
    page: Page, dashboard: Dashboard, maria: str
):
    sign_in(page, dashboard, maria)
    page.get_by_test_id("composer").fill("usa {parola}")
    page.get_by_test_id("composer").press("Control+Shift+Enter")
    page.get_by_test_id("gap-warning").get_by_role("button").click()
    queued(page)
    expect(page.get_by_test_id("toast")).to_be_visible()
    assert dashboard.contact(maria).paused_until is None


def test_drafts_of_merged_contacts_are_both_kept(page: Page, dashboard: Dashboard, maria: str):
    other = dashboard.add_contact("Maria R.")
    dashboard.add_message(other, "Sono sempre io")
    sign_in(page, dashboard, maria)
    page.get_by_test_id("composer").fill("Bozza uno")
    page.goto(f"{dashboard.url}/#/c/{other}")
    expect(page.locator(f'[data-testid="chat"][data-id="{other}"]')).to_be_visible()
    page.get_by_test_id("composer").fill("Bozza due")
    page.goto(f"{dashboard.url}/#/c/{maria}")
    expect(page.get_by_test_id("composer")).to_have_value("Bozza uno")
    dashboard.merge(maria, into=other)
    expect(page.locator(f'[data-testid="chat"][data-id="{other}"]')).to_be_visible()
    expect(page.get_by_test_id("composer")).to_have_value("Bozza due\nBozza uno")
