"""What the tests of the dashboard's page share: how to open it, and small files of each kind."""

import io
import struct
import wave
import zlib
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


def png(width: int = 4, height: int = 4) -> bytes:
    """An orange picture."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = (b"\x00" + b"\xff\x88\x00" * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def wav(seconds: float = 5) -> bytes:
    """Silence; no browser needs a codec for it."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setparams((1, 1, 8000, 0, "NONE", "not compressed"))
        sound.writeframes(b"\x80" * int(8000 * seconds))
    return buffer.getvalue()
