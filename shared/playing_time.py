"""How long recordings and videos last, which WhatsApp does not tell."""

import io

from tinytag import TinyTag


def playing_seconds(content: bytes) -> float | None:
    """Return how long a sound or a video plays, in seconds; None when that cannot be read from it."""
    try:
        seconds = TinyTag.get(file_obj=io.BytesIO(content), tags=False).duration
    except Exception:  # whatever a stranger's file makes a parser stumble over
        return None
    return round(seconds, 1) if seconds and seconds > 0 else None
