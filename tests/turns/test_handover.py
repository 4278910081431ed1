"""Customers are handed over to a person, introduced to the assistant once, and told the time."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from functions.process.assistant.details import ContactDetails
from functions.process.turn.handover import handed_over
from shared.model.business import WEEKDAYS, Business, BusinessSettings, Handover, OpeningHours, Privacy
from tests.turns.test_late_extraction import NOTHING, late
from tests.turns.world import World

pytestmark = pytest.mark.emulator

# The clock begins on a Sunday at 10:00 in Rome.
WEEKDAYS_ONLY = OpeningHours(weekly={day: ["09:00-18:00"] for day in WEEKDAYS[:5]})
CLOSED = BusinessSettings(business=Business(hours=WEEKDAYS_ONLY))
ASKS = replace(NOTHING, wants_human=True)
TOMORROW = "Un collega Le risponderà domani dalle 9:00."


def say(world: World, text: str) -> None:
    world.say(text)
    world.run_until_quiet(sweeps=0)


def with_policy(**policy: Any) -> BusinessSettings:
    return replace(CLOSED, handover=Handover(**policy))


def test_request_is_flagged_with_a_summary_answered_and_told_when(world: World) -> None:
    world.shop = CLOSED
    say(world, "vorrei parlare con una persona")
    contact = world.contact()
    assert contact.attention and contact.attention.reason == "asked_for_human"
    assert contact.attention.summary == "vorrei parlare con una persona"
    assert world.texts() == [f"re: vorrei parlare con una persona\n\n{TOMORROW}"]
    assert not contact.paused


def test_usual_policy_answers_on(world: World) -> None:
    say(world, "operatore")
    say(world, "ci siete?")
    assert world.texts() == ["re: operatore", "re: ci siete?"]
    assert world.inbound("ci siete?").status == "answered"


@pytest.mark.parametrize("details", [None, ASKS])
def test_model_s_word_counts_as_much_as_the_customer_s(world: World, details: ContactDetails | None) -> None:
    world.assistant.details = details
    say(world, "e allora?")
    assert bool(world.contact().attention) == (details is not None)


def test_assistant_decides_with_a_sign_that_nobody_sees(world: World) -> None:
    world.assistant.split = "Non lo so, chiedo.\n[[staff]]"
    say(world, "fate resi?")
    assert world.texts() == ["Non lo so, chiedo."]
    attention = world.contact().attention
    assert attention and (attention.reason, attention.summary) == ("assistant_decided", "fate resi?")


def test_promise_is_flagged(world: World) -> None:
    world.assistant.split = "Un collega Le risponderà."
    say(world, "fate resi?")
    attention = world.contact().attention
    assert attention and attention.reason == "promised_human"


@pytest.mark.parametrize(
    ("answer", "is_right"),
    [
        ("Un collega La ricontatterà oggi stesso.", False),
        ("Le risponderà un collega domani mattina.", True),
        ("Le risponderà un collega domani.", True),
        ("Le risponderà un collega domani sera.", False),
        ("Ti richiamiamo martedì alle 10.", True),
    ],
)
def test_promised_time_stands_only_if_the_business_is_then_open(world: World, answer: str, is_right: bool) -> None:
    world.shop = CLOSED
    world.assistant.split = answer
    say(world, "fate resi?")
    assert world.texts() == [answer if is_right else f"{answer}\n\n{TOMORROW}"]


SATURDAY = dt.datetime.fromisoformat("2026-11-28T20:00+01:00")  # closed until Monday at 9:00
MONDAY = "Un collega Le risponderà lunedì dalle 9:00."


@pytest.mark.parametrize(
    "answer",
    [
        "Un collega La ricontatterà oggi stesso.",
        "Le risponderà un collega domani mattina.",
        "Le risponderà un collega.",
        "Un collega La chiamerà stasera alle 21:00.",
        "Le risponderà un collega domenica o lunedì.",
        "Le risponderà un collega dalle 9:00.",
        "Un collega Le risponderà lunedì alle 8:30.",
        "Un collega Le risponderà lunedì sera.",
        "A colleague will call you on Monday at 9 pm.",
        "Un compañero le responderá mañana por la mañana.",
        "Un collègue vous répondra demain.",
        "Ein Kollege antwortet Ihnen heute.",
        "Um colega vai responder-lhe amanhã.",
    ],
)
def test_promise_that_the_hours_do_not_bear_out_is_put_right(answer: str) -> None:
    assert handed_over(answer, [], CLOSED, SATURDAY, "it", wants_human=False).sentence == MONDAY


@pytest.mark.parametrize(
    "answer",
    [
        "Un collega Le risponderà lunedì dalle 9:00.",
        "Oggi e domani siamo chiusi, un collega Le risponderà lunedì mattina.",
        "Oggi siamo chiusi ma Le risponderà un collega lunedì.",
        "Le risponderà un collega dopodomani.",
        "La richiameremo martedì pomeriggio.",
        "A colleague will call you on Monday at 2 pm.",
        "Un compañero le responderá pasado mañana por la mañana.",
        "Un collègue vous répondra lundi dès 9h.",
        "Ein Kollege antwortet Ihnen am Montag ab 9:00 Uhr.",
        "Um colega vai responder-lhe segunda-feira a partir das 9:00.",
    ],
)
def test_promise_that_the_hours_bear_out_stands(answer: str) -> None:
    assert not handed_over(answer, [], CLOSED, SATURDAY, "it", wants_human=False).sentence


def test_pause_begins_after_the_answer_and_ends_by_itself(world: World) -> None:
    world.shop = with_policy(pause=True, pause_minutes=60)
    say(world, "operatore")
    assert world.inbound("operatore").status == "answered" and len(world.texts()) == 1
    until = world.contact().paused_until
    assert world.contact().paused and until
    say(world, "ci siete?")
    assert world.inbound("ci siete?").status == "left_to_staff"
    world.clock.advance(3600)
    say(world, "buongiorno")
    assert world.inbound("buongiorno").status == "answered"
    assert not world.contact().paused and world.contact().paused_until is None


def test_message_that_comes_while_a_customer_is_handed_over_is_for_staff(world: World) -> None:
    world.shop = with_policy(pause=True)

    def write_on() -> None:
        world.assistant.during = None
        world.received.append(("393331234567", "anzi no"))
        world.deliver(world.message("anzi no"))

    world.assistant.during = write_on
    say(world, "operatore")
    assert world.inbound("operatore").status == "answered"
    assert world.inbound("anzi no").status == "left_to_staff"
    assert world.contact().paused and world.contact().paused_until is None


def test_late_extraction_pauses_too(world: World) -> None:
    world.shop = with_policy(pause=True, pause_minutes=60)
    world.assistant.details = ASKS
    assert world.deliver(world.message("e allora?"), late(world))
    contact = world.contact()
    assert contact.attention and contact.attention.reason == "asked_for_human" and contact.paused_until


def test_out_of_hours_customers_wait_for_staff_by_policy(world: World) -> None:
    world.shop = with_policy(out_of_hours="wait")
    say(world, "fate resi?")
    assert (world.texts(), world.inbound("fate resi?").status) == ([], "left_to_staff")
    attention = world.contact().attention
    assert attention and (attention.reason, attention.summary) == ("out_of_hours", "fate resi?")
    say(world, "/help")
    assert len(world.texts()) == 1
    world.clock.advance(24 * 3600)
    say(world, "ora?")
    assert world.inbound("ora?").status == "answered"


def test_introduction_comes_once_before_the_first_answer(world: World) -> None:
    world.shop = BusinessSettings(first_contact={"it": "Sono l'assistente virtuale di *Aurora*."})
    say(world, "ciao")
    say(world, "e poi?")
    assert world.texts() == ["Sono l'assistente virtuale di *Aurora*.\n\nre: ciao", "re: e poi?"]
    assert world.contact().introduced_at
    assert (
        "a text above it says" in world.assistant.told[0]
        and "This is your first answer" not in world.assistant.told[1]
    )


def test_text_that_does_not_say_it_is_an_ai_is_followed_by_ours(world: World) -> None:
    notice = Privacy(notice_url="https://aurora.example/p")
    world.shop = BusinessSettings(first_contact={"it": "Benvenuti da Aurora!"}, privacy=notice)
    say(world, "ciao")
    (text,) = world.texts()
    assert text.startswith("Benvenuti da Aurora!\nLe risponde un assistente virtuale, un'intelligenza artificiale")
    assert "https://aurora.example/p\n\nre: ciao" in text


def test_notice_alone_makes_a_fixed_introduction(world: World) -> None:
    world.shop = BusinessSettings(privacy=Privacy(notice_url="https://aurora.example/p"))
    say(world, "ciao")
    (text,) = world.texts()
    assert text.startswith("Le risponde un assistente virtuale") and "https://aurora.example/p\n\nre: ciao" in text


def test_notice_comes_before_a_first_answer_of_our_own_and_then_no_more(world: World) -> None:
    world.shop = BusinessSettings(privacy=Privacy(notice_url="https://aurora.example/p"))
    say(world, "/privacy")
    say(world, "/help")
    say(world, "ciao")
    privacy, told, answer = world.texts()
    assert privacy.count("https://aurora.example/p") == 1 and not privacy.startswith("Le risponde")
    assert told.startswith("Le risponde un assistente virtuale") and "https://aurora.example/p\n\nMi scriva" in told
    assert answer == "re: ciao"
    assert "This is your first answer" not in world.assistant.told[0]


def test_stop_as_the_first_word_is_confirmed_without_an_introduction(world: World) -> None:
    world.shop = BusinessSettings(privacy=Privacy(notice_url="https://aurora.example/p"))
    say(world, "stop")
    assert [text.startswith("Va bene, non Le scriveremo più") for text in world.texts()] == [True]


def test_without_either_the_model_introduces_itself(world: World) -> None:
    say(world, "ciao")
    say(world, "e poi?")
    assert world.texts() == ["re: ciao", "re: e poi?"]
    assert "that you are an AI" in world.assistant.told[0]
    assert "This is your first answer" in world.assistant.told[0]
    assert "This is your first answer" not in world.assistant.told[1]


def test_message_after_a_pause_carries_its_time(world: World) -> None:
    say(world, "ciao")
    world.clock.advance(600)
    say(world, "domani siete aperti?")
    world.clock.advance(24 * 3600)
    say(world, "e oggi?")
    first, second, third = world.assistant.asked
    assert (first, second) == ("ciao", "domani siete aperti?")
    assert third.startswith("[Monday 23 November 2026, 10:1") and third.endswith("] e oggi?")
    assert "Now: Monday 23 November 2026" in world.assistant.told[-1]


def test_what_staff_were_left_carries_no_time_twice(world: World) -> None:
    say(world, "ciao")
    world.change(paused=True)
    world.clock.advance(2 * 3600)
    say(world, "uno")
    world.change(paused=False)
    world.clock.advance(dt.timedelta(hours=3).total_seconds())
    say(world, "due")
    context, asked = world.assistant.given[-1][-2:]
    assert context["content"] == "uno"
    assert asked["content"][0]["text"].startswith("[Sunday 22 November 2026, 15:0")
