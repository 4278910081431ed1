"""Delivery statuses: each is kept with its time on the message it belongs to; none can start a turn."""

from typing import Any

from functions.process.attention import flag_contact
from functions.process.inbox.events import keep_event
from functions.process.inbox.look_again import look_again
from functions.process.inbox.times import parse_time
from functions.process.runtime import Runtime
from functions.process.turn.staff_reactions import note_failed_reaction
from shared.errors import GoneError
from shared.log import logger
from shared.model.ids import is_id
from shared.model.message import REMOTE_STATUSES, Message, MessageUpdate, Pricing, Problem, RemoteStatus
from shared.queue.tasks import RawTask, SendTask, StatusTask, WakeTask
from shared.untrusted import mapping, mappings, string
from shared.whatsapp.client import CALLBACK_PREFIX
from shared.whatsapp.errors import explain

UNTOLD = Problem(code="unknown", message="WhatsApp did not tell why")


def record_status(runtime: Runtime, task: StatusTask) -> None:
    """Keep a delivery status (1 write; 2 reads and 1 write more for a failure).

    A status may come before our own record of the send. One that names its message by our callback data always
    finds it, since that document exists before the POST; another one is looked for a few times, then dropped.
    """
    name = next((known for known in REMOTE_STATUSES if known == task.status.get("status")), None)
    if name is None:
        keep_event(runtime, RawTask(field="statuses", value=task.status))
        return
    message_id = _message_id(runtime, task.status)
    awaited = _keep(runtime, message_id, name, task.status) if message_id else None
    if message_id is None or awaited is None:
        if not look_again(runtime, task):
            logger.info("foreign_status")  # another program sends from the same number
        return
    message = runtime.store.messages.get(message_id) if awaited or name == "failed" else None
    if message and awaited:
        _wake(runtime, message)
    if message and name == "failed":
        _note_failure(runtime, message)


def _keep(runtime: Runtime, message_id: str, name: RemoteStatus, status: dict[str, Any]) -> bool | None:
    """Keep a status, and tell whether somebody waits for it; None when there is no such message."""
    at = parse_time(status.get("timestamp"), runtime.now())
    try:
        return runtime.store.messages.add_status(message_id, name, at, _update(status))
    except GoneError:
        return None


def _wake(runtime: Runtime, message: Message) -> None:
    """Let whoever is in doubt about a message go on: it has reached WhatsApp."""
    is_staffs = message.author == "staff"
    task = SendTask(message_id=message.id) if is_staffs else WakeTask(contact_id=message.contact_id)
    runtime.queue.enqueue(task)


def _note_failure(runtime: Runtime, message: Message) -> None:
    """Ask staff to look; where only their reaction failed, its message says so."""
    if message.kind == "reaction":
        note_failed_reaction(runtime, message, message.error or UNTOLD)
    else:
        flag_contact(runtime, message.contact_id, "send_failed")


def _message_id(runtime: Runtime, status: dict[str, Any]) -> str | None:
    callback = status.get("biz_opaque_callback_data")
    if isinstance(callback, str) and callback.startswith(CALLBACK_PREFIX):
        message_id = callback.removeprefix(CALLBACK_PREFIX)
        return message_id if is_id(message_id) else None
    whatsapp_id = status.get("id")
    message = runtime.store.messages.find_outbound(whatsapp_id) if isinstance(whatsapp_id, str) else None
    return message.id if message else None


def _update(status: dict[str, Any]) -> MessageUpdate:
    """Return the message's fields that come with a status: the reason of a failure, the price category."""
    update: MessageUpdate = {}
    for error in mappings(status.get("errors"))[:1]:
        told = mapping(error.get("error_data")).get("details") or error.get("message") or error.get("title") or ""
        code = str(error.get("code", ""))
        update["error"] = Problem(code=code, message=explain(code, str(told)))
    pricing = mapping(status.get("pricing"))
    if category := string(pricing.get("category")):
        update["pricing"] = Pricing(category=category, billable=bool(pricing.get("billable")))
    return update
