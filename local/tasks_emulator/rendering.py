"""Turns queues and tasks into the messages of the API."""

from datetime import timedelta

from google.cloud.tasks_v2 import types
from google.protobuf.timestamp_pb2 import Timestamp
from grpc import StatusCode

from local.tasks_emulator.clock import Instant
from local.tasks_emulator.config import RateLimits, RetryConfig
from local.tasks_emulator.queue import Queue
from local.tasks_emulator.task import DEADLINE_EXCEEDED, AttemptRecord, HttpRequest, Outcome, Task, Token

_CODE_OF_HTTP_STATUS = {
    400: StatusCode.INVALID_ARGUMENT,
    401: StatusCode.UNAUTHENTICATED,
    403: StatusCode.PERMISSION_DENIED,
    404: StatusCode.NOT_FOUND,
    409: StatusCode.ABORTED,
    429: StatusCode.RESOURCE_EXHAUSTED,
    500: StatusCode.INTERNAL,
    501: StatusCode.UNIMPLEMENTED,
    503: StatusCode.UNAVAILABLE,
    504: StatusCode.DEADLINE_EXCEEDED,
}


def render_queue(queue: Queue) -> types.Queue:
    """The queue with its settings and state."""
    return types.Queue(
        name=queue.name,
        rate_limits=render_rate_limits(queue.rates),
        retry_config=render_retry_config(queue.retry),
        state=types.Queue.State.PAUSED if queue.is_paused else types.Queue.State.RUNNING,
        purge_time=_timestamp(queue.purged) if queue.purged else None,
    )


def render_rate_limits(rates: RateLimits) -> types.RateLimits:
    """The limits, with the burst that follows from them."""
    return types.RateLimits(
        max_dispatches_per_second=rates.max_dispatches_per_second,
        max_burst_size=rates.max_burst_size,
        max_concurrent_dispatches=rates.max_concurrent_dispatches,
    )


def render_retry_config(retry: RetryConfig) -> types.RetryConfig:
    """The retry settings; an unlimited duration shows as 0."""
    return types.RetryConfig(
        max_attempts=retry.max_attempts,
        max_retry_duration=timedelta(seconds=retry.max_retry_duration),
        min_backoff=timedelta(seconds=retry.min_backoff),
        max_backoff=timedelta(seconds=retry.max_backoff),
        max_doublings=retry.max_doublings,
    )


def render_task(task: Task, queue: Queue, view: types.Task.View) -> types.Task:
    """The task as it stands now; only the FULL view shows the body."""
    is_full = view == types.Task.View.FULL
    return types.Task(
        name=f"{queue.name}/tasks/{task.id}",
        http_request=_http_request(task.spec.request, with_body=is_full),
        schedule_time=_timestamp(task.scheduled),
        create_time=Timestamp(seconds=int(task.created.wall)),
        dispatch_deadline=timedelta(seconds=task.spec.dispatch_deadline),
        dispatch_count=task.dispatch_count,
        response_count=task.response_count,
        first_attempt=_first_attempt(task.first_attempt),
        last_attempt=_attempt(task.last_attempt),
        view=types.Task.View.FULL if is_full else types.Task.View.BASIC,
        retry_config=render_retry_config(task.spec.retry) if task.spec.retry else None,
    )


def _http_request(request: HttpRequest, with_body: bool) -> types.HttpRequest:
    message = types.HttpRequest(
        url=request.url,
        http_method=getattr(types.HttpMethod, request.method),
        headers=dict(request.headers),
        body=request.body if with_body else b"",
    )
    _add_token(message, request.token)
    return message


def _add_token(message: types.HttpRequest, token: Token | None) -> None:
    if token is None:
        return
    email = token.service_account_email
    if token.kind == "oidc":
        message.oidc_token = types.OidcToken(service_account_email=email, audience=token.audience)
    else:
        message.oauth_token = types.OAuthToken(service_account_email=email, scope=token.audience)


def _first_attempt(record: AttemptRecord | None) -> types.Attempt | None:
    # The service keeps nothing but the moment of a task's first attempt.
    return types.Attempt(dispatch_time=_timestamp(record.dispatched)) if record else None


def _attempt(record: AttemptRecord | None) -> types.Attempt | None:
    if record is None:
        return None
    return types.Attempt(
        schedule_time=_timestamp(record.scheduled),
        dispatch_time=_timestamp(record.dispatched),
        response_time=_timestamp(record.responded) if record.responded else None,
        response_status=_status(record.outcome) if record.outcome else None,
    )


def _status(outcome: Outcome) -> dict[str, object]:
    code = _status_code(outcome)
    return {"code": code.value[0], "message": f"{code.name}({code.value[0]}): {outcome.reason}"}


def _status_code(outcome: Outcome) -> StatusCode:
    if outcome.succeeded:
        return StatusCode.OK
    if outcome.status is None:
        return StatusCode.DEADLINE_EXCEEDED if outcome == DEADLINE_EXCEEDED else StatusCode.UNAVAILABLE
    return _CODE_OF_HTTP_STATUS.get(outcome.status, StatusCode.UNKNOWN)


def _timestamp(moment: Instant) -> Timestamp:
    seconds, microseconds = divmod(int(moment.wall * 1_000_000), 1_000_000)
    return Timestamp(seconds=seconds, nanos=microseconds * 1000)
