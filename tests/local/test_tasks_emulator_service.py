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
FULL = tasks_v2.Task.View.FULL


@pytest.fixture(scope="module")
def client() -> Iterator[tasks_v2.CloudTasksClient]:
    with TasksEmulator() as address, grpc.insecure_channel(address) as channel:
        yield tasks_v2.CloudTasksClient(transport=CloudTasksGrpcTransport(channel=channel))


@pytest.fixture
def queue(client: tasks_v2.CloudTasksClient) -> Iterator[str]:
    client.create_queue(parent=LOCATION, queue=tasks_v2.Queue(name=QUEUE))
    client.pause_queue(name=QUEUE)
    yield QUEUE
    client.delete_queue(name=QUEUE)


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
    "changes",
    [
        {"name": "whatsapp"},
        {"name": f"{LOCATION}/queues/with_underscore"},
        {"name": f"{LOCATION}/queues/{'q' * 101}"},
        {"name": "projects/demo/locations/us-central1/queues/elsewhere"},
        {"rate_limits": {"max_dispatches_per_second": 501}},
        {"rate_limits": {"max_concurrent_dispatches": 5001}},
        {"retry_config": {"max_attempts": -2}},
        {"retry_config": {"min_backoff": timedelta(seconds=9), "max_backoff": timedelta(seconds=8)}},
    ],
)
def test_create_queue_against_the_rules_is_invalid(client, changes):
    with pytest.raises(exceptions.InvalidArgument):
        client.create_queue(parent=LOCATION, queue={"name": f"{LOCATION}/queues/other"} | changes)
    assert [found.name for found in client.list_queues(parent=LOCATION)] == []


def test_create_queue_with_a_target_override_is_unimplemented(client):
    with pytest.raises(exceptions.MethodNotImplemented):
        client.create_queue(
            parent=LOCATION,
            queue={"name": f"{LOCATION}/queues/other", "http_target": {"http_method": "POST"}},
        )


def test_update_queue_masked_changes_nothing_else(client, queue):
    updated = client.update_queue(
        queue={
            "name": queue,
            "rate_limits": {"max_dispatches_per_second": 5, "max_concurrent_dispatches": 7},
            "retry_config": {"max_attempts": 3},
        },
        update_mask={"paths": ["rate_limits.max_dispatches_per_second", "retry_config.max_attempts"]},
    )
    assert updated.rate_limits.max_dispatches_per_second == 5
    assert updated.rate_limits.max_concurrent_dispatches == 1000
    assert updated.retry_config.max_attempts == 3
    assert updated.retry_config.max_backoff == timedelta(hours=1)
    assert updated.state == tasks_v2.Queue.State.PAUSED


def test_update_queue_unknown_field_is_invalid(client, queue):
    with pytest.raises(exceptions.InvalidArgument):
        client.update_queue(queue={"name": queue}, update_mask={"paths": ["colour"]})


def test_update_queue_absent_is_created(client):
    name = f"{LOCATION}/queues/fresh"
    client.update_queue(queue={"name": name, "retry_config": {"max_attempts": -1}})
    assert client.get_queue(name=name).retry_config.max_attempts == -1
    client.delete_queue(name=name)


def test_pause_and_resume_change_the_state(client, queue):
    assert client.get_queue(name=queue).state == tasks_v2.Queue.State.PAUSED
    assert client.resume_queue(name=queue).state == tasks_v2.Queue.State.RUNNING


def test_list_queues_in_pages_shows_each_once_and_only_its_location(client):
    names = [f"{LOCATION}/queues/q{number}" for number in range(5)]
    for name in [*names, "projects/demo/locations/us-central1/queues/elsewhere"]:
        client.create_queue(parent=name.partition("/queues/")[0], queue={"name": name})
    pager = client.list_queues(request={"parent": LOCATION, "page_size": 2})
    assert [len(page.queues) for page in pager.pages] == [2, 2, 1]
    assert [found.name for found in client.list_queues(parent=LOCATION)] == names
    for name in names:
        client.delete_queue(name=name)


def test_list_queues_filtered_is_unimplemented(client):
    with pytest.raises(exceptions.MethodNotImplemented):
        client.list_queues(request={"parent": LOCATION, "filter": "state: PAUSED"})


@pytest.mark.parametrize("method", ["get_queue", "delete_queue", "purge_queue", "pause_queue", "resume_queue"])
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
    assert "first_attempt" not in task
    assert "last_attempt" not in task


def test_create_task_name_in_use_already_exists(client, queue):
    client.create_task(parent=queue, task=http_task("once"))
    with pytest.raises(exceptions.AlreadyExists):
        client.create_task(parent=queue, task=http_task("once"))


def test_create_task_name_of_a_deleted_task_already_exists(client, queue):
    client.create_task(parent=queue, task=http_task("gone"))
    client.delete_task(name=f"{queue}/tasks/gone")
    with pytest.raises(exceptions.AlreadyExists):
        client.create_task(parent=queue, task=http_task("gone"))
    with pytest.raises(exceptions.NotFound):
        client.delete_task(name=f"{queue}/tasks/gone")


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
        {"http_request": {"url": "http:///nohost"}},
        {"http_request": {"url": f"http://127.0.0.1/{'x' * 2083}"}},
        {"http_request": {"url": URL, "http_method": "GET", "body": b"x"}},
        {"http_request": {"url": URL, "headers": {"Bad Name": "x"}}},
        {"http_request": {"url": URL, "headers": {"X-Split": "a\r\nb"}}},
        {"http_request": {"url": URL, "headers": {"X-Long": "x" * 80 * 1024}}},
        {"dispatch_deadline": timedelta(seconds=14)},
        {"dispatch_deadline": timedelta(minutes=31)},
        {"retry_config": {"max_attempts": -5}},
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


def test_create_task_for_app_engine_is_unimplemented(client, queue):
    with pytest.raises(exceptions.MethodNotImplemented):
        client.create_task(parent=queue, task={"app_engine_http_request": {"relative_uri": "/"}})


def test_get_task_basic_view_hides_the_body_full_view_shows_all(client, queue):
    token = {"service_account_email": "tasks@demo.iam.gserviceaccount.com", "audience": "https://process"}
    request = {"url": URL, "headers": {"Content-Type": "application/json"}, "body": b"[1]"}
    created = client.create_task(parent=queue, task=http_task("seen", http_request=request | {"oidc_token": token}))
    basic = client.get_task(name=created.name)
    full = client.get_task(request={"name": created.name, "response_view": FULL})
    assert (created.http_request.body, basic.http_request.body) == (b"", b"")
    assert (basic.view, full.view) == (tasks_v2.Task.View.BASIC, FULL)
    assert full.http_request.body == b"[1]"
    assert dict(full.http_request.headers) == {"Content-Type": "application/json"}
    assert full.http_request.oidc_token.audience == "https://process"


def test_create_task_own_retry_settings_fill_up_from_the_queue(client, queue):
    task = client.create_task(parent=queue, task=http_task(retry_config={"max_attempts": 2}))
    assert task.retry_config.max_attempts == 2
    assert task.retry_config.max_backoff == timedelta(hours=1)


def test_get_task_unknown_not_found(client, queue):
    with pytest.raises(exceptions.NotFound):
        client.get_task(name=f"{queue}/tasks/never")


def test_list_tasks_in_pages_shows_each_once(client, queue):
    for number in range(7):
        client.create_task(parent=queue, task=http_task(f"t{number}"))
    pager = client.list_tasks(request={"parent": queue, "page_size": 3, "response_view": FULL})
    pages = list(pager.pages)
    assert [len(page.tasks) for page in pages] == [3, 3, 1]
    listed = [task for page in pages for task in page.tasks]
    assert [task.name for task in listed] == [f"{queue}/tasks/t{number}" for number in range(7)]
    assert {task.http_request.body for task in listed} == {b"{}"}


@pytest.mark.parametrize("paging", [{"page_token": "%%%"}, {"page_size": -1}])
def test_list_tasks_impossible_page_is_invalid(client, queue, paging):
    with pytest.raises(exceptions.InvalidArgument):
        client.list_tasks(request={"parent": queue, **paging})


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
