"""How a queue retries and how fast it dispatches, with the service's defaults and limits."""

from dataclasses import dataclass, field

from local.tasks_emulator.grpc_errors import InvalidArgumentError

MAX_DISPATCHES_PER_SECOND = 500.0
MAX_CONCURRENT_DISPATCHES = 5000
UNLIMITED_ATTEMPTS = -1

# The service chooses the burst from the rate; a default queue (500/s) shows 100.
_SMALLEST_BURST = 10
_LARGEST_BURST = 100


@dataclass(frozen=True)
class RetryConfig:
    """When a failed attempt is repeated; durations in seconds, a `max_retry_duration` of 0 is unlimited."""

    max_attempts: int = 100
    max_retry_duration: float = 0.0
    min_backoff: float = 0.1
    max_backoff: float = 3600.0
    max_doublings: int = 16

    def __post_init__(self) -> None:
        if self.max_attempts < UNLIMITED_ATTEMPTS or self.max_attempts == 0:
            raise InvalidArgumentError("RetryConfig.max_attempts must be -1 or positive")
        if self.max_retry_duration < 0 or self.min_backoff < 0 or self.max_doublings < 0:
            raise InvalidArgumentError("RetryConfig durations and max_doublings must not be negative")
        if self.max_backoff < self.min_backoff:
            raise InvalidArgumentError("RetryConfig.min_backoff must not exceed max_backoff")


@dataclass(frozen=True)
class RateLimits:
    """How many dispatches a queue starts per second and has open at once."""

    max_dispatches_per_second: float = MAX_DISPATCHES_PER_SECOND
    max_concurrent_dispatches: int = 1000

    def __post_init__(self) -> None:
        if not 0 < self.max_dispatches_per_second <= MAX_DISPATCHES_PER_SECOND:
            raise InvalidArgumentError(
                f"RateLimits.max_dispatches_per_second must be above 0, at most {MAX_DISPATCHES_PER_SECOND:g}"
            )
        if not 0 < self.max_concurrent_dispatches <= MAX_CONCURRENT_DISPATCHES:
            raise InvalidArgumentError(
                f"RateLimits.max_concurrent_dispatches must be above 0, at most {MAX_CONCURRENT_DISPATCHES}"
            )

    @property
    def max_burst_size(self) -> int:
        """The dispatches that may start at once after a quiet time."""
        return max(_SMALLEST_BURST, min(_LARGEST_BURST, int(self.max_dispatches_per_second)))


@dataclass(frozen=True)
class EmulatorConfig:
    """What new queues start with, and what the emulator adds to the service's behaviour.

    `duplicate_rate` is the share of tasks dispatched a second time, chosen by `seed` and the task's
    name; `name_retention` is how long, in seconds, the name of a finished task stays blocked.
    """

    retry: RetryConfig = field(default_factory=RetryConfig)
    rates: RateLimits = field(default_factory=RateLimits)
    name_retention: float = 3600.0
    duplicate_rate: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.duplicate_rate <= 1:
            raise InvalidArgumentError("the duplicate rate must be between 0 and 1")
        if self.name_retention < 0:
            raise InvalidArgumentError("the retention of names must not be negative")
