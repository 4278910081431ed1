"""The one way in which commands are run: `inspect` for those that only look, `change` for those that act.

A dry run prints every command, whole and on one line, and runs none. What Google Cloud cannot do just yet (an API
that was enabled a minute ago, a role not known everywhere) is tried again; every other failure is one sentence.
"""

import json
import os
import re
import shlex
import subprocess
import time
from collections.abc import Sequence
from typing import Any

from deploy.refusals import Kind, explain, kind_of
from deploy.terminal import Stop, Terminal

Command = tuple[str, ...]
PROPAGATION_TRIES = 60  # ten minutes: for a new log-based metric, and for a role
TRANSIENT_TRIES = 4
TRIES_BETWEEN_NOTES = 6
_GRANTING = ("add-iam-policy-binding", "service-accounts create", "services identity create")
_PLAIN = re.compile(r"[A-Za-z0-9_./:=@,%+-]+")


class CommandError(Exception):
    """A command failed; the text is what it wrote."""


class Gcloud:
    """Runs gcloud for one project.

    While a plan is made (`waits` false), what is not ready yet counts as not there: it is only waited for by a
    deploy that has begun.
    """

    def __init__(self, terminal: Terminal, project: str) -> None:
        self.terminal = terminal
        self.project = project
        self.account = ""
        self.waits = False
        self.tries = TRANSIENT_TRIES
        self.has_granted = False
        self.retry_seconds = float(os.environ.get("DEPLOY_RETRY_SECONDS") or 10)
        self._seen: dict[Command, Any] = {}

    def inspect(self, *words: str, form: str = "json", in_project: bool = True) -> Any:
        """Return what a command shows, read from JSON, or its text in another form; None where there is nothing."""
        command = self._whole(words, in_project, f"--format={form}" if form else "")
        if command not in self._seen:
            self._seen[command] = self._look(command, form)
        return self._seen[command]

    def _look(self, command: Command, form: str) -> Any:
        if self.terminal.is_dry_run:
            self.print_command(command)
            return None
        try:
            text = self._attempt(command, "", missing_may_appear=False)
        except CommandError as error:
            kind = kind_of(str(error))
            if kind == "missing" or (kind == "propagating" and not self.waits):
                return None
            raise Stop(explain(str(error), self.project, self.account)) from None
        found = json.loads(text or "null") if form == "json" else text.strip()
        return found or None

    def change(self, *words: str, text: str = "", keeps: Sequence[Command] = ()) -> str:
        """Run a command that changes something and return what it said; `text` goes to its standard input.

        What was seen before is forgotten, apart from the looks in `keeps`.
        """
        command = self._whole(words, True, "")
        if self.terminal.is_dry_run:
            self.print_command(command)
            return ""
        kept = [self._whole(look, True, "--format=json") for look in keeps]
        self._seen = {look: self._seen[look] for look in kept if look in self._seen}
        try:
            said = self._attempt(command, text, missing_may_appear=True)
        except CommandError as error:
            raise Stop(explain(str(error), self.project, self.account)) from None
        self.has_granted |= any(part in " ".join(command) for part in _GRANTING)
        return said

    def forget(self) -> None:
        """Look anew at everything."""
        self._seen.clear()

    def print_command(self, command: Sequence[str]) -> None:
        """Print a command as one could type it."""
        self.terminal.say(" ".join(word if _PLAIN.fullmatch(word) else shlex.quote(word) for word in command))

    def _whole(self, words: tuple[str, ...], in_project: bool, form: str) -> Command:
        ending = (form, f"--project={self.project}" if in_project else "", "--quiet")
        return ("gcloud", *words, *(word for word in ending if word))

    def _attempt(self, command: Command, text: str, *, missing_may_appear: bool) -> str:
        tries = 0
        while True:
            done = _run(command, text)
            if done.returncode == 0:
                return done.stdout
            tries += 1
            kind = kind_of(done.stderr)
            if kind == "taken" and tries > 1:
                return ""  # the try before this one took effect, although its answer was an error
            most = self._most_tries(kind, missing_may_appear=missing_may_appear)
            if tries > most:
                raise CommandError(done.stderr)
            self._tell_progress(tries, most)
            time.sleep(self.retry_seconds)

    def _most_tries(self, kind: Kind, *, missing_may_appear: bool) -> int:
        if kind == "transient":
            return self.tries
        if kind == "minute":  # never taken for "not there", not even by a plan
            return PROPAGATION_TRIES
        if not self.waits:
            return 0
        waited = kind == "propagating" or (kind == "missing" and missing_may_appear)
        # Nobody is blamed for a role that this run has given and Google Cloud does not know everywhere yet.
        return PROPAGATION_TRIES if waited or (kind == "granting" and self.has_granted) else 0

    def _tell_progress(self, tries: int, most: int) -> None:
        if tries == 1:
            self.terminal.note("(Google Cloud is not ready for this yet; trying again for a while)")
        elif tries % TRIES_BETWEEN_NOTES == 0:
            seconds = tries * self.retry_seconds
            self.terminal.note(
                f"(still not ready after {seconds:.0f} s; at most {most * self.retry_seconds:.0f} s)"
            )


def _run(command: Command, text: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise Stop("gcloud is missing. Install it: https://cloud.google.com/sdk/docs/install") from None
