"""The pause that a service asks for (RFC 9110, 10.2.3): seconds, or a date; never trusted further than a day."""

import datetime as dt
import email.utils
import re

MAX_SECONDS = 24 * 60 * 60.0
_SECONDS = re.compile(r"\s*\d{1,9}(?:\.\d{0,9})?\s*", re.ASCII)
_MANY = re.compile(r"\s*\d{10,}(?:\.\d*)?\s*", re.ASCII)


def pause_asked_for(header: str | None, now: dt.datetime) -> float | None:
    """Return the pause in seconds, 0 to a day; None when there is none that can be read. Never raises."""
    text = header or ""
    if found := _SECONDS.fullmatch(text):
        return min(float(found[0]), MAX_SECONDS)
    if _MANY.fullmatch(text):
        return MAX_SECONDS
    try:
        until = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=dt.UTC)
    return min(max(0.0, (until - now).total_seconds()), MAX_SECONDS)
