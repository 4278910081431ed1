"""Reactions, edits and revokes: what they leave on the message that they are about. Pure functions.

reaction   kept on the message; one to a message of ours is told to the model with the next turn
edit       the new text replaces the old one, which staff can still see; before the answer is there the turn
           begins again with the new text (three times, and each counts as a message), after it the model is told
           with the next turn
revoke     the text stays for staff and goes to the model no more, nor what edits and quotations repeat of it;
           before the answer is there the turn begins again without it, as often as for an edit, after that the
           answer goes on and the next turn knows nothing of it
"""

import datetime as dt
from dataclasses import replace

from functions.process.inbox.arrival import new_message
from functions.process.inbox.inbound import Amendment
from functions.process.inbox.rate import count_message, is_over
from shared.model.business import Limits
from shared.model.contact import Contact, flagged
from shared.model.message import Earlier, Message, MessageUpdate, Reaction, with_words
from shared.model.quoting import quote
from shared.model.turn import Change, preview, tell_later

MAX_RESTARTS = 3  # of an answer by edits and revokes; then the text is answered as it stands
MAX_EARLIER_TEXTS = 20  # kept with the message; the edits before them are messages of their own, as all are


def amend(contact: Contact, event: Amendment, target: Message, limits: Limits, now: dt.datetime) -> Change:
    """Return the change that keeps the event and applies it to its target."""
    quoted = quote(target, event.target)
    message = replace(new_message(contact, event, "recorded"), target_id=target.id, quoted=quoted)
    if event.kind == "reaction":
        change = _react(contact, event, target, message)
    elif target.direction == "out" or target.in_group != event.in_group:
        return Change(contact, creates=(message,))  # nobody can change what somebody else wrote
    elif event.kind == "edit":
        change = _edit(contact, event, target, message, limits, now)
    else:
        change = _revoke(contact, event, target, limits, now)
    return Change(change.contact, creates=(message,), updates=change.updates)


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
    limits: Limits,
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
    after = shown(contact, target, replace(target, text=event.text))
    if _is_being_answered(contact, target):
        after = _edited_in_turn(after, message, limits, now)
    elif target.id not in (*contact.pending, *contact.context) and not target.revoked_at:
        after = tell_later(after, message.id)
    return Change(after, updates={target.id: with_words(target, update)})


def _edited_in_turn(contact: Contact, message: Message, limits: Limits, now: dt.datetime) -> Contact:
    """Begin the answer again if the customer may have one more; else the model is told with the next turn."""
    after, again = _begun_again(contact, limits, now)
    return after if again else tell_later(after, message.id)


def _revoke(contact: Contact, event: Amendment, target: Message, limits: Limits, now: dt.datetime) -> Change:
    if target.revoked_at:
        return Change(contact)
    update: MessageUpdate = {"revoked_at": event.at}
    after = shown(contact, target, replace(target, text="", kind="revoked"))
    if target.id in contact.pending:
        after = replace(after, pending=[known for known in contact.pending if known != target.id])
        update["status"] = "left_to_staff"
    elif _is_being_answered(contact, target):
        after = _revoked_in_turn(after, target, limits, now)
        update |= {"status": "left_to_staff"} if target.status == "new" else {}
    elif contact.conversation and target.id not in contact.context:
        after = replace(after, conversation=contact.conversation.without(target.at))
    return Change(after, updates={target.id: with_words(target, update)})


def _is_being_answered(contact: Contact, target: Message) -> bool:
    turn = contact.turn
    return turn is not None and turn.state == "claimed" and target.id in (*turn.message_ids, *turn.context_ids)


def _begun_again(contact: Contact, limits: Limits, now: dt.datetime) -> tuple[Contact, bool]:
    """Make whoever answers the turn read its messages again before the answer is stored, if that may be once more.

    Each time counts as a message of the customer's. Returns whether it may be.
    """
    if contact.turn is None or contact.turn.revision >= MAX_RESTARTS:
        return contact, False
    rate = count_message(contact, now)
    counted = replace(contact, rate=rate)
    if is_over(rate, limits):
        return flagged(counted, "rate_limited", now), False
    return _again(counted), True


def _revoked_in_turn(contact: Contact, target: Message, limits: Limits, now: dt.datetime) -> Contact:
    """Take a message out of the turn, and begin its answer again if the customer may have one more.

    Else the answer goes on, and the conversation, which was told of the message, ends with it. A turn without any
    other message needs no answer: beginning it again costs nothing.
    """
    turn = contact.turn
    if turn is None:
        return contact
    message_ids = [known for known in turn.message_ids if known != target.id]
    context_ids = [known for known in turn.context_ids if known != target.id]
    without = replace(contact, turn=replace(turn, message_ids=message_ids, context_ids=context_ids))
    if not message_ids:
        return _again(without)
    after, again = _begun_again(without, limits, now)
    if again or after.conversation is None:
        return after
    return replace(after, conversation=after.conversation.without(target.at))


def _again(contact: Contact) -> Contact:
    turn = contact.turn
    return replace(contact, turn=turn and replace(turn, revision=turn.revision + 1))


def shown(contact: Contact, before: Message, after: Message) -> Contact:
    """Change what the conversation list shows, where it shows this message."""
    old, new = preview(before), preview(after)
    return replace(
        contact,
        last_message=new if contact.last_message == old else contact.last_message,
        last_inbound=new if contact.last_inbound == old else contact.last_inbound,
    )
