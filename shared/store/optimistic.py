"""Optimistic steps: read, decide, write on condition that nothing changed meanwhile; else once more."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from shared.errors import StaleError, StoreBusyError

MAX_CONFLICTS = 40
ResultT = TypeVar("ResultT")


def until_written(attempt: Callable[[], ResultT], sleep: Callable[[float], None] = time.sleep) -> ResultT:
    """Call `attempt` until its write takes effect, and return what it returns.

    An attempt reads (again), decides and writes; it raises StaleError when what it read has changed. Raises
    StoreBusyError when that happens 40 times, with short random pauses between them.
    """
    for _ in range(MAX_CONFLICTS):
        try:
            return attempt()
        except StaleError:
            sleep(random.uniform(0.005, 0.05))  # noqa: S311 - jitter, not a secret
    raise StoreBusyError("the document changes faster than it can be written")
