"""Files that staff send: what kinds WhatsApp takes, how large, and whether a file is what it says. Pure functions.

Facts: developers.facebook.com/docs/whatsapp/cloud-api/reference/media. A file's type is what the browser says,
proven by the first bytes of the content: WhatsApp finds out what is wrong only after it took the message.
"""

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from shared.errors import InvalidError, TooLargeError
from shared.model.media_type import MEGABYTE, base_type
from shared.whatsapp.mp4 import is_playable_mp4

MAX_BYTES = {"image": 5 * MEGABYTE, "video": 16 * MEGABYTE, "audio": 16 * MEGABYTE, "document": 20 * MEGABYTE}
MAX_CAPTION_CHARACTERS = 1024
NAME_CHARACTERS = 240
VOICE_TYPE = "audio/ogg"  # the only one that WhatsApp plays as a voice message
OFFICE = "application/vnd.openxmlformats-officedocument."
# Browsers have several names for the same type.
SAME_TYPES = {
    "image/jpg": "image/jpeg",
    "audio/opus": "audio/ogg",
    "application/ogg": "audio/ogg",
    "audio/mp3": "audio/mpeg",
    "audio/m4a": "audio/mp4",
    "audio/x-m4a": "audio/mp4",
    "audio/x-aac": "audio/aac",
    "audio/aacp": "audio/aac",
    "audio/vnd.dlna.adts": "audio/aac",
}
# What a browser says when it does not know; where Excel is installed, CSV files are its own.
VAGUE_TYPES = ("", "application/octet-stream", "application/vnd.ms-excel")
ACCEPTED = "JPEG, PNG; MP4 (H.264 with AAC); OGG (Opus), MP3, M4A, AAC, AMR; PDF, DOCX, XLSX, PPTX, TXT, CSV"


@dataclass(frozen=True)
class Attachment:
    """A file fit to be sent: the kind of its message, its type and its name."""

    kind: str
    mime_type: str
    filename: str
    content: bytes


@dataclass(frozen=True)
class _Type:
    kind: str
    endings: tuple[str, ...]  # of file names, the usual one first
    is_one: Callable[[bytes], bool]
    problem: str = "is not what its type says"


def check_attachment(content: bytes, mime_type: str, filename: str) -> Attachment:
    """Return the file as it will be sent.

    Raises InvalidError when its type is not one that WhatsApp takes or its content is not of that type,
    TooLargeError when it is larger than its kind allows.
    """
    exact = _exact_type(mime_type, filename)
    known = TYPES.get(exact)
    if known is None:
        raise _invalid(f"is of a type that cannot be sent; what can: {ACCEPTED}")
    if not content:
        raise _invalid("is empty")
    if len(content) > MAX_BYTES[known.kind]:
        raise TooLargeError(f"{known.kind} files may have {MAX_BYTES[known.kind] // MEGABYTE} MB at most")
    if not known.is_one(content):
        raise _invalid(known.problem)
    return Attachment(known.kind, exact, _clean_name(filename, known.endings), content)


def extension_of(mime_type: str) -> str:
    """Return the usual end of the names of files of a type, like `.pdf`."""
    return TYPES[mime_type].endings[0] if mime_type in TYPES else ""


def _invalid(problem: str) -> InvalidError:
    return InvalidError("The file cannot be sent", {"file": problem})


def _exact_type(mime_type: str, filename: str) -> str:
    base = base_type(mime_type)
    if base in VAGUE_TYPES:
        ending = PurePath(filename).suffix.lower()
        return next((name for name, known in TYPES.items() if ending in known.endings), base)
    return SAME_TYPES.get(base, base)


def _clean_name(filename: str, endings: tuple[str, ...]) -> str:
    """Return a name without folders and without characters that deceive or break, ending as its type does."""
    last = re.split(r"[/\\]", filename)[-1]
    shown = "".join(character for character in last if unicodedata.category(character)[0] != "C").strip()
    name = shown if shown.strip(".") else "file"
    if not name.lower().endswith(endings):
        name += endings[0]
    ending = PurePath(name).suffix
    return name.removesuffix(ending)[: NAME_CHARACTERS - len(ending)] + ending


def _starts_with(*beginnings: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(beginnings)


def _is_opus(content: bytes) -> bool:
    """WhatsApp takes Ogg files only with Opus in them; its name stands in the first page."""
    return content.startswith(b"OggS") and b"OpusHead" in content[:128]


def _is_mp3(content: bytes) -> bool:
    return content.startswith(b"ID3") or _frame(content, 0xE6) == 0xE2


def _is_aac(content: bytes) -> bool:
    return _frame(content, 0xF6) == 0xF0


def _frame(content: bytes, mask: int) -> int:
    """Return the masked second byte of an MPEG audio frame, whose first is 255; -1 when there is no frame."""
    return content[1] & mask if len(content) > 1 and content[0] == 0xFF else -1


def _is_sound_mp4(content: bytes) -> bool:
    return content[4:8] == b"ftyp" and not is_playable_mp4(content)


def _is_pdf(content: bytes) -> bool:
    return b"%PDF-" in content[:1024]  # readers allow something before it, and some programs write it


def _is_office(main: str) -> Callable[[bytes], bool]:
    """Office files are zip archives with one main part."""

    def is_one(content: bytes) -> bool:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return {"[Content_Types].xml", main} <= set(archive.namelist())
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            return False

    return is_one


def _is_text(content: bytes) -> bool:
    """Text has no control characters but those of lines; two-byte Unicode must say that it is."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return len(content) % 2 == 0
    return not re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", content)


TYPES = {
    "image/jpeg": _Type("image", (".jpg", ".jpeg"), _starts_with(b"\xff\xd8\xff")),
    "image/png": _Type("image", (".png",), _starts_with(b"\x89PNG\r\n\x1a\n")),
    "video/mp4": _Type("video", (".mp4", ".m4v"), is_playable_mp4, "is not an MP4 video in H.264 with AAC sound"),
    "audio/ogg": _Type("audio", (".ogg", ".oga", ".opus"), _is_opus),
    "audio/mpeg": _Type("audio", (".mp3",), _is_mp3),
    "audio/mp4": _Type("audio", (".m4a",), _is_sound_mp4),
    "audio/aac": _Type("audio", (".aac",), _is_aac),
    "audio/amr": _Type("audio", (".amr",), _starts_with(b"#!AMR")),
    "application/pdf": _Type("document", (".pdf",), _is_pdf),
    f"{OFFICE}wordprocessingml.document": _Type("document", (".docx",), _is_office("word/document.xml")),
    f"{OFFICE}spreadsheetml.sheet": _Type("document", (".xlsx",), _is_office("xl/workbook.xml")),
    f"{OFFICE}presentationml.presentation": _Type("document", (".pptx",), _is_office("ppt/presentation.xml")),
    "text/plain": _Type("document", (".txt",), _is_text),
    "text/csv": _Type("document", (".csv",), _is_text),
}
