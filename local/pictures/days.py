"""Four weeks of numbers for the pictures of the overview, the same each time."""

import datetime as dt

from shared.model.day_counts import DayCounts, length_of
from shared.model.usage import Usage
from shared.store.store import Store

DAYS = 28


def store_days(store: Store, today: dt.date) -> None:
    """Store four weeks until today: quiet Mondays, full weekends, and a little more each week."""
    for ago in range(DAYS):
        day = today - dt.timedelta(days=ago)
        messages = 60 + 14 * day.weekday() + (ago * 37) % 23 - 2 * (ago // 7) * 5
        answers = messages * 3 // 4
        counts = DayCounts(
            messages=messages,
            conversations=messages // 5,
            answers=answers,
            staff_messages=messages // 6,
            handovers=messages // 30,
            failures=int(ago % 9 == 4),
        )
        for seconds, share in ((3 + ago % 2, 30), (4 + ago % 5 // 2, 45), (6, 20), (12 + 5 * (ago % 4), 5)):
            counts[f"answer_wait_{length_of(dt.timedelta(seconds=seconds))}"] += answers * share // 100
        for minutes in (4, 11, 35)[: 1 + ago % 3]:
            counts[f"staff_wait_{length_of(dt.timedelta(minutes=minutes))}"] += 1
        store.stats.add(day.isoformat(), counts)
        spent = Usage(
            model="gpt-6-luna",
            input_tokens=answers * 2_400,
            cached_tokens=answers * 1_500,
            output_tokens=answers * 120,
            cost=answers * 0.00072,
        )
        store.facts.add_usage(day.isoformat(), [spent])
