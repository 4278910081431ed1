"""The numbers of the business's days: what was written and answered, how fast, what failed, what it cost."""

import datetime as dt
import zoneinfo
from collections.abc import Iterable, Sequence
from typing import Literal

from typing_extensions import TypedDict

from functions.dashboard_api.desk import Desk
from shared.errors import BadRequestError
from shared.model.day_counts import DayCounts, percentile
from shared.model.usage import Usage

MAX_DAYS = 92
USUAL_DAYS = 28
EARLIEST = dt.date(2000, 1, 1)


class WaitView(TypedDict):
    """How long it took, in seconds: half of all waits, and 95 of 100, were shorter; None without any wait."""

    median: float | None
    p95: float | None


class NumbersView(TypedDict):
    """What happened. `cost` is in dollars, None where no price is known."""

    messages: int
    conversations: int
    answers: int
    staff_messages: int
    seconds_to_answer: WaitView
    seconds_to_staff: WaitView
    handovers: int
    failures: int
    tokens: int
    cost: float | None


class DayView(NumbersView):
    """The numbers of a day of the business's clock, such as `2026-11-28`."""

    day: str


class StatsView(TypedDict):
    """Days, the oldest first, without gaps; `total` is over all of them."""

    days: list[DayView]
    total: NumbersView


def list_days(desk: Desk, first: str, last: str) -> StatsView:
    """Return the numbers of days, both included; without `last` until today (2 reads a day).

    Raises BadRequestError for what is no day, an end before its beginning, and more than 92 days.
    """
    today = desk.now().astimezone(zoneinfo.ZoneInfo(desk.business().business.time_zone)).date()
    end = _day(last, "to") if last else today
    start = _day(first, "from") if first else end - dt.timedelta(days=USUAL_DAYS - 1)
    length = (end - start).days + 1
    if not 1 <= length <= MAX_DAYS:
        raise BadRequestError(f"from and to must be 1 to {MAX_DAYS} days")
    days = [start + dt.timedelta(days=number) for number in range(length)]
    counts, usage = desk.store.stats.of(days), desk.store.facts.usage_of(day.isoformat() for day in days)
    views: list[DayView] = [
        {"day": name, **_numbers([counts.get(name, DayCounts())], usage.get(name, []))}
        for name in (day.isoformat() for day in days)
    ]
    total = _numbers(counts.values(), [each for spent in usage.values() for each in spent])
    return {"days": views, "total": total}


def _numbers(days: Iterable[DayCounts], usage: Sequence[Usage]) -> NumbersView:
    counts = sum(days, DayCounts())
    costs = [each.cost for each in usage if each.cost is not None]
    return {
        "messages": counts["messages"],
        "conversations": counts["conversations"],
        "answers": counts["answers"],
        "staff_messages": counts["staff_messages"],
        "seconds_to_answer": _wait(counts, "answer_wait"),
        "seconds_to_staff": _wait(counts, "staff_wait"),
        "handovers": counts["handovers"],
        "failures": counts["failures"],
        "tokens": sum(each.tokens for each in usage),
        "cost": round(sum(costs), 6) if costs or not usage else None,
    }


def _wait(counts: DayCounts, waits: Literal["answer_wait", "staff_wait"]) -> WaitView:
    return {"median": percentile(counts, waits, 0.5), "p95": percentile(counts, waits, 0.95)}


def _day(text: str, name: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = dt.date.min
    if day < EARLIEST:
        raise BadRequestError(f"{name} must be a day, such as 2026-11-28")
    return day
