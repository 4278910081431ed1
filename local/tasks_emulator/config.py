"""How the queues retry and how fast they dispatch, with the service's defaults."""

from dataclasses import dataclass

UNLIMITED_ATTEMPTS = -1


class ConfigError(ValueError):
    """A setting is out of its range; the message names it."""


@dataclass(frozen=True)
class EmulatorConfig:
    """The settings of every queue, and what the emulator adds to the service's behaviour; times in seconds.

    `max_attempts` -1 retries for ever. `duplicate_rate` is the share of tasks dispatched a second time, chosen by
    `seed` and the task's name. `name_retention` is how long the name of a finished task stays blocked.
    """

    max_attempts: int = 100
    min_backoff: float = 0.1
    max_backoff: float = 3600.0
    max_doublings: int = 16
    max_dispatches_per_second: float = 500.0
    max_burst_size: int = 100
    max_concurrent_dispatches: int = 1000
    name_retention: float = 3600.0
    duplicate_rate: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.max_attempts < UNLIMITED_ATTEMPTS or self.max_attempts == 0:
            raise ConfigError("max_attempts must be -1 or positive")
        if not 0 <= self.min_backoff <= self.max_backoff:
            raise ConfigError("min_backoff must not be negative, nor exceed max_backoff")
        if not 0 <= self.duplicate_rate <= 1:
            raise ConfigError("duplicate_rate must be between 0 and 1")
