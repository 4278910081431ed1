"""What the tests of the dashboard's page share: how to open it."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Locator, Page, Route, expect

from functions.dashboard_api.thread_pages import MAX_MESSAGES
from tests.browser.desk import Dashboard

PDF = b"%PDF-1.7 not much"


def sign_in(page: Page, dashboard: Dashboard, conversation_id: str | None = None) -> None:
    """Sign in, with a conversation open if one is given."""
    page.goto(f"{dashboard.url}/" + (f"#/c/{conversation_id}" if conversation_id else ""))
    page.get_by_role("button", name="Entra").click()
    expect(page.get_by_test_id("login")).to_have_count(0)


def sign_in_and_settle(page: Page, dashboard: Dashboard, conversation_id: str | None = None) -> None:
    """Sign in, and wait for what the page fetches only after the list: its keys, its notifications."""
    sign_in(page, dashboard, conversation_id)
    page.wait_for_load_state("networkidle")


def item(page: Page, name: str) -> Locator:
    """Return a conversation's line in the list."""
    return page.get_by_test_id("conversation-item").filter(has_text=name)


def write(page: Page, text: str) -> None:
    """Write a message and send it."""
    page.get_by_test_id("composer").fill(text)
    page.get_by_test_id("composer").press("Enter")


def hold(page: Page, address: str) -> list[Route]:
    """Hold the page's requests to an address, and return them as they come."""
    held: list[Route] = []

    def keep(route: Route) -> None:
        held.append(route)

    page.route(address, keep)
    return held


def long_conversation(dashboard: Dashboard) -> str:
    """Store three pages of messages, numbered from the oldest, and return their contact.

    A page is so high that the next one is loaded only on the way up.
    """
    contact_id = dashboard.add_contact()
    numbers = range(MAX_MESSAGES * 3)
    texts = [f"messaggio {number:03}" + "\nancora" * 4 for number in numbers]
    dashboard.add_messages(contact_id, texts, [ago(minutes=len(numbers) - number) for number in numbers])
    dashboard.age()
    return contact_id


def ago(**amount: float) -> datetime:
    """Return a time in the past; takes what timedelta takes."""
    return datetime.now(UTC) - timedelta(**amount)
