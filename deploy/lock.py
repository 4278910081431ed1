"""Lock what is installed: every package of each function, of deploy.sh and of development, with its files' sums.

requirements.txt and requirements-dev.txt name what the code uses itself, and why. From them come
requirements/*.lock, which hold for every Python from 3.11 on, on Linux and macOS. The head of a lock tells which
lines it was made from, so one that its inputs left behind is found without asking a package index.
"""

import argparse
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FUNCTIONS = ("webhook", "process", "dashboard_api")
DEVELOPMENT = "dev"
TARGETS = (DEVELOPMENT, *FUNCTIONS, "deploy")
OLDEST_PYTHON = "3.11"

_MARKED = re.compile(r"^(?P<pin>[A-Za-z0-9_.\-\[\]]+==\S+)\s+#\s*\[(?P<targets>[a-z_ ]+)\]")
_INPUTS = "# Inputs: sha256:"
_LOCKED = re.compile(r"^([a-z0-9\-]+)==(\S+)", re.MULTILINE)
_HEAD = """\
# What {target} installs, with the sums of the files. Made by `./dev.sh lock`; change requirements*.txt instead.
{inputs}{digest}
"""


class LockError(Exception):
    """A lock cannot be made, or does not follow from what it is made from."""


def main() -> int:
    """Make the locks anew, or check that they follow from their inputs."""
    parser = argparse.ArgumentParser(
        prog="./dev.sh lock", description="Make the lock files from requirements*.txt."
    )
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--upgrade", action="store_true", help="take the newest of what the pinned packages need")
    choice.add_argument(
        "--check", action="store_true", help="only tell which locks do not follow from their inputs"
    )
    options = parser.parse_args()
    try:
        if not options.check:
            make_locks(options.upgrade)
        problems = find_problems()
    except LockError as error:
        problems = [str(error)]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def make_locks(upgrade: bool) -> None:
    """Write every lock; the others take the versions of the one for development, with which the tests run."""
    for target in TARGETS:
        print(f"Locking what {target} installs …", file=sys.stderr)
        path = lock_path(target)
        path.parent.mkdir(exist_ok=True)
        pins = pins_of(target)
        command = ["uv", "pip", "compile", "-", "--output-file", str(path), "--quiet", "--generate-hashes"]
        command += ["--universal", "--python", sys.executable, "--python-version", OLDEST_PYTHON]
        command += ["--no-header", "--no-annotate"]
        if target != DEVELOPMENT:
            command += ["--constraint", str(lock_path(DEVELOPMENT))]
        elif upgrade:
            command += ["--upgrade"]
        run_uv(*command[1:], text="\n".join(pins))
        head = _HEAD.format(target=target, inputs=_INPUTS, digest=_digest_of(pins))
        path.write_text(head + path.read_text(encoding="utf-8"), encoding="utf-8")


def run_uv(*arguments: str | Path, text: str = "") -> None:
    """Run the uv beside this Python, with the package index that pip was given; raises LockError."""
    uv = Path(sys.executable).with_name("uv")
    environment = {**_index(), **os.environ}
    done = subprocess.run(
        [uv, *arguments], input=text, capture_output=True, text=True, env=environment, check=False
    )
    if done.returncode != 0:
        raise LockError(done.stderr.strip())


def _index() -> dict[str, str]:
    """Name the package index that pip was given on this machine: uv does not read pip's configuration."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "config", "list"]
    told = subprocess.run(pip, capture_output=True, text=True, check=True).stdout
    addresses = re.findall(r"^(?:global|install|:env:)\.index-url='(.+)'$", told, re.MULTILINE)
    return {"UV_SYSTEM_CERTS": "true"} | ({"UV_DEFAULT_INDEX": addresses[-1]} if addresses else {})


def find_problems(root: Path = ROOT) -> list[str]:
    """Tell, a line each, what is wrong with the locks."""
    problems = []
    tested = _versions(root, DEVELOPMENT)
    for target in TARGETS:
        try:
            read_lock(target, root)
        except LockError as error:
            problems.append(str(error))
        others = _versions(root, target) - tested
        if others:
            named = ", ".join(f"{name} {version}" for name, version in sorted(others))
            problems.append(f"{target} would run on what the tests do not: {named}. Run ./dev.sh lock.")
    return problems


def _versions(root: Path, target: str) -> set[tuple[str, str]]:
    path = lock_path(target, root)
    return set(_LOCKED.findall(path.read_text(encoding="utf-8"))) if path.exists() else set()


def read_lock(target: str, root: Path = ROOT) -> str:
    """Return a target's lock; raises LockError when it does not follow from its inputs."""
    path = lock_path(target, root)
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if f"{_INPUTS}{_digest_of(pins_of(target, root))}\n" not in text:
        raise LockError(f"{path.relative_to(root)} does not follow from requirements*.txt. Run ./dev.sh lock.")
    return text


def lock_path(target: str, root: Path = ROOT) -> Path:
    """Return where a target's lock lies."""
    return root / "requirements" / f"{target}.lock"


def pins_of(target: str, root: Path = ROOT) -> list[str]:
    """Return the pins of what a target uses itself; raises LockError on a line that names no target."""
    marked = _marked_pins((root / "requirements.txt").read_text(encoding="utf-8"))
    if target == DEVELOPMENT:
        lines = (root / "requirements-dev.txt").read_text(encoding="utf-8").splitlines()
        pins = [line.partition("#")[0].strip() for line in lines]
        return [pin for pin in pins if pin and not pin.startswith("-r ")] + [pin for pin, _ in marked]
    return [pin for pin, targets in marked if target in targets]


def _marked_pins(text: str) -> list[tuple[str, set[str]]]:
    found = []
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _MARKED.match(line)
        if not match:
            raise LockError(f"requirements.txt: this line does not say what needs it: {line}")
        targets = set(match["targets"].split())
        unknown = targets - {"all", *FUNCTIONS, "deploy"}
        if unknown:
            raise LockError(f"requirements.txt: nothing is called {', '.join(sorted(unknown))}: {line}")
        if "all" in targets:
            targets.update(FUNCTIONS)
        found.append((match["pin"], targets))
    return found


def _digest_of(pins: list[str]) -> str:
    return hashlib.sha256("\n".join(sorted(pins)).encode()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
