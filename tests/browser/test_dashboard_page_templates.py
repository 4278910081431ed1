"""Templates on the dashboard's page: choosing one, filling it in, sending it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from local.phone_simulator import PhoneSimulator
from shared.errors import SendFailedError
from shared.model.identifiers import Identifier, Links, new_identity
from shared.model.turn import Change
from tests.browser.dashboard_page import ago, sign_in
from tests.browser.desk import PHONE, Dashboard, serving

pytestmark = pytest.mark.browser

BOOKING = {
    "name": "conferma_prenotazione",
    "language": "it",
    "status": "APPROVED",
    "category": "UTILITY",
    "parameter_format": "POSITIONAL",
    "components": [
        {"type": "HEADER", "format": "TEXT", "text": "La tua prenotazione"},
        {
            "type": "BODY",
            "text": "Ciao *{{1}}*, a _sabato_ alle {{2}}.",
            "example": {"body_text": [["Maria", "20:30"]]},
        },
        {"type": "FOOTER", "text": "Scrivi STOP per non ricevere altro"},
        {
            "type": "BUTTONS",
            "buttons": [{"type": "QUICK_REPLY", "text": "Confermo"}, {"type": "QUICK_REPLY", "text": "Annulla"}],
        },
    ],
    "id": "1",
}
REMINDER = {
    "name": "promemoria",
    "language": "en_US",
    "status": "APPROVED",
    "category": "MARKETING",
    "parameter_format": "NAMED",
    "components": [{"type": "BODY", "text": "Hello {{first_name}}, see you soon"}],
    "id": "2",
}


@pytest.fixture(scope="module")
def phone() -> Iterator[PhoneSimulator]:
    """A WhatsApp whose account has two templates."""
    with PhoneSimulator() as simulator:
        yield simulator


@pytest.fixture
def dashboard(
    firestore_host: str, project_id: str, queue: dict[str, str], phone: PhoneSimulator
) -> Iterator[Dashboard]:
    """The dashboard of that account."""
    phone.simulation.templates = [BOOKING, REMINDER]
    account = {"graph_api_url": phone.url, "whatsapp_account_id": phone.settings.account_id}
    with serving(project_id, queue, **account) as running:
        yield running


def open_picker(page: Page, dashboard: Dashboard) -> Locator:
    """Open the picker in a chat whose window is closed."""
    return picker_of(page, dashboard, closed_window(dashboard))


def closed_window(dashboard: Dashboard) -> str:
    maria = dashboard.add_contact(window_closes_at=None)
    dashboard.add_message(maria, "Buongiorno", at=ago(days=3))
    return maria


def picker_of(page: Page, dashboard: Dashboard, contact_id: str) -> Locator:
    sign_in(page, dashboard, contact_id)
    page.get_by_test_id("choose-template").click()
    return page.get_by_test_id("templates")


def test_template_is_found_filled_in_and_sent_when_the_window_is_closed(page: Page, dashboard: Dashboard):
    dialog = open_picker(page, dashboard)
    expect(dialog.get_by_test_id("template")).to_have_count(2)
    dialog.get_by_label("Cerca un modello").fill("sabato")
    expect(dialog.get_by_test_id("template")).to_have_count(1)
    expect(dialog.get_by_test_id("template")).to_contain_text("Servizio · italiano")
    dialog.get_by_test_id("template").click()
    preview = dialog.get_by_test_id("template-preview")
    expect(preview).to_contain_text("La tua prenotazione")
    expect(preview).to_contain_text("Ciao {{1}}, a sabato alle {{2}}.")
    expect(preview.locator("p > span > strong")).to_have_text("{{1}}")
    expect(preview.locator("em")).to_have_text("sabato")
    expect(preview.get_by_role("listitem")).to_have_text(["Confermo", "Annulla"])
    expect(dialog.get_by_label("valore 1")).to_be_focused()
    page.keyboard.type("Maria <b>")
    expect(preview).to_contain_text("Ciao Maria <b>, a sabato alle {{2}}.")
    dialog.get_by_label("valore 2").fill(" 21:00 ")
    with page.expect_request("**/template") as request:
        page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    body = dict(request.value.post_data_json or {})
    assert body.pop("client_message_id")
    assert body == {"name": BOOKING["name"], "language": "it", "parameters": {"body": ["Maria <b>", "21:00"]}}
    bubble = page.get_by_test_id("bubble-out")
    expect(bubble).to_contain_text("Ciao Maria <b>, a sabato alle 21:00.")
    expect(bubble.get_by_test_id("template-name")).to_have_text("Modello conferma_prenotazione")
    expect(page.get_by_test_id("choices").get_by_role("listitem")).to_have_text(["Confermo", "Annulla"])
    expect(page.get_by_test_id("choose-template")).to_be_focused()


def test_template_with_named_values_sends_them_by_name(page: Page, dashboard: Dashboard):
    dialog = open_picker(page, dashboard)
    dialog.get_by_test_id("template").filter(has_text="promemoria").click()
    dialog.get_by_label("first_name").fill("Maria")
    with page.expect_request("**/template") as request:
        dialog.get_by_test_id("send-template").click()
    expect(page.get_by_test_id("bubble-out")).to_contain_text("Hello Maria, see you soon")
    assert (request.value.post_data_json or {})["parameters"] == {"body": {"first_name": "Maria"}}


def test_template_with_a_missing_value_is_not_sent(page: Page, dashboard: Dashboard):
    dialog = open_picker(page, dashboard)
    dialog.get_by_test_id("template").first.click()
    dialog.get_by_label("valore 1").fill("Maria")
    dialog.get_by_test_id("send-template").click()
    expect(dialog.get_by_label("valore 2")).to_be_focused()
    expect(dialog.get_by_label("valore 2")).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_label("valore 2")).to_have_accessible_description("Scrivi un valore")
    expect(dialog.get_by_label("valore 1")).not_to_have_attribute("aria-invalid", "true")
    assert not [request for request in dashboard.gate.requests if request.endswith("/template")]


def test_template_value_that_is_refused_is_marked_and_can_be_corrected(page: Page, dashboard: Dashboard):
    dialog = open_picker(page, dashboard)
    dialog.get_by_test_id("template").first.click()
    dialog.get_by_label("valore 1").fill("Maria")
    dialog.get_by_label("valore 2").fill("alle     nove")
    dialog.get_by_test_id("send-template").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Il modello non è partito")
    expect(dialog.get_by_label("valore 2")).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_label("valore 2")).to_have_accessible_description(re.compile("quattro spazi"))
    dialog.get_by_label("valore 2").fill("21:00")
    dialog.get_by_test_id("send-template").click()
    expect(page.get_by_test_id("bubble-out")).to_contain_text("alle 21:00")


def test_template_that_fails_is_sent_again_under_the_same_id(page: Page, dashboard: Dashboard):
    dialog = open_picker(page, dashboard)
    dialog.get_by_test_id("template").filter(has_text="promemoria").click()
    dialog.get_by_label("first_name").fill("Maria")
    dashboard.gate.refuse_next("POST", "/template", SendFailedError("no answer"))
    with page.expect_request("**/template") as first:
        dialog.get_by_test_id("send-template").click()
    expect(dialog.get_by_role("alert")).to_contain_text("WhatsApp non risponde")
    with page.expect_request("**/template") as second:
        dialog.get_by_test_id("send-template").click()
    assert first.value.post_data_json == second.value.post_data_json
    expect(page.get_by_test_id("bubble-out")).to_have_count(1)


def test_template_of_an_optedout_customer_is_refused_in_words(page: Page, dashboard: Dashboard):
    maria = closed_window(dashboard)
    dialog = picker_of(page, dashboard, maria)
    dashboard.change_contact(maria, opted_out=True)
    dialog.get_by_test_id("template").filter(has_text="promemoria").click()
    dialog.get_by_label("first_name").fill("Maria")
    dialog.get_by_test_id("send-template").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Il cliente ha scritto STOP")


def test_picker_goes_back_to_the_list_and_closes_by_keyboard(page: Page, dashboard: Dashboard):
    dialog = open_picker(page, dashboard)
    expect(dialog.get_by_label("Cerca un modello")).to_be_focused()
    dialog.get_by_test_id("template").last.click()
    dialog.get_by_role("button", name="Tutti i modelli").click()
    expect(dialog.get_by_test_id("template").last).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_test_id("choose-template")).to_be_focused()
    expect(page.get_by_test_id("chat")).to_be_visible()


def test_picker_is_also_in_the_menu_of_an_open_window(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    page.get_by_role("button", name="Allega").click()
    page.get_by_role("menuitem", name="Modello").click()
    expect(page.get_by_test_id("templates").get_by_test_id("template")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Allega")).to_be_focused()


def test_picker_without_an_account_says_what_to_set(
    page: Page, firestore_host: str, project_id: str, queue: dict[str, str]
):
    with serving(project_id, queue) as dashboard:
        expect(open_picker(page, dashboard)).to_contain_text("WHATSAPP_ACCOUNT_ID")


def test_picker_without_templates_says_where_they_are_made(page: Page, dashboard: Dashboard, phone: PhoneSimulator):
    phone.simulation.templates = []
    expect(open_picker(page, dashboard)).to_contain_text("WhatsApp Manager")


def test_picker_that_does_not_load_offers_to_try_again(page: Page, dashboard: Dashboard):
    dashboard.gate.refuse_next("GET", "/api/templates", SendFailedError("no answer"))
    dialog = open_picker(page, dashboard)
    expect(dialog).to_contain_text("I modelli non si sono caricati")
    dialog.get_by_role("button", name="Riprova").click()
    expect(dialog.get_by_test_id("template")).to_have_count(2)


def test_conversation_begins_with_a_template_to_a_number(page: Page, dashboard: Dashboard):
    sign_in(page, dashboard)
    page.get_by_test_id("new-conversation").click()
    dialog = page.get_by_test_id("new-conversation-dialog")
    number = dialog.get_by_label("Numero di telefono")
    expect(number).to_be_focused()
    dialog.get_by_test_id("template").filter(has_text="promemoria").click()
    dialog.get_by_label("first_name").fill("Anna")
    dialog.get_by_test_id("send-template").click()
    expect(dialog).to_contain_text("Scrivi il numero")
    number.fill("12")
    dialog.get_by_test_id("send-template").click()
    expect(dialog).to_contain_text("Non è un numero di telefono")
    expect(page.get_by_test_id("conversation-item")).to_have_count(0)
    number.fill("333 765 4321")
    dialog.get_by_label("Nome (facoltativo)").fill("Anna Verdi")
    dialog.get_by_test_id("send-template").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_test_id("chat")).to_contain_text("Hello Anna, see you soon")
    expect(page.get_by_test_id("chat")).to_contain_text("+39 333 765 4321")
    expect(page.get_by_test_id("conversation-item")).to_contain_text("Anna Verdi")


def test_conversation_with_a_known_number_goes_on_where_it_is(page: Page, dashboard: Dashboard):
    maria = closed_window(dashboard)
    dashboard.change_contact(maria, blocked=True)
    identifier = Identifier("phone", PHONE)
    identity = new_identity(identifier, maria, ago(days=9))
    contact = dashboard.contact(maria)
    dashboard.store.commit(contact, Change(contact), Links((identity,)))
    sign_in(page, dashboard)
    page.get_by_test_id("new-conversation").click()
    dialog = page.get_by_test_id("new-conversation-dialog")
    dialog.get_by_label("Numero di telefono").fill(PHONE)
    dialog.get_by_test_id("template").filter(has_text="promemoria").click()
    dialog.get_by_label("first_name").fill("Maria")
    dialog.get_by_test_id("send-template").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Il contatto è bloccato")
    dashboard.change_contact(maria, blocked=False)
    dialog.get_by_test_id("send-template").click()
    expect(page.get_by_test_id("chat")).to_have_attribute("data-id", maria)
    assert [message.kind for message in dashboard.sent(maria)] == ["template"]
