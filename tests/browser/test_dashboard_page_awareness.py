"""What the page tells of by itself: notifications, sound, the number in the title, and that it can be installed."""

import struct
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, Playwright, expect

from functions.dashboard_api.sign_in import LOCAL_EMAIL
from local.stack.browser import find_browser
from shared.model.attention import Attention
from shared.store.connection import utc_now
from tests.browser.conftest import launched
from tests.browser.dashboard_page import ago, item, sign_in_and_settle
from tests.browser.desk import Dashboard

pytestmark = pytest.mark.browser

REASON = "Il cliente ha chiesto di parlare con una persona"
# The page's own notifications and notes, kept as they are made.
RECORD = """
    window.told = []; window.notes = 0; window.asked = 0;
    const Native = window.Notification;
    window.Notification = class extends Native {
        constructor(title, options) {
            super(title, options);
            window.told.push({ title, ...options });
            window.latest = this;
        }
        close() { window.takenBack = (window.takenBack ?? 0) + 1; super.close(); }
        static requestPermission() { window.asked += 1; return super.requestPermission(); }
    };
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (at) { window.notes += 1; return start.call(this, at); };
"""


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium with its window, which alone has notifications."""
    with launched(playwright, find_browser()) as running:
        yield running


@pytest.fixture
def recorded(page: Page) -> Page:
    """The page, whose notifications and notes are recorded."""
    page.add_init_script(RECORD)
    return page


def allow(page: Page) -> None:
    page.context.grant_permissions(["notifications"])


def switch_on(page: Page, *names: str) -> None:
    """Switch on what the account's dialog of notifications offers."""
    page.get_by_role("button", name="Altre azioni").first.click()
    page.get_by_role("menuitem", name="Notifiche").click()
    for name in names:
        switch = page.get_by_role("switch", name=name)
        switch.click()
        expect(switch).to_have_attribute("aria-checked", "true")
    page.get_by_test_id("alerts-dialog").get_by_role("button", name="Chiudi").click()


def want_attention(dashboard: Dashboard, contact_id: str) -> None:
    """Let a customer ask for a person."""
    attention = Attention(reason="asked_for_human", at=utc_now(), summary="Vorrei parlare con qualcuno")
    dashboard.change_contact(contact_id, attention=attention)


def told(page: Page, count: int) -> list[dict[str, Any]]:
    """Wait for so many notifications, and return all that there were."""
    page.wait_for_function("count => window.told.length >= count", arg=count)
    found: list[dict[str, Any]] = page.evaluate("window.told")
    return found


def wait_until_seen(page: Page, name: str, mark: str) -> None:
    """Wait until the page knows of a change: what would have been told by then was told."""
    expect(item(page, name)).to_contain_text(mark)


def known(dashboard: Dashboard, name: str = "Maria Rossi", **fields: Any) -> str:
    """Store a customer whom the page knows when it is loaded."""
    contact_id = dashboard.add_contact(name, **fields)
    dashboard.add_message(contact_id, "Buongiorno", at=ago(hours=1))
    return contact_id


def test_nothing_is_asked_for_or_told_until_somebody_wants_it(recorded: Page, dashboard: Dashboard):
    maria = known(dashboard)
    sign_in_and_settle(recorded, dashboard)
    want_attention(dashboard, maria)
    wait_until_seen(recorded, "Maria Rossi", "Chiede una persona")
    assert recorded.evaluate("[window.asked, window.told.length, window.notes]") == [0, 0, 0]


def test_who_needs_a_person_is_told_of_by_name_and_reason_and_a_click_opens_the_chat(
    recorded: Page, dashboard: Dashboard
):
    allow(recorded)
    maria = known(dashboard)
    sign_in_and_settle(recorded, dashboard)
    switch_on(recorded, "Notifiche sul desktop")
    want_attention(dashboard, maria)
    (only,) = told(recorded, 1)
    assert (only["title"], only["body"]) == ("Maria Rossi", REASON)
    recorded.evaluate("window.latest.onclick()")
    expect(recorded.get_by_test_id("chat")).to_have_attribute("data-id", maria)
    assert recorded.evaluate("window.notes") == 0


def test_text_of_a_message_is_shown_only_where_it_was_wished_for(recorded: Page, dashboard: Dashboard):
    allow(recorded)
    maria = known(dashboard, paused=True)
    sign_in_and_settle(recorded, dashboard)
    switch_on(recorded, "Notifiche sul desktop")
    dashboard.receive(maria, "Segreto uno")
    assert "Segreto" not in told(recorded, 1)[0]["body"]
    switch_on(recorded, "Mostra il testo dei messaggi")
    dashboard.receive(maria, "Segreto due")
    assert "Segreto due" in told(recorded, 2)[1]["body"]
    recorded.context.clear_cookies()
    expect(recorded.get_by_test_id("login")).to_be_visible()
    assert recorded.evaluate("window.takenBack") >= 1  # nothing is left of a session that is over


def test_message_in_a_paused_chat_is_told_of_one_that_the_assistant_answers_is_not(
    recorded: Page, dashboard: Dashboard
):
    allow(recorded)
    maria = known(dashboard)
    luca = known(dashboard, "Luca Bianchi", paused=True)
    sign_in_and_settle(recorded, dashboard)
    switch_on(recorded, "Notifiche sul desktop")
    dashboard.receive(maria, "Avete posto?")
    wait_until_seen(recorded, "Maria Rossi", "Avete posto?")
    dashboard.receive(luca, "Ci siete?")
    (only,) = told(recorded, 1)
    assert only["title"] == "Luca Bianchi"


def test_message_in_a_chat_of_ones_own_is_told_of_a_colleagues_is_not(recorded: Page, dashboard: Dashboard):
    allow(recorded)
    maria = known(dashboard, assignee="anna@example.com")
    luca = known(dashboard, "Luca Bianchi", assignee=LOCAL_EMAIL)
    sign_in_and_settle(recorded, dashboard)
    switch_on(recorded, "Notifiche sul desktop")
    dashboard.receive(maria, "Per Anna")
    wait_until_seen(recorded, "Maria Rossi", "Per Anna")
    dashboard.receive(luca, "Per me")
    (only,) = told(recorded, 1)
    assert (only["title"], only["body"]) == ("Luca Bianchi", "Nuovo messaggio in una tua chat")


def test_chat_before_ones_eyes_is_not_told_of_until_one_looks_elsewhere(recorded: Page, dashboard: Dashboard):
    allow(recorded)
    maria = known(dashboard, paused=True)
    sign_in_and_settle(recorded, dashboard, maria)
    switch_on(recorded, "Notifiche sul desktop", "Suono")
    notes = recorded.evaluate("window.notes")
    dashboard.receive(maria, "La vedo")
    expect(recorded.get_by_test_id("bubble-in").last).to_contain_text("La vedo")
    assert recorded.evaluate("[window.told.length, window.notes]") == [0, notes]
    recorded.evaluate("document.hasFocus = () => false")
    dashboard.receive(maria, "Questa no")
    assert len(told(recorded, 1)) == 1
    assert recorded.evaluate("window.notes") == notes + 2


def test_notification_goes_when_its_chat_is_read(recorded: Page, dashboard: Dashboard):
    allow(recorded)
    maria = known(dashboard)
    sign_in_and_settle(recorded, dashboard)
    switch_on(recorded, "Notifiche sul desktop")
    want_attention(dashboard, maria)
    told(recorded, 1)
    recorded.evaluate("window.latest.close = () => { window.withdrawn = true; }")
    item(recorded, "Maria Rossi").click()
    recorded.wait_for_function("() => window.withdrawn")


def test_what_was_so_when_the_page_was_loaded_is_no_news(recorded: Page, dashboard: Dashboard):
    allow(recorded)
    old = Attention(reason="asked_for_human", at=ago(hours=1))
    maria = known(dashboard, attention=old, unread=2)
    sign_in_and_settle(recorded, dashboard)
    switch_on(recorded, "Notifiche sul desktop", "Suono")
    notes = recorded.evaluate("window.notes")
    dashboard.change_contact(maria, whatsapp_name="Maria Verdi")
    expect(item(recorded, "Maria Verdi")).to_be_visible()
    assert recorded.evaluate("[window.told.length, window.notes]") == [0, notes]


def test_many_at_once_are_one_notification(recorded: Page, dashboard: Dashboard):
    allow(recorded)
    names = ("Maria Rossi", "Luca Bianchi", "Anna Verdi", "Paolo Neri")
    contacts = [known(dashboard, name) for name in names]
    sign_in_and_settle(recorded, dashboard)
    switch_on(recorded, "Notifiche sul desktop")
    with recorded.expect_response("**/api/sync*"):
        pass
    recorded.route("**/api/sync*", lambda route: route.abort())
    for contact in contacts:
        want_attention(dashboard, contact)
    recorded.unroute_all(behavior="ignoreErrors")
    recorded.evaluate("window.dispatchEvent(new Event('online'))")
    assert [each["title"] for each in told(recorded, 1)] == ["Assistente WhatsApp"]
    assert "4 conversazioni" in recorded.evaluate("window.told[0].body")


def test_two_tabs_of_a_browser_tell_once(recorded: Page, dashboard: Dashboard):
    allow(recorded)
    maria = known(dashboard)
    sign_in_and_settle(recorded, dashboard)
    switch_on(recorded, "Notifiche sul desktop")
    other = recorded.context.new_page()
    other.add_init_script(RECORD)
    other.goto(dashboard.url)
    expect(item(other, "Maria Rossi")).to_be_visible()
    want_attention(dashboard, maria)
    for each in (recorded, other):
        wait_until_seen(each, "Maria Rossi", "Chiede una persona")
    assert sum(each.evaluate("window.told.length") for each in (recorded, other)) == 1


def test_sound_comes_without_notifications_and_the_choice_is_remembered(recorded: Page, dashboard: Dashboard):
    maria = known(dashboard)
    sign_in_and_settle(recorded, dashboard)
    switch_on(recorded, "Suono")
    recorded.reload()
    recorded.wait_for_load_state("networkidle")
    expect(item(recorded, "Maria Rossi")).to_be_visible()
    recorded.mouse.click(1, 1)  # no page may make a sound that nobody has touched
    want_attention(dashboard, maria)
    recorded.wait_for_function("() => window.notes === 2")
    assert recorded.evaluate("[window.told.length, window.asked]") == [0, 0]


def test_switch_is_off_and_says_why_where_the_browser_blocks_notifications(page: Page, dashboard: Dashboard):
    page.add_init_script("Object.defineProperty(Notification, 'permission', { get: () => 'denied' })")
    sign_in_and_settle(page, dashboard)
    page.get_by_role("button", name="Altre azioni").click()
    page.get_by_role("menuitem", name="Notifiche").click()
    dialog = page.get_by_test_id("alerts-dialog")
    expect(dialog.get_by_role("switch", name="Notifiche sul desktop")).to_be_disabled()
    expect(dialog.get_by_role("switch", name="Mostra il testo dei messaggi")).to_be_disabled()
    expect(dialog).to_contain_text("Il browser blocca le notifiche di questa pagina")


def test_title_and_icon_show_how_many_are_unread(page: Page, dashboard: Dashboard):
    page.add_init_script("""
        window.badges = [];
        navigator.setAppBadge = async (count) => { window.badges.push(count); };
        navigator.clearAppBadge = async () => { window.badges.push(0); };
    """)
    maria = known(dashboard)
    sign_in_and_settle(page, dashboard)
    expect(page).to_have_title("Assistente WhatsApp")
    dashboard.receive(maria, "Uno")
    dashboard.receive(maria, "Due")
    expect(page).to_have_title("(1) Assistente WhatsApp")
    item(page, "Maria Rossi").click()
    expect(page).to_have_title("Assistente WhatsApp")
    assert page.evaluate("window.badges.slice(-2)") == [1, 0]


def test_page_can_be_installed_and_keeps_nothing_offline(page: Page, dashboard: Dashboard):
    sign_in_and_settle(page, dashboard)
    browser = page.context.new_cdp_session(page)
    manifest = browser.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert "manifest.webmanifest" in manifest["url"]
    errors = [each["errorId"] for each in browser.send("Page.getInstallabilityErrors")["installabilityErrors"]]
    assert [error for error in errors if error != "in-incognito"] == []  # as each page of a test is
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
    assert page.evaluate("caches.keys()") == []


def test_icons_are_as_large_as_the_manifest_says(dashboard: Dashboard):
    manifest = requests.get(f"{dashboard.url}/assets/manifest.webmanifest", timeout=10)
    assert manifest.headers["Content-Type"].startswith("application/manifest+json")
    for icon in manifest.json()["icons"]:
        content = requests.get(f"{dashboard.url}/assets/{icon['src']}", timeout=10).content
        if icon["type"] == "image/png":
            width, height = struct.unpack(">II", content[16:24])
            assert f"{width}x{height}" == icon["sizes"]
