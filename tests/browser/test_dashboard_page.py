"""The staff dashboard's page as a whole: signing in, languages, hostile text, lost connections, narrow screens."""

import pytest
from playwright.sync_api import Browser, Page, expect

from functions.dashboard_api.sign_in import LOCAL_EMAIL
from shared.store.connection import utc_now
from tests.browser.conftest import watch
from tests.browser.dashboard_page import PDF, ago, item, sign_in
from tests.browser.desk import Dashboard

pytestmark = pytest.mark.browser


def test_sign_in_local_mode_shows_the_list_and_signs_out_again(page: Page, dashboard: Dashboard):
    page.goto(dashboard.url)
    expect(page.get_by_test_id("login")).to_be_visible()
    page.get_by_label("E-mail").fill("giulia@example.com")
    page.get_by_role("button", name="Entra").click()
    expect(page.get_by_text("Ancora nessuna conversazione")).to_be_visible()
    page.get_by_role("button", name="Altre azioni").click()
    page.get_by_role("menuitem", name="Esci").click()
    expect(page.get_by_test_id("login")).to_be_visible()


def test_session_that_ends_leads_back_to_the_sign_in_screen(page: Page, dashboard: Dashboard):
    sign_in(page, dashboard)
    dashboard.staff.sign_out_everywhere(LOCAL_EMAIL)
    expect(page.get_by_test_id("login")).to_be_visible()


def test_hostile_text_stays_text(page: Page, dashboard: Dashboard):
    hostile = "<img src=x onerror=alert(1)><script>alert(2)</script> javascript:alert(3) &amp; ${7*7}"
    attention = {"reason": "constructor", "at": ago(minutes=1)}
    company = {"value": hostile, "source": "assistant", "updated_at": ago(minutes=1)}
    maria = dashboard.add_contact(hostile, attention=attention, notes=hostile, profile={"company": company})
    dashboard.add_message(maria, hostile)
    dashboard.add_message(maria, hostile, kind="constructor", direction="out")
    dashboard.add_file(maria, "document", "application/pdf", PDF, media={"filename": hostile})
    sign_in(page, dashboard, maria)
    expect(page.get_by_test_id("bubble-in").first).to_contain_text(hostile)
    expect(page.get_by_test_id("contact-card").locator("[data-field=company]")).to_contain_text(hostile)
    expect(page.locator("img:not(.brand-mark), [onerror], #app script")).to_have_count(0)
    expect(page.locator("a[href^='javascript']")).to_have_count(0)


def test_formatting_and_links_become_elements(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    text = "*forte _e corsivo_* ~no~ `codice` ```due\nrighe``` 2*3*4 snake_case_name https://example.com/a_b_c?x=1."
    dashboard.add_message(maria, text)
    sign_in(page, dashboard, maria)
    bubble = page.get_by_test_id("bubble-in")
    expect(bubble.locator("strong")).to_have_text("forte e corsivo")
    expect(bubble.locator("strong em")).to_have_text("e corsivo")
    expect(bubble.locator("s")).to_have_text("no")
    expect(bubble.locator("code")).to_have_text(["codice", "due\nrighe"])
    expect(bubble).to_contain_text("2*3*4 snake_case_name")
    expect(bubble.locator("a")).to_have_attribute("href", "https://example.com/a_b_c?x=1")
    expect(bubble.locator("a")).to_have_attribute("rel", "noopener noreferrer nofollow")


def test_right_to_left_text_reads_from_the_right(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    dashboard.add_message(maria, "مرحبا، هل لديكم توصيل؟")
    sign_in(page, dashboard, maria)
    direction = (
        page.get_by_test_id("bubble-in").locator("[dir=auto]").evaluate("e => getComputedStyle(e).direction")
    )
    assert direction == "rtl"
    gap = """bubble => {
        const words = document.createRange();
        words.selectNodeContents(bubble.querySelector(".rich-text"));
        const time = bubble.querySelector(".bubble-meta").getBoundingClientRect();
        return words.getBoundingClientRect().left - time.right;
    }"""
    assert page.get_by_test_id("bubble-in").evaluate(gap) >= 8


def test_lost_connection_is_shown_and_recovers(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    expect(page.get_by_test_id("bubble-in")).to_have_count(1)
    page.route("**/api/sync*", lambda route: route.abort())
    expect(page.get_by_test_id("connection")).to_contain_text("Connessione interrotta")
    page.unroute_all(behavior="ignoreErrors")
    dashboard.receive(maria, "di nuovo qui")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.get_by_test_id("bubble-in").last).to_contain_text("di nuovo qui")
    expect(page.get_by_test_id("connection")).to_have_count(0)


def test_notice_of_the_server_is_a_banner(page: Page, dashboard: Dashboard):
    dashboard.refuse_token()
    sign_in(page, dashboard)
    expect(page.get_by_role("alert")).to_contain_text("WhatsApp rifiuta la chiave di accesso")


def test_notice_of_a_model_that_is_switched_off_names_it_and_the_day(page: Page, dashboard: Dashboard):
    dashboard.store.facts.set_shutdowns({"gpt-4.1": "2027-01-14"}, utc_now())
    sign_in(page, dashboard)
    expect(page.get_by_role("alert")).to_contain_text(
        "OpenAI spegne ciò che l'assistente usa: gpt-4.1 (2027-01-14)"
    )


def test_narrow_page_shows_list_or_chat(page: Page, dashboard: Dashboard):
    page.set_viewport_size({"width": 390, "height": 844})
    maria = dashboard.add_contact()
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard)
    item(page, "Maria Rossi").click()
    expect(page.get_by_test_id("chat")).to_be_visible()
    expect(item(page, "Maria Rossi")).to_be_hidden()
    page.get_by_role("button", name="Maria Rossi").click()
    expect(page.get_by_test_id("contact-card")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("contact-card")).to_have_count(0)
    page.get_by_test_id("back").click()
    expect(page.get_by_test_id("chat")).to_have_count(0)
    expect(item(page, "Maria Rossi")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_english_browser_gets_english_texts(browser: Browser, dashboard: Dashboard):
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    problems = watch(page)
    page.goto(dashboard.url)
    page.get_by_role("button", name="Enter").click()
    expect(page.get_by_text("No conversations yet")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"
    context.close()
    assert problems == []


def test_texts_have_the_same_keys_in_both_languages(page: Page, dashboard: Dashboard):
    page.goto(dashboard.url)
    keys = """async () => {
        const { laterTextsFor, textsFor } = await import("/assets/lib/texts.js");
        const paths = (table, at) => Object.entries(table).flatMap(([key, value]) =>
            typeof value === "object" ? paths(value, `${at}${key}.`) : [`${at}${key}: ${typeof value}`]);
        return Promise.all(["it", "en"].map(async language =>
            [...paths(await textsFor(language), ""), ...paths(await laterTextsFor(language), "")]));
    }"""
    italian, english = page.evaluate(keys)
    assert italian == english
