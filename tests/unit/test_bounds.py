"""What a contact's document may hold at most: it never outgrows Firestore's 1 MiB, whatever happens."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from functions.process.inbox.arrival import arrival
from functions.process.inbox.inbound import InboundMessage, parse_message
from functions.process.inbox.merge import merged
from shared.model.business import Limits
from shared.model.contact import Contact
from shared.model.ids import hashed, inbound_id
from shared.model.turn import MAX_CONTEXT_MESSAGES, MAX_PENDING_MESSAGES, Change, close
from shared.model.turn_state import Turn

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def unlimited() -> Limits:
    return Limits(messages_per_minute=0, messages_per_day=0)


def ids(name: str, count: int) -> list[str]:
    return [hashed(name, str(number)) for number in range(count)]


def contact(**fields: Any) -> Contact:
    return Contact(**{"id": "c", "created_at": NOW, **fields})


def text(name: str, body: str) -> InboundMessage:
    message = {"id": name, "from": "393331234567", "type": "text", "text": {"body": body}}
    return parse_message({**message, "timestamp": str(int(NOW.timestamp()))}, None, NOW)


def arrive(before: Contact, limits: Limits, body: str = "ciao") -> Change:
    return arrival(before, text("one more", body), None, limits, NOW)


def test_message_beyond_what_may_wait_is_left_to_staff_who_are_asked(unlimited):
    full = contact(pending=ids("waits", MAX_PENDING_MESSAGES))
    change = arrive(full, unlimited)
    assert change.creates[0].status == "left_to_staff"
    assert change.contact.pending == full.pending
    assert change.contact.context == [inbound_id("one more")]  # the model is told of it with the next turn
    assert change.contact.attention and change.contact.attention.reason == "rate_limited"
    assert change.contact.unread == 1


def test_message_is_answered_up_to_that_bound_and_again_below_it(unlimited):
    change = arrive(contact(pending=ids("waits", MAX_PENDING_MESSAGES - 1)), unlimited)
    assert change.creates[0].status == "new"
    assert len(change.contact.pending) == MAX_PENDING_MESSAGES
    assert change.contact.attention is None


@pytest.mark.parametrize("opted_out", [False, True])
def test_stop_and_start_are_obeyed_beyond_it_without_a_confirmation(unlimited, opted_out):
    full = contact(pending=ids("waits", MAX_PENDING_MESSAGES), opted_out=opted_out)
    change = arrive(full, unlimited, "START" if opted_out else "STOP")
    assert change.contact.opted_out is not opted_out
    assert change.contact.pending == full.pending


@pytest.mark.parametrize("outcome", ["left_to_staff", "failed"])
def test_context_is_cut_when_a_turn_is_closed_unanswered(outcome):
    turn = Turn(id="t", message_ids=ids("of", 40), context_ids=ids("told", 40), started_at=NOW)
    newest = ids("newest", 30)
    after = close(contact(turn=turn, context=newest), outcome, NOW).contact
    assert after.context == [*turn.message_ids[-(MAX_CONTEXT_MESSAGES - 30) :], *newest]


def test_context_is_cut_when_contacts_are_merged():
    older = contact(context=ids("older", 40), last_activity_at=NOW)
    newer = replace(contact(context=ids("newer", 30)), id="d", last_activity_at=NOW + dt.timedelta(minutes=1))
    found = merged(older, newer, [], NOW).context
    assert found == [*older.context[-(MAX_CONTEXT_MESSAGES - 30) :], *newer.context]
