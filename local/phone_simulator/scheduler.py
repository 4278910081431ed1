"""Things to do later, on a pool of threads."""

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

WORKERS = 16

Action = Callable[[], None]
logger = logging.getLogger(__name__)


@dataclass(order=True)
class _Job:
    due: float
    number: int
    action: Action = field(compare=False)


class Scheduler:
    """A queue of actions by due time; what was planned before a `reset` never happens."""

    def __init__(self) -> None:
        self._queue: list[_Job] = []
        self._changed = threading.Condition()
        self._numbers = itertools.count()
        self._running = 0
        self._stopped = False
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="phone-simulator")
        self._clock = threading.Thread(target=self._dispatch, name="phone-simulator-clock", daemon=True)
        self._clock.start()

    def later(self, seconds: float, action: Action) -> None:
        """Do this after so many seconds."""
        with self._changed:
            if not self._stopped:
                heapq.heappush(self._queue, _Job(time.monotonic() + seconds, next(self._numbers), action))
                self._changed.notify()

    def pending(self) -> int:
        """Return how many actions wait or run."""
        with self._changed:
            return len(self._queue) + self._running

    def reset(self) -> None:
        """Drop what waits; what runs goes on."""
        with self._changed:
            self._queue.clear()

    def stop(self) -> None:
        """Drop what waits and end the threads."""
        with self._changed:
            self._stopped = True
            self._queue.clear()
            self._changed.notify()
        self._clock.join(timeout=5)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _dispatch(self) -> None:
        while True:
            with self._changed:
                while not self._stopped and not self._is_due():
                    self._changed.wait(self._seconds_to_next())
                if self._stopped:
                    return
                job = heapq.heappop(self._queue)
                self._running += 1
            self._pool.submit(self._run, job.action)

    def _is_due(self) -> bool:
        return bool(self._queue) and self._queue[0].due <= time.monotonic()

    def _seconds_to_next(self) -> float | None:
        return max(0.0, self._queue[0].due - time.monotonic()) if self._queue else None

    def _run(self, action: Action) -> None:
        try:
            action()
        except Exception:
            logger.exception("a planned action failed")
        finally:
            with self._changed:
                self._running -= 1
