"""`./dev.sh settings`: the business's settings to a file and back, and what it says when it cannot."""

import io
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from local.stack.ports import free_port
from shared.model.business import Business, BusinessSettings
from shared.store.connection import utc_now
from shared.store.store import Store
from tools.business.__main__ import main

pytestmark = pytest.mark.emulator


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, project_id: str, firestore_host: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, with an environment that names the emulator."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", project_id)
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", firestore_host)
    return tmp_path


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["settings", *words])
    return main()


def save(store: Store, seen: int, name: str) -> None:
    settings = BusinessSettings(business=Business(name=name))
    store.business.save_next(seen, settings, saved_by="anna@example.com", now=utc_now(), default=BusinessSettings())


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_edited_file_is_the_newest_version(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    save(store, 0, "Aurora")
    assert run(monkeypatch, "export", "settings.yaml") == 0
    edit(folder / "settings.yaml", "tone: ''", "tone: allegro")
    assert run(monkeypatch, "import", "settings.yaml") == 0
    assert "Version 2 is in force. Changed: business.tone." in capsys.readouterr().err
    current = store.business.current()
    assert current and current.settings == BusinessSettings(business=Business(name="Aurora", tone="allegro"))
    assert current.saved_by.startswith("./dev.sh settings")


def test_business_without_settings_exports_the_defaults_that_the_environment_tells(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BUSINESS_NAME", "Bottega Aurora")
    assert run(monkeypatch, "export", "-") == 0
    text = capsys.readouterr().out
    assert "version: 0" in text and "name: Bottega Aurora" in text
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"\xef\xbb\xbf" + text.encode())))
    assert run(monkeypatch, "import", "-") == 0
    current = store.business.current()
    assert current and (current.version, current.settings.business.name) == (1, "Bottega Aurora")


def test_file_that_changes_nothing_makes_no_version(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    save(store, 0, "Aurora")
    assert run(monkeypatch, "export", "settings.yaml") == 0
    assert run(monkeypatch, "import", "settings.yaml") == 0
    assert "nothing to change" in capsys.readouterr().err
    assert len(store.business.versions(10)) == 1


def test_file_of_an_old_version_is_refused_unless_it_is_forced(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    save(store, 0, "Aurora")
    assert run(monkeypatch, "export", "settings.yaml") == 0
    edit(folder / "settings.yaml", "name: Aurora", "name: Tramonto")
    save(store, 1, "Mezzogiorno")
    assert run(monkeypatch, "import", "settings.yaml") == 1
    assert "exported from version 1, and version 2 is in force" in capsys.readouterr().err
    assert len(store.business.versions(10)) == 2
    assert run(monkeypatch, "import", "settings.yaml", "--force") == 0
    current = store.business.current()
    assert current and (current.version, current.settings.business.name) == (3, "Tramonto")


def test_wrong_keys_are_named_and_nothing_is_changed(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "export", "settings.yaml") == 0
    edit(folder / "settings.yaml", "  tone:", "  colour: green\n  time:")
    assert run(monkeypatch, "import", "settings.yaml") == 1
    told = capsys.readouterr().err
    assert "Nothing was changed" in told
    for line in ("business.colour: is not known", "business.time: is not known", "business.tone: is missing"):
        assert f"\n  {line}" in told
    assert store.business.current() is None


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "settings.yaml cannot be read: No such file or directory"),
        (b"a: [", "settings.yaml is not YAML: line 1"),
        (b"a: \xff", "settings.yaml is not UTF-8 text"),
        (b"", "settings.yaml: The settings are not valid"),
    ],
)
def test_file_that_cannot_be_read_is_a_sentence(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    content: bytes | None,
    sentence: str,
) -> None:
    if content is not None:
        (folder / "settings.yaml").write_bytes(content)
    assert run(monkeypatch, "import", "settings.yaml") == 1
    assert sentence in capsys.readouterr().err


def test_file_that_cannot_be_written_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "export", "nowhere/settings.yaml") == 1
    assert "nowhere/settings.yaml cannot be written: No such file or directory" in capsys.readouterr().err


def test_store_that_does_not_answer_is_a_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    for name in ("FIRESTORE_EMULATOR_HOST", "GOOGLE_CLOUD_PROJECT"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("FIRESTORE_PORT", str(port))
    assert run(monkeypatch, "export", "settings.yaml") == 1
    told = capsys.readouterr().err
    assert f"the Firestore emulator at 127.0.0.1:{port} cannot be reached" in told
    assert "Does ./dev.sh up run?" in told
    assert not (folder / "settings.yaml").exists()


def test_project_of_the_env_file_is_on_google_cloud_unless_local_is_asked_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], firestore_host: str
) -> None:
    for name in ("FIRESTORE_EMULATOR_HOST", "GOOGLE_CLOUD_PROJECT"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(folder / "none.json"))
    (folder / ".env").write_text("GOOGLE_CLOUD_PROJECT=my-project\n")
    assert run(monkeypatch, "export", "settings.yaml") == 1
    assert "Firestore of my-project cannot be reached" in capsys.readouterr().err
    monkeypatch.setenv("FIRESTORE_PORT", firestore_host.rpartition(":")[2])
    os.environ.pop("GOOGLE_CLOUD_PROJECT", None)
    assert run(monkeypatch, "--local", "export", "settings.yaml") == 0


@pytest.mark.parametrize("words", [["--help"], ["import", "--help"]])
def test_help_tells_of_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    with pytest.raises(SystemExit, match="0"):
        run(monkeypatch, *words)
    assert "./dev.sh settings" in capsys.readouterr().out
