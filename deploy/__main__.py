"""Run this folder's programs for deploy.sh, all in one process: starting Python for each would take far longer.

A request on standard input is a text for the program to read, the number of its words, and the words: the program's
name and its arguments. The answer is an exit code and what the program printed. Every part ends with a NUL.
"""

import contextlib
import io
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import BinaryIO


def main() -> int:
    """Say "ready", or which library this Python lacks; then answer requests until the input ends."""
    try:
        programs = _programs()
    except ModuleNotFoundError as error:
        _write(str(error))
        return 1
    _write("ready")
    parts = _parts(sys.stdin.buffer)
    for text in parts:
        words = [next(parts) for _ in range(int(next(parts)))]
        code, output = run(programs[words[0]], words, text)
        _write(str(code), output)
    return 0


def run(program: Callable[[], int], words: list[str], text: str) -> tuple[int, str]:
    """Run a program with these words as its command line; return its exit code and what it printed."""
    output = io.StringIO()
    sys.argv, sys.stdin = words, io.StringIO(text)
    try:
        with contextlib.redirect_stdout(output):
            return program(), output.getvalue()
    except SystemExit as stop:  # argparse, which has said why
        return int(stop.code or 0), output.getvalue()
    except Exception:
        traceback.print_exc()
        return 1, output.getvalue()


def _programs() -> dict[str, Callable[[], int]]:
    """Import the programs; some need libraries, which not every Python has: deploy.sh then tries another."""
    from deploy import (  # main tells which library is missing
        bundle,
        documents,
        environment,
        indexes,
        monitoring,
        secret,
        service,
    )

    modules = (bundle, documents, environment, indexes, monitoring, secret, service)
    return {module.__name__.rpartition(".")[2]: module.main for module in modules}


def _parts(stream: BinaryIO) -> Iterator[str]:
    rest = b""
    while chunk := os.read(stream.fileno(), 65536):
        *parts, rest = (rest + chunk).split(b"\0")
        for part in parts:
            yield part.decode(errors="surrogateescape")


def _write(*parts: str) -> None:
    for part in parts:
        sys.stdout.buffer.write(part.encode(errors="surrogateescape") + b"\0")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
