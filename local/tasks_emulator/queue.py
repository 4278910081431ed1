"""The state machine of one queue: no threads, no sockets, every moment passed in.

A task over time:

    add -> scheduled --due, slot, token--> in flight --2xx--------------------> gone, name blocked
              ^                             |   |
              |                             |   '--else, attempts exhausted---> gone, name blocked
              '----------back-off-----------'

Attempts start only in `advance`, which the dispatcher calls whenever something may have changed. The
queue trusts no answer to come: an attempt past its deadline counts as failed, a later answer as unheard.
"""

import heapq
import itertools
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace

from local.tasks_emulator.backoff import QueueThrottle, TokenBucket, retry_delay
from local.tasks_emulator.clock import Instant
from local.tasks_emulator.config import UNLIMITED_ATTEMPTS, EmulatorConfig
from local.tasks_emulator.duplicates import duplicate_delay
from local.tasks_emulator.grpc_errors import AlreadyExistsError, NotFoundError
from local.tasks_emulator.task import DEADLINE_EXCEEDED, Attempt, Outcome, Task, TaskSpec
from local.tasks_emulator.tombstones import Tombstones


@dataclass(frozen=True, order=True)
class _Due:
    """An entry of the schedule: a task, or a second dispatch (`copy_of`) of one of its attempts."""

    at: float
    order: int
    task_id: str
    copy_of: Attempt | None = None


@dataclass(frozen=True)
class _Flight:
    """A running attempt; a copy has no task, for nothing follows from its answer."""

    attempt: Attempt
    task: Task | None


class Queue:
    """A queue's tasks, limits and back-off."""

    def __init__(self, name: str, config: EmulatorConfig, now: Instant) -> None:
        self.name = name
        self.is_paused = False
        self.purged: Instant | None = None
        self._config = config
        self._bucket = TokenBucket(config, now.monotonic)
        self._throttle = QueueThrottle()
        self._tasks: dict[str, Task] = {}
        self._tombstones = Tombstones(config.name_retention)
        self._counter = itertools.count(1)
        self._schedule: list[_Due] = []
        self._current_entry: dict[str, int] = {}
        self._flights: dict[int, _Flight] = {}
        self._deadlines: list[tuple[float, int]] = []

    @property
    def id(self) -> str:
        """The last part of the queue's name."""
        return self.name.rpartition("/")[2]

    def add(self, task_id: str | None, spec: TaskSpec, now: Instant) -> Task:
        """Add a task, under a random id if none is given; raises AlreadyExistsError for a blocked name."""
        if task_id is None:
            task_id = str(secrets.randbelow(10**19))
        elif task_id in self._tasks:
            raise AlreadyExistsError(f"a task named {task_id} is in the queue")
        elif self._tombstones.holds(task_id, now.monotonic):
            raise AlreadyExistsError(f"a task named {task_id} was in the queue too recently")
        scheduled = spec.schedule if spec.schedule.monotonic > now.monotonic else now
        task = Task(task_id, spec, created=now, scheduled=scheduled)
        self._tasks[task_id] = task
        self._enter(task)
        return task

    def task(self, task_id: str) -> Task:
        """Return the task of that id; raises NotFoundError for one that never was or is done."""
        try:
            return self._tasks[task_id]
        except KeyError:
            raise NotFoundError(f"there is no task {task_id} in the queue {self.id}") from None

    def tasks(self) -> list[Task]:
        """Return every task, ordered by id."""
        return [self._tasks[task_id] for task_id in sorted(self._tasks)]

    def purge(self, now: Instant) -> None:
        """Delete every task; an attempt in flight goes on, its answer is ignored."""
        for task in self.tasks():
            self._retire(task, now)
        self._schedule.clear()
        self.purged = now

    def advance(self, now: Instant) -> list[Attempt]:
        """Fail the attempts past their deadline and return those that start now."""
        for attempt_id in self._expired(now):
            self.finish(attempt_id, DEADLINE_EXCEEDED, now)
        started: list[Attempt] = []
        while self._may_dispatch(now) and (entry := self._next_entry()) and entry.at <= now.monotonic:
            if not self._bucket.take(now.monotonic):
                break
            heapq.heappop(self._schedule)
            started.append(self._start(entry, now))
        return started

    def wake_at(self, now: Instant) -> float | None:
        """Return when, on the monotonic clock, `advance` has something to do; None if only a call changes that."""
        moments = [self._deadlines[0][0]] if self._deadlines else []
        entry = self._next_entry()
        if entry and not self.is_paused and self._has_slot():
            ready = self._bucket.ready_at(now.monotonic)
            moments.append(max(entry.at, self._throttle.paused_until, ready))
        return min(moments, default=None)

    def finish(self, attempt_id: int, outcome: Outcome, now: Instant) -> None:
        """Take in how an attempt ended: the task is done, retried after a delay, or given up."""
        flight = self._flights.pop(attempt_id, None)
        if flight is None:
            return
        dispatched_at = flight.attempt.dispatched.monotonic
        self._throttle = self._throttle.after_answer(outcome.status, dispatched_at, now.monotonic)
        if flight.task is not None and self._tasks.get(flight.task.id) is flight.task:
            self._settle(flight.task, outcome, now)

    def _settle(self, task: Task, outcome: Outcome, now: Instant) -> None:
        task.response_count += outcome.status is not None
        task.last_outcome = outcome
        if outcome.succeeded or self._is_exhausted(task):
            self._retire(task, now)
        else:
            task.scheduled = now.after(retry_delay(self._config, task.dispatch_count, outcome.retry_after))
            self._enter(task)

    def _is_exhausted(self, task: Task) -> bool:
        limit = self._config.max_attempts
        return limit != UNLIMITED_ATTEMPTS and task.dispatch_count >= limit

    def _retire(self, task: Task, now: Instant) -> None:
        del self._tasks[task.id]
        self._current_entry.pop(task.id, None)
        self._tombstones.add(task.id, now.monotonic)

    def _enter(self, task: Task) -> None:
        entry = _Due(task.scheduled.monotonic, next(self._counter), task.id)
        self._current_entry[task.id] = entry.order
        heapq.heappush(self._schedule, entry)

    def _next_entry(self) -> _Due | None:
        while self._schedule and not self._is_current(self._schedule[0]):
            heapq.heappop(self._schedule)
        return self._schedule[0] if self._schedule else None

    def _is_current(self, entry: _Due) -> bool:
        return entry.copy_of is not None or self._current_entry.get(entry.task_id) == entry.order

    def _may_dispatch(self, now: Instant) -> bool:
        return not self.is_paused and self._has_slot() and now.monotonic >= self._throttle.paused_until

    def _has_slot(self) -> bool:
        return len(self._flights) < self._config.max_concurrent_dispatches

    def _start(self, entry: _Due, now: Instant) -> Attempt:
        if entry.copy_of is not None:
            return self._begin_copy(entry.copy_of, now)
        del self._current_entry[entry.task_id]
        return self._begin(self._tasks[entry.task_id], now)

    def _begin(self, task: Task, now: Instant) -> Attempt:
        attempt = self._attempt_at(task, now)
        if task.dispatch_count == 0:
            self._enter_copy(attempt, now)
        task.dispatch_count += 1
        self._launch(_Flight(attempt, task))
        return attempt

    def _attempt_at(self, task: Task, now: Instant) -> Attempt:
        return Attempt(
            id=next(self._counter),
            queue_id=self.id,
            task_id=task.id,
            request=task.spec.request,
            scheduled=task.scheduled,
            dispatched=now,
            deadline=now.after(task.spec.dispatch_deadline),
            retry_count=task.dispatch_count,
            execution_count=task.response_count,
            previous=task.last_outcome,
        )

    def _enter_copy(self, attempt: Attempt, now: Instant) -> None:
        delay = duplicate_delay(attempt.task_id, self._config.duplicate_rate, self._config.seed)
        if delay is not None:
            at = now.after(delay).monotonic
            heapq.heappush(self._schedule, _Due(at, next(self._counter), attempt.task_id, attempt))

    def _begin_copy(self, original: Attempt, now: Instant) -> Attempt:
        length = original.deadline.monotonic - original.dispatched.monotonic
        copy = replace(original, id=next(self._counter), dispatched=now, deadline=now.after(length))
        self._launch(_Flight(copy, None))
        return copy

    def _launch(self, flight: _Flight) -> None:
        self._flights[flight.attempt.id] = flight
        heapq.heappush(self._deadlines, (flight.attempt.deadline.monotonic, flight.attempt.id))

    def _expired(self, now: Instant) -> Iterator[int]:
        while self._deadlines and self._is_past(self._deadlines[0], now):
            yield heapq.heappop(self._deadlines)[1]

    def _is_past(self, deadline: tuple[float, int], now: Instant) -> bool:
        at, attempt_id = deadline
        return at <= now.monotonic or attempt_id not in self._flights
