"""What a request of the process function works with: settings and clients, built on first use, then shared."""

import datetime as dt
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from functions.process.assistant.client import Assistant
from shared.queue.client import TaskQueue
from shared.settings import ProcessSettings
from shared.store.store import Store, open_client, utc_now
from shared.whatsapp.client import WhatsApp

SIDE_BY_SIDE = 32


@dataclass(frozen=True)
class Runtime:
    """Settings, clients and the clock; passed as the first argument, so that tests can bring their own."""

    settings: ProcessSettings
    store: Store
    queue: TaskQueue
    whatsapp: WhatsApp
    assistant: Assistant
    pool: ThreadPoolExecutor
    now: Callable[[], dt.datetime] = utc_now
    sleep: Callable[[float], None] = time.sleep


def open_runtime(settings: ProcessSettings, process_url: str) -> Runtime:
    """Build the runtime; `process_url` is where follow-up tasks are delivered."""
    return Runtime(
        settings=settings,
        store=Store(open_client(settings)),
        queue=TaskQueue(settings, settings.process_url or process_url),
        whatsapp=WhatsApp(settings),
        assistant=Assistant(settings),
        pool=ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="side"),
    )
