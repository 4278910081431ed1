"""One reading of both clocks: the monotonic one decides when, the wall one is shown and asked for."""

import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Instant:
    """A moment on the monotonic clock and on the wall clock (seconds since 1970)."""

    monotonic: float
    wall: float

    def after(self, seconds: float) -> "Instant":
        """Return the moment `seconds` later."""
        return Instant(self.monotonic + seconds, self.wall + seconds)

    def at_wall(self, wall: float) -> "Instant":
        """Return the moment when the wall clock, as it runs now, shows `wall`."""
        return self.after(wall - self.wall)


def read_clock() -> Instant:
    """Return the present moment."""
    return Instant(time.monotonic(), time.time())
