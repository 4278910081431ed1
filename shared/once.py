"""Things that are made at their first use: nothing may connect before the server has forked."""

import threading
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

MadeT = TypeVar("MadeT")
P = ParamSpec("P")


def once(make: Callable[P, MadeT]) -> Callable[P, MadeT]:
    """Call a function at most once, however many threads ask at the same time, and give them all its result.

    Later arguments change nothing. A call that raises does not count. (`functools.cache` calls once for each
    thread that asks before the first result is there.)
    """
    lock = threading.Lock()
    made: list[MadeT] = []

    @wraps(make)
    def get(*arguments: P.args, **options: P.kwargs) -> MadeT:
        with lock:
            if not made:
                made.append(make(*arguments, **options))
        return made[0]

    return get
