"""Choices below an answer: on its last part, in the database, on the phone, and through a crash."""

import datetime as dt
from dataclasses import replace

import pytest

from shared.errors import SendFailedError
from shared.model.contact import Contact
from shared.model.ids import part_id
from shared.model.message import Message
from shared.model.turn import Reply, fail, part_choices, reply
from shared.model.turn_state import Turn
from tests.turns.fakes import START, Crash, crash_at
from tests.turns.world import World

pytestmark = pytest.mark.emulator

ANSWER = "a" * 4090 + "\n\n**Quando** preferisce?\n[[Oggi]] [[Domani]]"


def parts_of(world: World, name: str) -> list[Message]:
    turn_id = world.inbound(name).turn_id
    assert turn_id
    parts = [world.store.messages.get(part_id(turn_id, part)) for part in range(3)]
    return [part for part in parts if part]


def test_answer_with_choices_has_its_buttons_below_the_last_part(world: World) -> None:
    world.assistant.split = ANSWER + "\n"
    world.say("ciao")
    world.run_until_quiet()
    assert [(sent.text[-20:], sent.choices) for sent in world.whatsapp.sent] == [
        ("a" * 20, []),
        ("*Quando* preferisce?", ["Oggi", "Domani"]),
    ]
    assert [(part.kind, part.choices) for part in parts_of(world, "ciao")] == [
        ("text", []),
        ("interactive", ["Oggi", "Domani"]),
    ]
    contact = world.contact()
    assert contact.last_message and (contact.last_message.kind, contact.last_message.text) == (
        "text",
        "*Quando* preferisce?",
    )


@pytest.mark.parametrize("point", ["assistant.ask after", "whatsapp.send_text before"])
def test_answer_with_choices_keeps_them_through_a_crash(world: World, point: str) -> None:
    world.assistant.split = "Quando?\n[[Oggi]] [[Domani]]"
    task = world.message("ciao")
    with pytest.raises(Crash):
        world.deliver(task, world.runtime(crash_at(point)))
    world.clock.advance(600)
    world.queue.put(task)
    world.run_until_quiet()
    assert len(world.assistant.asked) == 1
    assert [(sent.text, sent.choices) for sent in world.whatsapp.sent] == [("Quando?", ["Oggi", "Domani"])]


def test_fallback_after_an_answer_with_choices_has_no_buttons(world: World) -> None:
    world.assistant.split = "Quando?\n[[Oggi]] [[Domani]]"
    busy = SendFailedError("busy", remote_code="130429", retryable=True)
    until = world.clock.now() + dt.timedelta(seconds=world.settings.turn_max_age_seconds)
    world.whatsapp.decide = lambda: "ok" if world.clock.now() > until else busy
    world.say("ciao")
    world.run_until_quiet()
    assert world.inbound("ciao").status == "failed"
    assert [sent.choices for sent in world.whatsapp.sent] == [[]]


def test_button_that_is_pressed_is_what_the_customer_says(world: World) -> None:
    world.assistant.split = "Quando?\n[[Oggi]] [[Domani]]"
    world.say("ciao")
    world.run_until_quiet()
    pressed = {"type": "button_reply", "button_reply": {"id": "choice-2", "title": "Domani"}}
    world.happen("press", "interactive", interactive=pressed)
    world.run_until_quiet()
    assert world.assistant.asked[-1] == "Domani"
    assert world.inbound("press").status == "answered"


def test_part_choices_belong_to_the_last_part_until_the_turn_fails() -> None:
    turn = Turn(id="t", message_ids=["m"], started_at=START)
    contact = reply(Contact(id="c", created_at=START, turn=turn), Reply(["one", "two"], choices=["Sì", "No"]))
    assert contact.turn
    assert part_choices(contact.turn) == []
    assert part_choices(replace(contact.turn, part=1)) == ["Sì", "No"]
    failed = fail(contact, "sorry", "attempts").turn
    assert failed and failed.parts == ["sorry"]
    assert part_choices(failed) == []
