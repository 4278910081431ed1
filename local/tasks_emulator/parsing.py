"""Turns the messages of the API into checked values; every breach is an InvalidArgumentError."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from google.cloud.tasks_v2 import types

from local.tasks_emulator.clock import Instant
from local.tasks_emulator.config import RateLimits, RetryConfig
from local.tasks_emulator.grpc_errors import InvalidArgumentError, UnsupportedError
from local.tasks_emulator.task import HttpRequest, TaskSpec, Token

# The service's limits on a task.
MAX_TASK_BYTES = 1024 * 1024
MAX_SCHEDULE_AHEAD = 30 * 24 * 3600.0
MIN_DISPATCH_DEADLINE = 15.0
MAX_DISPATCH_DEADLINE = 30 * 60.0
DEFAULT_DISPATCH_DEADLINE = 10 * 60.0
MAX_URL_CHARACTERS = 2083
MAX_HEADERS_BYTES = 80 * 1024

# The sender's clock may run ahead of ours by this much, in seconds, before its longest delay is refused.
_CLOCK_TOLERANCE = 1.0

_METHOD_NAMES: dict[int, str] = {
    types.HttpMethod.HTTP_METHOD_UNSPECIFIED: "POST",
    types.HttpMethod.POST: "POST",
    types.HttpMethod.GET: "GET",
    types.HttpMethod.HEAD: "HEAD",
    types.HttpMethod.PUT: "PUT",
    types.HttpMethod.DELETE: "DELETE",
    types.HttpMethod.PATCH: "PATCH",
    types.HttpMethod.OPTIONS: "OPTIONS",
}
_METHODS_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


def parse_task_spec(message: types.Task, queue_retry: RetryConfig, now: Instant) -> TaskSpec:
    """What a CreateTask asks for; `queue_retry` fills what the task's own retry settings leave open."""
    if types.Task.pb(message).ByteSize() > MAX_TASK_BYTES:
        raise InvalidArgumentError(f"the task is larger than {MAX_TASK_BYTES} bytes")
    if "app_engine_http_request" in message:
        raise UnsupportedError("the emulator knows HTTP targets only")
    if "http_request" not in message:
        raise InvalidArgumentError("Task.http_request is required")
    return TaskSpec(
        request=_http_request(message.http_request),
        schedule=_schedule(message, now),
        dispatch_deadline=_dispatch_deadline(message),
        retry=parse_retry_config(message.retry_config, queue_retry) if "retry_config" in message else None,
    )


def parse_retry_config(message: types.RetryConfig, base: RetryConfig) -> RetryConfig:
    """The settings of the message, those it leaves open from `base`."""
    return RetryConfig(
        max_attempts=message.max_attempts or base.max_attempts,
        max_retry_duration=_seconds(message, "max_retry_duration", base.max_retry_duration),
        min_backoff=_seconds(message, "min_backoff", base.min_backoff),
        max_backoff=_seconds(message, "max_backoff", base.max_backoff),
        max_doublings=message.max_doublings or base.max_doublings,
    )


def parse_rate_limits(message: types.RateLimits, base: RateLimits) -> RateLimits:
    """The limits of the message, those it leaves open from `base`."""
    return RateLimits(
        max_dispatches_per_second=message.max_dispatches_per_second or base.max_dispatches_per_second,
        max_concurrent_dispatches=message.max_concurrent_dispatches or base.max_concurrent_dispatches,
    )


def _seconds(message: types.RetryConfig, field: str, default: float) -> float:
    return float(getattr(message, field).total_seconds()) if field in message else default


def _schedule(message: types.Task, now: Instant) -> Instant:
    if "schedule_time" not in message:
        return now
    schedule = now.at_wall(message.schedule_time.timestamp())
    if schedule.wall > now.wall + MAX_SCHEDULE_AHEAD + _CLOCK_TOLERANCE:
        raise InvalidArgumentError("Task.schedule_time is more than 30 days ahead")
    return schedule


def _dispatch_deadline(message: types.Task) -> float:
    if "dispatch_deadline" not in message:
        return DEFAULT_DISPATCH_DEADLINE
    seconds = float(message.dispatch_deadline.total_seconds())
    if not MIN_DISPATCH_DEADLINE <= seconds <= MAX_DISPATCH_DEADLINE:
        raise InvalidArgumentError("Task.dispatch_deadline must be between 15 seconds and 30 minutes")
    return seconds


def _http_request(message: types.HttpRequest) -> HttpRequest:
    method = _METHOD_NAMES.get(message.http_method)
    if method is None:
        raise InvalidArgumentError("HttpRequest.http_method is unknown")
    if message.body and method not in _METHODS_WITH_BODY:
        raise InvalidArgumentError(f"HttpRequest.body is not allowed with {method}")
    return HttpRequest(
        url=_url(message.url),
        method=method,
        headers=_headers(message.headers),
        body=message.body,
        token=_token(message),
    )


def _url(url: str) -> str:
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable:
        raise InvalidArgumentError("HttpRequest.url must be a full http:// or https:// address")
    if len(url) > MAX_URL_CHARACTERS:
        raise InvalidArgumentError(f"HttpRequest.url is longer than {MAX_URL_CHARACTERS} characters")
    return url


def _headers(headers: Mapping[str, str]) -> Mapping[str, str]:
    cleaned = {name: value.strip() for name, value in headers.items()}
    for name, value in cleaned.items():
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
            raise InvalidArgumentError(f"HttpRequest.headers: {name[:100]!r} is not a valid header")
    if sum(len(name) + len(value) for name, value in cleaned.items()) >= MAX_HEADERS_BYTES:
        raise InvalidArgumentError(f"HttpRequest.headers take {MAX_HEADERS_BYTES} bytes or more")
    return MappingProxyType(cleaned)


def _token(message: types.HttpRequest) -> Token | None:
    if "oidc_token" in message:
        return Token("oidc", message.oidc_token.service_account_email, message.oidc_token.audience)
    if "oauth_token" in message:
        return Token("oauth", message.oauth_token.service_account_email, message.oauth_token.scope)
    return None
