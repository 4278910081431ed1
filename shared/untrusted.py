"""Reading JSON of other people's making, where any field may be missing or of another type."""

from typing import Any


def mapping(value: Any) -> dict[str, Any]:
    """Return an object; anything else counts as an empty one."""
    return value if isinstance(value, dict) else {}


def mappings(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list; anything else counts as an empty list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def string(value: Any) -> str | None:
    """Return a text without blanks around it; a number is one too, since some senders write ids so."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value).strip() or None


def number(value: Any) -> float | None:
    """Return a number, also one that is written as a text."""
    if isinstance(value, bool):
        return None
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None
