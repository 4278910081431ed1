"""Reactions, edits and revokes: what they leave on the message that they are about. Pure functions.

reaction   kept on the message; one to a message of ours is told to the model with the next turn
edit       the new text replaces the old one, which staff can still see; before the answer is there the turn
           begins again with the new text (three times, and each counts as a message), after it the model is told
           with the next turn
revoke     the text stays for staff and goes to the model no more
"""

import datetime as dt
from dataclasses import replace

from functions.process.assistant.kept_text import without_middle
from functions.process.inbox.arrival import new_message
from functions.process.inbox.inbound import Amendment
from functions.process.inbox.rate import count_message, is_over
from shared.model.contact import Contact, flagged
from shared.model.message import Earlier, Message, MessageUpdate, Quoted, Reaction
from shared.model.turn import Change, preview, tell_later
from shared.settings import ProcessSettings

MAX_QUOTED_CHARACTERS = 300
MAX_RESTARTS = 3  # of an answer by edits; then the text is answered as it stands
MAX_EARLIER_TEXTS = 20  # kept with the message; the edits before them are messages of their own, as all are


def amend(
    contact: Contact, event: Amendment, target: Message, settings: ProcessSettings, now: dt.datetime
) -> Change:
    """Return the change that keeps the event and applies it to its target."""
    quoted = quote(target, event.target)
    message = replace(new_message(contact, event, "recorded"), target_id=target.id, quoted=quoted)
    if event.kind == "reaction":
        change = _react(contact, event, target, message)
    elif target.direction == "out" or target.in_group != event.in_group:
        return Change(contact, creates=(message,))  # nobody can change what somebody else wrote
    elif event.kind == "edit":
        change = _edit(contact, event, target, message, settings, now)
    else:
        change = _revoke(contact, event, target)
    return Change(change.contact, creates=(message,), updates=change.updates)


def quote(message: Message, whatsapp_id: str) -> Quoted:
    """Return a message as another one quotes it; nothing of one that was revoked."""
    words = "" if message.revoked_at else message.text or message.transcript or ""
    return Quoted(
        whatsapp_id=whatsapp_id,
        id=message.id,
        author=message.author,
        kind=message.kind,
        text=without_middle(words, MAX_QUOTED_CHARACTERS, " […] "),
    )


def _react(contact: Contact, event: Amendment, target: Message, message: Message) -> Change:
    before = target.reaction
    if before and before.at > event.at:
        return Change(contact)
    reaction = Reaction(emoji=event.text, at=event.at, message_id=message.id)
    context = [known for known in contact.context if not before or known != before.message_id]
    after = replace(contact, context=context)
    if target.author == "assistant" and event.text:
        after = tell_later(after, message.id)
    return Change(after, updates={target.id: {"reaction": reaction}})


def _edit(
    contact: Contact,
    event: Amendment,
    target: Message,
    message: Message,
    settings: ProcessSettings,
    now: dt.datetime,
) -> Change:
    if target.edited_at and target.edited_at > event.at:  # an older edit that comes late
        earlier = [*target.earlier, Earlier(text=event.text, until=target.edited_at)]
        return Change(contact, updates={target.id: {"earlier": earlier[-MAX_EARLIER_TEXTS:]}})
    earlier = [*target.earlier, Earlier(text=target.text, until=event.at)]
    update: MessageUpdate = {
        "text": event.text,
        "cut": event.cut,
        "earlier": earlier[-MAX_EARLIER_TEXTS:],
        "edited_at": event.at,
    }
    after = _shown(contact, target, replace(target, text=event.text))
    if _is_being_answered(contact, target):
        after = _edited_in_turn(after, message, settings, now)
    elif target.id not in (*contact.pending, *contact.context) and not target.revoked_at:
        after = tell_later(after, message.id)
    return Change(after, updates={target.id: update})


def _edited_in_turn(contact: Contact, message: Message, settings: ProcessSettings, now: dt.datetime) -> Contact:
    """Begin the answer again if the customer may have one more; else the model is told with the next turn."""
    if contact.turn is None or contact.turn.revision >= MAX_RESTARTS:
        return tell_later(contact, message.id)
    rate = count_message(contact, now)
    counted = replace(contact, rate=rate)
    if is_over(rate, settings):
        return tell_later(flagged(counted, "rate_limited", now), message.id)
    return _begin_again(counted)


def _revoke(contact: Contact, event: Amendment, target: Message) -> Change:
    update: MessageUpdate = {"revoked_at": event.at}
    after = _shown(contact, target, replace(target, text="", kind="revoked"))
    if target.id in contact.pending:
        after = replace(after, pending=[known for known in contact.pending if known != target.id])
        update["status"] = "left_to_staff"
    elif _is_being_answered(contact, target):
        after = _begin_again(after)
    elif contact.conversation and target.id not in contact.context:
        after = replace(after, conversation=contact.conversation.without(target.at))
    return Change(after, updates={target.id: update})


def _is_being_answered(contact: Contact, target: Message) -> bool:
    turn = contact.turn
    return turn is not None and turn.state == "claimed" and target.id in (*turn.message_ids, *turn.context_ids)


def _begin_again(contact: Contact) -> Contact:
    """Make whoever answers the turn read its messages again before the answer is stored."""
    if contact.turn is None:
        return contact
    return replace(contact, turn=replace(contact.turn, revision=contact.turn.revision + 1))


def _shown(contact: Contact, before: Message, after: Message) -> Contact:
    """Change what the conversation list shows, if it shows this message."""
    return replace(contact, last_message=preview(after)) if contact.last_message == preview(before) else contact
