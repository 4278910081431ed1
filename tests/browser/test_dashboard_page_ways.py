"""Ways through the page: marks dealt with, Back, the focus, long texts, and conversations that are gone."""

import datetime as dt

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from shared.model.attention import Attention
from tests.browser.dashboard_page import hold, item, sign_in, write
from tests.browser.desk import Dashboard

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 390, "height": 844}
SMALLEST: ViewportSize = {"width": 320, "height": 640}
DESK: ViewportSize = {"width": 1440, "height": 900}


# What scrolls up and down, and sideways as well.
TOO_WIDE = """[...document.querySelectorAll(".thread, .card-body")]
    .filter(each => each.scrollWidth > each.clientWidth).map(each => each.className)"""


def asks(at: dt.datetime | None = None) -> Attention:
    return Attention(reason="asked_for_human", at=at or dt.datetime.now(dt.UTC))


def test_attention_is_dealt_with_from_the_banner(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact(attention=asks())
    dashboard.add_message(maria, "Vorrei parlare con una persona")
    sign_in(page, dashboard, maria)
    expect(page.get_by_test_id("attention")).to_contain_text("chiesto di parlare")
    page.get_by_test_id("attention-done").click()
    expect(page.get_by_test_id("attention")).to_have_count(0)
    assert dashboard.contact(maria).attention is None
    page.reload()
    expect(page.get_by_test_id("bubble-in")).to_have_count(1)
    expect(page.get_by_test_id("attention")).to_have_count(0)


def test_attention_is_dealt_with_from_the_list(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact(attention=asks())
    dashboard.add_message(maria, "Vorrei parlare con una persona")
    sign_in(page, dashboard)
    expect(item(page, "Maria Rossi")).to_contain_text("Chiede una persona")
    page.get_by_role("button", name="Segna come gestita: Maria Rossi").click()
    expect(item(page, "Maria Rossi")).not_to_contain_text("Chiede una persona")
    assert dashboard.contact(maria).attention is None


def test_way_back_does_not_return_to_the_chat(page: Page, dashboard: Dashboard):
    dashboard.add_message(dashboard.add_contact(), "Buongiorno")
    page.set_viewport_size(PHONE)
    sign_in(page, dashboard)
    item(page, "Maria Rossi").click()
    page.get_by_test_id("back").click()
    expect(item(page, "Maria Rossi")).to_be_visible()
    expect(page.get_by_test_id("chat")).to_have_count(0)
    assert page.evaluate("location.hash") in ("", "#/")
    page.go_forward()
    expect(page.get_by_test_id("chat")).to_be_visible()
    page.go_back()
    expect(page.get_by_test_id("chat")).to_have_count(0)


def test_focus_returns_to_what_opened_the_chat_and_the_card(page: Page, dashboard: Dashboard):
    dashboard.add_message(dashboard.add_contact(), "Buongiorno")
    sign_in(page, dashboard)
    item(page, "Maria Rossi").click()
    expect(page.get_by_test_id("composer")).to_be_focused()
    page.get_by_role("button", name="Chiudi").click()
    expect(page.locator(".card-button")).to_be_focused()
    page.get_by_test_id("composer").press("Escape")
    expect(item(page, "Maria Rossi")).to_be_focused()


def test_chat_that_comes_late_leaves_the_focus_to_whoever_went_on(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    held = hold(page, "**/views/chat.js")
    sign_in(page, dashboard, maria)
    close = page.get_by_test_id("contact-card").get_by_role("button", name="Chiudi")
    close.focus()
    for route in held:
        route.continue_()
    expect(page.get_by_test_id("composer")).to_be_visible()
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")
    expect(close).to_be_focused()


def test_conversation_that_is_gone_has_a_way_back_on_a_phone(page: Page, dashboard: Dashboard):
    dashboard.add_message(dashboard.add_contact(), "Buongiorno")
    page.set_viewport_size(PHONE)
    sign_in(page, dashboard, "0" * 20)
    page.get_by_role("button", name="Torna all'elenco").click()
    expect(item(page, "Maria Rossi")).to_be_visible()


def test_long_message_shows_its_beginning_and_all_of_it_when_asked(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    dashboard.add_message(maria, "\n".join(f"riga {number}" for number in range(400)))
    sign_in(page, dashboard, maria)
    bubble = page.get_by_test_id("bubble-in")
    expect(bubble).to_contain_text("riga 19")
    expect(bubble).not_to_contain_text("riga 20")
    page.get_by_test_id("read-more").click()
    expect(bubble).to_contain_text("riga 399")


def test_absurd_order_or_note_makes_neither_chat_nor_card_scroll_sideways(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    dashboard.add_note(maria, "parola" * 80, f"{'y' * 60}@example.com")
    dashboard.add_message(maria, f"2 x {'miele' * 50}, {'9' * 300} EUR", kind="order")
    sign_in(page, dashboard, maria)
    expect(page.get_by_test_id("order")).to_be_visible()
    expect(page.get_by_test_id("bubble-note")).to_be_visible()
    for size in (PHONE, SMALLEST, DESK):
        page.set_viewport_size(size)
        assert page.evaluate(TOO_WIDE) == []


@pytest.mark.parametrize(
    ("text", "link"),
    [
        (
            "Vedi https://it.wikipedia.org/wiki/Miele_(alimento), grazie",
            "https://it.wikipedia.org/wiki/Miele_(alimento)",
        ),
        ("(vedi https://example.com/a)", "https://example.com/a"),
        ("https://example.com/?a[]=1&b[0]=2.", "https://example.com/?a[]=1&b[0]=2"),
    ],
)
def test_link_keeps_the_bracket_that_is_its_own(page: Page, dashboard: Dashboard, text: str, link: str):
    maria = dashboard.add_contact()
    dashboard.add_message(maria, text)
    sign_in(page, dashboard, maria)
    expect(page.get_by_test_id("bubble-in").get_by_role("link")).to_have_attribute("href", link)


def test_mark_of_what_is_new_goes_when_staff_answer(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact(paused=True)
    dashboard.receive(maria, "Ci siete?")
    sign_in(page, dashboard, maria)
    expect(page.locator(".separator-unread")).to_be_visible()
    write(page, "Eccomi")
    expect(page.locator(".separator-unread")).to_have_count(0)


def test_taking_over_leads_to_the_composer(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    page.get_by_role("switch", name="Assistente").click()
    expect(page.get_by_test_id("composer")).to_be_focused()


def test_name_that_nobody_can_see_counts_as_none(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact(name="\u3164\u200b")
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard)
    expect(page.get_by_test_id("conversation-item")).to_contain_text("+39 333 123 4567")


def test_messages_of_one_colleague_are_signed_once(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact(paused=True)
    dashboard.add_message(maria, "Buongiorno")
    page.goto(f"{dashboard.url}/#/c/{maria}")
    page.get_by_label("E-mail").fill("anna.verdi@example.com")
    page.get_by_role("button", name="Entra").click()
    write(page, "Uno")
    expect(page.get_by_test_id("bubble-out")).to_contain_text("Anna Verdi")
    write(page, "Due")
    expect(page.locator('[data-testid="bubble-out"][data-status="queued"]')).to_have_count(2)
    expect(page.locator(".bubble-author")).to_have_count(1)
