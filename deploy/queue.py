"""Cloud Tasks: the queue between the webhook and the process function."""

from collections.abc import Iterator

from deploy.catalogue import PROCESS, QUEUE_BACKOFF, QUEUE_KEEPS, TASKS_PER_ANSWER, WHATSAPP_MESSAGES_PER_SECOND
from deploy.deployment import Deployment
from deploy.documents import Json, value_at
from deploy.foundation import grants
from deploy.resource import Resource, named
from deploy.terminal import Stop


def queue(here: Deployment) -> Iterator[Resource]:
    """Make the queue with its limits, and say who may put tasks into it."""
    found = here.cloud.inspect("tasks", "queues", "describe", here.queue, here.place)
    if found is None:
        yield here.remember("queue", here.queue)
    elif here.annotation("queue") != here.queue:
        raise Stop(
            f"There is already a queue {here.queue}, and deploy.sh did not make it. Set TASKS_QUEUE to another"
            " name."
        )
    yield the_queue(here)
    if value_at(found, "state") == "PAUSED":
        here.terminal.note(
            f"the queue is paused, and stays so: gcloud tasks queues resume {here.queue} {here.place}"
        )
    yield from grants(here, "queue", here.queue)


def the_queue(here: Deployment) -> Resource:
    """Describe the queue. A tenth of what process can hold is left for the sweep and for what outlives its task."""
    rate = WHATSAPP_MESSAGES_PER_SECOND * TASKS_PER_ANSWER
    at_once = here.most_instances(PROCESS) * PROCESS.requests * 9 // 10
    shortest, longest, doublings = QUEUE_BACKOFF
    wanted: Json = {
        "rateLimits": {"maxDispatchesPerSecond": rate, "maxConcurrentDispatches": at_once},
        "retryConfig": {
            "maxAttempts": -1,
            "maxRetryDuration": QUEUE_KEEPS,
            "minBackoff": shortest,
            "maxBackoff": longest,
            "maxDoublings": doublings,
        },
    }
    flags = (
        f"--max-dispatches-per-second={rate}",
        f"--max-concurrent-dispatches={at_once}",
        "--max-attempts=unlimited",
        f"--max-retry-duration={QUEUE_KEEPS}",
        f"--min-backoff={shortest}",
        f"--max-backoff={longest}",
        f"--max-doublings={doublings}",
    )
    group, title = ("tasks", "queues"), f"queue {here.queue}"
    return named(title, group, here.queue, here.place, create=flags, update=flags, wanted=wanted)
