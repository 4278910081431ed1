"""The emulator's dispatches: the official client on one side, a real HTTP target on the other."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.api_core import exceptions
from google.cloud import tasks_v2
from google.cloud.tasks_v2.services.cloud_tasks.transports import CloudTasksGrpcTransport

from local.tasks_emulator import EmulatorConfig, TasksEmulator

LOCATION = "projects/demo/locations/europe-west1"
QUEUE = f"{LOCATION}/queues/whatsapp"
PROJECT_ROOT = Path(__file__).parents[2]
PATIENCE = 15.0  # seconds until a test that waits in vain fails
SOON = timedelta(seconds=0.05)


@dataclass(frozen=True)
class Received:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Target:
    """An HTTP server that keeps what it received and answers what the test says."""

    def __init__(self) -> None:
        self.received: queue.Queue[Received] = queue.Queue()
        self.answer: Callable[[Received], tuple[int, dict[str, str]]] = lambda _: (200, {})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/process"

    def next(self) -> Received:
        return self.received.get(timeout=PATIENCE)

    def __enter__(self) -> "Target":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        target = self

        class Handler(BaseHTTPRequestHandler):
            def _take(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                request = Received(self.command, self.path, dict(self.headers), body)
                target.received.put(request)
                status, headers = target.answer(request)
                self.send_response(status)
                for name, value in {"Content-Length": "0", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()

            do_GET = do_POST = do_PUT = do_DELETE = _take

            def log_message(self, format: str, *args: object) -> None:
                """The target stays silent."""

        return Handler


@pytest.fixture
def target() -> Iterator[Target]:
    with Target() as running:
        yield running


def client_of(channel: grpc.Channel) -> tasks_v2.CloudTasksClient:
    return tasks_v2.CloudTasksClient(transport=CloudTasksGrpcTransport(channel=channel))


@contextmanager
def running(**settings: Any) -> Iterator[tasks_v2.CloudTasksClient]:
    config = EmulatorConfig(min_backoff=0.05, max_backoff=0.2, **settings)
    with TasksEmulator(config) as address, grpc.insecure_channel(address) as channel:
        found = client_of(channel)
        found.create_queue(parent=LOCATION, queue=tasks_v2.Queue(name=QUEUE))
        yield found


@pytest.fixture
def client() -> Iterator[tasks_v2.CloudTasksClient]:
    with running() as found:
        yield found


def create(client: tasks_v2.CloudTasksClient, url: str, name: str = "", **fields: object) -> tasks_v2.Task:
    task: dict[str, object] = {"http_request": {"url": url, "body": b"{}"}, **fields}
    if name:
        task["name"] = f"{QUEUE}/tasks/{name}"
    return client.create_task(parent=QUEUE, task=tasks_v2.Task(task))


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "the awaited state did not come"
        time.sleep(0.01)


def is_empty(client: tasks_v2.CloudTasksClient) -> bool:
    return not list(client.list_tasks(parent=QUEUE))


def test_dispatch_due_task_posts_the_request_with_the_services_headers(client, target):
    created = client.create_task(
        parent=QUEUE,
        task={
            "name": f"{QUEUE}/tasks/hello",
            "http_request": {
                "url": f"{target.url}?turn=1",
                "headers": {"Content-Type": "application/json", "X-Own": "kept"},
                "body": json.dumps({"id": 1}).encode(),
                "oidc_token": {"service_account_email": "tasks@demo.iam.gserviceaccount.com"},
            },
        },
    )
    received = target.next()
    assert (received.method, received.path, received.body) == ("POST", "/process?turn=1", b'{"id": 1}')
    headers = received.headers
    assert headers["Content-Type"] == "application/json"
    assert headers["X-Own"] == "kept"
    assert headers["User-Agent"] == "Google-Cloud-Tasks"
    assert headers["X-CloudTasks-QueueName"] == "whatsapp"
    assert headers["X-CloudTasks-TaskName"] == "hello"
    assert headers["X-CloudTasks-TaskRetryCount"] == "0"
    assert headers["X-CloudTasks-TaskExecutionCount"] == "0"
    assert float(headers["X-CloudTasks-TaskETA"]) == pytest.approx(created.schedule_time.timestamp())
    assert "X-CloudTasks-TaskPreviousResponse" not in headers
    assert "X-CloudTasks-TaskRetryReason" not in headers
    assert "Authorization" not in headers


def test_dispatch_reserved_headers_of_the_caller_are_replaced_or_dropped(client, target):
    forged = {
        "x-cloudtasks-taskretrycount": "9",
        "X-CloudTasks-Forged": "yes",
        "X-Google-Forged": "yes",
        "X-AppEngine-QueueName": "yes",
        "User-Agent": "someone",
        "Host": "elsewhere.example",
    }
    client.create_task(parent=QUEUE, task={"http_request": {"url": target.url, "headers": forged}})
    headers = {name.lower(): value for name, value in target.next().headers.items()}
    assert headers["x-cloudtasks-taskretrycount"] == "0"
    assert headers["user-agent"] == "Google-Cloud-Tasks"
    assert headers["host"].startswith("127.0.0.1:")
    assert not {"x-cloudtasks-forged", "x-google-forged", "x-appengine-queuename"} & headers.keys()


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_dispatch_any_success_ends_the_task_and_blocks_its_name(client, target, status):
    target.answer = lambda _: (status, {})
    create(client, target.url, "done")
    target.next()
    wait_until(lambda: is_empty(client))
    with pytest.raises(exceptions.NotFound):
        client.get_task(name=f"{QUEUE}/tasks/done")
    with pytest.raises(exceptions.AlreadyExists):
        create(client, target.url, "done")


@pytest.mark.parametrize("status", [302, 400, 404, 429, 500, 503])
def test_dispatch_any_other_answer_is_retried_with_the_story_so_far(client, target, status):
    answers = iter([status, 200])
    target.answer = lambda _: (next(answers), {"Location": "/elsewhere"})
    create(client, target.url)
    target.next()
    second = target.next().headers
    assert second["X-CloudTasks-TaskRetryCount"] == "1"
    assert second["X-CloudTasks-TaskExecutionCount"] == "1"
    assert second["X-CloudTasks-TaskPreviousResponse"] == str(status)
    assert str(status) in second["X-CloudTasks-TaskRetryReason"]
    wait_until(lambda: is_empty(client))


def test_dispatch_connection_refused_is_retried_without_counting_a_response(client):
    with Target() as gone:
        url = gone.url
    task = create(client, url)
    wait_until(lambda: client.get_task(name=task.name).dispatch_count >= 2)
    assert client.get_task(name=task.name).response_count == 0


def test_dispatch_failed_task_waits_as_long_as_the_target_asks(client, target):
    target.answer = lambda _: (500, {"Retry-After": "3600"})
    task = create(client, target.url)
    target.next()
    wait_until(lambda: client.get_task(name=task.name).response_count == 1)
    found = client.get_task(name=task.name)
    assert found.dispatch_count == 1
    assert found.schedule_time - task.schedule_time >= timedelta(hours=1)


def test_dispatch_attempts_exhausted_deletes_the_task(target):
    target.answer = lambda _: (500, {})
    with running(max_attempts=3) as client:
        create(client, target.url)
        wait_until(lambda: is_empty(client))
    counts = [target.next().headers["X-CloudTasks-TaskRetryCount"] for _ in range(3)]
    assert counts == ["0", "1", "2"]
    assert target.received.empty()


def test_dispatch_tasks_run_at_the_same_time(client, target):
    together = threading.Barrier(5, timeout=PATIENCE)

    def answer(_: Received) -> tuple[int, dict[str, str]]:
        together.wait()
        return 200, {}

    target.answer = answer
    for _ in range(5):
        create(client, target.url)
    wait_until(lambda: is_empty(client))
    assert target.received.qsize() == 5


def test_dispatch_concurrency_limit_of_one_never_overlaps(target):
    slot = threading.Semaphore(1)
    overlaps = []

    def answer(_: Received) -> tuple[int, dict[str, str]]:
        overlaps.append(not slot.acquire(blocking=False))
        time.sleep(0.02)
        slot.release()
        return 200, {}

    target.answer = answer
    with running(max_concurrent_dispatches=1) as client:
        for _ in range(5):
            create(client, target.url)
        wait_until(lambda: is_empty(client))
    assert overlaps == [False] * 5


def test_dispatch_scheduled_tasks_come_in_the_order_of_their_moments(client, target):
    now = datetime.now(UTC)
    create(client, target.url, "later", schedule_time=now + 10 * SOON)
    create(client, target.url, "sooner", schedule_time=now + 5 * SOON)
    create(client, target.url, "at-once")
    names = [target.next().headers["X-CloudTasks-TaskName"] for _ in range(3)]
    assert names == ["at-once", "sooner", "later"]


def test_dispatch_paused_queue_sends_when_it_is_resumed(client, target):
    client.pause_queue(name=QUEUE)
    create(client, target.url, "waiting")
    time.sleep(0.2)
    assert target.received.empty()
    client.resume_queue(name=QUEUE)
    assert target.next().headers["X-CloudTasks-TaskName"] == "waiting"


def test_dispatch_get_method_sends_no_body(client, target):
    client.create_task(parent=QUEUE, task={"http_request": {"url": target.url, "http_method": "GET"}})
    received = target.next()
    assert (received.method, received.body) == ("GET", b"")


def test_dispatch_ignores_the_machines_proxy(client, target, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    create(client, target.url)
    assert target.next().method == "POST"


def test_dispatch_duplicates_wanted_sends_every_task_twice(target):
    with running(duplicate_rate=1.0, seed=7) as client:
        for name in ("a", "b"):
            create(client, target.url, name)
        names = sorted(target.next().headers["X-CloudTasks-TaskName"] for _ in range(4))
    assert names == ["a", "a", "b", "b"]


def test_stop_target_never_answers_abandons_the_request(target):
    release = threading.Event()

    def answer(_: Received) -> tuple[int, dict[str, str]]:
        release.wait(PATIENCE)
        return 200, {}

    target.answer = answer
    emulator = TasksEmulator()
    with grpc.insecure_channel(emulator.start()) as channel:
        client = client_of(channel)
        client.create_queue(parent=LOCATION, queue=tasks_v2.Queue(name=QUEUE))
        create(client, target.url)
        target.next()
        emulator.stop()
    assert not release.is_set()
    release.set()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_program_serves_on_the_printed_address_and_stops_on_a_signal(target, number):
    command = [sys.executable, "-m", "local.tasks_emulator", "--port", "0", "--min-backoff", "0.25"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, cwd=PROJECT_ROOT, env=environment, stderr=subprocess.PIPE, text=True) as program:
        assert program.stderr is not None
        ready = program.stderr.readline().strip()
        assert ready.startswith("tasks emulator ready on 127.0.0.1:")
        with grpc.insecure_channel(ready.rpartition(" ")[2]) as channel:
            client = client_of(channel)
            created = client.create_queue(parent=LOCATION, queue=tasks_v2.Queue(name=QUEUE))
            create(client, target.url)
            target.next()
        program.send_signal(number)
        assert program.wait(PATIENCE) == 0
        assert program.stderr.read() == ""
    assert created.retry_config.min_backoff == timedelta(seconds=0.25)


def test_program_port_in_use_says_so_and_fails():
    with TasksEmulator() as address:
        port = address.rpartition(":")[2]
        command = [sys.executable, "-m", "local.tasks_emulator", "--port", port]
        result = subprocess.run(
            command, cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    assert result.returncode == 1
    assert f"cannot serve on {address}" in result.stderr
