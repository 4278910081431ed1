"""Every kind of webhook in tests/payloads becomes exactly the events in tests/payloads/expected.

A new payload's expectation is what the failing test shows, once it has been read and found right.
"""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from functions.process.inbox.inbound import parse_message
from functions.webhook.payload import split
from shared.errors import BadRequestError
from shared.queue.tasks import MessageTask

PAYLOADS = Path(__file__).parents[1] / "payloads"
FILES = sorted(PAYLOADS.glob("*.json"))
NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
PHONE_ID = "100000000000001"


def events_of(body: bytes) -> list[dict[str, Any]]:
    """The tasks that a webhook becomes; a message as the event that is parsed from it, without defaults."""
    return [_event(task) for task in split(body, PHONE_ID)]


def _event(task: Any) -> dict[str, Any]:
    if not isinstance(task, MessageTask):
        return dict(task.model_dump(mode="json", exclude_defaults=True) | {"type": task.type})
    try:
        event = parse_message(task.message, task.contact, NOW)
    except BadRequestError as error:
        return {"type": "message", "refused": error.message}
    assert json.loads(event.payload) == task.message, "unknown fields are kept"
    shown = TypeAdapter(type(event)).dump_python(
        event, mode="json", exclude_defaults=True, exclude={"payload", "at", "sender"}
    )
    sender = {identifier.kind: identifier.value for identifier in event.sender}
    return {"type": type(event).__name__, "at": event.at.replace(microsecond=0).isoformat(), **sender, **shown}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_payload_becomes_its_expected_events(path):
    expected = json.loads((PAYLOADS / "expected" / path.name).read_text())
    found = events_of(path.read_bytes())
    assert found == expected, json.dumps(found, ensure_ascii=False, indent=2)


def test_every_expectation_has_its_payload():
    assert {path.name for path in (PAYLOADS / "expected").glob("*.json")} == {path.name for path in FILES}
