"""Logs: one JSON line, in Cloud Logging's names, without anybody's words."""

import io
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

import flask
import pytest
import structlog
from werkzeug.test import EnvironBuilder

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
    assert line.pop("logging.googleapis.com/labels") == {"function": "webhook"}
    assert ("@type" in line) is (severity == "ERROR")
    kept = {name: line[name] for name in ("function", "severity", "message", "messages")}
    assert kept == {"function": "webhook", "severity": severity, "message": "received", "messages": 2}


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
            raise ValueError("s3cret inside")
        except ValueError as error:
            raise RuntimeError("s3cret outside") from error
    except RuntimeError:
        log.logger.exception("failed")
    (line,) = lines()
    assert line["error"] == "RuntimeError"
    assert "s3cret" not in json.dumps(line)


def test_log_line_is_one_line_whatever_it_holds(lines):
    log.logger.info("event", field="a\nb", odd=object)
    (line,) = lines()
    assert line["field"] == "a\nb"


@pytest.mark.parametrize(
    ("header", "trace"),
    [
        ("0af7651916cd43dd8448eb211c80319c/123;o=1", "projects/project/traces/0af7651916cd43dd8448eb211c80319c"),
        ("0af7651916cd43dd8448eb211c80319c", "projects/project/traces/0af7651916cd43dd8448eb211c80319c"),
        ("forged/../x", None),
        ("", None),
    ],
)
def test_log_lines_of_a_request_carry_its_trace(lines, header, trace):
    request = flask.Request(EnvironBuilder(headers=[("X-Cloud-Trace-Context", header)]).get_environ())
    with log.request_context(request, "project"):
        log.logger.info("inside")
    log.logger.info("outside")
    inside, outside = lines()
    assert inside.get("logging.googleapis.com/trace") == trace
    assert "logging.googleapis.com/trace" not in outside


def test_log_error_tells_error_reporting_by_what_to_group_it(lines):
    log.logger.error("turn_failed", turn="t1")
    (line,) = lines()
    assert line["@type"].endswith("ReportedErrorEvent")
    assert line["serviceContext"] == {"service": "webhook"}
    place = line["context"]["reportLocation"]
    assert place["filePath"] == "unit/test_log.py"
    assert place["functionName"] == "test_log_error_tells_error_reporting_by_what_to_group_it"
    assert line["logging.googleapis.com/labels"] == {"function": "webhook", "turn": "t1"}
