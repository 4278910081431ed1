"""Child processes: readiness, early death, stopping whole families."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.stack.ports import free_port
from local.stack.processes import ProcessError, Processes, http_ok
from tests.stack.clients import wait_for

# Its own child ignores SIGTERM.
FAMILY = """
import subprocess, sys, time
child = "from signal import *; signal(SIGTERM, SIG_IGN); print('deaf', flush=True); pause()"
subprocess.Popen([sys.executable, "-c", child])
time.sleep(600)
"""


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    started = Processes(tmp_path / "logs", stop_seconds=0.5)
    yield started
    started.stop()


def start(processes: Processes, code: str, *, port: int = 0) -> None:
    ready = http_ok(port) if port else lambda: False
    processes.start("child", [sys.executable, "-c", code], ready, os.environ, processes.logs.parent)


def test_wait_ready_http_server_returns_and_reports_it(processes: Processes) -> None:
    port = free_port()
    reported: list[tuple[str, bool]] = []
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    processes.start("child", command, http_ok(port), os.environ, processes.logs)

    processes.wait_ready(["child"], lambda name, seconds: reported.append((name, seconds >= 0)))

    assert reported == [("child", True)]


def test_wait_ready_child_that_dies_tells_its_last_lines(processes: Processes) -> None:
    start(processes, "print('first'); print('the reason'); raise SystemExit(3)")

    with pytest.raises(ProcessError, match=r"child stopped unexpectedly \(exit code 3\)(?s:.*)the reason"):
        processes.wait_ready(["child"])


def test_check_killed_on_purpose_is_no_error_and_it_can_start_again(processes: Processes) -> None:
    start(processes, "import time; time.sleep(600)")
    processes.kill("child")

    processes.check()
    start(processes, "import time; time.sleep(600)")

    processes.check()
    assert os.getpgid(processes.process_id("child")) == processes.process_id("child")


def test_stop_grandchild_that_ignores_the_signal_is_gone_too(processes: Processes) -> None:
    command = [sys.executable, "-c", FAMILY]
    processes.start("child", command, lambda: "deaf" in _log(processes), os.environ, processes.logs)
    processes.wait_ready(["child"])
    group = processes.process_id("child")

    processes.stop()

    assert wait_for("the end of the family", lambda: not _alive(group))


def _log(processes: Processes) -> str:
    return (processes.logs / "child.log").read_text()


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
