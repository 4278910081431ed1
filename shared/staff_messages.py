"""Messages that staff wrote: sent by the process function, once, with the same care as an answer.

Its states:

    queued ── sending ─┬─ accepted
                 ▲     ├─ failed
                 └─────┼─ sending, in doubt: its delivery status decides; without one, once more
                       └─ unknown: still in doubt after that, for staff to see
"""

import datetime as dt

from google.cloud import firestore

from shared.delivery import MOST_TRIES
from shared.envelope import SendTask
from shared.errors import RemoteError, SendFailedError, SendUnknownError
from shared.log import logger
from shared.message import Message
from shared.runtime import Runtime
from shared.store import StaleError

GIVE_UP = dt.timedelta(minutes=15)


def send_staff_message(runtime: Runtime, task: SendTask) -> None:
    """Send a queued message of staff; raises SendFailedError when the queue should deliver again."""
    message = runtime.store.get_message(task.message_id)
    if message is None or message.author != "staff":
        return
    try:
        if message.status == "queued":
            _send(runtime, message)
        elif message.status == "sending":
            _reconcile(runtime, message)
    except StaleError:  # another delivery of the task is at it, or was
        logger.info("stale_send", message_id=task.message_id)


def _send(runtime: Runtime, message: Message) -> None:
    contact = runtime.store.get_contact(message.contact_id)
    if contact is None:
        return
    begin = {"status": "sending", "tries": message.tries + 1, "tried_at": runtime.now()}
    begun = runtime.store.update_message(message, begin)
    try:
        whatsapp_id = runtime.whatsapp.send_text(contact, message.text, message.id)
    except SendUnknownError as error:
        logger.warning("send_unknown", message_id=message.id, remote_code=error.remote_code)
        _look_later(runtime, message)
    except SendFailedError as error:
        _not_sent(runtime, begun, error)
    else:
        _accept(runtime, begun, whatsapp_id)


def _accept(runtime: Runtime, message: Message, whatsapp_id: str | None) -> None:
    """Record the send, and leave the text to the assistant's next turn, which has to know it."""
    fields = {"status": "accepted", **({"whatsapp_id": whatsapp_id} if whatsapp_id else {})}
    runtime.store.set_message_status(message.id, fields)
    runtime.store.update_contact(message.contact_id, {"context": firestore.ArrayUnion([message.id])})


def _not_sent(runtime: Runtime, message: Message, error: RemoteError) -> None:
    logger.warning("send_failed", message_id=message.id, remote_code=error.remote_code)
    too_old = runtime.now() - message.at > GIVE_UP
    if error.retryable and not too_old:
        runtime.store.update_message(message, {"status": "queued"})
        raise error
    reason = {"code": error.remote_code, "message": error.message}
    runtime.store.update_message(message, {"status": "failed", "error": reason})
    runtime.store.flag_contact(message.contact_id, "send_failed", runtime.now())


def _reconcile(runtime: Runtime, message: Message) -> None:
    """Let the delivery status decide what became of a send that another delivery began."""
    settings = runtime.settings
    since = message.tried_at or message.at
    if message.reached_whatsapp:
        _accept(runtime, message, None)
    elif (runtime.now() - since).total_seconds() < settings.unknown_send_seconds:
        _look_later(runtime, message)
    elif settings.unknown_send_policy == "send_again" and message.tries < MOST_TRIES:
        _send(runtime, message)
    else:
        error = {"code": "unknown_delivery", "message": "WhatsApp never told whether it arrived"}
        runtime.store.update_message(message, {"status": "unknown", "error": error})
        runtime.store.flag_contact(message.contact_id, "unknown_delivery", runtime.now())


def _look_later(runtime: Runtime, message: Message) -> None:
    delay = runtime.settings.unknown_send_seconds + 0.5
    runtime.queue.enqueue(SendTask(message_id=message.id), delay=delay)
