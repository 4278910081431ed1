"""All test processes share one emulator, which is started when somebody asks for it, and only then."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from local.stack.firestore_emulator import EmulatorError
from tests.shared_emulator import SharedEmulator, ask_for_host


def test_everybody_gets_the_same_emulator_which_stops_at_the_end():
    events: list[str] = []

    @contextmanager
    def start() -> Iterator[str]:
        events.append("started")
        yield "127.0.0.1:1"
        events.append("stopped")

    shared = SharedEmulator(start)
    assert events == []
    with ThreadPoolExecutor() as pool:
        assert set(pool.map(ask_for_host, [shared.address] * 10)) == {"127.0.0.1:1"}
    assert events == ["started"]
    shared.stop()
    assert events == ["started", "stopped"]


def test_everybody_is_told_why_there_is_none():
    starts = 0

    @contextmanager
    def start() -> Iterator[str]:
        nonlocal starts
        starts += 1
        raise EmulatorError("Java is missing")
        yield

    shared = SharedEmulator(start)
    for _ in range(3):
        with pytest.raises(EmulatorError, match="Java is missing"):
            ask_for_host(shared.address)
    shared.stop()
    assert starts == 1
