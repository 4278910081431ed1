"""google.cloud.tasks.v2.CloudTasks over gRPC: messages in, one call on the queues, messages out.

Served is what the product, the chaos run and the benchmark call, and what tells how a queue and a task stand; every
other method answers UNIMPLEMENTED.
"""

from collections.abc import Callable
from typing import Any

import grpc
from google.cloud.tasks_v2 import types

from local.tasks_emulator.config import EmulatorConfig
from local.tasks_emulator.dispatcher import Dispatcher
from local.tasks_emulator.grpc_errors import (
    AlreadyExistsError,
    InvalidArgumentError,
    NotFoundError,
    TasksError,
    UnsupportedError,
)
from local.tasks_emulator.messages import read_queue_name, read_task, read_task_name, write_queue, write_task
from local.tasks_emulator.queue import Queue

SERVICE_NAME = "google.cloud.tasks.v2.CloudTasks"


class CloudTasksService:
    """The methods of the API on the queues of one dispatcher."""

    def __init__(self, dispatcher: Dispatcher, config: EmulatorConfig) -> None:
        self._state = dispatcher.state
        self._config = config

    def handler(self) -> grpc.GenericRpcHandler:
        """Return what a gRPC server needs to serve these methods."""
        methods = {
            "CreateQueue": _method(self.create_queue, types.CreateQueueRequest, types.Queue),
            "GetQueue": _method(self.get_queue, types.GetQueueRequest, types.Queue),
            "PurgeQueue": _method(self.purge_queue, types.PurgeQueueRequest, types.Queue),
            "PauseQueue": _method(self.pause_queue, types.PauseQueueRequest, types.Queue),
            "ResumeQueue": _method(self.resume_queue, types.ResumeQueueRequest, types.Queue),
            "CreateTask": _method(self.create_task, types.CreateTaskRequest, types.Task),
            "GetTask": _method(self.get_task, types.GetTaskRequest, types.Task),
            "ListTasks": _method(self.list_tasks, types.ListTasksRequest, types.ListTasksResponse),
        }
        return grpc.method_handlers_generic_handler(SERVICE_NAME, methods)

    def create_queue(self, request: types.CreateQueueRequest) -> types.Queue:
        """Create a queue with the emulator's settings; one that brings its own is refused, not half obeyed."""
        name = read_queue_name(request.queue.name)
        if any(field in request.queue for field in ("rate_limits", "retry_config", "http_target")):
            raise UnsupportedError("queues get their settings from the emulator's command line")
        with self._state() as (queues, now):
            if name in queues:
                raise AlreadyExistsError(f"the queue {name} exists already")
            queues[name] = Queue(name, self._config, now)
            return write_queue(queues[name], self._config)

    def get_queue(self, request: types.GetQueueRequest) -> types.Queue:
        """Return the queue of that name."""
        with self._state() as (queues, _):
            return write_queue(_queue(queues, request.name), self._config)

    def purge_queue(self, request: types.PurgeQueueRequest) -> types.Queue:
        """Delete every task of a queue."""
        with self._state() as (queues, now):
            queue = _queue(queues, request.name)
            queue.purge(now)
            return write_queue(queue, self._config)

    def pause_queue(self, request: types.PauseQueueRequest) -> types.Queue:
        """Stop a queue's dispatches; attempts in flight go on."""
        return self._set_paused(request.name, True)

    def resume_queue(self, request: types.ResumeQueueRequest) -> types.Queue:
        """Let a queue dispatch again."""
        return self._set_paused(request.name, False)

    def create_task(self, request: types.CreateTaskRequest) -> types.Task:
        """Add a task to a queue."""
        with self._state() as (queues, now):
            queue = _queue(queues, request.parent)
            task_id = None
            if request.task.name:
                parent, task_id = read_task_name(request.task.name)
                if parent != queue.name:
                    raise InvalidArgumentError(f"the task is not in the queue {queue.name}")
            return write_task(queue.add(task_id, read_task(request.task, now), now), queue)

    def get_task(self, request: types.GetTaskRequest) -> types.Task:
        """Return the task of that name."""
        parent, task_id = read_task_name(request.name)
        with self._state() as (queues, _):
            queue = _queue(queues, parent)
            return write_task(queue.task(task_id), queue)

    def list_tasks(self, request: types.ListTasksRequest) -> types.ListTasksResponse:
        """Return all tasks of a queue, by id, on one page."""
        with self._state() as (queues, _):
            queue = _queue(queues, request.parent)
            return types.ListTasksResponse(tasks=[write_task(task, queue) for task in queue.tasks()])

    def _set_paused(self, name: str, is_paused: bool) -> types.Queue:
        with self._state() as (queues, _):
            queue = _queue(queues, name)
            queue.is_paused = is_paused
            return write_queue(queue, self._config)


def _queue(queues: dict[str, Queue], name: str) -> Queue:
    try:
        return queues[read_queue_name(name)]
    except KeyError:
        raise NotFoundError(f"the queue {name} does not exist") from None


def _method(call: Callable[[Any], Any], request_type: Any, answer_type: Any) -> grpc.RpcMethodHandler:
    def answer(request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return call(request)
        except TasksError as error:
            context.abort(grpc.StatusCode[error.code], str(error))

    return grpc.unary_unary_rpc_method_handler(
        answer, request_deserializer=request_type.deserialize, response_serializer=answer_type.serialize
    )
