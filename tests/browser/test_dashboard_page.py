"""The staff dashboard's page in a real browser, over a fake API under the product's own policy."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.conftest import watch
from tests.browser.fake_dashboard import FakeDashboard, Record
from tests.browser.fake_dashboard_api import PAGE_SIZE, serving

pytestmark = pytest.mark.browser

SIXTEEN_PIXELS = 16


@pytest.fixture
def dashboard() -> Iterator[FakeDashboard]:
    with serving(FakeDashboard()) as running:
        yield running


def sign_in(page: Page, dashboard: FakeDashboard, conversation_id: str | None = None) -> None:
    page.goto(f"{dashboard.url}/" + (f"#/c/{conversation_id}" if conversation_id else ""))
    page.get_by_role("button", name="Entra").click()
    expect(page.get_by_test_id("login")).to_have_count(0)


def item(page: Page, name: str) -> Locator:
    return page.get_by_test_id("conversation-item").filter(has_text=name)


def write(page: Page, text: str) -> None:
    page.get_by_test_id("composer").fill(text)
    page.get_by_test_id("composer").press("Enter")


def ago(**amount: float) -> datetime:
    return datetime.now(UTC) - timedelta(**amount)


def test_sign_in_local_mode_shows_the_list_and_signs_out_again(page: Page, dashboard: FakeDashboard):
    page.goto(dashboard.url)
    expect(page.get_by_test_id("login")).to_be_visible()
    page.get_by_label("E-mail").fill("giulia@example.com")
    page.get_by_role("button", name="Entra").click()
    expect(page.get_by_text("Ancora nessuna conversazione")).to_be_visible()
    page.get_by_role("button", name="Altre azioni").click()
    page.get_by_role("menuitem", name="Esci").click()
    expect(page.get_by_test_id("login")).to_be_visible()


def test_session_that_ends_leads_back_to_the_sign_in_screen(page: Page, dashboard: FakeDashboard):
    sign_in(page, dashboard)
    dashboard.session = "another"
    expect(page.get_by_test_id("login")).to_be_visible()


def test_list_shows_name_preview_time_and_marks(page: Page, dashboard: FakeDashboard):
    maria = dashboard.add_conversation("Maria Rossi", attention={"reason": "asked_for_human", "at": None})
    dashboard.receive(maria, "Avete *posto*?", at=ago(days=1))
    luca = dashboard.add_conversation("Luca Bianchi", paused=True)
    dashboard.add_message(luca, "", kind="audio", at=ago(days=30))
    sign_in(page, dashboard)
    first = item(page, "Maria Rossi")
    expect(first).to_contain_text("Avete posto?")
    expect(first.locator("time")).to_have_text("ieri")
    expect(first.get_by_test_id("unread")).to_contain_text("1")
    expect(first.get_by_role("img", name="Il cliente ha chiesto di parlare con una persona")).to_be_visible()
    expect(item(page, "Luca Bianchi")).to_contain_text("Messaggio vocale")
    expect(item(page, "Luca Bianchi").get_by_role("img", name="Assistente in pausa")).to_be_visible()
    expect(page.get_by_test_id("conversation-item").first).to_contain_text("Maria Rossi")


def test_list_customer_without_a_name_is_named_in_the_pages_language(page: Page, dashboard: FakeDashboard):
    unknown = dashboard.add_conversation("Unknown", phone=None)
    dashboard.add_message(unknown, "Buongiorno")
    sign_in(page, dashboard, unknown)
    expect(item(page, "Sconosciuto")).to_have_count(1)
    expect(page.get_by_role("region", name="Messaggi con Sconosciuto")).to_be_visible()
    expect(page.get_by_test_id("contact-card").get_by_text("Sconosciuto")).to_be_visible()


def test_list_filter_and_search_narrow_the_list(page: Page, dashboard: FakeDashboard):
    dashboard.add_conversation("Maria Rossi", paused=True)
    dashboard.add_conversation("Luca Bianchi")
    sign_in(page, dashboard)
    page.get_by_role("button", name="In pausa").click()
    expect(page.get_by_test_id("conversation-item")).to_have_count(1)
    page.get_by_role("button", name="Tutte").click()
    page.get_by_test_id("search").fill("luca")
    expect(item(page, "Maria Rossi")).to_have_count(0)
    expect(item(page, "Luca Bianchi")).to_have_count(1)
    page.get_by_test_id("search").fill("nessuno")
    expect(page.get_by_text("Nessuna conversazione trovata")).to_be_visible()


def test_list_end_that_comes_near_brings_the_next_page(page: Page, dashboard: FakeDashboard):
    for number in range(PAGE_SIZE * 2 + 5):
        conversation = dashboard.add_conversation(f"Cliente {number:03}")
        dashboard.add_message(conversation, "ciao", at=ago(minutes=number))
    sign_in(page, dashboard)
    items = page.get_by_test_id("conversation-item")
    expect(items.first).to_contain_text("Cliente 000")
    for expected in (PAGE_SIZE * 2, PAGE_SIZE * 2 + 5):
        items.last.scroll_into_view_if_needed()
        expect(items).to_have_count(expected)


def test_list_arrow_keys_and_enter_open_a_conversation(page: Page, dashboard: FakeDashboard):
    for name in ("Maria Rossi", "Luca Bianchi"):
        dashboard.add_message(dashboard.add_conversation(name), "ciao")
    sign_in(page, dashboard)
    page.get_by_test_id("conversation-item").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("chat")).to_contain_text("Maria Rossi")
    expect(page.get_by_test_id("composer")).to_be_focused()


def test_chat_shows_sides_authors_and_ticks(page: Page, dashboard: FakeDashboard):
    maria = dashboard.add_conversation("Maria Rossi")
    dashboard.add_message(maria, "Buongiorno", status="answered")
    answer = dashboard.add_message(maria, "Buongiorno a lei", direction="out", status="sent")
    staff: Record = {"direction": "out", "author": "staff", "author_name": "Giulia"}
    problem = {"code": "131026", "message": "numero non raggiungibile"}
    dashboard.add_message(maria, "Arrivo", status="failed", error=problem, **staff)
    sign_in(page, dashboard, maria)
    outbound = page.get_by_test_id("bubble-out")
    expect(page.get_by_test_id("bubble-in")).to_contain_text("Buongiorno")
    expect(outbound.first).to_contain_text("Assistente")
    expect(outbound.last).to_contain_text("Giulia")
    expect(page.get_by_test_id("chat")).to_contain_text("Messaggio non inviato: numero non raggiungibile")
    for status, label in (("sent", "Inviato"), ("delivered", "Consegnato"), ("read", "Letto")):
        dashboard.change_message(answer["id"], status=status)
        expect(outbound.first.get_by_role("img", name=label)).to_be_visible()


def test_chat_message_left_to_staff_says_so(page: Page, dashboard: FakeDashboard):
    maria = dashboard.add_conversation("Maria Rossi", paused=True)
    dashboard.add_message(maria, "C'è qualcuno?", status="left_to_staff")
    sign_in(page, dashboard, maria)
    expect(page.get_by_text("Lasciato allo staff")).to_be_visible()


def test_chat_new_message_arrives_live_and_is_marked_read(page: Page, dashboard: FakeDashboard):
    maria = dashboard.add_conversation("Maria Rossi")
    luca = dashboard.add_conversation("Luca Bianchi")
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    expect(page.get_by_test_id("bubble-in")).to_have_count(1)
    dashboard.receive(maria, "Siete aperti?")
    dashboard.receive(luca, "Ci sono novità?")
    expect(page.get_by_test_id("bubble-in").last).to_contain_text("Siete aperti?")
    expect(item(page, "Luca Bianchi").get_by_test_id("unread")).to_contain_text("1")
    expect(page).to_have_title(re.compile(r"^\(1\)"))
    expect(item(page, "Maria Rossi").get_by_test_id("unread")).to_have_count(0)
    assert dashboard.conversations[maria]["unread"] == 0
    assert dashboard.conversations[luca]["unread"] == 1


def test_chat_assistant_that_writes_is_shown(page: Page, dashboard: FakeDashboard):
    maria = dashboard.add_conversation("Maria Rossi", assistant="writing")
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    expect(page.get_by_test_id("writing")).to_be_visible()
    dashboard.change_conversation(maria, assistant="idle")
    expect(page.get_by_test_id("writing")).to_have_count(0)


def test_chat_address_opens_a_conversation_beyond_the_first_page(page: Page, dashboard: FakeDashboard):
    oldest = dashboard.add_conversation("Cliente lontano")
    dashboard.add_message(oldest, "Tanto tempo fa", at=ago(days=300))
    for number in range(PAGE_SIZE):
        dashboard.add_message(dashboard.add_conversation(f"Cliente {number}"), "ciao")
    sign_in(page, dashboard, oldest)
    expect(page.get_by_test_id("bubble-in")).to_contain_text("Tanto tempo fa")


def test_send_shows_the_bubble_at_once_and_follows_its_status(page: Page, dashboard: FakeDashboard):
    maria = dashboard.add_conversation("Maria Rossi", paused=True)
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    held: list[Route] = []
    page.route("**/messages/*", lambda route: held.append(route))
    write(page, "Sono Giulia")
    bubble = page.get_by_test_id("bubble-out")
    expect(bubble).to_have_attribute("data-status", "sending")
    expect(bubble).to_contain_text("Sono Giulia")
    assert len(dashboard.messages) == 1
    held[0].continue_()
    expect(bubble).to_have_attribute("data-status", "queued")
    (sent,) = [message for message in dashboard.messages.values() if message["author"] == "staff"]
    dashboard.change_message(sent["id"], status="delivered")
    expect(bubble).to_have_attribute("data-status", "delivered")
    expect(bubble).to_have_count(1)
    expect(page.get_by_test_id("composer")).to_have_value("")


def test_send_that_fails_is_kept_and_sent_once_on_retry(page: Page, dashboard: FakeDashboard):
    maria = dashboard.add_conversation("Maria Rossi", paused=True)
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    dashboard.refuse_next("PUT", "/messages/", 503, "unavailable")
    write(page, "Arrivo")
    expect(page.get_by_test_id("bubble-out")).to_have_attribute("data-status", "failed")
    page.get_by_test_id("retry").click()
    expect(page.get_by_test_id("bubble-out")).to_have_attribute("data-status", "queued")
    assert [message["text"] for message in dashboard.messages.values()] == ["Buongiorno", "Arrivo"]


def test_send_again_makes_a_new_message_of_one_that_failed(page: Page, dashboard: FakeDashboard):
    maria = dashboard.add_conversation("Maria Rossi", paused=True)
    dashboard.add_message(maria, "Buongiorno")
    staff: Record = {"direction": "out", "author": "staff", "author_name": "Giulia"}
    failed = dashboard.add_message(maria, "Arrivo", status="failed", client_message_id="first", **staff)
    sign_in(page, dashboard, maria)
    page.get_by_test_id("composer").fill("a metà")
    page.get_by_test_id("send-again").click()
    expect(page.get_by_test_id("bubble-out")).to_have_text([re.compile("Arrivo")] * 2)
    expect(page.get_by_test_id("bubble-out").last).to_have_attribute("data-status", "queued")
    expect(page.get_by_test_id("send-again")).to_have_count(0)
    expect(page.get_by_test_id("composer")).to_have_value("a metà")
    *_, again = dashboard.messages.values()
    assert (again["text"], failed["status"]) == ("Arrivo", "failed")
    assert again["client_message_id"] != failed["client_message_id"]


def test_send_shift_enter_begins_a_new_line(page: Page, dashboard: FakeDashboard):
    maria = dashboard.add_conversation("Maria Rossi", paused=True)
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    composer = page.get_by_test_id("composer")
    composer.fill("uno")
    composer.press("Shift+Enter")
    composer.press_sequentially("due")
    expect(composer).to_have_value("uno\ndue")
    assert len(dashboard.messages) == 1


def test_draft_is_kept_for_its_conversation(page: Page, dashboard: FakeDashboard):
    for name in ("Maria Rossi", "Luca Bianchi"):
        dashboard.add_message(dashboard.add_conversation(name), "ciao")
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


def test_window_closed_is_explained_until_the_customer_writes(page: Page, dashboard: FakeDashboard):
    maria = dashboard.add_conversation("Maria Rossi", window_closes_at="2026-01-01T00:00:00.000000Z")
    dashboard.add_message(maria, "Buongiorno", at=ago(days=3))
    sign_in(page, dashboard, maria)
    expect(page.get_by_test_id("composer-closed")).to_contain_text("24 ore")
    expect(page.get_by_test_id("composer")).to_have_count(0)
    dashboard.change_conversation(maria, window_closes_at="2199-01-01T00:00:00.000000Z")
    expect(page.get_by_test_id("composer")).to_be_visible()


def test_window_that_closes_while_sending_gives_the_text_back(page: Page, dashboard: FakeDashboard):
    maria = dashboard.add_conversation("Maria Rossi", paused=True)
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    dashboard.refuse_next("PUT", "/messages/", 409, "window_closed")
    write(page, "Troppo tardi")
    expect(page.get_by_test_id("composer-closed")).to_be_visible()
    expect(page.get_by_test_id("bubble-out")).to_have_count(0)
    dashboard.change_conversation(maria, window_closes_at="2199-01-01T00:00:00.000000Z")
    expect(page.get_by_test_id("composer")).to_have_value("Troppo tardi")


def test_takeover_switch_pauses_and_resumes_the_assistant(page: Page, dashboard: FakeDashboard):
    maria = dashboard.add_conversation("Maria Rossi")
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    switch = page.get_by_role("switch", name="Assistente")
    expect(switch).to_be_checked()
    switch.click()
    expect(switch).not_to_be_checked()
    assert dashboard.conversations[maria]["paused"] is True
    switch.click()
    expect(switch).to_be_checked()
    assert dashboard.conversations[maria]["paused"] is False


def test_block_asks_first_and_closes_the_composer(page: Page, dashboard: FakeDashboard):
    maria = dashboard.add_conversation("Maria Rossi")
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    menu = page.get_by_test_id("chat").get_by_role("button", name="Altre azioni")
    menu.click()
    page.get_by_role("menuitem", name="Blocca il contatto").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert dashboard.conversations[maria]["blocked"] is False
    menu.click()
    page.get_by_role("menuitem", name="Blocca il contatto").click()
    page.get_by_role("dialog").get_by_role("button", name="Blocca", exact=True).click()
    expect(page.get_by_test_id("composer-closed")).to_contain_text("bloccato")
    assert dashboard.conversations[maria]["blocked"] is True


def test_new_conversation_is_confirmed_and_started(page: Page, dashboard: FakeDashboard):
    maria = dashboard.add_conversation("Maria Rossi")
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    page.get_by_test_id("chat").get_by_role("button", name="Altre azioni").click()
    page.get_by_role("menuitem", name="Nuova conversazione").click()
    page.get_by_role("dialog").get_by_role("button", name="Nuova conversazione").click()
    expect(page.get_by_test_id("toast")).to_contain_text("Nuova conversazione iniziata")
    assert f"POST /api/conversations/{maria}/reset" in dashboard.requests


def test_contact_card_shows_values_sources_and_what_is_missing(page: Page, dashboard: FakeDashboard):
    maria = dashboard.add_conversation("Maria Rossi")
    dashboard.add_message(maria, "Buongiorno")
    dashboard.profiles[maria]["fields"]["first_name"] = ("Maria", "assistant")
    sign_in(page, dashboard, maria)
    card = page.get_by_test_id("contact-card")
    expect(card.locator("[data-field=first_name]")).to_contain_text("dall'assistente")
    expect(card.locator("[data-field=email]")).to_contain_text("Manca")
    expect(card.locator("[data-field=phone]")).to_contain_text("+39 333 123 4567")


def test_contact_edit_saves_what_changed_and_confirms(page: Page, dashboard: FakeDashboard):
    maria = dashboard.add_conversation("+39 333 123 4567")
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    page.get_by_test_id("edit-contact").click()
    modal = page.get_by_test_id("edit-modal")
    modal.get_by_label("Nome", exact=True).fill("Maria")
    modal.get_by_label("E-mail").fill("maria")
    modal.get_by_test_id("save-contact").click()
    expect(modal).to_contain_text("Non è un indirizzo e-mail")
    expect(modal.get_by_label("E-mail")).to_have_attribute("aria-invalid", "true")
    modal.get_by_label("E-mail").fill("maria@example.com")
    with page.expect_request(lambda request: request.method == "PATCH") as patch:
        modal.get_by_test_id("save-contact").click()
    assert patch.value.post_data_json == {"first_name": "Maria", "email": "maria@example.com"}
    expect(page.get_by_test_id("toast")).to_contain_text("Salvato")
    expect(modal).to_have_count(0)
    expect(page.get_by_test_id("contact-card").locator("[data-field=email]")).to_contain_text("dallo staff")
    expect(item(page, "Maria")).to_have_count(1)
    expect(page.get_by_test_id("edit-contact")).to_be_focused()


def test_hostile_text_stays_text(page: Page, dashboard: FakeDashboard):
    hostile = "<img src=x onerror=alert(1)><script>alert(2)</script> javascript:alert(3) &amp; ${7*7}"
    maria = dashboard.add_conversation(hostile, attention={"reason": "constructor", "at": None})
    dashboard.add_message(maria, hostile)
    dashboard.add_message(maria, hostile, kind="constructor", direction="out", author="__proto__")
    stolen = {"mime_type": "image/png", "filename": hostile, "url": "javascript:alert(4)"}
    dashboard.add_message(maria, "", kind="image", media=stolen)
    dashboard.profiles[maria]["notes"] = hostile
    dashboard.profiles[maria]["fields"]["company"] = (hostile, "assistant")
    sign_in(page, dashboard, maria)
    expect(page.get_by_test_id("bubble-in").first).to_contain_text(hostile)
    expect(page.get_by_test_id("contact-card").locator("[data-field=company]")).to_contain_text(hostile)
    expect(page.locator("img:not(.brand-mark), [onerror], #app script")).to_have_count(0)
    expect(page.locator("a[href^='javascript']")).to_have_count(0)


def test_formatting_and_links_become_elements(page: Page, dashboard: FakeDashboard):
    maria = dashboard.add_conversation("Maria Rossi")
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


def test_right_to_left_text_reads_from_the_right(page: Page, dashboard: FakeDashboard):
    maria = dashboard.add_conversation("Maria Rossi")
    dashboard.add_message(maria, "مرحبا، هل لديكم توصيل؟")
    sign_in(page, dashboard, maria)
    direction = (
        page.get_by_test_id("bubble-in").locator("[dir=auto]").evaluate("e => getComputedStyle(e).direction")
    )
    assert direction == "rtl"


def test_file_that_is_gone_is_named_instead(page: Page, dashboard: FakeDashboard):
    maria = dashboard.add_conversation("Maria Rossi")
    gone = {"mime_type": "image/png", "filename": None, "url": "/api/media/gone"}
    dashboard.add_message(maria, "Ecco", kind="image", media=gone)
    sign_in(page, dashboard, maria)
    expect(page.get_by_test_id("bubble-in")).to_contain_text("Il file non è disponibile")


def test_older_page_keeps_the_readers_place(page: Page, dashboard: FakeDashboard):
    maria = long_conversation(dashboard)
    sign_in(page, dashboard, maria)
    bubbles = page.get_by_test_id("bubble-in")
    expect(bubbles).to_have_count(PAGE_SIZE)
    first = bubbles.filter(has_text="messaggio 040")
    page.get_by_test_id("thread").evaluate("e => { e.scrollTop = 0 }")
    before = first.bounding_box()
    expect(bubbles.filter(has_text="messaggio 020")).to_have_count(1)
    after = first.bounding_box()
    assert before is not None and after is not None
    assert abs(after["y"] - before["y"]) < SIXTEEN_PIXELS


def test_older_pages_are_reachable_to_the_first_message(page: Page, dashboard: FakeDashboard):
    maria = long_conversation(dashboard)
    sign_in(page, dashboard, maria)
    for expected in (PAGE_SIZE, PAGE_SIZE * 2, PAGE_SIZE * 3):
        expect(page.get_by_test_id("bubble-in")).to_have_count(expected)
        page.get_by_test_id("thread").evaluate("e => { e.scrollTop = 0 }")
    expect(page.get_by_test_id("bubble-in").first).to_contain_text("messaggio 000")


def test_new_message_while_reading_above_waits_behind_a_pill(page: Page, dashboard: FakeDashboard):
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


def test_lost_connection_is_shown_and_recovers(page: Page, dashboard: FakeDashboard):
    maria = dashboard.add_conversation("Maria Rossi")
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


def test_notice_of_the_server_is_a_banner(page: Page, dashboard: FakeDashboard):
    dashboard.notices = [{"code": "token_refused", "message": "refused"}]
    sign_in(page, dashboard)
    expect(page.get_by_role("alert")).to_contain_text("WhatsApp rifiuta la chiave di accesso")


def test_list_that_does_not_load_offers_to_try_again(page: Page, dashboard: FakeDashboard):
    dashboard.add_conversation("Maria Rossi")
    page.goto(dashboard.url)
    page.route("**/api/conversations?*", lambda route: route.abort())
    page.get_by_role("button", name="Entra").click()
    expect(page.get_by_text("L'elenco non si è caricato")).to_be_visible()
    page.unroute_all(behavior="ignoreErrors")
    expect(item(page, "Maria Rossi")).to_be_visible()


def test_narrow_page_shows_list_or_chat(page: Page, dashboard: FakeDashboard):
    page.set_viewport_size({"width": 390, "height": 844})
    maria = dashboard.add_conversation("Maria Rossi")
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


def test_english_browser_gets_english_texts(browser: Browser, dashboard: FakeDashboard):
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    problems = watch(page)
    page.goto(dashboard.url)
    page.get_by_role("button", name="Enter").click()
    expect(page.get_by_text("No conversations yet")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"
    context.close()
    assert problems == []


def test_texts_have_the_same_keys_in_both_languages(page: Page, dashboard: FakeDashboard):
    page.goto(dashboard.url)
    keys = """async () => {
        const { textsFor } = await import("/assets/texts.js");
        const paths = (table, at) => Object.entries(table).flatMap(([key, value]) =>
            typeof value === "object" ? paths(value, `${at}${key}.`) : [`${at}${key}: ${typeof value}`]);
        return [paths(textsFor("it"), ""), paths(textsFor("en"), "")];
    }"""
    italian, english = page.evaluate(keys)
    assert italian == english


def long_conversation(dashboard: FakeDashboard) -> str:
    """Three pages of messages, numbered from the oldest."""
    conversation_id = dashboard.add_conversation("Maria Rossi")
    for number in range(PAGE_SIZE * 3):
        at = ago(minutes=PAGE_SIZE * 3 - number)
        dashboard.add_message(conversation_id, f"messaggio {number:03}", at=at)
    return conversation_id
