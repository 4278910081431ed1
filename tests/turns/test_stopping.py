"""A process that is told to end, at every point of its work: another one goes on at once, and answers once."""

import threading
from uuid import uuid4

import pytest

from functions.process.runtime import Runtime
from functions.process.turn.lease import ContactLease, take_lease
from shared.errors import LeaseLostError
from shared.model.turn import Change
from shared.queue.tasks import WakeTask
from tests.turns.fakes import START
from tests.turns.world import PHONE, World

pytestmark = pytest.mark.emulator

PROMPTLY_SECONDS = 5  # no lease is waited for, and no doubt about a send
LONG_ANSWER = ("a" * 4000) + "\n\n" + ("b" * 4000)


class StopAt:
    """A gate at which the process is told to end when the call of this number comes; keeps the names of all."""

    def __init__(self, point: int | None = None, name: str = "") -> None:
        self.names: list[str] = []
        self.runtime: Runtime | None = None
        self._point, self._name = point, name

    def __call__(self, name: str) -> None:
        if threading.current_thread().name == "give-back":
            return
        self.names.append(name)
        if self.runtime and (name == self._name or len(self.names) - 1 == self._point):
            self.runtime.stopping.begin()
            wait_for_threads(0.3)  # one that waits for a write under way goes on after it


def wait_for_threads(seconds: float) -> None:
    """Wait for what is given back."""
    for thread in threading.enumerate():
        if thread.name == "give-back":
            thread.join(seconds)


def stop(world: World, gate: StopAt) -> bool:
    """Deliver a message to a process that is told to end on the way; tell whether the task is done."""
    world.received.append((PHONE, "ciao"))
    gate.runtime = world.runtime(gate)
    task = world.message("ciao")
    done = world.deliver(task, gate.runtime)
    wait_for_threads(10)
    if not done:
        world.queue.put(task, 1)
    return done


def test_process_that_is_told_to_end_at_any_point_costs_nobody_a_wait(firestore_host: str) -> None:
    point, points = 0, 1
    while point < points:
        world = World(f"test-{uuid4().hex[:20]}", burst_window_seconds=1.5)
        gate = StopAt(point)
        stop(world, gate)
        assert world.contact().lease is None, gate.names[point]
        world.run_until_quiet(sweeps=0)
        world.check_promises()
        assert world.texts() == ["re: ciao"], gate.names[point]
        assert (world.whatsapp.sent[0].at - START).total_seconds() < PROMPTLY_SECONDS, gate.names[point]
        points = max(points, len(gate.names))
        point += 1
        world.close()
    assert points > 10


def test_turn_that_waits_for_the_model_is_given_back_with_a_task_that_wakes_another(world: World) -> None:
    done = stop(world, StopAt(name="assistant.ask before"))
    assert not done
    assert WakeTask(contact_id=world.contact().id) in [entry.task for entry in world.queue.tasks]
    turn = world.contact().turn
    assert turn is not None and (turn.state, turn.attempts) == ("claimed", 1)


def test_answer_that_is_being_sent_is_finished(world: World) -> None:
    world.assistant.split = LONG_ANSWER
    assert stop(world, StopAt(name="whatsapp.send_text before"))
    assert [text[0] for text in world.texts()] == ["a", "b"]
    assert world.queue.due() == []


def test_next_turn_is_left_to_another_process(world: World) -> None:
    world.assistant.during = lambda: world.deliver(world.message("two"), world.runtime())
    world.received.append((PHONE, "two"))
    assert stop(world, StopAt(name="whatsapp.send_text before"))
    assert world.texts() == ["re: ciao"]
    assert world.contact().lease is None
    assert WakeTask(contact_id=world.contact().id) in [entry.task for entry in world.queue.tasks]


def test_nothing_is_taken_up_any_more(world: World) -> None:
    runtime = world.runtime()
    runtime.stopping.begin()
    assert not world.deliver(world.message("ciao"), runtime)
    assert list(world.client.collection("messages").stream()) == []


def test_what_was_given_back_is_written_no_more(world: World) -> None:
    world.say("ciao")
    world.run_until_quiet(sweeps=0)
    runtime = world.runtime()
    lease = take_lease(runtime, world.change(pending=["x"]))
    assert isinstance(lease, ContactLease)
    with lease:
        runtime.stopping.begin()
        wait_for_threads(10)
        assert lease.given_back
        with pytest.raises(LeaseLostError):
            lease.write(Change)


def test_contact_that_is_taken_while_the_process_ends_is_given_back_at_once(world: World) -> None:
    world.say("ciao")
    world.run_until_quiet(sweeps=0)
    runtime = world.runtime()
    lease = take_lease(runtime, world.change(pending=["x"]))
    runtime.stopping.begin()
    assert isinstance(lease, ContactLease)
    with lease:
        assert lease.given_back
