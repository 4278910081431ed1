"""Delivery statuses: each is kept with its time on the message it belongs to; none can start a turn."""

import re
from typing import Any

from functions.process.inbox.inbound import parse_time
from functions.process.inbox.receive import keep_event
from functions.process.runtime import Runtime
from shared.log import logger
from shared.model.message import REMOTE_STATUSES
from shared.queue.tasks import RawTask, StatusTask
from shared.whatsapp.client import CALLBACK_PREFIX
from shared.whatsapp.errors import explain

# A status may come before our own record of the send. One that names its message by our callback data always
# finds it, since that document exists before the POST; another one is looked for again after these seconds.
LOOK_AGAIN_SECONDS = (3, 15, 60)
OUR_ID = re.compile(r"[0-9a-f]{32}")


def record_status(runtime: Runtime, task: StatusTask) -> None:
    """Keep a delivery status; one of an unknown message is looked for a few times, then dropped."""
    name = task.status.get("status")
    if name not in REMOTE_STATUSES:
        keep_event(runtime, RawTask(field="statuses", value=task.status))
        return
    message_id = _message_id(runtime, task.status)
    fields = _fields(task.status)
    at = parse_time(task.status.get("timestamp"), runtime.now())
    if message_id is None or not runtime.store.add_status(message_id, name, at, fields):
        _look_again(runtime, task)
    elif name == "failed":
        message = runtime.store.get_message(message_id)
        if message:
            runtime.store.flag_contact(message.contact_id, "send_failed", runtime.now())


def _message_id(runtime: Runtime, status: dict[str, Any]) -> str | None:
    callback = status.get("biz_opaque_callback_data")
    if isinstance(callback, str) and callback.startswith(CALLBACK_PREFIX):
        message_id = callback.removeprefix(CALLBACK_PREFIX)
        return message_id if OUR_ID.fullmatch(message_id) else None
    whatsapp_id = status.get("id")
    if not isinstance(whatsapp_id, str):
        return None
    message = runtime.store.find_message_by_whatsapp_id(whatsapp_id)
    return message.id if message else None


def _fields(status: dict[str, Any]) -> dict[str, Any]:
    """Return the message's fields that come with a status: the reason of a failure, the price category."""
    fields: dict[str, Any] = {}
    errors = status.get("errors")
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        error = errors[0]
        details = error.get("error_data")
        text = details.get("details") if isinstance(details, dict) else None
        text = text or error.get("message") or error.get("title") or ""
        code = str(error.get("code", ""))
        fields["error"] = {"code": code, "message": explain(code, str(text))}
    pricing = status.get("pricing")
    if isinstance(pricing, dict) and isinstance(pricing.get("category"), str):
        fields["pricing"] = {"category": pricing["category"], "billable": bool(pricing.get("billable"))}
    return fields


def _look_again(runtime: Runtime, task: StatusTask) -> None:
    if task.attempt >= len(LOOK_AGAIN_SECONDS):
        logger.info("foreign_status")  # another program sends from the same number
        return
    delay = LOOK_AGAIN_SECONDS[task.attempt]
    runtime.queue.enqueue(task.model_copy(update={"attempt": task.attempt + 1}), delay=delay)
