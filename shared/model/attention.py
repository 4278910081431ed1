"""Why staff are asked to look at a contact."""

import datetime as dt
from typing import Literal

from shared.model.value import value

AttentionReason = Literal[
    "another_account",
    "asked_for_human",
    "assistant_decided",
    "media_failed",
    "out_of_hours",
    "over_budget",
    "privacy_request",
    "promised_human",
    "rate_limited",
    "reminder",
    "send_failed",
    "turn_failed",
    "unknown_delivery",
    "unreadable",
    "unsupported_fact",
]
# For which staff are asked to take over from the assistant.
HANDOVER_REASONS: tuple[AttentionReason, ...] = ("asked_for_human", "assistant_decided", "promised_human")
# After which a message or a file did not get where it was to go.
FAILURE_REASONS: tuple[AttentionReason, ...] = ("media_failed", "send_failed", "turn_failed", "unknown_delivery")


@value
class Attention:
    """Why staff should look: an AttentionReason, or one that only a newer version knows (after a rollback).

    `summary` is a line about it, such as the customer's last words.
    """

    reason: str
    at: dt.datetime
    summary: str = ""
