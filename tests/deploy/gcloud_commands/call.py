"""One command line, taken apart."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

LOOKING = {
    "describe",
    "list",
    "ls",
    "access",
    "get-iam-policy",
    "print-identity-token",
    "print-access-token",
    "read",
    "version",
}
Json = dict[str, Any]
Handler = Callable[["Call", Json], Any]


class CloudError(Exception):
    """What gcloud would print before it exits with 1."""


class Call:
    """One command line, taken apart; files are found from the folder it was given in."""

    def __init__(self, arguments: list[str], standard_input: str, folder: Path) -> None:
        self.arguments = arguments
        self.input = standard_input
        self.folder = folder
        self.words: list[str] = []
        self.flags: dict[str, list[str]] = {}
        for argument in arguments:
            if argument.startswith("--"):
                name, _, value = argument[2:].partition("=")
                self.flags.setdefault(name, []).append(value)
            elif argument not in ("alpha", "beta"):
                self.words.append(argument)

    def flag(self, name: str, default: str = "") -> str:
        return self.flags.get(name, [default])[0]

    def pairs(self, name: str) -> dict[str, str]:
        return dict(pair.split("=", 1) for pair in self.flag(name).split(",") if pair)

    def file(self, name: str) -> Any:
        return json.loads((self.folder / self.flag(name)).read_text(encoding="utf-8"))

    @property
    def project(self) -> str:
        return self.flag("project") or self.words[-1]

    @property
    def changes(self) -> bool:
        return not LOOKING & set(self.words) and self.words[:3] != ["scheduler", "jobs", "run"]
