"""The faults that can be switched on, and which of them strike a call.

A fault strikes the next `times` calls that fit it, or each with probability `rate`, or all until cleared.
"""

import itertools
import random
import threading
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from local.openai_simulator.calls import Call

FaultKind = Literal[
    "slow",
    "rate_limit",
    "request_too_large",
    "insufficient_quota",
    "billing_not_active",
    "no_route",
    "server_error",
    "invalid_key",
    "forbidden",
    "timeout",
    "processed_then_timeout",
    "connection_reset",
    "truncated_json",
    "incomplete",
    "refusal",
    "two_messages",
    "failed_server_error",
    "failed_rate_limit",
    "empty",
    "reasoning_only",
    "prompt_gone",
    "conversation_gone",
    "context_overflow",
    "dangling_tool_call",
]
FaultEndpoint = Literal["answer", "summary", "extraction", "transcription", "conversations", "knowledge"]
Seconds = Annotated[float, Field(ge=0, le=3600)]

GENERATING = ("answer", "summary", "extraction")
ONLY_WHEN_GENERATING = (
    "incomplete",
    "refusal",
    "two_messages",
    "failed_server_error",
    "failed_rate_limit",
    "empty",
    "reasoning_only",
    "context_overflow",
    "request_too_large",
)


class FaultRequest(BaseModel):
    """A fault to switch on; `seconds` is the delay of `slow` and the hang of the time-outs."""

    model_config = ConfigDict(extra="forbid")

    kind: FaultKind
    endpoint: FaultEndpoint | None = None
    times: Annotated[int, Field(ge=1)] | None = None
    rate: Annotated[float, Field(ge=0, le=1)] | None = None
    seed: int = 0
    seconds: Seconds | None = None
    retry_after: Seconds | None = None


class FaultSettings(BaseModel):
    """Standing settings: seconds added per endpoint, and whether a failed call leaves its input behind.

    With `quote_messages` every answer quotes what it answers, until the next reset: `clear` leaves it on.
    """

    model_config = ConfigDict(extra="forbid")

    latency: dict[FaultEndpoint, Seconds] | None = None
    keep_user_item_on_failure: bool | None = None
    quote_messages: bool | None = None


@dataclass
class Fault:
    """A fault that is on; `left` counts down the calls it still strikes, None is no limit."""

    id: str
    request: FaultRequest
    left: int | None
    chance: random.Random

    @property
    def kind(self) -> FaultKind:
        """What goes wrong."""
        return self.request.kind

    def body(self) -> dict[str, Any]:
        """Return the fault as JSON."""
        return {"id": self.id, **self.request.model_dump(), "left": self.left}


@dataclass(frozen=True)
class Plan:
    """What happens to one call: seconds of delay, then at most one fault."""

    delay: float
    fault: Fault | None

    @property
    def kind(self) -> FaultKind | None:
        """The fault's kind, if there is a fault."""
        return self.fault.kind if self.fault else None

    @property
    def seconds(self) -> float:
        """How long a time-out hangs; by default longer than any client waits."""
        seconds = self.fault.request.seconds if self.fault else None
        return 600 if seconds is None else seconds


class FaultBoard:
    """The faults that are on; safe to call from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._faults: list[Fault] = []
        self._latency: dict[FaultEndpoint, float] = {}
        self.keep_user_item_on_failure = False
        self.quote_messages = False

    def add(self, kind: FaultKind, **options: Any) -> Fault:
        """Switch a fault on; takes the fields of `FaultRequest`."""
        return self.add_request(FaultRequest.model_validate({"kind": kind, **options}))

    def add_request(self, request: FaultRequest) -> Fault:
        """Switch on the fault that the request describes."""
        with self._lock:
            chance = random.Random(request.seed)  # noqa: S311 - repeatable on purpose
            fault = Fault(f"fault-{next(self._numbers)}", request, request.times, chance)
            self._faults.append(fault)
            return fault

    def configure(self, settings: FaultSettings) -> None:
        """Change the standing settings that are given."""
        with self._lock:
            if settings.latency is not None:
                self._latency = dict(settings.latency)
            if settings.keep_user_item_on_failure is not None:
                self.keep_user_item_on_failure = settings.keep_user_item_on_failure
            if settings.quote_messages is not None:
                self.quote_messages = settings.quote_messages

    def remove(self, fault_id: str) -> bool:
        """Switch one fault off; False when it is not on."""
        with self._lock:
            kept = [fault for fault in self._faults if fault.id != fault_id]
            removed = len(kept) < len(self._faults)
            self._faults = kept
            return removed

    def clear(self) -> None:
        """Switch everything off."""
        with self._lock:
            self._faults.clear()
            self._latency.clear()
            self.keep_user_item_on_failure = False

    def body(self) -> dict[str, Any]:
        """Return all that is on, as JSON."""
        with self._lock:
            return {
                "faults": [fault.body() for fault in self._faults],
                "latency": dict(self._latency),
                "keep_user_item_on_failure": self.keep_user_item_on_failure,
                "quote_messages": self.quote_messages,
            }

    def plan(self, call: Call) -> Plan:
        """Decide what strikes this call and count it; delays add up, of the other faults the first wins."""
        with self._lock:
            delay = 0.0 if call.endpoint == "other" else self._latency.get(call.endpoint, 0.0)
            chosen: Fault | None = None
            for fault in self._faults:
                if (fault.kind != "slow" and chosen) or not _fits(fault, call) or not _strikes(fault):
                    continue
                if fault.kind == "slow":
                    delay += 1.0 if fault.request.seconds is None else fault.request.seconds
                else:
                    chosen = fault
            self._faults = [fault for fault in self._faults if fault.left != 0]
        return Plan(delay, chosen)


def _fits(fault: Fault, call: Call) -> bool:
    if call.endpoint == "other" or fault.request.endpoint not in (None, call.endpoint):
        return False
    match fault.kind:
        case "prompt_gone":
            return call.prompt is not None
        case "conversation_gone":
            return call.conversation is not None
        case "dangling_tool_call":
            return call.conversation is not None and call.endpoint in GENERATING
        case kind if kind in ONLY_WHEN_GENERATING:
            return call.endpoint in GENERATING
    return True


def _strikes(fault: Fault) -> bool:
    if fault.request.rate is not None and fault.chance.random() >= fault.request.rate:
        return False
    if fault.left is not None:
        fault.left -= 1
    return True
