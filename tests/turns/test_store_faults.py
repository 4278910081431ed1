"""The store on bad days: a write that is stored and then reports an error, and UNAVAILABLE at every call."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from google.cloud import firestore

from shared.errors import DuplicateError, StaleError, StoreUnavailableError
from shared.model.contact import Contact
from shared.model.identifiers import Links
from shared.model.turn import Change
from shared.store.store import Store
from tests.turns.fakes import STORE_METHODS, Crash
from tests.turns.world import World

pytestmark = pytest.mark.emulator


class FaultyStore(Store):
    """A store whose n-th call goes wrong."""

    def __init__(self, client: firestore.Client, fault: str, fatal: int) -> None:
        super().__init__(client)
        self._fault, self._fatal = fault, fatal
        self.calls = 0
        self.failed = ""
        for method in STORE_METHODS:
            part, _, name = method.partition(".")
            setattr(self, part, FaultyPart(getattr(self, part), name, self))

    def commit(self, before: Contact, change: Change, links: Links | None = None) -> Contact:
        stored: Contact = self.call("commit", lambda: Store.commit(self, before, change, links))
        return stored

    def call(self, name: str, attempt: Callable[[], Any]) -> Any:
        self.calls += 1
        if self.calls - 1 != self._fatal:
            return attempt()
        self.failed = name
        if self._fault == "unavailable":
            raise StoreUnavailableError("the store is away")
        attempt()
        raise StoreUnavailableError("the answer was lost")


class FaultyPart:
    """A part of the store, one method of which can go wrong."""

    def __init__(self, part: Any, method: str, store: FaultyStore) -> None:
        self._part, self._method, self._store = part, method, store

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._part, name)
        if name != self._method:
            return attribute
        return lambda *arguments, **options: self._store.call(name, lambda: attribute(*arguments, **options))


def deliver_with_fault(fault: str, fatal: int) -> FaultyStore:
    """Deliver a message while one call of the store goes wrong; the queue delivers again after a failure."""
    world = World(f"test-{uuid4().hex[:20]}")
    faulty = FaultyStore(world.client, fault, fatal)
    runtime = world.runtime()
    runtime = replace(runtime, store=faulty)
    world.say("ciao")
    task = world.queue.tasks.pop().task
    if not world.deliver(task, runtime):  # a 5xx for the queue, which delivers again
        world.clock.advance(world.settings.lease_seconds + 30)
    world.queue.put(task)
    world.run_until_quiet(sweeps=3)
    world.check_promises()
    assert len(world.texts()) == 1, (fault, faulty.failed, fatal)
    world.close()
    return faulty


@pytest.mark.parametrize("fault", ["unavailable", "stored and then unavailable"])
def test_store_that_fails_at_any_call_loses_and_doubles_nothing(firestore_host: str, fault: str) -> None:
    fatal = 0
    while deliver_with_fault(fault, fatal).failed:
        fatal += 1
    assert fatal > 5


class AmbiguousStore(Store):
    """A store whose n-th commit is stored and then reports that it was not, as after a retry by the client."""

    def __init__(self, world: World, fatal: int, error: type[Exception]) -> None:
        super().__init__(world.client)
        self._fatal, self._error = fatal, error
        self.commits = 0

    def commit(self, before: Contact, change: Change, links: Links | None = None) -> Contact:
        stored = super().commit(before, change, links)
        self.commits += 1
        if self.commits - 1 == self._fatal:
            raise self._error("as after a retry by the client")
        return stored


@pytest.mark.parametrize("error", [StaleError, DuplicateError])
def test_commit_that_was_stored_and_reports_a_conflict_goes_on(firestore_host: str, error: type[Exception]) -> None:
    for fatal in range(5):
        world = World(f"test-{uuid4().hex[:20]}")
        world.store = AmbiguousStore(world, fatal, error)
        world.say("ciao")
        try:
            world.run_until_quiet(sweeps=3)
        except Crash:
            pytest.fail("nothing crashes here")
        world.check_promises()
        assert world.texts() == ["re: ciao"], fatal
        world.close()
