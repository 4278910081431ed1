"""The arithmetic of waiting: retries of one task, the rate of a queue, the back-off of a whole queue.

Whole-queue back-off. A 429 or 503 means the target is overloaded, so the service slows the queue and
not just the task. The service does not publish its figures; here the queue starts no dispatch for
0.5 s, doubled by each further overload, at most 30 s:

    overload     overload       success            success
       | 0.5 s      | 1 s          |                  |
    ---x=====-------x==========----o------------------o---------> time
    level 1         level 2        level 1            level 0: an overload starts at 0.5 s again

Answers to dispatches older than the current level do not raise it: one burst that meets an overloaded
target counts once.
"""

from dataclasses import dataclass, replace
from datetime import UTC
from email.utils import parsedate_to_datetime

from local.tasks_emulator.config import EmulatorConfig

OVERLOAD_STATUSES = frozenset({429, 503})

FIRST_PAUSE = 0.5  # seconds, as all below
MAX_PAUSE = 30.0
MAX_LEVEL = 7  # the level whose pause reaches the longest: more would only slow the recovery
MAX_RETRY_AFTER = 30 * 24 * 3600.0  # no task may wait longer than a schedule_time may ask for
MAX_EXPONENT = 60  # keeps 2 ** n inside a float; any real limit is reached long before
WHOLE_TOKEN = 1 - 1e-9  # a refill computed to the very moment may fall short by a rounding error


def retry_delay(config: EmulatorConfig, attempts: int, retry_after: float = 0.0) -> float:
    """Return the seconds from the failure of the latest of `attempts` to the next one.

    The delay doubles `max_doublings` times, then grows by the last doubled delay, up to `max_backoff`;
    the target's `Retry-After` (seconds) can only lengthen it.
    """
    retries = attempts - 1
    doublings = min(retries, config.max_doublings, MAX_EXPONENT)
    steps = 1 + max(0, retries - config.max_doublings)
    delay = min(config.min_backoff * 2.0**doublings * steps, config.max_backoff)
    return max(delay, retry_after)


def parse_retry_after(value: str | None, wall: float) -> float:
    """Return the seconds that a `Retry-After` header (number or HTTP date) asks for, 0 if absent or unreadable."""
    if not value:
        return 0.0
    text = value.strip()
    seconds = float(text) if text.isascii() and text.isdigit() else _seconds_until(text, wall)
    return min(max(seconds, 0.0), MAX_RETRY_AFTER)


def _seconds_until(http_date: str, wall: float) -> float:
    try:
        moment = parsedate_to_datetime(http_date)
    except (ValueError, TypeError, OverflowError):
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.timestamp() - wall


class TokenBucket:
    """A measure: `max_burst_size` dispatches may start at once, `max_dispatches_per_second` from then on."""

    def __init__(self, config: EmulatorConfig, now: float) -> None:
        self._rate = config.max_dispatches_per_second
        self._size = float(config.max_burst_size)
        self._tokens = self._size
        self._filled_at = now

    def take(self, now: float) -> bool:
        """Take one token if there is one."""
        self._refill(now)
        if self._tokens < WHOLE_TOKEN:
            return False
        self._tokens -= 1
        return True

    def ready_at(self, now: float) -> float:
        """Return the moment of the monotonic clock from which a token can be taken."""
        self._refill(now)
        if self._tokens >= WHOLE_TOKEN:
            return now
        return now + (1 - self._tokens) / self._rate

    def _refill(self, now: float) -> None:
        self._tokens = min(self._size, self._tokens + (now - self._filled_at) * self._rate)
        self._filled_at = now


@dataclass(frozen=True)
class QueueThrottle:
    """The back-off of a whole queue; moments are those of the monotonic clock."""

    level: int = 0
    raised_at: float = 0.0
    paused_until: float = 0.0

    def after_answer(self, status: int | None, dispatched_at: float, now: float) -> "QueueThrottle":
        """Return the throttle once an attempt, dispatched at `dispatched_at`, was answered with `status`."""
        if status in OVERLOAD_STATUSES:
            return self._raised(dispatched_at, now)
        if status is not None and 200 <= status < 300 and self.level > 0:
            return replace(self, level=self.level - 1)
        return self

    def _raised(self, dispatched_at: float, now: float) -> "QueueThrottle":
        if self.level > 0 and dispatched_at < self.raised_at:
            return self
        pause = min(FIRST_PAUSE * 2**self.level, MAX_PAUSE)
        return QueueThrottle(min(self.level + 1, MAX_LEVEL), now, now + pause)
