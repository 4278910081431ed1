"""Files that staff send: read from the form, checked, stored, and queued like a text."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import flask
from werkzeug.exceptions import RequestEntityTooLarge

from functions.dashboard_api.bodies import CaptionBody, read_fields
from functions.dashboard_api.desk import Desk
from functions.dashboard_api.outbox import Draft, find_written, queue_message
from shared.errors import InvalidError, RequestError, TimedOutError, TooLargeError
from shared.model.ids import staff_message_id
from shared.model.media_type import MEGABYTE
from shared.model.message import Media, Message
from shared.whatsapp.attachments import MAX_BYTES, VOICE_TYPE, Attachment, check_attachment

MAX_FILE_BYTES = max(MAX_BYTES.values())
MAX_FORM_BYTES = MAX_FILE_BYTES + 64 * 1024  # room for the caption and the form's own lines
MAX_PARTS = 6
# An upload takes its size twice, in the form's temporary file, which is memory on Cloud Run, and read from it.
UPLOADS_AT_ONCE = 6
WAIT_SECONDS = 20.0
_places = threading.BoundedSemaphore(UPLOADS_AT_ONCE)


def queue_file(desk: Desk, contact_id: str, client_message_id: str, request: flask.Request, author: str) -> Message:
    """Store a file of staff, of whom a few have their turn at a time, and queue its message under their page's id.

    Costs 2 reads, 2 writes, 1 task, and what `Files.save` does; written again under the same id it stays one
    message. Raises TooLargeError, InvalidError, OptedOutError, WindowClosedError, and TimedOutError when others'
    files take too long.
    """
    with _place():
        return _queue_file(desk, contact_id, client_message_id, request, author)


@contextmanager
def _place() -> Iterator[None]:
    if not _places.acquire(timeout=WAIT_SECONDS):
        raise TimedOutError("too many files are being sent at once; try again")
    try:
        yield
    finally:
        _places.release()


def _queue_file(
    desk: Desk, contact_id: str, client_message_id: str, request: flask.Request, author: str
) -> Message:
    attachment, told = _read_form(request)
    earlier = find_written(desk, contact_id, client_message_id)
    if earlier:
        return earlier
    message_id = staff_message_id(contact_id, client_message_id)
    # The file comes first: a message without its file could not be sent.
    desk.store.files.save(message_id, attachment.content, attachment.mime_type)
    draft = Draft(
        client_message_id,
        author,
        told.text,
        attachment.kind,
        media=_media(attachment, voice=told.voice),
        pause_minutes=told.pause_minutes,
        reply_to=told.reply_to,
        seen=told.seen,
    )
    try:
        return queue_message(desk, contact_id, draft)
    except RequestError:
        desk.store.files.delete(message_id)
        raise


def _read_form(request: flask.Request) -> tuple[Attachment, CaptionBody]:
    """Read the form; raises TooLargeError before more is read than a form may have."""
    request.max_content_length = MAX_FORM_BYTES
    request.max_form_parts = MAX_PARTS
    try:
        files, fields = request.files.getlist("file"), request.form
    except RequestEntityTooLarge:
        raise TooLargeError(f"a file may have {MAX_FILE_BYTES // MEGABYTE} MB at most") from None
    if len(files) != 1 or len(request.files) != 1:
        raise InvalidError("Some fields are not valid", {"file": "must be one file"})
    told = read_fields(fields, CaptionBody)
    attachment = check_attachment(files[0].read(), files[0].mimetype, files[0].filename or "")
    if attachment.kind == "audio" and told.text:
        raise InvalidError("Some fields are not valid", {"text": "WhatsApp shows no caption with audio"})
    if told.voice and attachment.mime_type != VOICE_TYPE:
        raise InvalidError("Some fields are not valid", {"voice": "only Ogg with Opus is a voice message"})
    return attachment, told


def _media(attachment: Attachment, *, voice: bool) -> Media:
    return Media(
        mime_type=attachment.mime_type,
        filename=attachment.filename,
        sha256=hashlib.sha256(attachment.content).hexdigest(),
        size=len(attachment.content),
        voice=voice,
        state="stored",
    )
