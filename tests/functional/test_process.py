"""The process function: what it accepts as a task, and what it answers to the queue."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from local.stack.ports import free_port
from shared import settings
from shared.model.contact import Contact
from shared.model.ids import identity_id, inbound_id
from tests.functional.product import Product, build, error_code, module_of, refusing_queue, wait_for

pytestmark = pytest.mark.emulator

FROM_QUEUE = {"X-CloudTasks-TaskName": "1", "Content-Type": "application/json"}
PHONE = "393331234567"


@pytest.fixture(scope="module", autouse=True)
def customer(product: Product) -> None:
    product.add_customer("Mario", PHONE, "IT.1")


@pytest.fixture(autouse=True)
def _no_faults(product: Product) -> Iterator[None]:
    yield
    product.openai.faults.clear()
    product.phone.simulation.faults.clear()


def message(name: str, text: str = "Buongiorno") -> dict[str, Any]:
    body = {"id": name, "from": PHONE, "timestamp": str(int(time.time())), "type": "text", "text": {"body": text}}
    return {"v": 1, "type": "message", "message": body, "contact": {"wa_id": PHONE, "profile": {"name": "Mario"}}}


def deliver(product: Product, task: Any) -> TestResponse:
    data = task if isinstance(task, bytes) else json.dumps(task).encode()
    return product.process.post("/", data=data, headers=FROM_QUEUE)


def find_contact(product: Product) -> Contact | None:
    name = identity_id("phone", f"+{PHONE}")
    identity = product.store.identities.get_all([name]).get(name)
    return product.store.contacts.get(identity.contact_id) if identity else None


def status_of(product: Product, name: str) -> str | None:
    found = product.store.messages.get(inbound_id(name))
    return found.status if found else None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"\xff\xfe",
        b"{}",
        b'{"v": 1, "type": "teapot"}',
        b'{"v": 2, "type": "sweep"}',
        b'{"v": 1, "type": "message"}',
        b'{"v": 1, "type": "send", "message_id": 7}',
        b"[" * 50_000,
    ],
    ids=lambda body: repr(body[:30]),
)
def test_body_that_is_no_task_is_a_400_to_people_and_done_to_the_queue(product, body):
    answer = product.process.post("/", data=body)
    assert answer.status_code == 400
    assert error_code(answer) == "bad_request"
    assert "Traceback" not in answer.text
    assert deliver(product, body).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://a-page.example", "Content-Type": "application/json"},
        {"Origin": "null"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x"},
    ],
)
def test_task_from_a_page_in_a_browser_is_refused(product, headers):
    answer = product.process.post("/", data=b'{"v":1,"type":"sweep"}', headers=headers)
    assert answer.status_code == 403
    assert error_code(answer) == "forbidden"


def test_body_larger_than_a_task_is_413(product):
    assert product.process.post("/", data=b"x" * 5 * 1024 * 1024).status_code == 413


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(product, method):
    answer = product.process.open("/", method=method)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert error_code(answer) == "method_not_allowed"


@pytest.mark.parametrize(
    "task",
    [
        {"type": "wake", "contact_id": "nobody"},
        {"type": "send", "message_id": "nothing"},
        {"type": "sweep"},
        {"type": "raw", "field": "x", "value": None},
        {"type": "status", "status": {"status": "brand-new", "id": "w"}},
        {"type": "status", "status": {}},
        {"type": "message", "message": {}},
        {"type": "message", "message": {"type": "text"}, "contact": {"wa_id": {}}},
    ],
    ids=json.dumps,
)
def test_task_about_nobody_is_done(product, task):
    answer = deliver(product, task)
    assert (answer.status_code, answer.text) == (200, "ok")


def test_message_is_answered_once_however_often_it_is_delivered(product):
    sent = len(product.sent_texts())
    for _ in range(3):
        assert deliver(product, message("once")).status_code == 200
    wait_for("the answer", lambda: status_of(product, "once") == "answered")
    assert len(product.sent_texts()) == sent + 1


def test_message_creates_its_contact_with_what_was_said(product):
    deliver(product, message("intro", "Sono Mario Rossi della Falegnameria Bruni, mario.rossi@example.com"))
    contact = find_contact(product)
    assert contact is not None
    assert contact.known("email") == "mario.rossi@example.com"
    assert contact.known("first_name") == "Mario"
    assert contact.whatsapp_name == "Mario"
    assert contact.conversation is not None
    assert contact.lease is None
    assert PHONE not in contact.id


@pytest.mark.parametrize("fault", ["server_error", "rate_limit", "truncated_json", "connection_reset"])
def test_message_while_openai_fails_is_asked_for_again_and_then_answered(product, fault):
    name = f"openai-{fault}"
    product.openai.faults.add(fault, endpoint="answer", times=1)
    assert deliver(product, message(name)).status_code == 502
    assert status_of(product, name) == "new"
    assert deliver(product, message(name)).status_code == 200
    assert status_of(product, name) == "answered"


def test_message_that_whatsapp_refuses_for_now_is_sent_at_the_next_delivery(product):
    product.phone.simulation.faults.change({"graph": {"fault": "131056", "endpoint": "messages", "times": 1}})
    answer = deliver(product, message("pair-limit"))
    assert answer.status_code == 502
    assert error_code(answer) == "send_failed"
    answers = len(product.openai.calls.entries("answer"))
    assert deliver(product, message("pair-limit")).status_code == 200
    assert status_of(product, "pair-limit") == "answered"
    assert len(product.openai.calls.entries("answer")) == answers


@pytest.mark.parametrize(("asked", "told"), [(45, "45"), (600, "120")])
def test_pause_that_openai_asks_for_is_told_to_the_queue_up_to_two_minutes(product, asked, told):
    product.openai.faults.add("rate_limit", endpoint="answer", times=1, retry_after=asked)
    answer = deliver(product, message(f"openai-pause-{asked}"))
    assert (answer.status_code, answer.headers.get("Retry-After")) == (502, told)
    deliver(product, message(f"openai-pause-{asked}"))


def test_pause_that_whatsapp_asks_for_is_told_to_the_queue(product):
    fault = {"fault": "429", "endpoint": "messages", "times": 1, "retry_after": 45}
    product.phone.simulation.faults.change({"graph": fault})
    answer = deliver(product, message("whatsapp-pause"))
    assert (answer.status_code, answer.headers.get("Retry-After")) == (502, "45")
    deliver(product, message("whatsapp-pause"))


def test_failure_without_a_pause_tells_the_queue_none(product):
    product.openai.faults.add("server_error", endpoint="answer", times=1)
    answer = deliver(product, message("no-pause"))
    assert (answer.status_code, "Retry-After" in answer.headers) == (502, False)
    deliver(product, message("no-pause"))


def test_message_that_whatsapp_refuses_for_good_is_failed_and_flagged(product):
    product.phone.simulation.faults.change({"graph": {"fault": "131026", "endpoint": "messages", "times": 1}})
    assert deliver(product, message("undeliverable")).status_code == 200
    assert status_of(product, "undeliverable") == "failed"
    contact = find_contact(product)
    assert contact is not None and contact.attention is not None
    assert contact.attention.reason == "send_failed"


def test_health_names_its_dependencies_and_asks_openai_nothing(product):
    calls = len(product.openai.calls.entries())
    answer = product.process.get("/health")
    assert (answer.status_code, answer.json) == (200, {"status": "ok", "checks": {"store": "ok", "queue": "ok"}})
    assert len(product.openai.calls.entries()) == calls


@pytest.fixture
def process_without_store(product: Product) -> Iterator[FlaskClient]:
    settings.load.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIRESTORE_EMULATOR_HOST", f"127.0.0.1:{free_port()}")
        yield build("process").test_client()
        module_of("process").get_runtime("").close()
    settings.load.cache_clear()


def test_health_without_the_store_is_503(process_without_store):
    answer = process_without_store.get("/health")
    assert answer.status_code == 503
    assert answer.json == {"status": "unhealthy", "checks": {"store": "store_unavailable", "queue": "ok"}}


@pytest.fixture
def process_with_a_refusing_queue(product: Product) -> Iterator[FlaskClient]:
    settings.load.cache_clear()
    with refusing_queue() as host, pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLOUD_TASKS_EMULATOR_HOST", host)
        yield build("process").test_client()
        module_of("process").get_runtime("").close()
    settings.load.cache_clear()


def test_task_that_the_queue_fails_is_a_500_since_a_503_slows_the_whole_queue_down(process_with_a_refusing_queue):
    status = {"id": "wamid.unknown", "status": "sent", "biz_opaque_callback_data": "assistant:" + "0" * 64}
    task = {"v": 1, "type": "status", "status": status}
    answer = process_with_a_refusing_queue.post("/", data=json.dumps(task), headers=FROM_QUEUE)
    assert (answer.status_code, error_code(answer)) == (500, "queue")


def test_process_without_settings_is_unhealthy_and_answers_a_task_500_naming_nothing(environment):
    settings.load.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("OPENAI_API_KEY", raising=False)
        client = build("process").test_client()
        answers = [client.get("/health"), client.post("/", data=b"{}", headers=FROM_QUEUE)]
    settings.load.cache_clear()
    assert [answer.status_code for answer in answers] == [503, 500]
    for answer in answers:
        assert answer.json == {"error": {"code": "settings", "message": "the function is not configured"}}
