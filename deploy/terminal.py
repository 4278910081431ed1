"""Talking to the person at the terminal, or to the log of whoever runs this without one."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


class Stop(Exception):  # noqa: N818  # no error of ours: what people read before it ends
    """The command ends here, with a sentence for people and an exit code."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


class Terminal:
    """What is said and asked; in a dry run all but commands is a comment, so that it reads like a script."""

    def __init__(self) -> None:
        self.is_dry_run = False
        self._step = ""
        self._number = 0

    def say(self, *lines: str) -> None:
        """Print lines as they are."""
        print(*lines, sep="\n", flush=True)

    def note(self, *lines: str) -> None:
        """Print lines below the step's title."""
        self.say(*(f"{'#' if self.is_dry_run else ''}   {line}" for line in lines))

    def step(self, title: str) -> None:
        """Begin a step."""
        self._number += 1
        self._step = title
        self.say("", f"{'# ' if self.is_dry_run else ''}{self._number}. {title}")

    def between_steps(self) -> None:
        """Forget the step: what stops now stopped in none."""
        self._step = ""

    def confirm(self, question: str, *, is_sure: bool) -> None:
        """Go on only after a yes; nobody is asked who cannot answer."""
        if is_sure or self.is_dry_run:
            return
        if not sys.stdin or not sys.stdin.isatty():
            raise Stop("Nothing was changed. This is no terminal, so nobody was asked: add --yes.")
        print(f"{question} [y/N] ", end="", flush=True)
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise Stop("Nothing was changed.")

    def typed(self, prompt: str, word: str) -> bool:
        """Tell whether the next line of the input is exactly the word."""
        print(f"{prompt} ", end="", flush=True)
        answer = sys.stdin.readline() if sys.stdin else ""
        self.say("")
        return answer.strip() == word

    def stopped(self, stop: Stop) -> int:
        """Say why the command ends, and return its exit code."""
        sys.stdout.flush()
        print(f"\n{stop}", file=sys.stderr)
        if self._step:
            said = "What is done stays done: mend the cause and run the same command again."
            print(f'Stopped at "{self._step}". {said}', file=sys.stderr)
        return stop.code


def reads(command: Sequence[str | Path]) -> bool:
    """Tell whether a program can be run, without a word."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False
