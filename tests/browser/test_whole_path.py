"""The whole path in a browser: a customer types on the phone page, staff read it on the dashboard's page."""

from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, Locator, Page, expect

from local.phone_simulator.customers import SAMPLES
from local.stack.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.browser]

PATIENCE_MILLISECONDS = 60_000  # only ever waited for in full when the test fails
INTRODUCTION = "Ciao! Sono Marta Ferri della Libreria Ferri, scrivimi a marta.ferri@example.com"


@pytest.fixture
def dashboard(page: Page, stack: Stack) -> Page:
    """The dashboard's page, signed in."""
    page.set_default_timeout(PATIENCE_MILLISECONDS)
    page.goto(stack.dashboard_url)
    login = page.get_by_test_id("login")
    login.get_by_role("button").click()
    expect(login).to_have_count(0, timeout=PATIENCE_MILLISECONDS)
    return page


@pytest.fixture
def phone(browser: Browser, stack: Stack) -> Iterator[Locator]:
    """A new customer's phone, in a browser window of its own."""
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MILLISECONDS)
    page.goto(stack.phone_url)
    phones = page.get_by_test_id("phone")
    there = len(requests.get(f"{stack.phone_url}/_control/customers", timeout=20).json()["customers"])
    expect(phones).to_have_count(there, timeout=PATIENCE_MILLISECONDS)
    page.get_by_test_id("new-customer").click()
    expect(phones).to_have_count(there + 1, timeout=PATIENCE_MILLISECONDS)
    yield phones.last
    context.close()


def test_message_typed_on_the_phone_is_answered_there_and_staff_see_edit_and_reply(
    dashboard: Page, phone: Locator
) -> None:
    _write(phone, INTRODUCTION)
    _appears(phone.get_by_test_id("bubble-in"), "Marta")

    # Without a reload: the dashboard was open before the customer wrote.
    dashboard.get_by_test_id("conversation-item").filter(has_text="Marta Ferri").click()
    chat = dashboard.get_by_test_id("chat")
    _appears(chat.get_by_test_id("bubble-in"), INTRODUCTION)
    _appears(chat.get_by_test_id("bubble-out"), "Marta")
    card = dashboard.get_by_test_id("contact-card")
    for value in ("Marta", "Ferri", "Libreria Ferri", "marta.ferri@example.com"):
        _appears(card, value)

    company = card.locator("[data-field=company]")
    company.locator("[data-edit]").click()
    company.locator("input").fill("Ferri e Figli")
    company.locator("input").press("Enter")
    _appears(dashboard.get_by_test_id("toast"))
    _appears(card, "Ferri e Figli")

    chat.get_by_test_id("composer").fill("Buongiorno Marta, sono Anna del negozio.")
    chat.get_by_test_id("send").click()
    _appears(phone.get_by_test_id("bubble-in"), "sono Anna del negozio")


def test_photo_and_voice_note_are_answered_and_staff_see_and_hear_them(dashboard: Page, phone: Locator) -> None:
    phone.get_by_test_id("composer").fill("Questa è la mia ricevuta")
    phone.get_by_test_id("attach").click()
    phone.get_by_test_id("attach-image-file").set_input_files(SAMPLES / "photo.jpg")
    _appears(phone.get_by_test_id("bubble-in"), "Ho visto l'immagine")

    phone.get_by_test_id("attach").click()
    phone.get_by_test_id("attach-audio").click()
    expect(phone.get_by_test_id("bubble-in")).to_have_count(2, timeout=PATIENCE_MILLISECONDS)

    dashboard.get_by_test_id("conversation-item").first.click()  # who wrote last
    received = dashboard.get_by_test_id("chat").get_by_test_id("bubble-in")
    picture = received.filter(has_text="Questa è la mia ricevuta").locator("img")
    expect(picture).to_be_visible(timeout=PATIENCE_MILLISECONDS)
    expect(picture).to_have_js_property("complete", True, timeout=PATIENCE_MILLISECONDS)
    assert picture.evaluate("image => image.naturalWidth") > 0
    _appears(received.get_by_test_id("transcript"))
    assert received.get_by_test_id("transcript").inner_text().strip()


def _write(phone: Locator, text: str) -> None:
    phone.get_by_test_id("composer").fill(text)
    phone.get_by_test_id("send").click()


def _appears(place: Locator, text: str = "") -> None:
    expect(place.filter(has_text=text).first).to_be_visible(timeout=PATIENCE_MILLISECONDS)
