"""The files of customers' messages: fetched from WhatsApp, kept, and written down when they are voices.

A message is stored before its file is; `media.state` tells how far that is: waiting, stored or failed.
"""

import datetime as dt
import json
import threading
from dataclasses import dataclass
from typing import Any

from google.api_core.exceptions import NotFound

from functions.process.media.playing_time import playing_seconds
from functions.process.runtime import Runtime
from shared.errors import FileUnavailableError, RemoteError, TokenRefusedError
from shared.log import Stopwatch, logger
from shared.model.media_type import MEGABYTE, base_type
from shared.model.message import Message
from shared.queue.tasks import MediaTask
from shared.store.files import StoredFile
from shared.untrusted import mapping, string
from shared.whatsapp.download import Wanted

# What WhatsApp takes at most of each kind; MEDIA_MAX_MB bounds them all.
MOST_MEGABYTES = {"image": 5, "sticker": 5, "audio": 16, "video": 16, "document": 100}
PLAYED_KINDS = ("audio", "video")
UNKNOWN_TYPE = "application/octet-stream"
URL_LIVES = dt.timedelta(minutes=4)  # five, says WhatsApp
TRY_FOR = dt.timedelta(hours=1)  # then staff are told; they can try again as long as WhatsApp keeps it, 7 days
TRANSCRIBE_FOR = dt.timedelta(minutes=5)  # then it is a recording without words
# What the transcription takes; it goes by the suffix. Ogg is what WhatsApp's own voice notes are.
AUDIO_SUFFIXES = {
    "audio/ogg": ".ogg",
    "audio/opus": ".ogg",
    "audio/mpeg": ".mp3",
    "audio/mp3": ".mp3",
    "audio/mp4": ".m4a",
    "audio/m4a": ".m4a",
    "audio/x-m4a": ".m4a",
    "audio/wav": ".wav",
    "audio/x-wav": ".wav",
    "audio/webm": ".webm",
    "audio/flac": ".flac",
}
MOST_AUDIO_BYTES = 25 * MEGABYTE  # OpenAI's limit
_in_memory = threading.BoundedSemaphore(8)  # files of up to 30 MB that one process holds at a time


@dataclass(frozen=True)
class Fetched:
    """A message as it is now, and its file's content if that was at hand."""

    message: Message
    content: bytes | None = None


def run_media_task(runtime: Runtime, task: MediaTask) -> None:
    """Fetch the file of a stored message, unless that is done (1 read); raises to be delivered again."""
    message = runtime.store.get_message(task.message_id)
    if message is not None and message.direction == "in":
        fetch_media(runtime, message)


def fetch_media(runtime: Runtime, message: Message) -> Message:
    """Fetch a message's file if it is waiting, and return the message as it is stored then.

    Idempotent. What cannot be helped is recorded on the message and shown to staff; raises RemoteError when a
    later try may help.
    """
    return fetch(runtime, message).message


def fetch(runtime: Runtime, message: Message) -> Fetched:
    """Do as `fetch_media`, and return the content too if it passed through here.

    Costs 1 read and 1 write, and what `FileStore.save` does; a failure costs 1 write more, for staff.
    """
    if message.media is None or message.media.state != "waiting":
        return Fetched(message)
    watch = Stopwatch()
    with _in_memory:
        try:
            stored, content = _stored(runtime, message)
            transcript = _transcript(runtime, message, content)
        except RemoteError as error:
            return Fetched(_failed(runtime, message, error))
    logger.info("media", message_id=message.id, kind=message.kind, bytes=stored.size, seconds=watch.seconds)
    update: dict[str, Any] = {"state": "stored", "size": stored.size, "mime_type": stored.mime_type, "error": None}
    if message.kind in PLAYED_KINDS and content:
        update["seconds"] = playing_seconds(content)
    changed = _record(runtime, message, update, transcript)
    return Fetched(changed, content)


def _stored(runtime: Runtime, message: Message) -> tuple[StoredFile, bytes]:
    """Return the file from our store, where an attempt that died may have left it, or else from WhatsApp."""
    files = runtime.store.files
    found = files.find(message.id)
    if found:
        return found, files.read(found)
    media = message.media
    if media is None:
        raise FileUnavailableError("the message has no file", remote_code="not_given")
    wanted = Wanted(media.id, _told_url(runtime, message), media.sha256)
    downloaded = runtime.whatsapp.download_media(wanted, _most_bytes(runtime, message.kind))
    told = media.mime_type if base_type(media.mime_type) != UNKNOWN_TYPE else downloaded.mime_type
    return files.save(message.id, downloaded.content, told or UNKNOWN_TYPE), downloaded.content


def _told_url(runtime: Runtime, message: Message) -> str | None:
    """Return the URL that newer webhooks tell, as long as it lives."""
    if runtime.now() - message.at > URL_LIVES:
        return None
    try:
        payload = mapping(json.loads(message.payload or "{}"))
    except ValueError:
        return None
    return string(mapping(payload.get(message.kind)).get("url"))


def _most_bytes(runtime: Runtime, kind: str) -> int:
    most = runtime.settings.media_max_mb
    return min(most, MOST_MEGABYTES.get(kind, most)) * MEGABYTE


def _transcript(runtime: Runtime, message: Message, content: bytes) -> str | None:
    """Return what a recording says, None when that cannot be told; raises RemoteError when later it might be."""
    media = message.media
    suffix = AUDIO_SUFFIXES.get(base_type(media.mime_type)) if media else None
    if message.kind != "audio" or message.directive == "rate_limited":
        return None
    if not suffix or not content or len(content) > MOST_AUDIO_BYTES:
        logger.warning("transcription", message_id=message.id, reason="format")
        return None
    try:
        return runtime.assistant.transcribe(content, f"audio{suffix}") or None
    except RemoteError as error:
        logger.warning("transcription", message_id=message.id, remote_code=error.remote_code)
        if error.retryable and runtime.now() - message.at < TRANSCRIBE_FOR:
            raise
        return None


def _failed(runtime: Runtime, message: Message, error: RemoteError) -> Message:
    """Record a failure that is final and ask staff to look; any other is raised again."""
    logger.warning("media_failed", message_id=message.id, remote_code=error.remote_code, retryable=error.retryable)
    if isinstance(error, TokenRefusedError):
        runtime.store.set_state("token", {"refused": True, "message": error.message})
    if error.retryable and runtime.now() - message.at < TRY_FOR:
        raise error
    told = {"code": error.remote_code or error.code, "message": error.message}
    changed = _record(runtime, message, {"state": "failed", "error": told}, None)
    try:
        runtime.store.flag_contact(message.contact_id, "media_failed", runtime.now())
    except NotFound:
        logger.info("media_without_contact", message_id=message.id)
    return changed


def _record(runtime: Runtime, message: Message, media: dict[str, Any], transcript: str | None) -> Message:
    """Write what became of the file, and nothing else of the message."""
    fields = {f"media.{name}": value for name, value in media.items()}
    if transcript:
        fields["transcript"] = transcript
    try:
        runtime.store.set_message_status(message.id, fields)
    except NotFound:  # erased meanwhile: then its file has to go too
        runtime.store.files.delete(message.id)
    update: dict[str, Any] = {"media": message.media.model_copy(update=media) if message.media else None}
    return message.model_copy(update={**update, "transcript": transcript or message.transcript})
