"""SIGTERM, as every deploy and scale-down sends it: what is not being sent is given back, and another goes on."""

import datetime as dt
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
import requests
from google.cloud import firestore
from werkzeug.wrappers import Request, Response

from local.stack.ports import LOOPBACK, free_port
from local.stack.processes import Processes, http_ok
from local.stack.simulators import OpenAI, Phone
from local.stack.stack import FUNCTION_THREADS, Stack, function_command
from shared.model.day_counts import DayCounts
from shared.store.stats import Stats
from tests.functional.product import serve
from tests.stack.clients import Customer, wait_for

pytestmark = pytest.mark.stack

REQUEST_SECONDS = 60.0
LONGEST_WAIT_SECONDS = 8.0  # for an answer that takes OpenAI 5 s: no lease of 30 s is waited for
GRACE_SECONDS = 10.0  # between SIGTERM and SIGKILL


class Front:
    """What leads the queue's deliveries to the instance that serves, as Cloud Run's own front does."""

    def __init__(self) -> None:
        self.to = ""

    def __call__(self, environment: object, start: object) -> object:
        request = Request(environment)  # type: ignore[arg-type]
        headers = {name: value for name, value in request.headers.items() if name != "Host"}
        try:
            answer = requests.post(self.to, data=request.get_data(), headers=headers, timeout=REQUEST_SECONDS)
        except requests.RequestException:
            return Response(status=503)(environment, start)  # type: ignore[arg-type]
        return Response(status=answer.status_code)(environment, start)  # type: ignore[arg-type]


class Instances:
    """Two process functions side by side, the first of which serves until it is told to end."""

    def __init__(self, stack: Stack, front: Front, logs: Path) -> None:
        self._stack = stack
        self._front = front
        self._processes = Processes(logs)
        self._logs = logs
        self._urls = [self._start(name) for name in ("first", "second")]
        self._processes.wait_ready(["first", "second"])
        front.to = self._urls[0]

    def _start(self, name: str) -> str:
        port = free_port()
        environment = self._stack.env | {"THREADS": FUNCTION_THREADS}
        command = function_command("process", port)
        self._processes.start(name, command, http_ok(port, "/health"), environment, self._logs)
        return f"http://{LOOPBACK}:{port}/"

    def replace(self) -> float:
        """End the first as a deploy does: SIGTERM, and SIGKILL ten seconds later; returns when it was told."""
        self._front.to = self._urls[1]
        os.kill(self._processes.process_id("first"), signal.SIGTERM)
        timer = threading.Timer(GRACE_SECONDS, self._processes.kill, ("first",))
        timer.daemon = True
        timer.start()
        return time.monotonic()

    def stop(self) -> None:
        """Stop all of them."""
        self._processes.stop()

    def says(self, name: str, what: str) -> bool:
        """Tell whether an instance's log holds something."""
        return what in (self._logs / f"{name}.log").read_text(errors="replace")


@pytest.fixture
def front() -> Front:
    return Front()


@pytest.fixture
def stack(front: Front, firestore_host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """The product, whose queue delivers to the front; the process function of its own gets nothing."""
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", firestore_host)
    with serve(front) as url:
        settings = {
            "FIRESTORE_EMULATOR_HOST": firestore_host,
            "GOOGLE_CLOUD_PROJECT": f"test-{uuid4().hex[:20]}",
            "BURST_WINDOW_SECONDS": "2",
            "SWEEP_SECONDS": "0",
            "PROCESS_URL": url,
        }
        with Stack(settings, ports=0, logs=tmp_path) as running:
            yield running


@pytest.fixture
def instances(stack: Stack, front: Front, tmp_path: Path) -> Iterator[Instances]:
    """Run both, for the length of a test."""
    started = Instances(stack, front, tmp_path)
    yield started
    started.stop()


@pytest.fixture
def customer(stack: Stack) -> Customer:
    return Customer.new(stack.phone_url, "Giulia")


def assert_answered_once_by_the_second(instances: Instances, customer: Customer, stack: Stack, told: float) -> None:
    wait_for("the contact given back", lambda: instances.says("first", "given_back") or None)
    customer.wait_for_replies(1)
    assert time.monotonic() - told < LONGEST_WAIT_SECONDS
    time.sleep(GRACE_SECONDS + 2)  # beyond the end of the first and what its end brings
    assert len(customer.replies()) == len(Phone(stack.phone_url).sent()) == 1
    assert instances.says("second", '"sent"') and not instances.says("first", '"sent"')


def test_turn_in_its_quiet_time_is_given_back_and_answered_at_once(
    instances: Instances, stack: Stack, customer: Customer
) -> None:
    customer.write("Buongiorno")
    wait_for("the message", lambda: instances.says("first", '"stored"') or None)

    told = instances.replace()

    assert_answered_once_by_the_second(instances, customer, stack, told)
    assert day_counts(stack)["messages"] == 1  # which the first had counted, and wrote as it ended


def day_counts(stack: Stack) -> DayCounts:
    """Return what is written of today, which may be two days when it is midnight."""
    today = dt.datetime.now(dt.UTC).date()
    with closing(firestore.Client(project=stack.env["GOOGLE_CLOUD_PROJECT"])) as client:
        days = Stats(client).of(today + dt.timedelta(days=number) for number in (-1, 0, 1))
    return sum(days.values(), DayCounts())


def test_turn_whose_answer_is_awaited_is_given_back_and_that_answer_adopted(
    instances: Instances, stack: Stack, customer: Customer
) -> None:
    openai = OpenAI(stack.openai_url)
    openai.set_latency({"answer": 5.0})
    customer.write("Buongiorno")
    wait_for("the question", lambda: instances.says("first", '"frozen"') or None)
    time.sleep(0.5)

    told = instances.replace()

    assert_answered_once_by_the_second(instances, customer, stack, told)
    assert len([call for call in openai.calls("answer") if call["status"] == 200]) == 1
