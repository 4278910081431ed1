"""The shown status of a message: the furthest known, whatever the order they came in."""

import datetime as dt
from itertools import permutations
from typing import Any

import pytest

from shared.model.message import REMOTE_STATUSES, STATUS_RANK, Message

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


def message(status: str = "accepted", statuses: tuple[str, ...] = (), **fields: Any) -> Message:
    values: dict[str, Any] = {"direction": "out", "author": "assistant", "kind": "text", "text": "t", **fields}
    values |= {"status": status, "statuses": dict.fromkeys(statuses, NOW)}
    return Message(id="m", contact_id="c", at=NOW, **values)


@pytest.mark.parametrize("length", range(1, 6))
def test_shown_status_in_any_order_is_the_same_and_never_goes_back(length):
    for order in permutations(REMOTE_STATUSES, length):
        shown = [message(statuses=order[:count]).shown_status for count in range(length + 1)]
        ranks = [STATUS_RANK[status] for status in shown]
        assert ranks == sorted(ranks)
        assert shown[-1] == max(order, key=STATUS_RANK.__getitem__)


@pytest.mark.parametrize("other", ["sent", "delivered", "read", "played"])
def test_shown_status_failed_is_final(other):
    assert message(statuses=("failed", other)).shown_status == "failed"
    assert message(status="failed", statuses=(other,)).shown_status == "failed"


@pytest.mark.parametrize("own", ["queued", "sending", "unknown", "accepted"])
def test_shown_status_of_whatsapp_is_further_than_ours(own):
    assert message(status=own).shown_status == own
    assert message(status=own, statuses=("sent",)).shown_status == "sent"


def test_shown_status_unknown_name_counts_least():
    assert message(statuses=("deleted",)).shown_status == "accepted"


@pytest.mark.parametrize("status", ["new", "answered", "left_to_staff", "failed", "recorded"])
def test_shown_status_of_an_inbound_message_is_its_own(status):
    assert message(status=status, direction="in").shown_status == status


def test_reached_whatsapp_needs_proof():
    assert not message(status="unknown").reached_whatsapp
    assert message(statuses=("sent",)).reached_whatsapp
    assert message(whatsapp_id="wamid.1").reached_whatsapp
