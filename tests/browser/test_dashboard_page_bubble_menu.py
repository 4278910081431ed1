"""What can be done with a message on the dashboard's page: answer to it, react, copy, look at its details."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from shared.model.ids import reaction_id
from tests.browser.conftest import watch
from tests.browser.dashboard_page import sign_in, write
from tests.browser.desk import STAFF, Dashboard

pytestmark = pytest.mark.browser

USAGE = {"model": "gpt-6-luna", "input_tokens": 1200, "cached_tokens": 0, "output_tokens": 80, "cost": 0.0021}


def menu_of(page: Page, text: str) -> Locator:
    """Open the menu of a message with the mouse, and return it."""
    row = page.locator(".message", has_text=text)
    row.hover()
    row.get_by_test_id("bubble-menu").click()
    return page.get_by_role("menu", name="Azioni sul messaggio")


@pytest.fixture
def talk(page: Page, dashboard: Dashboard) -> tuple[str, str]:
    """An open conversation, and the customer's message in it."""
    maria = dashboard.add_contact(paused=True)
    said = dashboard.add_message(maria, "Avete il *miele*?", whatsapp_id="wamid.one")
    dashboard.add_message(maria, "Un momento", direction="out", whatsapp_id="wamid.two", usage=USAGE)
    sign_in(page, dashboard, maria)
    expect(page.get_by_test_id("bubble-in")).to_be_visible()
    return maria, said


def test_answer_quotes_the_message(page: Page, dashboard: Dashboard, talk: tuple[str, str]):
    maria, said = talk
    menu_of(page, "miele").get_by_role("menuitem", name="Rispondi").click()
    expect(page.get_by_test_id("composer")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("chat")).to_be_visible()
    menu_of(page, "miele").get_by_role("menuitem", name="Rispondi").click()
    write(page, "Sì, di castagno")
    bubble = page.get_by_test_id("bubble-out").last
    expect(bubble).to_contain_text("Sì, di castagno")
    expect(bubble.get_by_test_id("quote")).to_contain_text("miele")
    expect(bubble).to_have_attribute("data-status", "queued")
    [stored] = dashboard.sent(maria)
    assert stored.quoted and (stored.quoted.id, stored.quoted.whatsapp_id) == (said, "wamid.one")
    bubble.get_by_test_id("quote").click()
    expect(page.locator(f'[data-message="{said}"]')).to_be_focused()


def test_reaction_shows_changes_and_is_taken_back(page: Page, dashboard: Dashboard, talk: tuple[str, str]):
    _maria, said = talk
    menu_of(page, "miele").get_by_role("menuitemradio", name="Reagisci con 👍").click()
    reaction = page.get_by_test_id("reaction")
    expect(reaction).to_have_text("👍")
    expect(page.get_by_role("img", name="ha reagito con 👍")).to_be_visible()
    sent = dashboard.store.messages.get(reaction_id(said, 1))
    assert sent and (sent.kind, sent.text, sent.status) == ("reaction", "👍", "queued")
    menu_of(page, "miele").get_by_role("menuitemradio", name="Reagisci con ❤️").click()
    expect(reaction).to_have_text("❤️")
    menu_of(page, "miele").get_by_role("menuitemradio", name="Togli la reazione ❤️").click()
    expect(reaction).to_have_count(0)
    menu_of(page, "miele").get_by_role("menuitem", name="Altra reazione").click()
    page.get_by_test_id("emoji-search").fill("both ways")
    page.get_by_test_id("emoji-search").press("Enter")
    expect(reaction).to_have_text("↔️")
    expect(page.get_by_test_id("bubble-in")).to_have_count(1)


def test_reaction_that_failed_says_why_and_is_tried_again(page: Page, dashboard: Dashboard, talk: tuple[str, str]):
    _maria, said = talk
    error = {"code": "131047", "message": "Re-engagement message"}
    told = {"emoji": "👍", "at": dashboard.messages(_maria)[0].at, "author": STAFF["author_name"], "number": 1}
    dashboard.change_message(said, staff_reaction={**told, "error": error})
    failed = page.get_by_test_id("reaction-failed")
    expect(failed).to_contain_text("Reazione 👍 non inviata: per WhatsApp sono passate più di 24 ore")
    expect(page.get_by_test_id("reaction")).to_have_count(0)
    failed.get_by_role("button", name="Riprova").click()
    expect(page.get_by_test_id("reaction")).to_have_text("👍")
    expect(failed).to_have_count(0)


def test_text_is_copied_as_it_was_written(page: Page, dashboard: Dashboard, talk: tuple[str, str]):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=dashboard.url)
    menu_of(page, "miele").get_by_role("menuitem", name="Copia").click()
    expect(page.get_by_text("Testo copiato")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "Avete il *miele*?"


def test_info_tells_who_when_and_what_it_took(page: Page, dashboard: Dashboard, talk: tuple[str, str]):
    maria, _said = talk
    answer = dashboard.messages(maria)[-1]
    for status in ("sent", "delivered", "read"):
        dashboard.report(answer.id, status)
    expect(page.get_by_test_id("bubble-out").get_by_role("img", name="Letto")).to_be_visible()
    menu_of(page, "Un momento").get_by_role("menuitem", name="Info").click()
    info = page.get_by_test_id("message-info")
    for words in ("Assistente", "Inviato", "Consegnato", "Letto", "gpt-6-luna", "0,0021 $", "1.280 token"):
        expect(info).to_contain_text(words)
    page.keyboard.press("Escape")
    expect(info).to_have_count(0)
    expect(page.get_by_test_id("chat")).to_be_visible()


def test_menu_by_keyboard(page: Page, dashboard: Dashboard, talk: tuple[str, str]):
    _maria, said = talk
    page.get_by_test_id("composer").press("Shift+Tab")
    rows = page.locator(".message")
    for _ in range(8):
        if rows.last.evaluate("row => row === document.activeElement"):
            break
        page.keyboard.press("Shift+Tab")
    expect(rows.last).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator(f'[data-message="{said}"]')).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitemradio").first).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("reaction")).to_have_text("❤️")
    page.locator(f'[data-message="{said}"]').press("Enter")
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_have_count(0)
    expect(page.get_by_test_id("chat")).to_be_visible()


def test_closed_window_offers_neither_answer_nor_reaction(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact(window_closes_at=None)
    dashboard.add_message(maria, "Ciao", whatsapp_id="wamid.one")
    sign_in(page, dashboard, maria)
    menu = menu_of(page, "Ciao")
    expect(menu.get_by_role("menuitem")).to_have_text(["Copia", "Info"])
    expect(menu.get_by_role("menuitemradio")).to_have_count(0)


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        locale="it-IT",
        timezone_id="Europe/Rome",
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
    )
    page = context.new_page()
    problems = watch(page)
    yield page
    context.close()
    assert problems == []


def test_long_press_opens_the_menu_within_the_screen(phone: Page, dashboard: Dashboard):
    maria = dashboard.add_contact(paused=True)
    dashboard.add_message(maria, "Ciao", whatsapp_id="wamid.one")
    sign_in(phone, dashboard, maria)
    row = phone.locator(".message", has_text="Ciao")
    event = {"pointerType": "touch", "clientX": 60, "clientY": 200, "bubbles": True}
    row.dispatch_event("pointerdown", event)
    menu = phone.get_by_role("menu", name="Azioni sul messaggio")
    expect(menu).to_be_visible()
    box = menu.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390 and box["y"] + box["height"] <= 844
    row.dispatch_event("pointerup", event)
    menu.get_by_role("menuitem", name="Rispondi").tap()
    expect(phone.get_by_test_id("composer")).to_be_focused()


def test_message_is_written_so_that_its_words_stay_text(page: Page, dashboard: Dashboard):
    hostile = "<img src=x onerror=alert(1)> miele"
    maria = dashboard.add_contact(hostile)
    dashboard.add_message(maria, hostile, whatsapp_id="wamid.one")
    sign_in(page, dashboard)
    page.get_by_test_id("search").fill("miele")
    expect(page.get_by_test_id("hit").locator(".hit-text")).to_have_text(hostile)
    page.get_by_test_id("hit").click()
    menu_of(page, "miele").get_by_role("menuitem", name="Rispondi").click()
    expect(page.locator(".composer-frame")).to_contain_text(hostile)
