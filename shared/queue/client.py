"""The queue: Cloud Tasks, or an emulator of it, over the official client's channel.

A task is created by one call on a method that is prepared once, with protobuf's own messages: the client wraps
messages, options and logging around each call anew, and Meta waits for it.
"""

import datetime as dt
from collections import deque
from collections.abc import Iterable
from typing import Any, cast

import grpc
from google.api_core.exceptions import AlreadyExists, GoogleAPICallError, RetryError, from_grpc_error
from google.api_core.gapic_v1.routing_header import to_routing_header
from google.api_core.retry import Retry, if_transient_error
from google.cloud import tasks_v2
from google.cloud.tasks_v2.services.cloud_tasks.transports import CloudTasksGrpcTransport

from shared.errors import QueueError
from shared.queue.tasks import Task
from shared.settings import CommonSettings

CREATE_SECONDS = 5.0  # one attempt; Meta waits for the webhook meanwhile
MAX_CREATING = 32  # tasks of one body that are created at the same time
RETRY_SECONDS = 8.0
CREATE_METHOD = "/google.cloud.tasks.v2.CloudTasks/CreateTask"

Message: Any = tasks_v2.CreateTaskRequest.pb(tasks_v2.CreateTaskRequest()).__class__


class TaskQueue:
    """The queue whose tasks Cloud Tasks delivers to the process function."""

    def __init__(self, settings: CommonSettings, process_url: str, *, retry_seconds: float = RETRY_SECONDS) -> None:
        self._emulated = bool(settings.cloud_tasks_emulator_host)
        self._client = _client(settings)
        self._parent = self._client.queue_path(
            settings.google_cloud_project, settings.tasks_location, settings.tasks_queue
        )
        self._prepared = self._prepare(settings, process_url)
        self._call = self._channel.unary_unary(
            CREATE_METHOD, request_serializer=Message.SerializeToString, response_deserializer=_ignore
        )
        self._options: dict[str, Any] = {
            "timeout": CREATE_SECONDS,
            "metadata": [("x-goog-request-params", to_routing_header([("parent", self._parent)]))],
        }
        # Creating a task twice is harmless: every handler is idempotent.
        retry = Retry(predicate=if_transient_error, initial=0.1, maximum=1.0, timeout=retry_seconds)
        self._create_patiently = retry(self._create)

    def enqueue(self, task: Task, *, delay: float = 0, name: str = "") -> None:
        """Create one task, to be delivered after `delay` seconds.

        With a `name` ([A-Za-z0-9_-], at most 500 characters) a second task of that name is dropped silently.
        Raises QueueError when the task may not have been created.
        """
        self._enqueue(self._request(task, delay, name))

    def enqueue_all(self, tasks: Iterable[Task]) -> None:
        """Create tasks side by side, started in the order given; raises QueueError if any failed."""
        requests = [self._request(task) for task in tasks]
        if len(requests) == 1:
            self._enqueue(requests[0])
            return
        under_way: deque[tuple[Any, grpc.Future]] = deque()
        for request in requests:
            if len(under_way) == MAX_CREATING:
                self._finish(*under_way.popleft())
            under_way.append((request, self._call.future(request, **self._options)))
        while under_way:
            self._finish(*under_way.popleft())

    def check(self, timeout: float = 2.0) -> None:
        """Raise QueueError when the queue's service cannot be reached within `timeout` seconds."""
        ready = grpc.channel_ready_future(self._channel)
        try:
            ready.result(timeout=timeout)
        except grpc.FutureTimeoutError as error:
            raise QueueError("the queue cannot be reached") from error
        finally:
            ready.cancel()  # else it watches the channel for as long as the queue is out of reach

    @property
    def _channel(self) -> grpc.Channel:
        return cast(CloudTasksGrpcTransport, self._client.transport).grpc_channel

    def _finish(self, request: Any, call: grpc.Future) -> None:
        """Wait for a task that is being created; one that failed is tried again by itself."""
        if call.exception() is not None:
            self._enqueue(request)

    def _enqueue(self, request: Any) -> None:
        try:
            self._create_patiently(request)
        except AlreadyExists:
            return
        except (GoogleAPICallError, RetryError) as error:
            raise QueueError(f"the task could not be created: {type(error).__name__}") from error

    def _create(self, request: Any) -> None:
        """Create a task; raises the error of google.api_core that the answer stands for."""
        try:
            self._call(request, **self._options)
        except grpc.RpcError as error:
            if not self._emulated or error.code() is not grpc.StatusCode.NOT_FOUND:
                raise from_grpc_error(error) from error
            self._create_queue()
            self._client.create_task(tasks_v2.CreateTaskRequest.wrap(request), timeout=CREATE_SECONDS)

    def _create_queue(self) -> None:
        location = self._parent.rpartition("/queues/")[0]
        try:
            self._client.create_queue(parent=location, queue=tasks_v2.Queue(name=self._parent))
        except AlreadyExists:
            return

    def _prepare(self, settings: CommonSettings, process_url: str) -> bytes:
        """Return what all requests have in common, serialised."""
        message = Message(parent=self._parent)
        message.task.dispatch_deadline.FromSeconds(int(settings.task_deadline_seconds))
        http = message.task.http_request
        http.http_method = tasks_v2.HttpMethod.POST
        http.url = process_url
        http.headers["Content-Type"] = "application/json"
        account = settings.tasks_service_account
        if account and not self._emulated:
            http.oidc_token.service_account_email = account
            http.oidc_token.audience = process_url
        return cast(bytes, message.SerializeToString())

    def _request(self, task: Task, delay: float = 0, name: str = "") -> Any:
        message = Message.FromString(self._prepared)
        message.task.http_request.body = task.model_dump_json().encode()
        if delay > 0:
            message.task.schedule_time.FromDatetime(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=delay))
        if name:
            message.task.name = f"{self._parent}/tasks/{name}"
        return message


def _ignore(answer: bytes) -> bytes:
    return answer


def _client(settings: CommonSettings) -> tasks_v2.CloudTasksClient:
    host = settings.cloud_tasks_emulator_host
    if not host:
        return tasks_v2.CloudTasksClient()
    return tasks_v2.CloudTasksClient(transport=CloudTasksGrpcTransport(channel=grpc.insecure_channel(host)))
