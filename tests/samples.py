"""Small files of each kind: the phone simulator's own, and silence and colour made to measure."""

import io
import struct
import wave
import zlib

from local.phone_simulator.customers import SAMPLES

PHOTO = (SAMPLES / "photo.jpg").read_bytes()
STICKER = (SAMPLES / "sticker.webp").read_bytes()
DOCUMENT = (SAMPLES / "listino.pdf").read_bytes()
VOICE = (SAMPLES / "voice.ogg").read_bytes()  # 5.5 seconds long
VIDEO = (SAMPLES / "video.mp4").read_bytes()  # three seconds long


def png(width: int = 4, height: int = 4) -> bytes:
    """An orange picture."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = (b"\x00" + b"\xff\x88\x00" * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def wav(seconds: float = 5) -> bytes:
    """Silence; no browser needs a codec for it."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setparams((1, 1, 8000, 0, "NONE", "not compressed"))
        sound.writeframes(b"\x80" * int(8000 * seconds))
    return buffer.getvalue()
