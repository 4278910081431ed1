"""A message with a file from the webhook to the customer's phone: answered, whatever becomes of the file."""

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from functions.process.media.file_type import EXCEL, WORD
from functions.process.runtime import Timing
from local.openai_simulator.small_talk import TRANSCRIPTS
from shared.model.ids import identity_id, inbound_id
from shared.model.media_type import MEGABYTE
from shared.model.message import Message
from tests.bombs import FAKE_VOICE_NOTE, word_file_of_elements, workbook_of_one_sheet_often
from tests.functional.product import Product, post_webhook, wait_for
from tests.samples import PHOTO, VOICE

pytestmark = pytest.mark.emulator

PAYLOADS = Path(__file__).parents[1] / "payloads"
PHONE = "393331234567"


@pytest.fixture(scope="module", autouse=True)
def customer(product: Product) -> None:
    product.add_customer("Mario", PHONE, "IT.13491208655302741918")


@pytest.fixture(autouse=True)
def _no_faults(product: Product) -> Iterator[None]:
    product.openai.calls.clear()
    yield
    product.openai.faults.clear()
    product.phone.simulation.faults.clear()


def send(product: Product, payload: str, kind: str, content: bytes, mime_type: str, **detail: Any) -> str:
    """Let the customer send a file; returns our id of the message."""
    media = product.phone.simulation.media.add(content, mime_type, "file")
    body = json.loads((PAYLOADS / f"{payload}.json").read_text())
    (message,) = body["entry"][0]["changes"][0]["value"]["messages"]
    message |= {"id": f"wamid.{uuid4().hex}", "timestamp": str(int(time.time()))}
    message[kind] |= {"id": media.id, "mime_type": mime_type, "sha256": media.sha256, **detail}
    assert post_webhook(product.webhook, body).status_code == 200
    return inbound_id(message["id"])


def write(product: Product, text: str, sender: str) -> str:
    """Let another customer write; returns our id of the message."""
    body = json.loads((PAYLOADS / "document.json").read_text())
    value = body["entry"][0]["changes"][0]["value"]
    message = {"id": f"wamid.{uuid4().hex}", "from": sender, "timestamp": str(int(time.time()))}
    value["messages"] = [{**message, "type": "text", "text": {"body": text}}]
    value["contacts"] = [{"wa_id": sender, "user_id": f"IT.{sender}", "profile": {"name": "Lucia"}}]
    assert post_webhook(product.webhook, body).status_code == 200
    return inbound_id(message["id"])


def answered(product: Product, message_id: str) -> Message:
    def look() -> Message | None:
        found = product.store.messages.get(message_id)
        return found if found and found.status == "answered" else None

    return wait_for("the answer", look)


def state(product: Product, message_id: str) -> str | None:
    found = product.store.messages.get(message_id)
    return found.media.state if found and found.media else None


def attention(product: Product, message: Message) -> str | None:
    contact = product.store.contacts.get(message.contact_id)
    return contact.attention.reason if contact and contact.attention else None


def dismiss(product: Product) -> None:
    """Let staff have seen what they were asked to look at before."""
    name = identity_id("phone", f"+{PHONE}")
    if known := product.store.identities.get_all([name]).get(name):
        product.store.change_contact(known.contact_id, lambda contact: replace(contact, attention=None))


def given_parts(product: Product, message: Message) -> list[str]:
    """The types of the parts that the latest question to the model had."""
    contact = product.store.contacts.get(message.contact_id)
    assert contact and contact.conversation
    items = product.openai.state.conversation(contact.conversation.id).items
    asked = [item for item in items if item.get("role") == "user"][-1]
    return [part["type"] for part in asked["content"]]


def test_photo_is_shown_to_the_model_and_kept(product):
    message = answered(product, send(product, "image-caption", "image", PHOTO, "image/jpeg"))
    assert message.media and message.media.state == "stored"
    assert product.store.files.load(message.id) == PHOTO
    assert given_parts(product, message) == ["input_text", "input_image"]


def test_voice_note_is_answered_by_what_it_says(product):
    message = answered(product, send(product, "audio-voice", "audio", VOICE, "audio/ogg; codecs=opus"))
    assert message.transcript in TRANSCRIPTS["it"]
    (asked,) = product.openai.calls.entries("answer")
    assert any(message.transcript in text for text in asked.texts)
    contact = product.store.contacts.get(message.contact_id)
    assert message.usage and message.usage.tokens
    assert contact and contact.usage and contact.usage.input_tokens > message.usage.input_tokens


def wait_for_files(product: Product, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let a turn of the running process wait for its files only so long."""
    module = product.process.application.extensions["main"]
    impatient = replace(module.get_runtime(""), timing=Timing(files=seconds))
    monkeypatch.setattr(module, "get_runtime", lambda _own_url: impatient)


def test_message_is_answered_while_whatsapp_does_not_give_its_file(product, monkeypatch):
    wait_for_files(product, monkeypatch, 0.5)
    faults = {"graph": {"fault": "500", "times": 99, "endpoint": "media"}}
    product.phone.simulation.faults.change(faults)
    message = answered(product, send(product, "image-caption", "image", PHOTO, "image/jpeg"))
    assert message.media and message.media.state == "waiting"
    assert given_parts(product, message) == ["input_text"]


def test_message_is_answered_before_a_slow_file_is_there(product, monkeypatch):
    wait_for_files(product, monkeypatch, 0.2)
    product.phone.simulation.faults.change({"graph": {"fault": "latency", "seconds": 3, "endpoint": "media"}})
    message = answered(product, send(product, "image-caption", "image", PHOTO, "image/jpeg"))
    assert given_parts(product, message) == ["input_text"]
    wait_for("the file", lambda: state(product, message.id) == "stored" or None)


def test_message_is_answered_without_a_file_that_is_gone_and_staff_see_it(product):
    message = answered(
        product, send(product, "image-caption", "image", PHOTO, "image/jpeg", id="1234567890", sha256=None)
    )
    assert message.media and message.media.state == "failed"
    assert attention(product, message) == "media_failed"


@pytest.mark.parametrize("fault", ["forbidden", "no_route"])
def test_voice_note_that_cannot_be_written_down_is_answered_all_the_same_and_staff_hear_it(product, fault):
    product.openai.faults.add(fault, endpoint="transcription")
    dismiss(product)
    message = answered(product, send(product, "audio-voice", "audio", VOICE, "audio/ogg; codecs=opus"))
    assert message.media and (message.media.state, message.transcript) == ("stored", None)
    assert product.store.files.load(message.id) == VOICE
    assert attention(product, message) == "unreadable"
    (asked,) = product.openai.calls.entries("answer")
    assert any("voice note" in text and "could not be opened" in text for text in asked.texts)


def test_video_is_fetched_for_staff_and_only_told_to_the_model(product):
    message_id = send(product, "video", "video", b"video", "video/mp4")
    wait_for("the file", lambda: state(product, message_id) == "stored" or None)
    assert given_parts(product, answered(product, message_id)) == ["input_text"]


BOMBS: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "memory": ("document", word_file_of_elements, WORD),
    "time": ("document", workbook_of_one_sheet_often, EXCEL),
    "voice": ("audio", lambda: FAKE_VOICE_NOTE, "audio/mpeg"),
}


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="/proc tells how much memory is in use")
@pytest.mark.parametrize("name", BOMBS)
def test_file_that_would_take_the_process_down_costs_nobody_else_a_thing(product, name):
    kind, build, mime_type = BOMBS[name]
    payload = "audio-file" if kind == "audio" else "document"
    content = build()
    other = f"3933399{uuid4().int % 100_000:05}"
    product.add_customer("Lucia", other, f"IT.{other}")
    with grown_memory() as grown:
        hostile = send(product, payload, kind, content, mime_type)
        wait_for("the file", lambda: product.store.files.find(hostile))
        began = time.monotonic()
        answered(product, write(product, "Siete aperti?", other))
        assert time.monotonic() - began < 10
        message = answered(product, hostile)
    assert grown[0] < 350 * MEGABYTE
    assert given_parts(product, message) == ["input_text"]
    (told,) = product.openai.calls.entries("answer")[-1].texts[-1:]
    assert kind == "audio" or "could not be opened" in told
    wait_for("the file as the message tells it", lambda: state(product, hostile) == "stored" or None)


@contextmanager
def grown_memory() -> Iterator[list[int]]:
    """Watch by how many bytes this process and what it starts grow together at most."""
    before, most, stop = resident(), [0], threading.Event()

    def look() -> None:
        while not stop.wait(0.02):
            most[0] = max(most[0], resident() - before)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield most
    finally:
        stop.set()
        looking.join()


def resident() -> int:
    """Bytes of memory that this process, and the readers that it started, hold."""
    readers: list[int] = []
    for children in Path("/proc/self/task").glob("*/children"):
        with suppress(OSError):  # of a thread that has just ended
            readers += map(int, children.read_text().split())
    return sum(resident_of(pid) for pid in [os.getpid(), *readers])


def resident_of(pid: int) -> int:
    try:
        if pid != os.getpid() and "reader_process" not in Path(f"/proc/{pid}/cmdline").read_text():
            return 0
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0
