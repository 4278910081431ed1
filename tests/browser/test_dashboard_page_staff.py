"""Who may use the page: signing in with Google, the list of staff, and signing out everywhere."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from shared.errors import AssistantError
from tests.browser.dashboard_page import ago, item
from tests.browser.desk import Dashboard, serving
from tests.functional.product import serve
from tests.google_keys import CLIENT_ID, OWNER, Signer

pytestmark = pytest.mark.browser

ANNA = "anna@example.com"

# Draws a button as Google's script does; a click on it brings a credential.
GOOGLE_SCRIPT = """
let chosen;
window.google = { accounts: { id: {
  initialize: ({ callback }) => { chosen = callback; },
  renderButton: (element) => {
    const button = document.createElement("button");
    button.textContent = "Accedi con Google";
    button.onclick = () => chosen({ credential: "CREDENTIAL" });
    element.append(button);
  },
} } };
"""


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer()


@pytest.fixture(scope="module")
def keys_url(signer: Signer) -> Iterator[str]:
    with serve(signer) as url:
        yield url


@pytest.fixture
def dashboard(firestore_host: str, project_id: str, queue: dict[str, str], keys_url: str) -> Iterator[Dashboard]:
    """The dashboard as it is on Google Cloud, with one owner."""
    google = {"auth_mode": "google", "google_client_id": CLIENT_ID, "google_certs_url": f"{keys_url}/google"}
    with serving(project_id, queue, staff_owner=OWNER, **google) as running:
        yield running


def ask_to_sign_in(page: Page, dashboard: Dashboard, credential: str) -> None:
    page.route(
        "https://accounts.google.com/**",
        lambda route: route.fulfill(
            body=GOOGLE_SCRIPT.replace("CREDENTIAL", credential), content_type="text/javascript"
        ),
    )
    page.goto(dashboard.url)
    page.get_by_role("button", name="Accedi con Google").click()


def sign_in(page: Page, dashboard: Dashboard, credential: str) -> None:
    ask_to_sign_in(page, dashboard, credential)
    expect(page.get_by_test_id("login")).to_have_count(0)


def choose(page: Page, name: str) -> None:
    page.get_by_role("button", name="Altre azioni").click()
    page.get_by_role("menuitem", name=name, exact=True).click()


def open_staff(page: Page, dashboard: Dashboard, credential: str) -> Locator:
    sign_in(page, dashboard, credential)
    choose(page, "Staff")
    return page.get_by_test_id("staff")


def members(dashboard: Dashboard) -> dict[str, str]:
    return {member.email: member.role for member in dashboard.staff.members()}


def test_staff_owner_adds_a_person_after_a_refused_address(page: Page, dashboard: Dashboard, signer: Signer):
    dialog = open_staff(page, dashboard, signer.google())
    shown = dialog.get_by_test_id("staff-member")
    expect(shown).to_have_text(["Oowner@example.comTitolare (tu)"])
    expect(shown.get_by_role("button")).to_have_count(0)
    field = dialog.get_by_label("E-mail di chi vuoi aggiungere")
    field.fill("anna")
    field.press("Enter")
    expect(dialog.get_by_role("alert")).to_have_text("Non è un indirizzo e-mail")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("Anna@example.com")
    field.press("Enter")
    expect(shown.nth(1)).to_contain_text("anna@example.comOperatore")
    expect(dialog.get_by_role("status")).to_have_text("anna@example.com ora è nello staff.")
    expect(field).to_have_value("")
    assert members(dashboard) == {OWNER: "owner", ANNA: "agent"}


def test_staff_owner_removes_a_person_after_a_confirmation(page: Page, dashboard: Dashboard, signer: Signer):
    dashboard.staff.add(ANNA, OWNER)
    dashboard.gate.refuse_next("DELETE", "/staff/", AssistantError("internal error"))
    dialog = open_staff(page, dashboard, signer.google())
    remove = dialog.get_by_role("button", name="Togli anna@example.com")
    confirm = page.get_by_role("dialog", name="Togliere questa persona?")
    remove.click()
    page.keyboard.press("Escape")
    expect(confirm).to_have_count(0)
    remove.click()
    confirm.get_by_role("button", name="Togli").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Si è verificato un errore sul server")
    assert ANNA in members(dashboard)
    remove.click()
    confirm.get_by_role("button", name="Togli").click()
    expect(dialog.get_by_test_id("staff-member")).to_have_count(1)
    expect(dialog.get_by_role("status")).to_have_text("anna@example.com non è più nello staff.")
    assert members(dashboard) == {OWNER: "owner"}


def test_staff_member_sees_the_list_but_cannot_change_it(page: Page, dashboard: Dashboard, signer: Signer):
    dashboard.staff.add(ANNA, OWNER)
    dialog = open_staff(page, dashboard, signer.google(email=ANNA))
    expect(dialog.get_by_test_id("staff-member")).to_have_count(2)
    expect(dialog).to_contain_text("Solo un titolare può aggiungere o togliere persone.")
    expect(dialog.get_by_role("textbox")).to_have_count(0)
    expect(dialog.get_by_role("button")).to_have_text([""])  # only the one that closes the dialog


def test_staff_owner_gives_a_person_another_role(page: Page, dashboard: Dashboard, signer: Signer):
    dashboard.staff.add(ANNA, OWNER)
    dashboard.gate.refuse_next("PUT", "/staff/", AssistantError("internal error"))
    dialog = open_staff(page, dashboard, signer.google())
    role = dialog.get_by_label("Ruolo di anna@example.com")
    expect(role).to_have_value("agent")
    expect(dialog.get_by_label("Ruolo di owner@example.com")).to_have_count(0)  # the settings name them
    role.select_option("Solo lettura")
    expect(dialog.get_by_role("alert")).to_contain_text("Si è verificato un errore sul server")
    expect(role).to_have_value("agent")
    role.select_option("Solo lettura")
    expect(dialog.get_by_role("status")).to_have_text("anna@example.com ora è: Solo lettura.")
    assert members(dashboard) == {OWNER: "owner", ANNA: "viewer"}
    dialog.get_by_label("E-mail di chi vuoi aggiungere").fill("ugo@example.com")
    dialog.get_by_label("Ruolo", exact=True).select_option("Titolare")
    dialog.get_by_role("button", name="Aggiungi").click()
    expect(dialog.get_by_test_id("staff-member")).to_have_count(3)
    assert members(dashboard)["ugo@example.com"] == "owner"


def test_viewer_reads_everything_and_is_offered_nothing_to_change(page: Page, dashboard: Dashboard, signer: Signer):
    dashboard.staff.add(ANNA, OWNER, "viewer")
    maria = dashboard.add_contact("Maria Rossi", attention={"reason": "asked_for_human", "at": ago(days=1)})
    dashboard.receive(maria, "Avete posto?")
    sign_in(page, dashboard, signer.google(email=ANNA))
    item(page, "Maria Rossi").click()
    expect(page.get_by_role("article")).to_contain_text("Avete posto?")
    expect(page.get_by_test_id("composer-closed")).to_contain_text("Puoi solo leggere.")
    expect(page.get_by_test_id("attention")).to_be_visible()
    for offered in ("composer", "takeover", "attention-done", "item-done"):
        expect(page.get_by_test_id(offered)).to_have_count(0)
    expect(page.get_by_role("checkbox")).to_have_count(0)
    page.get_by_role("complementary", name="Conversazioni").get_by_role("button", name="Altre azioni").click()
    assert "Scarica i contatti (CSV)" not in page.get_by_role("menu").inner_text()
    assert not [request for request in dashboard.gate.requests if not request.startswith("GET")][
        1:
    ]  # but signing in


def test_contacts_are_downloaded_as_a_table(page: Page, dashboard: Dashboard, signer: Signer):
    dashboard.add_contact("José D'Angelo")
    sign_in(page, dashboard, signer.google())
    with page.expect_download() as download:
        choose(page, "Scarica i contatti (CSV)")
    assert download.value.suggested_filename.startswith("contatti-20")
    assert "José D'Angelo;" in download.value.path().read_text("utf-8-sig")


def test_staff_list_that_does_not_load_offers_to_try_again(page: Page, dashboard: Dashboard, signer: Signer):
    dashboard.gate.refuse_next("GET", "/api/staff", AssistantError("internal error"))
    dialog = open_staff(page, dashboard, signer.google())
    expect(dialog).to_contain_text("L'elenco dello staff non si è caricato")
    dialog.get_by_role("button", name="Riprova").click()
    expect(dialog.get_by_test_id("staff-member")).to_have_count(1)


def test_staff_local_mode_has_neither_list_nor_other_sessions(
    page: Page, firestore_host: str, project_id: str, queue: dict[str, str]
):
    with serving(project_id, queue) as dashboard:
        page.goto(dashboard.url)
        page.get_by_role("button", name="Entra").click()
        page.get_by_role("button", name="Altre azioni").click()
        expect(page.get_by_role("menuitem")).to_have_text(
            [
                "Panoramica",
                "Impostazioni",
                "Scarica i contatti (CSV)",
                "Attività",
                "Notifiche",
                "Scorciatoie da tastiera",
                "Esci",
            ]
        )


def test_sign_out_everywhere_is_confirmed_and_leads_to_the_sign_in_screen(
    page: Page, dashboard: Dashboard, signer: Signer
):
    sign_in(page, dashboard, signer.google())
    choose(page, "Esci da tutti i dispositivi")
    page.get_by_role("dialog").get_by_role("button", name="Esci").click()
    expect(page.get_by_test_id("login")).to_be_visible()
    assert dashboard.staff.require(OWNER).signed_out_at is not None


def test_sign_in_of_a_stranger_says_whom_to_ask(page: Page, dashboard: Dashboard, signer: Signer):
    ask_to_sign_in(page, dashboard, signer.google(email=ANNA))
    expect(page.get_by_role("alert")).to_contain_text("chiedi a un titolare di aggiungerlo")


def test_staff_taken_off_the_list_while_signed_in_is_told_so(page: Page, dashboard: Dashboard, signer: Signer):
    dashboard.staff.add(ANNA, OWNER)
    sign_in(page, dashboard, signer.google(email=ANNA))
    dashboard.staff.remove(ANNA)
    expect(page.get_by_role("alert")).to_contain_text("chiedi a un titolare di aggiungerlo")
