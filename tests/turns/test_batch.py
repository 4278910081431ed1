"""Events that came many at once: each is worked on as if it had come alone, and none is lost."""

import pytest

from functions.process import batch
from functions.process.batch import run_batch
from shared.errors import StoppingError, StoreUnavailableError
from shared.queue.tasks import BatchTask, InboundTask, MessageTask, RawTask
from tests.turns.fakes import Crash, crash_at
from tests.turns.world import World

pytestmark = pytest.mark.emulator


def said(world: World, count: int) -> list[MessageTask]:
    """So many messages of twenty customers."""
    tasks = []
    for number in range(count):
        phone = f"39333{number % 20:07}"
        world.received.append((phone, f"m{number}"))
        tasks.append(world.message(f"m{number}", phone=phone))
    return tasks


def batch_of(tasks: list[MessageTask]) -> BatchTask:
    return BatchTask(items=list(tasks))


def test_batch_of_messages_is_answered_in_order(world: World) -> None:
    world.queue.put(batch_of(said(world, 40)))
    world.run_until_quiet()
    world.check_promises()
    world.check_order()
    assert len(world.whatsapp.sent) == 40


def test_batch_whose_process_dies_is_taken_up_again_and_nothing_is_answered_twice(world: World) -> None:
    task = batch_of(said(world, 6))
    for point in ("assistant.ask after", "store.commit after"):
        with pytest.raises(Crash):
            world.deliver(task, world.runtime(gate=crash_at(point)))
        world.clock.advance(world.settings.lease_seconds + 1)
    world.queue.put(task)
    world.run_until_quiet()
    world.check_promises()


def test_item_that_goes_wrong_gets_a_task_of_its_own_and_costs_its_neighbours_nothing(world: World) -> None:
    items: list[InboundTask] = [RawTask(field="f", value=number) for number in range(4)]
    done = []

    def run(item: InboundTask) -> None:
        if item in (items[1], items[2]):
            raise StoreUnavailableError("away") if item == items[1] else ZeroDivisionError
        done.append(item)

    run_batch(world.runtime(), BatchTask(items=items), run)
    assert done == [items[0], items[3]]
    assert [entry.task for entry in world.queue.tasks] == [items[1], items[2]]


def test_batch_goes_on_in_another_task_when_its_time_is_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "SECONDS", -1.0)
    items: list[InboundTask] = [RawTask(field="f", value=number) for number in range(3)]
    done: list[InboundTask] = []
    run_batch(world.runtime(), BatchTask(items=items), done.append)
    assert done == items[:1]
    assert [entry.task for entry in world.queue.tasks] == [BatchTask(items=items[1:])]


def test_batch_in_a_process_that_ends_is_delivered_again_as_a_whole(world: World) -> None:
    def run(item: InboundTask) -> None:
        raise StoppingError("the end is near")

    with pytest.raises(StoppingError):
        run_batch(world.runtime(), BatchTask(items=[RawTask(field="f", value=1)]), run)
    assert not world.queue.tasks
