"""An extraction that is slower than the answer: what it found is joined afterwards, and nothing costs nothing."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import replace
from typing import Any

import pytest

from functions.process.assistant.details import ContactDetails
from functions.process.main import run
from functions.process.runtime import Runtime, Timing
from local.observe.counting import count_operations
from shared.errors import SendFailedError, StoreUnavailableError
from tests.turns.world import World

pytestmark = pytest.mark.emulator

NOTHING = ContactDetails(values={})
MARIO = ContactDetails(values={"first_name": "Mario"})


class LateFuture(Future[Any]):
    """Is never there for who will not wait as long as it takes."""

    def result(self, timeout: float | None = None) -> Any:
        if timeout is not None:
            raise FutureTimeoutError
        return super().result()


class LatePool(Executor):
    """Runs at once what is submitted, and tells only who waits for it."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **options: Any) -> "Future[Any]":
        future = LateFuture()
        future.set_result(function(*arguments, **options))
        return future


def late(world: World) -> Runtime:
    return replace(world.runtime(), pool=LatePool(), timing=Timing(extraction_grace=0))


def first_name(world: World) -> str | None:
    return world.contact().known("first_name")


def test_late_extraction_is_joined(world: World) -> None:
    world.assistant.details = MARIO
    assert world.deliver(world.message("Mario"), late(world))
    assert (world.texts(), first_name(world)) == (["re: Mario"], "Mario")


def test_late_extraction_is_joined_although_the_send_fails(world: World) -> None:
    world.assistant.details = MARIO
    world.whatsapp.outcomes = [SendFailedError("busy", remote_code="131016", retryable=True)]
    assert not world.deliver(world.message("Mario"), late(world))
    assert first_name(world) == "Mario"


@pytest.mark.parametrize(("found", "extra_reads"), [(None, 1), (NOTHING, 0)])
def test_late_extraction_that_found_nothing_costs_nothing(
    world: World, found: ContactDetails | None, extra_reads: int
) -> None:
    """One that failed is made up for: the next one reads its message again."""
    world.say("hello")
    world.run_until_quiet(sweeps=0)
    world.assistant.details = found
    count = count_operations(world.client)
    assert world.deliver(world.message("one"), world.runtime())
    in_time = (count.reads, count.writes)
    assert world.deliver(world.message("two"), late(world))
    assert (count.reads, count.writes) == (2 * in_time[0] + extra_reads, 2 * in_time[1])


def test_late_extraction_that_repeats_what_is_known_writes_nothing(world: World) -> None:
    world.assistant.details = MARIO
    world.say("Mario")
    world.run_until_quiet(sweeps=0)
    count = count_operations(world.client)
    assert world.deliver(world.message("one"), world.runtime())
    in_time = count.writes
    assert world.deliver(world.message("two"), late(world))
    assert count.writes == 2 * in_time


def test_late_extraction_of_an_erased_contact_ends(world: World) -> None:
    world.assistant.details = MARIO
    runtime = late(world)

    def erase() -> str:
        world.client.collection("contacts").document(world.contact().id).delete()
        return "ok"

    world.whatsapp.decide = erase
    assert world.deliver(world.message("Mario"), runtime)


@pytest.mark.parametrize("is_late", [False, True])
def test_extraction_that_stumbles_over_a_bug_of_ours_never_costs_the_answer(world: World, is_late: bool) -> None:
    def stumble(text: str, fields: Any) -> Any:
        raise TypeError(text)

    world.assistant.extract = stumble  # type: ignore[method-assign]
    pool = FailedPool(is_late=is_late)
    assert world.deliver(
        world.message("ciao"), replace(world.runtime(), pool=pool, timing=Timing(extraction_grace=0))
    )
    assert world.texts() == ["re: ciao"]
    assert world.contact().lease is None


def test_contact_is_given_back_before_a_late_extraction_is_waited_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def be_away(*_arguments: Any, **_options: Any) -> Any:
        assert world.contact().lease is None, "still held"
        raise StoreUnavailableError("away")

    world.assistant.details = MARIO
    world.whatsapp.outcomes = [SendFailedError("busy", remote_code="131016", retryable=True)]
    monkeypatch.setattr(world.store, "change_contact", be_away)
    with pytest.raises(SendFailedError):
        run(late(world), world.message("Mario"))
    assert world.contact().lease is None


class FailedPool(Executor):
    """Runs at once what is submitted, and keeps what it raises for who asks."""

    def __init__(self, *, is_late: bool) -> None:
        self._is_late = is_late

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **options: Any) -> "Future[Any]":
        future: Future[Any] = LateFuture() if self._is_late else Future()
        try:
            future.set_result(function(*arguments, **options))
        except TypeError as error:
            future.set_exception(error)
        return future
