"""Which MP4 files WhatsApp plays: by the codings of their tracks, whatever else is in them."""

import struct

import pytest

from shared.whatsapp.mp4 import is_playable_mp4
from tests.samples import VIDEO


def box(name: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I4s", 8 + len(content), name) + content


def track(kind: bytes, entry: bytes) -> bytes:
    handler = box(b"hdlr", bytes(8) + kind + bytes(12))
    description = box(b"stsd", bytes(4) + struct.pack(">I", 1) + box(entry, bytes(70)))
    return box(b"trak", box(b"tkhd", bytes(80)) + box(b"mdia", handler + box(b"minf", box(b"stbl", description))))


def film(*tracks: bytes, kind: bytes = b"isom") -> bytes:
    return box(b"ftyp", kind) + box(b"mdat", b"x" * 50) + box(b"moov", box(b"mvhd", bytes(100)) + b"".join(tracks))


H264, AAC = track(b"vide", b"avc1"), track(b"soun", b"mp4a")


@pytest.mark.parametrize(
    "content",
    [
        VIDEO,
        film(H264),
        film(H264, AAC),
        film(AAC, H264, kind=b"mp42"),
        film(track(b"vide", b"avc3"), AAC),
        film(H264, AAC, track(b"meta", b"mebx")),  # what iPhones add
        box(b"ftyp", b"isom") + struct.pack(">I4sQ", 1, b"mdat", 20) + b"long" + film(H264)[12:],
    ],
)
def test_h264_with_aac_or_silent_is_playable(content):
    assert is_playable_mp4(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a film",
        box(b"ftyp", b"isom"),
        film(),
        film(AAC),
        film(track(b"vide", b"hvc1"), AAC),
        film(track(b"vide", b"av01")),
        film(H264, track(b"soun", b"Opus")),
        film(H264, AAC, AAC),
        film(H264, H264),
        film(H264, track(b"vide", b"mp4v")),
        film(H264)[:-20],
        b"\0" * 5000,
        struct.pack(">I4s", 8, b"ftyp") + struct.pack(">I4s", 0, b"moov"),
        VIDEO[8:],
    ],
)
def test_what_whatsapp_does_not_play_is_told(content):
    assert not is_playable_mp4(content)


def test_a_file_of_nothing_but_boxes_ends():
    assert not is_playable_mp4(box(b"ftyp", b"isom") + box(b"free") * 200_000)
