"""Answers that are none, facts that nobody gave, and the story that OpenAI is told after a turn that failed."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from functions.process.turn.memory import in_order
from shared.errors import AnswerRefusedError
from shared.model.contact import Contact
from shared.model.message import Message
from shared.queue.tasks import Delivery
from tests.turns.fakes import START, Crash, crash_at
from tests.turns.world import World

pytestmark = pytest.mark.emulator


def fail_with(world: World, error: Exception | None) -> None:
    def during() -> None:
        if error:
            raise error

    world.assistant.during = during


def told(world: World) -> list[tuple[str, str]]:
    """What the newest call to the model brought, besides the conversation."""
    return [(item["role"], _text(item["content"])) for item in world.assistant.given[-1]]


def _text(content: Any) -> str:
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def test_useless_answer_is_asked_for_once_more_and_then_becomes_the_fallback(world: World) -> None:
    fail_with(world, AnswerRefusedError("no", remote_code="loop", retryable=True))
    world.say("ciao")
    world.run_until_quiet()
    assert len(world.assistant.asked) == 2
    assert world.inbound("ciao").status == "failed"


@pytest.mark.parametrize("crashes", [1, 2])
def test_process_that_died_before_costs_a_useless_answer_no_second_one(world: World, crashes: int) -> None:
    for attempt in range(crashes):
        runtime = world.runtime(gate=crash_at("assistant.ask before"))
        with pytest.raises(Crash):
            world.deliver(world.message("ciao"), runtime, Delivery("task-a", attempt, 503))
    world.assistant.outcomes = [AnswerRefusedError("no", remote_code="empty", retryable=True)]
    world.say("ciao")
    world.run_until_quiet()
    assert world.inbound("ciao").status == "answered"
    assert world.texts() == ["re: ciao"]


def test_after_a_failed_turn_each_message_is_told_once_and_so_is_the_fallback(world: World) -> None:
    world.say("uno")
    world.run_until_quiet()
    fail_with(world, AnswerRefusedError("no", remote_code="loop", retryable=True))
    world.say("due")
    world.run_until_quiet()
    before = world.contact().conversation
    fail_with(world, None)
    world.say("tre")
    world.run_until_quiet()
    fallback = world.whatsapp.sent[1].text
    assert told(world) == [("user", "due"), ("assistant", fallback), ("user", "tre")]
    after = world.contact().conversation
    assert before and after and after.id != before.id and not after.outdated


def test_takeover_after_the_answer_was_written_begins_a_conversation_that_knows_no_such_answer(
    world: World,
) -> None:
    world.assistant.during = lambda: world.store.change_contact(
        world.contact().id, lambda contact: replace(contact, paused=True)
    )
    world.say("uno")
    world.run_until_quiet()
    assert world.whatsapp.sent == []
    conversation = world.contact().conversation
    assert conversation and conversation.outdated


@pytest.mark.parametrize(
    ("found", "reason"),
    [("Vaso: 48 euro", None), ("", None), ("Vaso: 40 euro", "unsupported_fact"), (None, "unsupported_fact")],
)
def test_fact_that_a_document_holds_is_no_reason_to_look(
    world: World, found: str | None, reason: str | None
) -> None:
    world.assistant.split, world.assistant.found = "Costa 48 euro.", found
    world.say("quanto costa il vaso?")
    world.run_until_quiet()
    attention = world.contact().attention
    assert (attention.reason if attention else None) == reason


@pytest.mark.parametrize(
    ("answer", "reason"), [("Costa 4,50 euro.", "unsupported_fact"), ("Costa poco.", None), ("Alle 9.30.", None)]
)
def test_fact_that_nobody_gave_is_sent_and_flagged(world: World, answer: str, reason: str | None) -> None:
    world.assistant.split = answer
    world.say("ciao")
    world.run_until_quiet()
    assert [sent.text for sent in world.whatsapp.sent] == [answer]
    attention = world.contact().attention
    assert (attention.reason if attention else None) == reason


def test_fact_that_the_customer_wrote_is_not_flagged(world: World) -> None:
    world.assistant.split = "Le scrivo a mario@rossi.it, per 4,50 euro."
    world.say("sono mario@rossi.it, avevo letto 4.5 euro")
    world.run_until_quiet()
    assert world.contact().attention is None


def test_in_order_puts_a_turn_before_the_next_whatever_the_clocks_say() -> None:
    def message(name: str, turn: str | None, direction: Any = "in", part: int | None = None) -> Message:
        author: Any = "customer" if direction == "in" else "assistant"
        told: dict[str, Any] = {
            "contact_id": "c",
            "author": author,
            "kind": "text",
            "text": "",
            "status": "answered",
        }
        return Message(id=name, direction=direction, turn_id=turn, part=part, at=START, **told)

    by_clock = [
        message("5", "t1"),
        message("6", "t2"),
        message("a5-2", "t1", "out", 1),
        message("a5-1", "t1", "out", 0),
        message("staff", None, "out"),
        message("a6", "t2", "out", 0),
    ]
    assert [each.id for each in in_order(by_clock)] == ["5", "a5-1", "a5-2", "6", "a6", "staff"]


def test_context_of_failed_turns_stays_bounded(world: World) -> None:
    fail_with(world, AnswerRefusedError("no", remote_code="content_filter"))
    for number in range(3):
        world.say(f"m{number}")
        world.run_until_quiet()
        world.clock.advance(dt.timedelta(minutes=5).total_seconds())
    contact: Contact = world.contact()
    assert len(contact.context) == 6
