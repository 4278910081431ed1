"""Moves the queues through time: one scheduler thread, one thread for each attempt in flight."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from local.tasks_emulator.clock import Instant, read_clock
from local.tasks_emulator.queue import Queue
from local.tasks_emulator.registry import QueueRegistry
from local.tasks_emulator.task import Attempt, Outcome

Send = Callable[[Attempt], Outcome]

_LONGEST_WAIT = 3600.0

_log = logging.getLogger(__name__)


class Dispatcher:
    """Starts due attempts through `send` and takes in their outcomes, until stopped."""

    def __init__(self, registry: QueueRegistry, send: Send, clock: Callable[[], Instant] = read_clock) -> None:
        self._registry = registry
        self._send = send
        self._clock = clock
        self._changed = threading.Condition()
        self._is_stopping = False
        self._scheduler = threading.Thread(target=self._run, name="tasks-scheduler", daemon=True)

    def start(self) -> None:
        """Starts the scheduler thread."""
        self._scheduler.start()

    def stop(self) -> None:
        """Stops dispatching at once; requests in flight are abandoned."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()
        self._scheduler.join()

    @contextmanager
    def state(self) -> Iterator[tuple[QueueRegistry, Instant]]:
        """Exclusive use of the queues, with the present moment; the scheduler looks again afterwards."""
        with self._changed:
            yield self._registry, self._clock()
            self._changed.notify_all()

    def _run(self) -> None:
        with self._changed:
            while not self._is_stopping:
                self._start_attempts()
                self._changed.wait(self._seconds_to_wait())

    def _start_attempts(self) -> None:
        now = self._clock()
        for queue in self._registry:
            for attempt in queue.advance(now):
                # A pool would make a stop wait for targets that never answer: its threads are joined at exit.
                threading.Thread(target=self._dispatch, args=(queue, attempt), daemon=True).start()

    def _seconds_to_wait(self) -> float:
        now = self._clock()
        moments = [moment for queue in self._registry if (moment := queue.wake_at(now)) is not None]
        return max(0.0, min(moments, default=now.monotonic + _LONGEST_WAIT) - now.monotonic)

    def _dispatch(self, queue: Queue, attempt: Attempt) -> None:
        outcome = self._send(attempt)
        if self._is_stopping:
            return
        with self.state() as (_, now):
            queue.finish(attempt.id, outcome, now)
        level = logging.INFO if outcome.succeeded else logging.WARNING
        _log.log(level, "%s attempt %d: %s", attempt.task_id, attempt.retry_count + 1, outcome.reason)
