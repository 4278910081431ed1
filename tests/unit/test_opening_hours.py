"""Open or closed, until when or from when."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.process.assistant.opening_hours import Opening, days_off, opening, spans_of
from shared.model.business import WEEKDAYS, OpeningHours, SpecialDays

ROME = "Europe/Rome"
SHOP: dict[Any, list[str]] = {
    **{day: ["09:00-13:00", "15:30-19:00"] for day in WEEKDAYS[:5]},
    "saturday": ["09:00-13:00"],
}


def at(text: str, zone: str = ROME) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def shop(**changes: Any) -> OpeningHours:
    return OpeningHours(**{"weekly": SHOP, "holidays": "IT", **changes})


def told(hours: OpeningHours, now: str, zone: str = ROME) -> str:
    found = opening(hours, zone, at(now, zone).astimezone(dt.UTC))
    if found is None:
        return "unknown"
    return f"{'open' if found.is_open else 'closed'} {found.changes_at:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-28 08:59", "closed 2026-11-28 09:00"),  # Saturday
        ("2026-11-28 09:00", "open 2026-11-28 13:00"),
        ("2026-11-28 12:59", "open 2026-11-28 13:00"),
        ("2026-11-28 13:00", "closed 2026-11-30 09:00"),
        ("2026-11-29 10:00", "closed 2026-11-30 09:00"),
        ("2026-11-30 14:00", "closed 2026-11-30 15:30"),
        ("2026-11-30 18:00", "open 2026-11-30 19:00"),
        ("2026-12-07 20:00", "closed 2026-12-09 09:00"),  # the 8th is a holiday
        ("2026-12-08 10:00", "closed 2026-12-09 09:00"),
        ("2026-12-24 19:00", "closed 2026-12-28 09:00"),  # 25th and 26th, then a Sunday
    ],
)
def test_shop_is_open_by_weekday_and_closed_on_holidays(now, expected):
    assert told(shop(), now) == expected


def test_hours_that_nobody_said_are_unknown():
    assert opening(OpeningHours(), ROME, at("2026-11-28 10:00")) is None
    only_special = OpeningHours(special_days=[SpecialDays(day=dt.date(2026, 12, 8), hours=["09:00-13:00"])])
    assert opening(only_special, ROME, at("2026-12-08 10:00")) is None
    assert days_off(only_special, ROME, at("2026-12-08 10:00")) == []


def test_special_days_come_before_weekday_and_holiday():
    hours = shop(
        special_days=[
            SpecialDays(day=dt.date(2026, 12, 8), hours=["10:00-12:00"]),
            SpecialDays(day=dt.date(2026, 12, 24), until=dt.date(2027, 1, 6), note="ferie"),
            SpecialDays(day=dt.date(2026, 12, 31), hours=["09:00-12:00"]),
        ]
    )
    assert told(hours, "2026-12-08 09:00") == "closed 2026-12-08 10:00"
    assert told(hours, "2026-12-23 19:00") == "closed 2026-12-31 09:00"  # the day within the holidays
    assert told(hours, "2026-12-31 12:00") == "closed 2027-01-07 09:00"


def test_entries_of_one_special_day_are_joined():
    day = dt.date(2026, 12, 24)
    hours = shop(
        special_days=[
            SpecialDays(day=day, hours=["15:00-17:00"], note="vigilia"),
            SpecialDays(day=day, until=day, hours=["09:00-12:00"]),
            SpecialDays(day=day, until=dt.date(2026, 12, 26), note="ferie"),
        ]
    )
    assert spans_of(hours, day) == ["09:00-12:00", "15:00-17:00"]
    assert days_off(hours, ROME, at("2026-12-24 08:00"))[0].why == "vigilia"
    assert spans_of(hours, dt.date(2026, 12, 26)) == []


def test_span_over_midnight_belongs_to_the_day_it_begins_on():
    bar = OpeningHours(
        weekly={"friday": ["20:00-02:00"], "saturday": ["20:00-02:00"]},
        special_days=[SpecialDays(day=dt.date(2026, 11, 29))],
    )
    assert told(bar, "2026-11-27 23:00") == "open 2026-11-28 02:00"
    assert told(bar, "2026-11-29 01:00") == "open 2026-11-29 02:00"
    assert told(bar, "2026-11-29 02:00") == "closed 2026-12-04 20:00"


def test_spans_that_touch_or_overlap_are_one():
    hours = OpeningHours(
        weekly={"monday": ["18:00-24:00", "19:00-23:00"], "tuesday": ["00:00-02:00", "01:00-03:00"]}
    )
    assert told(hours, "2026-11-30 18:30") == "open 2026-12-01 03:00"


def test_open_all_the_time_has_no_end():
    always = OpeningHours(weekly={day: ["00:00-24:00"] for day in WEEKDAYS})
    assert opening(always, ROME, at("2026-11-30 18:30")) == Opening(True, None)


def test_closed_for_good_has_no_beginning():
    gone = shop(special_days=[SpecialDays(day=dt.date(2026, 1, 1), until=dt.date(2030, 1, 1))])
    assert opening(gone, ROME, at("2026-11-30 10:30")) == Opening(False, None)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-03-28 23:00", "open 2026-03-29 03:30"),  # 02:30 does not exist: the clock shows 03:30
        ("2026-10-24 23:00", "open 2026-10-25 02:30"),
    ],
)
def test_span_ends_by_the_clock_when_that_changes(now, expected):
    bar = OpeningHours(weekly={"saturday": ["20:00-02:30"]})
    assert told(bar, now) == expected
    if "10-24" in now:  # the second time that the clock shows it
        found = opening(bar, ROME, at(now))
        assert found and found.changes_at and found.changes_at.astimezone(dt.UTC).hour == 1


def test_clock_is_the_business_s_own():
    assert told(shop(holidays=""), "2026-11-30 08:59", "America/New_York") == "closed 2026-11-30 09:00"
    assert opening(shop(), "America/New_York", at("2026-11-30 10:00")) == Opening(
        False, at("2026-11-30 09:00", "America/New_York")
    )


def test_country_that_nobody_knows_has_no_holidays():
    assert told(shop(holidays="XX"), "2026-12-08 10:00") == "open 2026-12-08 13:00"


def test_days_off_are_those_that_differ_from_their_weekday():
    hours = shop(special_days=[SpecialDays(day=dt.date(2026, 12, 13), hours=["10:00-18:00"], note="mercatino")])
    found = [(each.day.day, each.spans, each.why) for each in days_off(hours, ROME, at("2026-11-28 10:00"))]
    assert found[0][:2] == (8, ()) and "Conception" in found[0][2]
    assert found[1] == (13, ("10:00-18:00",), "mercatino")
    assert [each[0] for each in found] == [8, 13, 25, 26]


moments = st.integers(0, 730 * 24 * 60).map(
    lambda minutes: dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes)
)
clocks = st.integers(0, 95).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")
spans = st.tuples(clocks, clocks).map("-".join)
special = st.builds(
    lambda day, length, hours: SpecialDays(day=day, until=day + dt.timedelta(days=length), hours=hours),
    st.dates(dt.date(2026, 1, 1), dt.date(2028, 1, 1)),
    st.integers(0, 10),
    st.lists(spans, max_size=2),
)
some_hours = st.builds(
    OpeningHours,
    weekly=st.dictionaries(st.sampled_from(WEEKDAYS), st.lists(spans, max_size=3), min_size=1),
    special_days=st.lists(special, max_size=3),
    holidays=st.sampled_from(["", "IT", "DE"]),
)


@settings(deadline=None)  # the first one imports the holidays
@given(hours=some_hours, now=moments, zone=st.sampled_from([ROME, "America/New_York", "Asia/Kathmandu"]))
def test_state_holds_until_it_changes_and_then_is_the_other_one(hours, now, zone):
    found = opening(hours, zone, now)
    assert (found is None) == (not hours.known)
    if found is None or found.changes_at is None:
        return
    changes_at = found.changes_at.astimezone(dt.UTC)
    assert changes_at > now
    for share in (0.25, 0.5, 0.999):
        between = opening(hours, zone, now + share * (changes_at - now))
        assert between and between.is_open == found.is_open and between.changes_at == found.changes_at
    after = opening(hours, zone, changes_at)
    assert after and after.is_open != found.is_open


@settings(deadline=None)
@given(hours=some_hours, now=moments)
def test_open_now_means_within_a_span_of_today_or_yesterday(hours, now):
    found = opening(hours, "UTC", now)
    if found is None:
        return
    clock = f"{now:%H:%M}"
    today, yesterday = spans_of(hours, now.date()), spans_of(hours, now.date() - dt.timedelta(days=1))
    begun = any(_holds(span, clock) for span in today)
    left = any(span.split("-")[1] <= span.split("-")[0] and clock < span.split("-")[1] for span in yesterday)
    assert found.is_open == (begun or left)


def _holds(span: str, clock: str) -> bool:
    begins, ends = span.split("-")
    return begins <= clock and (ends <= begins or clock < ends)
