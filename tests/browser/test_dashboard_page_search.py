"""Finding messages on the dashboard's page, and going to one wherever it stands."""

import json

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from functions.dashboard_api.thread_pages import MAX_MESSAGES
from tests.browser.dashboard_page import ago, item, sign_in, write
from tests.browser.desk import STAFF, Dashboard

pytestmark = pytest.mark.browser

MANY = MAX_MESSAGES * 6
PLACE = 3  # pixels by which the reader's place may move
PHONE: ViewportSize = {"width": 390, "height": 844}
TOP_OF = """(thread, id) => {
  const row = thread.querySelector(`[data-message="${id}"]`);
  return row ? row.getBoundingClientRect().top - thread.getBoundingClientRect().top : null;
}"""


def long_talk(dashboard: Dashboard, rare: int = 20) -> tuple[str, str]:
    """Store six pages of messages, one of which says `castagno`; return contact and that message."""
    contact_id = dashboard.add_contact()
    numbers = range(MANY)
    texts = [f"messaggio {number:03}" + "\nancora" * 3 for number in numbers]
    texts[rare] = "Avete miele di Castàgno?"
    for start in range(0, MANY, 100):
        part = list(numbers)[start : start + 100]
        dashboard.add_messages(contact_id, [texts[n] for n in part], [ago(minutes=MANY - n) for n in part])
    dashboard.age()
    found = dashboard.store.messages.search(["castagno"], contact_id, None, 1).rows[0]
    return contact_id, found.id


def newest(page: Page) -> Locator:
    return page.locator(".message", has_text=f"messaggio {MANY - 1}")


def search(page: Page, text: str) -> None:
    page.get_by_test_id("search").fill(text)


def test_search_over_all_finds_messages_with_the_word_marked_and_goes_there(page: Page, dashboard: Dashboard):
    _maria, castagno = long_talk(dashboard)
    luca = dashboard.add_contact("Luca Bianchi")
    dashboard.add_message(luca, "Il castagno fiorisce a giugno")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    sign_in(page, dashboard)
    search(page, "castagn")
    hits = page.get_by_test_id("hit")
    expect(hits).to_have_count(2)
    expect(hits.first).to_contain_text("Luca Bianchi")
    expect(hits.last).to_contain_text("Maria Rossi")
    expect(hits.last.locator("mark")).to_have_text("Castàgn")
    hits.last.click()
    target = page.locator(f'[data-message="{castagno}"].message')
    expect(target).to_be_in_viewport()
    expect(target).to_be_focused()
    assert not [url for url in asked if "castagn" in url and "/api/messages" in url]
    pages = [url for url in asked if "/messages?" in url]
    assert pages and all("around=" in url or "after=" in url or "before=" in url for url in pages)
    assert len(pages) <= 4


def test_from_the_past_the_present_is_reached_by_scrolling_and_keeps_the_place(page: Page, dashboard: Dashboard):
    rare = MANY - MAX_MESSAGES * 3
    maria, castagno = long_talk(dashboard, rare)
    sign_in(page, dashboard, maria)
    expect(newest(page)).to_be_visible()
    search(page, "castagno")
    page.get_by_test_id("hit").click()
    expect(page.locator(f'[data-message="{castagno}"].message')).to_be_in_viewport()
    expect(newest(page)).to_have_count(0)
    dashboard.receive(maria, "Arriva adesso")
    expect(page.get_by_text("Nuovo messaggio da Maria Rossi: Arriva adesso")).to_be_attached()
    thread = page.get_by_test_id("thread")
    expect(page.get_by_text("Arriva adesso").and_(page.locator(".rich-text"))).to_have_count(0)
    with page.expect_response("**/messages?after=*"):
        thread.evaluate("e => { e.scrollTop = e.scrollHeight - e.clientHeight - 350; }")
        last = thread.evaluate(
            """e => [...e.querySelectorAll("[data-message]")].findLast(
              (row) => row.getBoundingClientRect().top < e.getBoundingClientRect().bottom,
            ).dataset.message"""
        )
        before = thread.evaluate(TOP_OF, last)
    page.wait_for_timeout(500)
    after = thread.evaluate(TOP_OF, last)
    assert abs(after - before) <= PLACE
    for _ in range(12):
        if page.locator(".rich-text", has_text="Arriva adesso").count():
            break
        thread.evaluate("e => e.scrollTo(0, e.scrollHeight)")
        page.wait_for_timeout(300)
    expect(page.locator(".rich-text", has_text="Arriva adesso")).to_be_visible()
    shown = page.locator(".message .rich-text").all_inner_texts()
    numbers = [int(text.split()[1]) for text in shown if text.startswith("messaggio")]
    assert numbers == [number for number in range(numbers[0], MANY) if number != rare]


def test_pill_returns_to_the_newest_messages(page: Page, dashboard: Dashboard):
    maria, castagno = long_talk(dashboard)
    sign_in(page, dashboard, maria)
    search(page, "castagno")
    page.get_by_test_id("hit").click()
    expect(page.locator(f'[data-message="{castagno}"].message')).to_be_in_viewport()
    page.get_by_test_id("to-bottom").click()
    expect(newest(page)).to_be_in_viewport()
    expect(page.get_by_test_id("to-bottom")).to_have_count(0)
    expect(page.locator(f'[data-message="{castagno}"].message')).to_have_count(0)


def test_whoever_writes_in_the_past_returns_to_the_present(page: Page, dashboard: Dashboard):
    maria, castagno = long_talk(dashboard)
    dashboard.change_contact(maria, paused=True)
    sign_in(page, dashboard, maria)
    search(page, "castagno")
    page.get_by_test_id("hit").click()
    expect(page.locator(f'[data-message="{castagno}"].message')).to_be_in_viewport()
    write(page, "Sì, ne abbiamo")
    expect(page.get_by_test_id("bubble-out")).to_contain_text("Sì, ne abbiamo")
    expect(page.get_by_test_id("bubble-out")).to_be_in_viewport()
    expect(newest(page)).to_be_in_viewport()


def test_search_in_one_chat_goes_up_and_down_through_its_hits(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    texts = ["miele uno", *["altro"] * 60, "miele due", *["altro"] * 60, "miele tre"]
    dashboard.add_messages(maria, texts, [ago(minutes=len(texts) - n) for n in range(len(texts))])
    dashboard.add_message(dashboard.add_contact("Luca Bianchi"), "miele altrove")
    sign_in(page, dashboard, maria)
    page.get_by_test_id("thread").focus()
    page.keyboard.press("Control+f")
    field = page.get_by_test_id("chat-search-field")
    expect(field).to_be_focused()
    field.fill("mie")
    expect(page.get_by_test_id("hit")).to_have_count(3)
    field.press("Enter")
    expect(page.get_by_test_id("chat-search-count")).to_have_text("1 di 3")
    expect(page.get_by_test_id("hit")).to_have_count(0)
    page.get_by_test_id("hit-older").click()
    expect(page.get_by_text("miele due")).to_be_in_viewport()
    page.get_by_test_id("hit-older").click()
    expect(page.get_by_text("miele uno")).to_be_in_viewport()
    expect(page.get_by_test_id("hit-older")).to_be_disabled()
    page.get_by_test_id("hit-newer").click()
    expect(page.get_by_text("miele due")).to_be_in_viewport()
    expect(page.get_by_test_id("chat-search-count")).to_have_text("2 di 3")
    field.press("Escape")
    expect(field).to_have_count(0)
    expect(page.get_by_test_id("chat")).to_be_visible()
    expect(page.get_by_test_id("search-chat")).to_be_focused()


def test_nothing_found_says_so_and_hits_come_below_the_conversations(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact("Maria Castagno")
    dashboard.add_message(maria, "Vorrei del castagno", **STAFF)
    sign_in(page, dashboard)
    search(page, "castagno")
    expect(item(page, "Maria Castagno")).to_be_visible()
    expect(page.get_by_test_id("hit")).to_have_count(1)
    search(page, "vorrei")
    expect(item(page, "Maria Castagno")).to_have_count(0)
    expect(page.get_by_test_id("hit")).to_have_count(1)
    search(page, "zucca")
    expect(page.get_by_text("Nessun messaggio trovato")).to_be_visible()
    expect(page.get_by_text("Nessuna conversazione trovata")).to_be_visible()
    search(page, "")
    expect(page.get_by_test_id("hits")).to_have_count(0)
    expect(item(page, "Maria Castagno")).to_be_visible()


def test_hits_by_keyboard_and_on_a_phone(page: Page, dashboard: Dashboard):
    _maria, castagno = long_talk(dashboard)
    page.set_viewport_size(PHONE)
    sign_in(page, dashboard)
    search(page, "castagno")
    hit = page.get_by_test_id("hit")
    hit.focus()
    hit.press("Enter")
    expect(page.locator(f'[data-message="{castagno}"].message')).to_be_in_viewport()
    page.get_by_test_id("back").click()
    expect(page.get_by_test_id("hit")).to_be_visible()


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("Perché no?", "perche", ["Perché"]),
        ("L\N{RIGHT SINGLE QUOTATION MARK}ordine e gli ordini", "ordin", ["ordin", "ordin"]),
        ("Weißwurst", "weiss", ["Weiß"]),
        ("cosi\u0300 così", "cosi", ["cosi\u0300", "così"]),
        ("Tel. 320 555 0188", "320 555 0188", ["320", "555", "0188"]),
        ("niente", "zucca", []),
    ],
)
def test_words_are_marked_as_they_are_found(
    page: Page, dashboard: Dashboard, text: str, query: str, marked: list[str]
):
    page.goto(dashboard.url)
    found = page.evaluate(
        """async ([text, query]) => {
          const { pieces } = await import("/assets/lib/marks.js");
          const all = pieces(text, query);
          return [all.map(({ text }) => text).join(""), all.filter(({ found }) => found).map(({ text }) => text)];
        }""",
        [text, query],
    )
    assert found == [text, marked], json.dumps(found)
