"""Files of staff from the dashboard's form to the customer's phone."""

import io
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.datastructures import FileStorage

from functions.dashboard_api import uploads
from local.phone_simulator.records import SentMessage
from local.phone_simulator.uploads import Media
from shared.model.contact import Contact
from shared.model.ids import staff_message_id
from shared.model.media_type import MEGABYTE
from shared.model.message import Message
from tests.functional.dashboard import Staff, add_contact, close_window
from tests.functional.product import Json, Product, error_code, serve, wait_for
from tests.unit.test_attachment import CONTENTS, WORD

pytestmark = pytest.mark.emulator

PHONE = "393331234567"
JPEG, PDF = CONTENTS["image/jpeg"], CONTENTS["application/pdf"]


@pytest.fixture
def contact(product: Product) -> Contact:
    """A customer who wrote a moment ago."""
    product.phone.simulation.state.reset()
    product.add_customer("Giulia", PHONE, "IT.1349")
    return add_contact(product.store, phone=f"+{PHONE}")


def path_of(contact: Contact, name: str = "one") -> str:
    return f"/api/conversations/{contact.id}/messages/{name}"


def put(counter: Staff, contact: Contact, content: bytes, mime_type: str, filename: str, **fields: Any) -> Json:
    answer = counter.upload(path_of(contact), content, mime_type, filename, **fields)
    assert answer.status_code == 201, answer.text
    body: Json = answer.get_json()
    return body


def settled(product: Product, message: Json, status: str = "accepted") -> Message:
    def look() -> Message | None:
        stored = product.store.messages.get(message["id"])
        return stored if stored and stored.status == status else None

    return wait_for(f"{status} send", look)


def arrived(product: Product) -> tuple[SentMessage, Media]:
    """The one message that came to the phone, and its file."""
    (sent,) = product.phone.simulation.state.sent()
    media = product.phone.simulation.media.get(sent.payload[sent.kind]["id"])
    assert media is not None
    return sent, media


@pytest.mark.parametrize(
    ("mime_type", "filename", "kind"),
    [
        ("image/jpeg", "foto.jpg", "image"),
        ("image/png", "foto.png", "image"),
        ("video/mp4", "sala.mp4", "video"),
        ("audio/ogg", "nota.ogg", "audio"),
        ("audio/mpeg", "nota.mp3", "audio"),
        ("audio/mp4", "nota.m4a", "audio"),
        ("audio/aac", "nota.aac", "audio"),
        ("audio/amr", "nota.amr", "audio"),
        ("application/pdf", "listino è 2026.pdf", "document"),
        (WORD, "lettera.docx", "document"),
        ("text/csv", "clienti.csv", "document"),
    ],
)
def test_file_reaches_the_phone_as_it_was(
    counter: Staff, product: Product, contact: Contact, mime_type: str, filename: str, kind: str
) -> None:
    content = CONTENTS[mime_type]
    if mime_type != WORD:  # an archive must end where it ends
        content = content.ljust(1_000_000)
    message = put(counter, contact, content, mime_type, filename)
    assert (message["kind"], message["status"], message["author"]) == (kind, "queued", "staff")
    assert message["media"] == {
        "on_demand": False,
        "mime_type": mime_type,
        "filename": filename,
        "size": len(content),
        "seconds": None,
        "voice": False,
        "animated": False,
        "state": "stored",
        "error": None,
        "url": f"/api/media/{message['id']}",
    }
    settled(product, message)
    sent, media = arrived(product)
    assert (sent.kind, media.content, media.mime_type) == (kind, content, mime_type)
    assert sent.payload[kind].get("filename") == (filename if kind == "document" else None)
    assert product.store.files.load(message["id"]) == content


def test_caption_goes_along_and_staff_see_it(counter: Staff, product: Product, contact: Contact) -> None:
    message = put(counter, contact, JPEG, "image/jpeg", "a.jpg", text=" Ecco la foto ")
    settled(product, message)
    assert message["text"] == "Ecco la foto"
    assert arrived(product)[0].payload["image"]["caption"] == "Ecco la foto"
    shown = counter.get(f"/api/profile/{contact.id}")["conversation"]["last_message"]
    assert (shown["kind"], shown["text"]) == ("image", "Ecco la foto")


def test_recording_reaches_the_phone_as_a_voice_message(counter: Staff, product: Product, contact: Contact) -> None:
    message = put(counter, contact, CONTENTS["audio/ogg"], "audio/ogg", "voice.ogg", voice="true")
    assert message["media"]["voice"] is True
    settled(product, message)
    assert arrived(product)[0].payload["audio"].get("voice") is True
    other = counter.upload(path_of(contact, "two"), CONTENTS["audio/ogg"], "audio/ogg", "suono.ogg")
    settled(product, other.get_json())
    assert "voice" not in product.phone.simulation.state.sent()[-1].payload["audio"]


def test_file_put_twice_under_one_id_stays_the_first(counter: Staff, product: Product, contact: Contact) -> None:
    first = put(counter, contact, PDF, "application/pdf", "uno.pdf")
    again = put(counter, contact, JPEG, "image/jpeg", "due.jpg")
    assert (again["id"], again["kind"], again["media"]) == (first["id"], "document", first["media"])
    settled(product, first)
    assert arrived(product)[1].content == PDF
    assert product.store.files.load(first["id"]) == PDF
    assert len(counter.get(f"/api/conversations/{contact.id}/messages")["messages"]) == 1


def test_file_accepted_before_the_window_closed_stays_accepted(
    counter: Staff, product: Product, contact: Contact
) -> None:
    first = put(counter, contact, PDF, "application/pdf", "uno.pdf")
    product.store.change_contact(contact.id, close_window)
    assert put(counter, contact, PDF, "application/pdf", "uno.pdf")["id"] == first["id"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"window_closes_at": None}, "window_closed"),
        ({"opted_out": True}, "opted_out"),
        ({"opted_out": True, "window_closes_at": None}, "opted_out"),
    ],
)
def test_file_that_may_not_be_sent_is_a_conflict_and_not_kept(
    counter: Staff, product: Product, fields: Json, code: str
) -> None:
    contact = add_contact(product.store, phone=f"+{PHONE}", **fields)
    answer = counter.upload(path_of(contact), PDF, "application/pdf", "a.pdf")
    assert (answer.status_code, error_code(answer)) == (409, code)
    assert product.store.files.find(staff_message_id(contact.id, "one")) is None
    assert counter.get(f"/api/conversations/{contact.id}/messages")["messages"] == []


def test_file_for_nobody_is_not_found_and_not_kept(counter: Staff, product: Product) -> None:
    nobody = "0" * 32
    answer = counter.upload(f"/api/conversations/{nobody}/messages/one", PDF, "application/pdf", "a.pdf")
    assert (answer.status_code, error_code(answer)) == (404, "not_found")
    assert product.store.files.find(staff_message_id(nobody, "one")) is None


def test_text_to_a_customer_who_opted_out_is_a_conflict(counter: Staff, product: Product) -> None:
    contact = add_contact(product.store, phone=f"+{PHONE}", opted_out=True)
    answer = counter.call("PUT", path_of(contact), {"text": "ciao"})
    assert (answer.status_code, error_code(answer)) == (409, "opted_out")


@pytest.mark.parametrize(
    ("content", "mime_type", "fields", "field"),
    [
        (b"MZ\x90", "application/x-msdownload", {}, "file"),
        (b"<svg/>", "image/svg+xml", {}, "file"),
        (PDF, "image/jpeg", {}, "file"),
        (b"", "image/jpeg", {}, "file"),
        (JPEG, "image/jpeg", {"text": "x" * 1025}, "text"),
        (JPEG, "image/jpeg", {"to": "+39"}, "to"),
        (JPEG, "image/jpeg", {"other": FileStorage(io.BytesIO(PDF), "b.pdf")}, "file"),
        (CONTENTS["audio/ogg"], "audio/ogg", {"text": "senti"}, "text"),
        (CONTENTS["audio/mp4"], "audio/mp4", {"voice": "true"}, "voice"),
        (JPEG, "image/jpeg", {"voice": "true"}, "voice"),
    ],
)
def test_form_that_is_wrong_names_the_field_and_stores_nothing(
    counter: Staff, product: Product, contact: Contact, content: bytes, mime_type: str, fields: Json, field: str
) -> None:
    answer = counter.upload(path_of(contact), content, mime_type, "a", **fields)
    assert (answer.status_code, error_code(answer)) == (422, "invalid")
    assert list(answer.get_json()["error"]["fields"]) == [field]
    assert product.store.files.find(staff_message_id(contact.id, "one")) is None
    assert counter.get(f"/api/conversations/{contact.id}/messages")["messages"] == []


@pytest.mark.parametrize(
    "body",
    [b"", b"--x\r\n", b"no form", b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nciao\r\n--x--'],
)
def test_form_without_a_file_is_invalid(counter: Staff, contact: Contact, body: bytes) -> None:
    headers = {"Cookie": counter.cookie, "X-CSRF-Token": counter.csrf_token}
    for content_type in ("multipart/form-data; boundary=x", "multipart/form-data"):
        answer = counter.client.put(path_of(contact), data=body, content_type=content_type, headers=headers)
        assert (answer.status_code, error_code(answer)) == (422, "invalid")


@pytest.mark.parametrize(
    ("mime_type", "size"),
    [("image/jpeg", 5 * MEGABYTE + 1), ("audio/ogg", 16 * MEGABYTE + 1), ("application/pdf", 21 * MEGABYTE)],
)
def test_file_larger_than_its_kind_allows_is_too_large(
    counter: Staff, product: Product, contact: Contact, mime_type: str, size: int
) -> None:
    content = CONTENTS[mime_type].ljust(size)
    answer = counter.upload(path_of(contact), content, mime_type, "a")
    assert (answer.status_code, error_code(answer)) == (413, "too_large")
    assert product.store.files.find(staff_message_id(contact.id, "one")) is None


def test_largest_file_reaches_the_phone(counter: Staff, product: Product, contact: Contact) -> None:
    content = PDF.ljust(20 * MEGABYTE)
    settled(product, put(counter, contact, content, "application/pdf", "a.pdf"))
    assert arrived(product)[1].content == content


@pytest.fixture
def announce(counter: Staff) -> Iterator[Callable[[str, str], bytes]]:
    """Announce a body over a socket, send nothing of it, and read the answer."""
    with serve(counter.client.application) as url:

        def call(path: str, announced: str) -> bytes:
            address = urlsplit(url)
            head = (
                f"PUT {path} HTTP/1.1\r\nHost: {address.netloc}\r\nCookie: {counter.cookie}\r\n"
                f"X-CSRF-Token: {counter.csrf_token}\r\nContent-Type: multipart/form-data; boundary=x\r\n"
                f"{announced}\r\nConnection: close\r\n\r\n"
            )
            with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
                connection.sendall(head.encode())
                return connection.makefile("rb").readline()

        yield call


def test_form_that_announces_too_much_is_refused_unread(
    announce: Callable[[str, str], bytes], contact: Contact
) -> None:
    assert b" 413 " in announce(path_of(contact), "Content-Length: 900000000")


def test_upload_that_is_refused_fails_the_message_with_a_reason(
    counter: Staff, product: Product, contact: Contact
) -> None:
    product.phone.simulation.faults.change({"graph": {"fault": "131053", "endpoint": "media", "times": 1}})
    message = put(counter, contact, PDF, "application/pdf", "a.pdf")
    error = settled(product, message, "failed").error
    assert error is not None and error.code == "131053"
    assert "does not take this file" in error.message
    assert product.phone.simulation.state.sent() == []


def test_refusal_outside_the_window_is_explained_and_a_new_message_may_go(
    counter: Staff, product: Product, contact: Contact
) -> None:
    product.phone.simulation.faults.change({"graph": {"fault": "131047", "endpoint": "messages", "times": 1}})
    refused = counter.do("PUT", path_of(contact, "text-1"), {"text": "ciao"})
    error = settled(product, refused, "failed").error
    assert error is not None and error.code == "131047"
    assert "Send a template" in error.message

    def attention() -> Any:
        return counter.get(f"/api/profile/{contact.id}")["conversation"]["attention"]

    assert wait_for("the attention mark", attention)["reason"] == "send_failed"
    settled(product, counter.do("PUT", path_of(contact, "text-2"), {"text": "ciao"}))
    assert product.sent_texts() == ["ciao"]


def test_upload_whose_answer_is_lost_is_made_again(counter: Staff, product: Product, contact: Contact) -> None:
    product.phone.simulation.faults.change(
        {"graph": {"fault": "accepted_then_reset", "endpoint": "media", "times": 1}}
    )
    settled(product, put(counter, contact, PDF, "application/pdf", "a.pdf"))
    assert arrived(product)[1].content == PDF


def test_form_from_another_site_is_refused(counter: Staff, contact: Contact) -> None:
    headers = {"Cookie": counter.cookie, "X-CSRF-Token": counter.csrf_token, "Origin": "https://evil.example"}
    form = {"file": (io.BytesIO(PDF), "a.pdf", "application/pdf")}
    answer = counter.client.put(path_of(contact), data=form, headers=headers)
    assert (answer.status_code, error_code(answer)) == (403, "forbidden")


def test_upload_waits_where_many_are_under_way(counter: Staff, product: Product, contact: Contact) -> None:
    places = uploads._places
    with ThreadPoolExecutor(1) as pool, ExitStack() as others:
        for _ in range(uploads.UPLOADS_AT_ONCE):
            others.enter_context(places)
        upload = pool.submit(counter.upload, path_of(contact), PDF, "application/pdf", "a.pdf")
        with pytest.raises(TimeoutError):
            upload.result(timeout=0.3)
        others.close()
        assert upload.result(timeout=10).status_code == 201
    assert places._value == uploads.UPLOADS_AT_ONCE
