"""When periods end, and what of a message goes."""

import datetime as dt

import pytest
from pydantic import ValidationError

from shared.model.retention import Retention, bounds_of, months_before


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-03-31", 1, "2026-02-28"),
        ("2024-03-31", 1, "2024-02-29"),
        ("2026-01-15", 1, "2025-12-15"),
        ("2026-12-31", 12, "2025-12-31"),
        ("2026-12-31", 13, "2025-11-30"),
        ("2026-11-28", 120, "2016-11-28"),
        ("2026-11-28", -3, "2027-02-28"),
    ],
)
def test_months_before_is_the_same_day_or_the_last_of_its_month(day: str, months: int, expected: str) -> None:
    assert months_before(dt.datetime.fromisoformat(day), months) == dt.datetime.fromisoformat(expected)


@pytest.mark.parametrize("wrong", [{"messages": 0}, {"contacts": 121}, {"deleted_days": 366}, {"files": -1}])
def test_no_period_is_without_end(wrong: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Retention(**wrong)


def test_part_is_never_kept_for_longer_than_its_message() -> None:
    now = dt.datetime(2026, 11, 28, tzinfo=dt.UTC)
    bounds = bounds_of(Retention(messages=6, files=24, deleted_days=365), now)
    assert bounds.files == bounds.deleted == bounds.messages == months_before(now, 6)
