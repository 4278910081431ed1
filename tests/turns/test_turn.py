"""The turn on ordinary days, and with one thing going wrong at a time."""

import ast
import datetime as dt

import pytest

from functions.process.assistant.details import ContactDetails
from functions.process.turn.commands import COMMANDS
from functions.process.turn.memory import MAX_CONVERSATION_TOKENS, MAX_SEED_CHARACTERS, MAX_SEED_MESSAGES
from shared.errors import ConversationGoneError, RemoteError, SendFailedError
from shared.model.business import DEFAULT_FIELDS
from shared.model.contact import Contact
from shared.model.profile import missing
from shared.model.usage import Usage
from shared.queue.tasks import MessageTask
from tests.turns.fakes import Crash, crash_at
from tests.turns.world import PHONE, World

pytestmark = pytest.mark.emulator


def test_message_is_answered_and_remembered(world: World) -> None:
    world.say("ciao")
    world.run_until_quiet()
    assert world.texts() == ["re: ciao"]
    assert world.inbound("ciao").status == "answered"
    assert world.contact().unread == 1
    world.check_promises()


def test_message_delivered_twice_is_answered_once(world: World) -> None:
    world.say("ciao")
    world.queue.put(world.message("ciao"))
    world.run_until_quiet()
    world.queue.put(world.message("ciao"))
    world.run_until_quiet()
    assert world.texts() == ["re: ciao"]


def test_burst_becomes_one_turn_in_order(world: World) -> None:
    late = world.clock.now() - dt.timedelta(seconds=5)
    world.settings = world.settings.model_copy(update={"burst_window_seconds": 1.5})
    runtime = world.runtime(sleep=lambda seconds: _arrive(world, seconds, late))
    world.received = [(PHONE, "second"), (PHONE, "first")]
    world.deliver(world.message("second"), runtime)
    world.run_until_quiet()
    assert world.texts() == ["re: first\nsecond"]
    world.check_promises()


def _arrive(world: World, seconds: float, at: dt.datetime) -> None:
    world.clock.advance(seconds)
    if len(world.store.messages.get_all(world.contact().pending)) == 1:
        world.deliver(world.message("first", at=at))


def test_message_arriving_while_the_answer_is_written_becomes_the_next_turn(world: World) -> None:
    world.received = [(PHONE, "one"), (PHONE, "two")]

    def arrive() -> None:
        world.assistant.during = None
        world.deliver(world.message("two"))

    world.assistant.during = arrive
    world.deliver(world.message("one"))
    assert world.texts() == ["re: one", "re: two"]
    world.run_until_quiet()
    world.check_promises()


def test_takeover_while_the_answer_is_written_leaves_the_turn_to_staff(world: World) -> None:
    world.assistant.during = lambda: world.change(paused=True)
    world.say("ciao")
    world.run_until_quiet()
    assert world.texts() == []
    assert world.inbound("ciao").status == "left_to_staff"
    world.check_promises()


def test_message_to_a_paused_contact_is_left_to_staff_and_known_later(world: World) -> None:
    world.say("one")
    world.run_until_quiet()
    world.change(paused=True)
    world.say("two")
    world.run_until_quiet()
    assert world.inbound("two").status == "left_to_staff"
    assert world.contact().context == [world.inbound("two").id]
    world.change(paused=False)
    world.say("three")
    world.run_until_quiet()
    assert world.texts() == ["re: one", "re: three"]
    assert world.contact().context == []


def test_retryable_failure_of_the_model_is_tried_again(world: World) -> None:
    world.assistant.outcomes = [RemoteError("busy", remote_code="http_500", retryable=True)] * 2
    world.say("ciao")
    world.run_until_quiet()
    assert world.texts() == ["re: ciao"]
    world.check_promises()


def test_model_that_never_answers_ends_in_one_fallback_and_a_flag(world: World) -> None:
    world.assistant.outcomes = [RemoteError("busy", remote_code="http_500", retryable=True)] * 99
    world.say("ciao")
    world.run_until_quiet()
    assert len(world.texts()) == 1
    assert "collega" in world.texts()[0]
    assert world.inbound("ciao").status == "failed"
    attention = world.contact().attention
    assert attention is not None and attention.reason == "turn_failed"
    world.check_promises()


def test_conversation_that_is_gone_is_replaced_by_a_new_one(world: World) -> None:
    world.say("one")
    world.run_until_quiet()
    world.assistant.outcomes = [ConversationGoneError("gone")]
    world.say("two")
    world.run_until_quiet()
    assert world.texts() == ["re: one", "re: two"]
    conversation = world.contact().conversation
    assert conversation is not None and conversation.id == "conv_1"
    assert any("one" in entry["text"] for entry in world.assistant.conversations["conv_1"])


def test_summary_of_what_came_before_has_no_more_authority_than_the_customer(world: World) -> None:
    for number in range(MAX_SEED_MESSAGES):
        world.say(f"m{number}")
        world.run_until_quiet(sweeps=0)
    world.assistant.outcomes = [ConversationGoneError("gone")]
    world.say("last")
    world.run_until_quiet()
    seed = world.assistant.conversations["conv_1"]
    assert "no instructions" in seed[0]["text"] and "'role': 'user'" in seed[0]["text"]
    assert not any(role in entry["text"] for entry in seed for role in ("'developer'", "'system'"))


def test_send_that_surely_failed_is_made_again_without_asking_again(world: World) -> None:
    world.whatsapp.outcomes = [SendFailedError("busy", remote_code="131016", retryable=True)]
    world.say("ciao")
    world.run_until_quiet()
    assert world.texts() == ["re: ciao"]
    assert world.assistant.asked == ["ciao"]
    world.check_promises()


def test_send_refused_for_good_is_recorded_and_flagged(world: World) -> None:
    world.whatsapp.outcomes = [SendFailedError("not on WhatsApp", remote_code="131026")]
    world.say("ciao")
    world.run_until_quiet()
    assert world.texts() == []
    assert world.inbound("ciao").status == "failed"
    attention = world.contact().attention
    assert attention is not None and attention.reason == "send_failed"


def test_send_without_answer_that_arrived_is_not_repeated(world: World) -> None:
    world.whatsapp.outcomes = ["hang"]
    world.say("ciao")
    world.run_until_quiet()
    assert world.texts() == ["re: ciao"]
    assert world.inbound("ciao").status == "answered"
    world.check_promises()


def test_send_without_answer_that_was_lost_is_made_once_more(world: World) -> None:
    world.whatsapp.outcomes = ["lost"]
    world.say("ciao")
    world.run_until_quiet()
    assert world.texts() == ["re: ciao"]
    world.check_promises()


def test_send_lost_twice_is_left_to_staff(world: World) -> None:
    world.whatsapp.outcomes = ["lost", "lost"]
    world.say("ciao")
    world.run_until_quiet()
    assert world.texts() == []
    assert world.inbound("ciao").status == "left_to_staff"
    attention = world.contact().attention
    assert attention is not None and attention.reason == "unknown_delivery"


def test_long_answer_is_sent_in_parts_that_survive_a_failure_between_them(world: World) -> None:
    world.assistant.split = "a" * 4000 + "\n\n" + "b" * 4000 + "\n\n" + "c" * 100
    world.whatsapp.outcomes = ["ok", SendFailedError("busy", remote_code="131016", retryable=True)]
    world.say("ciao")
    world.run_until_quiet()
    assert [text[0] for text in world.texts()] == ["a", "b", "c"]
    assert len(world.assistant.asked) == 1


def test_messages_that_arrive_while_a_send_is_uncertain_wait_for_it(world: World) -> None:
    world.whatsapp.outcomes = ["lost"]
    world.say("one")
    world.say("two", delay=5)
    world.run_until_quiet()
    assert world.texts() == ["re: one", "re: two"]
    world.check_promises()


def test_message_a_day_late_is_left_to_staff(world: World) -> None:
    world.say("old", at=world.clock.now() - dt.timedelta(hours=25))
    world.run_until_quiet()
    assert world.texts() == []
    assert world.inbound("old").status == "left_to_staff"


def test_profile_is_extracted_and_staff_values_are_kept(world: World) -> None:
    world.assistant.details = ContactDetails(
        values={"first_name": "Mario", "last_name": "Rossi", "email": "not an address"}, language="de"
    )
    world.say("Ich bin Mario Rossi")
    world.run_until_quiet()
    contact = world.contact()
    assert contact.known("first_name") == "Mario"
    assert missing(contact, DEFAULT_FIELDS) == ["company", "email"]
    assert contact.language == "de"


@pytest.mark.parametrize("command", COMMANDS)
def test_command_is_answered_without_the_model(world: World, command: str) -> None:
    world.say("ciao")
    world.run_until_quiet()
    world.say(command)
    world.run_until_quiet()
    assert len(world.texts()) == 2
    assert world.assistant.asked == ["ciao"]


def test_reset_begins_an_unseeded_conversation(world: World) -> None:
    for text in ("one", "/reset", "two"):
        world.say(text)
        world.run_until_quiet()
    conversation = world.contact().conversation
    assert conversation is not None and conversation.id == "conv_1"
    assert [entry["text"] for entry in world.assistant.conversations["conv_1"]] == ["two", "re: two"]


@pytest.mark.parametrize("hours", [48, 0])
def test_conversation_is_rotated_when_it_is_large(world: World, hours: float) -> None:
    world.settings = world.settings.model_copy(update={"conversation_rotation_hours": hours})
    world.assistant.usage = Usage(input_tokens=MAX_CONVERSATION_TOKENS - 1)
    world.say("uno")
    world.run_until_quiet()
    world.assistant.usage = Usage(input_tokens=MAX_CONVERSATION_TOKENS)
    world.say("due")
    world.run_until_quiet()
    assert len(world.assistant.conversations) == 1
    world.say("tre")
    world.run_until_quiet()
    assert len(world.assistant.conversations) == 2
    assert any("re: due" in item["text"] for item in world.assistant.conversations["conv_1"])


def test_long_messages_do_not_fill_the_new_conversation_at_once(world: World) -> None:
    world.assistant.usage = Usage(input_tokens=MAX_CONVERSATION_TOKENS)
    long = world.message("long")
    world.queue.put(
        long.model_copy(update={"message": {**long.message, "text": {"body": "b" * 9_000 + " the end"}}})
    )
    world.run_until_quiet()
    world.say("due")
    world.run_until_quiet()
    seeded = [ast.literal_eval(item["text"])["content"] for item in world.assistant.conversations["conv_1"][:3]]
    assert all(len(text) <= MAX_SEED_CHARACTERS for text in seeded)
    assert "bbb\n[…]\nbbb" in seeded[0] and seeded[0].endswith(" the end")


def test_conversation_is_rotated_with_its_last_messages_when_it_is_old(world: World) -> None:
    world.say("one")
    world.run_until_quiet()
    world.clock.advance(49 * 3600)
    world.say("two")
    world.run_until_quiet()
    seeded = world.assistant.conversations["conv_1"]
    assert "one" in seeded[0]["text"] and seeded[-1]["text"] == "re: two"


def test_lost_task_is_found_by_the_sweep(world: World) -> None:
    world.received.append((PHONE, "ciao"))
    with pytest.raises(Crash):
        world.deliver(world.message("ciao"), world.runtime(gate=crash_at("assistant.ask before")))
    world.run_until_quiet(sweeps=3)
    assert world.texts() == ["re: ciao"]
    world.check_promises()


def test_messages_of_the_same_second_keep_the_order_of_arrival(world: World) -> None:
    moment = world.clock.now()
    names = [f"message {number}" for number in range(6)]
    _met(world)
    world.change(paused=True)
    for name in names:
        world.clock.advance(0.05)
        world.deliver(world.message(name, at=moment))
    listed = world.store.messages.recent(world.contact().id, 6)
    assert [message.text for message in listed] == names


def _met(world: World) -> Contact:
    world.say("ciao", at=world.clock.now() - dt.timedelta(minutes=1))
    world.run_until_quiet(sweeps=0)
    return world.contact()


def test_customer_first_seen_with_two_names_is_known_by_each_alone(world: World) -> None:
    world.say("with both names")
    world.run_until_quiet(sweeps=0)
    known = world.contact()
    body = {"id": "alone", "from_user_id": f"IT.{PHONE}", "timestamp": "1795338000", "type": "text"}
    for name in ("alone", "again"):
        world.deliver(MessageTask(message={**body, "id": name, "text": {"body": name}}))
        assert world.inbound(name).contact_id == known.id
    assert world.contact().phone == f"+{PHONE}"
