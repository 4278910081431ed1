"""Customers' files on bad days: the message and its answer are never lost, and what can be had is had."""

import base64
import io
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import docx
import pytest
import urllib3.util.retry

import local.phone_simulator as phone_simulator
from local.openai_simulator import OpenAISimulator
from local.openai_simulator.phrases import TRANSCRIPTS
from local.phone_simulator import PhoneSimulator
from shared import media, media_input
from shared.envelope import MediaTask
from shared.errors import RemoteError, TokenRefusedError
from shared.media import fetch_media, run_media_task
from shared.media_input import model_input
from shared.message import Message
from shared.mime_type import MEGABYTE
from tests.functional.media_bench import HoldingFiles, MediaBench, open_bench

pytestmark = pytest.mark.emulator

SAMPLES = Path(phone_simulator.__file__).parent / "static" / "samples"
PHOTO = (SAMPLES / "photo.jpg").read_bytes()
VOICE = (SAMPLES / "voice.ogg").read_bytes()
PDF = (SAMPLES / "listino.pdf").read_bytes()
STICKER = (SAMPLES / "sticker.webp").read_bytes()
VIDEO = (SAMPLES / "video.mp4").read_bytes()
VOICE_TYPE = "audio/ogg; codecs=opus"
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HOUR = 3600.0


class PowerCut(BaseException):
    """The process dies here."""


@pytest.fixture(scope="module")
def phone() -> Iterator[PhoneSimulator]:
    with PhoneSimulator() as running:
        yield running


@pytest.fixture(scope="module")
def openai() -> Iterator[OpenAISimulator]:
    with OpenAISimulator() as running:
        yield running


@pytest.fixture
def bench(
    phone: PhoneSimulator,
    openai: OpenAISimulator,
    firestore_host: str,
    project_id: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[MediaBench]:
    # The pauses between tries take no time.
    monkeypatch.setattr(urllib3.util.retry, "time", SimpleNamespace(sleep=lambda _: None, time=time.time))
    with open_bench(phone, openai, project_id) as opened:
        yield opened


def word_file(text: str) -> bytes:
    document = docx.Document()
    document.add_paragraph(text)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def content_of(part: dict[str, Any], name: str) -> bytes:
    return base64.b64decode(part[name].partition(";base64,")[2])


def fetch(bench: MediaBench, message: Message) -> Message:
    fetched = fetch_media(bench.runtime, message)
    stored = bench.stored(message)
    assert (fetched.media, fetched.transcript) == (stored.media, stored.transcript), "told and stored differ"
    return fetched


# Fetching


def test_fetch_stores_the_file_and_tells_so_on_the_message(bench):
    message = bench.receive("image", PHOTO, "image/jpeg", filename="foto.jpg")
    fetched = fetch(bench, message)
    assert fetched.media and fetched.media.model_dump() == {
        **(message.media.model_dump() if message.media else {}),
        "state": "stored",
        "size": len(PHOTO),
    }
    assert (fetched.text, fetched.status) == ("caption", "new")
    assert bench.store.files.load(message.id) == PHOTO
    assert bench.attention() is None


def test_fetch_done_again_does_nothing(bench):
    message = bench.receive("image", PHOTO, "image/jpeg")
    run_media_task(bench.runtime, MediaTask(message_id=message.id))
    calls = bench.calls()
    run_media_task(bench.runtime, MediaTask(message_id=message.id))
    fetch(bench, bench.stored(message))
    assert bench.calls() == calls
    run_media_task(bench.runtime, MediaTask(message_id="nobody"))


def test_fetch_touches_only_what_it_knows(bench):
    message = bench.receive("image", PHOTO, "image/jpeg")
    bench.store.set_message_status(message.id, {"status": "answered", "text": "edited", "media.seconds": 3.0})
    fetch_media(bench.runtime, message)
    stored = bench.stored(message)
    assert (stored.status, stored.text, stored.media and stored.media.seconds) == ("answered", "edited", 3.0)


def test_fetch_after_503_is_fine(bench):
    message = bench.receive("image", PHOTO, "image/jpeg")
    bench.fail("500", times=2)
    fetch(bench, message)
    assert bench.state(message) == "stored"


def test_fetch_with_503_forever_is_left_to_the_queue_then_to_staff(bench):
    message = bench.receive("image", PHOTO, "image/jpeg")
    bench.fail("500", times=99)
    with pytest.raises(RemoteError) as caught:
        fetch_media(bench.runtime, message)
    assert caught.value.retryable
    assert (bench.state(message), bench.attention()) == ("waiting", None)
    bench.clock.advance(HOUR)
    run_media_task(bench.runtime, MediaTask(message_id=message.id))
    assert (bench.state(message), bench.error(message), bench.attention()) == ("failed", "131000", "media_failed")
    assert bench.stored(message).text == "caption"


def test_fetch_with_a_token_that_is_refused_is_shown_to_staff_and_tried_again(bench):
    message = bench.receive("image", PHOTO, "image/jpeg")
    bench.fail("190")
    with pytest.raises(TokenRefusedError):
        fetch_media(bench.runtime, message)
    assert bench.store.get_state("token")["refused"] is True
    fetch(bench, message)
    assert bench.state(message) == "stored"


def test_fetch_of_a_damaged_file_is_tried_twice_and_fails(bench):
    message = bench.receive("image", PHOTO, "image/jpeg")
    bench.replace_at_whatsapp(message, b"something else")
    fetch(bench, message)
    assert (bench.state(message), bench.error(message), bench.attention()) == (
        "failed",
        "wrong_hash",
        "media_failed",
    )
    assert bench.calls() == 4
    assert bench.store.files.find(message.id) is None


@pytest.mark.parametrize(
    ("kind", "mime_type", "megabytes", "state"),
    [
        ("image", "image/jpeg", 5, "stored"),
        ("image", "image/jpeg", 6, "failed"),
        ("video", "video/mp4", 16, "stored"),
        ("document", "application/zip", 17, "failed"),
    ],
)
def test_fetch_of_a_file_that_is_too_large_fails(bench, kind, mime_type, megabytes, state):
    message = bench.receive(kind, b"x" * megabytes * MEGABYTE, mime_type)
    fetch(bench, message)
    assert bench.state(message) == state
    assert bench.error(message) == (None if state == "stored" else "too_large")


def test_fetch_obeys_the_configured_limit(phone, openai, firestore_host, project_id):
    with open_bench(phone, openai, project_id, media_max_mb=1) as bench:
        message = bench.receive("video", b"x" * 1_100_000, "video/mp4")
        fetch(bench, message)
        assert bench.error(message) == "too_large"


def test_fetch_of_what_whatsapp_does_not_have_fails_and_staff_can_try_again(bench):
    message = bench.receive("image", PHOTO, "image/jpeg")
    kept = bench.phone.simulation.media.get(message.media.id)
    bench.phone.simulation.media.delete(message.media.id)
    fetch(bench, message)
    assert (bench.state(message), bench.error(message)) == ("failed", "100")
    calls = bench.calls()
    fetch(bench, bench.stored(message))
    assert bench.calls() == calls, "a failed file is not asked for unless staff want it"
    bench.phone.simulation.media._media[kept.id] = kept
    bench.store.set_message_status(message.id, {"media.state": "waiting", "media.error": None})
    run_media_task(bench.runtime, MediaTask(message_id=message.id))
    assert (bench.state(message), bench.error(message)) == ("stored", None)


def test_fetch_that_died_after_storing_the_file_does_not_download_it_again(bench, monkeypatch):
    message = bench.receive("image", PHOTO, "image/jpeg")

    def die(*_arguments: Any) -> None:
        raise PowerCut

    with monkeypatch.context() as patch:
        patch.setattr(bench.store, "set_message_status", die)
        with pytest.raises(PowerCut):
            fetch_media(bench.runtime, message)
    assert bench.state(message) == "waiting"
    calls = bench.calls()
    fetch(bench, message)
    assert bench.state(message) == "stored"
    assert bench.calls() == calls


def test_fetch_for_a_message_erased_meanwhile_leaves_no_file(bench):
    message = bench.receive("image", PHOTO, "image/jpeg")
    bench.client.collection("messages").document(message.id).delete()
    fetch_media(bench.runtime, message)
    assert bench.store.files.find(message.id) is None
    chunks = bench.client.collection("files").document(message.id).collection("chunks")
    assert list(chunks.list_documents()) == []


# Voices


def test_voice_note_is_written_down_in_the_same_write(bench):
    message = bench.receive("audio", VOICE, VOICE_TYPE, voice=True)
    fetched = fetch(bench, message)
    assert fetched.transcript in TRANSCRIPTS["it"]
    (call,) = bench.openai.calls.entries("transcription")
    assert call.model == "gpt-4o-mini-transcribe"


@pytest.mark.parametrize("mime_type", ["audio/amr", "audio/aac", "audio/ogg"])
def test_audio_that_cannot_be_written_down_can_still_be_played(bench, mime_type):
    bench.openai.faults.add("forbidden", endpoint="transcription")
    message = bench.receive("audio", VOICE, mime_type)
    fetched = fetch(bench, message)
    assert (bench.state(message), fetched.transcript) == ("stored", None)
    assert bench.store.files.load(message.id) == VOICE
    assert bench.attention() is None


def test_transcription_that_fails_for_now_is_tried_again_for_a_while_without_another_download(bench):
    message = bench.receive("audio", VOICE, VOICE_TYPE, voice=True)
    bench.openai.faults.add("server_error", endpoint="transcription", times=2)
    with pytest.raises(RemoteError) as caught:
        fetch_media(bench.runtime, message)
    assert caught.value.retryable
    assert bench.state(message) == "waiting"
    calls = bench.calls()
    assert fetch(bench, message).transcript
    assert bench.calls() == calls


def test_transcription_that_keeps_failing_leaves_the_recording(bench):
    message = bench.receive("audio", VOICE, VOICE_TYPE, voice=True)
    bench.openai.faults.add("server_error", endpoint="transcription")
    bench.clock.advance(media.TRANSCRIBE_FOR.total_seconds())
    fetched = fetch(bench, message)
    assert (bench.state(message), fetched.transcript) == ("stored", None)


def test_audio_beyond_the_rate_limit_is_not_written_down(bench):
    message = bench.receive("audio", VOICE, VOICE_TYPE, voice=True)
    fetched = fetch_media(bench.runtime, message.model_copy(update={"directive": "rate_limited"}))
    assert (bench.state(message), fetched.transcript) == ("stored", None)
    assert bench.openai.calls.entries("transcription") == []


# What the model is given


def test_model_is_given_pictures_pdfs_texts_and_voices(bench):
    photo = bench.receive("image", PHOTO, "image/jpeg")
    pdf = bench.receive("document", PDF, "application/pdf", filename="listino.pdf")
    word = bench.receive("document", word_file("Tre damigiane"), WORD_TYPE, filename="ordine.docx")
    sticker = bench.receive("sticker", STICKER, "image/webp")
    voice = bench.receive("audio", VOICE, VOICE_TYPE, voice=True)
    given = model_input(bench.runtime, [photo, pdf, word, sticker, voice])
    assert [message.id for message in given.messages] == [photo.id, pdf.id, word.id, sticker.id, voice.id]
    assert {message.media and message.media.state for message in given.messages} == {"stored"}
    assert given.messages[4].transcript
    assert set(given.parts) == {photo.id, pdf.id, word.id, sticker.id}
    ((shown,), (read,), (told,), (stuck,)) = (given.parts[m.id] for m in (photo, pdf, word, sticker))
    assert (shown["type"], shown["detail"], content_of(shown, "image_url")) == ("input_image", "auto", PHOTO)
    assert shown["image_url"].startswith("data:image/jpeg;base64,")
    assert (read["type"], read["filename"]) == ("input_file", "listino.pdf")
    assert content_of(read, "file_data") == PDF
    assert told == {"type": "input_text", "text": "Content of the file ordine.docx:\nTre damigiane"}
    assert content_of(stuck, "image_url") == STICKER


def test_model_is_given_stored_files_without_whatsapp(bench):
    message = fetch(bench, bench.receive("image", PHOTO, "image/jpeg"))
    calls = bench.calls()
    given = model_input(bench.runtime, [message])
    assert content_of(given.parts[message.id][0], "image_url") == PHOTO
    assert bench.calls() == calls


@pytest.mark.parametrize(
    ("kind", "content", "mime_type", "told"),
    [
        ("video", VIDEO, "video/mp4", {}),
        ("sticker", STICKER, "image/webp", {"animated": True}),
        ("document", b"PK", "application/zip", {}),
        ("document", b"not a document", WORD_TYPE, {}),
        ("image", b"", "image/jpeg", {}),
        ("document", b"RIFF....WEBPVP8X\x0a\x00\x00\x00\x02" + b"0" * 50, "image/webp", {}),
        ("document", b"GIF89a" + b"\x21\xf9\x04...." * 2, "image/gif", {}),
        ("document", b"%PDF" + b"x" * media_input.MOST_DOCUMENT_BYTES, "application/pdf", {}),
    ],
    ids=["video", "animated", "zip", "broken", "empty", "moving webp", "moving gif", "large pdf"],
)
def test_model_is_not_given_what_it_cannot_take(bench, kind, content, mime_type, told):
    message = bench.receive(kind, content, mime_type, **told)
    assert model_input(bench.runtime, [message]).parts == {}


def test_model_is_given_a_still_gif(bench):
    message = bench.receive("document", b"GIF89a\x21\xf9\x04....", "image/gif")
    assert message.id in model_input(bench.runtime, [message]).parts


def test_model_goes_without_a_file_that_whatsapp_does_not_give(bench):
    lost = bench.receive("image", PHOTO, "image/jpeg")
    kept = bench.receive("image", PHOTO, "image/jpeg")
    bench.phone.simulation.media.delete(lost.media.id)
    given = model_input(bench.runtime, [lost, kept])
    assert set(given.parts) == {kept.id}
    assert [message.media and message.media.state for message in given.messages] == ["failed", "stored"]


def test_model_goes_without_a_file_while_whatsapp_is_out_of_order(bench):
    message = bench.receive("image", PHOTO, "image/jpeg")
    bench.fail("500", times=99)
    assert model_input(bench.runtime, [message]).parts == {}
    assert bench.state(message) == "waiting"


def test_model_does_not_wait_for_a_slow_file_which_is_stored_all_the_same(bench, monkeypatch):
    monkeypatch.setattr(media_input, "LOADING_SECONDS", 0.1)
    files = HoldingFiles(bench.store.files)
    monkeypatch.setattr(bench.store, "files", files)
    message = bench.receive("image", PHOTO, "image/jpeg")
    given = model_input(bench.runtime, [message])
    assert (given.parts, given.messages) == ({}, [message])
    files.released.set()
    bench.runtime.pool.shutdown()
    assert bench.state(message) == "stored"


def test_model_is_given_the_newest_files_of_many_and_no_more_than_a_request_holds(bench):
    many = [bench.receive("image", PHOTO, "image/jpeg") for _ in range(media_input.MOST_FILES + 1)]
    assert set(model_input(bench.runtime, many).parts) == {message.id for message in many[1:]}
    big = [bench.receive("image", b"x" * 4 * MEGABYTE, "image/jpeg") for _ in range(4)]
    assert set(model_input(bench.runtime, big).parts) == {message.id for message in big[1:]}
    texts = [bench.receive("document", b"x" * 39_000, "text/plain") for _ in range(3)]
    assert set(model_input(bench.runtime, texts).parts) == {message.id for message in texts[1:]}


def test_model_input_survives_whatever_goes_wrong(bench, monkeypatch):
    def fail(*_arguments: Any) -> None:
        raise ValueError("unforeseen")

    message = bench.receive("image", PHOTO, "image/jpeg")
    monkeypatch.setattr(bench.store.files, "find", fail)
    given = model_input(bench.runtime, [message])
    assert (given.parts, given.messages) == ({}, [message])
