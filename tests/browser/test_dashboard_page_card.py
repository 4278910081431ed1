"""The contact card on the dashboard's page."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from shared.model.usage import Usage
from shared.store.erasures import erasure_id
from shared.store.exports import export_id
from tests.browser.dashboard_page import ago, item, sign_in
from tests.browser.desk import OWNER, Dashboard

pytestmark = pytest.mark.browser


FIRST_NAME = {"value": "Maria", "source": "assistant", "updated_at": ago(minutes=1)}


def field(page: Page, name: str) -> Locator:
    return page.get_by_test_id("contact-card").locator(f"[data-field={name}]")


def begin(page: Page, name: str) -> Locator:
    """Open a field of the card, and return its control."""
    field(page, name).locator("[data-edit]").click()
    return field(page, name).locator("input, select")


def open_card(page: Page, dashboard: Dashboard, **fields: Any) -> str:
    maria = dashboard.add_contact(**fields)
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    expect(field(page, "phone")).to_be_visible()
    return maria


def value(dashboard: Dashboard, contact_id: str, name: str) -> str | None:
    return dashboard.contact(contact_id).known(name)


def test_card_shows_values_where_they_come_from_and_quietly_what_is_missing(page: Page, dashboard: Dashboard):
    words = {**FIRST_NAME, "words": "sono Maria"}
    open_card(page, dashboard, profile={"first_name": words})
    origin = field(page, "first_name").get_by_test_id("origin")
    expect(origin).to_have_attribute("title", re.compile("^Dall'assistente · .* · «sono Maria»"))
    expect(field(page, "email")).to_contain_text("—")
    expect(page.get_by_test_id("contact-card")).not_to_contain_text("Manca")
    expect(field(page, "email").get_by_role("button", name="Aggiungi E-mail")).to_be_visible()


def test_field_is_changed_where_it_stands(page: Page, dashboard: Dashboard):
    maria = open_card(page, dashboard, name=None)
    control = begin(page, "email")
    expect(control).to_be_focused()
    control.fill("maria")
    control.press("Enter")
    expect(field(page, "email")).to_contain_text("Non è un indirizzo e-mail")
    expect(control).to_have_attribute("aria-invalid", "true")
    control.fill("maria@example.com")
    with page.expect_request(lambda request: request.method == "PATCH") as patch:
        control.press("Enter")
    assert sorted(patch.value.post_data_json or {}) == ["email", "seen"]
    expect(field(page, "email").get_by_role("link", name="maria@example.com")).to_have_attribute(
        "href", "mailto:maria@example.com"
    )
    expect(page.get_by_test_id("toast")).to_contain_text("Salvato")
    expect(field(page, "email").locator("[data-edit]")).to_be_focused()
    expect(field(page, "email").get_by_test_id("origin")).to_have_attribute("title", re.compile("^Staff · "))
    begin(page, "first_name").fill("Maria")
    field(page, "first_name").get_by_role("button", name="Salva").click()
    expect(item(page, "Maria")).to_have_count(1)
    assert value(dashboard, maria, "email") == "maria@example.com"
    begin(page, "email").fill("")
    page.keyboard.press("Enter")
    expect(field(page, "email")).to_contain_text("—")
    assert value(dashboard, maria, "email") is None


def test_escape_puts_the_value_back_and_loses_nothing(page: Page, dashboard: Dashboard):
    maria = open_card(page, dashboard, profile={"first_name": FIRST_NAME})
    begin(page, "first_name").fill("Mariangela")
    page.keyboard.press("Escape")
    expect(field(page, "first_name").locator("bdi").first).to_have_text("Maria")
    expect(field(page, "first_name").get_by_test_id("unsaved")).to_contain_text("«Mariangela»")
    expect(page.get_by_test_id("contact-card")).to_be_visible()
    field(page, "first_name").get_by_role("button", name="Riprendi").click()
    expect(field(page, "first_name").locator("input")).to_have_value("Mariangela")
    page.keyboard.press("Escape")
    field(page, "first_name").get_by_role("button", name="Scarta").click()
    expect(field(page, "first_name").get_by_test_id("unsaved")).to_have_count(0)
    begin(page, "first_name")
    page.keyboard.press("Escape")
    expect(field(page, "first_name").get_by_test_id("unsaved")).to_have_count(0)
    assert value(dashboard, maria, "first_name") == "Maria"


def test_what_was_typed_outlives_the_session_another_chat_and_a_reload(page: Page, dashboard: Dashboard):
    maria = open_card(page, dashboard)
    luca = dashboard.add_contact("Luca")
    dashboard.add_message(luca, "Salve")
    long = "Nota lunga " + "x" * 3_900
    page.get_by_test_id("note-text").fill(long)
    begin(page, "company").fill("Rossi SRL")
    page.context.clear_cookies()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("login")).to_contain_text("La sessione è finita")
    page.get_by_role("button", name="Entra").click()
    expect(field(page, "company").locator("input")).to_have_value("Rossi SRL")
    expect(page.get_by_test_id("note-text")).to_have_value(long)
    item(page, "Luca").click()
    expect(page.get_by_test_id("note-text")).to_have_value("")
    item(page, "Maria").click()
    page.reload()
    expect(field(page, "company").locator("input")).to_have_value("Rossi SRL")
    expect(page.get_by_test_id("note-text")).to_have_value(long)
    page.get_by_test_id("note-text").press("Escape")
    expect(page.get_by_test_id("note-text")).to_have_value(long)
    page.get_by_test_id("save-note").click()
    expect(page.get_by_test_id("note")).to_contain_text("Nota lunga")
    expect(page.get_by_test_id("note-text")).to_have_value("")
    field(page, "company").locator("input").press("Enter")
    expect(field(page, "company").locator("bdi").first).to_have_text("Rossi SRL")
    assert value(dashboard, maria, "company") == "Rossi SRL"


@pytest.mark.parametrize(("choice", "kept"), [("Tieni la tua", "Anna SRL"), ("Tieni la sua", "Bruno SRL")])
def test_two_people_at_one_field_see_what_both_wrote(
    page: Page, browser: Browser, dashboard: Dashboard, choice: str, kept: str
):
    maria = open_card(page, dashboard)
    hold_polls(page)  # so that Anna's page does not learn it before she saves
    begin(page, "company").fill("Anna SRL")
    bruno_writes(browser, dashboard, maria, "company", "Bruno SRL")
    page.keyboard.press("Enter")
    collision = field(page, "company").get_by_test_id("collision")
    expect(collision).to_contain_text("Bruno intanto ha scritto Bruno SRL")
    expect(collision).to_contain_text("Tu hai scritto Anna SRL")
    assert value(dashboard, maria, "company") == "Bruno SRL"
    collision.get_by_role("button", name=choice).click()
    expect(collision).to_have_count(0)
    expect(field(page, "company").locator("bdi").first).to_have_text(kept)
    assert value(dashboard, maria, "company") == kept


def test_open_field_tells_what_a_colleague_saves_meanwhile(page: Page, browser: Browser, dashboard: Dashboard):
    maria = open_card(page, dashboard)
    begin(page, "company").fill("Anna SRL")
    bruno_writes(browser, dashboard, maria, "company", "Bruno SRL")
    expect(field(page, "company").get_by_test_id("collision")).to_contain_text("Bruno intanto ha scritto Bruno SRL")
    expect(field(page, "company").locator("input")).to_have_value("Anna SRL")


def test_colleague_who_changes_another_field_disturbs_nobody(page: Page, browser: Browser, dashboard: Dashboard):
    maria = open_card(page, dashboard)
    begin(page, "company").fill("Anna SRL")
    bruno_writes(browser, dashboard, maria, "last_name", "Bianchi")
    expect(field(page, "last_name").locator("bdi").first).to_have_text("Bianchi")
    page.keyboard.press("Enter")
    expect(field(page, "company").locator("bdi").first).to_have_text("Anna SRL")
    assert value(dashboard, maria, "last_name") == "Bianchi"


def hold_polls(page: Page) -> None:
    page.route("**/api/sync*", lambda route: route.abort())


def bruno_writes(browser: Browser, dashboard: Dashboard, contact_id: str, name: str, text: str) -> None:
    """Let a colleague change a field on a page of his own."""
    context = browser.new_context(locale="it-IT", viewport={"width": 1280, "height": 800})
    colleague = context.new_page()
    colleague.goto(f"{dashboard.url}/#/c/{contact_id}")
    colleague.get_by_label("E-mail").fill("bruno@example.com")
    colleague.get_by_role("button", name="Entra").click()
    begin(colleague, name).fill(text)
    colleague.keyboard.press("Enter")
    expect(field(colleague, name).locator("bdi").first).to_have_text(text)
    context.close()


def test_card_shows_custom_fields_and_takes_what_the_customer_says_now(page: Page, dashboard: Dashboard):
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
    open_card(page, dashboard, profile={"company": company, "mode": mode})
    expect(field(page, "mode")).to_contain_text("Consegna")
    shown = field(page, "company")
    expect(shown.get_by_test_id("former")).to_have_text("Prima: Rossi")
    shown.get_by_role("button", name="Accetta").click()
    expect(shown.get_by_test_id("suggestion")).to_have_count(0)
    expect(shown.locator("bdi").first).to_have_text("Verdi SRL")
    begin(page, "mode").select_option("Corriere")
    field(page, "mode").get_by_role("button", name="Salva").click()
    expect(field(page, "mode").locator("bdi").first).to_have_text("Corriere")


@pytest.mark.parametrize("width", [1280, 390])
def test_message_that_a_value_comes_from_is_one_click_away(page: Page, dashboard: Dashboard, width: int):
    page.set_viewport_size({"width": width, "height": 800})
    maria = dashboard.add_contact()
    said = dashboard.add_message(maria, "Sono Maria, piacere", at=ago(hours=9))
    dashboard.add_messages(
        maria, [f"altro {number}" for number in range(60)], [ago(minutes=90 - n) for n in range(60)]
    )
    origin = {**FIRST_NAME, "words": "Sono Maria", "message_id": said}
    dashboard.change_contact(maria, profile={"first_name": origin})
    sign_in(page, dashboard, maria)
    if width < 1200:
        page.locator(".chat-person").click()
    expect(page.get_by_text("Sono Maria, piacere")).to_have_count(0)  # further up than what is loaded
    field(page, "first_name").get_by_test_id("origin").click()
    expect(page.get_by_text("Sono Maria, piacere")).to_be_in_viewport()
    expect(page.get_by_test_id("contact-card")).to_have_count(1 if width > 1200 else 0)


def test_suggestion_is_dismissed(page: Page, dashboard: Dashboard):
    company = {"value": "Rossi SRL", "source": "staff", "updated_at": ago(minutes=2)}
    suggestion = {"value": "Verdi SRL", "words": "ora sono della Verdi SRL", "at": ago(minutes=1)}
    open_card(page, dashboard, profile={"company": {**company, "suggestion": suggestion}})
    field(page, "company").get_by_role("button", name="Ignora").click()
    expect(field(page, "company").get_by_test_id("suggestion")).to_have_count(0)
    expect(field(page, "company").locator("bdi").first).to_have_text("Rossi SRL")


def test_number_and_address_are_links_and_can_be_copied(page: Page, dashboard: Dashboard):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    email = {"value": "maria@example.com", "source": "staff", "updated_at": ago(minutes=1)}
    open_card(page, dashboard, profile={"email": email})
    expect(field(page, "phone").get_by_role("link")).to_have_attribute("href", "tel:+393331234567")
    expect(field(page, "email").get_by_role("link")).to_have_attribute("href", "mailto:maria@example.com")
    field(page, "phone").get_by_test_id("copy").click()
    expect(field(page, "phone").get_by_role("status")).to_have_text("Copiato")
    assert page.evaluate("navigator.clipboard.readText()") == "+39 333 123 4567"


def test_note_is_written_on_the_card_and_stands_in_the_chat_where_it_was_written(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    dashboard.add_message(maria, "Prima", at=ago(minutes=5))
    sign_in(page, dashboard, maria)
    page.get_by_role("button", name="Allega").click()
    page.get_by_role("menuitem", name="Nota interna").click()
    expect(page.get_by_test_id("note-text")).to_be_focused()
    page.keyboard.type("Preferisce il ritiro")
    page.get_by_label("Anche per l'assistente").check()
    page.get_by_test_id("note-text").press("Enter")
    note = page.get_by_test_id("note")
    expect(note).to_contain_text("Preferisce il ritiro")
    expect(note.get_by_role("img", name="La conosce anche l'assistente")).to_be_visible()
    bubble = page.get_by_test_id("bubble-note")
    expect(bubble).to_contain_text("Nota · Staff")
    dashboard.add_message(maria, "Dopo")
    expect(page.get_by_test_id("bubble-in")).to_have_count(2)
    order = page.locator(".messages article").evaluate_all("all => all.map(each => each.dataset.testid)")
    assert order == ["bubble-in", "bubble-note", "bubble-in"]
    assert [told.text for told in dashboard.contact(maria).assistant_notes] == ["Preferisce il ritiro"]
    assert len(dashboard.messages(maria)) == 2
    note.hover()
    note.get_by_role("button", name="Elimina la nota").click()
    page.get_by_role("button", name="Elimina", exact=True).click()
    expect(note).to_have_count(0)
    expect(bubble).to_have_count(0)
    assert dashboard.contact(maria).assistant_notes == []


def test_note_of_a_colleague_comes_by_itself_and_is_not_one_s_own_to_delete(page: Page, dashboard: Dashboard):
    dashboard.staff.add("anna@example.com", OWNER, "agent")
    maria = dashboard.add_contact()
    dashboard.add_message(maria, "Buongiorno")
    page.goto(f"{dashboard.url}/#/c/{maria}")
    page.get_by_label("E-mail").fill("anna@example.com")
    page.get_by_role("button", name="Entra").click()
    expect(page.get_by_test_id("note-text")).to_be_visible()
    dashboard.add_note(maria, "Cliente di Bruno", author="bruno.verdi@example.com")
    expect(page.get_by_test_id("note")).to_contain_text("Bruno Verdi · ")
    expect(page.get_by_test_id("bubble-note")).to_contain_text("Cliente di Bruno")
    expect(page.get_by_role("button", name="Elimina la nota")).to_have_count(0)


def test_text_of_older_versions_is_the_first_note_and_becomes_one(page: Page, dashboard: Dashboard):
    maria = open_card(page, dashboard, notes="Compra spesso", notes_for_assistant=True)
    earlier = page.get_by_test_id("earlier-notes")
    expect(earlier).to_contain_text("Compra spesso")
    expect(earlier.get_by_test_id("notes-are-read")).to_be_visible()
    earlier.get_by_role("button", name="Converti").click()
    expect(earlier).to_have_count(0)
    expect(page.get_by_test_id("note")).to_contain_text("Compra spesso")
    assert dashboard.contact(maria).notes == ""


def test_notes_are_above_the_fold(page: Page, dashboard: Dashboard):
    page.set_viewport_size({"width": 1280, "height": 720})
    maria = dashboard.add_contact()
    dashboard.add_message(maria, "Buongiorno")
    dashboard.add_note(maria, "Cliente gentile", author=OWNER)
    sign_in(page, dashboard, maria)
    note = page.get_by_test_id("note")
    expect(note).to_be_visible()
    box = note.bounding_box()
    assert box and box["y"] + box["height"] < 360


def test_hostile_note_is_text(page: Page, dashboard: Dashboard):
    hostile = "<img src=x onerror=alert(1)> javascript:alert(1) \u202egpj.exe"
    maria = dashboard.add_contact()
    dashboard.add_message(maria, "Buongiorno")
    dashboard.add_note(maria, hostile, author=OWNER)
    sign_in(page, dashboard, maria)
    expect(page.get_by_test_id("note")).to_contain_text("<img src=x onerror=alert(1)>")
    expect(page.get_by_test_id("bubble-note").locator("img, a")).to_have_count(0)


def test_assistant_is_paused_and_the_customer_blocked_from_the_card(page: Page, dashboard: Dashboard):
    maria = open_card(page, dashboard)
    card = page.get_by_test_id("contact-card")
    card.get_by_role("button", name="Metti in pausa l'assistente").click()
    expect(card.get_by_role("button", name="Riattiva l'assistente")).to_be_visible()
    assert dashboard.contact(maria).paused
    card.get_by_role("button", name="Blocca il contatto").click()
    page.get_by_role("button", name="Blocca", exact=True).click()
    expect(card.get_by_role("button", name="Sblocca il contatto")).to_be_visible()
    assert dashboard.contact(maria).blocked


def test_language_of_the_fixed_texts_is_chosen_on_the_card(page: Page, dashboard: Dashboard):
    maria = open_card(page, dashboard)
    expect(page.get_by_label("Lingua")).to_have_value("it")
    page.get_by_label("Lingua").select_option("francese")
    expect(page.get_by_test_id("toast")).to_contain_text("Salvato")
    assert dashboard.contact(maria).language == "fr"


def test_card_shows_whose_the_customer_is_and_the_labels(page: Page, dashboard: Dashboard):
    maria = open_card(page, dashboard, labels=["Ordini"])
    shown = page.get_by_test_id("card-sorting")
    expect(shown).to_contain_text("Non è di nessuno")
    expect(shown).to_contain_text("Ordini")
    shown.get_by_role("button", name="Non è di nessuno").click()
    page.get_by_test_id("assign").get_by_role("button", name="Staff").click()
    expect(shown.get_by_role("button", name="Staff")).to_be_visible()
    assert dashboard.contact(maria).assignee == "staff@localhost"


def test_who_may_only_look_changes_nothing_on_the_card(page: Page, dashboard: Dashboard):
    dashboard.staff.add("vera@example.com", OWNER, "viewer")
    maria = dashboard.add_contact(profile={"first_name": FIRST_NAME})
    dashboard.add_message(maria, "Buongiorno")
    dashboard.add_note(maria, "Cliente gentile", author=OWNER)
    page.goto(f"{dashboard.url}/#/c/{maria}")
    page.get_by_label("E-mail").fill("vera@example.com")
    page.get_by_role("button", name="Entra").click()
    expect(page.get_by_test_id("note")).to_contain_text("Cliente gentile")
    card = page.get_by_test_id("contact-card")
    expect(card.locator("[data-edit], select, textarea, .card-actions button, .card-sorting button")).to_have_count(
        0
    )


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


def test_owner_exports_and_erases_a_customer_from_the_card(page: Page, dashboard: Dashboard):
    maria = open_card(page, dashboard)
    card, exports = page.get_by_test_id("contact-card"), dashboard.store.exports
    with page.expect_response(lambda response: response.url.endswith(export_id(maria))):
        card.get_by_role("button", name="Esporta i dati").click()
    dialog = page.get_by_test_id("export")
    expect(dialog).to_contain_text("Preparazione…")
    exports.note(export_id(maria), state="done")
    expect(dialog.get_by_role("link", name="Scarica")).to_have_attribute("href", f"/api/contacts/{maria}/export")
    page.keyboard.press("Escape")
    card.get_by_role("button", name="Cancella i dati").click()
    dialog = page.get_by_test_id("erase")
    erase = dialog.get_by_role("button", name="Cancella i dati")
    expect(erase).to_be_disabled()
    dialog.get_by_role("textbox").fill("Mario")
    erase.click()
    expect(dialog.get_by_role("alert")).to_have_text("Non è il nome né il numero di questo cliente.")
    dialog.get_by_role("textbox").fill("maria rossi")
    with page.expect_response(lambda response: "/api/erasures/" in response.url):
        erase.click()
    expect(page.get_by_test_id("toast")).to_contain_text("Cancellazione iniziata")
    erasures = dashboard.store.erasures
    assert erasures.get(erasure_id(maria))
    erasures.note(erasure_id(maria), {"stage": "done", "counts": {"messages": 1}})
    expect(page.get_by_test_id("toast").last).to_contain_text("Dati cancellati: 1 messaggi")
