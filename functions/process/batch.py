"""A batch: the events of a webhook body with very many, worked on one after the other.

What goes wrong with one costs its neighbours nothing: it gets a task of its own, which the queue tries again by its
own rules. Whoever dies over a batch has it delivered again from its beginning, where what was done is recognised.
"""

import time
from collections.abc import Callable

from functions.process.runtime import Runtime
from shared.errors import StoppingError
from shared.log import logger
from shared.queue.tasks import BatchTask, InboundTask

SECONDS = 10.0  # of a request's 90, so that the last event has all the time that it would have by itself


def run_batch(runtime: Runtime, task: BatchTask, run: Callable[[InboundTask], None]) -> None:
    """Work on events as long as the time lasts, at least on one; the rest is another batch.

    Raises StoppingError and QueueError, for the whole batch to be delivered again.
    """
    give_up = time.monotonic() + SECONDS
    for number, item in enumerate(task.items):
        if number and time.monotonic() > give_up:
            runtime.queue.enqueue(BatchTask(items=task.items[number:]))
            logger.info("batch_goes_on", done=number, left=len(task.items) - number)
            return
        try:
            run(item)
        except StoppingError:
            raise
        except Exception as error:
            logger.warning("batch_item", type=item.type, reason=type(error).__name__)
            runtime.queue.enqueue(item)
