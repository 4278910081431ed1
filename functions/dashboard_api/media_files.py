"""The files of messages for staff's browsers. They are strangers' files, and must not act as ours."""

import mimetypes
import re
import unicodedata
from dataclasses import replace
from urllib.parse import quote

import flask
from werkzeug.wsgi import wrap_file

from functions.dashboard_api.desk import Desk
from shared.errors import ConflictError, NotFoundError
from shared.model.ids import is_id
from shared.model.media_type import PDF, base_type
from shared.model.message import Message
from shared.model.visible import visible
from shared.queue.tasks import MediaTask

# What a browser shows or plays by itself, harmlessly; anything else is only ever downloaded.
INLINE_TYPES = {
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/gif",
    "audio/aac",
    "audio/amr",
    "audio/mp4",
    "audio/mpeg",
    "audio/ogg",
    "audio/opus",
    "audio/wav",
    "audio/webm",
    "video/3gpp",
    "video/mp4",
    "video/webm",
    PDF,
}
_POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
# No scripts. A file of no origin at all could not be played: its player would load it from "another" one.
_SANDBOX = "; sandbox allow-same-origin"
PIECE_BYTES = 64 * 1024
MAX_NAME_CHARACTERS = 150
_UNFIT_FOR_A_NAME = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')


def file_response(desk: Desk, message: Message, request: flask.Request) -> flask.Response:
    """Serve a message's file, or the range of it that is asked for (1 read, and 1 for each chunk of 900 KB).

    Raises NotFoundError when it is not stored.
    """
    found = desk.store.files.find(message.id) if message.media and message.media.state == "stored" else None
    if found is None:
        raise NotFoundError("this file is not stored")
    kind = base_type(found.mime_type)
    shown = kind in INLINE_TYPES
    content = wrap_file(request.environ, desk.store.files.open(found), PIECE_BYTES)
    response = flask.Response(content, mimetype=kind if shown else "application/octet-stream")
    response.direct_passthrough = True
    response.content_length = found.size
    disposition = "inline" if shown else "attachment"
    response.headers["Content-Disposition"] = _with_name(disposition, _name(message, kind))
    # In a sandbox Chrome's viewer of PDFs, which is one by itself, has no buttons.
    response.headers["Content-Security-Policy"] = _POLICY if kind == PDF else _POLICY + _SANDBOX
    response.headers["Cache-Control"] = "no-store"  # what customers sent stays on no computer after the session
    response.set_etag(found.sha256)
    response.make_conditional(request, accept_ranges=True, complete_length=found.size)
    return response


def fetch_again(desk: Desk, message_id: str) -> Message:
    """Have a file fetched that could not be, or waits to be asked for (1 read, 1 write, 1 task); not a stored one.

    Raises NotFoundError, GoneError, and ConflictError for a file that WhatsApp never passed on.
    """
    message = message_with_id(desk, message_id)
    media = message.media
    if media is None or message.direction != "in":
        raise NotFoundError("this message has no file to fetch")
    if media.id is None:
        raise ConflictError("WhatsApp did not pass this file on")
    if media.state == "stored":
        return message
    waiting = desk.store.messages.set_media(message, replace(media, state="waiting", on_demand=False, error=None))
    desk.queue.enqueue(MediaTask(message_id=message.id, asked=True))
    return replace(waiting, updated_at=desk.now())


def message_with_id(desk: Desk, message_id: str) -> Message:
    """Read a message (1 read); raises NotFoundError."""
    message = desk.store.messages.get(message_id) if is_id(message_id) else None
    if message is None:
        raise NotFoundError("there is no such message")
    return message


def _with_name(disposition: str, name: str) -> str:
    """Return the header for a name in any script: in ASCII for old clients, and whole (RFC 6266, RFC 8187).

    A header in any other character is refused by gunicorn.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    header = f'{disposition}; filename="{f"file{plain}" if plain[:1] in ("", ".") else plain}"'
    return header if plain == name else f"{header}; filename*=UTF-8''{quote(name, safe='')}"


def _name(message: Message, kind: str) -> str:
    """Return a file name that no system stumbles over; a file without one is named after its message."""
    told = message.media.filename if message.media else None
    name = visible(_UNFIT_FOR_A_NAME.sub("_", told or "")).strip(" .")[-MAX_NAME_CHARACTERS:]
    return name or f"{message.kind}-{message.id[:8]}{mimetypes.guess_extension(kind) or ''}"
