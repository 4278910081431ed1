"""Things made once, at their first use."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.once import once


def test_thing_asked_for_by_many_threads_at_once_is_made_once() -> None:
    start = threading.Barrier(8)
    made: list[object] = []

    @once
    def thing() -> object:
        time.sleep(0.05)  # long enough for all threads to ask meanwhile
        made.append(object())
        return made[-1]

    def ask(_number: int) -> object:
        start.wait()
        return thing()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == set(made)
    assert len(made) == 1


def test_thing_that_could_not_be_made_is_made_at_the_next_use() -> None:
    failures = [ValueError("not yet")]

    @once
    def thing(name: str) -> str:
        if failures:
            raise failures.pop()
        return name

    with pytest.raises(ValueError, match="not yet"):
        thing("a")
    assert [thing("b"), thing("c")] == ["b", "b"]
