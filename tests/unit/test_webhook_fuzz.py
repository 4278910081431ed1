"""Webhook bodies that were tampered with: nothing raises, nothing good is lost, everything fits a task."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from functions.webhook.payload import split
from shared.queue.tasks import MessageTask, StatusTask, read_task
from tests.unit.webhook_bodies import PHONE_ID, change, message, payload, status

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(st.characters(), max_size=20),
    st.sampled_from(["", "messages", "wamid.1", "393331234567", PHONE_ID, "\ud800", "\x00", "text"]),
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(["id", "from", "type", "text", "wa_id", "user_id", "changes", "value", "x"]), inner
        ),
    ),
    max_leaves=12,
)
CASES = settings(max_examples=100, deadline=None)


@CASES
@given(
    bad_messages=st.lists(ANYTHING, max_size=4),
    bad_statuses=st.lists(ANYTHING, max_size=4),
    contacts=ANYTHING,
    rest=st.dictionaries(st.text(max_size=8), ANYTHING, max_size=3),
    bad_changes=st.lists(ANYTHING, max_size=3),
    bad_entries=st.lists(ANYTHING, max_size=3),
    place=st.integers(0, 4),
)
def test_split_good_items_among_anything_are_all_kept(
    bad_messages, bad_statuses, contacts, rest, bad_changes, bad_entries, place
):
    good = [message("good-1"), message("good-2")]
    messages = [*bad_messages[:place], *good, *bad_messages[place:]]
    statuses = [*bad_statuses[:place], status("good-3"), *bad_statuses[place:]]
    lists = {**rest, "messages": messages, "statuses": statuses, "contacts": contacts}
    lists.pop("metadata", None)
    ours = change()
    ours["value"] |= lists
    whole = payload(*bad_changes[:place], ours, *bad_changes[place:])
    whole["entry"] = [*bad_entries[:place], *whole["entry"], *bad_entries[place:]]

    tasks = split(_encode(whole), PHONE_ID)

    kept = [task.message.get("id") for task in tasks if isinstance(task, MessageTask)]
    assert [name for name in kept if name in ("good-1", "good-2")] == ["good-1", "good-2"]
    assert "good-3" in [task.status.get("id") for task in tasks if isinstance(task, StatusTask)]
    _check(tasks)


@CASES
@given(whole=ANYTHING)
def test_split_any_json_never_raises(whole):
    _check(split(_encode(whole), PHONE_ID))


@CASES
@given(whole=st.binary(max_size=200))
def test_split_any_bytes_never_raise(whole):
    _check(split(whole, PHONE_ID))


@CASES
@given(data=st.data())
def test_split_body_with_bytes_changed_never_raises(data):
    whole = bytearray(
        _encode(payload(change(contacts=[{"wa_id": "1"}], messages=[message()], statuses=[status()])))
    )
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(whole) - 1))
        whole[start : start + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=6))
    _check(split(bytes(whole), PHONE_ID))


def _encode(whole: Any) -> bytes:
    return json.dumps(whole).encode()


def _check(tasks: list[Any]) -> None:
    order = {"message": 0, "status": 1, "raw": 2}
    assert [task.type for task in tasks] == sorted((task.type for task in tasks), key=order.__getitem__)
    for task in tasks:
        again = read_task(task.model_dump_json().encode())
        assert again.model_dump_json() == task.model_dump_json()
