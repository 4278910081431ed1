"""The end of a process: a deploy or a scale-down announces it with SIGTERM, ten seconds before SIGKILL.

(cloud.google.com/run/docs/container-contract#instance-shutdown) Until then whoever holds a contact gives it back,
so that another process goes on at once.
"""

import signal
import threading
import time
from collections.abc import Callable

from shared.log import logger

LOOK_SECONDS = 0.1


class Stopping:
    """Whether this process is about to end, and what is to be given back then."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: list[Callable[[], None]] = []
        self.has_begun = False

    def hold(self, give_back: Callable[[], None]) -> None:
        """Have something given back, from another thread, should the process end before it is dropped."""
        with self._lock:
            self._held.append(give_back)
            is_late = self.has_begun
        if is_late:
            give_back()

    def drop(self, give_back: Callable[[], None]) -> None:
        """Leave alone what is done with."""
        with self._lock:
            self._held.remove(give_back)

    def begin(self) -> None:
        """Take up nothing any more, and give back all that is held, side by side."""
        with self._lock:
            self.has_begun = True
            held = list(self._held)
        logger.info("stopping", held=len(held))
        for give_back in held:
            threading.Thread(target=give_back, name="give-back", daemon=True).start()


def begin_on_sigterm(stopping: Stopping) -> None:
    """Watch for the SIGTERM of this process, from a thread of its own."""
    threading.Thread(target=_watch, args=(stopping,), name="stopping", daemon=True).start()


def _watch(stopping: Stopping) -> None:
    """Begin when gunicorn's worker does.

    functions-framework leaves no room for a handler of ours: the worker sets its own after the function was loaded,
    and only the main thread, which is the worker's, may set one. But the handler is a method of the worker, whose
    `alive` is False from the signal on. A server that has no such handler dies of the signal at once.
    """
    worker = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    while getattr(worker, "alive", None):
        time.sleep(LOOK_SECONDS)
    if worker is not None:
        stopping.begin()
