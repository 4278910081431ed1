"""What the model is given of customers' files: pictures, PDFs, and the text of other documents and of voices."""

import base64
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from typing import Any

from functions.process.media.fetch import PLAYED_KINDS, Fetched, fetch
from functions.process.media.office_text import document_text, has_text
from functions.process.runtime import Runtime
from shared.errors import RemoteError
from shared.log import logger
from shared.model.media_type import MEGABYTE, PDF, base_type
from shared.model.message import Message

MAX_FILES = 8  # the newest of a turn
MAX_IMAGE_BYTES = 5 * MEGABYTE
MAX_DOCUMENT_BYTES = 10 * MEGABYTE
MAX_BYTES = 15 * MEGABYTE  # of a turn's pictures and PDFs together
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
    size: int = 0
    characters: int = 0


def model_input(runtime: Runtime, messages: Sequence[Message]) -> ModelInput:
    """Fetch what the model can take of the messages' files, side by side, within 10 s; never raises.

    Videos are fetched for their length, which is all that the model is told of them.
    A file that is not there in time is still fetched and stored. Costs what `fetch` costs for files that wait, and
    what `Files.load` costs for stored ones.
    """
    wanted = [message for message in messages if _is_for_model(message)][-MAX_FILES:]
    loading = {message.id: runtime.pool.submit(_load, runtime, message) for message in wanted}
    give_up = time.monotonic() + runtime.timing.files
    loaded = {message_id: _result(message_id, future, give_up) for message_id, future in loading.items()}
    as_stored = [found.message if (found := loaded.get(message.id)) else message for message in messages]
    return ModelInput(as_stored, _within_bounds([found for found in loaded.values() if found]))


def _is_for_model(message: Message) -> bool:
    media = message.media
    if message.direction != "in" or media is None or media.state == "failed":
        return False
    if message.kind in PLAYED_KINDS:
        return media.state == "waiting"  # a stored one has its length, and its transcript if it ever gets one
    kind = base_type(media.mime_type)
    return (kind in IMAGE_TYPES and not media.animated) or kind == PDF or has_text(kind)


def _load(runtime: Runtime, message: Message) -> _Loaded:
    """Load one file and make it a part."""
    try:
        fetched = fetch(runtime, message)
        return _part(fetched.message, _content(runtime, fetched))
    except RemoteError as error:
        logger.info("media_later", message_id=message.id, remote_code=error.remote_code)
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


def _part(message: Message, content: bytes | None) -> _Loaded:
    media = message.media
    if not content or media is None:
        return _Loaded(message)
    kind = base_type(media.mime_type)
    if kind in IMAGE_TYPES:
        if _is_animated(content, kind):
            return _Loaded(message)
        part = {"type": "input_image", "image_url": _data_url(content, kind), "detail": "auto"}
        return _Loaded(message, part, size=len(content))
    if kind == PDF:
        name = media.filename or "document.pdf"
        part = {"type": "input_file", "filename": name, "file_data": _data_url(content, kind)}
        return _Loaded(message, part, size=len(content))
    text = document_text(content, kind)
    if text is None:
        return _Loaded(message)
    part = {"type": "input_text", "text": f"Content of the file {media.filename or ''}:\n{text}"}
    return _Loaded(message, part, characters=len(text))


def _result(message_id: str, future: "Future[_Loaded]", give_up: float) -> _Loaded | None:
    try:
        return future.result(timeout=max(0.0, give_up - time.monotonic()))
    except FutureTimeoutError:
        future.cancel()  # if it has not begun; one that has stores its file for later
        logger.warning("media_slow", message_id=message_id)
        return None


def _within_bounds(loaded: Sequence[_Loaded]) -> dict[str, list[Part]]:
    """Keep the newest files as long as they fit into one request."""
    parts: dict[str, list[Part]] = {}
    size, characters = 0, 0
    for one in reversed(loaded):
        size, characters = size + one.size, characters + one.characters
        if one.part and size <= MAX_BYTES and characters <= MAX_CHARACTERS:
            parts[one.message.id] = [one.part]
    return parts


def _data_url(content: bytes, mime_type: str) -> str:
    return f"data:{mime_type};base64,{base64.b64encode(content).decode()}"


def _is_animated(content: bytes, mime_type: str) -> bool:
    """Tell a moving picture, which the model does not take: WebP has a flag for it, GIF a header for each frame."""
    if mime_type == "image/webp":
        return content[12:16] == b"VP8X" and bool(content[20:21] and content[20] & 2)
    return mime_type == "image/gif" and content.count(b"\x21\xf9\x04") > 1
