"""Resource names: `projects/P/locations/L/queues/Q/tasks/T`."""

import re
from dataclasses import dataclass

from local.tasks_emulator.grpc_errors import InvalidArgumentError

_LOCATION = r"projects/[A-Za-z0-9:.-]+/locations/[A-Za-z0-9-]+"
_QUEUE = _LOCATION + r"/queues/[A-Za-z0-9-]{1,100}"
_TASK = r"[A-Za-z0-9_-]{1,500}"


@dataclass(frozen=True)
class TaskName:
    """A task's full name, taken apart."""

    queue: str
    id: str


def check_location(name: str) -> str:
    """The name if it is a location's; raises InvalidArgumentError otherwise."""
    return _checked(_LOCATION, name, "projects/PROJECT_ID/locations/LOCATION_ID")


def check_queue(name: str) -> str:
    """The name if it is a queue's; raises InvalidArgumentError otherwise."""
    return _checked(_QUEUE, name, "projects/PROJECT_ID/locations/LOCATION_ID/queues/QUEUE_ID")


def parse_task(name: str) -> TaskName:
    """The parts of a task's name; raises InvalidArgumentError for anything else."""
    queue, _, task_id = name.rpartition("/tasks/")
    _checked(_TASK, task_id, "…/tasks/TASK_ID with letters, digits, hyphens and underscores, at most 500")
    return TaskName(check_queue(queue), task_id)


def location_of(queue: str) -> str:
    """The location a queue's name lies in."""
    return queue.partition("/queues/")[0]


def _checked(pattern: str, name: str, form: str) -> str:
    if not re.fullmatch(pattern, name):
        raise InvalidArgumentError(f'"{name[:600]}" is not a name of the form {form}')
    return name
