"""Media files in memory, with the types and sizes WhatsApp takes."""

import base64
import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from local.phone_simulator.graph_errors import GraphError
from local.phone_simulator.made_up import new_number_id

MEGABYTE = 1024 * 1024
URL_SECONDS = 300
SIZE_LIMITS = {
    "image": 5 * MEGABYTE,
    "audio": 16 * MEGABYTE,
    "video": 16 * MEGABYTE,
    "document": 100 * MEGABYTE,
    "sticker": 500 * 1024,
}
IMAGE_TYPES = {"image/jpeg", "image/png"}
STICKER_TYPES = {"image/webp"}
VIDEO_TYPES = {"video/mp4", "video/3gp"}
AUDIO_TYPES = {"audio/aac", "audio/mp4", "audio/mpeg", "audio/amr", "audio/ogg", "audio/opus"}
DOCUMENT_TYPES = {
    "application/pdf",
    "text/plain",
    "text/csv",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


@dataclass(frozen=True)
class Media:
    """One file; `sha256` is in hexadecimal."""

    id: str
    mime_type: str
    content: bytes = field(repr=False)
    filename: str

    @property
    def sha256(self) -> str:
        """The digest in Meta's answers."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def webhook_sha256(self) -> str:
        """The digest in Meta's webhooks, where it is written in Base64."""
        return base64.b64encode(hashlib.sha256(self.content).digest()).decode()


class MediaStore:
    """The files customers and the business uploaded; `now` returns epoch seconds."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._media: dict[str, Media] = {}
        self._secret = secrets.token_bytes(16)

    def add(self, content: bytes, mime_type: str, filename: str) -> Media:
        """Keep a file under a new id."""
        media = Media(new_number_id(), mime_type, content, filename)
        with self._lock:
            self._media[media.id] = media
        return media

    def get(self, media_id: str) -> Media | None:
        """Return the file, unless it is unknown or deleted."""
        with self._lock:
            return self._media.get(media_id)

    def delete(self, media_id: str) -> bool:
        """Delete a file; False when there is none."""
        with self._lock:
            return self._media.pop(media_id, None) is not None

    def clear(self) -> None:
        """Delete every file."""
        with self._lock:
            self._media.clear()

    def query(self, media_id: str) -> dict[str, str]:
        """Return the query of a download URL that is good for five minutes."""
        expires = str(int(self._now() + URL_SECONDS))
        return {"mid": media_id, "ext": expires, "hash": self._sign(media_id, expires)}

    def open_url(self, media_id: str, expires: str, sign: str) -> Media | None:
        """Return the file behind a download URL, unless the URL was changed or is too old."""
        if not hmac.compare_digest(sign, self._sign(media_id, expires)) or self._now() > int(expires):
            return None
        return self.get(media_id)

    def _sign(self, media_id: str, expires: str) -> str:
        return hmac.new(self._secret, f"{media_id}:{expires}".encode(), hashlib.sha256).hexdigest()[:32]


def check_upload(content: bytes, mime_type: str) -> None:
    """Raise GraphError for what WhatsApp would not take as an upload."""
    base = mime_type.partition(";")[0].strip()
    accepted = IMAGE_TYPES | STICKER_TYPES | VIDEO_TYPES | AUDIO_TYPES | DOCUMENT_TYPES
    if base not in accepted:
        raise GraphError(
            100,
            message=(
                f"(#100) Param file must be a file with one of the following types: {', '.join(sorted(accepted))}. "
                f"Received file of type '{base}'."
            ),
        )
    if len(content) > SIZE_LIMITS[kind_of(base)]:
        raise GraphError(131053, f"File size {len(content)} bytes is over the limit for {base}.")


def kind_of(mime_type: str) -> str:
    """Return the kind of message a file of this type is sent as."""
    base = mime_type.partition(";")[0].strip()
    if base in STICKER_TYPES:
        return "sticker"
    kind = base.partition("/")[0]
    return kind if kind in ("image", "audio", "video") else "document"
