"""The messages of the API, read into checked values and written back; a breach is an InvalidArgumentError."""

import re
from datetime import timedelta
from types import MappingProxyType

from google.cloud.tasks_v2 import types
from google.protobuf.timestamp_pb2 import Timestamp

from local.tasks_emulator.clock import Instant
from local.tasks_emulator.config import EmulatorConfig
from local.tasks_emulator.grpc_errors import InvalidArgumentError, UnsupportedError
from local.tasks_emulator.queue import Queue
from local.tasks_emulator.task import HttpRequest, Task, TaskSpec

# The service's limits on a task; durations in seconds.
MAX_TASK_BYTES = 1024 * 1024
MAX_SCHEDULE_AHEAD = 30 * 24 * 3600.0
MIN_DISPATCH_DEADLINE = 15.0
MAX_DISPATCH_DEADLINE = 30 * 60.0
DEFAULT_DISPATCH_DEADLINE = 10 * 60.0
CLOCK_TOLERANCE = 1.0  # by which the sender's clock may run ahead of ours

QUEUE_NAME = re.compile(r"projects/[A-Za-z0-9:.-]+/locations/[A-Za-z0-9-]+/queues/[A-Za-z0-9-]{1,100}")
TASK_ID = re.compile(r"[A-Za-z0-9_-]{1,500}")


def read_queue_name(name: str) -> str:
    """Return the name if it is a queue's; raises InvalidArgumentError otherwise."""
    if not QUEUE_NAME.fullmatch(name):
        raise InvalidArgumentError("a queue's name is projects/PROJECT_ID/locations/LOCATION_ID/queues/QUEUE_ID")
    return name


def read_task_name(name: str) -> tuple[str, str]:
    """Return the queue's name and the task's id in a task's name; raises InvalidArgumentError for anything else."""
    queue, _, task_id = name.rpartition("/tasks/")
    if not TASK_ID.fullmatch(task_id):
        raise InvalidArgumentError("a task's id has letters, digits, hyphens and underscores, at most 500")
    return read_queue_name(queue), task_id


def read_task(message: types.Task, now: Instant) -> TaskSpec:
    """Return what a CreateTask asks for."""
    if types.Task.pb(message).ByteSize() > MAX_TASK_BYTES:
        raise InvalidArgumentError(f"the task is larger than {MAX_TASK_BYTES} bytes")
    if not message.http_request.url.startswith(("http://", "https://")):
        raise InvalidArgumentError("Task.http_request.url must be a full http:// or https:// address")
    if "retry_config" in message:
        raise UnsupportedError("the emulator knows no retry settings of single tasks")
    return TaskSpec(_http_request(message.http_request), _schedule(message, now), _dispatch_deadline(message))


def write_queue(queue: Queue, config: EmulatorConfig) -> types.Queue:
    """Return the message of a queue with its settings and state."""
    return types.Queue(
        name=queue.name,
        rate_limits=types.RateLimits(
            max_dispatches_per_second=config.max_dispatches_per_second,
            max_burst_size=config.max_burst_size,
            max_concurrent_dispatches=config.max_concurrent_dispatches,
        ),
        retry_config=types.RetryConfig(
            max_attempts=config.max_attempts,
            min_backoff=timedelta(seconds=config.min_backoff),
            max_backoff=timedelta(seconds=config.max_backoff),
            max_doublings=config.max_doublings,
        ),
        state=types.Queue.State.PAUSED if queue.is_paused else types.Queue.State.RUNNING,
        purge_time=_timestamp(queue.purged) if queue.purged else None,
    )


def write_task(task: Task, queue: Queue) -> types.Task:
    """Return the message of a task as it stands now: the service's BASIC view, which has no body."""
    request = task.spec.request
    return types.Task(
        name=f"{queue.name}/tasks/{task.id}",
        http_request=types.HttpRequest(
            url=request.url, http_method=getattr(types.HttpMethod, request.method), headers=dict(request.headers)
        ),
        schedule_time=_timestamp(task.scheduled),
        create_time=Timestamp(seconds=int(task.created.wall)),
        dispatch_deadline=timedelta(seconds=task.spec.dispatch_deadline),
        dispatch_count=task.dispatch_count,
        response_count=task.response_count,
        view=types.Task.View.BASIC,
    )


def _http_request(message: types.HttpRequest) -> HttpRequest:
    method = types.HttpMethod(message.http_method or types.HttpMethod.POST).name
    return HttpRequest(message.url, method, MappingProxyType(dict(message.headers)), message.body)


def _schedule(message: types.Task, now: Instant) -> Instant:
    if "schedule_time" not in message:
        return now
    schedule = now.at_wall(message.schedule_time.timestamp())
    if schedule.wall > now.wall + MAX_SCHEDULE_AHEAD + CLOCK_TOLERANCE:
        raise InvalidArgumentError("Task.schedule_time is more than 30 days ahead")
    return schedule


def _dispatch_deadline(message: types.Task) -> float:
    if "dispatch_deadline" not in message:
        return DEFAULT_DISPATCH_DEADLINE
    seconds = float(message.dispatch_deadline.total_seconds())
    if not MIN_DISPATCH_DEADLINE <= seconds <= MAX_DISPATCH_DEADLINE:
        raise InvalidArgumentError("Task.dispatch_deadline must be between 15 seconds and 30 minutes")
    return seconds


def _timestamp(moment: Instant) -> Timestamp:
    seconds, microseconds = divmod(int(moment.wall * 1_000_000), 1_000_000)
    return Timestamp(seconds=seconds, nanos=microseconds * 1000)
