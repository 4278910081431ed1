"""Faults switched on by a person or a test: on webhooks, on statuses, on answers of the Graph API."""

import random
import threading
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from local.phone_simulator.graph_errors import KNOWN_ERRORS, GraphError

Endpoint = Literal["messages", "read", "media", "media_info", "download", "upload", "other", "any"]
MEDIA_ENDPOINTS = {"media_info", "download", "upload"}  # what "media" stands for

SERVER_ERROR = "500"
RATE_LIMITED = "429"
RATE_LIMITED_WITHOUT_RETRY_AFTER = "429_without_retry_after"
BEHAVIOURS = {
    "accepted_then_hang": "the message arrives, the answer hangs past a read time-out",
    "accepted_then_reset": "the message arrives, then the connection is reset",
    "truncated_json": "the message arrives, the answer breaks off",
    "accepted_then_504": "the message arrives, then a gateway answers 504 with a page of HTML",
    "504": "nothing arrives, a gateway answers 504 with a page of HTML",
    "hang": "nothing arrives, the answer hangs",
    "reset": "nothing arrives, the connection is reset",
    "latency": "a slow but good answer",
    "corrupted": "the file arrives with other bytes, so that its hash is wrong",
    "larger_than_declared": "the file arrives with more bytes than Meta said",
}
# Errors with a status of their own: fault -> code, status and message.
ERRORS = {
    SERVER_ERROR: (131000, 500, ""),
    "503": (2, 503, ""),
    "404": (100, 404, "(#100) The file does not exist or has expired"),
    "expired_url": (100, 404, "URL signature expired"),
}
ONLY_ON: dict[str, Endpoint] = {
    "corrupted": "download",
    "larger_than_declared": "download",
    "expired_url": "download",
}
DEFAULT_SECONDS = {"accepted_then_hang": 15.0, "hang": 15.0, "latency": 2.0}
DEFAULT_RETRY_AFTER_SECONDS = 2


class WebhookFaults(BaseModel):
    """Faults of webhooks and statuses; rates run from 0 to 1, `true` is 1."""

    model_config = ConfigDict(extra="forbid")

    webhook_duplicate: float = Field(0, ge=0, le=1)
    webhook_out_of_order: float = Field(0, ge=0, le=1)
    webhook_late: float = Field(0, ge=0, le=600, description="seconds")
    seed: int = 0
    drop_statuses: bool = False
    status_before_response: bool = False
    status_out_of_order: bool = False
    delivery_failed: float = Field(0, ge=0, le=1)


class GraphFault(BaseModel):
    """A fault of the next `times` calls, or of a share `rate` of them; with neither, of the next call."""

    model_config = ConfigDict(extra="forbid")

    fault: str
    endpoint: Endpoint = "messages"
    times: int | None = Field(None, ge=1)
    rate: float | None = Field(None, ge=0, le=1)
    seed: int = 0
    seconds: float | None = Field(None, ge=0, le=600)
    retry_after: int = Field(DEFAULT_RETRY_AFTER_SECONDS, ge=0)
    extra_bytes: int = Field(1_000_000, ge=1, description="of a file larger than declared")

    @field_validator("fault", mode="before")
    @classmethod
    def _name_known_fault(cls, value: Any) -> str:
        known = {RATE_LIMITED, RATE_LIMITED_WITHOUT_RETRY_AFTER, *ERRORS, *BEHAVIOURS}
        if str(value) not in known | {str(code) for code in KNOWN_ERRORS}:
            raise ValueError(f"unknown fault {value!r}; known are {', '.join(sorted(known))} and Meta's codes")
        return str(value)

    @model_validator(mode="after")
    def _default_to_once(self) -> Self:
        if self.times is None and self.rate is None:
            self.times = 1
        self.endpoint = ONLY_ON.get(self.fault, self.endpoint)
        return self

    def is_for(self, endpoint: Endpoint) -> bool:
        """Tell whether a call of this endpoint meets the fault."""
        return self.endpoint in (endpoint, "any") or (self.endpoint == "media" and endpoint in MEDIA_ENDPOINTS)

    @property
    def wait_seconds(self) -> float:
        """How long a hang or a delay lasts."""
        return DEFAULT_SECONDS.get(self.fault, 0.0) if self.seconds is None else self.seconds

    def error(self) -> GraphError | None:
        """Return the error to answer with, when this fault is one that answers with an error."""
        if self.fault in BEHAVIOURS:
            return None
        if self.fault in ERRORS:
            code, status, message = ERRORS[self.fault]
            return GraphError(code, message=message, status=status)
        if self.fault == RATE_LIMITED:
            return GraphError(130429, retry_after=self.retry_after)
        if self.fault == RATE_LIMITED_WITHOUT_RETRY_AFTER:
            return GraphError(130429)
        return GraphError(int(self.fault))


class FaultBook:
    """The faults in force. Each Graph fault draws from its own seed, so a run can be repeated."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Go back to a world without faults."""
        with self._lock:
            self._webhook = WebhookFaults()
            self._chance = random.Random(0)  # noqa: S311 (repeatable faults, nothing secret)
            self._graph: list[tuple[GraphFault, random.Random]] = []

    def change(self, body: dict[str, Any]) -> None:
        """Take over the named settings and add the Graph faults; raises pydantic.ValidationError."""
        body = dict(body)
        added = _graph_faults(body)
        if "webhook_shuffle" in body:
            body["webhook_out_of_order"] = body.pop("webhook_shuffle")
        with self._lock:
            self._webhook = WebhookFaults.model_validate(self._webhook.model_dump() | body)
            if "seed" in body:
                self._chance = random.Random(self._webhook.seed)  # noqa: S311
            self._graph += [(fault, random.Random(fault.seed)) for fault in added]  # noqa: S311

    def as_json(self) -> dict[str, Any]:
        """Return the faults in force, with the calls each Graph fault has left."""
        with self._lock:
            return self._webhook.model_dump() | {"graph": [fault.model_dump() for fault, _ in self._graph]}

    @property
    def webhook(self) -> WebhookFaults:
        """The faults of webhooks and statuses."""
        with self._lock:
            return self._webhook

    def happens(self, rate: float) -> bool:
        """Draw once."""
        with self._lock:
            return self._chance.random() < rate

    def between(self, low: float, high: float) -> float:
        """Draw a number of seconds."""
        with self._lock:
            return self._chance.uniform(low, high)

    def take(self, endpoint: Endpoint) -> GraphFault | None:
        """Return the fault of this call, if any; uses up one of its `times`."""
        with self._lock:
            for fault, chance in self._graph:
                if not fault.is_for(endpoint):
                    continue
                if fault.rate is not None and chance.random() >= fault.rate:
                    continue
                self._use_up(fault)
                return fault.model_copy()
            return None

    def _use_up(self, fault: GraphFault) -> None:
        if fault.times is None:
            return
        fault.times -= 1
        if not fault.times:
            self._graph = [item for item in self._graph if item[0] is not fault]


def _graph_faults(body: dict[str, Any]) -> list[GraphFault]:
    """Take the Graph faults out of a request: a list or one under `graph`, or one spelled flat."""
    listed = body.pop("graph", [])
    listed = listed if isinstance(listed, list) else [listed]
    if "fault" in body:
        flat = {name: body.pop(name) for name in list(body) if name in GraphFault.model_fields}
        listed = [*listed, flat]
    return [GraphFault.model_validate(item) for item in listed]
