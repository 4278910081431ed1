"""What a customer's message does when it arrives: is it answered, does it speak of consent, is it one too many.

Pure functions, from the contact as it is to the change that one batch writes.
"""

import datetime as dt
from dataclasses import replace

from functions.process.assistant.extraction import left_unheard
from functions.process.inbox.inbound import InboundMessage
from functions.process.inbox.opt_out import is_start, is_stop
from functions.process.inbox.rate import count_message, is_over, was_told
from functions.process.turn.commands import RIGHTS, command_of
from shared.model.business import Limits
from shared.model.contact import Contact, awake, flagged
from shared.model.ids import inbound_id
from shared.model.kinds import ANSWERED_KINDS
from shared.model.message import Directive, InboundStatus, Message, Quoted
from shared.model.turn import MAX_PENDING_MESSAGES, Change, arrive

WINDOW = dt.timedelta(hours=24)  # how long after a message WhatsApp allows free-form answers
# A button below an answer (`interactive`) was offered by the assistant: pressing it answers, whatever it is called.
# The button of a template (`button`) may be there to stop such messages.
CONSENT_KINDS = ("text", "button")
WINDOW_AFTER_ADVERTISEMENT = dt.timedelta(hours=72)


def arrival(
    before: Contact, inbound: InboundMessage, quoted: Quoted | None, limits: Limits, now: dt.datetime
) -> Change:
    """Return the change that stores a message and, if the assistant is to act on it, queues it on its contact."""
    contact, directive = _consent(_said_by_sender(awake(before, now), inbound), inbound)
    status = _first_status(contact, inbound, directive, now)
    if inbound.wants_answer and not contact.blocked and directive is None:
        contact, status, directive = _within_rate(contact, status, limits, now)
    if status == "new" and len(contact.pending) >= MAX_PENDING_MESSAGES:
        contact, status = flagged(contact, "rate_limited", now), "left_to_staff"
    message = replace(new_message(contact, inbound, status), directive=directive, quoted=quoted)
    if message.media and (contact.blocked or contact.opted_out or directive == "rate_limited"):
        message = replace(message, media=replace(message.media, on_demand=True))
    if inbound.kind == "system":  # a notice of WhatsApp's, nothing that the customer said
        return Change(contact, creates=(message,))
    after = arrive(contact, message, now, wants_answer=status == "new")
    if status == "left_to_staff" and contact.paused and inbound.kind in ANSWERED_KINDS and directive is None:
        after = left_unheard(after, [message.id])
    if status == "left_to_staff" and not contact.blocked and (command := command_of(message)) in RIGHTS:
        after = flagged(after, "privacy_request", now, command or "")  # also of whom no machine answers
    return Change(after, creates=(message,))


def new_message(contact: Contact, inbound: InboundMessage, status: InboundStatus) -> Message:
    """Return the document of an inbound message."""
    return Message(
        id=inbound_id(inbound.whatsapp_id),
        contact_id=contact.id,
        direction="in",
        author="customer",
        kind=inbound.kind,
        text=inbound.text,
        cut=inbound.cut,
        status=status,
        whatsapp_id=inbound.whatsapp_id,
        payload=inbound.payload,
        media=inbound.media,
        forwarded=inbound.forwarded,
        in_group=inbound.in_group,
        product=inbound.product,
        referral=inbound.referral,
        at=inbound.at,
    )


def _said_by_sender(contact: Contact, inbound: InboundMessage) -> Contact:
    """Note what the message says about who sent it; what it does not say stays as it is."""
    contact = replace(
        contact,
        username=inbound.username or contact.username,
        whatsapp_name=inbound.whatsapp_name or contact.whatsapp_name,
    )
    if not inbound.wants_answer:
        return contact
    closes = inbound.at + (WINDOW_AFTER_ADVERTISEMENT if inbound.referral else WINDOW)
    return replace(contact, window_closes_at=max(contact.window_closes_at or closes, closes))


def _consent(contact: Contact, inbound: InboundMessage) -> tuple[Contact, Directive | None]:
    """Obey STOP and START; one that is older than the latest of them changes nothing."""
    outdated = contact.consent_at is not None and inbound.at < contact.consent_at
    if outdated or inbound.kind not in CONSENT_KINDS or not inbound.wants_answer:
        return contact, None
    if is_stop(inbound.text) and not contact.opted_out:
        return replace(contact, opted_out=True, consent_at=inbound.at), "stop"
    if is_start(inbound.text) and contact.opted_out:
        return replace(contact, opted_out=False, consent_at=inbound.at), "start"
    return contact, None


def _first_status(
    contact: Contact, inbound: InboundMessage, directive: Directive | None, now: dt.datetime
) -> InboundStatus:
    """Decide whether the assistant is to act; a message that comes a day late is for staff."""
    if not inbound.wants_answer:
        return "recorded"
    if contact.blocked or now - inbound.at > WINDOW:
        return "left_to_staff"
    return "new" if directive or not contact.muted else "left_to_staff"


def _within_rate(
    contact: Contact, status: InboundStatus, limits: Limits, now: dt.datetime
) -> tuple[Contact, InboundStatus, Directive | None]:
    """Count a message; one too many is left to staff and costs nothing, and the first of a day tells the customer.

    Those that the assistant does not answer anyway count too, since their voice notes are written down for staff.
    """
    rate = count_message(contact, now)
    if not is_over(rate, limits):
        return replace(contact, rate=rate), status, None
    contact = flagged(contact, "rate_limited", now)
    if status != "new" or was_told(rate):
        return replace(contact, rate=rate), "left_to_staff", "rate_limited"
    return replace(contact, rate=replace(rate, told_at=now)), "new", "rate_limited"
