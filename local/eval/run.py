"""Playing many cases, some at once; what was played stays when somebody stops it."""

import queue
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from local.eval.case import Case
from local.eval.judge import Judged, judge
from local.eval.play import Played

LOOK_SECONDS = 0.2


class Stage(Protocol):
    """What plays a case."""

    def play(self, case: Case) -> Played: ...


def run_cases(
    stage: Stage, cases: Sequence[Case], jobs: int, report: Callable[[int, Judged], None], done: list[Judged]
) -> None:
    """Play cases, `jobs` at once, and put each into `done` when it is judged, telling `report` how many there are.

    A KeyboardInterrupt passes through at once: what is under way is left alone, in threads that end with the
    program.
    """
    waiting: queue.SimpleQueue[Case] = queue.SimpleQueue()
    finished: queue.SimpleQueue[Judged] = queue.SimpleQueue()
    for case in cases:
        waiting.put(case)
    stopped = threading.Event()
    for _ in range(min(jobs, len(cases))):
        threading.Thread(target=_work, args=(stage, waiting, finished, stopped), daemon=True).start()
    try:
        while len(done) < len(cases):
            try:
                judged = finished.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                continue
            done.append(judged)
            report(len(done), judged)
    finally:
        stopped.set()


def _work(
    stage: Stage,
    waiting: "queue.SimpleQueue[Case]",
    finished: "queue.SimpleQueue[Judged]",
    stopped: threading.Event,
) -> None:
    while not stopped.is_set():
        try:
            case = waiting.get_nowait()
        except queue.Empty:
            return
        finished.put(judge(stage.play(case)))
