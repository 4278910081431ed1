"""How long Meta waits for the webhook, while nothing else uses the machine: the queue is paused meanwhile."""

import statistics
import time
from collections.abc import Iterator

import requests

from local.bench.figure import Figure
from local.bench.workbench import Workbench
from local.phone_simulator import meta_json
from local.phone_simulator.account import SimulatorSettings
from local.phone_simulator.made_up import new_message_id
from local.phone_simulator.records import Customer
from local.phone_simulator.webhook_sender import encode, signature

MANY_MESSAGES = 100
REQUEST_SECONDS = 60.0
CUSTOMER = Customer("customer", "Giulia Bianchi", "393335550142", None, None)


def webhook_time(bench: Workbench) -> Iterator[Figure]:
    """Measure a webhook with one message and one with a hundred."""
    with bench.observer.paused_queue():
        for messages, count in ((1, bench.sizes.webhooks), (MANY_MESSAGES, bench.sizes.large_webhooks)):
            times = sorted(_post(bench, messages) for _ in range(count))
            about = "1 message" if messages == 1 else f"{messages} messages"
            yield Figure(f"webhook with {about}: median", statistics.median(times) * 1000, "ms")
            yield Figure(f"webhook with {about}: 95th percentile", _percentile_95(times) * 1000, "ms")


def _post(bench: Workbench, messages: int) -> float:
    settings = SimulatorSettings.from_environment(bench.stack.env)
    body = encode(meta_json.webhook(settings, _value(messages)))
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": signature(settings.app_secret, body)}
    with requests.Session() as session:
        session.trust_env = False  # no proxy for loopback
        began = time.perf_counter()
        answer = session.post(bench.stack.webhook_url, data=body, headers=headers, timeout=REQUEST_SECONDS)
        seconds = time.perf_counter() - began
    answer.raise_for_status()
    return seconds


def _value(messages: int) -> meta_json.JsonObject:
    texts = ({"text": {"body": f"Messaggio {number}"}} for number in range(messages))
    items = [meta_json.message(CUSTOMER, new_message_id(), time.time(), "text", text) for text in texts]
    return {"contacts": [meta_json.contact(CUSTOMER)], "messages": items}


def _percentile_95(ordered: list[float]) -> float:
    return statistics.quantiles(ordered, n=20, method="inclusive")[-1]
