"""Keeping what nobody understood, for staff to see."""

import json

from functions.process.runtime import Runtime
from shared.log import logger
from shared.queue.tasks import RawTask


def keep_event(runtime: Runtime, task: RawTask) -> None:
    """Keep an event as WhatsApp sent it, once, for 30 days (1 write)."""
    logger.warning("event", field=task.field[:80])
    runtime.store.events.add(task.field, json.dumps(task.value, ensure_ascii=False), runtime.now())
