"""google.cloud.tasks.v2.CloudTasks over gRPC: messages in, one call on the queues, messages out.

Methods that are not in the table below (IAM, batches, encryption keys) answer UNIMPLEMENTED.
"""

from collections.abc import Callable
from typing import Any

import grpc
from google.cloud.tasks_v2 import types
from google.protobuf.empty_pb2 import Empty
from google.protobuf.field_mask_pb2 import FieldMask

from local.tasks_emulator import names
from local.tasks_emulator.clock import Instant
from local.tasks_emulator.dispatcher import Dispatcher
from local.tasks_emulator.grpc_errors import InvalidArgumentError, NotFoundError, TasksError, UnsupportedError
from local.tasks_emulator.paging import page
from local.tasks_emulator.parsing import parse_rate_limits, parse_retry_config, parse_task_spec
from local.tasks_emulator.queue import Queue
from local.tasks_emulator.registry import QueueRegistry
from local.tasks_emulator.rendering import render_queue, render_rate_limits, render_retry_config, render_task

SERVICE_NAME = "google.cloud.tasks.v2.CloudTasks"

# The service's largest pages.
_QUEUES_PER_PAGE = 9800
_TASKS_PER_PAGE = 1000


class CloudTasksService:
    """The methods of the API on the queues of one dispatcher."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._state = dispatcher.state

    def handler(self) -> grpc.GenericRpcHandler:
        """What a gRPC server needs to serve these methods."""
        methods = {
            "CreateQueue": _method(self.create_queue, types.CreateQueueRequest, types.Queue.serialize),
            "GetQueue": _method(self.get_queue, types.GetQueueRequest, types.Queue.serialize),
            "ListQueues": _method(self.list_queues, types.ListQueuesRequest, types.ListQueuesResponse.serialize),
            "UpdateQueue": _method(self.update_queue, types.UpdateQueueRequest, types.Queue.serialize),
            "DeleteQueue": _method(self.delete_queue, types.DeleteQueueRequest, Empty.SerializeToString),
            "PurgeQueue": _method(self.purge_queue, types.PurgeQueueRequest, types.Queue.serialize),
            "PauseQueue": _method(self.pause_queue, types.PauseQueueRequest, types.Queue.serialize),
            "ResumeQueue": _method(self.resume_queue, types.ResumeQueueRequest, types.Queue.serialize),
            "CreateTask": _method(self.create_task, types.CreateTaskRequest, types.Task.serialize),
            "GetTask": _method(self.get_task, types.GetTaskRequest, types.Task.serialize),
            "ListTasks": _method(self.list_tasks, types.ListTasksRequest, types.ListTasksResponse.serialize),
            "DeleteTask": _method(self.delete_task, types.DeleteTaskRequest, Empty.SerializeToString),
            "RunTask": _method(self.run_task, types.RunTaskRequest, types.Task.serialize),
        }
        return grpc.method_handlers_generic_handler(SERVICE_NAME, methods)

    def create_queue(self, request: types.CreateQueueRequest) -> types.Queue:
        """Creates a queue; what the message leaves open comes from the emulator's defaults."""
        location = names.check_location(request.parent)
        name = names.check_queue(request.queue.name)
        if names.location_of(name) != location:
            raise InvalidArgumentError(f"the queue {name} is not in {location}")
        with self._state() as (registry, now):
            return _put_queue(registry, None, request.queue, now)

    def get_queue(self, request: types.GetQueueRequest) -> types.Queue:
        """The queue of that name."""
        with self._state() as (registry, _):
            return render_queue(registry.queue(request.name))

    def list_queues(self, request: types.ListQueuesRequest) -> types.ListQueuesResponse:
        """The queues of a location, by name."""
        if request.filter:
            raise UnsupportedError("the emulator does not filter queues")
        location = names.check_location(request.parent)
        with self._state() as (registry, _):
            chosen, token = page(
                registry.queues_in(location),
                lambda queue: queue.name,
                request.page_size,
                request.page_token,
                _QUEUES_PER_PAGE,
            )
            return types.ListQueuesResponse(queues=[render_queue(queue) for queue in chosen], next_page_token=token)

    def update_queue(self, request: types.UpdateQueueRequest) -> types.Queue:
        """Changes the fields the mask names (all if empty) or creates the queue, as the service does."""
        name = names.check_queue(request.queue.name)
        with self._state() as (registry, now):
            queue = _find_queue(registry, name)
            wanted = request.queue if queue is None else _merged(queue, request.queue, request.update_mask)
            return _put_queue(registry, queue, wanted, now)

    def delete_queue(self, request: types.DeleteQueueRequest) -> Empty:
        """Deletes a queue with all its tasks."""
        with self._state() as (registry, _):
            registry.delete(request.name)
        return Empty()

    def purge_queue(self, request: types.PurgeQueueRequest) -> types.Queue:
        """Deletes every task of a queue."""
        with self._state() as (registry, now):
            queue = registry.queue(request.name)
            queue.purge(now)
            return render_queue(queue)

    def pause_queue(self, request: types.PauseQueueRequest) -> types.Queue:
        """Stops a queue's dispatches; attempts in flight go on."""
        return self._set_paused(request.name, True)

    def resume_queue(self, request: types.ResumeQueueRequest) -> types.Queue:
        """Lets a queue dispatch again."""
        return self._set_paused(request.name, False)

    def create_task(self, request: types.CreateTaskRequest) -> types.Task:
        """Adds a task to a queue."""
        task_id = _task_id(request)
        with self._state() as (registry, now):
            queue = registry.queue(request.parent)
            task = queue.add(task_id, parse_task_spec(request.task, queue.retry, now), now)
            return render_task(task, queue, request.response_view)

    def get_task(self, request: types.GetTaskRequest) -> types.Task:
        """The task of that name."""
        name = names.parse_task(request.name)
        with self._state() as (registry, _):
            queue = registry.queue(name.queue)
            return render_task(queue.task(name.id), queue, request.response_view)

    def list_tasks(self, request: types.ListTasksRequest) -> types.ListTasksResponse:
        """The tasks of a queue, by id."""
        with self._state() as (registry, _):
            queue = registry.queue(request.parent)
            chosen, token = page(
                queue.tasks(), lambda task: task.id, request.page_size, request.page_token, _TASKS_PER_PAGE
            )
            tasks = [render_task(task, queue, request.response_view) for task in chosen]
            return types.ListTasksResponse(tasks=tasks, next_page_token=token)

    def delete_task(self, request: types.DeleteTaskRequest) -> Empty:
        """Deletes a task, scheduled or in flight."""
        name = names.parse_task(request.name)
        with self._state() as (registry, now):
            registry.queue(name.queue).remove(name.id, now)
        return Empty()

    def run_task(self, request: types.RunTaskRequest) -> types.Task:
        """Dispatches a task now, even from a paused queue."""
        name = names.parse_task(request.name)
        with self._state() as (registry, now):
            queue = registry.queue(name.queue)
            return render_task(queue.force(name.id, now), queue, request.response_view)

    def _set_paused(self, name: str, is_paused: bool) -> types.Queue:
        with self._state() as (registry, _):
            queue = registry.queue(name)
            queue.is_paused = is_paused
            return render_queue(queue)


def _method(
    call: Callable[[Any], Any], request_type: Any, serialize: Callable[[Any], bytes]
) -> grpc.RpcMethodHandler:
    def answer(request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return call(request)
        except TasksError as error:
            context.abort(grpc.StatusCode[error.code], str(error))

    return grpc.unary_unary_rpc_method_handler(
        answer, request_deserializer=request_type.deserialize, response_serializer=serialize
    )


def _find_queue(registry: QueueRegistry, name: str) -> Queue | None:
    try:
        return registry.queue(name)
    except NotFoundError:
        return None


def _put_queue(registry: QueueRegistry, queue: Queue | None, message: types.Queue, now: Instant) -> types.Queue:
    if "http_target" in message:
        raise UnsupportedError("the emulator does not override targets for a whole queue")
    retry = parse_retry_config(message.retry_config, registry.config.retry)
    rates = parse_rate_limits(message.rate_limits, registry.config.rates)
    queue = queue or registry.create(message.name, now)
    queue.configure(retry, rates, now)
    return render_queue(queue)


def _merged(queue: Queue, changes: types.Queue, mask: FieldMask) -> types.Queue:
    if not mask.paths:
        return changes
    merged = types.Queue(
        name=queue.name,
        rate_limits=render_rate_limits(queue.rates),
        retry_config=render_retry_config(queue.retry),
    )
    if not mask.IsValidForDescriptor(types.Queue.pb(changes).DESCRIPTOR):
        raise InvalidArgumentError("update_mask names a field that a queue does not have")
    mask.MergeMessage(types.Queue.pb(changes), types.Queue.pb(merged), replace_message_field=True)
    return merged


def _task_id(request: types.CreateTaskRequest) -> str | None:
    if not request.task.name:
        return None
    name = names.parse_task(request.task.name)
    if name.queue != request.parent:
        raise InvalidArgumentError(f"the task {request.task.name} is not in the queue {request.parent}")
    return name.id
