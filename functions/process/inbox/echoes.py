"""What staff write in the WhatsApp Business app on their phone, where it shares the number with us (coexistence).

Meta tells it in `message_echoes` of the field `smb_message_echoes`, edits and revokes too: items of `messages`
whose `to` is the customer. What was sent by the API does not come back so
(developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/smb_message_echoes, May 2026).

It is a message of staff's as one of the dashboard is: stored and shown, the assistant pauses and is told of it.
"""

import datetime as dt
from dataclasses import replace
from typing import Any

from functions.process.inbox.accounts import written_under
from functions.process.inbox.amendments import MAX_EARLIER_TEXTS, shown
from functions.process.inbox.events import keep_event
from functions.process.inbox.find_contact import Found, find_contact, request_merges
from functions.process.inbox.inbound import Amendment, InboundMessage, parse_message
from functions.process.inbox.look_again import look_again
from functions.process.runtime import Runtime
from shared.errors import BadRequestError, DuplicateError
from shared.log import logger
from shared.model.contact import Contact, awake, paused_at_least
from shared.model.ids import echo_id
from shared.model.message import Earlier, Message, MessageUpdate, Quoted, StaffReaction, with_words
from shared.model.quoting import quote
from shared.model.turn import Change, preview, tell_later
from shared.queue.tasks import EchoTask, MediaTask, RawTask
from shared.store.optimistic import until_written


def record_echo(runtime: Runtime, task: EchoTask) -> None:
    """Keep what staff wrote elsewhere, once (3 reads, 2 writes); what names no customer is kept as an event."""
    try:
        echo = _parsed(task.echo, runtime.now())
    except BadRequestError:
        keep_event(runtime, RawTask(field="smb_message_echoes", value=task.echo))
        return
    if isinstance(echo, Amendment):
        if not _amend(runtime, echo):
            look_again(runtime, task)
    elif runtime.store.messages.find_outbound(echo.whatsapp_id):
        logger.info("known_echo")  # delivered again, or ours after all
    else:
        _store(runtime, echo)


def _parsed(echo: dict[str, Any], now: dt.datetime) -> InboundMessage:
    """Read an echo as a message whose sender is the customer; raises BadRequestError where it names none."""
    parsed = parse_message({**echo, "from": echo.get("to") or echo.get("to_user_id")}, None, now)
    if parsed.in_group or parsed.change:
        raise BadRequestError("an echo to nobody that we know")
    return parsed


def _store(runtime: Runtime, echo: InboundMessage) -> None:
    message_id = echo_id(echo.whatsapp_id)
    about = runtime.store.messages.find(echo.quoted) if echo.quoted else None

    def attempt() -> Found:
        found = find_contact(runtime, echo)
        known = written_under(found.contact, found.in_use, echo.at, runtime.now())
        message = _message(known, echo, about, runtime.now())
        try:
            after = _answered(runtime, known, message)
            contact = runtime.store.commit(found.contact, Change(after, creates=(message,)), found.links)
        except DuplicateError:  # the message, or only a new contact or identity: then it is tried again
            if runtime.store.messages.get(message_id) is None:
                raise
            return found
        logger.info("echo", contact=contact.id, message_id=message_id)
        return found

    request_merges(runtime, until_written(attempt, runtime.sleep))
    if echo.media and echo.media.state == "waiting":
        runtime.queue.enqueue(MediaTask(message_id=message_id))


def _message(contact: Contact, echo: InboundMessage, about: Message | None, now: dt.datetime) -> Message:
    quoted = Quoted(whatsapp_id=echo.quoted) if echo.quoted else None
    if about and echo.quoted and about.contact_id == contact.id:
        quoted = quote(about, echo.quoted)
    return Message(
        id=echo_id(echo.whatsapp_id),
        contact_id=contact.id,
        direction="out",
        author="staff",
        kind=echo.kind,
        text=echo.text,
        cut=echo.cut,
        status="accepted",
        whatsapp_id=echo.whatsapp_id,
        payload=echo.payload,
        media=echo.media,
        quoted=quoted,
        forwarded=echo.forwarded,
        at=echo.at,
        created_at=now,
        updated_at=now,
    )


def _answered(runtime: Runtime, contact: Contact, message: Message) -> Contact:
    """Leave the customer to staff for a while; one that comes late answers nothing that was written after it."""
    after = tell_later(contact, message.id)
    if contact.last_activity_at is None or message.at >= contact.last_activity_at:
        after = replace(
            after,
            last_message=preview(message),
            last_activity_at=message.at,
            unread=0,
            marked_unread=False,
            attention=None,
        )
    return awake(paused_at_least(after, runtime.business().inbox.pause_minutes, message.at), runtime.now())


def _amend(runtime: Runtime, echo: Amendment) -> bool:
    """Change the message that a reaction, edit or revoke is about; False when it is not there yet."""

    def attempt() -> bool:
        target = runtime.store.messages.find(echo.target)
        contact = runtime.store.contacts.get(target.contact_id) if target else None
        if target is None or contact is None:
            return False
        update = _update(target, echo)
        if not update:
            return True
        after = contact
        if echo.kind != "reaction":
            said = "" if echo.kind == "revoke" else echo.text
            after = shown(contact, target, replace(target, text=said, kind="revoke" if not said else target.kind))
            after = _unsaid(after, target, is_revoked=echo.kind == "revoke")
            update = with_words(target, update)
        runtime.store.commit(contact, Change(after, updates={target.id: update}))
        return True

    return until_written(attempt, runtime.sleep)


def _update(target: Message, echo: Amendment) -> MessageUpdate:
    """Return what staff changed on a message; nothing where it is old, or not theirs to change."""
    if echo.kind == "reaction":
        before = target.staff_reaction
        if target.direction == "out" or (before and before.at >= echo.at):
            return {}
        number = before.number + 1 if before else 1
        return {"staff_reaction": StaffReaction(emoji=echo.text, at=echo.at, number=number)}
    if target.direction == "in" or target.revoked_at:
        return {}
    if echo.kind == "revoke":
        return {"revoked_at": echo.at}
    if target.edited_at and target.edited_at >= echo.at:
        return {}
    earlier = [*target.earlier, Earlier(text=target.text, until=echo.at)][-MAX_EARLIER_TEXTS:]
    return {"text": echo.text, "cut": echo.cut, "earlier": earlier, "edited_at": echo.at}


def _unsaid(contact: Contact, target: Message, *, is_revoked: bool) -> Contact:
    """Let the model read no more what staff took back: it is told later, or the conversation ends that holds it."""
    if target.id in contact.context:
        kept = [known for known in contact.context if known != target.id or not is_revoked]
        return replace(contact, context=kept)
    ended = contact.conversation and contact.conversation.without(target.at)
    return replace(contact, conversation=ended)
