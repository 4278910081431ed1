"""What travels in a task: every kind is read back as it was, anything else is a clear error."""

import json

import pytest

from shared.errors import BadRequestError
from shared.queue.tasks import BatchTask, MessageTask, RawTask, SendTask, StatusTask, SweepTask, WakeTask, read_task


@pytest.mark.parametrize(
    "task",
    [
        MessageTask(message={"id": "wamid.1", "text": {"body": "è 😀"}}, contact={"wa_id": "39"}),
        MessageTask(message={}),
        StatusTask(status={"id": "wamid.1"}, attempt=2),
        RawTask(field="unknown", value=[None, 1.5, "x", {"a": []}]),
        SendTask(message_id="m"),
        WakeTask(contact_id="c"),
        SweepTask(),
        BatchTask(
            items=[MessageTask(message={"id": "wamid.1"}), StatusTask(status={}), RawTask(field="f", value=1)]
        ),
    ],
    ids=lambda task: task.type,
)
def test_read_task_of_every_kind_gives_it_back(task):
    text = task.model_dump_json().encode()
    assert read_task(text) == task
    assert json.loads(text)["v"] == 1


@pytest.mark.parametrize("name", ["", ".", "..", "__x__", "a/b", "x" * 129])
def test_read_task_with_an_id_that_no_document_has_is_an_error(name):
    kinds = ("send", "message_id"), ("wake", "contact_id"), ("media", "message_id"), ("preview", "preview_id")
    bodies = [{"type": kind, field: name} for kind, field in kinds]
    bodies += [{"type": "merge", "winner": name, "loser": "c"}, {"type": "merge", "winner": "c", "loser": name}]
    for body in bodies:
        with pytest.raises(BadRequestError):
            read_task(json.dumps({"v": 1, **body}).encode())


def test_read_task_with_more_fields_than_known_is_accepted():
    assert read_task(b'{"v": 1, "type": "wake", "contact_id": "c", "since": "tomorrow"}') == WakeTask(
        contact_id="c"
    )


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"wake"',
        b"{}",
        b'{"type": "unknown"}',
        b'{"type": null, "contact_id": "c"}',
        b'{"type": "wake"}',
        b'{"type": "wake", "contact_id": 7}',
        b'{"type": "wake", "contact_id": null}',
        b'{"v": 2, "type": "wake", "contact_id": "c"}',
        b'{"type": "message", "message": []}',
        b'{"type": "message", "message": "text"}',
        b'{"type": "status", "status": {}, "attempt": "many"}',
        b'{"type": "raw", "field": "f"}',
        b'{"type": "wake", "contact_id": "\xff"}',
        b'{"type": "wake", "contact_id": "\\ud800"}',
        b'{"type": "raw", "field": "f", "value": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    ],
    ids=lambda text: repr(text[:40]),
)
def test_read_task_that_is_none_is_refused(text):
    with pytest.raises(BadRequestError):
        read_task(text)


def test_read_task_refusal_quotes_nothing_of_the_body():
    with pytest.raises(BadRequestError) as caught:
        read_task(b'{"type": "message", "message": "my phone is 393331234567"}')
    assert "393331234567" not in caught.value.message
    assert caught.value.__cause__ is None
