"""One webhook body becomes tasks: in order, ours only, and no bad item costs its neighbours."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from functions.webhook.payload import MAX_CONTACT_CHARACTERS, MAX_ITEM_CHARACTERS, MAX_TASKS, grouped, split
from shared.queue.tasks import (
    BatchTask,
    EchoTask,
    IdentityTask,
    InboundTask,
    MessageTask,
    RawTask,
    StatusTask,
    read_task,
)
from tests.unit.webhook_bodies import PHONE_ID, body, change, message, payload, status, value

MAX_TASK_BYTES = 1_000_000  # a task of Cloud Tasks may have 1 MB


def kinds(tasks: list[InboundTask]) -> list[str]:
    return [task.type for task in tasks]


def names(tasks: list[InboundTask]) -> list[str]:
    return [task.message["id"] for task in tasks if isinstance(task, MessageTask)]


def nested(depth: int) -> Any:
    item: Any = "deep"
    for _ in range(depth):
        item = [item]
    return item


def check_travels(tasks: Sequence[InboundTask | BatchTask]) -> None:
    for task in tasks:
        text = task.model_dump_json().encode()
        assert len(text) <= MAX_TASK_BYTES
        assert read_task(text) == task


def test_split_message_keeps_it_as_it_came_with_its_contact():
    contact = {"wa_id": "393331234567", "profile": {"name": "Mario"}}
    item = message(unknown={"field": [1, None, True]})
    assert split(body(change(contacts=[contact], messages=[item])), PHONE_ID) == [
        MessageTask(message=item, contact=contact)
    ]


def test_split_notice_without_sender_gets_no_neighbours_contact():
    neighbour, own = {"wa_id": "393331234567", "user_id": "IT.7"}, {"user_id": "IT.2"}
    detail = {"type": "user_changed_user_id", "previous_user_id": "IT.1", "user_id": "IT.2"}
    notice = {"id": "notice", "type": "system", "system": detail}
    alone = split(body(change(contacts=[neighbour], messages=[message(), notice])), PHONE_ID)
    assert alone[1] == MessageTask(message=notice, contact=None)
    named = split(body(change(contacts=[neighbour, own], messages=[message(), notice])), PHONE_ID)
    assert named[1] == MessageTask(message=notice, contact=own)


def test_split_status_keeps_it_as_it_came():
    item = status(pricing={"category": "service"})
    assert split(body(change(statuses=[item])), PHONE_ID) == [StatusTask(status=item)]


def test_split_mixed_body_gives_messages_then_statuses_then_the_rest():
    tasks = split(
        body(
            change("user_id_update", user_id_update=[{"user_id": {"previous": "a", "current": "b"}}]),
            change(statuses=[status("s1")], messages=[message("m1")], errors=[{"code": 1}]),
            change(statuses=[status("s2")]),
            change(messages=[message("m2"), message("m3")]),
        ),
        PHONE_ID,
    )
    assert kinds(tasks) == ["message"] * 3 + ["status"] * 2 + ["identity", "raw"]
    assert names(tasks) == ["m1", "m2", "m3"]
    assert [task.status["id"] for task in tasks if isinstance(task, StatusTask)] == ["s1", "s2"]


def test_split_change_of_user_id_is_an_identity_task_with_its_contact():
    contacts = [{"wa_id": "391", "user_id": "IT.1"}, {"wa_id": "393", "user_id": "IT.3"}]
    update = {"wa_id": "393", "user_id": {"previous": "IT.2", "current": "IT.3"}, "timestamp": "1790000000"}
    nameless = {"user_id": "IT.4"}
    tasks = split(body(change("user_id_update", contacts=contacts, user_id_update=[update, nameless])), PHONE_ID)
    assert tasks == [IdentityTask(update=update, contact=contacts[1]), IdentityTask(update=nameless, contact=None)]
    check_travels(tasks)


@pytest.mark.parametrize("bad", ["text", None, 7, ["IT.1"], {"x": "y" * (MAX_ITEM_CHARACTERS + 1)}])
def test_split_bad_change_of_user_id_costs_no_neighbour(bad):
    good = {"wa_id": "393", "user_id": {"previous": "IT.2", "current": "IT.3"}}
    tasks = split(body(change("user_id_update", user_id_update=[bad, good])), PHONE_ID)
    assert kinds(tasks) == ["identity", "raw"]
    assert tasks[0] == IdentityTask(update=good)


@pytest.mark.parametrize("value", ["text", {"user_id": "IT.1"}, None])
def test_split_changes_of_user_ids_that_are_no_list_are_kept(value):
    assert kinds(split(body(change("user_id_update", user_id_update=value)), PHONE_ID)) == ["raw"]


def test_split_what_staff_write_in_the_phone_app_is_an_echo_and_no_message():
    said = {"from": "390655501000", "to": "393331234567", "id": "e1", "type": "text", "text": {"body": "Sono Anna"}}
    tasks = split(body(change("smb_message_echoes", message_echoes=[said, "no object"])), PHONE_ID)
    assert kinds(tasks) == ["echo", "raw"]
    assert tasks[0] == EchoTask(echo=said)
    check_travels(tasks)
    assert split(body(change("smb_message_echoes", "9999", message_echoes=[said])), PHONE_ID) == []


def test_split_several_entries_and_changes_gives_all_of_them():
    whole = payload(change(messages=[message("m1")]), change(messages=[message("m2")]))
    whole["entry"].append({"id": "2002", "changes": [change(messages=[message("m3")])]})
    assert names(split(json.dumps(whole).encode(), PHONE_ID)) == ["m1", "m2", "m3"]


def test_split_event_of_another_number_is_left_out():
    foreign = change(phone_id="9999", messages=[message("theirs")], statuses=[status()])
    tasks = split(body(foreign, change("user_id_update", "9999"), change(messages=[message("ours")])), PHONE_ID)
    assert kinds(tasks) == ["message"]
    assert names(tasks) == ["ours"]


def test_split_number_as_json_number_is_ours():
    ours = change(messages=[message()])
    ours["value"]["metadata"]["phone_number_id"] = int(PHONE_ID)
    assert kinds(split(body(ours), PHONE_ID)) == ["message"]


def test_split_event_of_the_account_is_kept():
    event = {"field": "account_update", "value": {"event": "DISABLED_UPDATE"}}
    assert split(body(event), PHONE_ID) == [RawTask(field="account_update", value={"event": "DISABLED_UPDATE"})]


def test_split_contact_is_the_senders_own():
    contacts = [{"wa_id": "391"}, {"user_id": "IT.2"}, {"wa_id": "393", "user_id": "IT.3"}]
    messages = [
        message("a", **{"from": "393"}),
        message("b", **{"from": "391"}),
        message("c", **{"from": "IT.2"}),
        {"id": "d", "from_user_id": "IT.3"},
        message("e", **{"from": "399"}),
    ]
    tasks = split(body(change(contacts=contacts, messages=messages)), PHONE_ID)
    found = [task.contact for task in tasks if isinstance(task, MessageTask)]
    assert found == [contacts[2], contacts[0], contacts[1], contacts[2], None]


def test_split_message_without_sender_takes_the_only_contact():
    tasks = split(body(change(contacts=[{"user_id": "IT.2"}], messages=[{"id": "a"}])), PHONE_ID)
    assert tasks == [MessageTask(message={"id": "a"}, contact={"user_id": "IT.2"})]


def test_split_lists_of_another_type_are_kept_raw():
    tasks = split(body(change(messages={"id": "m"}, statuses="sent")), PHONE_ID)
    assert tasks == [RawTask(field="messages", value={"messages": {"id": "m"}, "statuses": "sent"})]


@pytest.mark.parametrize(
    "bad",
    [
        None,
        "text",
        7,
        [],
        [[]],
        {"big": "x" * (MAX_ITEM_CHARACTERS + 1)},
        {"deep": nested(60)},
        {"deep": nested(600)},
        message("bad", **{"from": ["393331234567"], "from_user_id": {"a": 1}}),
    ],
    ids=lambda bad: repr(bad)[:20],
)
@pytest.mark.parametrize("place", ["messages", "statuses", "contacts", "unknown"])
def test_split_bad_item_never_costs_its_neighbours(bad, place):
    lists: dict[str, Any] = {
        "contacts": [{"wa_id": "393331234567"}],
        "messages": [message("m1"), message("m2")],
        "statuses": [status("s1"), status("s2")],
        "unknown": [],
    }
    lists[place].insert(1, bad)
    tasks = split(body(change(**lists)), PHONE_ID)
    assert {"m1", "m2"} <= set(names(tasks))
    assert {"s1", "s2"} <= {task.status.get("id") for task in tasks if isinstance(task, StatusTask)}
    check_travels(tasks)


@pytest.mark.parametrize("bad", [None, 7, "x", [], {}, {"changes": None}, {"changes": {}}], ids=repr)
def test_split_bad_entry_is_kept_beside_the_good_one(bad):
    whole = payload(change(messages=[message("m1")]))
    whole["entry"].insert(0, bad)
    tasks = split(json.dumps(whole).encode(), PHONE_ID)
    assert kinds(tasks) == ["message", "raw"]
    assert tasks[1] == RawTask(field="entry", value=bad)


@pytest.mark.parametrize(
    "bad", [None, 7, "x", [], {}, {"value": None}, {"field": "messages", "value": []}], ids=repr
)
def test_split_bad_change_is_kept_beside_the_good_one(bad):
    tasks = split(body(bad, change(messages=[message("m1")])), PHONE_ID)
    assert kinds(tasks) == ["message", "raw"]
    assert tasks[1] == RawTask(field="change", value=bad)


def test_split_change_with_nothing_in_it_is_kept():
    tasks = split(body(change()), PHONE_ID)
    assert tasks == [RawTask(field="messages", value=value())]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"not json",
        b'{"object": "whatsapp_business_account", "entry": [',
        b"\xff\xfe\xfd",
        b'{"object": "\xff"}',
        b"9" * 5000,
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"\x00" * 300_000,
        b"\xff" * 300_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_split_unreadable_body_is_kept_as_text(text):
    tasks = split(text, PHONE_ID)
    assert len(tasks) == 1
    task = tasks[0]
    assert isinstance(task, RawTask)
    assert task.field == "unreadable"
    assert task.value == text.decode("utf-8", "replace")[:MAX_ITEM_CHARACTERS]
    check_travels(tasks)


@pytest.mark.parametrize(
    "whole",
    [
        None,
        7,
        "text",
        [],
        {},
        {"object": "instagram", "entry": []},
        {"object": "whatsapp_business_account"},
        {"object": "whatsapp_business_account", "entry": {}},
    ],
    ids=repr,
)
def test_split_unknown_object_is_kept(whole):
    assert split(json.dumps(whole).encode(), PHONE_ID) == [RawTask(field="unknown", value=whole)]


def test_split_half_surrogate_becomes_a_question_mark():
    text = b'{"id":"m1","from":"39","text":{"body":"a\\ud800b \\ud83d\\ude00"}}'
    whole = body(change(messages=["HERE"])).replace(b'"HERE"', text)
    tasks = split(whole, PHONE_ID)
    assert tasks == [MessageTask(message={"id": "m1", "from": "39", "text": {"body": "a?b 😀"}})]
    check_travels(tasks)
    assert split(b'"\xed\xa0\x80"', PHONE_ID) == [RawTask(field="unknown", value="?")]


@pytest.mark.parametrize("depth", [10, 60, 300, 900])
def test_split_deep_nesting_travels(depth):
    check_travels(split(json.dumps(nested(depth)).encode(), PHONE_ID))
    check_travels(split(body(change("unknown", deep=nested(depth))), PHONE_ID))


@pytest.mark.parametrize("character", ["x", "è", "😀", "\x00", '"', "\\"])
def test_split_huge_item_is_cut_to_what_a_task_may_carry(character):
    huge = character * 2_000_000
    for whole in (
        body(change(messages=[message(text={"body": huge})])),
        body(change(statuses=[status(reason=huge)])),
        body(change("other", huge=huge)),
        json.dumps(huge, ensure_ascii=False).encode(),
    ):
        tasks = split(whole, PHONE_ID)
        assert kinds(tasks) == ["raw"]
        check_travels(tasks)


def test_split_huge_contact_or_field_name_costs_no_message():
    contact = {"wa_id": "393331234567", "profile": {"name": "x" * 2_000_000}}
    tasks = split(
        body(change(contacts=[contact], messages=[message("m1")]), {"field": "x" * 2_000_000, "value": {}}),
        PHONE_ID,
    )
    assert kinds(tasks) == ["message", "raw"]
    check_travels(tasks)


def test_split_thousand_messages_gives_a_thousand_tasks_in_order():
    wanted = [f"m{number}" for number in range(1000)]
    contacts = [{"wa_id": "393331234567", "profile": {"name": "Mario"}}]
    tasks = split(body(change(contacts=contacts, messages=[message(name) for name in wanted])), PHONE_ID)
    assert names(tasks) == wanted


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 4000])
def test_split_odd_number_travels(number):
    whole = body(change(messages=["HERE"])).replace(b'"HERE"', f'{{"id":"m1","x":{number}}}'.encode())
    tasks = split(whole, PHONE_ID)
    assert names(tasks) == ["m1"]
    assert isinstance(read_task(tasks[0].model_dump_json().encode()), MessageTask)


def items(batches: Sequence[InboundTask | BatchTask]) -> list[InboundTask]:
    assert all(isinstance(batch, BatchTask) for batch in batches)
    return [item for batch in batches if isinstance(batch, BatchTask) for item in batch.items]


def test_grouped_leaves_a_body_of_a_thousand_events_as_it_is():
    tasks = split(body(change(messages=[message()] * MAX_TASKS)), PHONE_ID)
    assert grouped(tasks) == tasks


@pytest.mark.parametrize(("count", "made"), [(1, ["status"]), (3, ["batch"]), (250, ["batch"] * 3)])
def test_grouped_puts_the_statuses_of_a_body_into_one_task(count, made):
    tasks = split(body(change(statuses=[status()] * count, messages=[message()], errors=[{"code": 1}])), PHONE_ID)
    found = grouped(tasks)
    assert [task.type for task in found] == ["message", *made, "raw"]
    assert [item for task in found for item in getattr(task, "items", [task])] == tasks


@pytest.mark.parametrize("count", [MAX_TASKS + 1, 5_000, 20_000])
def test_grouped_events_are_at_most_a_thousand_tasks_in_their_order(count):
    tasks = split(body(change(messages=[message(str(number)) for number in range(count)])), PHONE_ID)
    batches = grouped(tasks)
    assert len(batches) <= MAX_TASKS
    assert items(batches) == tasks
    check_travels(batches)


@pytest.mark.parametrize(
    "tasks",
    [
        split(body(change(messages=[message(text={"body": "\0" * 20_000})] * 1_001)), PHONE_ID),  # six bytes each
        split(body(change(statuses=[{}] * 900_000)), PHONE_ID),
        split(
            body(change(contacts=[{"wa_id": "393331234567", "odd": "x" * 3_900}], messages=[message()] * 15_000)),
            PHONE_ID,
        ),
    ],
    ids=["large", "many", "repeated_sender"],
)
def test_grouped_largest_bodies_are_at_most_a_thousand_tasks_that_travel(tasks):
    batches = grouped(tasks)
    assert len(batches) <= MAX_TASKS
    assert sum(len(batch.items) for batch in batches if isinstance(batch, BatchTask)) == len(tasks)
    check_travels(batches[:3])


def test_split_leaves_out_a_senders_entry_that_is_no_senders_entry():
    entry = {"wa_id": "393331234567", "odd": "x" * MAX_CONTACT_CHARACTERS}
    assert split(body(change(contacts=[entry], messages=[message()])), PHONE_ID) == [MessageTask(message=message())]
