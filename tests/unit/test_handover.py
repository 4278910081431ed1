"""Why a customer is handed over, and what the customer is told of it."""

import datetime as dt

import pytest

from functions.process.turn.frame import framed
from functions.process.turn.handover import (
    MAX_SUMMARY_CHARACTERS,
    expected,
    handed_over,
    is_left_waiting,
    pause_minutes,
    summary_of,
)
from shared.model.business import WEEKDAYS, Business, BusinessSettings, Handover, OpeningHours, SpecialDays
from shared.model.message import Message

AT = dt.datetime(2026, 11, 28, 9, 15, tzinfo=dt.UTC)  # a Saturday, 10:15 in Rome
HOURS = OpeningHours(
    weekly={day: ["09:00-13:00", "15:30-19:00"] for day in WEEKDAYS[:6]},
    special_days=[SpecialDays(day=dt.date(2026, 12, 20), until=dt.date(2027, 1, 6))],
)
SHOP = BusinessSettings(business=Business(hours=HOURS))


def message(text: str) -> Message:
    return Message(
        id="m", contact_id="c", direction="in", author="customer", kind="text", text=text, status="new", at=AT
    )


def handed(answer: str, said: str = "Fate resi?", wants_human: bool = False, settings: BusinessSettings = SHOP):
    return handed_over(answer, [message(said)], settings, AT, "it", wants_human=wants_human)


@pytest.mark.parametrize(
    ("answer", "said", "wants_human", "reason"),
    [
        ("Entro 14 giorni.", "Fate resi?", False, None),
        ("Certo.", "vorrei parlare con una persona", False, "asked_for_human"),
        ("Certo.", "Fate resi?", True, "asked_for_human"),
        ("Non lo so.\n[[staff]]", "Fate resi?", False, "assistant_decided"),
        ("Un collega Le risponderà.", "Fate resi?", False, "promised_human"),
        ("Un collega Le risponderà.\n[[staff]]", "un operatore", False, "asked_for_human"),
    ],
)
def test_reason_is_the_surest_one(answer, said, wants_human, reason):
    assert handed(answer, said, wants_human).reason == reason


SIGNED = ["Ok.\n[[staff]]", "Ok.[[Staff]]", "[[staff]]\nOk.", "Ok. [[STAFF]]"]
MISWRITTEN = ["Ok. **[[staff]]**", "Ok. [[ staff ]]", "Ok.\n[staff]", "Ok.\n[[staff]", "Ok. _[[staff]]_"]


@pytest.mark.parametrize("answer", [*SIGNED, *MISWRITTEN])
def test_sign_never_reaches_the_customer(answer):
    assert (handed(answer).answer, handed(answer).reason) == ("Ok.", "assistant_decided")


def test_choices_stay_beside_the_sign():
    assert handed("Quando?\n[[Oggi]] [[Domani]]\n[[staff]]").answer == "Quando?\n[[Oggi]] [[Domani]]"


def test_customer_is_told_when_unless_the_answer_says_it():
    told = "Un collega Le risponderà appena possibile; siamo aperti fino alle 13:00."
    assert handed("Un collega Le risponderà.").sentence == told
    assert handed("Un collega Le risponderà domani dalle 9:00.").sentence == ""
    assert handed("Entro 14 giorni.").sentence == ""


def test_nothing_is_said_of_hours_that_nobody_knows_but_an_answer_is_never_empty():
    assert handed("Certo.", "operatore", settings=BusinessSettings()).sentence == ""
    assert handed("[[staff]]", settings=BusinessSettings()).sentence == "Un collega Le risponderà appena possibile."


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        ("2026-11-28T14:00", "Un collega Le risponderà oggi dalle 15:30."),
        ("2026-11-27T20:00", "Un collega Le risponderà domani dalle 9:00."),
        ("2026-11-28T20:00", "Un collega Le risponderà lunedì dalle 9:00."),
        ("2026-12-19T20:00", "Un collega Le risponderà giovedì 07/01 dalle 9:00."),
    ],
)
def test_person_is_expected_by_the_opening_hours(now, sentence):
    assert expected(SHOP, dt.datetime.fromisoformat(now + "+01:00"), "it") == sentence


def test_person_is_expected_in_the_customer_s_language_and_the_business_s_form():
    now = dt.datetime.fromisoformat("2026-11-27T20:00+01:00")
    assert expected(SHOP, now, "en") == "A colleague will answer you tomorrow from 9:00."
    familiar = BusinessSettings(business=Business(hours=HOURS, address_form="tu"))
    assert expected(familiar, now, "it") == "Un collega ti risponderà domani dalle 9:00."


@pytest.mark.parametrize("policy", ["answer", "tell", "wait"])
def test_only_one_policy_lets_customers_wait_and_only_out_of_hours(policy):
    settings = BusinessSettings(business=Business(hours=HOURS), handover=Handover(out_of_hours=policy))
    assert is_left_waiting(settings, AT + dt.timedelta(hours=12)) == (policy == "wait")
    assert not is_left_waiting(settings, AT)
    assert not is_left_waiting(BusinessSettings(handover=settings.handover), AT)


def test_pause_is_the_policy_s():
    assert pause_minutes(Handover(), "asked_for_human") is None
    assert pause_minutes(Handover(pause=True, pause_minutes=60), "asked_for_human") == 60
    assert pause_minutes(Handover(pause=True), "asked_for_human") == 0
    assert pause_minutes(Handover(pause=True), None) is None


def test_summary_is_one_bounded_line_of_the_last_words():
    assert summary_of([message("ciao"), message("vorrei\nun  operatore")]) == "vorrei un operatore"
    assert len(summary_of([message("x" * 5000)])) == MAX_SUMMARY_CHARACTERS
    assert summary_of([]) == ""


def test_words_of_ours_are_paragraphs_of_the_first_and_the_last_part():
    assert framed(["a"], [], "before", "after") == ["before\n\na\n\nafter"]
    assert framed(["a", "b"], [], "before", "after") == ["before\n\na", "b\n\nafter"]
    assert framed([], [], "", "after") == ["after"]
    assert framed(["a"], [], "", "") == ["a"]


@pytest.mark.parametrize(("choices", "limit"), [([], 4096), (["Sì", "No"], 1024)])
def test_words_that_do_not_fit_are_a_part_of_their_own(choices, limit):
    long = "x" * (limit - 5)
    assert framed([long], choices, "before", "") == ["before", long]
    assert framed([long], choices, "", "after!") == [long, "after!"]
    assert framed([long], choices, "abc", "") == [f"abc\n\n{long}"]
