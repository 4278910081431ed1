"""Receiving: a customer's message becomes a document and work on its contact, once, however often it comes."""

import datetime as dt
import json
import random
from typing import Any

from shared.contact import Contact
from shared.envelope import MessageTask, RawTask
from shared.errors import BadRequestError, StoreBusyError
from shared.holder import Holder, lease_end
from shared.identifiers import identity_id, inbound_id, random_id
from shared.inbound import InboundMessage, parse_message
from shared.log import logger
from shared.message import Message
from shared.runtime import Runtime
from shared.store import DuplicateError, StaleError
from shared.turn import Change, arrive, lease_is_free, take
from shared.work import wake, work

WINDOW = dt.timedelta(hours=24)  # how long after a message WhatsApp allows free-form answers
MOST_CONFLICTS = 40


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
    owner = random_id()
    contact, is_new = _store(runtime, inbound, owner)
    if contact.lease and contact.lease.owner == owner:
        work(runtime, Holder(runtime, contact), newest=inbound.whatsapp_id)
    elif not is_new:  # delivered again: perhaps because the first delivery died on the way
        wake(runtime, contact.id)


def keep_event(runtime: Runtime, task: RawTask) -> None:
    """Keep what nobody understood for staff to see."""
    logger.warning("event", field=task.field[:80])
    runtime.store.add_event(task.field, json.dumps(task.value, ensure_ascii=False), runtime.now())


def _store(runtime: Runtime, inbound: InboundMessage, owner: str) -> tuple[Contact, bool]:
    """Write message, contact and (when nobody has it) the lease in one batch; tell whether it was new."""
    message_id = inbound_id(inbound.whatsapp_id)
    for _ in range(MOST_CONFLICTS):
        before, new_identities = _find_contact(runtime, inbound)
        change = _arrival(runtime, before, inbound, message_id, owner)
        try:
            contact = runtime.store.commit(before, change, new_identities)
            logger.info("stored", contact=contact.id, message_id=message_id, status=change.creates[0].status)
            return contact, True
        except DuplicateError:
            stored = runtime.store.get_message(message_id)
            known = runtime.store.get_contact(stored.contact_id) if stored else None
            if known:
                logger.info("duplicate", contact=known.id, message_id=message_id)
                return known, False
        except StaleError:
            pass
        runtime.sleep(random.uniform(0.005, 0.05))  # noqa: S311 - jitter, not a secret
    raise StoreBusyError("the contact changes faster than a message can be stored")


def _find_contact(runtime: Runtime, inbound: InboundMessage) -> tuple[Contact, list[str]]:
    """Find the sender's contact (a new one if there is none), and the identity that is to be linked to it.

    Two reads for a known customer. A name that was only seen beside another one is found by a query, and linked
    when it first stands alone.
    """
    store = runtime.store
    for kind, value in inbound.identities:
        contact_id = store.find_contact_id(identity_id(kind, value))
        contact = store.get_contact(contact_id) if contact_id else None
        if contact:
            return contact, []
    lasting = identity_id(*inbound.identities[0])
    for kind, value in inbound.identities:
        contact = store.find_contact_named(kind, value)
        if contact:
            return contact, [lasting]
    return Contact(id=random_id(), created_at=runtime.now()), [lasting]


def _arrival(runtime: Runtime, before: Contact, inbound: InboundMessage, message_id: str, owner: str) -> Change:
    now = runtime.now()
    status = _first_status(before, inbound, now)
    message = Message(
        id=message_id,
        contact_id=before.id,
        direction="in",
        author="customer",
        kind=inbound.kind,
        text=inbound.text,
        status=status,
        whatsapp_id=inbound.whatsapp_id,
        payload=inbound.payload,
        at=inbound.at,
    )
    wants_answer = status == "new"
    after = arrive(before.model_copy(update=_sender(before, inbound)), message, now, wants_answer=wants_answer)
    if wants_answer and lease_is_free(before, now):
        after = take(after, owner, now, lease_end(runtime))
    return Change(after, creates=(message,))


def _first_status(contact: Contact, inbound: InboundMessage, now: dt.datetime) -> str:
    """Decide whether the assistant is to answer; a message that comes a day late is for staff."""
    if not inbound.wants_answer:
        return "recorded"
    return "left_to_staff" if contact.muted or now - inbound.at > WINDOW else "new"


def _sender(contact: Contact, inbound: InboundMessage) -> dict[str, Any]:
    """Return what the message says about who sent it; what it does not say stays as it is."""
    said = {
        "phone": inbound.phone,
        "user_id": inbound.user_id,
        "username": inbound.username,
        "whatsapp_name": inbound.whatsapp_name,
    }
    closes = inbound.at + WINDOW
    known = contact.window_closes_at
    return {
        **{name: value for name, value in said.items() if value},
        "window_closes_at": max(known, closes) if known else closes,
    }
