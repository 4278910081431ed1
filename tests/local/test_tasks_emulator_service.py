"""The emulator's API through the official client; the queue is paused, so no task leaves it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import grpc
import pytest
from google.api_core import exceptions
from google.cloud import tasks_v2
from google.cloud.tasks_v2.services.cloud_tasks.transports import CloudTasksGrpcTransport

from local.tasks_emulator import TasksEmulator
from local.tasks_emulator.server import AddressInUseError

LOCATION = "projects/demo/locations/europe-west1"
QUEUE = f"{LOCATION}/queues/whatsapp"
URL = "http://127.0.0.1:9/process"


@pytest.fixture
def client() -> Iterator[tasks_v2.CloudTasksClient]:
    with TasksEmulator() as address, grpc.insecure_channel(address) as channel:
        yield tasks_v2.CloudTasksClient(transport=CloudTasksGrpcTransport(channel=channel))


@pytest.fixture
def queue(client: tasks_v2.CloudTasksClient) -> str:
    client.create_queue(parent=LOCATION, queue=tasks_v2.Queue(name=QUEUE))
    client.pause_queue(name=QUEUE)
    return QUEUE


def http_task(name: str = "", **fields: object) -> dict[str, object]:
    task: dict[str, object] = {"http_request": {"url": URL, "body": b"{}"}, **fields}
    return task | {"name": f"{QUEUE}/tasks/{name}"} if name else task


def test_create_queue_without_settings_gets_the_services_defaults(client, queue):
    found = client.get_queue(name=queue)
    assert found.rate_limits.max_dispatches_per_second == 500
    assert found.rate_limits.max_burst_size == 100
    assert found.rate_limits.max_concurrent_dispatches == 1000
    assert found.retry_config.max_attempts == 100
    assert found.retry_config.min_backoff == timedelta(seconds=0.1)
    assert found.retry_config.max_backoff == timedelta(hours=1)
    assert found.retry_config.max_doublings == 16


def test_create_queue_name_in_use_already_exists(client, queue):
    with pytest.raises(exceptions.AlreadyExists):
        client.create_queue(parent=LOCATION, queue={"name": queue})


@pytest.mark.parametrize(
    "name", ["whatsapp", f"{LOCATION}/queues/with_underscore", f"{LOCATION}/queues/{'q' * 101}"]
)
def test_create_queue_impossible_name_is_invalid(client, name):
    with pytest.raises(exceptions.InvalidArgument):
        client.create_queue(parent=LOCATION, queue={"name": name})


@pytest.mark.parametrize(
    "settings",
    [
        {"rate_limits": {"max_concurrent_dispatches": 1}},
        {"retry_config": {"max_attempts": 2}},
        {"http_target": {"http_method": "POST"}},
    ],
)
def test_create_queue_with_settings_of_its_own_is_refused_rather_than_half_obeyed(client, settings):
    with pytest.raises(exceptions.MethodNotImplemented):
        client.create_queue(parent=LOCATION, queue={"name": QUEUE} | settings)
    with pytest.raises(exceptions.NotFound):
        client.get_queue(name=QUEUE)


def test_pause_and_resume_change_the_state(client, queue):
    assert client.get_queue(name=queue).state == tasks_v2.Queue.State.PAUSED
    assert client.resume_queue(name=queue).state == tasks_v2.Queue.State.RUNNING


@pytest.mark.parametrize("method", ["get_queue", "purge_queue", "pause_queue", "resume_queue"])
def test_queue_methods_unknown_queue_not_found(client, method):
    with pytest.raises(exceptions.NotFound):
        getattr(client, method)(name=f"{LOCATION}/queues/nowhere")


def test_create_task_unknown_queue_not_found(client):
    with pytest.raises(exceptions.NotFound):
        client.create_task(parent=f"{LOCATION}/queues/nowhere", task=http_task())


def test_create_task_unnamed_gets_a_name_and_the_defaults(client, queue):
    before = datetime.now(UTC) - timedelta(seconds=1)
    task = client.create_task(parent=queue, task=http_task())
    assert task.name.startswith(f"{queue}/tasks/")
    assert task.dispatch_deadline == timedelta(minutes=10)
    assert task.http_request.http_method == tasks_v2.HttpMethod.POST
    assert before <= task.create_time <= datetime.now(UTC)
    assert before <= task.schedule_time <= datetime.now(UTC)
    assert (task.dispatch_count, task.response_count) == (0, 0)


def test_create_task_name_in_use_already_exists(client, queue):
    client.create_task(parent=queue, task=http_task("once"))
    with pytest.raises(exceptions.AlreadyExists):
        client.create_task(parent=queue, task=http_task("once"))


def test_create_task_name_of_a_purged_task_already_exists(client, queue):
    client.create_task(parent=queue, task=http_task("gone"))
    client.purge_queue(name=queue)
    with pytest.raises(exceptions.AlreadyExists):
        client.create_task(parent=queue, task=http_task("gone"))


@pytest.mark.parametrize(
    "changes",
    [
        {"name": f"{QUEUE}/tasks/wamid.with.dots="},
        {"name": f"{QUEUE}/tasks/{'t' * 501}"},
        {"name": f"{QUEUE}/tasks/"},
        {"name": "just-an-id"},
        {"name": f"{LOCATION}/queues/other/tasks/elsewhere"},
        {"http_request": None},
        {"http_request": {"url": "ftp://127.0.0.1/x"}},
        {"dispatch_deadline": timedelta(seconds=14)},
        {"dispatch_deadline": timedelta(minutes=31)},
    ],
)
def test_create_task_against_the_rules_is_invalid(client, queue, changes):
    with pytest.raises(exceptions.InvalidArgument):
        client.create_task(parent=queue, task=http_task() | changes)
    assert list(client.list_tasks(parent=queue)) == []


def test_create_task_thirty_days_ahead_is_the_limit(client, queue):
    now = datetime.now(UTC)
    client.create_task(parent=queue, task=http_task(schedule_time=now + timedelta(days=30)))
    with pytest.raises(exceptions.InvalidArgument):
        client.create_task(parent=queue, task=http_task(schedule_time=now + timedelta(days=30, minutes=1)))


@pytest.mark.parametrize("size", [1024 * 1024, 6 * 1024 * 1024])
def test_create_task_over_one_megabyte_is_invalid(client, queue, size):
    with pytest.raises(exceptions.InvalidArgument, match="larger"):
        client.create_task(parent=queue, task={"http_request": {"url": URL, "body": b"x" * size}})


def test_create_task_just_under_one_megabyte_is_accepted(client, queue):
    body = b"x" * (1024 * 1024 - 200)
    client.create_task(parent=queue, task={"http_request": {"url": URL, "body": body}})


def test_create_task_with_retry_settings_of_its_own_is_refused_rather_than_half_obeyed(client, queue):
    with pytest.raises(exceptions.MethodNotImplemented):
        client.create_task(parent=queue, task=http_task(retry_config={"max_attempts": 2}))


def test_get_task_shows_the_request_without_its_body(client, queue):
    request = {"url": URL, "headers": {"Content-Type": "application/json"}, "body": b"[1]"}
    created = client.create_task(parent=queue, task=http_task("seen", http_request=request))
    found = client.get_task(name=created.name)
    assert found.view == tasks_v2.Task.View.BASIC
    assert (found.http_request.url, found.http_request.body) == (URL, b"")
    assert dict(found.http_request.headers) == {"Content-Type": "application/json"}


def test_get_task_unknown_not_found(client, queue):
    with pytest.raises(exceptions.NotFound):
        client.get_task(name=f"{queue}/tasks/never")


def test_list_tasks_shows_each_once_by_name(client, queue):
    for number in (2, 0, 1):
        client.create_task(parent=queue, task=http_task(f"t{number}"))
    assert [task.name for task in client.list_tasks(parent=queue)] == [f"{queue}/tasks/t{n}" for n in range(3)]


def test_purge_queue_deletes_every_task(client, queue):
    client.create_task(parent=queue, task=http_task("a"))
    purged = client.purge_queue(name=queue)
    assert "purge_time" in purged
    assert list(client.list_tasks(parent=queue)) == []


def test_method_outside_the_emulator_is_unimplemented(client, queue):
    with pytest.raises(exceptions.MethodNotImplemented):
        client.get_iam_policy(request={"resource": queue})


def test_emulator_port_in_use_is_a_clear_error():
    with TasksEmulator() as address:
        second = TasksEmulator(port=int(address.rpartition(":")[2]))
        with pytest.raises(AddressInUseError, match=address):
            second.start()
