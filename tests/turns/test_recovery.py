"""Who comes after whom: a process that died is followed at once, one that may still be at work is waited for."""

import datetime as dt
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

import pytest

from functions.process.turn.deliver import MAX_PAUSE
from functions.process.turn.lease import ContactLease, take_lease
from shared.errors import RemoteError, SendFailedError, StoreUnavailableError, TokenRefusedError
from shared.model.contact import Contact
from shared.model.turn import Change
from shared.queue.tasks import Delivery, SweepTask, WakeTask
from shared.whatsapp.session import MAX_POST_SECONDS
from tests.turns.fakes import START, Crash, Gate, crash_at
from tests.turns.world import World

pytestmark = pytest.mark.emulator

FIRST = Delivery("task-a", 0)
BUSY = SendFailedError("busy", remote_code="130429", retryable=True)
REFUSED = TokenRefusedError("expired", remote_code="190", retryable=True)
AFTER_A_LOST_CONNECTION = Delivery("task-a", 1, 503)


def die(world: World, point: str) -> None:
    """Let the first delivery of a message die at a point."""
    with pytest.raises(Crash):
        world.deliver(world.message("ciao"), world.runtime(gate=crash_at(point)), FIRST)
    world.received.append(("393331234567", "ciao"))


def deliver_again(world: World, delivery: Delivery = AFTER_A_LOST_CONNECTION) -> None:
    assert world.deliver(world.message("ciao"), delivery=delivery)


def waited(world: World) -> float:
    return (world.clock.now() - START).total_seconds()


@pytest.mark.parametrize("point", ["store.commit after", "assistant.ask before", "assistant.ask after"])
def test_redelivery_of_the_task_that_died_goes_on_at_once(world: World, point: str) -> None:
    die(world, point)
    world.clock.advance(0.2)
    deliver_again(world)
    assert world.texts() == ["re: ciao"]
    world.run_until_quiet()
    world.check_promises()


@pytest.mark.parametrize(
    "delivery",
    [
        Delivery("task-a", 0, None),
        Delivery("task-a", 0, 503),
        Delivery("task-a", 1, None),
        Delivery("task-a", 1, 504),
        Delivery("task-a", 2, 503),
        Delivery("task-b", 1, 503),
        Delivery("", 1, 503),
    ],
    ids=[
        "the same attempt",
        "a copy of it",
        "after a deadline",
        "after a 504",
        "after an attempt that another one followed",
        "another task",
        "not from the queue",
    ],
)
def test_delivery_that_proves_nothing_waits_for_the_lease(world: World, delivery: Delivery) -> None:
    die(world, "assistant.ask before")
    deliver_again(world, delivery)
    assert world.texts() == []
    world.run_until_quiet()
    assert world.texts() == ["re: ciao"]
    assert waited(world) >= world.settings.lease_seconds


def test_refused_attempt_proves_nothing_of_the_one_before_it_that_passed_its_deadline(world: World) -> None:
    die(world, "assistant.ask before")
    stopping = world.runtime()
    stopping.stopping.begin()
    assert not world.deliver(world.message("ciao"), stopping, Delivery("task-a", 1, 504))
    deliver_again(world, Delivery("task-a", 2, 500))
    assert world.texts() == []
    world.run_until_quiet()
    assert world.texts() == ["re: ciao"]
    assert waited(world) >= world.settings.lease_seconds


def test_lease_that_came_from_outside_the_queue_is_waited_for(world: World) -> None:
    with pytest.raises(Crash):
        world.deliver(world.message("ciao"), world.runtime(gate=crash_at("assistant.ask before")))
    deliver_again(world, Delivery("", 1, 503))
    assert world.texts() == []


def test_post_that_may_still_be_out_is_waited_for_before_it_is_made_again(world: World) -> None:
    die(world, "whatsapp.send_text before")
    deliver_again(world)
    world.run_until_quiet(sweeps=0)
    assert world.texts() == ["re: ciao"]
    longest = MAX_POST_SECONDS + world.settings.unknown_send_seconds
    assert longest <= (world.whatsapp.sent[0].at - START).total_seconds() < longest + 5


def oversleep(world: World, meanwhile: Callable[[], object]) -> Gate:
    """A gate at which the process sleeps once, between the announcement of its answer and the POST."""
    slept: list[bool] = []

    def gate(name: str) -> None:
        if name == "store.commit after" and not slept:
            turn = world.contact().turn
            if turn and turn.state == "sending":
                slept.append(True)
                meanwhile()

    return gate


def test_post_of_a_process_that_overslept_is_waited_for_from_then_on(world: World) -> None:
    pause = MAX_PAUSE.total_seconds() + 1
    sleep, die = oversleep(world, lambda: world.clock.advance(pause)), crash_at("whatsapp.send_text before")

    def gate(name: str) -> None:
        sleep(name)
        die(name)

    with pytest.raises(Crash):
        world.deliver(world.message("ciao"), world.runtime(gate=gate))
    turn = world.contact().turn
    assert turn and turn.announced_at == START + MAX_PAUSE + dt.timedelta(seconds=1)


def test_process_that_overslept_its_lease_does_not_send_what_another_one_sent(world: World) -> None:
    def another() -> None:
        world.clock.advance(MAX_POST_SECONDS + world.settings.unknown_send_seconds + world.settings.lease_seconds)
        world.deliver(WakeTask(contact_id=world.contact().id))

    world.deliver(world.message("ciao"), world.runtime(gate=oversleep(world, another)))
    world.run_until_quiet()
    assert world.texts() == ["re: ciao"]


@pytest.mark.parametrize("error", [BUSY, REFUSED], ids=["busy", "refused token"])
@pytest.mark.parametrize("times", [1, 2])
def test_send_that_surely_failed_leaves_the_one_in_doubt_its_second_try(
    world: World, error: RemoteError, times: int
) -> None:
    world.whatsapp.outcomes = [error] * times + ["lost"]
    world.say("ciao")
    world.run_until_quiet(sweeps=4)
    assert world.texts() == ["re: ciao"]
    world.check_promises()


@pytest.mark.parametrize("error", [BUSY, REFUSED], ids=["busy", "refused token"])
def test_send_in_doubt_is_made_no_third_time_whatever_surely_failed_between(
    world: World, error: RemoteError
) -> None:
    world.whatsapp.outcomes = ["lost", error, "lost"]
    world.say("ciao")
    world.run_until_quiet(sweeps=4)
    assert world.inbound("ciao").status == "left_to_staff"
    assert world.texts() == []


def test_process_that_overslept_while_it_announced_anew_does_not_send_what_another_one_sent(world: World) -> None:
    longest = MAX_POST_SECONDS + world.settings.unknown_send_seconds + world.settings.lease_seconds
    sleep = oversleep(world, lambda: world.clock.advance(MAX_PAUSE.total_seconds() + 1))
    begun: list[str] = []

    def gate(name: str) -> None:
        if name.startswith("store.commit") and world.clock.now() > START:  # the first sleep is over
            begun.append(name)
            if begun == ["store.commit before"]:  # the time that it writes is of before this sleep
                world.clock.advance(longest)
            elif begun == ["store.commit before", "store.commit after"]:
                world.deliver(WakeTask(contact_id=world.contact().id))
        sleep(name)

    world.deliver(world.message("ciao"), world.runtime(gate=gate))
    world.run_until_quiet()
    assert begun[:2] == ["store.commit before", "store.commit after"]
    assert world.texts() == ["re: ciao"]


def test_post_that_arrived_is_settled_as_soon_as_its_status_comes(world: World) -> None:
    die(world, "whatsapp.send_text after")
    deliver_again(world)
    world.say("two")
    world.run_until_quiet(sweeps=0)
    assert world.texts() == ["re: ciao", "re: two"]
    assert (world.whatsapp.sent[1].at - START).total_seconds() < 5
    world.check_promises()


def test_doubt_ends_with_the_status_that_answers_it(world: World) -> None:
    world.whatsapp.outcomes = ["hang"]
    world.say("ciao")
    world.say("two", delay=0.5)
    world.run_until_quiet(sweeps=0)
    assert world.texts() == ["re: ciao", "re: two"]
    assert (world.whatsapp.sent[1].at - START).total_seconds() < 5


def hang(world: World, seconds: float) -> None:
    """Let the next POST arrive and be waited for in vain, while other processes work on what comes meanwhile."""
    world.whatsapp.outcomes = ["hang"]
    deliver = world.whatsapp._deliver

    def slowly(contact: Contact, text: str, message_id: str, choices: Sequence[str]) -> None:
        world.whatsapp._deliver = deliver  # type: ignore[method-assign]
        deliver(contact, text, message_id, choices)
        ends_at = world.clock.now() + dt.timedelta(seconds=seconds)
        while world.clock.now() < ends_at:
            world.clock.advance(0.5)
            for entry in world.queue.due():
                world.queue.tasks.remove(entry)
                world.deliver(entry.task, delivery=entry.delivery)

    world.whatsapp._deliver = slowly  # type: ignore[method-assign]


def test_status_that_comes_during_the_post_answers_the_doubt_at_once(world: World) -> None:
    hang(world, seconds=10)
    world.say("ciao")
    world.say("two", delay=2)
    world.run_until_quiet(sweeps=0)
    assert world.texts() == ["re: ciao", "re: two"]
    assert 10 <= (world.whatsapp.sent[1].at - START).total_seconds() < 15
    world.check_promises()


def test_status_that_nobody_waits_for_wakes_nobody(world: World) -> None:
    world.say("ciao")
    world.run_until_quiet(sweeps=0)
    world.deliver(world.whatsapp.status(world.whatsapp.sent[0].message_id, "read"))
    assert world.queue.tasks == []


@pytest.mark.parametrize("error", [ValueError("a bug"), StoreUnavailableError("away")])
def test_whatever_goes_wrong_gives_the_contact_back(world: World, error: Exception) -> None:
    world.assistant.outcomes = [error]
    with suppress(ValueError):  # a bug of ours is reported
        assert not world.deliver(world.message("ciao"))
    assert world.contact().lease is None
    assert world.contact().turn is not None


def test_rate_limit_of_a_minute_costs_nobody_an_apology(world: World) -> None:
    until = START + dt.timedelta(seconds=60)
    limited = RemoteError("slow down", remote_code="rate_limit_exceeded", retryable=True)
    world.assistant.decide = lambda: limited if world.clock.now() < until else None
    for number in range(12):
        world.say(f"m{number}", delay=5.0 * number)
    world.run_until_quiet()
    world.check_promises()
    assert {world.inbound(f"m{number}").status for number in range(12)} == {"answered"}


def test_outage_that_never_ends_is_told_to_the_customer(world: World) -> None:
    world.assistant.decide = lambda: RemoteError("away", remote_code="http_500", retryable=True)
    world.say("ciao")
    world.run_until_quiet()
    assert world.inbound("ciao").status == "failed"
    assert len(world.texts()) == 1
    assert waited(world) >= world.settings.turn_max_age_seconds


def test_turn_that_kills_its_process_each_time_is_given_up(world: World) -> None:
    for attempt in range(world.settings.turn_attempts):
        runtime = world.runtime(gate=crash_at("assistant.ask before"))
        with pytest.raises(Crash):
            world.deliver(world.message("ciao"), runtime, Delivery("task-a", attempt, 503))
    deliver_again(world, Delivery("task-a", world.settings.turn_attempts, 503))
    world.run_until_quiet()
    assert world.inbound("ciao").status == "failed"


def test_refused_token_costs_nobody_a_message(world: World) -> None:
    until = START + dt.timedelta(minutes=20)
    world.whatsapp.decide = lambda: REFUSED if world.clock.now() < until else "ok"
    for number in range(3):
        world.say(f"m{number}", delay=120.0 * number)
    for minute in range(5, 26, 5):
        world.queue.put(SweepTask(), minute * 60)
    world.run_until_quiet()
    world.check_promises()
    assert [world.inbound(f"m{number}").status for number in range(3)] == ["answered"] * 3
    assert {line for text in world.texts() for line in text.removeprefix("re: ").split("\n")} == {"m0", "m1", "m2"}


@pytest.mark.parametrize(
    ("answer", "after"),
    [("re: m0", [BUSY]), ("a" * 4000 + "\n\n" + "b" * 3000, ["ok", BUSY])],
    ids=["one part", "second part"],
)
def test_rate_limit_right_after_a_refused_token_throws_nothing_away(
    world: World, answer: str, after: list[str | RemoteError]
) -> None:
    until = START + dt.timedelta(minutes=20)
    coming = list(after)

    def decide() -> str | RemoteError:
        if world.clock.now() < until:
            return REFUSED
        return coming.pop(0) if coming else "ok"

    world.assistant.split, world.whatsapp.decide = answer, decide
    world.say("m0")
    for minute in range(5, 26, 5):
        world.queue.put(SweepTask(), minute * 60)
    world.run_until_quiet()
    assert world.inbound("m0").status == "answered"
    assert len(world.texts()) == len(after)


def test_patience_after_a_refused_token_has_an_end(world: World) -> None:
    until = START + dt.timedelta(minutes=20)
    world.whatsapp.decide = lambda: REFUSED if world.clock.now() < until else BUSY
    world.say("m0")
    world.run_until_quiet(sweeps=40)
    assert world.inbound("m0").status == "failed"
    assert waited(world) >= 20 * 60 + world.settings.turn_max_age_seconds


def test_lease_is_renewed_while_work_takes_long(world: World) -> None:
    world.settings = world.settings.model_copy(update={"lease_seconds": 0.6})
    world.say("ciao")
    world.run_until_quiet(sweeps=0)
    contact = world.change(pending=["x"])
    lease = take_lease(world.runtime(), contact)
    assert lease is not None and lease.contact.lease is not None
    taken_until = lease.contact.lease.until
    with lease:
        world.clock.advance(0.5)
        give_up = time.monotonic() + 10
        while lease.contact.lease.until == taken_until and time.monotonic() < give_up:
            time.sleep(0.05)
        assert lease.contact.lease.until > taken_until
        assert lease.write(lambda contact: Change(replace(contact, notes="still mine")))


def test_lease_that_is_over_is_renewed_no_more(world: World) -> None:
    world.settings = world.settings.model_copy(update={"lease_seconds": 0.3})
    world.say("ciao")
    world.run_until_quiet(sweeps=0)
    lease = take_lease(world.runtime(), world.change(pending=["x"]))
    assert isinstance(lease, ContactLease)
    with lease:
        pass
    version = lease.contact.update_time
    time.sleep(0.5)
    assert world.contact().update_time == version


def test_hung_process_keeps_the_contact_no_longer_than_the_platform_lets_it_work(world: World) -> None:
    world.settings = world.settings.model_copy(
        update={"lease_seconds": 0.3, "function_timeout_seconds": 0.5, "openai_timeout_seconds": 0.4}
    )
    world.say("ciao")
    world.run_until_quiet(sweeps=0)
    lease = take_lease(world.runtime(), world.change(pending=["x"]))
    assert isinstance(lease, ContactLease)
    with lease:
        time.sleep(1.0)
        version = world.contact().update_time
        time.sleep(0.5)
        assert world.contact().update_time == version
