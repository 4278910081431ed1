"""What staff write in the app on their phone: theirs like a message of the dashboard."""

from typing import Any

import pytest

from shared.model.ids import echo_id
from shared.model.message import Message
from shared.queue.tasks import EchoTask, EraseTask, MessageTask
from tests.turns.leftovers import left_of
from tests.turns.world import PHONE, World

pytestmark = pytest.mark.emulator

BUSINESS = "390655501000"


def echo(world: World, name: str, kind: str = "text", *, to: str = PHONE, **parts: Any) -> EchoTask:
    parts = parts or {"text": {"body": name}}
    at = str(int(world.clock.now().timestamp()))
    return EchoTask(echo={"from": BUSINESS, "to": to, "id": name, "timestamp": at, "type": kind, **parts})


def written(world: World, name: str) -> Message:
    found = world.store.messages.get(echo_id(name))
    assert found is not None
    return found


@pytest.fixture
def talking(world: World) -> World:
    world.say("buongiorno")
    world.run_until_quiet()
    return world


def test_message_from_the_phone_app_is_staffs_and_pauses(talking: World) -> None:
    talking.say("c'è Anna?")
    talking.run_until_quiet()
    answered = len(talking.texts())
    talking.deliver(echo(talking, "Sono Anna"))
    contact, message = talking.contact(), written(talking, "Sono Anna")
    assert (message.author, message.direction, message.text) == ("staff", "out", "Sono Anna")
    assert (contact.paused, contact.unread, contact.attention) == (True, 0, None)
    assert contact.last_message is not None
    assert (contact.last_message.author, contact.last_message.text) == ("staff", "Sono Anna")
    talking.say("grazie")
    talking.run_until_quiet()
    assert len(talking.texts()) == answered
    assert talking.inbound("grazie").status == "left_to_staff"


def test_answer_under_way_is_dropped_when_staff_write_in_the_app(talking: World) -> None:
    talking.say("avete il formato da 5 litri?")
    talking.assistant.during = lambda: talking.deliver(echo(talking, "Sono Anna"))
    talking.run_until_quiet()
    assert talking.inbound("avete il formato da 5 litri?").status == "left_to_staff"


def test_assistant_is_told_later_what_staff_wrote_in_the_app(talking: World) -> None:
    talking.deliver(echo(talking, "Il prezzo è 12 euro"))
    assert talking.contact().context == [echo_id("Il prezzo è 12 euro")]


def test_same_echo_twice_is_one_message_and_one_of_ours_is_none(talking: World) -> None:
    task = echo(talking, "Sono Anna")
    talking.deliver(task)
    epoch = talking.contact().updated_at
    talking.deliver(task)
    ours = next(one for one in talking.store.messages.recent(talking.contact().id, 10) if one.author == "assistant")
    assert ours.whatsapp_id
    talking.deliver(echo(talking, ours.whatsapp_id))
    assert talking.contact().updated_at == epoch


def test_first_word_of_staff_to_somebody_new_makes_a_contact_without_an_answer(world: World) -> None:
    world.deliver(echo(world, "Buongiorno, è pronto"))
    world.run_until_quiet()
    assert world.contact().paused
    assert world.texts() == []


def test_echo_that_comes_after_the_customers_next_word_hides_nothing(talking: World) -> None:
    late = echo(talking, "Sono Anna")
    talking.clock.advance(60)
    talking.say("pronto?")
    talking.run_until_quiet()
    talking.deliver(late)
    last = talking.contact().last_message
    assert last is not None
    assert last.text != "Sono Anna"
    assert talking.contact().paused


def test_edit_and_revoke_in_the_app_change_what_was_written(talking: World) -> None:
    talking.deliver(echo(talking, "Costa 21"))
    new = {"original_message_id": "Costa 21", "message": {"type": "text", "text": {"body": "Costa 12"}}}
    talking.clock.advance(1)
    talking.deliver(echo(talking, "edit", "edit", edit=new))
    assert (written(talking, "Costa 21").text, len(written(talking, "Costa 21").earlier)) == ("Costa 12", 1)
    talking.clock.advance(1)
    talking.deliver(echo(talking, "revoke", "revoke", revoke={"original_message_id": "Costa 21"}))
    assert written(talking, "Costa 21").revoked_at
    assert talking.contact().context == []


def test_edit_that_overtakes_its_message_waits_for_it(talking: World) -> None:
    new = {"original_message_id": "Costa 21", "message": {"type": "text", "text": {"body": "Costa 12"}}}
    talking.deliver(echo(talking, "edit", "edit", edit=new))
    [again] = [item.task for item in talking.queue.tasks if isinstance(item.task, EchoTask)]
    assert again.attempt == 1


def test_reaction_in_the_app_is_shown_and_makes_no_pause(talking: World) -> None:
    [said] = [task for task in [talking.message("buongiorno")] if isinstance(task, MessageTask)]
    talking.deliver(echo(talking, "r", "reaction", reaction={"message_id": said.message["id"], "emoji": "👍"}))
    reaction = talking.inbound("buongiorno").staff_reaction
    assert reaction is not None
    assert reaction.emoji == "👍"
    assert not talking.contact().paused


def test_echo_to_nobody_is_kept_as_an_event(world: World) -> None:
    good = echo(world, "x").echo
    bad: list[dict[str, Any]] = [{}, {**good, "to": ""}, {**good, "id": None}, {**good, "group_id": "g"}]
    for given in bad:
        world.deliver(EchoTask(echo=given))
    assert len(list(world.client.collection("events").stream())) == len(bad)


def test_echo_that_is_delivered_again_does_not_bring_an_erased_customer_back(talking: World) -> None:
    task = echo(talking, "Sono Anna")
    talking.deliver(task)
    erasure = talking.store.erasures.request(talking.contact().id, talking.clock.now())
    talking.queue.put(EraseTask(erasure_id=erasure.id))
    talking.run_until_quiet(sweeps=0)
    assert talking.deliver(task)
    assert left_of(talking, [PHONE, "Sono Anna"]) == []
