"""`./dev.sh privacy`: what it asks for, and what it says when it cannot."""

import json
import sys
from pathlib import Path

import pytest

from shared.model.identifiers import Identifier, Links, new_identity
from shared.model.turn import Change
from shared.store.connection import utc_now
from shared.store.erasures import erasure_id
from shared.store.store import Store
from tests.emulator.makers import NOW, make_contact, make_message
from tools.privacy.__main__ import main

pytestmark = pytest.mark.emulator
CONTACT_ID = "0123456789abcdef" * 2


@pytest.fixture(autouse=True)
def customer(
    store: Store, tmp_path: Path, project_id: str, firestore_host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Store a customer in the database that the environment names."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", project_id)
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", firestore_host)
    contact = make_contact(CONTACT_ID, phone="+393331234567", whatsapp_name="Mario")
    identity = new_identity(Identifier("phone", "+393331234567"), CONTACT_ID, NOW)
    store.commit(contact, Change(contact), Links((identity,)))


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["privacy", *words])
    return main()


def test_customer_is_erased_by_number_and_again_after_a_restore(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "erase", "333 123 4567", "--yes") == 0
    name = erasure_id(CONTACT_ID)
    assert store.erasures.with_work(utc_now(), 5) == [name]
    assert run(monkeypatch, "erased", "erased.json") == 0
    text = (tmp_path / "erased.json").read_text(encoding="utf-8")
    assert json.loads(text)[0]["contacts"] == [CONTACT_ID] and "Mario" not in text and "333" not in text
    store.erasures.reference(name).delete()  # as in a backup from before
    assert run(monkeypatch, "reapply", "erased.json") == 0
    assert store.erasures.with_work(utc_now(), 5) == [name]
    assert "Contacts to be erased again: 1" in capsys.readouterr().err


def test_customer_is_exported_to_a_file_once_it_is_made(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(_seconds: float) -> None:
        [name] = store.exports.with_work(utc_now(), 5)
        with store.files.writer(name, "application/zip") as file:
            file.write(b"PK")
        store.exports.note(name, state="done")

    monkeypatch.setattr("time.sleep", make)
    assert run(monkeypatch, "export", CONTACT_ID, "customer.zip") == 0
    assert (tmp_path / "customer.zip").read_bytes() == b"PK"


def test_what_is_not_confirmed_or_not_there_changes_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("builtins.input", lambda _: "yes")
    (tmp_path / "wrong.json").write_text('[{"contacts": ["../x"]}]', encoding="utf-8")
    for words in (["erase", CONTACT_ID], ["erase", "333 000 0000", "--yes"], ["reapply", "wrong.json"]):
        assert run(monkeypatch, *words) == 1
        assert "Nothing was changed." in capsys.readouterr().err
    assert list(store.erasures.all()) == []


def test_preview_counts_what_goes_by_the_settings_or_by_others(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    contact = make_contact("f" * 32, last_activity_at=NOW)
    message = make_message("m", contact_id=contact.id, at=NOW)
    store.commit(contact, Change(contact, creates=(message,)))
    assert run(monkeypatch, "preview", "--json", "--in-months", "1") == 0
    assert not any(json.loads(capsys.readouterr().out)["goes"].values())
    assert run(monkeypatch, "preview", "--in-months", "4", "--set", "messages=3") == 0
    shown = capsys.readouterr().out
    assert "        1  messages, with their files (3 months)" in shown and "        0  customers" in shown
    assert run(monkeypatch, "preview", "--set", "messages=0") == 1
    assert run(monkeypatch, "preview", "--set", "nothing=3") == 1
    assert store.messages.get(message.id)
