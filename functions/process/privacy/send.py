"""Sending a customer what is kept of them, once a colleague confirmed it: as a text, WhatsApp takes no archive."""

from functions.process.runtime import Runtime
from shared.errors import DuplicateError
from shared.model.contact import Contact
from shared.model.ids import staff_message_id
from shared.model.message import Media, Message
from shared.model.turn import Change
from shared.queue.tasks import SendTask
from shared.store.exports import Export
from shared.store.optimistic import until_written

FILE_NAME = "data.txt"


def send_to_customer(runtime: Runtime, contact: Contact, export: Export, text: str) -> None:
    """Queue a document for the customer, once for each time that it was asked for."""
    content = text.encode()
    message_id = staff_message_id(contact.id, f"export {export.begun_at.isoformat()}")
    runtime.store.files.save(message_id, content, "text/plain")
    message = Message(
        id=message_id,
        contact_id=contact.id,
        direction="out",
        author="staff",
        author_name=export.send_by,
        kind="document",
        text="",
        status="queued",
        media=Media(mime_type="text/plain", filename=FILE_NAME, size=len(content), state="stored"),
        at=runtime.now(),
    )

    def attempt() -> None:
        current = runtime.store.contacts.get(contact.id)
        if current is None:
            runtime.store.files.delete(message_id)
            return
        try:
            runtime.store.commit(current, Change(current, creates=(message,)))
        except DuplicateError:  # by an earlier delivery of the task
            if runtime.store.messages.get(message_id) is None:
                raise

    until_written(attempt, runtime.sleep)
    runtime.queue.enqueue(SendTask(message_id=message_id))
