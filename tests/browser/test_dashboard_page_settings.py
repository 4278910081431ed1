"""The settings page: what owners change, save and restore there, and what everybody else sees."""

import json
from copy import deepcopy
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from shared.model.business import business_json, read_business
from shared.store.connection import utc_now
from tests.browser.dashboard_page import sign_in
from tests.browser.desk import Dashboard

pytestmark = pytest.mark.browser


def open_settings(page: Page, dashboard: Dashboard) -> None:
    sign_in(page, dashboard)
    page.get_by_role("button", name="Altre azioni").click()
    page.get_by_role("menuitem", name="Impostazioni").click()
    expect(page.get_by_test_id("settings")).to_contain_text("L'attività")


def saved(dashboard: Dashboard) -> dict[str, Any]:
    current = dashboard.store.business.current()
    assert current is not None
    return {"version": current.version, **business_json(current.settings)}


def save(page: Page) -> None:
    page.get_by_test_id("save-settings").click()
    expect(page.get_by_test_id("toast")).to_contain_text("Salvato")


def save_as_somebody_else(dashboard: Dashboard, name: str) -> None:
    current = dashboard.store.business.current()
    assert current is not None
    given = deepcopy(business_json(current.settings))
    given["business"]["name"] = name
    settings = read_business(given)
    dashboard.store.business.save_next(
        current.version, settings, saved_by="anna@example.com", now=utc_now(), default=settings
    )


def test_owner_changes_words_hours_and_fields(page: Page, dashboard: Dashboard):
    open_settings(page, dashboard)
    page.get_by_label("Nome", exact=True).fill("Bottega Aurora")
    page.get_by_label("Lunedì").fill("9:00-13:00, 15:30-19:30")
    page.get_by_label("Forma di cortesia").select_option("tu")
    page.get_by_role("button", name="Aggiungi un dato").click()
    field = page.get_by_role("group", name="Dato 5")
    field.get_by_label("Nome del dato").fill("Taglia delle scarpe")
    field.get_by_label("Tipo").select_option("choice")
    field.get_by_label("Scelte").fill("37, 38, 39")
    page.get_by_role("button", name="Aggiungi una domanda").click()
    question = page.get_by_role("group", name="Domanda 1")
    question.get_by_role("textbox", name="Domanda").fill("Fate resi?")
    question.get_by_label("Risposta").fill("Entro 14 giorni.")
    page.get_by_label("Festività").select_option("CH")
    save(page)
    stored = saved(dashboard)
    assert stored["business"]["name"] == "Bottega Aurora"
    assert stored["business"]["hours"]["weekly"]["monday"] == ["09:00-13:00", "15:30-19:30"]
    assert stored["business"]["hours"]["holidays"] == "CH"
    assert stored["business"]["address_form"] == "tu"
    assert stored["business"]["questions"] == [{"question": "Fate resi?", "answer": "Entro 14 giorni."}]
    assert (stored["fields"][4]["name"], stored["fields"][4]["choices"]) == (
        "taglia_delle_scarpe",
        ["37", "38", "39"],
    )
    page.reload()
    expect(page.get_by_label("Nome", exact=True)).to_have_value("Bottega Aurora")


def test_what_is_wrong_is_told_at_its_field_and_nothing_is_saved(page: Page, dashboard: Dashboard):
    open_settings(page, dashboard)
    page.get_by_label("Martedì").fill("dalle nove")
    page.get_by_label("Fuso orario").fill("Roma")
    page.get_by_test_id("save-settings").click()
    expect(page.get_by_text("Scrivi gli orari così").first).to_be_visible()
    expect(page.get_by_label("Martedì")).to_be_focused()
    expect(page.get_by_label("Fuso orario")).to_have_attribute("aria-invalid", "true")
    assert dashboard.store.business.current() is None
    page.get_by_label("Martedì").fill("9:00-12:00")
    page.get_by_label("Fuso orario").fill("Europe/Rome")
    save(page)
    expect(page.get_by_text("Scrivi gli orari così")).to_have_count(0)


def test_two_who_save_at_once_are_told_and_lose_nothing(page: Page, dashboard: Dashboard):
    open_settings(page, dashboard)
    page.get_by_label("Nome", exact=True).fill("Uno")
    save(page)
    page.get_by_label("Nome", exact=True).fill("Mio")
    save_as_somebody_else(dashboard, "Loro")
    page.get_by_test_id("save-settings").click()
    expect(page.get_by_text("Qualcun altro ha salvato")).to_be_visible()
    expect(page.get_by_label("Nome", exact=True)).to_have_value("Mio")
    assert saved(dashboard)["business"]["name"] == "Loro"
    page.get_by_role("button", name="Salva le mie").click()
    expect(page.get_by_text("Modifiche non salvate")).to_have_count(0)
    expect(page.get_by_text("Qualcun altro ha salvato")).to_have_count(0)
    assert (saved(dashboard)["business"]["name"], saved(dashboard)["version"]) == ("Mio", 3)


def test_theirs_can_be_shown_instead(page: Page, dashboard: Dashboard):
    open_settings(page, dashboard)
    page.get_by_label("Nome", exact=True).fill("Uno")
    save(page)
    page.get_by_label("Nome", exact=True).fill("Mio")
    save_as_somebody_else(dashboard, "Loro")
    page.get_by_test_id("save-settings").click()
    page.get_by_role("button", name="Mostra le sue").click()
    expect(page.get_by_label("Nome", exact=True)).to_have_value("Loro")
    expect(page.get_by_test_id("save-settings")).to_be_disabled()


def test_former_version_is_restored(page: Page, dashboard: Dashboard):
    open_settings(page, dashboard)
    for name in ("Prima", "Dopo"):
        page.get_by_label("Nome", exact=True).fill(name)
        save(page)
        page.get_by_test_id("toast").wait_for(state="hidden")
    versions = page.get_by_test_id("settings-versions")
    expect(versions.get_by_role("listitem")).to_have_count(2)
    expect(versions).to_contain_text("business.name")
    versions.get_by_role("button", name="Ripristina").click()
    page.get_by_role("dialog").get_by_role("button", name="Ripristina").click()
    expect(page.get_by_label("Nome", exact=True)).to_have_value("Prima")
    assert (saved(dashboard)["business"]["name"], saved(dashboard)["version"]) == ("Prima", 3)


def test_changes_survive_a_look_at_the_conversations_and_the_end_of_the_session(page: Page, dashboard: Dashboard):
    open_settings(page, dashboard)
    page.get_by_label("Nome", exact=True).fill("A metà")
    page.get_by_role("link", name="Torna all'elenco").click()
    expect(page.get_by_test_id("settings")).to_have_count(0)
    page.go_back()
    expect(page.get_by_label("Nome", exact=True)).to_have_value("A metà")
    page.context.clear_cookies()
    page.get_by_role("button", name="Entra").click()
    expect(page.get_by_label("Nome", exact=True)).to_have_value("A metà")
    save(page)
    assert saved(dashboard)["business"]["name"] == "A metà"


def test_preview_tries_what_is_on_the_page_unsaved(page: Page, dashboard: Dashboard):
    asked: list[dict[str, Any]] = []

    def answer(route: Route) -> None:
        asked.append(json.loads(route.request.post_data or ""))
        route.fulfill(json={"text": "Siamo aperti fino alle 13.", "prompt": "You are the assistant of Aurora"})

    page.route("**/api/settings/preview", answer)
    open_settings(page, dashboard)
    page.get_by_label("Nome", exact=True).fill("Aurora")
    preview = page.get_by_test_id("settings-preview")
    for text in ("Siete aperti?", "E domani?"):
        preview.get_by_role("textbox").fill(text)
        preview.get_by_role("textbox").press("Enter")
        expect(preview.get_by_role("textbox")).to_have_value("")
    expect(preview.get_by_text("Siamo aperti fino alle 13.")).to_have_count(2)
    preview.get_by_text("Le istruzioni che l'assistente riceve").click()
    expect(preview).to_contain_text("You are the assistant of Aurora")
    assert asked[0]["settings"]["business"]["name"] == "Aurora"
    assert [turn["role"] for turn in asked[1]["turns"]] == ["customer", "assistant"]
    assert dashboard.store.business.current() is None


def test_discarding_asks_first(page: Page, dashboard: Dashboard):
    open_settings(page, dashboard)
    page.get_by_label("Nome", exact=True).fill("Sbagliato")
    page.get_by_role("button", name="Annulla le modifiche").click()
    page.get_by_role("dialog").get_by_role("button", name="Annulla le modifiche").click()
    expect(page.get_by_label("Nome", exact=True)).to_have_value("")
    expect(page.get_by_test_id("save-settings")).to_be_disabled()


def test_owner_gives_the_staff_labels_and_says_how_long_the_assistant_pauses(page: Page, dashboard: Dashboard):
    open_settings(page, dashboard)
    page.get_by_label("Dopo un messaggio dello staff").fill("45")
    page.get_by_role("button", name="Aggiungi un'etichetta").click()
    label = page.get_by_role("group", name="Etichetta 1")
    label.get_by_label("Nome dell'etichetta").fill("Ordini")
    label.get_by_label("Colore").select_option("blue")
    save(page)
    assert saved(dashboard)["inbox"] == {"pause_minutes": 45, "labels": [{"name": "Ordini", "color": "blue"}]}
