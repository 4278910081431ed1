"""What the model is given of customers' files, and that it is never kept waiting for them."""

import base64
import io
from dataclasses import replace
from typing import Any

import docx
import pytest

from functions.process.media import model_input as media_input
from functions.process.media.model_input import model_input
from functions.process.runtime import Timing
from shared.model.media_type import MEGABYTE
from tests.functional.media_bench import VOICE_TYPE, HoldingFiles, fetch
from tests.samples import DOCUMENT, PHOTO, STICKER, VIDEO, VOICE

pytestmark = pytest.mark.emulator

WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def word_file(text: str) -> bytes:
    document = docx.Document()
    document.add_paragraph(text)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def content_of(part: dict[str, Any], name: str) -> bytes:
    return base64.b64decode(part[name].partition(";base64,")[2])


def test_model_is_given_pictures_pdfs_texts_and_voices(bench):
    photo = bench.receive("image", PHOTO, "image/jpeg")
    pdf = bench.receive("document", DOCUMENT, "application/pdf", filename="listino.pdf")
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
    assert content_of(read, "file_data") == DOCUMENT
    assert told == {"type": "input_text", "text": 'Content of the file "ordine.docx":\nTre damigiane'}
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
        ("document", b"%DOCUMENT" + b"x" * media_input.MAX_DOCUMENT_BYTES, "application/pdf", {}),
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
    files = HoldingFiles(bench.store.files)
    monkeypatch.setattr(bench.store, "files", files)
    message = bench.receive("image", PHOTO, "image/jpeg")
    given = model_input(replace(bench.runtime, timing=Timing(files=0.1)), [message])
    assert (given.parts, given.messages) == ({}, [message])
    files.released.set()
    bench.runtime.files.shutdown()
    assert bench.state(message) == "stored"


def test_model_is_given_the_newest_files_of_many_and_no_more_than_a_request_holds(bench):
    many = [bench.receive("image", PHOTO, "image/jpeg") for _ in range(media_input.MAX_FILES + 1)]
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
