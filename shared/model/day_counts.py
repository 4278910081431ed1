"""What happens on a day, in numbers: each change that is written tells what it adds, and nothing is ever scanned.

    messages, conversations          what customers wrote, and how many of them did
    answers, staff_messages          what the assistant and staff wrote
    handovers, failures              how often a person was needed, and how often something did not arrive
    answer_wait_N, staff_wait_N      how many waits were of this length: from a customer's last words to the
                                     assistant's answer, from the moment a person was needed to one's message

Lengths are in steps of a quarter, enough for a median that is at most an eighth off.
"""

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Literal

from shared.model.attention import FAILURE_REASONS, HANDOVER_REASONS
from shared.model.contact import Contact
from shared.model.kinds import AMENDMENT_KINDS
from shared.model.message import Message
from shared.model.turn import Change

STEP = 1.25  # from the end of one length of waits to the end of the next
LONGEST = dt.timedelta(days=30)

DayCounts = Counter[str]


def counted(before: Contact, change: Change, now: dt.datetime, *, is_new_day: bool) -> DayCounts:
    """Return what a change of a contact that was written adds to its day.

    `is_new_day` tells that the customer, if this is a message of theirs, wrote none before on the present day.
    """
    after, turn = change.contact, before.turn
    said = sum(map(_is_said, change.creates))
    by_staff = sum(message.author == "staff" and message.kind != "reaction" for message in change.creates)
    counts = DayCounts(
        messages=said,
        conversations=int(said > 0 and is_new_day),
        staff_messages=by_staff,
        handovers=_is_flagged(before, after, HANDOVER_REASONS),
        failures=_is_flagged(before, after, FAILURE_REASONS),
    )
    if by_staff and before.attention and after.attention is None:
        counts[f"staff_wait_{length_of(now - before.attention.at)}"] += 1
    if turn and _answers(before, after):
        counts["answers"] += 1
        if turn.arrived_at:
            counts[f"answer_wait_{length_of(now - turn.arrived_at)}"] += 1
    return +counts


def length_of(wait: dt.timedelta) -> int:
    """Return the length that a wait has: length n ends at 1.25 ** n seconds, length 0 at one second."""
    seconds = min(max(wait, dt.timedelta()), LONGEST).total_seconds()
    return math.ceil(math.log(seconds, STEP)) if seconds > 1 else 0


def percentile(
    counts: Mapping[str, int], waits: Literal["answer_wait", "staff_wait"], share: float
) -> float | None:
    """Return the seconds within which a share (0 to 1) of the waits ended, None when there were none."""
    prefix = f"{waits}_"
    lengths = sorted(
        (int(name.removeprefix(prefix)), count) for name, count in counts.items() if name.startswith(prefix)
    )
    wanted = share * sum(count for _, count in lengths)
    for length, count in lengths:
        wanted -= count
        if wanted <= 0:
            return round(math.pow(STEP, length - 0.5), 1)  # the middle of this length
    return None


def _is_said(message: Message) -> bool:
    return message.direction == "in" and message.kind not in AMENDMENT_KINDS and message.kind != "system"


def _answers(before: Contact, after: Contact) -> bool:
    """Tell whether a change notes that the first part of an answer was sent."""
    turn, said = before.turn, after.last_message
    return bool(
        turn
        and turn.outcome == "answered"
        and turn.state == "sending"
        and turn.part == 0
        and said
        and said.author == "assistant"
        and said != before.last_message
    )


def _is_flagged(before: Contact, after: Contact, reasons: Iterable[str]) -> int:
    return int(
        after.attention is not None and after.attention != before.attention and after.attention.reason in reasons
    )
