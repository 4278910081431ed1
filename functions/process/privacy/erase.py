"""Erasing a person: off their contact first, then everything that is kept here, then at OpenAI and WhatsApp.

Every step may be repeated and cut off anywhere. A task works for half of what a request may last, and puts itself
into the queue again; one that fails, as while OpenAI is down, is repeated by the queue, and by the sweep for as
long as it takes (shared/store/erasures.py).
"""

import datetime as dt
import time

from functions.process.runtime import Runtime
from shared.errors import RemoteError
from shared.log import logger
from shared.queue.tasks import EraseTask
from shared.store.erasures import Erasure
from shared.store.optimistic import until_written

LOOK_AGAIN = dt.timedelta(minutes=10)  # when no process is at work any more that began before
RESPONSES_AT_A_TIME = 20


def erase(runtime: Runtime, task: EraseTask) -> None:
    """Go on with an erasure; raises an error when the queue should deliver again."""
    until = time.monotonic() + runtime.settings.function_timeout_seconds / 2
    while erasure := runtime.store.erasures.get(task.erasure_id):
        waits = ((erasure.not_before or runtime.now()) - runtime.now()).total_seconds()
        if waits > 0 or time.monotonic() > until:
            runtime.queue.enqueue(task, delay=max(0.0, waits))
            return
        try:
            if not _step(runtime, erasure):
                return
        except RemoteError as error:
            logger.warning("erasure", erasure=erasure.id, stage=erasure.stage, remote_code=error.remote_code)
            runtime.store.erasures.note(erasure.id, {"problem": error.remote_code or error.code})
            raise


def _step(runtime: Runtime, erasure: Erasure) -> bool:
    """Do the next piece of an erasure; tell whether there may be more to do now."""
    store = runtime.store
    match erasure.stage:
        case "detach":
            busy = runtime.settings.function_timeout_seconds
            if not until_written(lambda: store.people.detach(erasure, runtime.now(), busy), runtime.sleep):
                store.erasures.forget(erasure.id)
                return False
        case "store":
            if not store.people.erase_page(erasure, runtime.now()):
                store.erasures.note(erasure.id, {"stage": "openai", "identity_ids": []})
        case "openai":
            _erase_at_openai(runtime, erasure)
        case "whatsapp":
            _erase_at_whatsapp(runtime, erasure)
        case "done":
            return _look_again(runtime, erasure)
    return True


def _erase_at_openai(runtime: Runtime, erasure: Erasure) -> None:
    """Erase the items of a conversation, one that has none, or some responses."""
    records, erasures = runtime.assistant.records, runtime.store.erasures
    if erasure.conversations:
        conversation_id = erasure.conversations[0]
        if items := records.erase_items(conversation_id):
            erasures.went(erasure.id, "conversations", [], "items", items)
            return
        records.erase_conversation(conversation_id)
        erasures.went(erasure.id, "conversations", [conversation_id], "conversations", 1)
    elif responses := erasure.responses[:RESPONSES_AT_A_TIME]:
        for response_id in responses:
            records.erase_response(response_id)
        erasures.went(erasure.id, "responses", responses, "responses", len(responses))
    else:
        erasures.note(erasure.id, {"stage": "whatsapp"})


def _erase_at_whatsapp(runtime: Runtime, erasure: Erasure) -> None:
    """Delete a file at WhatsApp; when there is none left, the erasure is done."""
    if erasure.uploads:
        runtime.whatsapp.delete_media(erasure.uploads[0])
        runtime.store.erasures.went(erasure.id, "uploads", erasure.uploads[:1], "uploads", 1)
        return
    now = runtime.now()
    logger.info("erased", contacts=erasure.contact_ids, counts=erasure.counts)
    done = {"stage": "done", "finished_at": now, "work_since": now + LOOK_AGAIN, "problem": ""}
    runtime.store.erasures.note(erasure.id, done)


def _look_again(runtime: Runtime, erasure: Erasure) -> bool:
    """Erase what came late, ten minutes after the erasure was done; then even the trace of it goes."""
    if erasure.work_since is None or erasure.work_since > runtime.now():
        return False
    if runtime.store.people.erase_page(erasure, runtime.now()):
        runtime.store.erasures.note(erasure.id, {"stage": "store"})
        return True
    runtime.store.people.forget_trace(erasure)
    runtime.store.erasures.note(erasure.id, {"work_since": None})
    return False
