"""How long recordings and videos last, which WhatsApp does not tell."""

import io

from tinytag import TinyTag

MAX_SECONDS = 24 * 60 * 60.0  # no file that WhatsApp takes is longer; what says so is damaged


def playing_seconds(content: bytes) -> float | None:
    """Return how long a sound or a video plays, in seconds; None when that cannot be read from it."""
    try:
        seconds = round(TinyTag.get(file_obj=io.BytesIO(content), tags=False).duration or 0, 1)
    except Exception:  # whatever a stranger's file makes a parser stumble over
        return None
    return seconds if 0 < seconds <= MAX_SECONDS else None
