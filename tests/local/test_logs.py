"""The readable logs."""

import json
from pathlib import Path

import pytest

from local.stack import logs


def test_json_line_becomes_readable() -> None:
    event = {
        "time": "2026-11-22T20:19:33.769558Z",
        "severity": "INFO",
        "function": "process",
        "message": "replied",
        "turn": "abc",
        "logging.googleapis.com/labels": {"turn": "abc"},
    }
    line = logs.readable("process", json.dumps(event), colour=False)
    assert line == "20:19:33.769 INFO    process replied turn=abc"


def test_other_lines_stay_as_they_are() -> None:
    assert logs.readable("firestore", "Dev App Server is now running.", colour=False) == (
        "firestore: Dev App Server is now running."
    )


def test_lines_of_several_functions_come_in_order_of_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / ".local" / "logs"
    folder.mkdir(parents=True)
    for name, moment in (("process", "02"), ("webhook", "01")):
        event = {
            "time": f"2026-11-22T20:19:{moment}.000000Z",
            "severity": "INFO",
            "message": name,
            "function": name,
        }
        (folder / f"{name}.log").write_text(json.dumps(event) + "\n")
    monkeypatch.setattr("sys.argv", ["logs"])
    assert logs.main() == 0
    assert [line.split()[2] for line in capsys.readouterr().out.splitlines()] == ["webhook", "process"]


def test_without_logs_it_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["logs"])
    assert logs.main() == 1
    assert "./dev.sh up" in capsys.readouterr().err
