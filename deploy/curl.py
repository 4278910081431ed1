"""HTTP through curl. What it is to do goes to its standard input: tokens are no arguments, which all can read."""

import json
import subprocess
import urllib.parse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deploy.terminal import Stop

_SECONDS = 60


@dataclass(frozen=True)
class Answer:
    """What came back; status 0 when nothing did, with curl's reason as the body."""

    status: int
    body: str
    seconds: float

    @property
    def document(self) -> Any:
        """The body read as JSON, an empty object when it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return {}

    def __str__(self) -> str:
        return " ".join(f"{self.body} {self.status or ''}".split())[:500]


def fetch(
    url: str,
    *,
    headers: Sequence[str] = (),
    form: Mapping[str, str] | None = None,
    data: str = "",
    method: str = "",
) -> Answer:
    """Make a request: GET, or POST with a form or data, or another method."""
    lines = {"url": [url], "header": headers, "data": [urllib.parse.urlencode(form) if form else data]}
    lines["request"] = [method]
    config = "".join(f'{key} = "{_escaped(value)}"\n' for key, values in lines.items() for value in values if value)
    written = r"\n%{http_code} %{time_total}"
    command = [
        "curl",
        "--silent",
        "--show-error",
        "--max-time",
        str(_SECONDS),
        "--write-out",
        written,
        "--config",
        "-",
    ]
    try:
        done = subprocess.run(command, input=config, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise Stop("curl is missing: install it.") from None
    body, _, last = done.stdout.rpartition("\n")
    status, _, seconds = last.partition(" ")
    if done.returncode or not status.isdecimal():
        return Answer(0, done.stderr or done.stdout, 0.0)
    return Answer(int(status), body, float(seconds or 0))


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
