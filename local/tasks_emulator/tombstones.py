"""The names of finished tasks, blocked for a while."""


class Tombstones:
    """A memory of names for `retention` seconds of the monotonic clock."""

    def __init__(self, retention: float) -> None:
        self._retention = retention
        self._until: dict[str, float] = {}

    def add(self, name: str, now: float) -> None:
        """Block a name from now on."""
        self._forget_old(now)
        self._until.pop(name, None)
        self._until[name] = now + self._retention

    def holds(self, name: str, now: float) -> bool:
        """Tell whether the name is still blocked."""
        self._forget_old(now)
        return name in self._until

    def _forget_old(self, now: float) -> None:
        # Names are added in the order in which they expire.
        while self._until and (oldest := next(iter(self._until))) and self._until[oldest] <= now:
            del self._until[oldest]
