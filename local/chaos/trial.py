"""One run: the stack starts, the load flows, the function is killed again and again; then calm, and judgement."""

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

from google.cloud import firestore

from local.chaos.doubts import Doubts
from local.chaos.judge import Judge, Verdict
from local.chaos.load import LOOK_SECONDS, Load
from local.chaos.plan import QUEUE_OPTIONS, TASK_DUPLICATES, Plan
from local.observe.answers import Answers
from local.observe.observer import Observer
from local.stack.configuration import ROOT
from local.stack.ports import LOOPBACK, free_port
from local.stack.processes import Processes, port_open
from local.stack.simulators import OpenAI, Phone
from local.stack.stack import Stack

PROGRESS_SECONDS = 5.0
CALM_SECONDS = 420.0  # longer than the sweep needs to find what nobody works on

Report = Callable[[str], None]


@dataclass(frozen=True)
class Run:
    """What happened: the verdict, and how much was made to fail."""

    verdict: Verdict
    crashes: int
    webhooks: int
    openai_calls: Counter[str | None]  # by the fault that struck them
    whatsapp_calls: Counter[str | None]
    calm_seconds: float
    became_quiet: bool


def run(plan: Plan, report: Report) -> Run:
    """Play a plan; raises what `Stack` raises when the product does not start or a part of it dies unasked."""
    with _tasks_emulator(plan) as tasks_host, _stack(plan, tasks_host, report) as stack:
        return _Trial(plan, stack, tasks_host, report).play()


class _Trial:
    def __init__(self, plan: Plan, stack: Stack, tasks_host: str, report: Report) -> None:
        self._plan = plan
        self._stack = stack
        self._report = report
        self._phone = Phone(stack.phone_url)
        self._openai = OpenAI(stack.openai_url)
        self._openai.quote_messages()
        # The client knows an emulator by this variable alone.
        os.environ["FIRESTORE_EMULATOR_HOST"] = stack.firestore_host
        client = firestore.Client(project=stack.env["GOOGLE_CLOUD_PROJECT"])
        self._observer = Observer(client, tasks_host, self._phone)
        self._doubts = Doubts(client)
        self._answers = Answers(self._phone, LOOK_SECONDS)
        self._load = Load(plan, self._phone, self._answers)
        self._crashes = 0
        self._began = time.monotonic()
        self._told = 0.0

    def play(self) -> Run:
        self._answers.start()
        self._doubts.start()
        self._openai.add_faults(self._plan.openai_faults())
        self._phone.add_faults(self._plan.phone_faults())
        self._load.start()
        self._kill_again_and_again()
        self._load.stop()
        openai_calls = Counter(call["fault"] for call in self._openai.calls())
        whatsapp_calls = Counter(call["fault"] for call in self._phone.calls())
        self._openai.clear_faults()
        self._phone.clear_faults()
        self._report("Calm: no more messages, failures and kills.")
        calm = time.monotonic()
        became_quiet = self._observer.wait_quiet(CALM_SECONDS, self._tell)
        return Run(
            verdict=self._judge(),
            crashes=self._crashes,
            webhooks=self._phone.webhooks()["posted"],
            openai_calls=openai_calls,
            whatsapp_calls=whatsapp_calls,
            calm_seconds=time.monotonic() - calm,
            became_quiet=became_quiet,
        )

    def _kill_again_and_again(self) -> None:
        """Kill in this thread: a process that the stack starts lives no longer than the thread that started it."""
        chance = self._plan.chance("kills")
        end = time.monotonic() + self._plan.seconds
        while self._sleep(min(time.monotonic() + chance.uniform(*self._plan.seconds_between_kills), end)) < end:
            self._stack.kill("process")
            self._crashes += 1
            self._stack.start("process")

    def _sleep(self, until: float) -> float:
        while (now := time.monotonic()) < until:
            self._tell()
            time.sleep(min(0.2, until - now))
        return now

    def _judge(self) -> Verdict:
        self._doubts.stop()
        sent, messages = self._answers.stop(), self._observer.messages()
        for message in messages.values():
            self._doubts.note(message)
        contacts, justified = self._observer.contacts(), self._doubts.justified
        return Judge(self._load.written(), sent, messages, contacts, justified).verdict()

    def _tell(self, doing: str = "") -> None:
        now = time.monotonic()
        if now - self._told < PROGRESS_SECONDS:
            return
        self._told = now
        written, waiting = len(self._load.written()), self._load.waiting()
        line = f"{_clock(now - self._began)}  messages {written}  waiting {waiting}  crashes {self._crashes}"
        self._report(f"  {line}{f'  under way: {doing}' if doing else ''}")


@contextmanager
def _tasks_emulator(plan: Plan) -> Iterator[str]:
    """Run an emulator with duplicates: the stack's own would deliver each task once."""
    port = free_port()
    seed = str(plan.chance("tasks").getrandbits(31))
    chosen = ["--duplicate-rate", str(TASK_DUPLICATES), "--seed", seed, *QUEUE_OPTIONS]
    command = [sys.executable, "-m", "local.tasks_emulator", "--port", str(port), *chosen]
    processes = Processes(plan.logs)
    try:
        processes.start("tasks", command, port_open(port), {**os.environ, "PYTHONPATH": str(ROOT)}, plan.logs)
        processes.wait_ready(["tasks"])
        yield f"{LOOPBACK}:{port}"
    finally:
        processes.stop()


def _stack(plan: Plan, tasks_host: str, report: Report) -> Stack:
    project = f"chaos-{uuid4().hex[:20]}"
    settings = {**plan.settings, "CLOUD_TASKS_EMULATOR_HOST": tasks_host, "GOOGLE_CLOUD_PROJECT": project}
    return Stack(settings, ports=0, logs=plan.logs, report=report)


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
