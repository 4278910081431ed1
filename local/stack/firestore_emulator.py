"""The Firestore emulator: found on this machine, started in the background, stopped with its whole family.

`python -m local.stack.firestore_emulator` says where it is, or what to install (exit code 1). It needs nothing but
Python's own library, so it runs before anything is installed.

The emulator's Java program is started directly: this takes half the time that
`gcloud emulators firestore start` does, and leaves no launcher between us and Java.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from local.stack.ports import LOOPBACK, free_port
from local.stack.processes import Processes, http_ok

GCLOUD_JAR = Path("platform/cloud-firestore-emulator/cloud-firestore-emulator.jar")
DEBIAN_GCLOUD = Path("/usr/lib/google-cloud-sdk")
GCLOUD_MAIN_CLASS = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"
FIREBASE_JARS = "cloud-firestore-emulator-v*.jar"

# Language: the emulator fails on other locales' messages. The others halve the start: no optimising compiler,
# no parallel collector, for a program that serves one developer.
JAVA_OPTIONS = ("-Duser.language=en", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")

HOW_TO_GET_JAVA = (
    "Java is missing, and the Firestore emulator needs it. Install it with "
    "`sudo apt-get install default-jre-headless` (Debian, Ubuntu) or `brew install openjdk` (macOS)."
)
HOW_TO_GET_THE_EMULATOR = (
    "The Firestore emulator is missing. Install it with `gcloud components install cloud-firestore-emulator` "
    "(or `sudo apt-get install google-cloud-cli-firestore-emulator` where gcloud came from apt-get), or with "
    "`npm install -g firebase-tools`, or set FIRESTORE_EMULATOR_HOST to one that already runs."
)


class EmulatorError(Exception):
    """The Firestore emulator cannot be started; the message says what to install."""


class FirestoreEmulator:
    """A Firestore emulator for the length of a `with` block, whose value is its `host:port`."""

    def __init__(self, logs: Path | None = None) -> None:
        self._temporary = None if logs else tempfile.TemporaryDirectory(prefix="firestore-emulator-")
        self._logs = logs or Path(self._temporary.name if self._temporary else ".")
        self._processes = Processes(self._logs)

    def __enter__(self) -> str:
        port = free_port()
        try:
            self._logs.mkdir(parents=True, exist_ok=True)
            self._processes.start(
                "firestore", emulator_command(port), http_ok(port), environment=os.environ, folder=self._logs
            )
            self._processes.wait_ready(["firestore"])
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return f"{LOOPBACK}:{port}"

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._processes.stop()
        if self._temporary:
            self._temporary.cleanup()


def emulator_command(port: int) -> list[str]:
    """Return the command that serves the emulator on a loopback port.

    Raises EmulatorError, saying what to install, when the emulator or Java is missing.
    """
    jar = find_emulator()
    command = [_find_java(), *JAVA_OPTIONS]
    if jar.name == GCLOUD_JAR.name:  # gcloud's names no main class in its manifest
        command += ["-cp", str(jar), GCLOUD_MAIN_CLASS, "start"]
    else:
        command += ["-jar", str(jar)]
    return [*command, f"--host={LOOPBACK}", f"--port={port}"]


def find_emulator() -> Path:
    """Return the emulator's Java archive: gcloud's component, else the one of firebase-tools.

    Raises EmulatorError, naming the ways to get it, when there is none.
    """
    for folder in _gcloud_folders():
        if (folder / GCLOUD_JAR).is_file():
            return folder / GCLOUD_JAR
    jar = _firebase_jar() or _fetched_firebase_jar()
    if not jar:
        raise EmulatorError(HOW_TO_GET_THE_EMULATOR)
    return jar


def _gcloud_folders() -> Iterator[Path]:
    """Yield the places where gcloud keeps its components; asking gcloud itself takes a second, so last."""
    if os.environ.get("CLOUDSDK_ROOT_DIR"):
        yield Path(os.environ["CLOUDSDK_ROOT_DIR"])
    gcloud = shutil.which("gcloud")
    if gcloud:
        yield Path(gcloud).resolve().parent.parent
    yield DEBIAN_GCLOUD
    yield Path.home() / "google-cloud-sdk"
    if gcloud:
        command = [gcloud, "info", "--format=value(installation.sdk_root)"]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        if answer.returncode == 0 and answer.stdout.strip():
            yield Path(answer.stdout.strip())


def _firebase_jar() -> Path | None:
    """Return the newest emulator among those that firebase-tools has downloaded."""
    folder = os.environ.get("FIREBASE_EMULATORS_PATH") or Path.home() / ".cache/firebase/emulators"
    jars = sorted(Path(folder).glob(FIREBASE_JARS), key=lambda jar: jar.stat().st_mtime)
    return jars[-1] if jars else None


def _fetched_firebase_jar() -> Path | None:
    """Let firebase-tools, where it is installed, download the emulator: once, some 60 MB."""
    firebase = shutil.which("firebase")
    if not firebase:
        return None
    print("Downloading the Firestore emulator with firebase-tools (once) …", file=sys.stderr, flush=True)
    command = [firebase, "setup:emulators:firestore"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    jar = _firebase_jar()
    if not jar:
        said = (answer.stdout + answer.stderr).strip()
        raise EmulatorError(f"`{' '.join(command)}` did not bring the Firestore emulator: {said}")
    return jar


def _find_java() -> str:
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin") if home else None
    java = java or shutil.which("java")
    # macOS has a `java` that only says where to get Java.
    if not java or subprocess.run([java, "-version"], capture_output=True, check=False).returncode != 0:
        raise EmulatorError(HOW_TO_GET_JAVA)
    return java


def main() -> int:
    """Print where the emulator is, or what to install."""
    host = os.environ.get("FIRESTORE_EMULATOR_HOST")
    if host:
        print(f"Firestore emulator: running at {host}")
        return 0
    try:
        command = emulator_command(port=0)
    except EmulatorError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Firestore emulator: {find_emulator()} with {command[0]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
