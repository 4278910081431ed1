"""The running product, and hands on it: what all measurements work with."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from google.cloud import firestore

from local.observe.answers import Answers, token
from local.observe.observer import Observer
from local.stack.simulators import OpenAI, Phone
from local.stack.stack import Stack

LOOK_SECONDS = 0.02
PATIENCE_SECONDS = 300.0  # a time-out here means that something never came
SETTINGS = {"BURST_WINDOW_SECONDS": "0", "SWEEP_SECONDS": "0"}

Report = Callable[[str], None]


class MeasurementError(Exception):
    """Something did not happen, so it could not be measured."""


@dataclass(frozen=True)
class Sizes:
    """How often each thing is measured."""

    answers: int = 5
    webhooks: int = 100
    large_webhooks: int = 20
    imports: int = 3
    busy_seconds: float = 20.0
    days: int = 30  # of a customer's memory


QUICK = Sizes(answers=1, webhooks=5, large_webhooks=2, imports=1, busy_seconds=3.0, days=4)


class Workbench:
    """A stack without failures; each customer is used by one measurement at a time."""

    def __init__(self, stack: Stack, sizes: Sizes, report: Report) -> None:
        self.stack = stack
        self.sizes = sizes
        self.report = report
        self.phone = Phone(stack.phone_url)
        self.openai = OpenAI(stack.openai_url)
        self.openai.quote_messages()
        # The client knows an emulator by this variable alone.
        os.environ["FIRESTORE_EMULATOR_HOST"] = stack.firestore_host
        client = firestore.Client(project=stack.env["GOOGLE_CLOUD_PROJECT"])
        self.observer = Observer(client, stack.env["CLOUD_TASKS_EMULATOR_HOST"], self.phone)
        self.answers = Answers(self.phone, LOOK_SECONDS)
        self.answers.start()
        self._customers = 0

    def new_customer(self, *, auto_read: bool = False) -> "Writer":
        """Give somebody a phone."""
        self._customers += 1
        customer_id = self.phone.add_customer(f"Cliente {self._customers}", auto_read=auto_read)
        return Writer(self, self._customers, customer_id)

    def restart(self, names: tuple[str, ...], settings: Mapping[str, str]) -> None:
        """Start functions again with other settings; they stay for those that start later."""
        self.stack.env.update(settings)
        for name in names:
            self.stack.kill(name)
            self.stack.start(name)

    def wait_quiet(self) -> None:
        """Wait until nothing is under way; raises MeasurementError when it never is."""
        if not self.observer.wait_quiet(PATIENCE_SECONDS, lambda doing: None):
            raise MeasurementError("work was still under way when patience ended")


class Writer:
    """A customer of a workbench."""

    def __init__(self, bench: Workbench, number: int, customer_id: str) -> None:
        self._bench = bench
        self._number = number
        self._customer_id = customer_id
        self._count = 0

    def ask(self) -> float:
        """Write a message and wait for its answer; returns the seconds from one to the other."""
        return self.wait(*self.write())

    def write(self) -> tuple[str, float]:
        """Write a message; returns its token and the moment in epoch seconds."""
        name = token(self._number, self._count)
        self._count += 1
        now = time.time()
        self._bench.phone.write(self._customer_id, f"{name} quando siete aperti")
        return name, now

    def wait(self, name: str, since: float) -> float:
        """Wait for the answer to a message; returns the seconds since a moment."""
        sent = self._bench.answers.wait(name, PATIENCE_SECONDS)
        if sent is None:
            raise MeasurementError(f"{name} was never answered")
        return sent.time - since


@contextmanager
def workbench(sizes: Sizes, logs: Path, report: Report) -> Iterator[Workbench]:
    """Run the product for measurements; raises what `Stack` raises when it does not start."""
    settings = {**SETTINGS, "GOOGLE_CLOUD_PROJECT": f"bench-{uuid4().hex[:20]}"}
    with Stack(settings, ports=0, logs=logs, report=report) as stack:
        bench = Workbench(stack, sizes, report)
        try:
            yield bench
        finally:
            bench.answers.stop()
