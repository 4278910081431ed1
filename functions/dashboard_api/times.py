"""Times as the API writes and reads them: ISO 8601, in UTC."""

import datetime as dt

from shared.errors import BadRequestError


def time_text(time: dt.datetime) -> str:
    """Write a time."""
    return time.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def time_text_if_any(time: dt.datetime | None) -> str | None:
    """Write a time that may be missing."""
    return time_text(time) if time else None


def read_time(text: str) -> dt.datetime:
    """Read a time; raises BadRequestError for what is none."""
    try:
        time = dt.datetime.fromisoformat(text.replace(" ", "+"))  # an unescaped + arrives as a blank
        return time.astimezone(dt.UTC) if time.tzinfo else time.replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError):
        raise BadRequestError("the cursor cannot be read") from None
