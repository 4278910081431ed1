"""Coming back to a contact whose holder died."""

import datetime as dt

import pytest

from functions.process.turn.lease import take_lease
from functions.process.turn.run import wake
from shared.model.turn import Change, renew
from tests.turns.world import World

pytestmark = pytest.mark.emulator


def test_follow_up_of_a_lease_renewed_within_the_same_second_is_made_again(world: World) -> None:
    """A holder renews twice within one second and dies; somebody still comes back."""
    world.clock.time = dt.datetime(2030, 1, 1, 12, 0, 0, 50_000, tzinfo=dt.UTC)
    world.say("ciao")
    world.run_until_quiet(sweeps=0)
    world.change(pending=["x"])  # work that a dead holder left
    world.clock.time = dt.datetime(2030, 1, 1, 13, 0, 0, 50_000, tzinfo=dt.UTC)
    runtime = world.runtime()
    holder = take_lease(runtime, world.contact())
    assert holder
    wake(runtime, holder.contact.id)
    world.clock.advance(0.8)
    contact = world.contact()
    assert contact.lease
    world.store.commit(contact, Change(renew(contact, contact.lease.until + dt.timedelta(seconds=0.8))))
    [first] = world.queue.tasks
    world.queue.tasks.clear()
    world.clock.time = first.due
    wake(runtime, contact.id)
    assert len(world.queue.tasks) == 1
