"""The task of sending what staff wrote or reacted with."""

from functions.process.runtime import Runtime
from functions.process.turn.deliver import send, settle
from functions.process.turn.staff_messages import StaffMessage
from functions.process.turn.staff_reactions import StaffReactionMessage
from shared.errors import ContactGoneError, StaleError
from shared.log import logger
from shared.model.contact import Contact
from shared.model.message import Message, MessageUpdate, Problem
from shared.queue.tasks import SendTask

CONTACT_GONE = Problem(code="contact_gone", message="The customer was erased before this message was sent")


def send_staff_message(runtime: Runtime, task: SendTask) -> None:
    """Send a queued message of staff; raises SendFailedError when the queue should deliver again."""
    message = runtime.store.messages.get(task.message_id)
    if message is None or message.author != "staff" or message.status not in ("queued", "sending"):
        return
    contact = runtime.store.contacts.get(message.contact_id)
    try:
        if contact is None:
            _end(runtime, message)
            return
        outgoing = _outgoing(runtime, contact, message)
        if message.status == "sending":
            settle(runtime, outgoing)
        elif outgoing.announce():
            send(runtime, outgoing)
    except StaleError:  # another delivery of the task is at it, or was
        logger.info("stale_send", message_id=task.message_id)
    except ContactGoneError:  # erased since: nobody is to be told of it any more
        logger.info("contact_gone", message_id=task.message_id)


def _outgoing(runtime: Runtime, contact: Contact, message: Message) -> StaffMessage:
    kind = StaffReactionMessage if message.kind == "reaction" else StaffMessage
    return kind(runtime, contact, message)


def _end(runtime: Runtime, message: Message) -> None:
    """Let nobody take up a message again whose customer was erased; one in doubt stays in doubt."""
    ended: MessageUpdate = {"status": "failed" if message.status == "queued" else "unknown", "error": CONTACT_GONE}
    runtime.store.messages.update(message, ended)
