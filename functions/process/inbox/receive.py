"""Receiving: a customer's message becomes a document and work on its contact, once, however often it comes."""

from functions.process.inbox.accounts import after_notice, left_to_staff, written_under
from functions.process.inbox.amendments import amend
from functions.process.inbox.arrival import arrival
from functions.process.inbox.events import keep_event
from functions.process.inbox.find_contact import Found, find_contact, request_merges
from functions.process.inbox.inbound import Amendment, InboundMessage, parse_message
from functions.process.inbox.look_again import look_again
from functions.process.runtime import Runtime
from functions.process.turn.lease import ContactLease, may_take, taken_by
from functions.process.turn.run import wake, work
from shared.errors import BadRequestError, ContactGoneError, DuplicateError
from shared.log import logger
from shared.model.contact import Contact
from shared.model.ids import inbound_id, random_id
from shared.model.message import FoundUpdate, Message, Quoted
from shared.model.quoting import quote
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
        if not _attach(runtime, inbound, about):
            look_again(runtime, task)
        return
    owner = random_id()
    try:
        contact, stored = _store(runtime, inbound, about, owner)
    except ContactGoneError:  # delivered again: it must not begin a new contact
        logger.info("erased_since", message_id=inbound_id(inbound.whatsapp_id))
        return
    if isinstance(inbound, Amendment) and not (stored and stored.target_id):
        look_again(runtime, task)
    if contact.lease and contact.lease.owner == owner:
        work(runtime, ContactLease(runtime, contact), newest=inbound.whatsapp_id)
    elif not stored:  # delivered again: perhaps because the first delivery died on the way
        wake(runtime, contact.id)
    _fetch_media(runtime, contact, inbound, stored)


def _attach(runtime: Runtime, event: Amendment, target: Message | None) -> bool:
    """Apply a change that was stored before its message was there; False when that is not there yet."""
    if target is None:
        return False

    def attempt() -> bool:
        record = runtime.store.messages.get(inbound_id(event.whatsapp_id))
        contact = runtime.store.contacts.get(record.contact_id) if record else None
        if record is None or record.target_id or contact is None:
            return True
        if not _is_own(runtime, contact, target):
            return False
        change = amend(
            contact, event, runtime.store.messages.get(target.id) or target, runtime.limits(), runtime.now()
        )
        about: FoundUpdate = {"target_id": target.id, "quoted": change.creates[0].quoted, "search": []}
        runtime.store.commit(contact, Change(change.contact, updates={**change.updates, record.id: about}))
        return True

    return until_written(attempt, runtime.sleep)


def _store(
    runtime: Runtime, inbound: InboundMessage, about: Message | None, owner: str
) -> tuple[Contact, Message | None]:
    """Write message, contact and (when nobody has it) the lease in one batch; None for a message that was there."""
    message_id = inbound_id(inbound.whatsapp_id)

    def attempt() -> tuple[Found, Contact, Message | None]:
        found = find_contact(runtime, inbound)
        before = _known(runtime, found, inbound)
        change = _change(runtime, before, inbound, about)
        left = left_to_staff(found.contact, before)
        after, message = change.contact, change.creates[0]
        if message.status == "new" and may_take(runtime, found.contact):
            after = taken_by(runtime, after, owner)
        try:
            contact = runtime.store.commit(
                found.contact, Change(after, change.creates, {**left, **change.updates}), found.links
            )
        except DuplicateError:  # the message, or only the new contact or identity: then it is tried again
            stored = runtime.store.messages.get(message_id)
            if stored is None:
                raise
            known = runtime.store.contacts.get(stored.contact_id)
            if known is None:
                raise ContactGoneError("whose message it was, was erased since") from None
            logger.info("duplicate", contact=known.id, message_id=message_id)
            return found, known, None
        logger.info("stored", contact=contact.id, message_id=message_id, status=message.status)
        return found, contact, message

    found, contact, stored = until_written(attempt, runtime.sleep)
    request_merges(runtime, found)
    return contact, stored


def _known(runtime: Runtime, found: Found, inbound: InboundMessage) -> Contact:
    """Return the contact that was found, known by what the message or the change tells of it."""
    if inbound.change:
        return after_notice(found.contact, found.in_use, inbound.change, runtime.now())
    return written_under(found.contact, found.in_use, inbound.at, runtime.now())


def _is_own(runtime: Runtime, contact: Contact, message: Message) -> bool:
    """Tell whether a message is of this contact, or of one merged into it, and of its present account.

    A message of somebody else's is never quoted, changed or reacted to, whatever an event says (no read for the
    contact's own).
    """
    if message.contact_id != contact.id:
        owner = runtime.store.contacts.get(message.contact_id)
        if owner is None or owner.id != contact.id:
            return False
    return contact.is_of_present_account(message.at)


def _change(runtime: Runtime, before: Contact, inbound: InboundMessage, about: Message | None) -> Change:
    about = about if about and _is_own(runtime, before, about) else None
    if isinstance(inbound, Amendment) and about:
        # Read after the contact, whose unchanged version then proves that nobody changes the message either.
        target = runtime.store.messages.get(about.id) or about
        return amend(before, inbound, target, runtime.limits(), runtime.now())
    quoted = None
    if inbound.quoted:
        quoted = quote(about, inbound.quoted) if about else Quoted(whatsapp_id=inbound.quoted)
    return arrival(before, inbound, quoted, runtime.limits(), runtime.now())


def _fetch_media(runtime: Runtime, contact: Contact, inbound: InboundMessage, stored: Message | None) -> None:
    """Have the file fetched, unless its sender is to cost nothing before staff ask for it.

    The turn fetches what the model is to know; its task comes later and finds it done. Of a message that had been
    stored before (None), the task sees by itself whether its file is to be fetched.
    """
    media = stored.media if stored else inbound.media
    if media is None or media.state != "waiting" or media.on_demand or contact.blocked:
        return
    delay = 0 if contact.muted else LATER_SECONDS
    runtime.queue.enqueue(MediaTask(message_id=inbound_id(inbound.whatsapp_id)), delay=delay)
