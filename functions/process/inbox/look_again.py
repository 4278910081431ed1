"""Looking again for the message that an event is about: it may come before the message, or our record of it."""

from functions.process.runtime import Runtime
from shared.queue.tasks import EchoTask, MessageTask, StatusTask

LOOK_AGAIN_SECONDS = (3, 15, 60)


def look_again(runtime: Runtime, task: MessageTask | StatusTask | EchoTask) -> bool:
    """Have an event delivered again in a while; False when it was looked at often enough."""
    if task.attempt >= len(LOOK_AGAIN_SECONDS):
        return False
    delay = LOOK_AGAIN_SECONDS[task.attempt]
    runtime.queue.enqueue(task.model_copy(update={"attempt": task.attempt + 1}), delay=delay)
    return True
