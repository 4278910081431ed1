"""The files of customers' messages: fetched from WhatsApp, kept, and written down when they are voices.

A message is stored before its file is; `media.state` tells how far that is: waiting, stored or failed.
"""

import datetime as dt
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from functions.process.access_token import note_refused_token
from functions.process.attention import flag_contact
from functions.process.media.fair_share import FairShare
from functions.process.media.file_type import UNKNOWN_TYPE, judged_type
from functions.process.media.reader import read_seconds
from functions.process.runtime import Runtime
from shared.errors import FileUnavailableError, GoneError, RemoteError
from shared.log import Stopwatch, logger
from shared.model.media_type import MEGABYTE, base_type
from shared.model.message import Media, Message, Problem
from shared.model.usage import Usage
from shared.queue.tasks import MediaTask
from shared.store.files import StoredFile
from shared.store.messages import NOBODY
from shared.whatsapp.download import Wanted

# What WhatsApp takes at most of each kind; MEDIA_MAX_MB bounds them all.
MAX_MEGABYTES = {"image": 5, "sticker": 5, "audio": 16, "video": 16, "document": 100}
PLAYED_KINDS = ("audio", "video")
URL_LIVES = dt.timedelta(minutes=4)  # five, says WhatsApp
A_DAY = dt.timedelta(hours=24)
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
MAX_AUDIO_BYTES = 25 * MEGABYTE  # OpenAI's limit
COPIES = 3  # of a file, that are in memory while it is downloaded and stored, or made a part of a question
LENGTH_SECONDS = 3.0  # that a recording's length may take; strangers' files may hold all readers for longer
RECORD_SECONDS = 1.0  # left of a turn's time for files, to record what was had in time
LATER_SECONDS = 15.0  # then a task looks again whether its customer's share is free; in the queue waiting is free
# Bytes of files that one process works on at a time; docs/scaling.md counts what an instance takes. A customer's
# share holds any file that MEDIA_MAX_MB allows.
_memory = FairShare(total=320 * MEGABYTE, each=100 * MEGABYTE)


@dataclass(frozen=True)
class Fetched:
    """A message as it is now, and its file's content if that was at hand."""

    message: Message
    content: bytes | None = None


def run_media_task(runtime: Runtime, task: MediaTask) -> None:
    """Fetch the file of a stored message, unless that is done (1 read); raises to be delivered again."""
    message = runtime.store.messages.get(task.message_id)
    if message is None or message.contact_id == NOBODY:
        runtime.store.files.delete(task.message_id)  # which a process may have left that died after the erasure
        return
    if not _is_waiting(message, task.asked):
        return
    try:
        with working_memory(runtime, message, patience=0):
            fetch(runtime, message, asked=task.asked)
    except TimeoutError:
        logger.info("media_later", message_id=message.id, remote_code="busy")
        runtime.queue.enqueue(task, delay=LATER_SECONDS)


@contextmanager
def working_memory(runtime: Runtime, message: Message, patience: float) -> Iterator[None]:
    """Hold the memory that work on a message's file takes; raises TimeoutError when it is not free in time.

    Nobody holds more than a third, so that nobody's file waits for another customer's eight.
    """
    size = message.media.size if message.media else None
    amount = COPIES * (size or _max_bytes(runtime, message.kind))
    with _memory.hold(message.contact_id, amount, patience):
        yield


def fetch_media(runtime: Runtime, message: Message) -> Message:
    """Fetch a message's file if it is waiting, and return the message as it is stored then.

    Idempotent. What cannot be helped is recorded on the message and shown to staff; raises RemoteError when a
    later try may help.
    """
    return fetch(runtime, message).message


def fetch(runtime: Runtime, message: Message, *, asked: bool = False, give_up: float = math.inf) -> Fetched:
    """Do as `fetch_media`, and return the content too if it passed through here.

    What its customer sends beyond the bound of a day waits until it is `asked` for by staff.
    Whoever waits until `give_up`, by the monotonic clock, gets the file without its length if that takes longer.
    Costs 2 reads (a recording 3) and 1 write, and what `Files.save` does; a failure costs 1 write more, for staff.
    """
    if message.media is None or not _is_waiting(message, asked):
        return Fetched(message)
    if not asked and _is_beyond_day(runtime, message):
        logger.info("media_on_demand", message_id=message.id)
        return Fetched(_record(runtime, message, replace(message.media, on_demand=True)))
    watch = Stopwatch()
    try:
        stored, content = _stored(runtime, message)
        transcript, spent = _transcript(runtime, message, content)
    except RemoteError as error:
        return Fetched(_failed(runtime, message, error))
    logger.info("media", message_id=message.id, kind=message.kind, bytes=stored.size, seconds=watch.seconds)
    seconds = message.media.seconds
    if message.kind in PLAYED_KINDS:
        seconds = _seconds(message, content, give_up)
    kept = replace(
        message.media,
        state="stored",
        size=stored.size,
        mime_type=stored.mime_type,
        seconds=seconds,
        on_demand=False,
        error=None,
    )
    return Fetched(_record(runtime, message, kept, transcript, spent), content)


def _is_waiting(message: Message, asked: bool) -> bool:
    media = message.media
    return media is not None and media.state == "waiting" and (asked or not media.on_demand)


def _is_beyond_day(runtime: Runtime, message: Message) -> bool:
    """Tell whether the files of the last 24 hours fill the bound (1 read); what is on its way comes on top."""
    bound = runtime.settings.media_mb_per_day * MEGABYTE
    if not bound:
        return False
    return runtime.store.messages.bytes_received(message.contact_id, runtime.now() - A_DAY) >= bound


def _stored(runtime: Runtime, message: Message) -> tuple[StoredFile, bytes]:
    """Return the file from our store, where an attempt that died may have left it, or else from WhatsApp."""
    files = runtime.store.files
    found = files.find(message.id)
    if found:
        return found, files.read(found)
    media = message.media
    if media is None:
        raise FileUnavailableError("the message has no file", remote_code="not_given")
    url = media.url if runtime.now() - message.at <= URL_LIVES else None
    wanted = Wanted(media.id, url, media.sha256)
    downloaded = runtime.whatsapp.download_media(wanted, _max_bytes(runtime, message.kind))
    told = media.mime_type if base_type(media.mime_type) != UNKNOWN_TYPE else downloaded.mime_type
    kind = told or UNKNOWN_TYPE
    if message.kind == "document":
        kind = judged_type(downloaded.content, kind, media.filename)
    return files.save(message.id, downloaded.content, kind), downloaded.content


def _max_bytes(runtime: Runtime, kind: str) -> int:
    most = runtime.settings.media_max_mb
    return min(most, MAX_MEGABYTES.get(kind, most)) * MEGABYTE


def _transcript(runtime: Runtime, message: Message, content: bytes) -> tuple[str | None, Usage | None]:
    """Return what a recording says, and what that took; raises RemoteError when later it might be told."""
    media = message.media
    suffix = AUDIO_SUFFIXES.get(base_type(media.mime_type)) if media else None
    if message.kind != "audio" or message.directive == "rate_limited" or message.in_group:
        return None, None  # words that nobody is going to answer
    if runtime.budget.is_used_up() or _is_left_alone(runtime, message):
        return None, None
    if not suffix or not content or len(content) > MAX_AUDIO_BYTES:
        logger.warning("transcription", message_id=message.id, reason="format")
        return None, None
    try:
        said, usage = runtime.assistant.transcribe(content, f"audio{suffix}")
    except RemoteError as error:
        logger.warning("transcription", message_id=message.id, remote_code=error.remote_code)
        if error.retryable and runtime.now() - message.at < TRANSCRIBE_FOR:
            raise
        return None, None
    return said or None, runtime.budget.priced(usage) if usage.tokens else None


def _is_left_alone(runtime: Runtime, message: Message) -> bool:
    """Tell whether a customer said STOP, perhaps after this recording: no machine is to hear it (1 read)."""
    contact = runtime.store.contacts.get(message.contact_id)
    return contact is not None and contact.opted_out


def _seconds(message: Message, content: bytes, give_up: float) -> float | None:
    """Return how long a recording or a video plays; None when that cannot be told, or not in time."""
    within = min(LENGTH_SECONDS, give_up - time.monotonic() - RECORD_SECONDS)
    if not content or within <= 0:
        return None
    try:
        return read_seconds(content, message.contact_id, within)
    except (TimeoutError, OSError) as error:
        logger.warning("playing_time", message_id=message.id, reason=type(error).__name__)
        return None


def _failed(runtime: Runtime, message: Message, error: RemoteError) -> Message:
    """Record a failure that is final and ask staff to look; any other is raised again."""
    logger.warning("media_failed", message_id=message.id, remote_code=error.remote_code, retryable=error.retryable)
    note_refused_token(runtime, error)
    if error.retryable and runtime.now() - message.at < TRY_FOR:
        raise error
    problem = Problem(code=error.remote_code or error.code, message=error.message)
    changed = _record(runtime, message, replace(message.media or Media(), state="failed", error=problem))
    flag_contact(runtime, message.contact_id, "media_failed")
    return changed


def _record(
    runtime: Runtime, message: Message, media: Media, transcript: str | None = None, usage: Usage | None = None
) -> Message:
    """Write what became of the file, and nothing else of the message."""
    try:
        return runtime.store.messages.set_media(message, media, transcript=transcript, usage=usage)
    except GoneError:  # erased meanwhile: then its file has to go too
        runtime.store.files.delete(message.id)
        return replace(message, media=media, transcript=transcript or message.transcript, usage=usage)
