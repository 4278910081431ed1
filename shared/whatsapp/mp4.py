"""What an MP4 file is made of, as far as WhatsApp minds: it plays H.264 with AAC, or without sound. Pure functions.

Facts: developers.facebook.com/docs/whatsapp/cloud-api/reference/media; the boxes are those of ISO/IEC 14496-12.
Telephones record H.265 or AV1, too, into files that look the same from outside.
"""

import itertools
import struct
from collections.abc import Iterator

PICTURES = {b"avc1", b"avc3"}  # H.264
SOUNDS = {b"mp4a"}  # AAC, or the rare MPEG audio
KINDS = {b"vide": PICTURES, b"soun": SOUNDS}
MAX_BOXES = 1000


def is_playable_mp4(content: bytes) -> bool:
    """Tell whether a file is an MP4 with one H.264 film, and with AAC or no sound."""
    if content[4:8] != b"ftyp":
        return False
    movie = next((body for name, body in _boxes(content) if name == b"moov"), b"")
    tracks = [_track(body) for name, body in _boxes(movie) if name == b"trak"]
    told = [(kind, entry) for kind, entry in tracks if kind in KINDS]
    counts = [sum(kind == wanted for kind, _ in told) for wanted in (b"vide", b"soun")]
    return counts[0] == 1 and counts[1] <= 1 and all(entry in KINDS[kind] for kind, entry in told)


def _track(track: bytes) -> tuple[bytes, bytes]:
    """Return what a track holds (`vide`, `soun`, …), and in which coding."""
    media = _inside(track, b"mdia")
    handler = _inside(media, b"hdlr")
    description = _inside(_inside(_inside(media, b"minf"), b"stbl"), b"stsd")
    return handler[8:12], description[12:16]


def _inside(content: bytes, wanted: bytes) -> bytes:
    return next((body for name, body in _boxes(content) if name == wanted), b"")


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Go through the boxes of a file or of a box; what is cut, or claims too little or too much, ends them."""
    at = 0
    for _ in itertools.islice(itertools.count(), MAX_BOXES):
        if at + 8 > len(content):
            return
        size, name = struct.unpack_from(">I4s", content, at)
        start = at + 8
        if size == 1 and at + 16 <= len(content):
            (size,) = struct.unpack_from(">Q", content, start)
            start = at + 16
        end = at + size if size else len(content)
        if not start <= end <= len(content):
            return
        yield name, content[start:end]
        at = end
