"""Runs `deploy` with a gcloud and a curl that another process answers, without starting a program for each call.

    python driver.py PORT [argument …]

deploy.sh does the same with programs on the PATH, some 20 ms a call, of which a deploy makes 300.
"""

import runpy
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

_run = subprocess.run
PORT = int(sys.argv.pop(1))


def run(command: Any, **options: Any) -> Any:
    """Ask the fakes what they know, and start everything else."""
    if command[0] not in ("gcloud", "curl"):
        return _run(command, **options)
    words = [command[0], str(Path.cwd()), str(len(command) - 1), *command[1:], options.get("input") or ""]
    with socket.create_connection(("127.0.0.1", PORT)) as connection:
        connection.sendall("".join(f"{word}\0" for word in map(str, words)).encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    code, _, text = answer.partition("\n")
    said = (text, "") if code == "0" else ("", text)
    return subprocess.CompletedProcess(command, int(code), *said)


subprocess.run = run  # type: ignore[assignment]  # what `deploy` calls it with
runpy.run_module("deploy", run_name="__main__", alter_sys=True)
