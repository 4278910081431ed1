"""The queue: Cloud Tasks, or an emulator of it, through the official client."""

import datetime as dt
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import grpc
from google.api_core.exceptions import AlreadyExists, GoogleAPICallError, NotFound, RetryError
from google.api_core.retry import Retry, if_transient_error
from google.cloud import tasks_v2
from google.cloud.tasks_v2.services.cloud_tasks.transports import CloudTasksGrpcTransport
from google.protobuf import duration_pb2, timestamp_pb2

from shared.errors import QueueError
from shared.queue.tasks import Task
from shared.settings import CommonSettings

CREATE_SECONDS = 5.0  # one attempt; Meta waits for the webhook meanwhile
MAX_CREATING_THREADS = 32  # each creates one task at a time
RETRY_SECONDS = 8.0


class TaskQueue:
    """The queue whose tasks Cloud Tasks delivers to the process function."""

    def __init__(self, settings: CommonSettings, process_url: str, *, retry_seconds: float = RETRY_SECONDS) -> None:
        self._settings = settings
        self._process_url = process_url
        self._emulated = bool(settings.cloud_tasks_emulator_host)
        self._client = _client(settings)
        self._parent = self._client.queue_path(
            settings.google_cloud_project, settings.tasks_location, settings.tasks_queue
        )
        # Creating a task twice is harmless: every handler is idempotent.
        self._retry = Retry(predicate=if_transient_error, initial=0.1, maximum=1.0, timeout=retry_seconds)
        self._pool = ThreadPoolExecutor(MAX_CREATING_THREADS, thread_name_prefix="enqueue")

    def enqueue(self, task: Task, *, delay: float = 0, name: str = "") -> None:
        """Create one task, to be delivered after `delay` seconds.

        With a `name` ([A-Za-z0-9_-], at most 500 characters) a second task of that name is dropped silently.
        Raises QueueError when the task may not have been created.
        """
        request = self._request(task, delay, name)
        try:
            self._create(request)
        except AlreadyExists:
            return
        except (GoogleAPICallError, RetryError) as error:
            raise QueueError(f"the task could not be created: {type(error).__name__}") from error

    def enqueue_all(self, tasks: Iterable[Task]) -> None:
        """Create tasks side by side, started in the order given; raises QueueError if any failed."""
        for _ in self._pool.map(self.enqueue, tasks):
            pass

    def check(self, timeout: float = 2.0) -> None:
        """Raise QueueError when the queue's service cannot be reached within `timeout` seconds."""
        transport = cast(CloudTasksGrpcTransport, self._client.transport)
        ready = grpc.channel_ready_future(transport.grpc_channel)
        try:
            ready.result(timeout=timeout)
        except grpc.FutureTimeoutError as error:
            raise QueueError("the queue cannot be reached") from error
        finally:
            ready.cancel()  # else it watches the channel for as long as the queue is out of reach

    def _create(self, request: tasks_v2.CreateTaskRequest) -> None:
        try:
            self._client.create_task(request, retry=self._retry, timeout=CREATE_SECONDS)
        except NotFound:
            if not self._emulated:
                raise
            self._create_queue()
            self._client.create_task(request, retry=self._retry, timeout=CREATE_SECONDS)

    def _create_queue(self) -> None:
        location = self._parent.rpartition("/queues/")[0]
        try:
            self._client.create_queue(parent=location, queue=tasks_v2.Queue(name=self._parent))
        except AlreadyExists:
            return

    def _request(self, task: Task, delay: float, name: str) -> tasks_v2.CreateTaskRequest:
        http: dict[str, Any] = {
            "http_method": tasks_v2.HttpMethod.POST,
            "url": self._process_url,
            "headers": {"Content-Type": "application/json"},
            "body": task.model_dump_json().encode(),
        }
        account = self._settings.tasks_service_account
        if account and not self._emulated:
            http["oidc_token"] = {"service_account_email": account, "audience": self._process_url}
        deadline = duration_pb2.Duration(seconds=int(self._settings.task_deadline_seconds))
        message: dict[str, Any] = {"http_request": http, "dispatch_deadline": deadline}
        if delay > 0:
            due = timestamp_pb2.Timestamp()
            due.FromDatetime(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=delay))
            message["schedule_time"] = due
        if name:
            message["name"] = f"{self._parent}/tasks/{name}"
        return tasks_v2.CreateTaskRequest(parent=self._parent, task=message)


def _client(settings: CommonSettings) -> tasks_v2.CloudTasksClient:
    host = settings.cloud_tasks_emulator_host
    if not host:
        return tasks_v2.CloudTasksClient()
    return tasks_v2.CloudTasksClient(transport=CloudTasksGrpcTransport(channel=grpc.insecure_channel(host)))
