"""WhatsApp's times: whole seconds, which may be late, missing or wrong. Pure functions."""

import datetime as dt
from typing import Any

MILLISECONDS = 100_000_000_000  # a time in seconds larger than this is one in milliseconds


def parse_time(value: Any, now: dt.datetime) -> dt.datetime:
    """Read seconds (or milliseconds) since 1970; what cannot be read, or lies in the future, is now."""
    try:
        seconds = float(value)
        seconds = seconds / 1000 if seconds > MILLISECONDS else seconds
        return min(dt.datetime.fromtimestamp(seconds, dt.UTC), now)
    except (TypeError, ValueError, OverflowError, OSError):
        return now


def in_order_of_arrival(at: dt.datetime, now: dt.datetime) -> dt.datetime:
    """Add a fraction to WhatsApp's whole seconds that grows with the time of arrival and never reaches one.

    So messages of one second keep the order in which they came, and sorting by `at` alone is enough.
    """
    if at.microsecond:
        return at
    delay = (now - at).total_seconds()
    return at + dt.timedelta(seconds=min(1 - 1 / (1 + delay), 0.999_999))


def whole_second(at: dt.datetime) -> dt.datetime:
    """Return a time as WhatsApp tells it, without the fraction that arrival added."""
    return at.replace(microsecond=0)
