"""All queues of the emulator."""

from collections.abc import Iterator

from local.tasks_emulator import names
from local.tasks_emulator.clock import Instant
from local.tasks_emulator.config import EmulatorConfig
from local.tasks_emulator.grpc_errors import AlreadyExistsError, NotFoundError
from local.tasks_emulator.queue import Queue


class QueueRegistry:
    """Creates, finds and forgets queues; a deleted queue's name is free at once."""

    def __init__(self, config: EmulatorConfig) -> None:
        self.config = config
        self._queues: dict[str, Queue] = {}

    def __iter__(self) -> Iterator[Queue]:
        return iter(self._queues.values())

    def create(self, name: str, now: Instant) -> Queue:
        """Adds an empty queue with the default settings; raises AlreadyExistsError."""
        if name in self._queues:
            raise AlreadyExistsError(f"the queue {name} exists already")
        self._queues[name] = Queue(name, self.config, now)
        return self._queues[name]

    def queue(self, name: str) -> Queue:
        """The queue of that name; raises NotFoundError."""
        try:
            return self._queues[names.check_queue(name)]
        except KeyError:
            raise NotFoundError(f"the queue {name} does not exist") from None

    def queues_in(self, location: str) -> list[Queue]:
        """The queues of a location, ordered by name."""
        return [self._queues[name] for name in sorted(self._queues) if names.location_of(name) == location]

    def delete(self, name: str) -> None:
        """Forgets a queue with all its tasks; raises NotFoundError."""
        del self._queues[self.queue(name).name]
