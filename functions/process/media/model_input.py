"""What the model is given of customers' files: pictures, PDFs, and the text of other documents and of voices."""

import base64
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, replace
from typing import Any

from functions.process.assistant.transcript import file_name, quoted, without_brackets
from functions.process.media.fetch import PLAYED_KINDS, Fetched, fetch, working_memory
from functions.process.media.file_type import OFFICE_TYPES, TEXT_TYPES, has_text
from functions.process.media.plain_text import plain_text
from functions.process.media.reader import read_office
from functions.process.runtime import Runtime
from shared.errors import GoneError, RemoteError
from shared.log import logger
from shared.model.media_type import MEGABYTE, PDF, base_type
from shared.model.message import Message

MAX_FILES = 8  # the newest of a turn
MAX_AT_ONCE = 4  # of a turn, whose other files wait: one customer's many never take everybody's threads
MAX_IMAGE_BYTES = 5 * MEGABYTE
MAX_DOCUMENT_BYTES = 10 * MEGABYTE
MAX_ENCODED_BYTES = 20 * MEGABYTE  # of a turn's pictures and PDFs together, as they are sent: 15 MB of files
MAX_CHARACTERS = 80_000  # of a turn's documents together
IMAGE_TYPES = {"image/jpeg", "image/png", "image/webp", "image/gif"}

Part = dict[str, Any]


@dataclass(frozen=True)
class ModelInput:
    """A turn's messages as they are stored now (with transcripts), and the input parts of their files by id.

    What is missing among the parts could not be loaded, or is nothing that the model can take.
    """

    messages: list[Message]
    parts: Mapping[str, list[Part]]


@dataclass(frozen=True)
class _Loaded:
    message: Message
    part: Part | None = None
    encoded: int = 0  # bytes, as base64
    characters: int = 0


def model_input(runtime: Runtime, messages: Sequence[Message]) -> ModelInput:
    """Fetch what the model can take of the messages' files, some at a time, within 10 s; never raises.

    Videos are fetched for their length, which is all that the model is told of them. A file that is not there in
    time is still stored, by the thread that works on it or by its message's task. Costs what `fetch` costs for
    files that wait, what `Files.load` costs for stored ones, and 1 write for a document that cannot be read.
    """
    wanted = [message for message in messages if _is_for_model(message)][-MAX_FILES:]
    loaded: dict[str, _Loaded] = {}
    for one in _load_all(runtime, wanted):
        loaded[one.message.id] = one
        # At once: what the model will not be given is not to lie in memory until the last file is there.
        loaded = {kept.message.id: kept for kept in _within_bounds(loaded, wanted)}
    as_stored = [found.message if (found := loaded.get(message.id)) else message for message in messages]
    parts = {message_id: [found.part] for message_id, found in loaded.items() if found.part}
    return ModelInput(as_stored, parts)


def _is_for_model(message: Message) -> bool:
    media = message.media
    if message.direction != "in" or media is None or media.state == "failed" or media.unreadable or media.on_demand:
        return False
    if message.kind in PLAYED_KINDS:
        return media.state == "waiting"  # a stored one has its length, and its transcript if it ever gets one
    if message.kind == "document" and media.state == "waiting":
        return True  # what it is, its content tells
    kind = base_type(media.mime_type)
    return (kind in IMAGE_TYPES and not media.animated) or kind == PDF or has_text(kind)


def _load_all(runtime: Runtime, wanted: Sequence[Message]) -> Iterator[_Loaded]:
    """Load files, the newest first, and yield each as soon as it is there; none after the time is up."""
    give_up = time.monotonic() + runtime.timing.files
    waiting = list(wanted)
    running: set[Future[_Loaded]] = set()
    while waiting or running:
        while waiting and len(running) < MAX_AT_ONCE:
            running.add(runtime.files.submit(_load, runtime, waiting.pop(), give_up))
        done, running = wait(running, _left(give_up), FIRST_COMPLETED)
        if not done:
            logger.warning("media_slow", running=len(running), waiting=len(waiting))
            for future in running:
                future.cancel()  # if it has not begun; one that has stores its file for later
            return
        yield from (future.result() for future in done)


def _load(runtime: Runtime, message: Message, give_up: float) -> _Loaded:
    """Load one file and make it a part."""
    try:
        with working_memory(runtime, message, _left(give_up)):
            fetched = fetch(runtime, message, give_up=give_up)
            return _part(runtime, fetched.message, _content(runtime, fetched), give_up)
    except RemoteError as error:
        logger.info("media_later", message_id=message.id, remote_code=error.remote_code)
    except TimeoutError:
        logger.info("media_later", message_id=message.id, remote_code="busy")
    except Exception:  # a file never costs the answer
        logger.exception("media_input", message_id=message.id)
    return _Loaded(message)


def _content(runtime: Runtime, fetched: Fetched) -> bytes | None:
    media = fetched.message.media
    if fetched.message.kind in PLAYED_KINDS or media is None or media.state != "stored":
        return None
    most = MAX_IMAGE_BYTES if base_type(media.mime_type) in IMAGE_TYPES else MAX_DOCUMENT_BYTES
    if (media.size or 0) > most:
        return None
    return runtime.store.files.load(fetched.message.id) if fetched.content is None else fetched.content


def _left(give_up: float) -> float:
    return max(0.0, give_up - time.monotonic())


def _part(runtime: Runtime, message: Message, content: bytes | None, give_up: float) -> _Loaded:
    media = message.media
    if not content or media is None:
        return _Loaded(message)
    kind = base_type(media.mime_type)
    if kind in IMAGE_TYPES:
        if _is_animated(content, kind):
            return _Loaded(message)
        url = _data_url(content, kind)
        return _Loaded(message, {"type": "input_image", "image_url": url, "detail": "auto"}, encoded=len(url))
    if kind == PDF:
        name, url = file_name(media.filename or "document.pdf"), _data_url(content, kind)
        return _Loaded(message, {"type": "input_file", "filename": name, "file_data": url}, encoded=len(url))
    text = None
    if kind in TEXT_TYPES:
        text = plain_text(content)
    elif kind in OFFICE_TYPES:
        text = read_office(content, kind, message.contact_id, _left(give_up))
        message = message if text else _unreadable(runtime, message)
    if text is None:
        return _Loaded(message)
    part = {
        "type": "input_text",
        "text": f"Content of the file {quoted(file_name(media.filename or ''))}:\n{without_brackets(text)}",
    }
    return _Loaded(message, part, characters=len(text))


def _unreadable(runtime: Runtime, message: Message) -> Message:
    """Note that a file cannot be read, so that the next attempt of the turn does not try it again."""
    media = replace(message.media, unreadable=True) if message.media else None
    try:
        return runtime.store.messages.set_media(message, media) if media else message
    except GoneError:  # erased meanwhile
        return message


def _within_bounds(loaded: Mapping[str, _Loaded], wanted: Iterable[Message]) -> Iterator[_Loaded]:
    """Keep the parts of the newest files as long as they fit into one request."""
    encoded, characters = 0, 0
    for message in reversed(list(wanted)):
        if one := loaded.get(message.id):
            encoded, characters = encoded + one.encoded, characters + one.characters
            fits = encoded <= MAX_ENCODED_BYTES and characters <= MAX_CHARACTERS
            yield one if fits else replace(one, part=None)


def _data_url(content: bytes, mime_type: str) -> str:
    return f"data:{mime_type};base64," + base64.b64encode(content).decode("ascii")


def _is_animated(content: bytes, mime_type: str) -> bool:
    """Tell a moving picture, which the model does not take: WebP has a flag for it, GIF a header for each frame."""
    if mime_type == "image/webp":
        return content[12:16] == b"VP8X" and bool(content[20:21] and content[20] & 2)
    return mime_type == "image/gif" and content.count(b"\x21\xf9\x04") > 1
