"""Structured logs: one JSON line per event, in the shape that Cloud Logging and Error Reporting read.

Log ids, states, codes and durations. Never a secret, a phone number, a name or the text of a message.

Facts: cloud.google.com/logging/docs/structured-logging (severity, trace, labels) and
cloud.google.com/error-reporting/docs/formatting-error-messages (`@type`, serviceContext, reportLocation).
"""

import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import flask
import structlog
from structlog.processors import CallsiteParameter, CallsiteParameterAdder
from structlog.typing import EventDict, Processor

REPORTED_ERROR = "type.googleapis.com/google.devtools.clouderrorreporting.v1beta1.ReportedErrorEvent"
LABELS = ("function", "contact", "turn", "message_id")
FRAMES = 12
PLACE = (CallsiteParameter.PATHNAME, CallsiteParameter.LINENO, CallsiteParameter.FUNC_NAME)
_TRACE = re.compile(r"^([0-9a-f]{32})(?:/|$)")

logger: structlog.typing.FilteringBoundLogger = structlog.get_logger()


def configure(function: str) -> None:
    """Send this process's logs to standard output as JSON, each line naming the function."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            _name_function(function),
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            CallsiteParameterAdder(PLACE),
            _describe_exception,
            _cloud_logging_names,
            structlog.processors.JSONRenderer(default=str),
        ],
        wrapper_class=structlog.make_filtering_bound_logger("info"),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stdout),
        cache_logger_on_first_use=False,
    )


@contextmanager
def request_context(request: flask.Request, project: str) -> Iterator[None]:
    """Put the request's trace on every line logged in the block, so that Cloud Logging shows them together."""
    trace = _TRACE.match(request.headers.get("X-Cloud-Trace-Context", ""))
    fields = {"logging.googleapis.com/trace": f"projects/{project}/traces/{trace[1]}"} if trace else {}
    with structlog.contextvars.bound_contextvars(**fields):
        yield


class Stopwatch:
    """A measured step; `seconds` is what has passed since it was made."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """Return the seconds that have passed, to the millisecond."""
        return round(time.monotonic() - self._began, 3)


def _name_function(function: str) -> Processor:
    def add(_logger: Any, _method: str, event: EventDict) -> EventDict:
        return {"function": function, **event}

    return add


def _describe_exception(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Name where an exception came from, without its text, which may quote a customer."""
    if not event.pop("exc_info", None):
        return event
    kind, _, trace = sys.exc_info()
    frames = []
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append((code.co_filename, trace.tb_lineno, code.co_name))
        trace = trace.tb_next
    event["error"] = kind.__name__ if kind else None
    event["trace_lines"] = [f"{_short(path)}:{line} {name}" for path, line, name in frames[-FRAMES:]]
    if frames:
        event["pathname"], event["lineno"], event["func_name"] = frames[-1]
    return event


def _cloud_logging_names(_logger: Any, method: str, event: EventDict) -> EventDict:
    """Rename to what Cloud Logging reads; an error also tells Error Reporting by what to group it."""
    place = {
        "filePath": _short(event.pop("pathname")),
        "lineNumber": event.pop("lineno"),
        "functionName": event.pop("func_name"),
    }
    event["severity"] = "ERROR" if method == "exception" else method.upper()
    event["message"] = event.pop("event")
    labels = {name: str(event[name]) for name in LABELS if event.get(name)}
    event["logging.googleapis.com/labels"] = labels
    if event["severity"] == "ERROR":
        event["@type"] = REPORTED_ERROR
        event["serviceContext"] = {"service": event["function"]}
        event["context"] = {"reportLocation": place}
    return event


def _short(path: str) -> str:
    return "/".join(Path(path).parts[-2:])
