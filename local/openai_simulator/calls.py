"""The log of calls, so that tests and the page can see what the product asked."""

import threading
import time
from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Endpoint = Literal["answer", "summary", "extraction", "transcription", "conversations", "knowledge", "other"]

MAX_LOGGED_CALLS = 10_000


@dataclass
class Call:
    """One request, its `time` in Unix seconds; `status` is None while it runs or when its connection was cut."""

    number: int
    endpoint: Endpoint
    method: str
    path: str
    time: float = field(default_factory=time.time)
    status: int | None = None
    error: str | None = None
    fault: str | None = None
    delay: float = 0
    conversation: str | None = None
    model: str | None = None
    prompt: str | None = None
    instructions: str | None = None
    texts: list[str] = field(default_factory=list)
    searched: list[str] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)
    response: str | None = None
    output: str | None = None
    input_tokens: int = 0
    cached_tokens: int = 0


class CallLog:
    """The latest calls, oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: deque[Call] = deque(maxlen=MAX_LOGGED_CALLS)
        self._count = 0

    def begin(self, endpoint: Endpoint, method: str, path: str) -> Call:
        """Add a call, whose other fields are filled in while it is served."""
        with self._lock:
            self._count += 1
            call = Call(self._count, endpoint, method, path)
            self._calls.append(call)
            return call

    def entries(self, endpoint: str | None = None, conversation: str | None = None) -> list[Call]:
        """Return the calls, optionally only those of an endpoint or a conversation."""
        with self._lock:
            calls = list(self._calls)
        return [
            call
            for call in calls
            if endpoint in (None, call.endpoint) and conversation in (None, call.conversation)
        ]

    def clear(self) -> None:
        """Empty the log."""
        with self._lock:
            self._calls.clear()


def call_body(call: Call) -> dict[str, Any]:
    """Return the call as JSON."""
    return asdict(call)
