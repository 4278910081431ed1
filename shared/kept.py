"""Values that are fetched from elsewhere and kept for a while."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from shared.errors import AssistantError
from shared.log import logger

ValueT = TypeVar("ValueT")


class Kept(Generic[ValueT]):
    """One value, fetched at most every `seconds`, by one thread, while the others go on with the old one.

    fetched ──── served ──── `seconds` ──── one thread asks again ──── `stale_seconds` ──── nothing is kept
                                           others: the old value                           others wait for it

    When asking fails, the old value is served on, and the source is left in peace for `pause_seconds`.
    """

    def __init__(
        self,
        fetch: Callable[[], ValueT],
        seconds: float,
        *,
        stale_seconds: float = 0,
        pause_seconds: float = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetch, self._clock = fetch, clock
        self._seconds, self._pause_seconds = seconds, pause_seconds
        self._max_seconds = max(seconds, stale_seconds)
        self._lock = threading.Lock()  # never held while the value is fetched
        self._fetching: Future[ValueT] | None = None
        self._kept: tuple[ValueT, float] | None = None  # and when it was asked for
        self._ask_at = 0.0

    def __call__(self) -> ValueT:
        """Return the value; raises what `fetch` raises when none is kept."""
        with self._lock:
            now = self._clock()
            kept = self._kept if self._kept and now - self._kept[1] < self._max_seconds else None
            if kept and (now < self._ask_at or self._fetching):
                return kept[0]
            others, self._fetching = self._fetching, self._fetching or Future()
            fetching = self._fetching
        if others is None:
            self._ask(fetching, now)
        try:
            return fetching.result()
        except AssistantError:
            if kept is None:
                raise
            return kept[0]

    def _ask(self, fetching: Future[ValueT], now: float) -> None:
        try:
            fetching.set_result(self._fetch())
        except BaseException as error:  # also those who wait are to see it
            fetching.set_exception(error)
            if isinstance(error, AssistantError):
                logger.warning("fetch", code=error.code, remote_code=getattr(error, "remote_code", None))
        with self._lock:
            self._fetching = None
            if fetching.exception() is None:
                self._kept, self._ask_at = (fetching.result(), now), now + self._seconds
            else:
                self._ask_at = self._clock() + self._pause_seconds


class KeptByKey(Generic[ValueT]):
    """A kept value for each key, as `make` makes it; of more than `max_keys` the longest unused are forgotten."""

    def __init__(self, make: Callable[[str], Kept[ValueT]], max_keys: int) -> None:
        self._make, self._max_keys = make, max_keys
        self._lock = threading.Lock()
        self._by_key: dict[str, Kept[ValueT]] = {}

    def __call__(self, key: str) -> ValueT:
        """Return the value for a key; raises what its fetching raises when none is kept."""
        with self._lock:
            kept = self._by_key.pop(key, None) or self._make(key)
            self._by_key[key] = kept  # the last used is the last to go
            if len(self._by_key) > self._max_keys:
                del self._by_key[next(iter(self._by_key))]
        return kept()

    def forget(self, key: str) -> None:
        """Have the value for a key fetched anew, also where it is being fetched at this moment."""
        with self._lock:
            self._by_key.pop(key, None)
