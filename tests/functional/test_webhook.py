"""The webhook function: the handshake, the signature, sizes, and one task for each event before the 200."""

import gc
import io
import json
import subprocess
import sys
from collections.abc import Iterator

import grpc
import pytest
from flask.testing import FlaskClient

from functions.webhook.payload import MAX_BODY_BYTES, MAX_TASKS
from local.stack.ports import free_port
from shared import settings
from shared.errors import QueueError
from shared.queue.client import TaskQueue
from shared.queue.tasks import SweepTask
from tests.functional.product import (
    APP_SECRET,
    PHONE_ID,
    ROOT,
    SETTINGS,
    VERIFY_TOKEN,
    Json,
    RecordingTarget,
    build,
    error_code,
    post_webhook,
    refusing_queue,
    sign,
    wait_for,
)

HANDSHAKE = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158201444"}


@pytest.fixture(scope="module")
def client(tasks_host: str, target: RecordingTarget) -> FlaskClient:
    return build("webhook").test_client()


@pytest.fixture
def delivered(target: RecordingTarget) -> list[Json]:
    target.bodies.clear()
    return target.bodies


@pytest.fixture
def client_without_queue(environment: pytest.MonkeyPatch, client: FlaskClient) -> Iterator[FlaskClient]:
    """A webhook whose queue is out of reach."""
    settings.load.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLOUD_TASKS_EMULATOR_HOST", f"127.0.0.1:{free_port()}")
        yield build("webhook").test_client()
    settings.load.cache_clear()


@pytest.fixture
def client_with_a_refusing_queue(environment: pytest.MonkeyPatch, client: FlaskClient) -> Iterator[FlaskClient]:
    """A webhook whose queue takes no tasks."""
    settings.load.cache_clear()
    with refusing_queue() as host, pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLOUD_TASKS_EMULATOR_HOST", host)
        yield build("webhook").test_client()
    settings.load.cache_clear()


def event(*names: str) -> Json:
    messages = [{"id": name, "from": "393331234567", "type": "text", "text": {"body": name}} for name in names]
    value = {"metadata": {"phone_number_id": PHONE_ID}, "messages": messages}
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "2", "changes": [{"field": "messages", "value": value}]}],
    }


def test_handshake_with_our_token_echoes_the_challenge(client):
    answer = client.get("/", query_string=HANDSHAKE)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert answer.content_type.startswith("text/plain")


@pytest.mark.parametrize(
    "query",
    [
        {},
        {**HANDSHAKE, "hub.verify_token": "wrong"},
        {**HANDSHAKE, "hub.verify_token": ""},
        {**HANDSHAKE, "hub.verify_token": "verifyètoken"},
        {**HANDSHAKE, "hub.mode": "unsubscribe"},
        {key: text for key, text in HANDSHAKE.items() if key != "hub.mode"},
    ],
)
def test_handshake_that_is_not_metas_is_forbidden(client, query):
    answer = client.get("/", query_string=query)
    assert answer.status_code == 403
    assert "1158201444" not in answer.text


def test_handshake_with_a_garbled_query_is_forbidden(client):
    assert client.get("/?hub.mode=subscribe&hub.verify_token=%ff%fe%ed%a0%80").status_code == 403


def test_event_signed_is_delivered_and_answered(client, delivered):
    answer = post_webhook(client, event("a", "b"))
    assert (answer.status_code, answer.text) == (200, "ok")
    wait_for("both tasks", lambda: len(delivered) == 2)
    assert {task["message"]["id"] for task in delivered} == {"a", "b"}
    assert {(task["v"], task["type"]) for task in delivered} == {(1, "message")}


def test_event_signed_with_the_old_secret_is_accepted_while_rotating(tasks_host, target, delivered):
    settings.load.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WHATSAPP_APP_SECRET", f"new-secret, {APP_SECRET}\n")
        assert post_webhook(build("webhook").test_client(), event("a")).status_code == 200
    settings.load.cache_clear()
    wait_for("the task", lambda: delivered)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256=",
        "sha256=" + "0" * 64,
        sign(json.dumps(event("a")).encode(), "other-secret"),
        sign(b"{}"),
        "sha256=\xff\xfe",
        "x" * 10_000,
    ],
    ids=lambda header: repr(header)[:12],
)
def test_event_not_signed_by_meta_is_refused_with_a_fixed_body(client, delivered, header):
    headers = {} if header is None else {"X-Hub-Signature-256": header}
    answer = client.post("/", data=json.dumps(event("a")), headers=headers)
    assert (answer.status_code, answer.text) == (401, "unauthorized")
    assert delivered == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"null",
        b'"text"',
        b"[" * 100_000,
        b'{"object": "page", "entry": []}',
        b'{"object": "whatsapp_business_account"}',
        b'{"object": "whatsapp_business_account", "entry": [null, 7, {"changes": [null]}]}',
        b'{"object": "\\ud800"}',
    ],
    ids=lambda body: repr(body[:20]),
)
def test_event_signed_but_not_understood_is_kept_as_raw(client, delivered, body):
    assert post_webhook(client, body).status_code == 200
    wait_for("the task", lambda: delivered)
    assert {task["type"] for task in delivered} == {"raw"}


def test_event_of_another_number_makes_no_task(client, delivered):
    body = json.dumps(event("a")).replace(PHONE_ID, "999").encode()
    assert post_webhook(client, body).status_code == 200
    assert post_webhook(client, event("ours")).status_code == 200
    ours = wait_for("our task", lambda: [task for task in delivered if task["type"] == "message"])
    assert [task["message"]["id"] for task in ours] == ["ours"]


def test_event_of_a_thousand_messages_makes_a_thousand_tasks(client, delivered):
    names = {f"m{number}" for number in range(1000)}
    assert post_webhook(client, event(*names)).status_code == 200
    wait_for("every task", lambda: len(delivered) >= 1000)
    assert {task["message"]["id"] for task in delivered} == names


def test_event_of_five_thousand_statuses_makes_at_most_a_thousand_tasks(client, delivered):
    names = [f"wamid.{number}" for number in range(5000)]
    body = event()
    body["entry"][0]["changes"][0]["value"]["statuses"] = [{"id": name, "status": "sent"} for name in names]
    assert post_webhook(client, body).status_code == 200
    wait_for("every status", lambda: sum(len(task["items"]) for task in delivered) >= 5000)
    assert len(delivered) <= MAX_TASKS
    assert sorted(item["status"]["id"] for task in delivered for item in task["items"]) == sorted(names)


@pytest.mark.parametrize("size", [MAX_BODY_BYTES + 1, 5 * 1024 * 1024])
def test_event_too_large_is_refused(client, size):
    answer = post_webhook(client, b"x" * size)
    assert answer.status_code == 413
    assert error_code(answer) == "too_large"


def test_event_too_large_without_a_length_is_refused(client):
    body = io.BytesIO(b"x" * (MAX_BODY_BYTES + 1))
    chunked = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    answer = client.post("/", input_stream=body, environ_overrides=chunked)
    assert answer.status_code == 413


def test_event_as_large_as_allowed_is_accepted(client):
    assert post_webhook(client, b"x" * MAX_BODY_BYTES).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(client, method):
    answer = client.open("/", method=method)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, POST"
    assert error_code(answer) == "method_not_allowed"


def test_event_that_cannot_be_enqueued_is_answered_5xx(client_with_a_refusing_queue):
    answer = post_webhook(client_with_a_refusing_queue, event("a"))
    assert answer.status_code == 503
    assert error_code(answer) == "queue"
    assert "Traceback" not in answer.text


def test_health_with_the_queue_is_ok(client):
    answer = client.get("/health")
    assert (answer.status_code, answer.json) == (200, {"status": "ok", "checks": {"queue": "ok"}})
    assert answer.headers["Cache-Control"] == "no-store"


def test_no_answer_lets_a_browser_guess_its_type(client):
    answers = [
        client.get("/", query_string={**HANDSHAKE, "hub.challenge": "<script>"}),
        client.get("/"),
        client.post("/", data=b"{}"),
        client.put("/"),
        client.get("/health"),
    ]
    assert [answer.status_code for answer in answers] == [200, 403, 401, 405, 200]
    assert {answer.headers["X-Content-Type-Options"] for answer in answers} == {"nosniff"}


def test_health_without_the_queue_is_503(client_without_queue):
    answer = client_without_queue.get("/health")
    assert (answer.status_code, answer.json) == (503, {"status": "unhealthy", "checks": {"queue": "queue"}})


@pytest.fixture
def unreachable_queue() -> TaskQueue:
    """A queue that nobody serves; it is not tried for long."""
    host = f"127.0.0.1:{free_port()}"
    values = settings.CommonSettings(
        whatsapp_phone_id=PHONE_ID, google_cloud_project="project", cloud_tasks_emulator_host=host
    )
    return TaskQueue(values, "http://process", retry_seconds=0.1)


def test_queue_out_of_reach_is_a_queue_error_for_each_call(unreachable_queue):
    with pytest.raises(QueueError):
        unreachable_queue.enqueue(SweepTask())
    with pytest.raises(QueueError):
        unreachable_queue.enqueue_all([SweepTask(), SweepTask()])


def test_queue_that_is_checked_in_vain_is_not_watched_any_more(unreachable_queue):
    for _ in range(3):
        with pytest.raises(QueueError):
            unreachable_queue.check(timeout=0.05)
    wait_for("the end of the watching", lambda: gc.collect() is not None and not watchers())


def watchers() -> list[object]:
    """What waits for a channel to become ready."""
    return [found for found in gc.get_objects() if issubclass(type(found), grpc.Future)]


@pytest.mark.parametrize("path", ["/", "/health"])
def test_webhook_without_settings_answers_503_and_names_nothing(environment, path):
    settings.load.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("WHATSAPP_APP_SECRET", raising=False)
        answer = build("webhook").test_client().get(path, query_string=HANDSHAKE)
    settings.load.cache_clear()
    assert answer.status_code == 503
    assert answer.json == {"error": {"code": "settings", "message": "the function is not configured"}}


def test_webhook_process_imports_neither_openai_nor_firestore(tasks_host, target, delivered, tmp_path):
    program = """
import hashlib, hmac, json, os, sys
import functions_framework
client = functions_framework.create_app("webhook", sys.argv[1]).test_client()
body = sys.argv[2].encode()
signature = hmac.new(os.environ["WHATSAPP_APP_SECRET"].encode(), body, hashlib.sha256).hexdigest()
statuses = [
    client.post("/", data=body, headers={"X-Hub-Signature-256": "sha256=" + signature}).status_code,
    client.get("/health").status_code,
]
print(json.dumps({"statuses": statuses, "modules": sorted(sys.modules)}))
"""
    environment = {
        **SETTINGS,
        "GOOGLE_CLOUD_PROJECT": "project",
        "PROCESS_URL": settings.load(settings.WebhookSettings).process_url,
        "CLOUD_TASKS_EMULATOR_HOST": tasks_host,
        "PYTHONPATH": str(ROOT),
    }
    source = str(ROOT / "functions" / "webhook" / "main.py")
    done = subprocess.run(
        [sys.executable, "-c", program, source, json.dumps(event("a"))],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["statuses"] == [200, 200]
    wait_for("the task", lambda: delivered)
    forbidden = ("openai", "google.cloud.firestore", "google.cloud.firestore_v1", "phonenumbers")
    assert [name for name in result["modules"] if name in forbidden] == []
