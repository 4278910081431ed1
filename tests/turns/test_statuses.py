"""Delivery statuses: repeated, reordered, early, unknown; none can start a turn."""

from itertools import permutations
from typing import Any

import pytest

from shared.model.ids import random_id
from shared.model.message import Message, Problem
from shared.queue.tasks import StatusTask
from shared.whatsapp.errors import SENTENCES
from tests.turns.world import World

pytestmark = pytest.mark.emulator


def answered(world: World) -> Message:
    """An answer that was sent and whose statuses have not come yet."""
    world.whatsapp.statuses = False
    world.say("ciao")
    world.run_until_quiet(sweeps=0)
    message = world.store.messages.get(world.whatsapp.sent[0].message_id)
    assert message is not None and message.shown_status == "accepted"
    return message


def shown(world: World, message: Message) -> str:
    stored = world.store.messages.get(message.id)
    assert stored is not None
    return stored.shown_status


def test_statuses_in_any_order_and_repeated_end_the_same(world: World) -> None:
    message = answered(world)
    for order in permutations(["sent", "delivered", "read"]):
        for status in (*order, *order):
            world.deliver(world.whatsapp.status(message.id, status))
        assert shown(world, message) == "read"


def test_tick_never_goes_back(world: World) -> None:
    message = answered(world)
    for status, expected in (("delivered", "delivered"), ("sent", "delivered"), ("read", "read"), ("sent", "read")):
        world.deliver(world.whatsapp.status(message.id, status))
        assert shown(world, message) == expected


def test_failed_status_is_final_keeps_its_reason_and_flags_the_contact(world: World) -> None:
    message = answered(world)
    task = world.whatsapp.status(message.id, "failed")
    error = {"code": 131026, "title": "Undeliverable", "error_data": {"details": "not on WhatsApp"}}
    world.deliver(StatusTask(status={**task.status, "errors": [error]}))
    world.deliver(world.whatsapp.status(message.id, "delivered"))
    stored = world.store.messages.get(message.id)
    assert stored is not None and stored.shown_status == "failed"
    assert stored.error == Problem(code="131026", message=SENTENCES[131026])
    attention = world.contact().attention
    assert attention is not None and attention.reason == "send_failed"


def by_whatsapp_id(whatsapp_id: str, status: str = "delivered") -> StatusTask:
    return StatusTask(status={"id": whatsapp_id, "status": status, "timestamp": "1795338000"})


def test_status_without_our_callback_data_finds_its_message(world: World) -> None:
    message = answered(world)
    assert message.whatsapp_id is not None
    world.deliver(by_whatsapp_id(message.whatsapp_id))
    assert shown(world, message) == "delivered"


def test_status_that_comes_before_our_record_is_kept_and_merged(world: World) -> None:
    message = answered(world)
    world.deliver(by_whatsapp_id("wamid.later"))
    assert shown(world, message) == "accepted"
    world.store.messages.set(message.id, {"whatsapp_id": "wamid.later"})
    world.run_until_quiet(sweeps=0)
    assert shown(world, message) == "delivered"


def test_status_of_a_foreign_message_is_dropped_after_a_few_looks(world: World) -> None:
    world.deliver(by_whatsapp_id("wamid.of.another.program"))
    world.run_until_quiet(sweeps=0)
    assert not world.queue.tasks


@pytest.mark.parametrize("status", [{}, {"status": "deleted"}, {"status": 7}, {"status": "sent", "id": None}])
def test_strange_status_is_kept_as_an_event_or_dropped(world: World, status: dict[str, Any]) -> None:
    assert world.deliver(StatusTask(status=status))


@pytest.mark.parametrize("callback", ["assistant:", "assistant:../contacts", "assistant:" + "x" * 2000, "other"])
def test_strange_callback_data_reaches_no_document(world: World, callback: str) -> None:
    body = {"id": "wamid.x", "status": "sent", "timestamp": "1", "biz_opaque_callback_data": callback}
    assert world.deliver(StatusTask(status=body))


def test_status_never_starts_a_turn(world: World) -> None:
    answered(world)
    asked = len(world.assistant.asked)
    for status in ("sent", "delivered", "read", "failed"):
        world.deliver(world.whatsapp.status(random_id(), status))
    world.run_until_quiet(sweeps=1)
    assert len(world.assistant.asked) == asked
