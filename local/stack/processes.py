"""Child processes of the local stack, each in a session of its own, so that its whole family can be stopped.

Every child writes to its own log file. On Linux a child dies with the process that started it, even if that
one was killed; the kernel ties this to the starting thread, so start children from a thread that lives on.
"""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from local.stack.ports import LOOPBACK

START_SECONDS = 120.0  # a slow laptop compiling everything for the first time
STOP_SECONDS = 4.0  # after which a child that ignores SIGTERM is killed
POLL_SECONDS = 0.1
LAST_LINES = 15

Probe = Callable[[], bool]


class ProcessError(Exception):
    """A child died or did not become ready; the message ends with the last lines of its log."""


@dataclass
class Child:
    """A started process: the leader of its process group."""

    name: str
    process: subprocess.Popen[bytes]
    ready: Probe
    log: Path
    started: float
    stopped_on_purpose: bool = False


class Processes:
    """The children of one owner, stopped in the reverse of the order they were started in."""

    def __init__(self, logs: Path, stop_seconds: float = STOP_SECONDS) -> None:
        self.logs = logs
        self._stop_seconds = stop_seconds
        self._children: dict[str, Child] = {}

    def start(
        self, name: str, command: Sequence[str], ready: Probe, environment: Mapping[str, str], folder: Path
    ) -> None:
        """Start a child, or start it again after a kill; its output goes to `<name>.log`."""
        self.logs.mkdir(parents=True, exist_ok=True)
        log = self.logs / f"{name}.log"
        with log.open("ab" if name in self._children else "wb") as output:
            process = subprocess.Popen(
                [*_dying_with_its_parent(), *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(environment),
                cwd=folder,
                start_new_session=True,
            )
        self._children.pop(name, None)
        self._children[name] = Child(name, process, ready, log, time.monotonic())

    def wait_ready(
        self, names: Sequence[str], report: Callable[[str, float], None] = lambda name, seconds: None
    ) -> None:
        """Wait until each named child answers, and report its name and the seconds it took.

        Raises ProcessError when one of them dies first, or does not answer in START_SECONDS.
        """
        waiting = [self._children[name] for name in names]
        deadline = time.monotonic() + START_SECONDS
        while waiting:
            self.check()
            for child in [child for child in waiting if child.ready()]:
                waiting.remove(child)
                report(child.name, time.monotonic() - child.started)
            if waiting and time.monotonic() > deadline:
                raise ProcessError(_failure(waiting[0], f"did not become ready in {START_SECONDS:.0f} s"))
            if waiting:
                time.sleep(POLL_SECONDS)

    def check(self) -> None:
        """Raise ProcessError if a child has died that nobody killed on purpose."""
        for child in self._children.values():
            code = child.process.poll()
            if code is not None and not child.stopped_on_purpose:
                raise ProcessError(_failure(child, f"stopped unexpectedly ({_exit_text(code)})"))

    def kill(self, name: str) -> None:
        """Kill a child and its whole family at once, as a crash would, and wait until it is gone."""
        child = self._children[name]
        child.stopped_on_purpose = True
        _signal_group(child, signal.SIGKILL)
        child.process.wait()

    def process_id(self, name: str) -> int:
        """Return the process id of a child, which is its process group's id too."""
        return self._children[name].process.pid

    def stop(self) -> None:
        """Stop every child with its whole family: SIGTERM, then SIGKILL for those that stay."""
        children = list(reversed(self._children.values()))
        for child in children:
            child.stopped_on_purpose = True
            _signal_group(child, signal.SIGTERM)
        deadline = time.monotonic() + self._stop_seconds
        while any(_group_alive(child) for child in children) and time.monotonic() < deadline:
            time.sleep(0.02)
        for child in children:
            _signal_group(child, signal.SIGKILL)
            child.process.wait()
        self._children.clear()


def http_ok(port: int, path: str = "/") -> Probe:
    """Return a probe that is true once `path` on a loopback port answers 200."""

    def probe() -> bool:
        connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return probe


def port_open(port: int) -> Probe:
    """Return a probe that is true once something listens on a loopback port."""

    def probe() -> bool:
        try:
            with socket.create_connection((LOOPBACK, port), timeout=5):
                return True
        except OSError:
            return False

    return probe


@cache
def _dying_with_its_parent() -> tuple[str, ...]:
    """Return the command that ties a child's life to ours, where the system has it."""
    setpriv = shutil.which("setpriv") if sys.platform == "linux" else None
    prefix = (setpriv, "--pdeathsig", "KILL") if setpriv else ()
    if prefix and subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0:
        return prefix
    return ()


def _signal_group(child: Child, number: signal.Signals) -> None:
    # The group outlives its leader while a grandchild runs; PermissionError is macOS for "only zombies left".
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.process.pid, number)


def _group_alive(child: Child) -> bool:
    child.process.poll()
    try:
        os.killpg(child.process.pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _exit_text(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _failure(child: Child, what: str) -> str:
    lines = child.log.read_text(errors="replace").splitlines()[-LAST_LINES:]
    shown = "\n".join(f"    {line}" for line in lines) or "    (nothing)"
    return f"{child.name} {what}. The last lines of {child.log}:\n{shown}"
