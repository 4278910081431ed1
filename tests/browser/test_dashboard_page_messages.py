"""Every kind of message on the dashboard's page but files: what it shows, and what can be done with it."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from functions.dashboard_api.thread_pages import MAX_MESSAGES
from shared.errors import OptedOutError
from tests.browser.dashboard_page import ago, sign_in
from tests.browser.desk import STAFF, Dashboard

pytestmark = pytest.mark.browser

QUOTED = {"whatsapp_id": "wamid.one"}
REACTION = {"at": ago(minutes=1), "message_id": "one"}


def show(page: Page, dashboard: Dashboard, text: str, **values: Any) -> Locator:
    """Open a chat of one message, and return its bubble."""
    maria = dashboard.add_contact()
    dashboard.add_message(maria, text, **values)
    sign_in(page, dashboard, maria)
    return page.locator("article")


def test_location_is_a_card_with_a_link_to_a_map(page: Page, dashboard: Dashboard):
    bubble = show(page, dashboard, "Da Gino, Via Roma 1, Milano, 45.4642, -9.19", kind="location")
    expect(bubble.locator("strong")).to_have_text("Da Gino")
    expect(bubble).to_contain_text("Via Roma 1, Milano")
    link = bubble.get_by_role("link", name="Apri la mappa")
    expect(link).to_have_attribute(
        "href", "https://www.openstreetmap.org/?mlat=45.4642&mlon=-9.19#map=17/45.4642/-9.19"
    )
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    expect(bubble).not_to_contain_text("45.4642")
    expect(page.get_by_test_id("conversation-item")).to_contain_text("Da Gino, Via Roma 1, Milano")


def test_long_text_is_marked_as_cut(page: Page, dashboard: Dashboard):
    bubble = show(page, dashboard, "inizio […] fine", cut=12345)
    expect(bubble.get_by_test_id("cut")).to_contain_text("mancano 12345 caratteri")
    expect(bubble).to_contain_text("inizio […] fine")


def test_location_without_a_name_is_called_a_place(page: Page, dashboard: Dashboard):
    bubble = show(page, dashboard, "45, 9", kind="location")
    expect(bubble.locator("strong")).to_have_text("Posizione")
    expect(bubble.get_by_role("link")).to_have_count(1)
    expect(page.get_by_test_id("conversation-item")).to_contain_text("Posizione")


def test_contacts_are_cards_and_named_in_the_list(page: Page, dashboard: Dashboard):
    text = "Luca Bianchi, Fiori srl, +39 340 111 2222\nAnna Verdi, anna@example.com"
    bubble = show(page, dashboard, text, kind="contacts")
    expect(bubble.get_by_role("listitem").locator("strong")).to_have_text(["Luca Bianchi", "Anna Verdi"])
    expect(bubble.locator("bdi")).to_have_text(["Fiori srl", "+39 340 111 2222", "anna@example.com"])
    expect(page.get_by_test_id("conversation-item")).to_contain_text("Luca Bianchi, Anna Verdi")


def test_order_is_a_list_of_products(page: Page, dashboard: Dashboard):
    bubble = show(page, dashboard, "Per sabato\n2 x TORTA, 18.50 EUR\n1 x PANE", kind="order")
    lines = bubble.get_by_role("listitem")
    expect(lines).to_have_text(["Per sabato", re.compile(r"^2.*TORTA.*18,50\s€$"), re.compile("^1.*PANE$")])
    expect(bubble.locator(".order-total")).to_have_count(0)
    expect(page.get_by_test_id("conversation-item")).to_contain_text("Ordine")


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("2 x TORTA, 1048.50 EUR\n3 x PANE, 0.10 EUR", "2097,30\xa0€"),
        ("1 x TORTA, 18.50 EUR\n1 x PANE, 1.00 CHF", None),
        (f"1 x TORTA, {'9' * 300}.00 EUR", None),
        ("Grazie", None),
    ],
)
def test_order_comes_to_a_total_where_that_can_be_said(
    page: Page, dashboard: Dashboard, text: str, total: str | None
):
    bubble = show(page, dashboard, text, kind="order")
    expect(bubble).to_contain_text(text[-3:].replace("EUR", "€") if total else text[-3:])
    found = bubble.locator(".order-total .order-price")
    assert found.all_text_contents() == ([total] if total else [])


@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [
        ("button", "Confermo", "Ha scelto"),
        ("interactive", "Domani", "Ha scelto"),
        ("interactive", "nome: Maria\npersone: 4", "Ha risposto"),
        ("unsupported", "", "che WhatsApp non passa alle aziende"),
        ("request_welcome", "", "ha aperto la chat per la prima volta"),
        ("something_new", "", "non sa ancora mostrare"),
        ("reaction", "🎉", "Reazione a un messaggio che non è qui"),
        ("revoke", "", "Ha cancellato un messaggio che non è qui"),
    ],
)
def test_kind_is_explained(page: Page, dashboard: Dashboard, kind: str, text: str, shown: str):
    bubble = show(page, dashboard, text, kind=kind)
    expect(bubble).to_contain_text(shown)
    expect(bubble).to_contain_text(text)


def test_system_message_is_a_line_in_the_middle(page: Page, dashboard: Dashboard):
    bubble = show(page, dashboard, "Il numero è cambiato", kind="system")
    expect(page.get_by_test_id("system-line")).to_have_text("Il numero è cambiato")
    expect(bubble).to_have_count(0)


def test_ad_is_a_card_that_links_only_to_the_web(page: Page, dashboard: Dashboard):
    ad = {"headline": "Cena per due", "body": "Entro domenica", "source_type": "ad"}
    maria = dashboard.add_contact()
    for address in ("https://www.facebook.com/ads/1", "javascript:alert(1)", None):
        dashboard.add_message(maria, "Buongiorno", referral={**ad, "source_url": address})
    sign_in(page, dashboard, maria)
    card = page.get_by_test_id("ad")
    expect(card).to_have_count(3)
    expect(card.first).to_contain_text("Da un annuncio")
    expect(card.first).to_contain_text("Cena per due")
    expect(card.first).to_contain_text("Entro domenica")
    expect(card.get_by_role("link")).to_have_text(["facebook.com"])


def test_forwarded_and_group_messages_are_tagged(page: Page, dashboard: Dashboard):
    bubble = show(page, dashboard, "Guardate", forwarded=True, in_group=True)
    expect(bubble.get_by_test_id("forwarded")).to_have_text("Inoltrato")
    expect(bubble.get_by_test_id("group")).to_have_text("Dal gruppo")


def test_quote_leads_to_its_message(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    first = dashboard.add_message(maria, "Siete aperti domenica?", at=ago(minutes=30))
    numbers = range(MAX_MESSAGES - 2)
    texts = [f"messaggio {number}\n" * 3 for number in numbers]
    dashboard.add_messages(maria, texts, [ago(minutes=29, seconds=-number) for number in numbers])
    quoted = {**QUOTED, "id": first, "author": "customer", "kind": "text", "text": "Siete aperti domenica?"}
    dashboard.add_message(maria, "E allora?", quoted=quoted)
    sign_in(page, dashboard, maria)
    target = page.locator(f"[data-message='{first}']")
    expect(target).not_to_be_in_viewport()
    page.get_by_role("button", name="Siete aperti domenica?").click()
    expect(target).to_be_in_viewport()
    expect(target).to_be_focused()


def test_quote_of_a_message_that_is_not_here_cannot_be_gone_to(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    older = {**QUOTED, "id": "older", "author": "assistant", "kind": "image"}
    dashboard.add_message(maria, "Questa?", quoted=older)
    dashboard.add_message(maria, "Quella?", quoted=QUOTED)
    sign_in(page, dashboard, maria)
    quotes = page.get_by_test_id("quote")
    expect(quotes.first).to_contain_text("Assistente")
    expect(quotes.first).to_contain_text("Foto")
    expect(quotes.last).to_have_text("Messaggio non disponibile")
    expect(quotes.locator("xpath=self::button")).to_have_count(0)


def test_reaction_comes_and_goes(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    answer = dashboard.add_message(maria, "A sabato!", direction="out")
    sign_in(page, dashboard, maria)
    dashboard.change_message(answer, reaction={**REACTION, "emoji": "👍"})
    expect(page.get_by_role("img", name="Il cliente ha reagito con 👍")).to_be_visible()
    dashboard.change_message(answer, reaction={**REACTION, "emoji": ""})
    expect(page.get_by_test_id("reaction")).to_have_count(0)


def test_edited_message_shows_its_earlier_texts_on_request(page: Page, dashboard: Dashboard):
    edits = {"edited_at": ago(minutes=1), "earlier": [{"text": "Alle otto", "until": ago(minutes=1)}]}
    bubble = show(page, dashboard, "Alle nove", **edits)
    expect(bubble).to_contain_text("Alle nove")
    expect(bubble).not_to_contain_text("Alle otto")
    button = bubble.get_by_role("button", name="modificato")
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(bubble.get_by_test_id("history")).to_contain_text("Alle otto")
    button.click()
    expect(bubble.get_by_test_id("history")).to_have_count(0)


def test_revoked_message_shows_its_text_on_request(page: Page, dashboard: Dashboard):
    bubble = show(page, dashboard, "Il mio indirizzo", revoked_at=ago(minutes=1))
    expect(bubble).to_contain_text("Cancellato dal cliente")
    expect(bubble).not_to_contain_text("Il mio indirizzo")
    bubble.get_by_role("button", name="Mostra").click()
    expect(bubble.locator("s")).to_have_text("Il mio indirizzo")
    bubble.get_by_role("button", name="Nascondi").click()
    expect(bubble).not_to_contain_text("Il mio indirizzo")


def test_choices_are_shown_but_are_no_buttons(page: Page, dashboard: Dashboard):
    show(page, dashboard, "Quando?", kind="interactive", direction="out", choices=["Oggi", "Domani", "Sabato"])
    expect(page.locator(".bubble-out .bubble-tag")).to_have_count(0)  # it is no reply of the customer
    expect(page.get_by_test_id("choices").get_by_role("listitem")).to_have_text(["Oggi", "Domani", "Sabato"])
    expect(page.get_by_test_id("choices").get_by_role("button")).to_have_count(0)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("opted_out", "Il cliente ha scritto STOP"),
        ("media_failed", "Un file del cliente non è arrivato"),
        ("rate_limited", "Il cliente scrive troppo in fretta"),
    ],
)
def test_attention_is_put_in_words(page: Page, dashboard: Dashboard, reason: str, words: str):
    maria = dashboard.add_contact(attention={"reason": reason, "at": ago(minutes=1)})
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    expect(page.get_by_test_id("attention")).to_contain_text(words)


def test_opted_out_customer_cannot_be_written_to_until_they_start_again(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact(opted_out=True)
    dashboard.add_message(maria, "STOP")
    sign_in(page, dashboard, maria)
    expect(page.get_by_test_id("composer-closed")).to_contain_text("finché non scrive di nuovo START")
    expect(page.get_by_test_id("composer-closed").get_by_role("button")).to_have_count(0)
    expect(page.get_by_test_id("composer")).to_have_count(0)
    expect(page.get_by_role("img", name="Non vuole messaggi")).to_be_visible()
    dashboard.change_contact(maria, opted_out=False)
    expect(page.get_by_test_id("composer")).to_be_visible()


def test_blocked_contact_can_be_unblocked_where_it_is_said(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact(blocked=True)
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    page.get_by_test_id("composer-closed").get_by_role("button", name="Sblocca").click()
    expect(page.get_by_test_id("composer")).to_be_visible()
    assert dashboard.contact(maria).blocked is False


def test_window_that_whatsapp_says_is_closed_offers_to_send_again(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact(paused=True)
    problem = {"code": "131047", "message": "Re-engagement message"}
    dashboard.add_message(maria, "Arrivo", status="failed", error=problem, **STAFF)
    sign_in(page, dashboard, maria)
    expect(page.get_by_test_id("chat")).to_contain_text("più di 24 ore dall'ultimo messaggio del cliente")
    page.get_by_test_id("send-again").click()
    expect(page.get_by_test_id("bubble-out")).to_have_count(2)
    expect(page.get_by_test_id("bubble-out").last).to_have_attribute("data-status", "queued")


def test_message_taken_back_by_optout_returns_to_the_composer(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact(paused=True)
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    dashboard.gate.refuse_next("PUT", "/messages/", OptedOutError("opted out"))
    page.get_by_test_id("composer").fill("Arrivo")
    page.get_by_test_id("composer").press("Enter")
    expect(page.get_by_test_id("toast")).to_contain_text("Il cliente ha scritto STOP")
    expect(page.get_by_test_id("bubble-out")).to_have_count(0)
    expect(page.get_by_test_id("composer")).to_have_value("Arrivo")
