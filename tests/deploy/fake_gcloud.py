"""A gcloud that keeps a project in memory, and knows the commands that deploy.sh uses.

It answers in the shape of the real services and refuses what they would refuse: a service that is not enabled, an
account that does not exist, a protected database. The commands are in tests/deploy/gcloud_commands.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.deploy.gcloud_commands import firestore, functions, monitoring, project, secrets
from tests.deploy.gcloud_commands.call import Call, CloudError, Handler, Json

APIS = {
    "run": "run",
    "tasks": "cloudtasks",
    "scheduler": "cloudscheduler",
    "firestore": "firestore",
    "secrets": "secretmanager",
    "artifacts": "artifactregistry",
    "monitoring": "monitoring",
    "logging": "logging",
    "iam": "iam",
}
COMMANDS = {
    name: handler
    for service in (project, firestore, secrets, functions, monitoring)
    for name, handler in service.COMMANDS.items()
}


@dataclass
class FakeGcloud:
    """The project's state, what is to go wrong, and every call."""

    state: Json
    fail: dict[str, str] = field(default_factory=dict)
    """Command -> error: refused once, before it takes effect."""
    slow: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Command -> how often it is refused, and in which words, before it takes effect."""
    lose: dict[str, str] = field(default_factory=dict)
    """Command -> error: reported once, after it took effect."""
    slow_apis: dict[str, int] = field(default_factory=dict)
    """Service -> how many calls fail after it was enabled."""
    calls: list[Call] = field(default_factory=list)

    def run(self, arguments: list[str], standard_input: str, folder: Path) -> tuple[int, str]:
        """Carry out a command; return its exit code, and its output or error."""
        call = Call(arguments, standard_input, folder)
        self.calls.append(call)
        name, handler = _find(call.words)
        try:
            if name in self.fail:
                raise CloudError(self.fail.pop(name))
            self._require_api(call)
            times, words = self.slow.get(name, (0, ""))
            if times:
                self.slow[name] = (times - 1, words)
                raise CloudError(words)
            answer = handler(call, self.state)
            if name in self.lose:
                raise CloudError(self.lose.pop(name))
        except CloudError as error:
            return 1, f"ERROR: (gcloud.{name.replace(' ', '.')}) {error}{self._signed_in_as(str(error))}\n"
        return 0, "" if answer is None else _formatted(answer, call.flag("format")) + "\n"

    def _signed_in_as(self, error: str) -> str:
        """Add what gcloud itself adds to what it was refused with a 401, 403 or 404."""
        if not error.startswith(("NOT_FOUND", "PERMISSION_DENIED", "UNAUTHENTICATED")):
            return ""
        who = f"This command is authenticated as {self.state['login']} which is the active account"
        return f" {who} specified by the [core/account] property."

    def _require_api(self, call: Call) -> None:
        if call.words[0] not in APIS:
            return
        api = f"{APIS[call.words[0]]}.googleapis.com"
        enabled, waiting = api in self.state["apis"], self.slow_apis.get(api, 0)
        if enabled and waiting:
            self.slow_apis[api] -= 1
        if not enabled or waiting:
            raise CloudError(
                f"PERMISSION_DENIED: {api} has not been used in project {self.state['number']} before or it is "
                "disabled. reason: SERVICE_DISABLED"
            )


def _find(words: list[str]) -> tuple[str, Handler]:
    for count in range(len(words), 0, -1):
        name = " ".join(words[:count])
        if name in COMMANDS:
            return name, COMMANDS[name]
    raise AssertionError(f"the fake gcloud does not know: {' '.join(words)}")


def _formatted(answer: Any, form: str) -> str:
    if isinstance(answer, str):
        return answer
    if form.startswith("value("):
        path = form[6:-1].split(".")
        lines = answer if isinstance(answer, list) else [answer]
        return "\n".join(str(_dig(line, path)) for line in lines)
    return json.dumps(answer, indent=2)


def _dig(value: Any, path: list[str]) -> Any:
    for part in path:
        value = value[part]
    return value
