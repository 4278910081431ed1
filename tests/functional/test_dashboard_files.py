"""Customers' files at the dashboard: whole and in ranges, harmless in a browser, and fetched again on demand."""

import datetime as dt
import random
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from gunicorn.http.wsgi import HEADER_VALUE_RE  # type: ignore[import-untyped]
from werkzeug.http import parse_options_header
from werkzeug.test import TestResponse

from functions.dashboard_api.thread_pages import MAX_FILES
from shared.model.contact import Contact
from shared.model.message import Media, Message, Problem
from shared.model.turn import Change
from shared.store.connection import utc_now
from shared.store.files import CHUNK_BYTES
from shared.store.store import Store
from tests.functional.dashboard import Staff, add_contact
from tests.functional.product import RecordingTarget, error_code, wait_for

pytestmark = pytest.mark.emulator

BIG = random.Random(2).randbytes(2 * CHUNK_BYTES + 1000)


@pytest.fixture
def contact(store: Store) -> Contact:
    return add_contact(store)


@pytest.fixture(autouse=True)
def _no_tasks(target: RecordingTarget) -> None:
    target.bodies.clear()


def add_file(store: Store, contact: Contact, content: bytes | None, mime_type: str, **media: Any) -> Message:
    told = {"id": "1", "mime_type": mime_type, "state": "waiting" if content is None else "stored", **media}
    message = Message(
        id=uuid4().hex,
        contact_id=contact.id,
        direction="in",
        author="customer",
        kind="document",
        text="",
        status="answered",
        media=Media(**told),
        at=utc_now(),
    )
    current = store.contacts.get(contact.id)
    assert current is not None
    store.commit(current, Change(current, creates=(message,)))
    if content is not None:
        store.files.save(message.id, content, mime_type)
    return message


def get(staff: Staff, message: Message, **headers: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return staff.client.get(f"/api/media/{message.id}", headers={"Cookie": staff.cookie, **named}, buffered=True)


def test_file_comes_whole_and_is_kept_by_no_browser(staff, store, contact):
    message = add_file(store, contact, BIG, "image/jpeg", filename="foto.jpg")
    answer = get(staff, message)
    assert (answer.status_code, answer.data) == (200, BIG)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Length"] == str(len(BIG))
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Cache-Control"] == "no-store"
    again = get(staff, message, If_None_Match=answer.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-1", 0, 2),
        ("bytes=0-", 0, len(BIG)),
        (f"bytes={CHUNK_BYTES - 2}-{CHUNK_BYTES + 1}", CHUNK_BYTES - 2, CHUNK_BYTES + 2),
        ("bytes=-5", len(BIG) - 5, len(BIG)),
        (f"bytes=10-{len(BIG) * 2}", 10, len(BIG)),
    ],
)
def test_file_is_given_in_ranges_so_that_one_can_seek(staff, store, contact, asked, start, end):
    message = add_file(store, contact, BIG, "audio/ogg; codecs=opus")
    answer = get(staff, message, Range=asked)
    assert (answer.status_code, answer.data) == (206, BIG[start:end])
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(BIG)}"
    assert answer.headers["Content-Length"] == str(end - start)
    assert answer.headers["Content-Type"] == "audio/ogg"


def test_file_range_of_another_version_is_not_mixed_in(staff, store, contact):
    message = add_file(store, contact, b"0123456789", "audio/mpeg")
    answer = get(staff, message, Range="bytes=2-3", If_Range='"other"')
    assert (answer.status_code, answer.data) == (200, b"0123456789")


def test_file_range_that_does_not_exist_is_a_416(staff, store, contact):
    message = add_file(store, contact, b"0123456789", "audio/mpeg")
    answer = get(staff, message, Range="bytes=99-")
    assert answer.status_code == 416
    assert error_code(answer)


@pytest.mark.parametrize(
    ("mime_type", "served", "disposition"),
    [
        ("image/png", "image/png", "inline"),
        ("video/mp4", "video/mp4", "inline"),
        ("application/pdf", "application/pdf", "inline"),
        ("AUDIO/OGG; codecs=opus", "audio/ogg", "inline"),
        ("text/html", "application/octet-stream", "attachment"),
        ("text/html; charset=utf-8", "application/octet-stream", "attachment"),
        ("image/svg+xml", "application/octet-stream", "attachment"),
        ("application/xhtml+xml", "application/octet-stream", "attachment"),
        ("text/javascript", "application/octet-stream", "attachment"),
        ("text/plain", "application/octet-stream", "attachment"),
        ("image/jpeg, text/html", "application/octet-stream", "attachment"),
        ("", "application/octet-stream", "attachment"),
    ],
)
def test_file_cannot_act_as_ours(staff, store, contact, mime_type, served, disposition):
    message = add_file(store, contact, b"<script>alert(1)</script>", mime_type, filename="x.html")
    headers = get(staff, message).headers
    assert headers["Content-Type"] == served
    assert parse_options_header(headers["Content-Disposition"])[0] == disposition
    assert headers["X-Content-Type-Options"] == "nosniff"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert ("sandbox" in policy) is (served != "application/pdf")


@pytest.mark.parametrize(
    ("told", "given"),
    [
        ("preventivo è 100%.pdf", "preventivo è 100%.pdf"),
        ('a"; filename="evil.exe', "a_; filename=_evil.exe"),
        ("a\r\nX-Evil: 1", "a__X-Evil_ 1"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("x" * 500 + ".pdf", "x" * 146 + ".pdf"),
        ("L\u2019ordine.pdf", "L\u2019ordine.pdf"),
        ("Preventivo 50 €.pdf", "Preventivo 50 €.pdf"),
        ("perche\u0301 \u2013 fattura.pdf", "perche\u0301 \u2013 fattura.pdf"),
        ("Screenshot 2026-11-28 at 9.41.00\u202fAM.png", "Screenshot 2026-11-28 at 9.41.00 AM.png"),
        ("emoji😀.pdf", "emoji😀.pdf"),
        ("発注書.pdf", "発注書.pdf"),
        ("Счёт.pdf", "Счёт.pdf"),
        ("فاتورة.pdf", "فاتورة.pdf"),
        ("fattura\u202egpj.exe", "fatturagpj.exe"),
        ("\u200b\u3164", None),
        ("...", None),
        (None, None),
    ],
)
def test_file_name_is_one_that_no_system_stumbles_over(staff, store, contact, told, given):
    message = add_file(store, contact, b"x", "application/pdf", filename=told)
    headers = get(staff, message).headers
    _, options = parse_options_header(headers["Content-Disposition"])
    assert options["filename"] == (given or f"document-{message.id[:8]}.pdf")
    assert "X-Evil" not in headers
    # What gunicorn takes, which answers 500 otherwise.
    assert HEADER_VALUE_RE.fullmatch(headers["Content-Disposition"])
    assert headers["Content-Disposition"].isascii()


def test_file_that_is_not_stored_is_a_404(staff, store, contact):
    for message in (
        add_file(store, contact, None, "image/png"),
        add_file(store, contact, None, "image/png", state="failed"),
        add_file(store, contact, None, "image/png", state="stored"),
    ):
        answer = get(staff, message)
        assert (answer.status_code, error_code(answer)) == (404, "not_found")
    for odd in ("nobody", "..", "__x__", "x" * 1600, "%00"):
        assert staff.call("GET", f"/api/media/{odd}").status_code == 404
        assert staff.call("POST", f"/api/media/{odd}/retry").status_code == 404


def test_file_without_a_session_is_a_401(dashboard: FlaskClient, store, contact):
    message = add_file(store, contact, b"x", "image/png")
    assert dashboard.get(f"/api/media/{message.id}").status_code == 401


def test_file_head_is_answered_without_the_content(staff, store, contact):
    message = add_file(store, contact, BIG, "image/png")
    answer = staff.client.head(f"/api/media/{message.id}", headers={"Cookie": staff.cookie})
    assert (answer.status_code, answer.data, answer.headers["Content-Length"]) == (200, b"", str(len(BIG)))


def test_retry_of_a_failed_file_makes_it_wait_and_queues_a_task(staff, store, contact, target):
    error = Problem(code="expired", message="the file's address has expired")
    message = add_file(store, contact, None, "image/png", state="failed", error=error)
    answer = staff.call("POST", f"/api/media/{message.id}/retry")
    assert answer.status_code == 202
    shown = answer.get_json()
    assert (shown["id"], shown["media"]["state"], shown["media"]["error"]) == (message.id, "waiting", None)
    stored = store.messages.get(message.id)
    assert stored and stored.media and (stored.media.state, stored.media.error) == ("waiting", None)
    assert stored.media.mime_type == "image/png"
    task = wait_for("the task", lambda: target.bodies and target.bodies[0])
    assert (task["type"], task["message_id"]) == ("media", message.id)


def test_retry_of_a_file_that_waits_for_staff_asks_for_it(staff, store, contact, target):
    message = add_file(store, contact, None, "image/png", state="waiting", on_demand=True)
    shown = staff.call("POST", f"/api/media/{message.id}/retry").get_json()
    assert (shown["media"]["state"], shown["media"]["on_demand"]) == ("waiting", False)
    task = wait_for("the task", lambda: target.bodies and target.bodies[0])
    assert (task["message_id"], task["asked"]) == (message.id, True)


def test_retry_of_a_stored_file_leaves_it_alone(staff, store, contact, target):
    message = add_file(store, contact, b"x", "image/png")
    answer = staff.call("POST", f"/api/media/{message.id}/retry")
    assert (answer.status_code, answer.get_json()["media"]["state"]) == (202, "stored")
    assert target.bodies == []


def test_retry_of_what_whatsapp_never_passed_on_is_a_409(staff, store, contact):
    message = add_file(store, contact, None, "image/png", state="failed", id=None)
    answer = staff.call("POST", f"/api/media/{message.id}/retry")
    assert (answer.status_code, error_code(answer)) == (409, "conflict")


def test_files_of_a_conversation_come_a_page_at_a_time_newest_first(staff, store, contact):
    other = add_contact(store)
    now = utc_now()
    wanted: list[str] = []
    for number in range(MAX_FILES + 2):
        message = add_file(store, contact, None, "image/png", state="stored", filename=f"{number}.png")
        store.messages.set(message.id, {"at": now + dt.timedelta(seconds=number)})
        wanted.insert(0, message.id)
    add_file(store, contact, None, "image/png", state="waiting")
    add_file(store, contact, None, "image/png", state="failed")
    add_file(store, other, None, "image/png", state="stored")
    taken_back = add_file(store, contact, None, "image/png", state="stored")
    store.messages.set(taken_back.id, {"revoked_at": now})
    path = f"/api/conversations/{contact.id}/files"
    first = staff.get(path)
    rest = staff.get(path, before=first["before"])
    shown = [message["id"] for message in first["messages"] + rest["messages"]]
    assert (shown, rest["before"]) == (wanted, None)
    assert first["messages"][0]["media"]["url"] == f"/api/media/{wanted[0]}"
    assert staff.call("GET", path, before="x").status_code == 400
    assert staff.call("GET", f"/api/conversations/{'0' * 32}/files").status_code == 404
