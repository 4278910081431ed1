"""What answers take is kept with what it cost: on each answer and, added up, on its customer."""

from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import pytest

from functions.process.assistant.details import ContactDetails
from functions.process.assistant.errors import AnswerInVainError
from functions.process.assistant.finished import Answer
from functions.process.runtime import Runtime
from functions.process.token_budget import TokenBudget
from functions.process.turn.memory import MAX_SEED_MESSAGES, open_conversation
from shared.model.business import Budget, BusinessSettings, Price
from shared.model.ids import inbound_id, part_id, turn_id
from shared.model.message import Message
from shared.model.usage import Usage
from tests.turns.fakes import InlinePool
from tests.turns.world import World

pytestmark = pytest.mark.emulator

ANSWER = Usage(model="m", input_tokens=900_000, cached_tokens=500_000, output_tokens=100_000)
EXTRACTION = Usage(model="m", input_tokens=100_000, output_tokens=100_000)
IN_VAIN = Usage(model="m", input_tokens=200_000)
IN_VAIN_COST = 0.2
PRICES = {"m": Price(input=1.0, cached=0.1, output=2.0)}
COST = 0.5 * 1.0 + 0.5 * 0.1 + 0.2 * 2.0


def runtime_with(world: World, prices: dict[str, Price]) -> Runtime:
    """A process whose model takes the same for each call."""
    ask, runtime = world.assistant.ask, world.runtime()

    def dear(*arguments: Any, **options: Any) -> Answer:
        return replace(ask(*arguments, **options), usage=ANSWER)

    world.assistant.ask = dear  # type: ignore[method-assign]  # a fake of ours
    world.assistant.extract = lambda text, fields: (None, EXTRACTION)  # type: ignore[method-assign]
    return with_prices(world, runtime, prices)


def with_prices(world: World, runtime: Runtime, prices: dict[str, Price]) -> Runtime:
    settings = BusinessSettings(budget=Budget(prices=prices))
    budget = TokenBudget(world.store.facts, lambda: settings, world.clock.now)
    return replace(runtime, business=lambda: settings, budget=budget)


def answer_to(world: World, name: str) -> Message:
    message = world.store.messages.get(part_id(turn_id(world.contact().id, [inbound_id(name)]), 0))
    assert message is not None
    return message


def test_answer_keeps_its_tokens_and_their_money_and_the_customer_the_sum(world: World) -> None:
    runtime = runtime_with(world, PRICES)
    for name in ("one", "two"):
        world.deliver(world.message(name), runtime)
    usage = answer_to(world, "one").usage
    assert usage is not None and usage.cost == pytest.approx(COST)
    assert (usage.model, usage.input_tokens, usage.cached_tokens, usage.output_tokens) == (
        "m",
        1_000_000,
        500_000,
        200_000,
    )
    whole = world.contact().usage
    assert whole is not None
    assert (whole.input_tokens, whole.cached_tokens, whole.output_tokens) == (2_000_000, 1_000_000, 400_000)
    assert whole.cost == pytest.approx(2 * COST)


def test_model_without_a_price_costs_tokens_and_no_money(world: World) -> None:
    world.deliver(world.message("one"), runtime_with(world, {}))
    usage = answer_to(world, "one").usage
    assert usage is not None and (usage.input_tokens, usage.cost) == (1_000_000, None)
    whole = world.contact().usage
    assert whole is not None and (whole.input_tokens, whole.cost) == (1_000_000, None)


def test_price_that_changes_later_changes_no_answer_of_before(world: World) -> None:
    world.deliver(world.message("one"), runtime_with(world, PRICES))
    world.deliver(world.message("two"), runtime_with(world, {"m": Price()}))
    whole = world.contact().usage
    assert whole is not None and whole.cost == pytest.approx(COST)
    assert [getattr(answer_to(world, name).usage, "cost", None) for name in ("one", "two")] == [
        pytest.approx(COST),
        0.0,
    ]


def test_answer_in_vain_is_part_of_the_next_ones_usage_and_of_the_customers(world: World) -> None:
    runtime = runtime_with(world, PRICES)
    world.assistant.outcomes = [AnswerInVainError("no", remote_code="loop", retryable=True, usage=IN_VAIN)]
    assert [world.deliver(world.message("one"), runtime) for _ in range(2)] == [False, True]
    for usage in (answer_to(world, "one").usage, world.contact().usage):
        assert usage is not None and usage.cost == pytest.approx(COST + IN_VAIN_COST)
        assert usage.input_tokens == 1_000_000 + IN_VAIN.input_tokens


def test_fallback_keeps_what_the_answers_in_vain_took(world: World) -> None:
    runtime = with_prices(world, world.runtime(), PRICES)
    refused = AnswerInVainError("no", remote_code="content_filter", usage=IN_VAIN)
    world.assistant.outcomes = [refused]
    world.deliver(world.message("one"), runtime)
    message = answer_to(world, "one")
    assert message.author == "system"
    for usage in (message.usage, world.contact().usage):
        assert usage is not None and usage.cost == pytest.approx(IN_VAIN_COST)


def test_summary_of_a_conversation_that_goes_on_in_a_new_one_is_part_of_the_answers_usage(world: World) -> None:
    runtime = runtime_with(world, PRICES)
    for number in range(MAX_SEED_MESSAGES // 2 + 1):
        world.deliver(world.message(f"m{number}"), runtime)
    world.assistant.summary_usage = IN_VAIN
    before = world.contact().usage
    world.clock.advance(49 * 3600)
    world.deliver(world.message("later"), runtime)
    usage, after = answer_to(world, "later").usage, world.contact().usage
    assert usage is not None and usage.cost == pytest.approx(COST + IN_VAIN_COST)
    assert before and before.cost and after and after.cost == pytest.approx(before.cost + COST + IN_VAIN_COST)


class Late(Future[Any]):
    """Not there yet for whoever does not wait for as long as it takes."""

    def result(self, timeout: float | None = None) -> Any:
        if timeout is not None:
            raise TimeoutError
        return ContactDetails(values={"first_name": "Mario"}), EXTRACTION


class LatePool(InlinePool):
    """Runs what is submitted at once, but extractions."""

    def submit(self, function: Any, /, *arguments: Any, **options: Any) -> Future[Any]:
        is_opening = function is open_conversation
        return super().submit(function, *arguments, **options) if is_opening else Late()


def test_late_extraction_that_found_something_is_counted_on_the_customer_alone(world: World) -> None:
    runtime = replace(runtime_with(world, PRICES), pool=LatePool())
    world.deliver(world.message("Mario"), runtime)
    answer, whole = answer_to(world, "Mario").usage, world.contact().usage
    assert world.contact().profile["first_name"].value == "Mario"
    assert answer and whole and answer.input_tokens == ANSWER.input_tokens
    assert whole.input_tokens == ANSWER.input_tokens + EXTRACTION.input_tokens
    assert whole.cost == pytest.approx(COST)
