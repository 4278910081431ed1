"""The queues, moved through time: one scheduler thread, one thread for each attempt in flight."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from local.tasks_emulator.clock import Instant, read_clock
from local.tasks_emulator.queue import Queue
from local.tasks_emulator.task import Attempt, Outcome

Send = Callable[[Attempt], Outcome]

MAX_WAIT_SECONDS = 3600.0

_log = logging.getLogger(__name__)


class Dispatcher:
    """The thread that starts due attempts through `send` and takes in their outcomes, until stopped."""

    def __init__(self, send: Send) -> None:
        self._queues: dict[str, Queue] = {}
        self._send = send
        self._changed = threading.Condition()
        self._is_stopping = False
        self._scheduler = threading.Thread(target=self._run, name="tasks-scheduler", daemon=True)

    def start(self) -> None:
        """Start the scheduler thread."""
        self._scheduler.start()

    def stop(self) -> None:
        """Stop dispatching at once; requests in flight are abandoned."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()
        self._scheduler.join()

    @contextmanager
    def state(self) -> Iterator[tuple[dict[str, Queue], Instant]]:
        """Give exclusive use of the queues, by name, and the present moment; then the scheduler looks again."""
        with self._changed:
            yield self._queues, read_clock()
            self._changed.notify_all()

    def _run(self) -> None:
        with self._changed:
            while not self._is_stopping:
                self._start_attempts()
                self._changed.wait(self._seconds_to_wait())

    def _start_attempts(self) -> None:
        now = read_clock()
        for queue in self._queues.values():
            for attempt in queue.advance(now):
                # A pool would make a stop wait for targets that never answer: its threads are joined at exit.
                threading.Thread(target=self._dispatch, args=(queue, attempt), daemon=True).start()

    def _seconds_to_wait(self) -> float:
        now = read_clock()
        moments = [moment for queue in self._queues.values() if (moment := queue.wake_at(now)) is not None]
        return max(0.0, min(moments, default=now.monotonic + MAX_WAIT_SECONDS) - now.monotonic)

    def _dispatch(self, queue: Queue, attempt: Attempt) -> None:
        outcome = self._send(attempt)
        if self._is_stopping:
            return
        with self.state() as (_, now):
            queue.finish(attempt.id, outcome, now)
        if not outcome.succeeded:
            _log.warning("%s attempt %d: %s", attempt.task_id, attempt.retry_count + 1, outcome.reason)
