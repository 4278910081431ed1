"""When the business is open: now, until when or from when, and on which days soon it is not. Pure functions.

    weekday's spans ── unless a public holiday (none) ── unless a special day (its own) ──▶ the spans of a day
    spans of yesterday, today, … ──▶ intervals, merged where they touch ──▶ open or closed, and until when

A span belongs to the day on which it begins: a closed Sunday does not end Saturday's evening at midnight. Spans are
of the business's clock; where that is put forward or back, they are as long as they then are.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from zoneinfo import ZoneInfo

from shared.model.business import WEEKDAYS, OpeningHours, SpecialDays
from shared.model.contact import MAX_FIELD_CHARACTERS

MAX_DAYS = 400  # that are looked through for the next opening
SOON = dt.timedelta(days=30)  # of days off, that customers are told of
ALWAYS = dt.timedelta(days=8)  # open for that long at a stretch counts as always
ONE_DAY = dt.timedelta(days=1)

Interval = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True)
class Opening:
    """Whether the business is open, and when that changes, on its clock; None when it does not in sight."""

    is_open: bool
    changes_at: dt.datetime | None


@dataclass(frozen=True)
class DayOff:
    """A day on which other hours hold than usual; closed when there are no spans."""

    day: dt.date
    spans: tuple[str, ...]
    why: str


def opening(hours: OpeningHours, zone: str, now: dt.datetime) -> Opening | None:
    """Tell whether the business is open at a moment; None when it did not say when it is."""
    if not hours.known:
        return None
    place = ZoneInfo(zone)
    for start, end in _intervals(hours, place, now.astimezone(place).date()):
        if now < start:
            return Opening(False, start.astimezone(place))
        if now < end:
            return Opening(True, None if end - now > ALWAYS else end.astimezone(place))
    return Opening(False, None)


def days_off(hours: OpeningHours, zone: str, now: dt.datetime) -> list[DayOff]:
    """List the days within a month on which other hours hold than on that weekday; none when those are unknown."""
    if not hours.known:
        return []
    today = now.astimezone(ZoneInfo(zone)).date()
    days = (today + dt.timedelta(days=number) for number in range(SOON.days + 1))
    return [found for day in days if (found := _day_off(hours, day))]


def spans_of(hours: OpeningHours, day: dt.date) -> list[str]:
    """Return the spans that begin on a day."""
    if special := _special(hours, day):
        return special.hours
    return [] if day in _holidays(hours.holidays, day.year) else hours.weekly.get(WEEKDAYS[day.weekday()], [])


def _day_off(hours: OpeningHours, day: dt.date) -> DayOff | None:
    usual, spans = hours.weekly.get(WEEKDAYS[day.weekday()], []), spans_of(hours, day)
    special = _special(hours, day)
    why = special.note if special else _holidays(hours.holidays, day.year).get(day, "")
    return DayOff(day, tuple(spans), why) if spans != usual else None


def _special(hours: OpeningHours, day: dt.date) -> SpecialDays | None:
    """Return what holds on a special day: of several, the shortest, such as a day within the holidays.

    Entries of the same days, such as a morning and an afternoon, are one.
    """
    covering = [each for each in hours.special_days if each.day <= day <= (each.until or each.day)]
    shortest = min(covering, key=_length, default=None)
    if shortest is None:
        return None
    same = [each for each in covering if (each.day, _length(each)) == (shortest.day, _length(shortest))]
    spans = dict.fromkeys(span for each in same for span in each.hours)
    notes = dict.fromkeys(each.note for each in same if each.note)
    return replace(shortest, hours=sorted(spans), note="; ".join(notes)[:MAX_FIELD_CHARACTERS])


def _length(special: SpecialDays) -> dt.timedelta:
    return (special.until or special.day) - special.day


@lru_cache(maxsize=32)
def _holidays(country: str, year: int) -> dict[dt.date, str]:
    """Return a country's public holidays of a year; none for a country that nobody knows."""
    if not country:
        return {}
    import holidays  # it takes 0.1 s, which an instance that starts need not wait for

    try:
        return dict(holidays.country_holidays(country, years=[year], language="en_US"))
    except NotImplementedError:
        return {}


def _intervals(hours: OpeningHours, zone: ZoneInfo, today: dt.date) -> Iterator[Interval]:
    """Yield when the business is open, from yesterday on, in UTC; what touches or overlaps is one interval."""
    current: Interval | None = None
    for number in range(-1, MAX_DAYS):
        for start, end in _intervals_of(hours, zone, today + dt.timedelta(days=number)):
            if current and start <= current[1]:
                current = (current[0], max(current[1], end))
                continue
            if current:
                yield current
            current = (start, end)
    if current:
        yield current


def _intervals_of(hours: OpeningHours, zone: ZoneInfo, day: dt.date) -> list[Interval]:
    found = []
    for span in spans_of(hours, day):
        begins, ends = span.split("-")
        following = day + ONE_DAY if ends <= begins or ends == "24:00" else day
        start, end = _moment(day, begins, zone), _moment(following, ends.replace("24:00", "00:00"), zone, last=True)
        if start < end:  # an hour that the clock leaves out may be all of a span
            found.append((start, end))
    return sorted(found)


def _moment(day: dt.date, clock: str, zone: ZoneInfo, *, last: bool = False) -> dt.datetime:
    """Return a moment in UTC: of an hour that comes twice the first one, or the last one."""
    local = dt.datetime.combine(day, dt.time.fromisoformat(clock), zone)
    folds = [local.replace(fold=fold).astimezone(dt.UTC) for fold in (0, 1)]
    return max(folds) if last else folds[0]
