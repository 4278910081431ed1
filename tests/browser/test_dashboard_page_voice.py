"""Voice messages recorded on the dashboard's page, with the beeping microphone of the browser itself."""

import struct
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from functions.process.media.playing_time import playing_seconds
from tests.browser.dashboard_page import hold, sign_in
from tests.browser.desk import Dashboard

pytestmark = pytest.mark.browser

SILENT = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError'); };"
# How long, and how loud, a browser finds the file that was made.
HEARD = """async (address) => {
    const content = await (await fetch(address)).arrayBuffer();
    const sound = await new AudioContext().decodeAudioData(content);
    return [sound.duration, sound.getChannelData(0).reduce((most, value) => Math.max(most, Math.abs(value)), 0)];
}"""
# What oggOf makes of a recording that is cut in the middle, or is none.
ODD = """async () => {
    const app = document.querySelector("script[type=module]").src;
    const { oggOf } = await import(app.replace("app.js", "lib/ogg.js"));
    const refused = [];
    for (const bytes of [[], [0], [1, 2, 3], [0x1a, 0x45, 0xdf, 0xa3, 0x81, 1], [0xa3, 0x84, 0x81, 0, 0, 0x02]]) {
        try { oggOf(new Uint8Array(bytes)); } catch (error) { refused.push(error.constructor.name); }
    }
    return refused;
}"""


def open_chat(page: Page, dashboard: Dashboard) -> str:
    maria = dashboard.add_contact(paused=True)
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    expect(page.get_by_test_id("composer")).to_be_visible()
    return maria


def record(page: Page, seconds: int) -> None:
    page.get_by_test_id("record").click()
    expect(page.get_by_role("timer")).to_contain_text(f"0:0{seconds}")


def pages(ogg: bytes) -> Iterator[tuple[int, int, int, bytes]]:
    """Give each page's flags, granule position and place, and what it holds, having checked its sum."""
    at = 0
    while at < len(ogg):
        magic, _, flags, granule, _, place, told, count = struct.unpack_from("<4sBBqIIIB", ogg, at)
        assert magic == b"OggS"
        size = sum(ogg[at + 27 : at + 27 + count])
        end = at + 27 + count + size
        assert told == checksum(ogg[at : at + 22] + bytes(4) + ogg[at + 26 : end])
        yield flags, granule, place, ogg[at + 27 + count : end]
        at = end


def checksum(content: bytes) -> int:
    value = 0
    for byte in content:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1) ^ (0x04C11DB7 if value & 0x80000000 else 0)
        value &= 0xFFFFFFFF
    return value


def test_recording_goes_as_a_voice_message_in_ogg(page: Page, dashboard: Dashboard):
    maria = open_chat(page, dashboard)
    record(page, 2)
    expect(page.locator(".recorder-levels i")).to_have_count(32)
    page.get_by_test_id("send-recording").click()
    expect(page.locator("[data-testid=bubble-out][data-status=queued]")).to_have_count(1)
    expect(page.get_by_test_id("composer")).to_be_visible()
    (message,) = dashboard.sent(maria)
    assert message.media is not None
    assert (message.kind, message.text, message.media.voice) == ("audio", "", True)
    mime_type, content = dashboard.file(message.id)
    assert mime_type == "audio/ogg"
    told = list(pages(content))
    assert [place for _, _, place, _ in told] == list(range(len(told)))
    assert (told[0][0], told[-1][0]) == (2, 4)  # first and last of the stream
    head, tags = told[0][3], told[1][3]
    assert (head[:8], head[9], len(head), tags[:8]) == (b"OpusHead", 1, 19, b"OpusTags")
    granules = [granule for _, granule, _, _ in told]
    assert granules == sorted(granules)
    seconds = playing_seconds(content)
    assert seconds is not None and 1.5 < seconds < 6
    length, loudest = page.evaluate(HEARD, f"/api/media/{message.id}")
    assert abs(length - seconds) < 0.2
    assert loudest > 0.05


def test_recording_is_listened_to_and_thrown_away(page: Page, dashboard: Dashboard):
    maria = open_chat(page, dashboard)
    record(page, 1)
    page.get_by_test_id("stop-recording").click()
    recorder = page.get_by_test_id("recorder")
    expect(recorder).to_have_attribute("data-phase", "listening")
    recorder.get_by_role("button", name="Ascolta").click()
    expect(recorder.get_by_role("button", name="Pausa")).to_be_visible()
    expect(page.get_by_test_id("send-recording")).to_be_visible()
    page.get_by_test_id("discard-recording").click()
    expect(recorder).to_have_count(0)
    expect(page.get_by_test_id("record")).to_be_visible()
    record(page, 1)
    page.get_by_test_id("discard-recording").click()
    expect(page.get_by_test_id("composer")).to_be_visible()
    assert dashboard.sent(maria) == []


def test_recording_waits_in_the_conversation_that_was_left(page: Page, dashboard: Dashboard):
    dashboard.add_message(dashboard.add_contact("Luca Bianchi"), "ciao")
    maria = open_chat(page, dashboard)
    record(page, 1)
    page.get_by_test_id("conversation-item").filter(has_text="Luca").click()
    expect(page.get_by_test_id("chat")).to_contain_text("Luca Bianchi")
    page.get_by_test_id("conversation-item").filter(has_text="Maria").click()
    expect(page.get_by_test_id("attached")).to_contain_text("voice.ogg")
    page.get_by_test_id("remove-attachment").click()
    record(page, 1)
    page.context.clear_cookies()
    page.get_by_role("button", name="Entra").click()
    expect(page.get_by_test_id("attached")).to_contain_text("voice.ogg")
    page.get_by_test_id("send").click()
    expect(page.locator("[data-testid=bubble-out][data-status=queued]")).to_have_count(1)
    (message,) = dashboard.sent(maria)
    assert message.media is not None and message.media.voice


def test_microphone_that_is_denied_is_told(page: Page, dashboard: Dashboard):
    page.add_init_script(SILENT)
    open_chat(page, dashboard)
    page.get_by_test_id("record").click()
    expect(page.get_by_test_id("recorder").get_by_role("alert")).to_contain_text(
        "non permette di usare il microfono"
    )
    page.get_by_test_id("discard-recording").click()
    expect(page.get_by_test_id("composer")).to_be_visible()


def test_recording_shows_as_one_of_voice_while_it_is_sent(page: Page, dashboard: Dashboard):
    open_chat(page, dashboard)
    held = hold(page, "**/messages/*")
    record(page, 1)
    page.get_by_test_id("send-recording").click()
    expect(page.get_by_test_id("uploading")).to_be_visible()
    expect(page.get_by_test_id("bubble-out").get_by_role("group", name="Messaggio vocale")).to_be_visible()
    held[0].continue_()
    expect(page.locator("[data-testid=bubble-out][data-status=queued]")).to_have_count(1)


def test_what_is_no_recording_is_refused(page: Page, dashboard: Dashboard):
    open_chat(page, dashboard)
    assert page.evaluate(ODD) == ["RecordingError"] * 5
