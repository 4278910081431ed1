"""STOP, START, blocked customers and those who write too much: who is answered, what it costs, who is told."""

import datetime as dt
from dataclasses import replace
from typing import Any, cast

import pytest

from shared.model.business import Limits
from shared.model.ids import inbound_id
from shared.model.turn import MAX_CONTEXT_MESSAGES
from shared.queue.tasks import MediaTask, MessageTask
from tests.turns.test_late_extraction import NOTHING
from tests.turns.world import PHONE, World

pytestmark = pytest.mark.emulator


def write(world: World, name: str, text: str, at: dt.datetime | None = None) -> MessageTask:
    """A message whose text is not its id."""
    task = world.message(name, at=at)
    return task.model_copy(update={"message": {**task.message, "text": {"body": text}}})


def say(world: World, name: str, text: str) -> None:
    world.queue.put(write(world, name, text))
    world.run_until_quiet(sweeps=0)


def test_stop_is_confirmed_once_and_silences_what_follows(world: World) -> None:
    say(world, "m1", "Stop!")
    say(world, "m2", "STOP")
    say(world, "m3", "ciao?")
    assert [text.startswith("Va bene, non Le scriveremo più") for text in world.texts()] == [True]
    assert world.contact().opted_out
    assert [world.inbound(name).status for name in ("m1", "m2", "m3")] == [
        "answered",
        "left_to_staff",
        "left_to_staff",
    ]
    assert world.assistant.asked == []


def test_customer_who_said_stop_may_still_ask_to_be_erased(world: World) -> None:
    world.say("STOP")
    world.run_until_quiet()
    world.say("/delete ok")
    world.run_until_quiet()
    attention = world.contact().attention
    assert attention and (attention.reason, attention.summary) == ("privacy_request", "/delete ok")
    assert len(world.texts()) == 1


def test_start_resumes_after_stop(world: World) -> None:
    say(world, "m1", "stop")
    say(world, "m2", "Start")
    say(world, "m3", "ciao")
    assert not world.contact().opted_out
    assert world.texts()[1].startswith("Bentornato")
    assert world.texts()[2] == "re: ciao"


@pytest.mark.parametrize("title", ["Stop", "Baja", "Parar"])
@pytest.mark.parametrize("reply", ["button_reply", "list_reply"])
def test_button_that_the_assistant_offered_is_an_answer_and_no_stop(world: World, title: str, reply: str) -> None:
    say(world, "m1", "ciao")
    pressed = {"type": reply, reply: {"id": "1", "title": title}}
    world.happen("m2", "interactive", interactive=pressed, context={"id": "wamid.of.the.answer"})
    world.run_until_quiet()
    assert not world.contact().opted_out
    assert (world.inbound("m2").directive, world.texts()[-1]) == (None, f"re: {title}")


def test_button_of_a_template_that_says_stop_is_a_stop(world: World) -> None:
    world.happen("m1", "button", button={"text": "Stop promotions", "payload": "STOP"})
    world.run_until_quiet()
    assert world.contact().opted_out


def test_button_pressed_after_stop_is_no_start(world: World) -> None:
    say(world, "m1", "stop")
    world.happen("m2", "interactive", interactive={"type": "button_reply", "button_reply": {"title": "Start"}})
    world.run_until_quiet()
    assert world.contact().opted_out


def test_start_without_stop_is_an_ordinary_message(world: World) -> None:
    say(world, "m1", "start")
    assert world.texts() == ["re: start"]


def test_stop_while_an_answer_is_written_holds_the_answer_back(world: World) -> None:
    def stop() -> None:
        world.assistant.during = None
        world.deliver(write(world, "m2", "stop"))

    world.assistant.during = stop
    say(world, "m1", "ciao")
    assert len(world.texts()) == 1 and world.texts()[0].startswith("Va bene")
    assert world.inbound("m1").status == "left_to_staff"
    assert world.inbound("m2").status == "answered"


def test_stop_reaches_a_customer_whom_staff_took_over(world: World) -> None:
    say(world, "m1", "ciao")
    world.change(paused=True)
    say(world, "m2", "stop")
    assert world.contact().opted_out
    assert len(world.texts()) == 2


def test_stop_that_comes_after_a_later_start_changes_nothing(world: World) -> None:
    say(world, "m1", "stop")
    late = write(world, "m2", "stop")
    world.clock.advance(60)
    say(world, "m3", "start")
    world.queue.put(late)
    world.run_until_quiet()
    assert not world.contact().opted_out


def test_stop_that_comes_days_late_is_obeyed_without_a_word(world: World) -> None:
    world.queue.put(write(world, "m1", "stop", at=world.clock.now() - dt.timedelta(days=2)))
    world.run_until_quiet()
    assert world.contact().opted_out
    assert world.texts() == []


def test_customer_who_opted_out_is_not_sent_a_waiting_answer(world: World) -> None:
    say(world, "m1", "ciao")
    world.change(opted_out=True)
    say(world, "m2", "ci sei?")
    assert world.texts() == ["re: ciao"]


def test_blocked_customer_costs_nothing(world: World) -> None:
    say(world, "m1", "ciao")
    world.change(blocked=True)
    asked, read = len(world.assistant.asked), len(world.whatsapp.read)
    say(world, "m2", "ciao")
    say(world, "m3", "stop")
    world.happen("m4", "image", image={"id": "1", "mime_type": "image/jpeg"})
    world.run_until_quiet()
    assert world.texts() == ["re: ciao"]
    assert (len(world.assistant.asked), len(world.whatsapp.read)) == (asked, read)
    assert {world.inbound(name).status for name in ("m2", "m3", "m4")} == {"left_to_staff"}


def test_customer_over_the_minute_limit_is_told_once_and_left_to_staff(world: World) -> None:
    world.settings = world.settings.model_copy(update={"rate_per_minute": 2})
    for number in range(1, 6):
        say(world, f"m{number}", f"ciao {number}")
    texts = world.texts()
    assert texts[:2] == ["re: ciao 1", "re: ciao 2"]
    assert len(texts) == 3 and texts[2].startswith("Ho ricevuto molti messaggi")
    assert [world.inbound(f"m{number}").status for number in range(1, 6)] == [
        *["answered"] * 2,
        *["left_to_staff"] * 3,
    ]
    attention = world.contact().attention
    assert attention and attention.reason == "rate_limited"
    assert len(world.assistant.asked) == 2


def test_limits_of_the_business_go_before_those_of_the_environment(world: World) -> None:
    world.settings = world.settings.model_copy(update={"rate_per_minute": 9, "rate_per_day": 9})
    world.shop = replace(world.shop, limits=Limits(messages_per_minute=0, messages_per_day=1))
    say(world, "m1", "uno")
    say(world, "m2", "due")
    assert [world.inbound(name).status for name in ("m1", "m2")] == ["answered", "left_to_staff"]


def test_customer_under_the_limit_again_is_answered_and_the_model_knows_the_rest(world: World) -> None:
    world.settings = world.settings.model_copy(update={"rate_per_minute": 1})
    say(world, "m1", "uno")
    say(world, "m2", "due")
    world.clock.advance(120)
    say(world, "m3", "tre")
    assert world.texts()[-1] == "re: tre"
    told = [item["content"] for item in world.assistant.given[-1]][:-1]
    assert told == ["due", world.texts()[-2]]  # and what it was told itself


def test_customer_over_the_day_limit_is_answered_the_next_day(world: World) -> None:
    world.settings = world.settings.model_copy(update={"rate_per_day": 1})
    say(world, "m1", "uno")
    world.clock.advance(3600)
    say(world, "m2", "due")
    world.clock.advance(86_400)
    say(world, "m3", "tre")
    assert world.inbound("m2").status == "left_to_staff"
    assert world.texts()[-1] == "re: tre"


def test_customer_over_the_limit_costs_no_transcription_even_where_staff_took_over(world: World) -> None:
    world.settings = world.settings.model_copy(update={"rate_per_minute": 1})
    say(world, "m1", "uno")
    world.change(paused=True)
    world.happen("m2", "audio", audio={"id": "1", "mime_type": "audio/ogg", "voice": True})
    world.run_until_quiet(sweeps=0)
    assert (world.inbound("m2").status, world.inbound("m2").directive) == ("left_to_staff", "rate_limited")


def test_what_a_blocked_customer_writes_does_not_pile_up_for_the_model(world: World) -> None:
    say(world, "m1", "ciao")
    full = [f"{number:032x}" for number in range(MAX_CONTEXT_MESSAGES)]
    world.change(blocked=True, context=full)
    say(world, "m2", "ciao")
    assert world.contact().context == [*full[1:], world.inbound("m2").id]


def test_message_delivered_again_is_counted_once(world: World) -> None:
    world.settings = world.settings.model_copy(update={"rate_per_minute": 2})
    for _ in range(4):
        world.queue.put(write(world, "m1", "uno"))
    say(world, "m2", "due")
    assert "re: due" in world.texts()[-1]


def test_limit_of_zero_is_no_limit(world: World) -> None:
    world.settings = world.settings.model_copy(update={"rate_per_minute": 0, "rate_per_day": 0})
    for number in range(4):
        say(world, f"m{number}", f"ciao {number}")
    assert len(world.assistant.asked) == 4


# The window, and what surrounds a message


def test_window_lasts_a_day_and_three_after_an_advertisement(world: World) -> None:
    say(world, "m1", "ciao")
    began = world.inbound("m1").at
    assert world.contact().window_closes_at == began + dt.timedelta(hours=24)
    world.happen("m2", "text", text={"body": "ciao"}, referral={"source_type": "ad", "headline": "Sconto"})
    world.run_until_quiet()
    advertised = world.inbound("m2").at + dt.timedelta(hours=72)
    assert world.contact().window_closes_at == advertised
    say(world, "m3", "ciao")
    assert world.contact().window_closes_at == advertised


def test_window_is_not_opened_by_what_is_no_message(world: World) -> None:
    say(world, "m1", "ciao")
    closes = world.contact().window_closes_at
    world.clock.advance(3600)
    world.happen("m2", "reaction", reaction={"message_id": "m1", "emoji": "👍"})
    world.happen("m3", "system", system={"body": "changed", "type": "customer_identity_changed"})
    world.run_until_quiet()
    assert world.contact().window_closes_at == closes


def test_quoted_forwarded_and_advertised_messages_say_so_to_the_model(world: World) -> None:
    say(world, "m1", "Quanto costa?")
    world.happen("m2", "text", text={"body": "e questo?"}, context={"id": "m1", "from": PHONE})
    world.run_until_quiet()
    assert world.assistant.asked[-1] == '[in reply to "Quanto costa?"] e questo?'
    quoted = world.inbound("m2").quoted
    assert quoted and (quoted.id, quoted.text) == (world.inbound("m1").id, "Quanto costa?")
    world.happen("m3", "text", text={"body": "leggi"}, context={"forwarded": True})
    world.run_until_quiet()
    assert world.assistant.asked[-1] == "[forwarded] leggi"
    world.happen("m4", "text", text={"body": "ciao"}, referral={"headline": "Sconto"})
    world.run_until_quiet()
    assert world.assistant.asked[-1] == '[came from the advertisement "Sconto"] ciao'


def test_quote_of_an_unknown_message_does_no_harm(world: World) -> None:
    world.happen("m1", "text", text={"body": "e questo?"}, context={"id": "gone"})
    world.run_until_quiet()
    assert world.texts() == ["re: e questo?"]
    quoted = world.inbound("m1").quoted
    assert quoted and quoted.id is None


def test_group_message_is_recorded_and_unanswered(world: World) -> None:
    world.happen("m1", "text", text={"body": "ciao a tutti"}, group_id="group-1")
    world.run_until_quiet()
    assert world.texts() == []
    stored = world.inbound("m1")
    assert (stored.status, stored.in_group) == ("recorded", True)


def test_message_of_an_unreadable_kind_is_acknowledged_and_shown_to_staff(world: World) -> None:
    world.happen("m1", "unsupported", errors=[{"code": 131051}])
    world.run_until_quiet()
    assert world.texts()[0].startswith("Grazie, ho ricevuto il Suo messaggio, ma")
    attention = world.contact().attention
    assert attention and attention.reason == "unreadable"
    assert world.assistant.asked == []


def test_location_and_order_are_told_in_words(world: World) -> None:
    world.happen("m1", "location", location={"name": "Duomo", "latitude": 45.46, "longitude": 9.19})
    world.run_until_quiet()
    assert world.assistant.asked[-1] == "[location] Duomo, 45.46, 9.19"
    items = [{"product_retailer_id": "olio-5l", "quantity": 2, "item_price": 48.5, "currency": "EUR"}]
    world.happen("m2", "order", order={"text": "Vorrei", "product_items": items})
    world.run_until_quiet()
    assert world.assistant.asked[-1] == "[order from the catalogue] Vorrei\n2 x olio-5l, 48.50 EUR"


class NoAssistant:
    """Notes what OpenAI is asked, which should be nothing."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        self.calls.append(name)
        raise AttributeError(name)


VOICE_NOTE = {"id": "v", "mime_type": "audio/ogg; codecs=opus", "voice": True}


def test_nothing_of_a_customer_who_said_stop_reaches_openai_any_more(world: World) -> None:
    for name in ("v1", "v2"):
        world.store.files.save(inbound_id(name), b"voice", "audio/ogg")
    say(world, "m1", "ciao")
    world.change(paused=True)
    world.deliver(world.event("v1", "audio", audio=VOICE_NOTE))  # to be written down for staff, but not yet
    world.deliver(write(world, "m2", "stop"))
    world.assistant = nobody = cast(Any, NoAssistant())
    world.run_until_quiet(sweeps=0)
    world.change(paused=False)
    world.clock.advance(3 * 24 * 3600)  # so that the conversation would be rotated
    say(world, "m3", "mi chiamo Mario Rossi")
    world.happen("v2", "audio", audio=VOICE_NOTE)
    world.run_until_quiet(sweeps=0)
    world.deliver(MediaTask(message_id=inbound_id("v2"), asked=True))
    assert nobody.calls == []
    notes = [world.inbound(name) for name in ("v1", "v2")]
    assert [(note.media and note.media.state, note.transcript) for note in notes] == [("stored", None)] * 2


def test_first_words_of_all_being_stop_ask_openai_for_nothing(world: World) -> None:
    world.assistant = nobody = cast(Any, NoAssistant())
    say(world, "m1", "stop")
    assert (nobody.calls, len(world.texts())) == ([], 1)


def test_what_was_read_before_stop_and_found_after_it_is_not_kept(world: World) -> None:
    def stop() -> None:
        world.assistant.during = None
        world.deliver(write(world, "m2", "stop"))

    world.assistant.during = stop
    world.assistant.details = replace(NOTHING, values={"first_name": "Mario"})
    say(world, "m1", "mi chiamo Mario")
    assert world.contact().profile == {}
