"""The contact card on the dashboard's page."""

import re

import pytest
from playwright.sync_api import Page, expect

from shared.model.usage import Usage
from tests.browser.dashboard_page import ago, item, sign_in
from tests.browser.desk import Dashboard

pytestmark = pytest.mark.browser


def test_contact_card_shows_values_sources_and_what_is_missing(page: Page, dashboard: Dashboard):
    first_name = {"value": "Maria", "source": "assistant", "updated_at": ago(minutes=1)}
    maria = dashboard.add_contact(profile={"first_name": first_name})
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    card = page.get_by_test_id("contact-card")
    expect(card.locator("[data-field=first_name]")).to_contain_text("dall'assistente")
    expect(card.locator("[data-field=email]")).to_contain_text("Manca")
    expect(card.locator("[data-field=phone]")).to_contain_text("+39 333 123 4567")


def test_contact_edit_saves_what_changed_and_confirms(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact(None)
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


def test_contact_edit_lets_the_assistant_read_the_notes(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact("Maria", notes="Compra spesso")
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    expect(page.get_by_test_id("notes-are-read")).to_have_count(0)
    page.get_by_test_id("edit-contact").click()
    modal = page.get_by_test_id("edit-modal")
    modal.get_by_label("L'assistente può leggerle").check()
    with page.expect_request(lambda request: request.method == "PATCH") as patch:
        modal.get_by_test_id("save-contact").click()
    assert patch.value.post_data_json == {"notes_for_assistant": True}
    expect(page.get_by_test_id("notes-are-read")).to_be_visible()


def test_contact_card_shows_custom_fields_and_takes_what_the_customer_says_now(page: Page, dashboard: Dashboard):
    when = ago(minutes=1)
    company = {
        "value": "Rossi SRL",
        "source": "staff",
        "updated_at": when,
        "former": [{"value": "Rossi", "source": "assistant", "since": when, "until": when}],
        "suggestion": {"value": "Verdi SRL", "words": "ora sono della Verdi SRL", "at": when},
    }
    mode = {"value": "Ritiro", "source": "assistant", "updated_at": when, "words": "passo per il ritiro"}
    dashboard.collect([{"name": "mode", "label": "Consegna", "type": "choice", "choices": ["Ritiro", "Corriere"]}])
    maria = dashboard.add_contact(profile={"company": company, "mode": mode})
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    card = page.get_by_test_id("contact-card")
    expect(card.locator("[data-field=mode]")).to_contain_text("Consegna")
    expect(card.locator("[data-field=mode]")).to_contain_text("passo per il ritiro")
    shown = card.locator("[data-field=company]")
    expect(shown.get_by_test_id("former")).to_have_text("Prima: Rossi")
    shown.get_by_role("button", name="Accetta").click()
    expect(shown.get_by_test_id("suggestion")).to_have_count(0)
    expect(shown.locator("bdi").first).to_have_text("Verdi SRL")
    page.get_by_test_id("edit-contact").click()
    modal = page.get_by_test_id("edit-modal")
    modal.get_by_label("Consegna").select_option("Corriere")
    modal.get_by_test_id("save-contact").click()
    expect(card.locator("[data-field=mode]")).to_contain_text("Corriere")


def test_card_and_answer_tell_what_they_cost(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact(
        usage=Usage(input_tokens=14_000, cached_tokens=9_000, output_tokens=230, cost=0.0123)
    )
    answer = Usage(model="m", input_tokens=1_400, output_tokens=23)
    dashboard.add_message(maria, "Ecco.", direction="out", usage=answer)
    sign_in(page, dashboard, maria)
    expect(page.get_by_test_id("contact-card").get_by_test_id("cost")).to_have_text("Costo: 0,012 $ · 14.230 token")
    time = page.get_by_test_id("bubble-out").locator("time")
    expect(time).to_have_attribute("title", re.compile(r"\nCosto: 1\.423 token$"))  # nobody knows its price


def test_customer_whom_nothing_was_spent_on_has_no_cost(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    expect(page.get_by_test_id("contact-card").locator("[data-field=phone]")).to_be_visible()
    expect(page.get_by_test_id("cost")).to_have_count(0)
