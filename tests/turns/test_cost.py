"""What a turn costs in Firestore operations, counted on the client."""

import pytest

from local.observe.counting import Count, count_operations
from tests.turns.world import World

pytestmark = pytest.mark.emulator

# What docs/architecture.md promises.
MAX_WRITES, MAX_READS = 11, 4
FIRST_MAX_WRITES, FIRST_MAX_READS = 13, 4  # both identifiers of a new customer are linked: each has a document


def turn_cost(world: World) -> Count:
    """Count a one-message turn of a known customer, its three delivery statuses included."""
    world.settings = world.settings.model_copy(update={"burst_window_seconds": 1.5})
    world.say("hello")
    world.run_until_quiet(sweeps=0)
    count = count_operations(world.client)
    world.say("ciao")
    world.run_until_quiet(sweeps=0)
    world.queue.put(world.whatsapp.status(world.whatsapp.sent[-1].message_id, "read"))
    world.run_until_quiet(sweeps=0)
    assert world.texts() == ["re: hello", "re: ciao"]
    return count


def test_one_message_turn_stays_within_its_budget(world: World) -> None:
    count = turn_cost(world)
    assert count.writes <= MAX_WRITES, count.calls
    assert count.reads <= MAX_READS, count.calls


def test_uncontended_turn_uses_no_transaction(world: World) -> None:
    assert turn_cost(world).transactions == 0


def test_first_message_of_a_customer_stays_within_its_budget_too(world: World) -> None:
    world.store.identities.document_id("")  # makes the key of the ids, once and for all
    count = count_operations(world.client)
    world.say("ciao")
    world.run_until_quiet(sweeps=0)
    world.queue.put(world.whatsapp.status(world.whatsapp.sent[-1].message_id, "read"))
    world.run_until_quiet(sweeps=0)
    assert count.writes <= FIRST_MAX_WRITES, count.calls
    assert count.reads <= FIRST_MAX_READS, count.calls
