"""No screen of the dashboard has a fault that axe knows, in light and in dark, on a desk and on a phone."""

from collections.abc import Iterator
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from local.phone_simulator import PhoneSimulator
from shared.model.day_counts import DayCounts
from tests.browser.accessibility import violations
from tests.browser.conftest import watch
from tests.browser.dashboard_page import PDF, ago, sign_in, write
from tests.browser.desk import STAFF, Dashboard, serving
from tests.browser.test_dashboard_page_staff import GOOGLE_SCRIPT
from tests.browser.test_dashboard_page_templates import BOOKING, REMINDER
from tests.functional.product import serve
from tests.google_keys import CLIENT_ID, OWNER, Signer
from tests.samples import png, wav

pytestmark = pytest.mark.browser

WIDE, PHONE = (1280, 800), (390, 800)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
FAILED: dict[str, Any] = {"status": "failed", "error": {"code": "131000", "message": "numero non raggiungibile"}}


@pytest.fixture(scope="module")
def phone() -> Iterator[PhoneSimulator]:
    """A WhatsApp whose account has two templates."""
    with PhoneSimulator() as simulator:
        simulator.simulation.templates = [BOOKING, REMINDER]
        yield simulator


@pytest.fixture
def dashboard(
    firestore_host: str, project_id: str, queue: dict[str, str], phone: PhoneSimulator
) -> Iterator[Dashboard]:
    """The dashboard of that account."""
    account = {"graph_api_url": phone.url, "whatsapp_account_id": phone.settings.account_id}
    with serving(project_id, queue, **account) as running:
        yield running


class Tour:
    """A way through the screens; `faults` has what axe found on each."""

    def __init__(self, page: Page, dashboard: Dashboard) -> None:
        self.page = page
        self.dashboard = dashboard
        self.faults: list[str] = []

    def look(self, screen: str) -> None:
        """Look for faults on the screen as it is now, in light and in dark."""
        for scheme in SCHEMES:
            self.page.emulate_media(color_scheme=scheme)
            self.faults += [f"{screen}, {scheme}: {fault}" for fault in violations(self.page)]

    def open(self, contact_id: str) -> None:
        """Go to a conversation."""
        self.page.goto(f"{self.dashboard.url}/#/c/{contact_id}")
        expect(self.page.get_by_test_id("chat")).to_have_attribute("data-id", contact_id)
        expect(self.page.locator(".skeleton-bubble")).to_have_count(0)


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def tour(request: pytest.FixtureRequest, browser: Browser, dashboard: Dashboard) -> Iterator[Tour]:
    """A tour on a desk or on a phone; each fault fails the test."""
    width, height = request.param
    context = browser.new_context(
        locale="it-IT", timezone_id="Europe/Rome", viewport={"width": width, "height": height}
    )
    page = context.new_page()
    problems = watch(page)
    visit = Tour(page, dashboard)
    yield visit
    context.close()
    assert problems == []
    assert visit.faults == []


def many_kinds(dashboard: Dashboard) -> str:
    """A conversation with a message of nearly every look."""
    maria = dashboard.add_contact(attention={"reason": "asked", "at": ago(minutes=5), "summary": "una persona"})
    first = dashboard.add_message(
        maria,
        "Ciao *a tutti* https://example.com `codice`",
        reaction={"emoji": "👍", "at": ago(minutes=4), "message_id": "1" * 32},
    )
    dashboard.add_message(
        maria, "Ecco", quoted={"whatsapp_id": "wamid.1", "id": first, "author": "customer", "text": "Ciao"}
    )
    dashboard.add_message(maria, "Sala Blu, Via Roma 1, 44.49, 11.34", kind="location")
    dashboard.add_message(maria, "Luca Bianchi, Fiori srl, +39 340 111 2222", kind="contacts")
    dashboard.add_message(maria, "Per sabato\n2 x TORTA, 18.50 EUR", kind="order")
    dashboard.add_message(maria, "", kind="unsupported")
    dashboard.add_message(maria, "via", revoked_at=ago(minutes=3))
    dashboard.add_message(
        maria, "nuovo", edited_at=ago(minutes=2), earlier=[{"text": "vecchio", "until": ago(minutes=2)}]
    )
    dashboard.add_file(maria, "image", "image/png", png(), text="La sala")
    dashboard.add_file(maria, "audio", "audio/wav", wav(), text="Siete aperti?", media={"voice": True})
    dashboard.add_file(maria, "document", "application/pdf", PDF, media={"filename": "contratto.pdf"})
    dashboard.add_message(maria, "Siamo aperti. https://example.com", direction="out", choices=["Sì", "No"])
    dashboard.report(dashboard.add_message(maria, "Arrivo", **STAFF), "read")
    dashboard.add_message(maria, "Arrivo subito https://example.com", **FAILED, **STAFF)
    dashboard.add_message(maria, "C'è qualcuno?", status="left_to_staff")
    dashboard.add_message(maria, "مرحبا")
    return maria


def test_signing_in_and_the_list(tour: Tour):
    page, dashboard = tour.page, tour.dashboard
    page.goto(dashboard.url)
    expect(page.get_by_role("button", name="Entra")).to_be_visible()
    tour.look("sign in")
    sign_in(page, dashboard)
    expect(page.get_by_text("Ancora nessuna conversazione")).to_be_visible()
    tour.look("nothing yet")
    people: dict[str, dict[str, Any]] = {
        "Maria Rossi": {"unread": 2},
        "Luca Verdi": {"paused": True},
        "Anna Neri": {"attention": {"reason": "asked", "at": ago(minutes=5)}},
        "Ugo Bianchi": {"blocked": True, "opted_out": True},
    }
    for name, fields in people.items():
        contact_id = dashboard.add_contact(name, **fields)
        dashboard.add_message(contact_id, "Buongiorno, avete ancora il miele?")
    expect(page.get_by_test_id("conversation-item")).to_have_count(4)
    tour.look("list")
    page.get_by_role("button", name="Altre azioni").first.click()
    tour.look("account menu")
    page.keyboard.press("Escape")
    page.get_by_test_id("search").fill("nessuno si chiama così")
    expect(page.get_by_test_id("conversation-item")).to_have_count(0)
    tour.look("search without a match")


def test_a_conversation(tour: Tour):
    page, dashboard = tour.page, tour.dashboard
    maria = many_kinds(dashboard)
    sign_in(page, dashboard, maria)
    expect(page.get_by_test_id("bubble-in").last).to_be_visible()
    tour.look("conversation")
    page.get_by_test_id("thread").evaluate("e => { e.scrollTop = 0 }")
    tour.look("conversation, its beginning")
    page.get_by_role("button", name="modificato").click()
    page.get_by_role("button", name="Mostra").click()
    tour.look("what was edited and revoked")
    page.get_by_test_id("chat").get_by_role("button", name="Altre azioni").click()
    tour.look("conversation menu")
    page.get_by_role("menuitem", name="Blocca").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    tour.look("confirmation")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Allega").click()
    tour.look("attach menu")
    page.get_by_role("menuitem", name="Emoji").click()
    expect(page.get_by_test_id("emoji").first).to_be_visible()
    tour.look("emoji")
    page.get_by_test_id("emoji-search").press("Escape")
    file: FilePayload = {"name": "nota.txt", "mimeType": "text/plain", "buffer": b"nota"}
    page.get_by_test_id("file-chooser").set_input_files(file)
    expect(page.get_by_test_id("attached")).to_be_visible()
    tour.look("attached file")
    page.get_by_test_id("remove-attachment").click()
    page.get_by_test_id("takeover").click()
    expect(page.get_by_test_id("toast")).to_be_visible()
    tour.look("paused, with a toast")
    page.route("**/api/conversations/*/messages/*", lambda route: route.abort())
    write(page, "eccomi")
    expect(page.get_by_test_id("waiting")).to_be_visible()
    tour.look("no connection")


def test_the_contact_card(tour: Tour):
    page, dashboard = tour.page, tour.dashboard
    value = {"value": "Maria", "source": "assistant", "updated_at": ago(minutes=3), "words": "sono Maria"}
    maria = dashboard.add_contact(profile={"first_name": value}, notes="Porta il cane", labels=["Ordini"])
    dashboard.add_message(maria, "ciao")
    sign_in(page, dashboard, maria)
    if page.viewport_size == {"width": PHONE[0], "height": PHONE[1]}:
        page.locator(".chat-person").click()
    expect(page.get_by_role("button", name="Aggiungi E-mail")).to_be_visible()
    tour.look("contact card")
    page.get_by_role("button", name="Aggiungi E-mail").click()
    expect(page.get_by_role("textbox", name="E-mail")).to_be_visible()
    tour.look("editing a field")


def test_conversations_that_cannot_be_written_in(tour: Tour):
    page, dashboard = tour.page, tour.dashboard
    states: dict[str, dict[str, Any]] = {
        "closed window": {"window_closes_at": None},
        "blocked": {"blocked": True},
        "opted out": {"opted_out": True},
        "without a message": {},
    }
    ids = {name: dashboard.add_contact(f"Cliente {name}", **fields) for name, fields in states.items()}
    sign_in(page, dashboard)
    for name, contact_id in ids.items():
        tour.open(contact_id)
        tour.look(name)
    tour.page.goto(f"{dashboard.url}/#/c/{'0' * 32}")
    expect(page.get_by_text("Questa conversazione non c'è più")).to_be_visible()
    tour.look("a conversation that is gone")
    tour.open(ids["closed window"])
    page.get_by_test_id("choose-template").click()
    expect(page.get_by_test_id("template")).to_have_count(2)
    tour.look("templates")
    page.get_by_test_id("template").first.click()
    expect(page.get_by_test_id("template-preview")).to_be_visible()
    tour.look("template form")


def test_the_settings(tour: Tour):
    page, dashboard = tour.page, tour.dashboard
    sign_in(page, dashboard)
    page.goto(f"{dashboard.url}/#/settings")
    expect(page.get_by_role("heading", name="Orari")).to_be_visible()
    tour.look("settings")


def test_the_numbers_and_what_staff_did(tour: Tour):
    page, dashboard = tour.page, tour.dashboard
    today = ago().date()
    dashboard.store.stats.add(today.isoformat(), DayCounts(messages=9, answers=8, answer_wait_6=8, failures=1))
    sign_in(page, dashboard)
    page.goto(f"{dashboard.url}/#/overview")
    expect(page.locator("canvas")).to_have_count(3)
    tour.look("overview")
    page.goto(f"{dashboard.url}/#/activity")
    expect(page.get_by_test_id("activity")).to_contain_text("è entrato")
    tour.look("activity")


def test_what_is_found(tour: Tour):
    page, dashboard = tour.page, tour.dashboard
    maria = dashboard.add_contact()
    dashboard.add_message(maria, "Avete il miele di castagno?")
    sign_in(page, dashboard)
    page.get_by_test_id("search").fill("miele")
    expect(page.get_by_text("castagno").first).to_be_visible()
    tour.look("search")
    tour.open(maria)
    page.get_by_test_id("search-chat").click()
    page.get_by_test_id("chat-search").get_by_role("textbox").fill("castagno")
    expect(page.get_by_test_id("chat").locator("mark").first).to_be_visible()
    tour.look("search in a chat")


@pytest.mark.parametrize("room", ["Notifiche", "Scorciatoie da tastiera"])
def test_dialogs_of_the_account(tour: Tour, room: str):
    page, dashboard = tour.page, tour.dashboard
    sign_in(page, dashboard)
    page.get_by_role("button", name="Altre azioni").first.click()
    page.get_by_role("menuitem", name=room).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    tour.look(room)


def test_the_list_of_staff(browser: Browser, firestore_host: str, project_id: str, queue: dict[str, str]) -> None:
    signer = Signer()
    with serve(signer) as keys:
        google = {"auth_mode": "google", "google_client_id": CLIENT_ID, "google_certs_url": f"{keys}/google"}
        with serving(project_id, queue, staff_owner=OWNER, **google) as dashboard:
            faults = _staff(browser, dashboard, signer)
    assert faults == []


def _staff(browser: Browser, dashboard: Dashboard, signer: Signer) -> list[str]:
    context = browser.new_context(locale="it-IT")
    tour = Tour(context.new_page(), dashboard)
    script = GOOGLE_SCRIPT.replace("CREDENTIAL", signer.google())
    tour.page.route(
        "https://accounts.google.com/**",
        lambda route: route.fulfill(body=script, content_type="text/javascript"),
    )
    tour.page.goto(dashboard.url)
    button = tour.page.get_by_role("button", name="Accedi con Google")
    expect(button).to_be_visible()
    tour.look("sign in with Google")
    button.click()
    tour.page.get_by_role("button", name="Altre azioni").click()
    tour.page.get_by_role("menuitem", name="Staff", exact=True).click()
    expect(tour.page.get_by_test_id("staff")).to_contain_text(OWNER)
    tour.look("staff")
    context.close()
    return tour.faults
