"""Finding and running the Firestore emulator."""

from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
from google.cloud import firestore

from local.stack.firestore_emulator import GCLOUD_JAR, EmulatorError, emulator_command, find_emulator


@pytest.fixture
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with neither gcloud nor firebase-tools nor Java; returns its empty folder of programs."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.delenv("FIREBASE_EMULATORS_PATH", raising=False)
    monkeypatch.delenv("CLOUDSDK_ROOT_DIR", raising=False)
    monkeypatch.setattr("local.stack.firestore_emulator.DEBIAN_GCLOUD", tmp_path / "nowhere")
    return programs


def test_find_emulator_bare_machine_names_the_ways_to_get_it(bare_machine: Path) -> None:
    with pytest.raises(EmulatorError, match=r"gcloud components install(?s:.*)firebase-tools"):
        find_emulator()


def test_find_emulator_component_of_gcloud_is_found_beside_the_program(bare_machine: Path) -> None:
    sdk = bare_machine.parent / "sdk"
    _program(sdk / "bin" / "gcloud", "exit 1")
    (bare_machine / "gcloud").symlink_to(sdk / "bin" / "gcloud")
    jar = _file(sdk / GCLOUD_JAR)

    assert find_emulator() == jar


def test_find_emulator_firebase_tools_without_it_downloads_it(bare_machine: Path) -> None:
    folder = bare_machine.parent / ".cache/firebase/emulators"
    folder.mkdir(parents=True)
    _program(bare_machine / "firebase", f"echo > {folder}/cloud-firestore-emulator-v$1.jar")

    assert find_emulator() == folder / "cloud-firestore-emulator-vsetup:emulators:firestore.jar"


def test_find_emulator_download_that_fails_says_why(bare_machine: Path) -> None:
    _program(bare_machine / "firebase", "echo 'no network'; exit 1")

    with pytest.raises(EmulatorError, match=r"setup:emulators:firestore(?s:.*)no network"):
        find_emulator()


def test_emulator_command_without_java_says_what_to_install(bare_machine: Path) -> None:
    _file(bare_machine.parent / ".cache/firebase/emulators/cloud-firestore-emulator-v1.0.0.jar")

    with pytest.raises(EmulatorError, match="default-jre-headless"):
        emulator_command(port=1)


@pytest.mark.emulator
def test_emulator_keeps_documents_of_a_project_apart(firestore_host: str, project_id: str) -> None:
    with (
        closing(firestore.Client(project=project_id)) as client,
        closing(firestore.Client(project=f"test-{uuid4().hex[:20]}")) as other,
    ):
        client.document("contacts/one").create({"name": "Giulia"})

        assert client.document("contacts/one").get().to_dict() == {"name": "Giulia"}
        assert not other.document("contacts/one").get().exists


def _program(path: Path, code: str) -> None:
    _file(path, f"#!/bin/sh\n{code}\n").chmod(0o755)


def _file(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path
