"""Webhooks, signed and posted again and again until they are accepted.

send -> scheduler -> POST -> 200: accepted
           ^          |
           |          v
           +-- 1, 2, 4 … s: anything else, up to MAX_ATTEMPTS; then given up
"""

import hashlib
import hmac
import itertools
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests

from local.phone_simulator.scheduler import Scheduler

MAX_ATTEMPTS = 8
TIMEOUT_SECONDS = (3.0, 20.0)
LOGGED_ANSWER_CHARACTERS = 300

Accepted = Callable[[], None]


def signature(secret: str, body: bytes) -> str:
    """Return the value of `X-Hub-Signature-256` for a raw body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def encode(payload: Any) -> bytes:
    """Return the bytes Meta posts: compact, with everything outside ASCII escaped."""
    return json.dumps(payload, separators=(",", ":")).encode()


@dataclass(frozen=True)
class _Delivery:
    number: int
    generation: int
    body: bytes
    accepted: Accepted | None
    attempt: int


class WebhookSender:
    """A sender of webhooks to `url`, which may be set later; `retry_seconds` is the first back-off."""

    def __init__(
        self, scheduler: Scheduler, secret: str, url: str | None = None, retry_seconds: float = 1.0
    ) -> None:
        self.url = url
        self._scheduler = scheduler
        self._secret = secret
        self._retry_seconds = retry_seconds
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._generation = 0
        self._log: list[dict[str, Any]] = []

    def send(self, body: bytes, *, after: float = 0.0, accepted: Accepted | None = None) -> int:
        """Post a body `after` seconds and return its number in the log; `accepted` is called at a 200."""
        delivery = _Delivery(next(self._numbers), self._generation, body, accepted, attempt=1)
        self._scheduler.later(after, lambda: self._deliver(delivery))
        return delivery.number

    def send_and_wait(self, body: bytes, seconds: float) -> None:
        """Post a body now and wait until it is accepted, at most so many seconds."""
        done = threading.Event()
        self.send(body, accepted=done.set)
        done.wait(seconds)

    def log(self) -> list[dict[str, Any]]:
        """Return every attempt so far: when, what, HTTP status or error, duration."""
        with self._lock:
            return list(self._log)

    def reset(self) -> None:
        """Forget the log and stop repeating what was not accepted."""
        with self._lock:
            self._generation += 1
            self._log.clear()

    def _deliver(self, delivery: _Delivery) -> None:
        started = time.monotonic()
        status, answer = self._post(delivery.body)
        entry = {
            "id": delivery.number,
            "attempt": delivery.attempt,
            "time": time.time(),
            "http_status": status,
            "answer": answer,
            "duration_seconds": round(time.monotonic() - started, 4),
            "payload": _decoded(delivery.body),
        }
        with self._lock:
            if delivery.generation != self._generation:
                return
            self._log.append(entry)
        if status == 200:
            if delivery.accepted:
                delivery.accepted()
        elif delivery.attempt < MAX_ATTEMPTS:
            self._repeat(delivery)

    def _repeat(self, delivery: _Delivery) -> None:
        again = _Delivery(
            delivery.number, delivery.generation, delivery.body, delivery.accepted, delivery.attempt + 1
        )
        pause = self._retry_seconds * 2 ** (delivery.attempt - 1)
        self._scheduler.later(pause, lambda: self._deliver(again))

    def _post(self, body: bytes) -> tuple[int | None, str]:
        """Return the HTTP status and the start of the answer; no status when there was no answer."""
        if not self.url:
            return None, "no webhook URL is set"
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "facebookexternalua",
            "X-Hub-Signature-256": signature(self._secret, body),
        }
        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.post(
                    self.url, data=body, headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False
                )
        except requests.RequestException as error:
            return None, type(error).__name__
        return answer.status_code, answer.text[:LOGGED_ANSWER_CHARACTERS]


def _decoded(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode(errors="replace")
