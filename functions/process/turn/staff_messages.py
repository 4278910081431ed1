"""Messages that staff wrote: sent by the process function, once, with the same care as an answer.

Its states:

    queued ── sending ─┬─ accepted
                 ▲     ├─ failed
                 └─────┼─ sending, in doubt: its delivery status decides; without one, once more
                       └─ unknown: still in doubt after that, for staff to see

A file is uploaded while the message is still queued: whoever dies in the upload uploads again, and nobody has to
wonder whether the customer got it.
"""

import datetime as dt

from google.cloud import firestore

from functions.process.runtime import Runtime
from functions.process.turn.deliver import MOST_TRIES
from shared.errors import RemoteError, SendFailedError, SendUnknownError, TokenRefusedError
from shared.log import logger
from shared.model.contact import Contact
from shared.model.message import Media, Message
from shared.queue.tasks import SendTask
from shared.store.store import StaleError
from shared.whatsapp.attachments import extension_of

GIVE_UP = dt.timedelta(minutes=15)
OPTED_OUT = {"code": "opted_out", "message": "The customer asked for no messages before this one was sent"}
UNKNOWN = {"code": "unknown_delivery", "message": "WhatsApp never told whether it arrived"}


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
    if contact.opted_out:
        _hold_back(runtime, message)
        return
    try:
        uploaded = _upload(runtime, message)
    except SendFailedError as error:
        _not_sent(runtime, message, error)
        return
    begun = runtime.store.update_message(message, _beginning(runtime, message, uploaded))
    try:
        whatsapp_id = _post(runtime, contact, message, uploaded)
    except SendUnknownError as error:
        logger.warning("send_unknown", message_id=message.id, remote_code=error.remote_code)
        _look_later(runtime, message)
    except SendFailedError as error:
        _not_sent(runtime, begun, error)
    else:
        _accept(runtime, begun, whatsapp_id)


def _hold_back(runtime: Runtime, message: Message) -> None:
    """Send nothing to a customer who wrote STOP meanwhile; a first try in doubt stays in doubt."""
    status = "failed" if message.status == "queued" else "unknown"
    runtime.store.update_message(message, {"status": status, "error": OPTED_OUT})
    runtime.store.flag_contact(message.contact_id, "send_failed", runtime.now())


def _upload(runtime: Runtime, message: Message) -> Media | None:
    """Hand the message's file to WhatsApp, unless that was done; raises SendFailedError."""
    media = message.media
    if media is None or media.id:
        return media
    try:
        content = runtime.store.files.load(message.id)
    except LookupError:
        content = None
    if content is None:
        raise SendFailedError("the file is not stored any more", remote_code="file_gone")
    filename = message.id + extension_of(media.mime_type)  # never shown; the customer sees the message's own
    media_id = runtime.whatsapp.upload_media(content, media.mime_type, filename)
    return media.model_copy(update={"id": media_id})


def _beginning(runtime: Runtime, message: Message, uploaded: Media | None) -> dict[str, object]:
    """Return what announces the POST; with it the id of the upload is kept for another try."""
    fields: dict[str, object] = {
        "status": "sending",
        "tries": message.tries + 1,
        "tried_at": runtime.now(),
    }
    return {**fields, "media": uploaded.model_dump(exclude_none=True)} if uploaded else fields


def _post(runtime: Runtime, contact: Contact, message: Message, uploaded: Media | None) -> str:
    whatsapp = runtime.whatsapp
    if message.template:
        return whatsapp.send_template(contact, message.template, message.id)
    if uploaded is None or uploaded.id is None:
        return whatsapp.send_text(contact, message.text, message.id)
    filename = uploaded.filename if message.kind == "document" else None
    return whatsapp.send_media(
        contact, message.kind, uploaded.id, message.id, caption=message.text, filename=filename
    )


def _accept(runtime: Runtime, message: Message, whatsapp_id: str | None) -> None:
    """Record the send, and leave the text to the assistant's next turn, which has to know it."""
    fields = {"status": "accepted", **({"whatsapp_id": whatsapp_id} if whatsapp_id else {})}
    runtime.store.set_message_status(message.id, fields)
    runtime.store.update_contact(message.contact_id, {"context": firestore.ArrayUnion([message.id])})


def _not_sent(runtime: Runtime, message: Message, error: RemoteError) -> None:
    logger.warning("send_failed", message_id=message.id, remote_code=error.remote_code)
    if isinstance(error, TokenRefusedError):
        runtime.store.set_state("token", {"refused": True, "message": error.message})
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
        runtime.store.update_message(message, {"status": "unknown", "error": UNKNOWN})
        runtime.store.flag_contact(message.contact_id, "unknown_delivery", runtime.now())


def _look_later(runtime: Runtime, message: Message) -> None:
    delay = runtime.settings.unknown_send_seconds + 0.5
    runtime.queue.enqueue(SendTask(message_id=message.id), delay=delay)
