"""Reading strangers' files in a process of their own, which ends with the file and is ended if it takes too much.

A parser that a file leads astray cannot be stopped from a thread beside it. A process can: it has limits on memory
and CPU time (functions/process/media/reader_process.py) and is killed when its time is up. It is a fresh
interpreter, because a copy of this one would take gRPC's threads along half-dead, and it knows none of our secrets.
"""

import json
import math
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from functions.process.media.fair_share import FairShare
from shared.log import Stopwatch, logger

MAX_SECONDS = 8.0  # of the wall clock, for a reader that gets no CPU; within the 10 s that a turn waits for files
MAX_ANSWER_BYTES = 1_000_000  # 40,000 characters take 12 bytes each in JSON at most
# -P: nothing is imported from the working directory. -S: all paths are given, none has to be found.
COMMAND = (sys.executable, "-B", "-P", "-S", "-m", "functions.process.media.reader_process")
# How Python itself starts on some machines. Nothing else of the environment is any of a reader's business.
KEPT_VARIABLES = ("PYTHONHOME", "LD_LIBRARY_PATH")
_readers = FairShare(total=2, each=1)  # one CPU, and 256 MB each


def read_office(content: bytes, mime_type: str, customer: str, patience: float) -> str | None:
    """Return the text of an Office file; None when it has none that can be read, now or later.

    Raises TimeoutError when no reader is free within `patience` seconds, and OSError when none can be started.
    Costs the start of a Python interpreter.
    """
    found = _read(content, mime_type, customer, patience)
    return found if isinstance(found, str) else None


def read_seconds(content: bytes, customer: str, within: float) -> float | None:
    """Return how long a sound or a video plays, in seconds; None when that cannot be read. Raises as above.

    Waiting and reading together take at most `within` seconds: nobody's answer hangs on a length.
    """
    found = _read(content, "seconds", customer, within, most=within)
    return found if isinstance(found, float) else None


def _read(content: bytes, what: str, customer: str, patience: float, most: float = math.inf) -> Any:
    waiting = Stopwatch()
    with _readers.hold(customer, 1, patience):
        watch = Stopwatch()
        answer = answer_of([*COMMAND, what], content, min(MAX_SECONDS, max(0.0, most - waiting.seconds)))
    try:
        return json.loads(answer)
    except ValueError:  # it said nothing, or not all, or too much
        logger.warning("reader_killed", what=what, bytes=len(content), seconds=watch.seconds)
        return None


def answer_of(command: Sequence[str], content: bytes, seconds: float = MAX_SECONDS) -> bytes:
    """Give a file to a fresh process; return what it says, at most 1 MB, until it ends or is killed."""
    with (
        subprocess.Popen(  # noqa: S603 - our own program, with an argument that no stranger has a say in
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        ) as process,
        _killed_after(process, seconds),
    ):
        assert process.stdin and process.stdout  # noqa: S101 - pipes, as asked for
        with suppress(BrokenPipeError):  # it died before it had read everything
            process.stdin.write(content)
        with suppress(BrokenPipeError):
            process.stdin.close()
        return process.stdout.read(MAX_ANSWER_BYTES)


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    return {**kept, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


@contextmanager
def _killed_after(process: "subprocess.Popen[bytes]", seconds: float) -> Iterator[None]:
    """Kill a process when its time is up, and in any case at the end of the block."""
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        process.kill()
