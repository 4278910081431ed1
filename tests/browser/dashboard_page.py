"""What the tests of the dashboard's page share: how to open it."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Locator, Page, expect

from tests.browser.fake_dashboard import FakeDashboard
from tests.browser.fake_dashboard_api import PAGE_SIZE

PDF = b"%PDF-1.7 not much"


def sign_in(page: Page, dashboard: FakeDashboard, conversation_id: str | None = None) -> None:
    """Signs in, with a conversation open if one is given."""
    page.goto(f"{dashboard.url}/" + (f"#/c/{conversation_id}" if conversation_id else ""))
    page.get_by_role("button", name="Entra").click()
    expect(page.get_by_test_id("login")).to_have_count(0)


def item(page: Page, name: str) -> Locator:
    """A conversation's line in the list."""
    return page.get_by_test_id("conversation-item").filter(has_text=name)


def write(page: Page, text: str) -> None:
    """Writes a message and sends it."""
    page.get_by_test_id("composer").fill(text)
    page.get_by_test_id("composer").press("Enter")


def long_conversation(dashboard: FakeDashboard) -> str:
    """Three pages of messages, numbered from the oldest.

    A page is so high that the next one is loaded only on the way up.
    """
    conversation_id = dashboard.add_conversation("Maria Rossi")
    for number in range(PAGE_SIZE * 3):
        at = ago(minutes=PAGE_SIZE * 3 - number)
        dashboard.add_message(conversation_id, f"messaggio {number:03}" + "\nancora" * 4, at=at)
    return conversation_id


def ago(**amount: float) -> datetime:
    """A time in the past; takes what timedelta takes."""
    return datetime.now(UTC) - timedelta(**amount)
