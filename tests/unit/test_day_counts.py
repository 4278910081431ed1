"""The numbers of a day: what each written change adds to them, and how well lengths of waits tell a percentile."""

import datetime as dt
from dataclasses import replace

import pytest

from shared.model.attention import AttentionReason
from shared.model.contact import Contact, flagged
from shared.model.day_counts import DayCounts, counted, length_of, percentile
from shared.model.message import Author, Direction, InboundStatus, Message, OutboundStatus
from shared.model.turn import Change, sending, sent, sent_then_sending
from shared.model.turn_state import Outcome, Turn

NOW = dt.datetime(2026, 11, 28, 10, tzinfo=dt.UTC)
CONTACT = Contact(id="c", created_at=NOW)


def message(direction: Direction, author: Author, kind: str = "text") -> Message:
    status: InboundStatus | OutboundStatus = "new" if direction == "in" else "queued"
    return Message(
        id="m", contact_id="c", direction=direction, author=author, kind=kind, text="ciao", status=status, at=NOW
    )


def answering(outcome: Outcome = "answered") -> Contact:
    turn = Turn(id="t", message_ids=["m"], state="replied", parts=["a", "b"], started_at=NOW, arrived_at=NOW)
    return sending(replace(CONTACT, turn=replace(turn, outcome=outcome)), NOW).contact


def test_customers_message_counts_and_makes_its_conversation_one_of_the_day() -> None:
    change = Change(CONTACT, creates=(message("in", "customer"),))
    assert counted(CONTACT, change, NOW, is_new_day=True) == DayCounts(messages=1, conversations=1)
    assert counted(CONTACT, change, NOW, is_new_day=False) == DayCounts(messages=1)


@pytest.mark.parametrize("kind", ["reaction", "edit", "revoke", "system"])
def test_what_is_no_message_of_its_own_does_not_count(kind: str) -> None:
    change = Change(CONTACT, creates=(message("in", "customer", kind),))
    assert counted(CONTACT, change, NOW, is_new_day=True) == DayCounts()


def test_answer_of_several_parts_counts_once_with_the_wait_for_its_first() -> None:
    first, later = answering(), NOW + dt.timedelta(seconds=4)
    change = sent_then_sending(first, "wamid.1", later)
    assert counted(first, change, later, is_new_day=False) == DayCounts(answers=1, answer_wait_7=1)
    last = sent(change.contact, "wamid.2", later)
    assert counted(change.contact, last, later, is_new_day=False) == DayCounts()


def test_fallback_text_is_no_answer() -> None:
    before = answering(outcome="failed")
    assert counted(before, sent_then_sending(before, "wamid.1", NOW), NOW, is_new_day=False)["answers"] == 0


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("asked_for_human", DayCounts(handovers=1)),
        ("promised_human", DayCounts(handovers=1)),
        ("send_failed", DayCounts(failures=1)),
        ("turn_failed", DayCounts(failures=1)),
        ("rate_limited", DayCounts()),
    ],
)
def test_new_mark_counts_once(reason: AttentionReason, expected: DayCounts) -> None:
    marked = flagged(CONTACT, reason, NOW)
    assert counted(CONTACT, Change(marked), NOW, is_new_day=False) == expected
    assert counted(marked, Change(replace(marked, unread=2)), NOW, is_new_day=False) == DayCounts()


def test_message_of_staff_ends_the_wait_for_a_person() -> None:
    waiting = flagged(CONTACT, "asked_for_human", NOW)
    change = Change(replace(CONTACT, unread=0), creates=(message("out", "staff"),))
    later = NOW + dt.timedelta(minutes=10)
    assert counted(waiting, change, later, is_new_day=False) == DayCounts(staff_messages=1, staff_wait_29=1)
    assert counted(CONTACT, change, later, is_new_day=False) == DayCounts(staff_messages=1)


@pytest.mark.parametrize("seconds", [0.2, 1, 2, 5, 30, 61, 600, 86_400, 10**9])
def test_percentile_of_one_wait_is_an_eighth_off_at_most(seconds: float) -> None:
    counts = DayCounts({f"answer_wait_{length_of(dt.timedelta(seconds=seconds))}": 1})
    told = percentile(counts, "answer_wait", 0.5)
    expected = min(max(seconds, 1), 30 * 86_400)
    assert told and abs(told - expected) / expected < 0.13
    assert percentile(counts, "staff_wait", 0.5) is None


def test_percentiles_are_those_of_the_waits() -> None:
    waits = [dt.timedelta(seconds=number) for number in range(1, 101)]
    counts = sum((DayCounts({f"answer_wait_{length_of(wait)}": 1}) for wait in waits), DayCounts())
    assert percentile(counts, "answer_wait", 0.5) == pytest.approx(50, rel=0.13)
    assert percentile(counts, "answer_wait", 0.95) == pytest.approx(95, rel=0.13)
