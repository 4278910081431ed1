"""At-least-once made visible: which tasks are dispatched a second time, and when.

The choice hangs on the seed and the task's name alone, so a run with named tasks can be repeated.
"""

import hashlib

MAX_DUPLICATE_DELAY = 1.0  # seconds: some copies meet the first dispatch still running, others come after it
RANGE = 2**64


def duplicate_delay(task_id: str, rate: float, seed: int) -> float | None:
    """Return the seconds from a task's first dispatch to its second, None if there is none."""
    digest = hashlib.sha256(f"{seed}:{task_id}".encode()).digest()
    if _fraction(digest[:8]) >= rate:
        return None
    return _fraction(digest[8:16]) * MAX_DUPLICATE_DELAY


def _fraction(eight_bytes: bytes) -> float:
    return int.from_bytes(eight_bytes, "big") / RANGE
