"""One measured figure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A value with its unit; `limit` is the most that is promised, None where nothing is."""

    name: str
    value: float
    unit: str
    limit: float | None = None
