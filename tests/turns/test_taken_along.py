"""A turn that was given back before anything was asked takes along what has arrived since, in its order."""

import datetime as dt

import pytest

from functions.process.runtime import Runtime
from functions.process.turn.lease import ContactLease
from shared.errors import RemoteError, StoreUnavailableError
from tests.turns.fakes import START, Gate, crash_at
from tests.turns.test_stopping import wait_for_threads
from tests.turns.world import PHONE, World

pytestmark = pytest.mark.emulator

EARLIER = START - dt.timedelta(seconds=30)
CONTEXT_IS_READ = 2  # the messages are read when the turn is frozen, then what happened without the assistant


def fail_at(name: str, error: Exception, *, time: int = 1) -> Gate:
    """A gate at which a call fails, the time that is given that it comes there."""
    times = 0

    def gate(place: str) -> None:
        nonlocal times
        times += place == name
        if place == name and times == time:
            raise error

    return gate


def fail_before_asking(world: World) -> None:
    gate = fail_at("store.messages.get_all before", StoreUnavailableError("away"), time=CONTEXT_IS_READ)
    begin(world, world.runtime(gate))


def begin(world: World, runtime: Runtime) -> None:
    """Let the first delivery fail, and its message wait in the queue."""
    world.received.append((PHONE, "ciao"))
    assert not world.deliver(world.message("ciao"), runtime)
    world.queue.put(world.message("ciao"), 1)


def test_late_message_is_answered_in_its_order_when_nothing_was_asked_yet(world: World) -> None:
    fail_before_asking(world)
    turn = world.contact().turn
    assert turn is not None and (turn.state, turn.unasked) == ("claimed", True)
    world.say("earlier", at=EARLIER)
    world.run_until_quiet()
    assert world.texts() == ["re: earlier\nciao"]
    assert world.assistant.asked == ["earlier\nciao"]
    world.check_promises()


def test_turn_that_takes_nothing_along_goes_on(world: World) -> None:
    fail_before_asking(world)
    world.run_until_quiet()
    assert world.texts() == ["re: ciao"]
    world.check_promises()


def test_command_that_came_late_is_a_turn_of_its_own(world: World) -> None:
    fail_before_asking(world)
    world.say("/reset", at=EARLIER)
    world.run_until_quiet(sweeps=0)
    assert len(world.texts()) == 2
    assert world.texts()[1] == "re: ciao"


def test_message_that_comes_after_the_question_is_the_next_turns(world: World) -> None:
    """What OpenAI was asked may be in the conversation, with its answer: the turn stays as it is."""
    begin(world, world.runtime(fail_at("assistant.ask after", RemoteError("timeout", retryable=True))))
    world.say("earlier", at=EARLIER)
    world.run_until_quiet()
    assert world.texts() == ["re: ciao", "re: earlier"]
    assert world.assistant.asked == ["ciao", "earlier"]
    world.check_promises()


def test_death_of_the_process_tells_nothing_so_the_turn_stays_as_it_is(world: World) -> None:
    with pytest.raises(BaseException, match=r"assistant\.ask"):
        world.deliver(world.message("ciao"), world.runtime(crash_at("assistant.ask after")))
    world.received.append((PHONE, "ciao"))
    world.clock.advance(world.settings.lease_seconds + 1)
    world.say("earlier", at=EARLIER)
    world.run_until_quiet()
    assert world.texts() == ["re: ciao", "re: earlier"]
    assert world.assistant.asked == ["ciao", "earlier"]


def test_death_before_the_turn_is_frozen_anew_changes_nothing(world: World) -> None:
    fail_before_asking(world)
    with pytest.raises(BaseException, match=r"store\.messages"):
        world.deliver(world.message("ciao"), world.runtime(crash_at("store.messages.get_all before")))
    world.received.append((PHONE, "earlier"))
    assert world.deliver(world.message("earlier", at=EARLIER))  # waits for the lease
    world.clock.advance(world.settings.lease_seconds + 1)
    world.run_until_quiet()
    assert world.texts() == ["re: earlier\nciao"]


def test_age_and_attempts_of_the_turn_stay(world: World) -> None:
    fail_before_asking(world)
    before = world.contact().turn
    world.clock.advance(60)
    world.say("earlier", at=EARLIER)
    begin_again = fail_at("assistant.ask after", RemoteError("timeout", retryable=True))
    world.deliver(world.queue.tasks.pop().task, world.runtime(begin_again))
    after = world.contact().turn
    assert before is not None and after is not None
    assert len(after.message_ids) == 2 and after.id != before.id
    assert (after.started_at, after.attempts, after.unasked) == (before.started_at, before.attempts, False)
    assert after.taken == before.taken + 1


def test_question_is_not_asked_by_who_has_given_the_contact_back(world: World) -> None:
    """The end of the process and the question may come at the same moment: one of them is first."""
    runtime = world.runtime()
    world.received.append((PHONE, "ciao"))
    asking = ContactLease.begin_asking

    def ended_just_now(lease: ContactLease) -> None:
        runtime.stopping.begin()
        wait_for_threads(10)
        asking(lease)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ContactLease, "begin_asking", ended_just_now)
        assert not world.deliver(world.message("ciao"), runtime)
    assert world.assistant.asked == []
    assert (turn := world.contact().turn) is not None and turn.unasked
    world.run_until_quiet()
    assert world.texts() == ["re: ciao"]


@pytest.mark.parametrize("asked", [True, False])
def test_only_a_turn_that_was_not_asked_is_marked(world: World, asked: bool) -> None:
    error = StoreUnavailableError("away")
    place = "assistant.ask before" if asked else "store.messages.get_all before"
    begin(world, world.runtime(fail_at(place, error, time=1 if asked else CONTEXT_IS_READ)))
    turn = world.contact().turn
    assert turn is not None and turn.unasked is not asked
