"""The values a queue works with: a task, one attempt at it, and how that attempt ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from local.tasks_emulator.clock import Instant


@dataclass(frozen=True)
class HttpRequest:
    """The HTTP request a task stands for."""

    url: str
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    body: bytes = b""


@dataclass(frozen=True)
class TaskSpec:
    """What a caller asks for; `dispatch_deadline` in seconds."""

    request: HttpRequest
    schedule: Instant
    dispatch_deadline: float = 600.0


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended: an HTTP status, or None and the reason why there was no answer.

    `retry_after` is in seconds, 0 if the answer did not ask for a delay.
    """

    status: int | None
    reason: str
    retry_after: float = 0.0

    @property
    def succeeded(self) -> bool:
        """Whether the target accepted the task: any 2xx."""
        return self.status is not None and 200 <= self.status < 300


DEADLINE_EXCEEDED = Outcome(None, "DEADLINE_EXCEEDED")


@dataclass(frozen=True)
class Attempt:
    """One dispatch of a task, with all that its request and headers are made of."""

    id: int
    queue_id: str
    task_id: str
    request: HttpRequest
    scheduled: Instant
    dispatched: Instant
    deadline: Instant
    retry_count: int
    execution_count: int
    previous: Outcome | None


@dataclass
class Task:
    """A task in its queue, changed by the queue alone."""

    id: str
    spec: TaskSpec
    created: Instant
    scheduled: Instant
    dispatch_count: int = 0
    response_count: int = 0
    last_outcome: Outcome | None = None
