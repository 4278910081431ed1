"""The Firestore emulator: found on this machine or downloaded, started in the background, stopped with its family.

`python -m local.stack.firestore_emulator` says where it is, or what to install (exit code 1). It needs nothing but
Python's own library, so it runs before anything is installed.

    gcloud's ── else that of firebase-tools ── else downloaded once, by version and sum ──▶ an archive
    the machine's Java ── else the one from PyPI (java.py) ──▶ runs it

The emulator's Java program is started directly: this takes half the time that
`gcloud emulators firestore start` does, and leaves no launcher between us and Java.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType

from local.stack.fetch import FetchError, fetch
from local.stack.java import ROOT, JavaError, find_java
from local.stack.ports import LOOPBACK, free_port
from local.stack.processes import Processes, http_ok

GCLOUD_JAR = Path("platform/cloud-firestore-emulator/cloud-firestore-emulator.jar")
DEBIAN_GCLOUD = Path("/usr/lib/google-cloud-sdk")
GCLOUD_MAIN_CLASS = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"
FIREBASE_JARS = "cloud-firestore-emulator-v*.jar"

# Language: the emulator fails on other locales' messages. The others halve the start: no optimising compiler,
# no parallel collector, for a program that serves one developer.
JAVA_OPTIONS = ("-Duser.language=en", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")

# What firebase-tools downloads; the sum as several projects check it.
VERSION = "1.22.0"
URL = f"https://storage.googleapis.com/firebase-preview-drop/emulator/cloud-firestore-emulator-v{VERSION}.jar"
SHA256 = "9b6498b7f62714d67f48f59b3818883cd682dbcd46b9f59511de81c97bb5166c"
DOWNLOADS = ROOT / ".local" / "emulator"

OLD_JAVA, NEW_JAVA = 11, 21
LAST_OF_OLD_JAVA = (1, 19)  # the versions of the emulator that run on a Java older than 21

HOW_TO_GET_THE_EMULATOR = (
    "The Firestore emulator is missing, and could not be downloaded. {why}\n"
    "Run the same command again: a download goes on where it broke off. Or set FIRESTORE_EMULATOR_URL to another "
    "address of the archive (and FIRESTORE_EMULATOR_SHA256 if it is another version), install the emulator with "
    "`gcloud components install cloud-firestore-emulator` or `npm install -g firebase-tools`, or set "
    "FIRESTORE_EMULATOR_HOST to one that already runs."
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


def emulator_command(port: int, settings: Mapping[str, str] = os.environ) -> list[str]:
    """Return the command that serves the emulator on a loopback port; what is missing for it is fetched first.

    Raises EmulatorError, saying what to install, when the emulator or Java is missing and cannot be fetched.
    """
    jar = find_emulator(settings)
    try:
        command = [find_java(_java_for(jar)), *JAVA_OPTIONS]
    except JavaError as error:
        raise EmulatorError(str(error)) from error
    if jar.name == GCLOUD_JAR.name:  # gcloud's names no main class in its manifest
        command += ["-cp", str(jar), GCLOUD_MAIN_CLASS, "start"]
    else:
        command += ["-jar", str(jar)]
    return [*command, f"--host={LOOPBACK}", f"--port={port}"]


def find_emulator(settings: Mapping[str, str] = os.environ) -> Path:
    """Return the emulator's Java archive: gcloud's component, else that of firebase-tools, else a downloaded one.

    Raises EmulatorError, naming the ways to get it, when there is none and none can be downloaded.
    """
    for folder in _gcloud_folders():
        if (folder / GCLOUD_JAR).is_file():
            return folder / GCLOUD_JAR
    return _firebase_jar() or _downloaded_jar(settings)


def _java_for(jar: Path) -> int:
    """Return the oldest Java that runs this archive."""
    version = re.search(r"-v(\d+)\.(\d+)", jar.name)
    is_new = version and (int(version[1]), int(version[2])) > LAST_OF_OLD_JAVA
    return NEW_JAVA if is_new or jar.parent == DOWNLOADS else OLD_JAVA


def _downloaded_jar(settings: Mapping[str, str]) -> Path:
    """Return the archive that was downloaded, by its sum; downloads it when there is none, 130 MB."""
    url = settings.get("FIRESTORE_EMULATOR_URL") or URL
    sha256 = settings.get("FIRESTORE_EMULATOR_SHA256") or SHA256
    if not re.fullmatch(r"[0-9a-fA-F]{64}", sha256):
        raise EmulatorError("FIRESTORE_EMULATOR_SHA256 must be a SHA-256: 64 digits and letters from a to f.")
    jar = DOWNLOADS / f"cloud-firestore-emulator-{sha256[:16].lower()}.jar"
    if jar.is_file():
        return jar
    print(f"Downloading the Firestore emulator (once) from {url} …", file=sys.stderr, flush=True)
    try:
        fetch(url, sha256, jar, "Firestore emulator")
    except FetchError as error:
        fetched = _jar_by_firebase_tools()
        if fetched:
            return fetched
        raise EmulatorError(HOW_TO_GET_THE_EMULATOR.format(why=error)) from error
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


def _jar_by_firebase_tools() -> Path | None:
    """Let firebase-tools, where it is installed, download the version that it knows."""
    firebase = shutil.which("firebase")
    if firebase:
        print("… then with firebase-tools …", file=sys.stderr, flush=True)
        subprocess.run([firebase, "setup:emulators:firestore"], stdout=2, check=False)
    return _firebase_jar()


def main() -> int:
    """Print where the emulator is, or what to install."""
    argparse.ArgumentParser(
        prog="./dev.sh emulator",
        description="Fetch Java and the Firestore emulator where this machine has none, and say where they are.",
        epilog="FIRESTORE_EMULATOR_URL is another address of the archive, FIRESTORE_EMULATOR_SHA256 its sum.",
    ).parse_args()
    host = os.environ.get("FIRESTORE_EMULATOR_HOST")
    if host:
        print(f"Firestore emulator: running at {host}")
        return 0
    try:
        command = emulator_command(port=0)
    except EmulatorError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; the same command goes on from here.", file=sys.stderr)
        return 130
    print(f"Firestore emulator: {find_emulator()} with {command[0]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
