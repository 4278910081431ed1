"""The numbers of the day: what a whole turn leaves in them, once, and what they cost."""

import datetime as dt

import pytest

from local.observe.counting import count_operations
from shared.errors import StoreUnavailableError
from shared.model.day_counts import DayCounts
from shared.store.stats import Stats
from shared.store.store import Store
from shared.store.tally import Tally
from tests.turns.world import World

pytestmark = pytest.mark.emulator


@pytest.fixture
def tally(world: World, monkeypatch: pytest.MonkeyPatch) -> Tally:
    """Count what the world's processes do, as the product's own do."""
    tally = Tally(Stats(world.client), world.business, world.clock.now)
    world.store = Store(world.client, tally.count)
    return tally


def numbers(world: World) -> dict[str, DayCounts]:
    days = {world.clock.now().date() + dt.timedelta(days=number) for number in (-1, 0, 1)}
    return world.store.stats.of(days)


def test_turns_of_a_customer_are_counted_once(world: World, tally: Tally) -> None:
    world.say("ciao")
    world.run_until_quiet(sweeps=0)
    world.say("ancora")
    world.queue.put(world.message("ancora"))  # WhatsApp delivers again
    world.run_until_quiet(sweeps=0)
    tally.flush()
    (counts,) = numbers(world).values()
    waits = {name for name in counts if name.startswith("answer_wait_")}
    assert {name: count for name, count in counts.items() if name not in waits} == {
        "messages": 2,
        "conversations": 1,
        "answers": 2,
    }
    assert sum(counts[name] for name in waits) == 2


def test_day_is_the_business_s_own(world: World, tally: Tally) -> None:
    world.clock.advance((dt.datetime(2030, 1, 5, 23, 30, tzinfo=dt.UTC) - world.clock.now()).total_seconds())
    world.say("ciao")  # half past midnight in Rome
    world.run_until_quiet(sweeps=0)
    tally.flush()
    assert list(numbers(world)) == ["2030-01-06"]


def test_many_turns_of_a_minute_cost_one_write(world: World, tally: Tally) -> None:
    count = count_operations(world.client)
    world.say("ciao")
    world.run_until_quiet(sweeps=0)
    before = count.writes
    tally.flush()
    tally.flush()
    assert count.writes == before + 1


def test_minute_later_the_numbers_are_written_by_themselves(world: World, tally: Tally) -> None:
    world.say("ciao")
    world.run_until_quiet(sweeps=0)
    assert numbers(world) == {}
    world.clock.advance(61)
    world.say("ancora")
    world.run_until_quiet(sweeps=0)
    (counts,) = numbers(world).values()
    assert counts["messages"] == 2


def test_numbers_that_cannot_be_written_are_kept(
    world: World, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.say("ciao")
    world.run_until_quiet(sweeps=0)
    with monkeypatch.context() as patch:
        patch.setattr(Stats, "add", refuse)
        tally.flush()
    assert numbers(world) == {}
    tally.flush()
    (counts,) = numbers(world).values()
    assert counts["messages"] == 1


def refuse(*_arguments: object) -> None:
    raise StoreUnavailableError("away")
