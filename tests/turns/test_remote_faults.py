"""OpenAI and WhatsApp on bad days: the whole turn with the real clients against the simulators."""

import datetime as dt
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Thread
from typing import Any

import pytest
import requests
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from functions.process.assistant.client import Assistant
from functions.process.runtime import Runtime
from functions.webhook.payload import split
from local.openai_simulator import OpenAISimulator
from local.phone_simulator import PhoneSimulator
from shared.whatsapp.client import WhatsApp
from shared.whatsapp.session import Timing
from tests.turns.fakes import Clock
from tests.turns.world import PHONE, World

pytestmark = pytest.mark.emulator

SEND_FAULTS = (
    "accepted_then_hang",
    "accepted_then_reset",
    "truncated_json",
    "hang",
    "reset",
    "504",
    "accepted_then_504",
    "500",
    "429",
    "429_without_retry_after",
    "131056",
)
ANSWER_FAULTS = (
    "processed_then_timeout",
    "timeout",
    "connection_reset",
    "truncated_json",
    "server_error",
    "rate_limit",
    "context_overflow",
    "conversation_gone",
    "dangling_tool_call",
    "two_messages",
    "failed_server_error",
    "failed_rate_limit",
    "empty",
    "reasoning_only",
)
SHORT = 0.6  # seconds; stands for each time-out


class MovingClock(Clock):
    """The real time, and how far it was moved ahead of itself."""

    def __init__(self) -> None:
        self.offset = dt.timedelta()

    @property
    def time(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + self.offset

    @time.setter
    def time(self, value: dt.datetime) -> None:
        self.offset += max(dt.timedelta(), value - self.time)


class RemoteWorld(World):
    """A world whose OpenAI and WhatsApp are the simulators, reached by the product's own clients."""

    def __init__(self, project_id: str, openai: OpenAISimulator, phone: PhoneSimulator) -> None:
        super().__init__(
            project_id,
            openai_base_url=openai.base_url,
            openai_timeout_seconds=SHORT,
            graph_api_url=phone.url,
            whatsapp_phone_id=phone.settings.phone_number_id,
            whatsapp_access_token=phone.settings.access_token or "token",
        )
        self.clock = MovingClock()
        self.queue.clock = self.clock
        self.openai, self.phone = openai, phone
        self._settled = 0
        self._pool = ThreadPoolExecutor(4)
        self._real = (Assistant(self.settings), WhatsApp(self.settings, Timing(read=SHORT, pause=0.01)))

    def runtime(self, gate: Any = None, sleep: Any = None) -> Runtime:
        assistant, whatsapp = self._real
        return replace(super().runtime(), assistant=assistant, whatsapp=whatsapp, pool=self._pool)

    def close(self) -> None:
        self._pool.shutdown()
        super().close()

    def answers(self) -> list[str]:
        sent = requests.get(f"{self.phone.url}/_control/sent", timeout=5).json()["sent"]
        return [entry["text"] for entry in sent if entry["reached_customer"]]

    def whatsapp_fault(self, **fault: Any) -> None:
        requests.post(f"{self.phone.url}/_control/faults", json=fault, timeout=5).raise_for_status()

    def write(self, text: str) -> None:
        """Let the customer write on the phone; wait until the webhook has brought it."""
        before = self.queue.count
        body = {"type": "text", "text": text}
        requests.post(f"{self.phone.url}/_control/customers/c1/messages", json=body, timeout=5).raise_for_status()
        while self.queue.count == before:
            pass

    def settle(self) -> None:
        """Wait until the statuses that WhatsApp is about to report have arrived."""
        sent = len(self.answers())
        if sent == self._settled:
            return
        self._settled = sent
        time.sleep(0.5)  # the simulator reports `delivered` a moment after `sent`
        while requests.get(f"{self.phone.url}/_control/webhooks", timeout=5).json()["pending"]:
            pass


@pytest.fixture
def remote(firestore_host: str, project_id: str) -> Iterator[RemoteWorld]:
    with OpenAISimulator() as openai, PhoneSimulator() as phone:
        openai.faults.quote_messages = True  # an answer tells what it answers
        world = RemoteWorld(project_id, openai, phone)

        @Request.application
        def webhook(request: Request) -> Response:
            for task in split(request.get_data(), world.settings.whatsapp_phone_id):
                world.queue.put(task)
            return Response("ok")

        server = make_server("127.0.0.1", 0, webhook, threaded=True)
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        phone.webhook_url = f"http://127.0.0.1:{server.server_port}/"
        customer = {"name": "Mario", "phone": PHONE}
        requests.post(f"{phone.url}/_control/customers", json=customer, timeout=5).raise_for_status()
        yield world
        world.settle()
        server.shutdown()
        server.server_close()
        world.close()


def answer_once(remote: RemoteWorld) -> None:
    """Let the customer write and everything settle; exactly one answer must have reached the phone."""
    remote.write("buongiorno a tutti")
    remote.run_until_quiet(sweeps=2)
    assert len(remote.answers()) == 1, remote.answers()
    assert "buongiorno a tutti" in remote.answers()[0]
    contact = remote.contact()
    assert contact.turn is None and contact.lease is None


@pytest.mark.parametrize("fault", SEND_FAULTS)
def test_whatsapp_fault_at_the_send_ends_in_one_answer(remote: RemoteWorld, fault: str) -> None:
    remote.whatsapp_fault(fault=fault, times=1, retry_after=0, seconds=SHORT * 3)
    answer_once(remote)


def test_gateway_that_answers_504_to_what_went_on_costs_one_post_and_one_answer(remote: RemoteWorld) -> None:
    remote.whatsapp_fault(fault="accepted_then_504", times=9)
    answer_once(remote)
    calls = requests.get(f"{remote.phone.url}/_control/calls", timeout=5).json()["calls"]
    assert [call["fault"] for call in calls if call["endpoint"] == "messages"] == ["accepted_then_504"]


def test_whatsapp_that_asks_for_a_long_pause_is_obeyed_by_the_queue(remote: RemoteWorld) -> None:
    remote.whatsapp_fault(fault="429", times=1, retry_after=120)
    answer_once(remote)


@pytest.mark.parametrize("kind", ANSWER_FAULTS)
def test_openai_fault_at_the_answer_ends_in_one_answer(remote: RemoteWorld, kind: Any) -> None:
    remote.openai.faults.add(kind, endpoint="answer", times=1, seconds=SHORT * 3)
    answer_once(remote)


def test_only_the_final_of_two_messages_is_sent_also_when_it_is_adopted(remote: RemoteWorld) -> None:
    remote.openai.faults.add("two_messages", endpoint="answer", times=1)
    answer_once(remote)
    assert "verifico" not in remote.answers()[0]


@pytest.mark.parametrize("kind", ["request_too_large", "context_overflow", "reasoning_only"])
def test_conversation_that_the_model_does_not_take_is_replaced(remote: RemoteWorld, kind: Any) -> None:
    remote.write("ciao")
    remote.run_until_quiet(sweeps=1)
    before = remote.contact().conversation
    assert before is not None
    if kind == "reasoning_only":  # what a process that died before it could remove it left behind
        remote.openai.state.add_items(before.id, [{"id": "rs_1", "type": "reasoning", "summary": []}])
    else:
        remote.openai.faults.add(kind, endpoint="answer", times=1)
    remote.write("avete il miele?")
    remote.run_until_quiet(sweeps=2)
    assert "miele" in remote.answers()[1]
    after = remote.contact().conversation
    assert after is not None and after.id != before.id
    assert len(remote.openai.calls.entries("answer")) == 3


def test_useless_answer_leaves_nothing_that_costs_the_next_one(remote: RemoteWorld) -> None:
    remote.openai.faults.add("reasoning_only", endpoint="answer", times=1)
    answer_once(remote)
    conversation = remote.contact().conversation
    assert conversation is not None
    items = remote.openai.state.items(conversation.id)
    assert [item.get("role") for item in items] == ["user", "assistant"]


def test_rate_limit_with_retry_after_ends_in_one_answer(remote: RemoteWorld) -> None:
    remote.openai.faults.add("rate_limit", endpoint="answer", times=1, retry_after=1)
    answer_once(remote)


def test_answer_that_openai_finished_before_the_connection_died_is_adopted(remote: RemoteWorld) -> None:
    remote.openai.faults.add("processed_then_timeout", endpoint="answer", times=1, seconds=SHORT * 3)
    answer_once(remote)
    assert len(remote.openai.calls.entries("answer")) == 1


@pytest.mark.parametrize("kind", ["server_error", "timeout", "truncated_json", "refusal", "incomplete"])
def test_extraction_fault_never_blocks_the_answer(remote: RemoteWorld, kind: Any) -> None:
    remote.openai.faults.add(kind, endpoint="extraction", seconds=SHORT * 3)
    answer_once(remote)


@pytest.mark.parametrize("kind", ["insufficient_quota", "billing_not_active"])
def test_account_that_is_not_paid_for_ends_in_the_fallback_at_once_and_a_notice(
    remote: RemoteWorld, kind: Any
) -> None:
    fault = remote.openai.faults.add(kind)
    remote.write("buongiorno")
    remote.run_until_quiet(sweeps=1)
    assert remote.store.facts.openai().unpaid == kind
    remote.openai.faults.remove(fault.id)
    remote.run_until_quiet(sweeps=2)
    (answer,) = remote.answers()
    assert "collega" in answer
    assert not remote.store.facts.openai().unpaid
