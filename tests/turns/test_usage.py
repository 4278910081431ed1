"""What answers take is kept with what it cost: on each answer and, added up, on its customer."""

import datetime as dt
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from functions.process.assistant.finished import Answer
from functions.process.runtime import Runtime
from shared.model.business import Budget, BusinessSettings, Price
from shared.model.ids import inbound_id, part_id, turn_id
from shared.model.message import Message
from shared.model.usage import Usage
from tests.turns.fakes import START
from tests.turns.world import World

pytestmark = pytest.mark.emulator

ANSWER = Usage(model="m", input_tokens=900_000, cached_tokens=500_000, output_tokens=100_000)
EXTRACTION = Usage(model="m", input_tokens=100_000, output_tokens=100_000)
PRICES = {"m": Price(input=1.0, cached=0.1, output=2.0)}
COST = 0.5 * 1.0 + 0.5 * 0.1 + 0.2 * 2.0


def runtime_with(world: World, prices: dict[str, Price]) -> Runtime:
    """A process whose model takes the same for each call."""
    ask, runtime = world.assistant.ask, world.runtime()

    def dear(*arguments: Any, **options: Any) -> Answer:
        return replace(ask(*arguments, **options), usage=ANSWER)

    world.assistant.ask = dear  # type: ignore[method-assign]  # a fake of ours
    world.assistant.extract = lambda text, fields: (None, EXTRACTION)  # type: ignore[method-assign]
    return replace(runtime, business=lambda: BusinessSettings(budget=Budget(prices=prices)))


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


def test_day_adds_up_the_answers_of_all_customers_and_none_of_another_day(world: World) -> None:
    runtime = runtime_with(world, PRICES)
    world.deliver(world.message("one"), runtime)
    world.deliver(world.message("two", phone="393331234568"), runtime)
    world.clock.advance(24 * 3600)
    world.deliver(world.message("three"), runtime)
    days = [START.replace(hour=0) + dt.timedelta(days=day) for day in (-1, 0, 1, 2)]
    sums = [world.store.messages.usage_between(day, following) for day, following in pairwise(days)]
    assert sums[0] is None
    assert [usage and usage.input_tokens for usage in sums[1:]] == [2_000_000, 1_000_000]
    assert [usage and usage.cost for usage in sums[1:]] == [pytest.approx(2 * COST), pytest.approx(COST)]
