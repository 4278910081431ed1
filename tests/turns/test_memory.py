"""What is remembered over many conversations, what that costs, and what is forgotten on purpose."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from functions.process.turn.memory import MAX_SEED_MESSAGES, MAX_SUMMARY_CHARACTERS
from local.bench.memory import MIN_SAVING, remembered, tokens_of_one
from local.bench.month import month
from local.eval.play import Stage
from local.openai_simulator import OpenAISimulator
from local.stack.simulators import OpenAI
from shared.errors import RemoteError
from shared.model.usage import Usage
from tests.turns.fakes import FakeAssistant
from tests.turns.world import World, make_settings

pytestmark = pytest.mark.emulator

TURNS = MAX_SEED_MESSAGES // 2 + 2  # one more than what a new conversation is told word by word


@dataclass
class Remembering(FakeAssistant):
    """An assistant that keeps all it is told to sum up."""

    summed_up: list[str] = field(default_factory=list)
    fails: bool = False

    def summarise(self, transcript: str) -> tuple[str, Usage]:
        if self.fails:
            raise RemoteError("no", remote_code="http_500", retryable=True)
        self.summed_up.append(transcript)
        return transcript, Usage()


@pytest.fixture
def remembering(world: World) -> Remembering:
    world.assistant = Remembering(world.clock)
    return world.assistant


def talk(world: World, texts: Sequence[str]) -> None:
    """Answer messages one by one, in a conversation that is new because two days have gone by."""
    world.clock.advance(49 * 3600)
    for text in texts:
        world.say(text)
        world.run_until_quiet(sweeps=0)
        world.clock.advance(60)


def usual(day: int) -> list[str]:
    return [f"day {day}, message {number}" for number in range(TURNS)]


def began_with(world: World) -> str:
    """Return what the present conversation was told before the customer wrote in it."""
    conversation = world.contact().conversation
    assert conversation is not None
    return world.assistant.conversations[conversation.id][0]["text"]


def test_what_was_said_on_the_first_day_begins_every_conversation(world: World, remembering: Remembering) -> None:
    talk(world, ["mia figlia è allergica al nichel", *usual(0)])
    for day in range(1, 5):
        talk(world, usual(day))
        assert "nichel" in began_with(world)


def test_message_is_summed_up_once_and_the_summary_goes_on(world: World, remembering: Remembering) -> None:
    for day in range(4):
        talk(world, usual(day))
    last = remembering.summed_up[-1]
    assert "[Notes on what came before" in last
    spoken = last.split("End of the notes.]")[-1]
    assert "day 0, message 0" not in spoken and "day 0, message 0" in last
    everything = "\n".join(text.split("End of the notes.]")[-1] for text in remembering.summed_up)
    assert all(f"customer: day 0, message {number}" in everything for number in range(TURNS))
    assert everything.count("customer: day 0, message 0\n") == 1


def test_summary_that_fails_leaves_the_old_one_and_is_made_up_for(world: World, remembering: Remembering) -> None:
    talk(world, ["nichel", *usual(0)])
    talk(world, usual(1))
    remembering.fails = True
    talk(world, usual(2))
    assert "nichel" in began_with(world)
    remembering.fails = False
    talk(world, usual(3))
    assert "nichel" in began_with(world) and "day 1, message 0" in began_with(world)


def test_summary_is_bounded(world: World, remembering: Remembering) -> None:
    talk(world, ["a" * 4_000, *usual(0)])
    for day in range(1, 6):
        talk(world, usual(day))
        conversation = world.contact().conversation
        assert conversation and len(conversation.summary) <= MAX_SUMMARY_CHARACTERS


def test_what_the_customer_takes_back_is_forgotten_by_the_summary_too(
    world: World, remembering: Remembering
) -> None:
    talk(world, ["segreto", *usual(0)])
    talk(world, usual(1))
    assert "customer: segreto" in began_with(world)
    world.happen("r", "revoke", revoke={"original_message_id": "segreto"})
    world.run_until_quiet()
    talk(world, usual(2))
    assert "customer: segreto" not in began_with(world) and "day 0, message 0" in began_with(world)


def test_reset_forgets_the_summary(world: World, remembering: Remembering) -> None:
    talk(world, ["nichel", *usual(0)])
    talk(world, usual(1))
    talk(world, ["/reset"])
    talk(world, ["ciao"])
    conversation = world.contact().conversation
    assert conversation and not conversation.summary and "nichel" not in began_with(world)


def test_month_of_six_hundred_messages_costs_a_fifth_and_forgets_nothing(world: World) -> None:
    with OpenAISimulator() as simulator:
        settings = make_settings(world.settings.google_cloud_project, openai_base_url=simulator.base_url)
        case = month(settings.model_copy(update={"rate_per_day": 0, "rate_per_minute": 0}))
        unlimited = settings.model_copy(update={"rate_per_day": 0, "rate_per_minute": 0})
        played = Stage(unlimited, world.store).play(case)
        openai = OpenAI(simulator.page_url.removesuffix("/"))
        found = remembered(case, played, openai.calls(), openai.conversations())
        answers = openai.calls("answer")
    first = [call for call in answers if call["conversation"] == answers[0]["conversation"]]
    assert found.messages == 600 and found.rotations >= 10
    assert found.saving >= MIN_SAVING
    assert found.forgotten == []
    # What is added up for one conversation is what the simulator counts as long as there is one.
    assert list(tokens_of_one(first)) == [call["input_tokens"] for call in first]
