"""An open chat on the dashboard's page: messages that arrive, and the reader's place among them."""

import re

import pytest
from playwright.sync_api import Page, expect

from functions.dashboard_api.lists import MAX_CONVERSATIONS
from functions.dashboard_api.thread_pages import MAX_MESSAGES
from shared.model.message import RemoteStatus
from tests.browser.dashboard_page import ago, item, long_conversation, sign_in
from tests.browser.desk import STAFF, Dashboard

pytestmark = pytest.mark.browser

SIXTEEN_PIXELS = 16
REPORTED: list[tuple[RemoteStatus, str]] = [("sent", "Inviato"), ("delivered", "Consegnato"), ("read", "Letto")]


def test_chat_shows_sides_authors_and_ticks(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    dashboard.add_message(maria, "Buongiorno", status="answered")
    answer = dashboard.add_message(maria, "Buongiorno a lei", direction="out")
    problem = {"code": "131000", "message": "numero non raggiungibile"}
    dashboard.add_message(maria, "Arrivo", status="failed", error=problem, **STAFF)
    sign_in(page, dashboard, maria)
    outbound = page.get_by_test_id("bubble-out")
    expect(page.get_by_test_id("bubble-in")).to_contain_text("Buongiorno")
    expect(outbound.first).to_contain_text("Assistente")
    expect(outbound.last).to_contain_text("Giulia")
    expect(page.get_by_test_id("chat")).to_contain_text("Messaggio non inviato: numero non raggiungibile")
    for status, label in REPORTED:
        dashboard.report(answer, status)
        expect(outbound.first.get_by_role("img", name=label)).to_be_visible()


def test_chat_message_left_to_staff_says_so(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact(paused=True)
    dashboard.add_message(maria, "C'è qualcuno?", status="left_to_staff")
    sign_in(page, dashboard, maria)
    expect(page.get_by_text("Lasciato allo staff")).to_be_visible()


def test_chat_new_message_arrives_live_and_is_marked_read(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    luca = dashboard.add_contact("Luca Bianchi")
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    expect(page.get_by_test_id("bubble-in")).to_have_count(1)
    dashboard.receive(maria, "Siete aperti?")
    dashboard.receive(luca, "Ci sono novità?")
    expect(page.get_by_test_id("bubble-in").last).to_contain_text("Siete aperti?")
    expect(item(page, "Luca Bianchi").get_by_test_id("unread")).to_contain_text("1")
    expect(page).to_have_title(re.compile(r"^\(1\)"))
    expect(item(page, "Maria Rossi").get_by_test_id("unread")).to_have_count(0)
    assert dashboard.contact(maria).unread == 0
    assert dashboard.contact(luca).unread == 1


def test_chat_assistant_that_writes_is_shown(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact(lease={"owner": "one", "epoch": 1, "until": ago(minutes=-5)})
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    expect(page.get_by_test_id("writing")).to_be_visible()
    dashboard.change_contact(maria, lease=None)
    expect(page.get_by_test_id("writing")).to_have_count(0)


def test_chat_address_opens_a_conversation_beyond_the_first_page(page: Page, dashboard: Dashboard):
    oldest = dashboard.add_contact("Cliente lontano")
    dashboard.add_message(oldest, "Tanto tempo fa", at=ago(days=300))
    for number in range(MAX_CONVERSATIONS):
        dashboard.add_contact(f"Cliente {number}")
    dashboard.age()
    sign_in(page, dashboard, oldest)
    expect(page.get_by_test_id("bubble-in")).to_contain_text("Tanto tempo fa")


def test_file_that_is_gone_is_named_instead(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    gone = {"mime_type": "image/png", "state": "stored"}
    dashboard.add_message(maria, "Ecco", kind="image", media=gone)
    sign_in(page, dashboard, maria)
    expect(page.get_by_test_id("bubble-in")).to_contain_text("Il file non è disponibile")


def test_older_page_keeps_the_readers_place(page: Page, dashboard: Dashboard):
    maria = long_conversation(dashboard)
    sign_in(page, dashboard, maria)
    bubbles = page.get_by_test_id("bubble-in")
    expect(bubbles).to_have_count(MAX_MESSAGES)
    first = bubbles.filter(has_text=f"messaggio {MAX_MESSAGES * 2:03}")
    page.get_by_test_id("thread").evaluate("e => { e.scrollTop = 0 }")
    before = first.bounding_box()
    expect(bubbles.filter(has_text=f"messaggio {MAX_MESSAGES:03}")).to_have_count(1)
    after = first.bounding_box()
    assert before is not None and after is not None
    assert abs(after["y"] - before["y"]) < SIXTEEN_PIXELS


def test_older_pages_are_reachable_to_the_first_message(page: Page, dashboard: Dashboard):
    maria = long_conversation(dashboard)
    sign_in(page, dashboard, maria)
    for expected in (MAX_MESSAGES, MAX_MESSAGES * 2, MAX_MESSAGES * 3):
        expect(page.get_by_test_id("bubble-in")).to_have_count(expected)
        page.get_by_test_id("thread").evaluate("e => { e.scrollTop = 0 }")
    expect(page.get_by_test_id("bubble-in").first).to_contain_text("messaggio 000")


def test_new_message_while_reading_above_waits_behind_a_pill(page: Page, dashboard: Dashboard):
    maria = long_conversation(dashboard)
    sign_in(page, dashboard, maria)
    thread = page.get_by_test_id("thread")
    expect(page.get_by_test_id("bubble-in").last).to_be_in_viewport()
    thread.evaluate("e => { e.scrollTop -= 600 }")
    expect(page.get_by_test_id("to-bottom")).to_be_visible()
    place = thread.evaluate("e => e.scrollTop")
    dashboard.receive(maria, "eccomi")
    expect(page.get_by_test_id("new-messages")).to_contain_text("1 nuovo messaggio")
    assert thread.evaluate("e => e.scrollTop") == place
    page.get_by_test_id("new-messages").click()
    expect(page.get_by_test_id("bubble-in").last).to_be_in_viewport()
    dashboard.receive(maria, "ancora qui")
    expect(page.get_by_test_id("bubble-in").last).to_contain_text("ancora qui")
    expect(page.get_by_test_id("bubble-in").last).to_be_in_viewport()


def test_chat_of_a_contact_that_was_merged_goes_on_in_the_other(page: Page, dashboard: Dashboard):
    old = dashboard.add_contact("Maria")
    dashboard.add_message(old, "Buongiorno")
    kept = dashboard.add_contact()
    dashboard.add_message(kept, "Sono sempre io")
    sign_in(page, dashboard, old)
    page.get_by_test_id("composer").fill("a metà")
    dashboard.merge(old, into=kept)
    expect(page.get_by_test_id("chat")).to_have_attribute("data-id", kept)
    expect(page.get_by_test_id("bubble-in")).to_contain_text("Sono sempre io")
    expect(page.get_by_test_id("composer")).to_have_value("a metà")
    expect(page.get_by_test_id("conversation-item")).to_have_count(1)


def test_chat_of_a_contact_that_was_erased_says_so(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    expect(page.get_by_test_id("bubble-in")).to_be_visible()
    dashboard.erase(maria)
    page.reload()
    expect(page.get_by_text("Questa conversazione non c'è più")).to_be_visible()


def test_scroll_event_that_comes_after_growth_does_not_lose_the_bottom(page: Page, dashboard: Dashboard):
    page.goto(dashboard.url)
    places = """async () => {
        const { createScrollManager } = await import("/assets/lib/scroll_manager.js");
        const container = document.body.appendChild(document.createElement("div"));
        const content = container.appendChild(document.createElement("div"));
        Object.assign(container.style, { height: "100px", overflow: "auto" });
        content.style.height = "1000px";
        const manager = createScrollManager(container);
        manager.toBottom();
        content.style.height = "1300px";
        const afterGrowth = [manager.remember(), container.scrollTop];
        container.scrollTop = 500;
        return [afterGrowth, [manager.remember(), container.scrollTop]];
    }"""
    assert page.evaluate(places) == [[True, 1200], [False, 500]]
