"""The crash matrix: the process dies at every boundary, alone and in every pair, and is delivered to again.

A boundary is the moment before or after a call of the store, OpenAI, WhatsApp or the queue. The points are not
listed by hand: an undisturbed run names them, so that a new call brings its own.
"""

from dataclasses import replace
from itertools import product
from uuid import uuid4

import pytest

from tests.turns.fakes import Crash
from tests.turns.world import World

pytestmark = pytest.mark.emulator

BLOCKS = 6  # of pairs, which several processes can share
EVERY = 6  # one pair of so many is played, each point in both places: all of them take minutes
LONG_ANSWER = "a" * 4000 + "\n\n" + "b" * 100


class Points:
    """A gate that numbers the points of one delivery, and kills the process at one of them."""

    def __init__(self, fatal: int | None = None) -> None:
        self.names: list[str] = []
        self._fatal = fatal
        self._dead = False

    def __call__(self, name: str) -> None:
        self.names.append(name)
        self._dead = self._dead or len(self.names) - 1 == self._fatal
        if self._dead:
            raise Crash(name)


def deliver_with_crashes(world: World, fatal: tuple[int | None, ...], *, late: bool = False) -> list[Points]:
    """Deliver a message; each delivery dies at its point, and the queue delivers again: at once, or `late`.

    Late is when the lease is over, by a delivery that knows nothing of the one before.
    """
    world.say("ciao")
    entry = world.queue.tasks.pop()
    task, delivery = entry.task, entry.delivery
    gates = [Points(point) for point in fatal]
    for gate in gates:
        try:
            world.deliver(task, world.runtime(gate=gate), delivery)
        except Crash:
            world.clock.advance(world.settings.lease_seconds + 30 if late else 0.2)
        if not late:
            delivery = replace(delivery, attempt=delivery.attempt + 1, previous_response=503)
    world.queue.put(task, delivery=None if late else delivery)
    world.run_until_quiet(sweeps=3)
    return gates


@pytest.fixture(scope="module")
def points(firestore_host: str) -> int:
    """How many points an undisturbed delivery passes."""
    world = World(f"test-{uuid4().hex[:20]}")
    (gate,) = deliver_with_crashes(world, (None,))
    world.close()
    assert {"whatsapp.send_text before", "assistant.ask after", "store.commit before"} <= set(gate.names)
    return len(gate.names)


def crash_world(
    world: World, fatal: tuple[int, ...], *, sent_unseen: bool = False, late: bool = False
) -> list[Points]:
    gates = deliver_with_crashes(world, fatal, late=late)
    world.check_promises(tolerated=1 if sent_unseen else 0)
    assert world.inbound("ciao").status == "answered"
    return gates


@pytest.mark.parametrize("late", [False, True], ids=["at once", "late"])
def test_process_that_dies_at_any_point_answers_once(firestore_host: str, points: int, late: bool) -> None:
    for point in range(points):
        world = World(f"test-{uuid4().hex[:20]}")
        gates = crash_world(world, (point,), late=late)
        assert len(world.texts()) == 1, gates[0].names[-1]
        world.close()


@pytest.mark.parametrize("block", range(BLOCKS))
def test_processes_that_die_at_any_two_points_answer_once(firestore_host: str, points: int, block: int) -> None:
    for first, second in product(range(block, points, BLOCKS), range(points)):
        if (first + second) % EVERY:
            continue
        world = World(f"test-{uuid4().hex[:20]}")
        gates = crash_world(world, (first, second))
        assert len(world.texts()) == 1, [gate.names[-1] for gate in gates]
        world.close()


def test_crash_between_parts_of_a_long_answer_repeats_no_part(firestore_host: str) -> None:
    point, done = 0, False
    while not done:
        world = World(f"test-{uuid4().hex[:20]}")
        world.assistant.split = LONG_ANSWER
        gates = deliver_with_crashes(world, (point,))
        assert [text[0] for text in world.texts()] == ["a", "b"], gates[0].names[-1]
        done = point >= len(gates[0].names)
        point += 1
        world.close()


def test_crash_after_a_send_whose_status_never_comes_is_the_one_duplicate(firestore_host: str, points: int) -> None:
    """The residual risk: the send left, nobody will ever tell, and the policy is to send once more."""
    duplicates = []
    for point in range(points):
        world = World(f"test-{uuid4().hex[:20]}")
        world.whatsapp.statuses = False
        gates = crash_world(world, (point,), sent_unseen=True)
        if len(world.texts()) > 1:
            duplicates.append(gates[0].names[-1])
        world.close()
    assert duplicates == ["whatsapp.send_text after", "store.commit before"]
