"""A phone simulator with a webhook to post to, both in this process, for the simulator's own tests."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from local.phone_simulator import PhoneSimulator
from local.phone_simulator.account import SimulatorSettings

JsonObject = dict[str, Any]
PATIENCE_SECONDS = 10.0


def wait_until(condition: Callable[[], Any]) -> Any:
    """The first true value of ``condition``; fails when none comes."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.01)
    raise AssertionError("it did not happen in time")


class Receiver:
    """The webhook: keeps what is signed with the app secret and refuses everything else."""

    def __init__(self, settings: SimulatorSettings) -> None:
        self.verify_token = settings.verify_token
        self.bodies: list[bytes] = []
        self.unsigned = 0
        self._secret = settings.app_secret.encode()
        self._answers: list[int] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/webhook"

    def answer_with(self, *statuses: int) -> None:
        """Refuse the next requests with these."""
        self._answers += statuses

    def payloads(self) -> list[JsonObject]:
        return [json.loads(body) for body in list(self.bodies)]

    def clear(self) -> None:
        self.bodies.clear()

    def wait_for(self, count: int) -> list[JsonObject]:
        wait_until(lambda: len(self.bodies) >= count)
        return self.payloads()

    def values(self) -> list[JsonObject]:
        changes = [
            change
            for payload in self.payloads()
            for entry in payload["entry"]
            for change in entry.get("changes", [])
        ]
        return [change["value"] for change in changes]

    def messages(self) -> list[JsonObject]:
        return [message for value in self.values() for message in value.get("messages", [])]

    def statuses(self) -> list[JsonObject]:
        return [status for value in self.values() for status in value.get("statuses", [])]

    def wait_for_message(self, kind: str) -> JsonObject:
        found: JsonObject = wait_until(
            lambda: next((message for message in self.messages() if message["type"] == kind), None)
        )
        return found

    def wait_for_statuses(self, count: int) -> list[JsonObject]:
        wait_until(lambda: len(self.statuses()) >= count)
        return self.statuses()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self._answer(*receiver._take(body, self.headers.get("X-Hub-Signature-256", "")))

            def do_GET(self) -> None:
                query = dict(parse_qsl(urlsplit(self.path).query))
                verified = query.get("hub.verify_token") == receiver.verify_token
                self._answer(200 if verified else 403, query["hub.challenge"] if verified else "")

            def _answer(self, status: int, text: str) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler

    def _take(self, body: bytes, signature: str) -> tuple[int, str]:
        expected = "sha256=" + hmac.new(self._secret, body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(signature, expected):
            self.unsigned += 1
            return 401, ""
        if self._answers:
            return self._answers.pop(0), "not now"
        self.bodies.append(body)
        return 200, ""


class World:
    """The simulator, its webhook, and short ways to use both."""

    def __init__(self, simulator: PhoneSimulator, receiver: Receiver) -> None:
        self.receiver = receiver
        self.settings = simulator.settings
        self.url = simulator.url
        self.headers = {"Authorization": "Bearer any"}

    def get(self, path: str) -> Any:
        return requests.get(self.url + path).json()

    def customer(self, **fields: Any) -> JsonObject:
        answer = requests.post(f"{self.url}/_control/customers", json=fields)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def writing_customer(self, **fields: Any) -> JsonObject:
        """A customer who wrote just now, so that the 24-hour window is open."""
        customer = self.customer(**fields)
        self.act(customer, text="Buongiorno")
        return customer

    def patch(self, customer: JsonObject, **fields: Any) -> None:
        assert requests.patch(f"{self.url}/_control/customers/{customer['id']}", json=fields).ok

    def try_act(self, customer: JsonObject, **fields: Any) -> requests.Response:
        return requests.post(f"{self.url}/_control/customers/{customer['id']}/messages", json=fields)

    def act(self, customer: JsonObject, **fields: Any) -> JsonObject:
        answer = self.try_act(customer, **fields)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def upload(self, customer: JsonObject, file: tuple[Any, ...], **fields: str) -> None:
        path = f"{self.url}/_control/customers/{customer['id']}/messages"
        answer = requests.post(path, data=fields, files={"file": file})
        assert answer.status_code == 201, answer.text

    def chat(self, customer: JsonObject) -> list[JsonObject]:
        return list(self.get(f"/_control/customers/{customer['id']}/messages")["messages"])

    def graph(self, edge: str, body: JsonObject, timeout: float = 30.0) -> requests.Response:
        path = f"{self.url}/v25.0/{self.settings.phone_number_id}/{edge}"
        return requests.post(path, json=body, headers=self.headers, timeout=timeout)

    def send(
        self, customer: JsonObject | None = None, type: str = "text", timeout: float = 30.0, **fields: Any
    ) -> requests.Response:
        to = {"to": customer["phone"]} if customer else {}
        body = {"messaging_product": "whatsapp", "type": type, **to, **fields}
        return self.graph("messages", {key: value for key, value in body.items() if value is not None}, timeout)

    def fault(self, **fields: Any) -> None:
        answer = requests.post(f"{self.url}/_control/faults", json=fields)
        assert answer.status_code == 200, answer.text

    def wait(self, condition: Callable[[], Any]) -> Any:
        return wait_until(condition)


@contextmanager
def running_world(settings: SimulatorSettings | None = None) -> Iterator[World]:
    """Start both, and stop both; every webhook that came must have been signed."""
    settings = settings or SimulatorSettings(app_secret="test-secret", phone_number_id="111", account_id="222")
    receiver = Receiver(settings)
    try:
        with PhoneSimulator(receiver.url, settings, retry_seconds=0.05) as simulator:
            yield World(simulator, receiver)
    finally:
        receiver.stop()
    assert receiver.unsigned == 0
