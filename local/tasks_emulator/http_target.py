"""One attempt, sent to its HTTP target."""

import time
from collections.abc import Mapping
from http import HTTPStatus

import requests
from urllib3.exceptions import HTTPError

from local.tasks_emulator.backoff import parse_retry_after
from local.tasks_emulator.task import DEADLINE_EXCEEDED, Attempt, Outcome

USER_AGENT = "Google-Cloud-Tasks"

# The service computes these itself or keeps them to itself; what a caller sets is dropped.
COMPUTED_HEADERS = frozenset({"host", "content-length", "user-agent", "connection", "transfer-encoding"})
RESERVED_PREFIXES = ("x-google-", "x-appengine-", "x-cloudtasks-")
CHUNK_BYTES = 64 * 1024
MAX_ANSWER_BYTES = 10 * 1024 * 1024


def send(attempt: Attempt) -> Outcome:
    """Make the request and wait for the whole answer; raises nothing, whatever the target does."""
    remaining = attempt.deadline.monotonic - time.monotonic()
    if remaining <= 0:
        return DEADLINE_EXCEEDED
    try:
        return _send(attempt, remaining)
    except requests.Timeout:
        return DEADLINE_EXCEEDED
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        return Outcome(None, f"UNAVAILABLE: {type(error).__name__}")


def request_headers(attempt: Attempt) -> dict[str, str]:
    """Return the caller's headers and the service's own."""
    headers = _allowed(attempt.request.headers)
    headers["User-Agent"] = USER_AGENT
    headers["X-CloudTasks-QueueName"] = attempt.queue_id
    headers["X-CloudTasks-TaskName"] = attempt.task_id
    headers["X-CloudTasks-TaskRetryCount"] = str(attempt.retry_count)
    headers["X-CloudTasks-TaskExecutionCount"] = str(attempt.execution_count)
    headers["X-CloudTasks-TaskETA"] = f"{attempt.scheduled.wall:.6f}"
    if attempt.previous is not None:
        headers["X-CloudTasks-TaskRetryReason"] = attempt.previous.reason
        if attempt.previous.status is not None:
            headers["X-CloudTasks-TaskPreviousResponse"] = str(attempt.previous.status)
    return headers


def _allowed(headers: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in headers.items()
        if name.lower() not in COMPUTED_HEADERS and not name.lower().startswith(RESERVED_PREFIXES)
    }


def _send(attempt: Attempt, remaining: float) -> Outcome:
    with requests.Session() as session:
        # Neither a proxy nor a .netrc of the machine may come between the queue and its target.
        session.trust_env = False
        with session.request(
            attempt.request.method,
            attempt.request.url,
            headers=request_headers(attempt),
            data=attempt.request.body,
            timeout=remaining,
            allow_redirects=False,
            stream=True,
        ) as response:
            if not _read_in_time(response, attempt.deadline.monotonic):
                return DEADLINE_EXCEEDED
            retry_after = parse_retry_after(response.headers.get("Retry-After"), time.time())
            return Outcome(response.status_code, _reason(response.status_code), retry_after)


def _read_in_time(response: requests.Response, deadline: float) -> bool:
    received = 0
    for chunk in response.iter_content(CHUNK_BYTES):
        received += len(chunk)
        if time.monotonic() >= deadline:
            return False
        if received > MAX_ANSWER_BYTES:
            break
    return True


def _reason(status: int) -> str:
    try:
        return f"HTTP status code {status} ({HTTPStatus(status).phrase})"
    except ValueError:
        return f"HTTP status code {status}"
