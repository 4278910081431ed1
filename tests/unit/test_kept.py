"""Values kept for a while: asked for by one thread, served on while their source fails, and forgotten."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from shared.errors import RemoteError
from shared.kept import Kept, KeptByKey


@dataclass
class Source:
    """A source whose time, answers and speed a test decides."""

    time: float = 1000.0
    asked: list[str] = field(default_factory=list)
    error: Exception | None = None
    entered: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    let_go: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.let_go.set()

    def fetch(self, key: str = "") -> str:
        self.asked.append(key)
        answer, error = f"{key}{len(self.asked)}", self.error
        self.entered.release()
        assert self.let_go.wait(30)
        if error:
            raise error
        return answer

    def kept(self) -> Kept[str]:
        return Kept(self.fetch, 10, stale_seconds=100, pause_seconds=5, clock=lambda: self.time)

    def by_key(self, max_keys: int = 2) -> KeptByKey[str]:
        return KeptByKey(lambda key: Kept(lambda: self.fetch(key), 10, clock=lambda: self.time), max_keys)


@pytest.fixture
def source() -> Source:
    return Source()


def while_fetching(source: Source, ask: Callable[[], str], beside: Callable[[], None]) -> str:
    """Ask in a thread, do something while the source has not answered yet, and return the answer."""
    source.let_go.clear()
    for _ in range(len(source.asked)):
        source.entered.acquire()
    with ThreadPoolExecutor() as pool:
        asking = pool.submit(ask)
        try:
            assert source.entered.acquire(timeout=30)
            beside()
        finally:
            source.let_go.set()
        return asking.result(30)


def test_value_is_fetched_once_while_it_is_fresh(source: Source) -> None:
    kept = source.kept()
    assert kept() == "1"
    source.time += 9.9
    assert kept() == "1"
    source.time += 0.1
    assert kept() == "2"


def test_fetch_that_is_slow_stops_nobody_who_has_an_old_value(source: Source) -> None:
    kept = source.kept()
    kept()
    source.time += 10

    def beside() -> None:
        assert [kept(), kept()] == ["1", "1"]  # would wait for ever if the fetch kept a lock

    assert while_fetching(source, kept, beside) == "2"
    assert (kept(), len(source.asked)) == ("2", 2)


def test_threads_that_have_nothing_wait_for_the_one_that_asks(source: Source) -> None:
    kept = source.kept()
    source.let_go.clear()
    with ThreadPoolExecutor(8) as pool:
        asking = [pool.submit(kept) for _ in range(8)]
        assert source.entered.acquire(timeout=30)
        source.let_go.set()
        assert [one.result(30) for one in asking] == ["1"] * 8
    assert len(source.asked) == 1


def test_failure_reaches_all_who_wait_and_is_not_kept(source: Source) -> None:
    kept = source.kept()
    source.error = RemoteError("away")
    source.let_go.clear()
    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(kept) for _ in range(4)]
        assert source.entered.acquire(timeout=30)
        source.let_go.set()
        assert {type(one.exception(30)) for one in asking} == {RemoteError}
    source.error = None
    assert kept() == str(len(source.asked))


def test_old_value_is_served_while_the_source_fails_and_the_source_is_left_in_peace(source: Source) -> None:
    kept = source.kept()
    kept()
    source.error = RemoteError("away")
    source.time += 10
    assert [kept(), kept(), len(source.asked)] == ["1", "1", 2]
    source.time += 5
    assert [kept(), kept(), len(source.asked)] == ["1", "1", 3]
    source.time += 84.9
    assert kept() == "1"
    source.time += 0.1  # a hundred seconds after it was asked for, also within a pause
    with pytest.raises(RemoteError):
        kept()
    source.error = None
    assert kept() == "6"


def test_bug_of_ours_is_not_hidden_behind_an_old_value(source: Source) -> None:
    kept = source.kept()
    kept()
    source.time += 10
    source.error = KeyError("bug")
    with pytest.raises(KeyError):
        kept()


def test_keys_are_kept_apart(source: Source) -> None:
    kept = source.by_key()
    assert [kept("a"), kept("b"), kept("a"), kept("b")] == ["a1", "b2", "a1", "b2"]


def test_key_used_longest_ago_is_forgotten_when_there_are_too_many(source: Source) -> None:
    kept = source.by_key(max_keys=2)
    assert [kept("a"), kept("b"), kept("a"), kept("c")] == ["a1", "b2", "a1", "c3"]
    assert [kept("a"), kept("b")] == ["a1", "b4"]
    strangers = [str(number) for number in range(100)]
    for stranger in strangers:
        kept(stranger)
    source.asked.clear()
    for stranger in strangers[-2:] + strangers[:-2]:
        kept(stranger)
    assert source.asked == strangers[:-2]


def test_key_that_is_slow_stops_no_other(source: Source) -> None:
    kept = source.by_key()
    kept("a")

    def beside() -> None:
        assert kept("a") == "a1"

    assert while_fetching(source, lambda: kept("b"), beside) == "b2"


def test_key_forgotten_while_it_is_fetched_is_fetched_anew(source: Source) -> None:
    kept = source.by_key()
    assert while_fetching(source, lambda: kept("a"), lambda: kept.forget("a")) == "a1"
    assert kept("a") == "a2"
    kept.forget("a")
    assert kept("a") == "a3"
