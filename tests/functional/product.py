"""The three functions as functions-framework serves them, for tests to talk to over HTTP."""

import hashlib
import hmac
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import flask
import functions_framework
import grpc
from flask.testing import FlaskClient
from google.cloud import firestore
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import TestResponse
from werkzeug.wrappers import Request, Response

from local.openai_simulator import OpenAISimulator
from local.phone_simulator import PhoneSimulator
from shared.store.store import Store

ROOT = Path(__file__).parents[2]
PHONE_ID = "100000000000001"
APP_SECRET = "app-secret"
VERIFY_TOKEN = "verify-token"
SETTINGS = {
    "WHATSAPP_PHONE_ID": PHONE_ID,
    "WHATSAPP_ACCESS_TOKEN": "access-token",
    "WHATSAPP_APP_SECRET": APP_SECRET,
    "VERIFY_TOKEN": VERIFY_TOKEN,
    "OPENAI_API_KEY": "openai-key",
    "BURST_WINDOW_SECONDS": "0",
    "RATE_PER_MINUTE": "0",  # tests write faster than people
}
WAIT_SECONDS = 60.0  # generous: a time-out here means that something never came

Json = dict[str, Any]
Found = TypeVar("Found")


def wait_for(what: str, look: Callable[[], Found | None]) -> Found:
    """Return what `look` finds as soon as it is something; fails when it never is."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not (found := look()):
        assert time.monotonic() < deadline, f"{what} did not come"
        time.sleep(0.02)
    return found


def build(function: str) -> flask.Flask:
    """Build a function's application afresh."""
    source = str(ROOT / "functions" / function / "main.py")
    application: flask.Flask = functions_framework.create_app(function, source)  # type: ignore[no-untyped-call]
    return application


def module_of(function: str) -> Any:
    """The function's own module, as the latest `build` loaded it."""
    module = sys.modules["main"]
    assert hasattr(module, function)
    return module


def error_code(answer: TestResponse) -> str:
    """The code of an answer in the one JSON error shape."""
    body = answer.get_json()
    assert set(body) <= {"error", "sign_in", "present"}
    assert {"code", "message"} <= set(body["error"]) <= {"code", "message", "fields"}
    return str(body["error"]["code"])


class _QuietHandler(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return


@contextmanager
def serve(application: Any) -> Iterator[str]:
    """Serve a WSGI application on a free port of loopback; gives its URL."""
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_QuietHandler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def refusing_queue() -> Iterator[str]:
    """Serve a gRPC server that takes no tasks; gives its `host:port`."""
    server = grpc.server(ThreadPoolExecutor(4))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(None).wait()


@dataclass
class RecordingTarget:
    """Where tasks are delivered when the process function is not part of a test; keeps their bodies."""

    bodies: list[Json] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)

    def __call__(self, environment: Any, start: Any) -> Any:
        request = Request(environment)
        self.headers.append(dict(request.headers))
        self.bodies.append(json.loads(request.get_data()))
        return Response("ok")(environment, start)


def sign(body: bytes, secret: str = APP_SECRET) -> str:
    """The signature header that Meta would put on a body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def post_webhook(client: FlaskClient, body: Any) -> TestResponse:
    """Post a signed body: bytes as they are, anything else as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"X-Hub-Signature-256": sign(data), "Content-Type": "application/json"}
    return client.post("/", data=data, headers=headers)


@dataclass(frozen=True)
class Product:
    """Webhook, queue and process function, with simulators for the rest of the world."""

    webhook: FlaskClient
    process: FlaskClient
    store: Store
    client: firestore.Client
    phone: PhoneSimulator
    openai: OpenAISimulator

    def add_customer(self, name: str, phone: str, user_id: str) -> None:
        """Take a phone and open its window for answers."""
        state = self.phone.simulation.state
        customer = state.add_customer(name, phone=phone, user_id=user_id, username=None, auto_read=False)
        state.update_customer(customer.id, last_message_at=time.time())

    def sent_texts(self) -> list[str]:
        """What customers were sent, oldest first."""
        return [item.payload["text"]["body"] for item in self.phone.simulation.state.sent()]

    def count_events(self) -> int:
        """How many things there are that nobody understood."""
        return len(list(self.client.collection("events").stream()))
