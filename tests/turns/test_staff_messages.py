"""Messages of staff: sent once, in doubt as careful as an answer, and known to the assistant."""

import pytest

from shared.dashboard.conversations import Desk, write_message
from shared.envelope import SendTask
from shared.errors import SendFailedError, WindowClosedError
from shared.message import Message
from tests.turns.fakes import Crash, crash_at
from tests.turns.world import World

pytestmark = pytest.mark.emulator


def desk(world: World) -> Desk:
    queries, queue = None, world.queue
    return Desk(world.store, queries, queue, list, world.clock.now)  # type: ignore[arg-type]


def write(world: World, text: str = "Sono Anna", name: str = "one") -> Message:
    return write_message(desk(world), world.contact().id, name, text, "anna@example.com")


@pytest.fixture
def talking(world: World) -> World:
    """A world in which one customer has been answered."""
    world.say("ciao")
    world.run_until_quiet(sweeps=0)
    return world


def status_of(world: World, message: Message) -> str:
    stored = world.store.get_message(message.id)
    assert stored is not None
    return stored.shown_status


def test_message_written_twice_under_one_id_is_sent_once(talking: World) -> None:
    first, again = write(talking), write(talking)
    talking.run_until_quiet()
    assert first.id == again.id
    assert talking.texts() == ["re: ciao", "Sono Anna"]
    assert status_of(talking, first) == "delivered"


def test_task_delivered_twice_sends_once(talking: World) -> None:
    message = write(talking)
    talking.queue.put(SendTask(message_id=message.id))
    talking.run_until_quiet()
    assert talking.texts() == ["re: ciao", "Sono Anna"]


def test_assistant_knows_what_staff_wrote(talking: World) -> None:
    message = write(talking)
    talking.run_until_quiet()
    assert talking.contact().context == [message.id]


def test_message_outside_the_window_is_refused(talking: World) -> None:
    talking.clock.advance(25 * 3600)
    with pytest.raises(WindowClosedError):
        write(talking)


def test_message_accepted_before_the_window_closed_stays_accepted(talking: World) -> None:
    message = write(talking)
    talking.clock.advance(25 * 3600)
    assert write(talking).id == message.id


@pytest.mark.parametrize("point", ["whatsapp.send_text before", "whatsapp.send_text after"])
def test_crash_around_the_post_sends_once(talking: World, point: str) -> None:
    message = write(talking)
    task = talking.queue.tasks.pop().task
    with pytest.raises(Crash):
        talking.deliver(task, talking.runtime(gate=crash_at(point)))
    talking.clock.advance(5)
    talking.queue.put(task)
    talking.run_until_quiet(sweeps=3)
    assert talking.texts() == ["re: ciao", "Sono Anna"]
    assert status_of(talking, message) == "delivered"


def test_lost_task_is_found_by_the_sweep(talking: World) -> None:
    write(talking)
    talking.queue.tasks.clear()
    talking.run_until_quiet(sweeps=2)
    assert talking.texts() == ["re: ciao", "Sono Anna"]


def test_send_that_nobody_confirms_is_made_once_more_and_then_flagged(talking: World) -> None:
    talking.whatsapp.outcomes = ["lost", "lost"]
    message = write(talking)
    talking.run_until_quiet(sweeps=3)
    assert talking.texts() == ["re: ciao"]
    assert status_of(talking, message) == "unknown"
    attention = talking.contact().attention
    assert attention is not None and attention.reason == "unknown_delivery"


def test_busy_whatsapp_is_tried_again(talking: World) -> None:
    talking.whatsapp.outcomes = [SendFailedError("busy", remote_code="131016", retryable=True)]
    message = write(talking)
    talking.run_until_quiet()
    assert status_of(talking, message) == "delivered"


def test_refusal_is_recorded_and_flagged(talking: World) -> None:
    talking.whatsapp.outcomes = [SendFailedError("outside the window", remote_code="131047")]
    message = write(talking)
    talking.run_until_quiet()
    stored = talking.store.get_message(message.id)
    assert stored is not None and stored.error == {"code": "131047", "message": "outside the window"}
    attention = talking.contact().attention
    assert attention is not None and attention.reason == "send_failed"
