"""The day that numbers are of is the business's own, whatever is done to its clocks."""

import datetime as dt
from dataclasses import replace
from typing import cast
from uuid import uuid4

import pytest

from shared.model.business import BusinessSettings
from shared.model.contact import Contact
from shared.model.day_counts import DayCounts
from shared.model.message import Message
from shared.model.turn import Change, arrive
from shared.store.stats import Stats
from shared.store.tally import Tally

LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


class Written:
    """The numbers of days, in memory."""

    def __init__(self) -> None:
        self.days: dict[str, DayCounts] = {}

    def add(self, day: str, counts: DayCounts) -> None:
        """Add to a day's numbers."""
        self.days[day] = self.days.get(day, DayCounts()) + counts


def said(at: dt.datetime) -> Message:
    return Message(
        id=uuid4().hex,
        contact_id="c",
        direction="in",
        author="customer",
        kind="text",
        text="ciao",
        status="new",
        at=at,
    )


@pytest.mark.parametrize(
    ("times", "days"),
    [
        # Summer time ends: the day has 25 hours, of which 02:00 to 03:00 comes twice.
        (["2026-10-24T21:59:59", "2026-10-24T22:00:00"], {"2026-10-24": (1, 1), "2026-10-25": (1, 1)}),
        (["2026-10-25T00:30:00", "2026-10-25T01:30:00", "2026-10-25T22:59:59"], {"2026-10-25": (3, 1)}),
        (["2026-10-25T22:59:59", "2026-10-25T23:00:00"], {"2026-10-25": (1, 1), "2026-10-26": (1, 1)}),
        # It begins: the day has 23 hours.
        (["2026-03-28T23:00:00", "2026-03-29T21:59:59"], {"2026-03-29": (2, 1)}),
        (["2026-03-29T21:59:59", "2026-03-29T22:00:00"], {"2026-03-29": (1, 1), "2026-03-30": (1, 1)}),
    ],
    ids=str,
)
def test_message_counts_on_the_day_that_the_business_s_clock_shows(
    times: list[str], days: dict[str, tuple[int, int]]
) -> None:
    written, clock = Written(), [LONG_AGO]
    tally = Tally(cast(Stats, written), BusinessSettings, lambda: clock[0], dt.timedelta(days=999))
    contact = Contact(id="c", created_at=LONG_AGO)
    for text in times:
        clock[0] = dt.datetime.fromisoformat(f"{text}+00:00")
        message = said(clock[0])
        after = arrive(contact, message, clock[0], wants_answer=True)
        tally.count(contact, Change(after, creates=(message,)))
        contact = replace(after, unread=0)
    tally.flush()  # at once for all, long after midnight
    assert {day: (counts["messages"], counts["conversations"]) for day, counts in written.days.items()} == days
