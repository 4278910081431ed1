"""The open turn of a contact, and the lease of whoever works on it; what becomes of both is in turn.py."""

import datetime as dt
from dataclasses import field
from typing import Literal

from shared.model.usage import Usage
from shared.model.value import value

TurnState = Literal["claimed", "replied", "sending"]
Outcome = Literal["answered", "left_to_staff", "failed"]


@value
class Lease:
    """The right to work on a contact until a moment; the epoch grows with every owner.

    `task` and `attempt` name the delivery of the queue that took it, as far as it came from there.
    """

    owner: str
    epoch: int
    until: dt.datetime
    task: str = ""
    attempt: int = 0


@value
class Turn:
    """The open turn: the frozen messages and how far their answer has come.

    `part` is the part being sent, `tries` how often its sending began, `unsent` how many of these surely did not
    send it, `check_at` when an uncertain send is looked at again. `announced_at` is when the present part's sending
    began. `taken` counts how often work on the turn was taken up, `attempts` how often of these it was begun anew
    because the one before it died over it or got a useless answer, `useless` how often it got one;
    `revision` how often the customer changed its messages before the answer was there. `unasked`
    marks one that was given back before OpenAI was asked anything: it takes along what arrives until then. `outage`
    marks a turn that waits for WhatsApp to accept the access token again, `resumed_at` is when it was sent on after
    that. `choices` are the buttons below the last
    part. `told` marks one whose answer is in the conversation at OpenAI. `despite_mute` marks the one confirmation
    that goes to a customer who wrote STOP. `previous_at` is when something happened last before its messages.
    `arrived_at` is when the newest of its messages came.
    `pause_minutes` is for how long its answer leaves the customer to staff, 0 for as long as they like.
    """

    id: str
    message_ids: list[str]
    context_ids: list[str] = field(default_factory=list)
    state: TurnState = "claimed"
    outcome: Outcome = "answered"
    cause: str | None = None
    parts: list[str] = field(default_factory=list)
    part: int = 0
    tries: int = 0
    unsent: int = 0
    check_at: dt.datetime | None = None
    announced_at: dt.datetime | None = None
    outage: bool = False
    resumed_at: dt.datetime | None = None
    taken: int = 1
    attempts: int = 1
    useless: int = 0
    revision: int = 0
    unasked: bool = False
    started_at: dt.datetime
    usage: Usage = field(default_factory=Usage)
    choices: list[str] = field(default_factory=list)
    despite_mute: bool = False
    previous_at: dt.datetime | None = None
    pause_minutes: int | None = None
    told: bool = False
    response_id: str | None = None
    arrived_at: dt.datetime | None = None
