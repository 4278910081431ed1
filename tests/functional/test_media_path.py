"""A message with a file from the webhook to the customer's phone: answered, whatever becomes of the file."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from functions.process.runtime import Timing
from local.openai_simulator.small_talk import TRANSCRIPTS
from shared.model.ids import inbound_id
from shared.model.message import Message
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


def test_voice_note_that_cannot_be_written_down_is_answered_all_the_same(product):
    product.openai.faults.add("forbidden", endpoint="transcription")
    message = answered(product, send(product, "audio-voice", "audio", VOICE, "audio/ogg; codecs=opus"))
    assert message.media and (message.media.state, message.transcript) == ("stored", None)


def test_video_is_fetched_for_staff_and_only_told_to_the_model(product):
    message_id = send(product, "video", "video", b"video", "video/mp4")
    wait_for("the file", lambda: state(product, message_id) == "stored" or None)
    assert given_parts(product, answered(product, message_id)) == ["input_text"]
