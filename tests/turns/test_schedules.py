"""Seeded schedules: several processes at once, duplicates, late deliveries, crashes, clock jumps, a slow model.

`--schedules N` plays N of them (40 unless told), `--seed S` begins at S; a failure names its seed.
"""

from uuid import uuid4

import pytest

from tests.turns.scheduler import Plan, Scheduler
from tests.turns.world import World

pytestmark = pytest.mark.emulator

HICCUP_SEEDS = 10


def play(seed: int, plan: Plan | None = None) -> World:
    """Play one schedule to its end and check the promises."""
    plan = plan or Plan()
    world = World(f"test-{uuid4().hex[:20]}", burst_window_seconds=1.5)
    scheduler = Scheduler(world, plan, seed)
    world.assistant.seconds = plan.slow_model_seconds
    try:
        scheduler.run()
        world.check_promises()
        world.check_order()
    except AssertionError as error:
        raise AssertionError(f"seed {seed}: {error}") from error
    finally:
        world.close()
    return world


def test_every_schedule_keeps_the_promises(firestore_host: str, seeds: range) -> None:
    for seed in seeds:
        play(seed)


def test_store_that_fails_now_and_then_breaks_no_promise(firestore_host: str) -> None:
    """Contacts are given back in every state, also before the question, and late messages are taken along."""
    for seed in range(1, HICCUP_SEEDS + 1):
        play(seed, Plan(hiccup=0.05))
