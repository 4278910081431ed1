"""Receiving: a customer's message becomes a document and work on its contact, once, however often it comes."""

import json
import random

from functions.process.inbox.amendments import amend, quote
from functions.process.inbox.arrival import arrival
from functions.process.inbox.find_contact import find_contact, request_merges
from functions.process.inbox.inbound import Amendment, InboundMessage, parse_message
from functions.process.runtime import Runtime
from functions.process.turn.lease import Holder, lease_end
from functions.process.turn.run import wake, work
from shared.errors import BadRequestError, StoreBusyError
from shared.log import logger
from shared.model.contact import Contact
from shared.model.ids import inbound_id, random_id
from shared.model.message import Message, Quoted
from shared.model.turn import Change, lease_is_free, take
from shared.queue.tasks import MediaTask, MessageTask, RawTask
from shared.store.store import DuplicateError, StaleError

MOST_CONFLICTS = 40
LOOK_AGAIN_SECONDS = (3, 15, 60)  # when the message that a change is about is looked for again
LATER_SECONDS = 30.0


def receive(runtime: Runtime, task: MessageTask) -> None:
    """Store a customer's message and answer it, unless somebody works on the contact already.

    What names no sender is kept as an event. Raises an error that is retryable when the queue should deliver
    again.
    """
    try:
        inbound = parse_message(task.message, task.contact, runtime.now())
    except BadRequestError:
        keep_event(runtime, RawTask(field="messages", value=task.message))
        return
    about_id = inbound.target if isinstance(inbound, Amendment) else inbound.quoted
    about = runtime.store.find_message(about_id) if about_id else None
    if isinstance(inbound, Amendment) and task.attempt:
        _attach(runtime, task, inbound, about)
        return
    owner = random_id()
    contact, is_new = _store(runtime, inbound, about, owner)
    if isinstance(inbound, Amendment) and not (about and is_new):
        _look_again(runtime, task)
    if contact.lease and contact.lease.owner == owner:
        work(runtime, Holder(runtime, contact), newest=inbound.whatsapp_id)
    elif not is_new:  # delivered again: perhaps because the first delivery died on the way
        wake(runtime, contact.id)
    _fetch_media(runtime, contact, inbound)


def keep_event(runtime: Runtime, task: RawTask) -> None:
    """Keep what nobody understood for staff to see."""
    logger.warning("event", field=task.field[:80])
    runtime.store.add_event(task.field, json.dumps(task.value, ensure_ascii=False), runtime.now())


def _fetch_media(runtime: Runtime, contact: Contact, inbound: InboundMessage) -> None:
    """Have the file fetched, unless its sender is to cost nothing.

    The turn fetches what the model is to know; its task comes later and finds it done.
    """
    if inbound.media is None or inbound.media.state != "waiting" or contact.blocked:
        return
    delay = 0 if contact.muted else LATER_SECONDS
    runtime.queue.enqueue(MediaTask(message_id=inbound_id(inbound.whatsapp_id)), delay=delay)


def _look_again(runtime: Runtime, task: MessageTask) -> None:
    """Come back to a change whose message had not arrived; after a few times it stays a mere record."""
    if task.attempt < len(LOOK_AGAIN_SECONDS):
        delay = LOOK_AGAIN_SECONDS[task.attempt]
        runtime.queue.enqueue(task.model_copy(update={"attempt": task.attempt + 1}), delay=delay)


def _attach(runtime: Runtime, task: MessageTask, event: Amendment, target: Message | None) -> None:
    """Apply a change that was stored before its message was there."""
    if target is None:
        _look_again(runtime, task)
        return
    for _ in range(MOST_CONFLICTS):
        record = runtime.store.get_message(inbound_id(event.whatsapp_id))
        contact = runtime.store.get_contact(record.contact_id) if record else None
        if record is None or record.target_id or contact is None:
            return
        change = amend(contact, event, runtime.store.get_message(target.id) or target)
        about = change.creates[0].model_dump(include={"target_id", "quoted"})
        try:
            runtime.store.commit(contact, Change(change.contact, updates={**change.updates, record.id: about}))
        except StaleError:
            continue
        return
    raise StoreBusyError("the contact changes faster than a message can be changed")


def _store(runtime: Runtime, inbound: InboundMessage, about: Message | None, owner: str) -> tuple[Contact, bool]:
    """Write message, contact and (when nobody has it) the lease in one batch; tell whether it was new."""
    message_id = inbound_id(inbound.whatsapp_id)
    for _ in range(MOST_CONFLICTS):
        found = find_contact(runtime, inbound)
        before = found.contact
        change = _change(runtime, before, inbound, about)
        after = change.contact.model_copy(update=found.names)
        if change.creates[0].status == "new" and lease_is_free(before, runtime.now()):
            after = take(after, owner, runtime.now(), lease_end(runtime))
        try:
            contact = runtime.store.commit(before, Change(after, change.creates, change.updates), found.links)
            request_merges(runtime, found)
            logger.info("stored", contact=contact.id, message_id=message_id, status=change.creates[0].status)
            return contact, True
        except DuplicateError:
            stored = runtime.store.get_message(message_id)
            known = runtime.store.get_contact(stored.contact_id) if stored else None
            if known:
                logger.info("duplicate", contact=known.id, message_id=message_id)
                request_merges(runtime, found)
                return known, False
        except StaleError:
            pass
        runtime.sleep(random.uniform(0.005, 0.05))  # noqa: S311 - jitter, not a secret
    raise StoreBusyError("the contact changes faster than a message can be stored")


def _change(runtime: Runtime, before: Contact, inbound: InboundMessage, about: Message | None) -> Change:
    if isinstance(inbound, Amendment) and about:
        # Read after the contact, whose unchanged version then proves that nobody changes the message either.
        return amend(before, inbound, runtime.store.get_message(about.id) or about)
    quoted = None
    if inbound.quoted:
        quoted = quote(about, inbound.quoted) if about else Quoted(whatsapp_id=inbound.quoted)
    return arrival(before, inbound, quoted, runtime.settings, runtime.now())
