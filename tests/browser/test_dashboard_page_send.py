"""What staff do in a chat on the dashboard's page: write, take over, block, begin anew."""

import re

import pytest
from playwright.sync_api import Page, expect

from shared.errors import InvalidError, WindowClosedError
from tests.browser.dashboard_page import ago, hold, item, sign_in, write
from tests.browser.desk import STAFF, Dashboard

pytestmark = pytest.mark.browser


def test_send_shows_the_bubble_at_once_and_follows_its_status(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact(paused=True)
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    held = hold(page, "**/messages/*")
    write(page, "Sono Giulia")
    bubble = page.get_by_test_id("bubble-out")
    expect(bubble).to_have_attribute("data-status", "sending")
    expect(bubble).to_contain_text("Sono Giulia")
    assert len(dashboard.messages(maria)) == 1
    held[0].continue_()
    expect(bubble).to_have_attribute("data-status", "queued")
    (sent,) = dashboard.sent(maria)
    dashboard.report(sent.id, "delivered")
    expect(bubble).to_have_attribute("data-status", "delivered")
    expect(bubble).to_have_count(1)
    expect(page.get_by_test_id("composer")).to_have_value("")


def test_send_that_fails_is_kept_and_sent_once_on_retry(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact(paused=True)
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    dashboard.gate.refuse_next("PUT", "/messages/", InvalidError("not now", {}))
    write(page, "Arrivo")
    expect(page.get_by_test_id("bubble-out")).to_have_attribute("data-status", "failed")
    page.get_by_test_id("retry").click()
    expect(page.get_by_test_id("bubble-out")).to_have_attribute("data-status", "queued")
    assert [message.text for message in dashboard.messages(maria)] == ["Buongiorno", "Arrivo"]


def test_send_again_makes_a_new_message_of_one_that_failed(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact(paused=True)
    dashboard.add_message(maria, "Buongiorno")
    dashboard.add_message(maria, "Arrivo", status="failed", client_message_id="first", **STAFF)
    sign_in(page, dashboard, maria)
    page.get_by_test_id("composer").fill("a metà")
    page.get_by_test_id("send-again").click()
    expect(page.get_by_test_id("bubble-out")).to_have_text([re.compile("Arrivo")] * 2)
    expect(page.get_by_test_id("bubble-out").last).to_have_attribute("data-status", "queued")
    expect(page.get_by_test_id("send-again")).to_have_count(0)
    expect(page.get_by_test_id("sent-again")).to_have_text("Non inviato la prima volta, inviato di nuovo")
    expect(page.locator(".outcome-failed")).to_have_count(0)
    expect(page.get_by_test_id("composer")).to_have_value("a metà")
    failed, again = dashboard.sent(maria)
    assert (again.text, failed.status) == ("Arrivo", "failed")
    assert again.client_message_id != failed.client_message_id


def test_send_shift_enter_begins_a_new_line(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact(paused=True)
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    composer = page.get_by_test_id("composer")
    composer.fill("uno")
    composer.press("Shift+Enter")
    composer.press_sequentially("due")
    expect(composer).to_have_value("uno\ndue")
    assert len(dashboard.messages(maria)) == 1


def test_draft_is_kept_for_its_conversation(page: Page, dashboard: Dashboard):
    for name in ("Maria Rossi", "Luca Bianchi"):
        dashboard.add_message(dashboard.add_contact(name), "ciao")
    sign_in(page, dashboard)
    item(page, "Maria Rossi").click()
    page.get_by_test_id("composer").fill("a metà")
    item(page, "Luca Bianchi").click()
    expect(page.get_by_test_id("chat")).to_contain_text("Luca Bianchi")
    expect(page.get_by_test_id("composer")).to_have_value("")
    expect(item(page, "Maria Rossi")).to_contain_text("a metà")
    page.reload()
    item(page, "Maria Rossi").click()
    expect(page.get_by_test_id("composer")).to_have_value("a metà")


def test_window_closed_is_explained_until_the_customer_writes(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact(window_closes_at=ago(days=2))
    dashboard.add_message(maria, "Buongiorno", at=ago(days=3))
    sign_in(page, dashboard, maria)
    expect(page.get_by_test_id("composer-closed")).to_contain_text("24 ore")
    expect(page.get_by_test_id("composer")).to_have_count(0)
    dashboard.change_contact(maria, window_closes_at=ago(hours=-20))
    expect(page.get_by_test_id("composer")).to_be_visible()


def test_window_that_closes_while_sending_gives_the_text_back(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact(paused=True)
    dashboard.add_message(maria, "Buongiorno")
    dashboard.age()
    sign_in(page, dashboard, maria)
    dashboard.gate.refuse_next("PUT", "/messages/", WindowClosedError("closed"))
    write(page, "Troppo tardi")
    expect(page.get_by_test_id("composer-closed")).to_be_visible()
    expect(page.get_by_test_id("bubble-out")).to_have_count(0)
    dashboard.change_contact(maria, window_closes_at=ago(hours=-20))
    expect(page.get_by_test_id("composer")).to_have_value("Troppo tardi")


def test_takeover_switch_pauses_and_resumes_the_assistant(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    switch = page.get_by_role("switch", name="Assistente")
    expect(switch).to_be_checked()
    switch.click()
    expect(switch).not_to_be_checked()
    assert dashboard.contact(maria).paused is True
    switch.click()
    expect(switch).to_be_checked()
    assert dashboard.contact(maria).paused is False


def test_block_asks_first_and_closes_the_composer(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    menu = page.get_by_test_id("chat").get_by_role("button", name="Altre azioni")
    menu.click()
    page.get_by_role("menuitem", name="Blocca il contatto").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert dashboard.contact(maria).blocked is False
    menu.click()
    page.get_by_role("menuitem", name="Blocca il contatto").click()
    page.get_by_role("dialog").get_by_role("button", name="Blocca", exact=True).click()
    expect(page.get_by_test_id("composer-closed")).to_contain_text("bloccato")
    assert dashboard.contact(maria).blocked is True


def test_new_conversation_is_confirmed_and_started(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    page.get_by_test_id("chat").get_by_role("button", name="Altre azioni").click()
    page.get_by_role("menuitem", name="Nuova conversazione").click()
    page.get_by_role("dialog").get_by_role("button", name="Nuova conversazione").click()
    expect(page.get_by_test_id("toast")).to_contain_text("Nuova conversazione iniziata")
    assert f"POST /api/conversations/{maria}/reset" in dashboard.gate.requests
