"""A seeded scheduler: several processes in every interleaving, crashes and duplicates included, repeatably.

Each process runs in a thread of its own, but only one runs at a time: at every gate (before and after each call
of a collaborator) it hands the baton back, and the seed decides who goes on, who dies, and how time moves.
"""

import datetime as dt
import random
import threading
from dataclasses import dataclass, field

from shared.errors import RemoteError, SendFailedError, StoreUnavailableError
from shared.queue.tasks import StatusTask, SweepTask
from tests.turns.fakes import Crash, Scheduled
from tests.turns.world import World

QUEUE_JITTER_SECONDS = 10.0
MAX_STEPS = 60_000


@dataclass
class Plan:
    """How bad the days are; each number is a probability."""

    workers: int = 4
    customers: int = 2
    messages: int = 8
    duplicate_webhook: float = 0.3
    duplicate_delivery: float = 0.05
    crash: float = 0.01
    failed_send: float = 0.2
    failed_answer: float = 0.2
    clock_jump: float = 0.01
    takeover: float = 0.0
    hiccup: float = 0.0  # of each call of the store
    slow_model_seconds: float = 20.0


@dataclass
class Process:
    """One delivery of one task, in a thread that runs only when it has the baton."""

    entry: Scheduled
    go: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    paused: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    finished: bool = False
    succeeded: bool = False
    doomed: bool = False
    place: str = ""
    wakes_at: float = 0.0
    error: BaseException | None = None


class Scheduler:
    """Runs a world to its end under a plan and a seed."""

    def __init__(self, world: World, plan: Plan, seed: int) -> None:
        self._world = world
        self._plan = plan
        self._random = random.Random(seed)
        self._processes: list[Process] = []
        self.crashes = 0
        self.calm = False
        world.whatsapp.decide = self._send_outcome
        world.assistant.decide = self._answer_outcome

    def run(self) -> None:
        """Play the whole load, then calm days until nothing moves."""
        self._write_messages()
        for _ in range(MAX_STEPS):
            if not self._step():
                if self.calm:
                    return
                self._calm_down()
        raise AssertionError("the work never ends")

    def _write_messages(self) -> None:
        moment = 0.0
        for number in range(self._plan.messages):
            moment += self._random.choice([0.2, 1.0, 1.0, 6.0, 40.0])
            phone = f"39333000000{self._random.randrange(self._plan.customers)}"
            late = self._random.choice([0, 0, 0, 3, 15])
            name = f"m{number}"
            written = self._world.clock.now() + dt.timedelta(seconds=moment)
            task = self._world.message(name, phone=phone, at=written)
            self._world.received.append((phone, name))
            self._world.queue.put(task, moment + late)
            if self._random.random() < self._plan.duplicate_webhook:
                self._world.queue.put(task, moment + self._random.choice([0, 0.1, 5, 300]))

    def _step(self) -> bool:
        """Let one process go on to its next gate, or start one, or move the clock; False when all is quiet."""
        self._begin_due()
        ready = [process for process in self._processes if process.wakes_at <= self._now()]
        if ready:
            self._resume(self._random.choice(ready))
            return True
        moments = [process.wakes_at for process in self._processes]
        following = self._world.queue.next_due()
        if following is not None and len(self._processes) < self._plan.workers:
            moments.append(following.timestamp())
        if not moments:
            return False
        self._world.clock.advance(max(0.0, min(moments) - self._now()) + 0.001)
        return True

    def _begin_due(self) -> None:
        due = self._world.queue.due()
        # A queue keeps no order, but a task that is due much earlier does come first.
        due.sort(key=lambda entry: entry.due.timestamp() + self._random.uniform(0, QUEUE_JITTER_SECONDS))
        for entry in due[: self._plan.workers - len(self._processes)]:
            self._world.queue.tasks.remove(entry)
            if not self.calm and self._random.random() < self._plan.duplicate_delivery:
                self._world.queue.put(entry.task, self._random.choice([0, 0.5, 20]), entry.delivery)
            self._start(Process(entry))

    def _start(self, process: Process) -> None:
        def body() -> None:
            process.go.acquire()
            runtime = self._world.runtime(
                gate=lambda name: self._gate(process, name), sleep=lambda seconds: self._sleep(process, seconds)
            )
            try:
                process.succeeded = self._world.deliver(process.entry.task, runtime, process.entry.delivery)
            except Crash:
                process.succeeded = False
            except BaseException as error:
                process.error = error
            finally:
                process.finished = True
                process.paused.release()

        threading.Thread(target=body, daemon=True).start()
        self._processes.append(process)

    def _resume(self, process: Process) -> None:
        process.go.release()
        process.paused.acquire()
        if not self.calm and self._random.random() < self._plan.clock_jump:
            self._freeze(self._random.choice(self._freezes()))
        if process.finished:
            self._processes.remove(process)
            if process.error:
                raise process.error
            if not process.succeeded:
                self._retry(process.entry, crashed=process.doomed)

    def _freezes(self) -> list[float]:
        """How long everything may stand still, in seconds: longer than a lease.

        Between an announcement and its POST not longer than a POST may be out: the residual risk of docs/turns.md.
        """
        posting = any(process.place == "whatsapp.send_text before" for process in self._processes)
        return [5, 30] if posting else [5, 60, 130]

    def _freeze(self, seconds: float) -> None:
        """Every process stands still for a while; what WhatsApp reports meanwhile is recorded by others."""
        self._world.clock.advance(seconds)
        for entry in self._world.queue.due():
            if isinstance(entry.task, StatusTask):
                self._world.queue.tasks.remove(entry)
                self._world.deliver(entry.task)

    def _retry(self, entry: Scheduled, *, crashed: bool) -> None:
        delivery = entry.again(503 if crashed else 500)
        self._world.queue.put(entry.task, min(2.0**entry.delivery.attempt, 30), delivery)

    def _gate(self, process: Process, place: str) -> None:
        """Hand the baton back; perhaps die."""
        process.place = place
        if not process.doomed and not self.calm and self._random.random() < self._plan.crash:
            process.doomed = True
            self.crashes += 1
        if process.doomed:
            raise Crash
        may_fail = self._plan.hiccup and not self.calm and place.startswith("store.") and place.endswith("before")
        if may_fail and self._random.random() < self._plan.hiccup:
            raise StoreUnavailableError("away for a moment")
        process.paused.release()
        process.go.acquire()

    def _sleep(self, process: Process, seconds: float) -> None:
        process.wakes_at = self._now() + seconds
        self._gate(process, "sleep")

    def _calm_down(self) -> None:
        """No more mishaps; what is still lying is found by the sweep."""
        self.calm = True
        for pause in (400, 800, 1200):
            self._world.queue.put(SweepTask(), pause)

    def _send_outcome(self) -> str | RemoteError:
        if self.calm or self._random.random() > self._plan.failed_send:
            return "ok"
        busy = SendFailedError("busy", remote_code="131016", retryable=True)
        outcomes: list[str | RemoteError] = ["hang", "lost", busy]
        return self._random.choice(outcomes)

    def _answer_outcome(self) -> RemoteError | None:
        if self.calm or self._random.random() > self._plan.failed_answer:
            return None
        return RemoteError("busy", remote_code="http_500", retryable=True)

    def _now(self) -> float:
        return self._world.clock.now().timestamp()
