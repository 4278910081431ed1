"""The whole path in a browser: a customer types on the phone page, staff read it on the dashboard's page."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from local.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.browser]

PATIENCE_MILLISECONDS = 60_000  # only ever waited for in full when the test fails
INTRODUCTION = "Ciao! Sono Marta Ferri di Studio Ferri, scrivimi a marta.ferri@example.com"


@pytest.fixture
def dashboard(page: Page, stack: Stack) -> Page:
    """The dashboard's page, signed in."""
    page.set_default_timeout(PATIENCE_MILLISECONDS)
    page.goto(stack.dashboard_url)
    page.get_by_test_id("login").click()
    return page


@pytest.fixture
def phone(dashboard: Page, browser: Browser, stack: Stack) -> Locator:
    """A new customer's phone, in a window of its own beside the dashboard."""
    context: BrowserContext = dashboard.context
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MILLISECONDS)
    page.goto(stack.phone_url)
    phones = page.get_by_test_id("phone")
    page.get_by_test_id("new-customer").click()
    expect(phones).to_have_count(1, timeout=PATIENCE_MILLISECONDS)
    return phones.last


def test_message_typed_on_the_phone_is_answered_there_and_staff_see_edit_and_reply(
    phone: Locator, dashboard: Page
) -> None:
    _write(phone, INTRODUCTION)
    _appears(phone.get_by_test_id("bubble-in"), "Marta")

    # Without a reload: the dashboard was open before the customer wrote.
    dashboard.get_by_test_id("conversation-item").filter(has_text="Marta Ferri").click()
    chat = dashboard.get_by_test_id("chat")
    _appears(chat.get_by_test_id("bubble-in"), INTRODUCTION)
    _appears(chat.get_by_test_id("bubble-out"), "Marta")
    card = dashboard.get_by_test_id("contact-card")
    for value in ("Marta", "Ferri", "Studio Ferri", "marta.ferri@example.com"):
        _appears(card, value)

    card.get_by_test_id("edit-contact").click()
    modal = dashboard.get_by_test_id("edit-modal")
    modal.locator("[name=company]").fill("Ferri e Figli")
    modal.get_by_test_id("save-contact").click()
    _appears(dashboard.get_by_test_id("toast"))
    _appears(card, "Ferri e Figli")

    chat.get_by_test_id("composer").fill("Buongiorno Marta, sono Anna del negozio.")
    chat.get_by_test_id("send").click()
    _appears(phone.get_by_test_id("bubble-in"), "sono Anna del negozio")


def _write(phone: Locator, text: str) -> None:
    phone.get_by_test_id("composer").fill(text)
    phone.get_by_test_id("send").click()


def _appears(place: Locator, text: str = "") -> None:
    expect(place.filter(has_text=text).first).to_be_visible(timeout=PATIENCE_MILLISECONDS)
