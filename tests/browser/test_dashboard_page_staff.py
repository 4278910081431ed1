"""Who may use the page: signing in with Google, the list of staff, and signing out everywhere."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.fake_dashboard import FakeDashboard
from tests.browser.fake_dashboard_api import serving

pytestmark = pytest.mark.browser

# Draws a button as Google's script does; a click on it brings a credential.
GOOGLE_SCRIPT = """
let chosen;
window.google = { accounts: { id: {
  initialize: ({ callback }) => { chosen = callback; },
  renderButton: (element) => {
    const button = document.createElement("button");
    button.textContent = "Accedi con Google";
    button.onclick = () => chosen({ credential: "token" });
    element.append(button);
  },
} } };
"""


@pytest.fixture
def dashboard() -> Iterator[FakeDashboard]:
    with serving(FakeDashboard()) as running:
        running.mode = "google"
        yield running


def ask_to_sign_in(page: Page, dashboard: FakeDashboard) -> None:
    page.route(
        "https://accounts.google.com/**",
        lambda route: route.fulfill(body=GOOGLE_SCRIPT, content_type="text/javascript"),
    )
    page.goto(dashboard.url)
    page.get_by_role("button", name="Accedi con Google").click()


def sign_in(page: Page, dashboard: FakeDashboard) -> None:
    ask_to_sign_in(page, dashboard)
    expect(page.get_by_test_id("login")).to_have_count(0)


def choose(page: Page, name: str) -> None:
    page.get_by_role("button", name="Altre azioni").click()
    page.get_by_role("menuitem", name=name, exact=True).click()


def open_staff(page: Page, dashboard: FakeDashboard) -> Locator:
    sign_in(page, dashboard)
    choose(page, "Staff")
    return page.get_by_test_id("staff")


def test_staff_owner_adds_a_person_after_a_refused_address(page: Page, dashboard: FakeDashboard):
    dialog = open_staff(page, dashboard)
    members = dialog.get_by_test_id("staff-member")
    expect(members).to_have_text(["Ggiulia@example.comTitolare (tu)"])
    expect(members.get_by_role("button")).to_have_count(0)
    field = dialog.get_by_label("E-mail di chi vuoi aggiungere")
    field.fill("anna")
    field.press("Enter")
    expect(dialog.get_by_role("alert")).to_have_text("Non è un indirizzo e-mail")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("Anna@example.com")
    field.press("Enter")
    expect(members).to_have_text(["Ggiulia@example.comTitolare (tu)", "Aanna@example.comStaff"])
    expect(dialog.get_by_role("status")).to_have_text("anna@example.com ora è nello staff.")
    expect(field).to_have_value("")
    assert dashboard.staff == {"giulia@example.com": "owner", "anna@example.com": "staff"}


def test_staff_owner_removes_a_person_after_a_confirmation(page: Page, dashboard: FakeDashboard):
    dashboard.staff["anna@example.com"] = "staff"
    dashboard.refuse_next("DELETE", "/staff/", 503, "unavailable")
    dialog = open_staff(page, dashboard)
    remove = dialog.get_by_role("button", name="Togli anna@example.com")
    confirm = page.get_by_role("dialog", name="Togliere questa persona?")
    remove.click()
    page.keyboard.press("Escape")
    expect(confirm).to_have_count(0)
    remove.click()
    confirm.get_by_role("button", name="Togli").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Si è verificato un errore sul server")
    assert "anna@example.com" in dashboard.staff
    remove.click()
    confirm.get_by_role("button", name="Togli").click()
    expect(dialog.get_by_test_id("staff-member")).to_have_count(1)
    expect(dialog.get_by_role("status")).to_have_text("anna@example.com non è più nello staff.")
    assert dashboard.staff == {"giulia@example.com": "owner"}


def test_staff_member_sees_the_list_but_cannot_change_it(page: Page, dashboard: FakeDashboard):
    dashboard.role = "staff"
    dashboard.staff["anna@example.com"] = "staff"
    dialog = open_staff(page, dashboard)
    expect(dialog.get_by_test_id("staff-member")).to_have_count(2)
    expect(dialog).to_contain_text("Solo un titolare può aggiungere o togliere persone.")
    expect(dialog.get_by_role("textbox")).to_have_count(0)
    expect(dialog.get_by_role("button")).to_have_text([""])  # only the one that closes the dialog


def test_staff_list_that_does_not_load_offers_to_try_again(page: Page, dashboard: FakeDashboard):
    dashboard.refuse_next("GET", "/api/staff", 503, "unavailable")
    dialog = open_staff(page, dashboard)
    expect(dialog).to_contain_text("L'elenco dello staff non si è caricato")
    dialog.get_by_role("button", name="Riprova").click()
    expect(dialog.get_by_test_id("staff-member")).to_have_count(1)


def test_staff_local_mode_has_neither_list_nor_other_sessions(page: Page, dashboard: FakeDashboard):
    dashboard.mode = "local"
    page.goto(dashboard.url)
    page.get_by_role("button", name="Entra").click()
    page.get_by_role("button", name="Altre azioni").click()
    expect(page.get_by_role("menuitem")).to_have_text(["Esci"])


def test_sign_out_everywhere_is_confirmed_and_leads_to_the_sign_in_screen(page: Page, dashboard: FakeDashboard):
    sign_in(page, dashboard)
    choose(page, "Esci da tutti i dispositivi")
    page.get_by_role("dialog").get_by_role("button", name="Esci").click()
    expect(page.get_by_test_id("login")).to_be_visible()
    assert dashboard.sign_outs == [True]


def test_sign_in_of_a_stranger_says_whom_to_ask(page: Page, dashboard: FakeDashboard):
    dashboard.refuse_next("POST", "/login", 403, "forbidden")
    ask_to_sign_in(page, dashboard)
    expect(page.get_by_role("alert")).to_contain_text("chiedi a un titolare di aggiungerlo")


def test_staff_taken_off_the_list_while_signed_in_is_told_so(page: Page, dashboard: FakeDashboard):
    sign_in(page, dashboard)
    dashboard.refuse_next("GET", "/sync", 403, "forbidden")
    expect(page.get_by_role("alert")).to_contain_text("chiedi a un titolare di aggiungerlo")
