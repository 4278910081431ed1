"""Receiving: a customer's message becomes a document and work on its contact, once, however often it comes."""

from functions.process.inbox.amendments import amend, quote
from functions.process.inbox.arrival import arrival
from functions.process.inbox.events import keep_event
from functions.process.inbox.find_contact import Found, find_contact, request_merges
from functions.process.inbox.inbound import Amendment, InboundMessage, parse_message
from functions.process.inbox.look_again import look_again
from functions.process.runtime import Runtime
from functions.process.turn.lease import ContactLease, may_take, taken_by
from functions.process.turn.run import wake, work
from shared.errors import BadRequestError, DuplicateError
from shared.log import logger
from shared.model.contact import Contact
from shared.model.identifiers import known_by
from shared.model.ids import inbound_id, random_id
from shared.model.message import Message, MessageUpdate, Quoted
from shared.model.turn import Change
from shared.queue.tasks import MediaTask, MessageTask, RawTask
from shared.store.optimistic import until_written

LATER_SECONDS = 30.0


def receive(runtime: Runtime, task: MessageTask) -> None:
    """Store a customer's message and answer it, unless somebody works on the contact already.

    What names no sender is kept as an event. Raises an error when the queue should deliver again.
    """
    try:
        inbound = parse_message(task.message, task.contact, runtime.now())
    except BadRequestError:
        keep_event(runtime, RawTask(field="messages", value=task.message))
        return
    about_id = inbound.target if isinstance(inbound, Amendment) else inbound.quoted
    about = runtime.store.messages.find(about_id) if about_id else None
    if isinstance(inbound, Amendment) and task.attempt:
        _attach(runtime, task, inbound, about)
        return
    owner = random_id()
    contact, is_new = _store(runtime, inbound, about, owner)
    if isinstance(inbound, Amendment) and not (about and is_new):
        look_again(runtime, task)
    if contact.lease and contact.lease.owner == owner:
        work(runtime, ContactLease(runtime, contact), newest=inbound.whatsapp_id)
    elif not is_new:  # delivered again: perhaps because the first delivery died on the way
        wake(runtime, contact.id)
    _fetch_media(runtime, contact, inbound)


def _attach(runtime: Runtime, task: MessageTask, event: Amendment, target: Message | None) -> None:
    """Apply a change that was stored before its message was there; after a few times it stays a mere record."""
    if target is None:
        look_again(runtime, task)
        return

    def attempt() -> None:
        record = runtime.store.messages.get(inbound_id(event.whatsapp_id))
        contact = runtime.store.contacts.get(record.contact_id) if record else None
        if record is None or record.target_id or contact is None:
            return
        change = amend(
            contact, event, runtime.store.messages.get(target.id) or target, runtime.settings, runtime.now()
        )
        about: MessageUpdate = {"target_id": target.id, "quoted": change.creates[0].quoted}
        runtime.store.commit(contact, Change(change.contact, updates={**change.updates, record.id: about}))

    until_written(attempt, runtime.sleep)


def _store(runtime: Runtime, inbound: InboundMessage, about: Message | None, owner: str) -> tuple[Contact, bool]:
    """Write message, contact and (when nobody has it) the lease in one batch; tell whether it was new."""
    message_id = inbound_id(inbound.whatsapp_id)

    def attempt() -> tuple[Found, Contact, bool]:
        found = find_contact(runtime, inbound)
        change = _change(runtime, found.contact, inbound, about)
        after = known_by(change.contact, found.in_use)
        status = change.creates[0].status
        if status == "new" and may_take(runtime, found.contact):
            after = taken_by(runtime, after, owner)
        try:
            contact = runtime.store.commit(
                found.contact, Change(after, change.creates, change.updates), found.links
            )
        except DuplicateError:  # the message, or only the new contact or identity: then it is tried again
            stored = runtime.store.messages.get(message_id)
            known = runtime.store.contacts.get(stored.contact_id) if stored else None
            if known is None:
                raise
            logger.info("duplicate", contact=known.id, message_id=message_id)
            return found, known, False
        logger.info("stored", contact=contact.id, message_id=message_id, status=status)
        return found, contact, True

    found, contact, is_new = until_written(attempt, runtime.sleep)
    request_merges(runtime, found)
    return contact, is_new


def _change(runtime: Runtime, before: Contact, inbound: InboundMessage, about: Message | None) -> Change:
    if isinstance(inbound, Amendment) and about:
        # Read after the contact, whose unchanged version then proves that nobody changes the message either.
        target = runtime.store.messages.get(about.id) or about
        return amend(before, inbound, target, runtime.settings, runtime.now())
    quoted = None
    if inbound.quoted:
        quoted = quote(about, inbound.quoted) if about else Quoted(whatsapp_id=inbound.quoted)
    return arrival(before, inbound, quoted, runtime.settings, runtime.now())


def _fetch_media(runtime: Runtime, contact: Contact, inbound: InboundMessage) -> None:
    """Have the file fetched, unless its sender is to cost nothing.

    The turn fetches what the model is to know; its task comes later and finds it done.
    """
    if inbound.media is None or inbound.media.state != "waiting" or contact.blocked:
        return
    delay = 0 if contact.muted else LATER_SECONDS
    runtime.queue.enqueue(MediaTask(message_id=inbound_id(inbound.whatsapp_id)), delay=delay)
