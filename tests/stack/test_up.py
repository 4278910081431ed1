"""The program behind `./dev.sh up`: what it prints, how it ends, and that nothing outlives it."""

import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
import requests
from werkzeug.wrappers import Request, Response

from local.stack.configuration import DEFAULT_PORTS, ROOT
from local.stack.ports import LOOPBACK, choose_ports
from tests.functional.product import serve
from tests.stack.clients import REQUEST_SECONDS, wait_for

pytestmark = [
    pytest.mark.stack,
    pytest.mark.skipif(sys.platform != "linux", reason="looks for left-over processes in Linux's /proc"),
]

LAST_LINE = "Ctrl-C stops everything."
STOP_SECONDS = 60.0


class Up:
    """A running `up`, whose processes are found by a variable that they all inherit."""

    def __init__(self, ports: dict[str, int], errors: Path) -> None:
        self.mark = uuid4().hex
        self._errors = errors
        with errors.open("w") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "local.stack"],
                cwd=ROOT,
                env=_environment(ports) | {"STACK_MARK": self.mark},
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
                start_new_session=True,
            )

    def wait_ready(self) -> str:
        """Return what is printed until everything runs."""
        assert self._process.stdout
        lines = []
        for line in self._process.stdout:
            lines.append(line)
            if line.strip() == LAST_LINE:
                return "".join(lines)
        raise AssertionError("".join(lines) + self.errors())

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program alone, as a terminal's Ctrl-C reaches it but not its children."""
        self._process.send_signal(number)

    def wait(self) -> int:
        """Return the exit code."""
        assert self._process.stdout
        self._process.stdout.read()
        return self._process.wait(STOP_SECONDS)

    def errors(self) -> str:
        """Return what was printed to standard error."""
        return self._errors.read_text()

    def processes(self) -> dict[int, str]:
        """Return the command lines of all processes that come from this run, by id."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if f"STACK_MARK={self.mark}".encode() in (folder / "environ").read_bytes():
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().decode().replace("\0", " ")
            except OSError:
                continue  # gone meanwhile, or not ours to read
        return found

    def kill(self, part: str) -> None:
        """Kill the process whose command line contains `part`."""
        [number] = [number for number, command in self.processes().items() if part in command]
        os.kill(number, signal.SIGKILL)

    def clean_up(self) -> None:
        """Leave nothing behind even when the test failed."""
        self._process.kill()
        self._process.wait()
        assert self._process.stdout
        self._process.stdout.close()
        for number in self.processes():
            os.kill(number, signal.SIGKILL)


@pytest.fixture
def ports() -> dict[str, int]:
    return choose_ports(dict.fromkeys(DEFAULT_PORTS, 0))


@contextmanager
def running(ports: dict[str, int], folder: Path) -> Iterator[Up]:
    up = Up(ports, folder / "errors.txt")
    try:
        yield up
    finally:
        up.clean_up()


def test_up_interrupted_leaves_no_process_and_starts_again_on_the_same_ports(
    ports: dict[str, int], tmp_path: Path
) -> None:
    with running(ports, tmp_path) as up:
        printed = up.wait_ready()
        started = " ".join(up.processes().values())
        up.signal(signal.SIGINT)
        code, left = up.wait(), up.processes()
    with running(ports, tmp_path) as again:
        printed_again = again.wait_ready()
        again.signal(signal.SIGTERM)
        code_again, left_again = again.wait(), again.processes()

    assert "java" in started and "functions-framework" in started
    assert all(f":{port}" in printed for name, port in ports.items() if name != "TASKS_PORT")
    assert LAST_LINE in printed_again
    assert (code, left) == (0, {})
    assert (code_again, left_again) == (0, {})


def test_up_prints_a_signed_message_that_is_answered(ports: dict[str, int], tmp_path: Path) -> None:
    with running(ports, tmp_path) as up:
        [command] = [line for line in up.wait_ready().splitlines() if line.startswith("curl ")]
        answer = _run_curl(command)
        replies = wait_for("the answer", lambda: _replies(ports["PHONE_PORT"]))

    assert answer == 200
    assert "Giulia" in replies[0]


def test_up_whose_child_dies_says_which_and_stops_everything(ports: dict[str, int], tmp_path: Path) -> None:
    with running(ports, tmp_path) as up:
        up.wait_ready()
        up.kill("local.openai_simulator")
        code, left, errors = up.wait(), up.processes(), up.errors()

    assert code == 1
    assert "openai stopped unexpectedly (killed by SIGKILL)" in errors
    assert "Traceback" not in errors
    assert left == {}


def test_up_killed_takes_its_processes_with_it(ports: dict[str, int], tmp_path: Path) -> None:
    with running(ports, tmp_path) as up:
        up.wait_ready()
        up.signal(signal.SIGKILL)
        up.wait()

        assert wait_for("the end of all processes", lambda: not up.processes())


def test_up_with_a_busy_port_names_it_and_starts_nothing(ports: dict[str, int], tmp_path: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as other:
        busy = other.getsockname()[1]
        with running(ports | {"WEBHOOK_PORT": busy}, tmp_path) as up:
            code, errors = up.wait(), up.errors()

    assert code == 1
    assert errors.strip() == (
        f"Port {busy} (WEBHOOK_PORT) is in use by another program: stop that program, "
        "or set WEBHOOK_PORT to another port, or to 0 for any free one."
    )


def test_up_with_a_server_for_chat_alone_says_what_it_lacks_and_starts_nothing(
    ports: dict[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = Request.application(lambda request: Response('{"detail": "Not Found"}', 404))
    with serve(chat) as url:
        monkeypatch.setenv("OPENAI_BASE_URL", f"{url}/v1")
        monkeypatch.setenv("OPENAI_API_KEY", "key")
        with running(ports, tmp_path) as up:
            code, errors, left = up.wait(), up.errors(), up.processes()

    assert (code, left) == (1, {})
    assert "OPENAI_BASE_URL has no /conversations" in errors and "Responses and Conversations API" in errors
    assert "Traceback" not in errors


def _environment(ports: dict[str, int]) -> dict[str, str]:
    # An emulator of the test session, or one that the developer runs, is not this program's.
    inherited = {name: value for name, value in os.environ.items() if name != "FIRESTORE_EMULATOR_HOST"}
    return inherited | {name: str(port) for name, port in ports.items()} | {"BURST_WINDOW_SECONDS": "0"}


def _run_curl(command: str) -> int:
    """Do what the printed line does, on a machine that may have no curl; returns the status."""
    words = shlex.split(command)
    headers = dict(words[at + 1].split(": ", 1) for at, word in enumerate(words) if word == "-H")
    body = words[words.index("-d") + 1].encode()
    return requests.post(words[-1], data=body, headers=headers, timeout=REQUEST_SECONDS).status_code


def _replies(phone_port: int) -> list[str]:
    control = f"http://{LOOPBACK}:{phone_port}/_control/customers"
    [customer] = requests.get(control, timeout=REQUEST_SECONDS).json()["customers"]
    chat = requests.get(f"{control}/{customer['id']}/messages", timeout=REQUEST_SECONDS).json()
    return [item["text"] for item in chat["messages"] if item["direction"] == "in"]
