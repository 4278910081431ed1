"""What is shared is never overdrawn, and never held by one customer alone."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from functions.process.media.fair_share import FairShare


def test_customer_with_many_files_leaves_room_for_others() -> None:
    share = FairShare(total=8, each=2)
    with ExitStack() as held:
        held.enter_context(share.hold("greedy", 1, 0))
        held.enter_context(share.hold("greedy", 1, 0))
        with pytest.raises(TimeoutError), share.hold("greedy", 1, 0):
            pass
        with share.hold("modest", 2, 0):
            pass


def test_total_is_never_exceeded() -> None:
    share = FairShare(total=3, each=2)
    with share.hold("a", 2, 0), share.hold("b", 1, 0), pytest.raises(TimeoutError), share.hold("c", 1, 0):
        pass


def test_more_than_a_share_is_the_whole_share() -> None:
    share = FairShare(total=3, each=2)
    with share.hold("a", 100, 0), pytest.raises(TimeoutError), share.hold("a", 1, 0):
        pass


def test_whoever_waits_goes_on_when_something_is_given_back() -> None:
    share = FairShare(total=1, each=1)
    began = threading.Event()

    def work() -> None:
        with share.hold("a", 1, 0):
            began.set()
            time.sleep(0.05)
            raise ValueError("given back whatever happens")

    with ThreadPoolExecutor() as pool:
        working = pool.submit(work)
        assert began.wait(5)
        with share.hold("b", 1, 5):
            assert isinstance(working.exception(5), ValueError)


def test_many_threads_get_through_and_nothing_is_left_over() -> None:
    share = FairShare(total=5, each=3)
    chance = random.Random(1)
    amounts = [(f"c{chance.randrange(4)}", chance.randrange(1, 4)) for _ in range(200)]
    now, most, lock = 0, 0, threading.Lock()

    def work(customer: str, amount: int) -> None:
        nonlocal now, most
        with share.hold(customer, amount, 30):
            with lock:
                now += amount
                most = max(most, now)
            time.sleep(0.0005)
            with lock:
                now -= amount

    with ThreadPoolExecutor(16) as pool:
        for future in [pool.submit(work, *one) for one in amounts]:
            future.result()
    assert most <= 5
    with share.hold("a", 3, 0), share.hold("b", 2, 0):
        pass
