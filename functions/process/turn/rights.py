"""What a customer's /export and /delete do besides being answered: a colleague is asked, or the erasure begins.

/export      a colleague is asked to confirm it, on the contact card, and the file is sent
/delete      is answered how to confirm it
/delete ok   erases, once that was answered; under a number that another account had, a colleague is asked:
             what is kept may be somebody else's
"""

from dataclasses import replace

from functions.process.runtime import Runtime
from functions.process.turn.commands import ERASE, Command
from shared.model.contact import Contact, flagged
from shared.model.message import Directive
from shared.model.turn import Reply
from shared.queue.tasks import EraseTask
from shared.settings import AddressForm, Language
from shared.texts import text

ERASE_AFTER_SECONDS = 30.0  # when the answer has been sent


def with_rights(
    runtime: Runtime,
    contact: Contact,
    command: Command | Directive,
    reply: Reply,
    language: Language,
    form: AddressForm,
) -> Reply:
    """Return the reply to a command with what it does; an erasure is asked for before it is answered (2 writes)."""
    if command == "/export":
        return _asking_colleague(runtime, reply, "/export")
    if command != ERASE:
        return reply
    if contact.former_accounts:
        asked = replace(reply, parts=[text("delete_asked", language, form)])
        return _asking_colleague(runtime, asked, "/delete")
    erasure = runtime.store.erasures.request(contact.id, runtime.now())
    runtime.queue.enqueue(EraseTask(erasure_id=erasure.id), delay=ERASE_AFTER_SECONDS)
    return reply


def _asking_colleague(runtime: Runtime, reply: Reply, summary: str) -> Reply:
    now = runtime.now()
    return replace(reply, effect=lambda contact: flagged(contact, "privacy_request", now, summary))
