"""Structured logs: one JSON line per event, in the shape that Cloud Logging reads.

Log ids, states, codes and durations. Never a secret, a phone number, a name or the text of a message.
"""

import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

logger: structlog.typing.FilteringBoundLogger = structlog.get_logger()


def configure(function: str) -> None:
    """Send this process's logs to standard output as JSON, each line naming the function."""
    structlog.configure(
        processors=[
            _name_function(function),
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            _cloud_logging_names,
            _describe_exception,
            structlog.processors.JSONRenderer(default=str),
        ],
        wrapper_class=structlog.make_filtering_bound_logger("info"),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stdout),
        cache_logger_on_first_use=False,
    )


def _name_function(function: str) -> Processor:
    def add(_logger: Any, _method: str, event: EventDict) -> EventDict:
        return {"function": function, **event}

    return add


def _cloud_logging_names(_logger: Any, method: str, event: EventDict) -> EventDict:
    """Cloud Logging reads `severity` and `message` (cloud.google.com/logging/docs/structured-logging)."""
    event["severity"] = "ERROR" if method == "exception" else method.upper()
    event["message"] = event.pop("event")
    return event


def _describe_exception(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Name where an exception came from, without its text, which may quote a customer."""
    if event.pop("exc_info", None):
        kind, _, trace = sys.exc_info()
        frames = []
        while trace is not None:
            code = trace.tb_frame.f_code
            frames.append(f"{code.co_filename.rsplit('/', 2)[-1]}:{trace.tb_lineno} {code.co_name}")
            trace = trace.tb_next
        event["error"] = kind.__name__ if kind else None
        event["trace_lines"] = frames[-12:]
    return event
