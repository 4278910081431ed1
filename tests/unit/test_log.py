"""Logs: one JSON line, in Cloud Logging's names, without anybody's words."""

import io
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from shared import log


@pytest.fixture(autouse=True)
def _restore() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[dict[str, Any]]]:
    """Configure the log and return what reads the lines written since."""
    output = io.StringIO()
    monkeypatch.setattr(sys, "stdout", output)
    log.configure("webhook")
    return lambda: [json.loads(line) for line in output.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("level", "severity"), [("info", "INFO"), ("warning", "WARNING"), ("error", "ERROR"), ("critical", "CRITICAL")]
)
def test_log_line_has_cloud_loggings_names(lines, level, severity):
    getattr(log.logger, level)("received", messages=2)
    (line,) = lines()
    assert line.pop("time").endswith("Z")
    assert line == {"function": "webhook", "severity": severity, "message": "received", "messages": 2}


def test_log_debug_is_left_out(lines):
    log.logger.debug("noise")
    assert lines() == []


def test_log_exception_names_its_kind_and_place_without_its_text(lines):
    try:
        raise ValueError("Mario Rossi, 393331234567: ciao")
    except ValueError:
        log.logger.exception("task_failed")
    (line,) = lines()
    assert (line["severity"], line["message"], line["error"]) == ("ERROR", "task_failed", "ValueError")
    assert "test_log.py" in line["trace_lines"][-1]
    assert "393331234567" not in json.dumps(line)
    assert "ciao" not in json.dumps(line)


def test_log_cause_of_an_exception_is_not_quoted_either(lines):
    try:
        try:
            raise ValueError("secret text")
        except ValueError as error:
            raise RuntimeError("outer text") from error
    except RuntimeError:
        log.logger.exception("failed")
    (line,) = lines()
    assert line["error"] == "RuntimeError"
    assert "text" not in json.dumps(line)


def test_log_line_is_one_line_whatever_it_holds(lines):
    log.logger.info("event", field="a\nb", odd=object)
    (line,) = lines()
    assert line["field"] == "a\nb"
