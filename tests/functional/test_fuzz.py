"""Webhooks tampered with anywhere: never a 5xx from webhook or process, never a lost neighbour.

Every kind of payload is mutated and sent together with a healthy message of somebody else.
"""

import copy
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.webhook.payload import split
from local.phone_simulator import PhoneSimulator
from shared.model.ids import inbound_id
from shared.store.store import Store
from tests.functional.product import PHONE_ID, RecordingTarget, build, post_webhook

pytestmark = pytest.mark.emulator

FILES = sorted((Path(__file__).parents[1] / "payloads").glob("*.json"))
BODIES = [
    json.loads(
        path.read_text()
        .replace("1790000000", str(int(time.time())))
        .replace("https://lookaside.fbsbx.com", "https://127.0.0.1:9")  # nothing may leave this machine
    )
    for path in FILES
]
NEIGHBOUR = "393339999999"

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["", "\ud800", "\x00", "wamid.1", "edit", "reaction", "stop", "x" * 3000, "../..", "__x__"]),
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["id", "type", "text", "body", "from", "image"]), inner, max_size=3),
    ),
    max_leaves=6,
)

Place = tuple[Any, Any]


@pytest.fixture(scope="module")
def webhook(target: RecordingTarget, tasks_host: str) -> FlaskClient:
    """Give the webhook alone: the test runs the tasks itself, to see each one's answer."""
    client = build("webhook").test_client()
    assert client.get("/health").status_code == 200  # reads its settings before `process` changes PROCESS_URL
    return client


@pytest.fixture(scope="module")
def process_alone(webhook: FlaskClient, process: FlaskClient, phone: PhoneSimulator) -> FlaskClient:
    """Give the process function, and phones for those who write."""
    for number in ("393331234567", "393330000001", "393330000002", NEIGHBOUR):
        state = phone.simulation.state
        customer = state.add_customer(number, phone=number, user_id=None, username=None, auto_read=False)
        state.update_customer(customer.id, last_message_at=time.time())
    return process


# Servers in other threads draw random pauses meanwhile, which Hypothesis takes for the strategies' doing.
@pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.sampled_from(BODIES), data=st.data())
def test_mutated_webhook_is_answered_and_its_neighbour_is_kept(
    body: dict[str, Any], data: st.DataObject, webhook: FlaskClient, process_alone: FlaskClient, store: Store
) -> None:
    mutated = copy.deepcopy(body)
    for _ in range(data.draw(st.integers(1, 4), label="mutations")):
        _mutate(mutated, data)
    neighbour = _add_neighbour(mutated)
    whole = json.dumps(mutated).encode()

    assert post_webhook(webhook, whole).status_code == 200
    for task in split(whole, PHONE_ID):
        answer = process_alone.post("/", data=task.model_dump_json(), content_type="application/json")
        assert answer.status_code < 500, (answer.get_data(as_text=True), task.model_dump_json())

    stored = store.messages.get(inbound_id(neighbour))
    assert stored is not None and stored.status in ("answered", "left_to_staff")


def _mutate(body: dict[str, Any], data: st.DataObject) -> None:
    """Replace, remove or add something inside a value; its neighbours' surroundings stay whole."""
    places = [place for change in _changes(body) for place in _places(change["value"])]
    if not places:
        return
    holder, key = data.draw(st.sampled_from(places), label="place")
    what = data.draw(st.sampled_from(["replace", "remove", "add"]))
    if what == "remove":
        del holder[key]
    elif what == "add" and isinstance(holder, dict):
        holder[data.draw(st.text(max_size=8))] = data.draw(ANYTHING)
    else:
        holder[key] = data.draw(ANYTHING)


def _places(value: Any) -> Iterator[Place]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(items):
        if key != "metadata":
            yield value, key
            yield from _places(inner)


def _changes(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for entry in body["entry"]:
        for change in entry["changes"]:
            if isinstance(change["value"], dict):
                yield change


def _add_neighbour(body: dict[str, Any]) -> str:
    """Put a healthy message of another customer in, beside what was mutated where there is a list of messages."""
    name = f"wamid.{uuid4().hex}"
    said = {"type": "text", "text": {"body": "Ciao"}}
    message = {"id": name, "from": NEIGHBOUR, "timestamp": str(int(time.time())), **said}
    for change in _changes(body):
        messages = change["value"].get("messages")
        ours = change["value"].get("metadata", {}).get("phone_number_id") == PHONE_ID
        if ours and change["field"] == "messages" and isinstance(messages, list):
            messages.append(message)
            return name
    value = {"metadata": {"phone_number_id": PHONE_ID}, "messages": [message]}
    body["entry"].append({"changes": [{"field": "messages", "value": value}]})
    return name
