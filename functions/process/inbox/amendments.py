"""Reactions, edits and revokes: what they leave on the message that they are about. Pure functions.

reaction   kept on the message; one to a message of ours is told to the model with the next turn
edit       the new text replaces the old one, which staff can still see; before the answer is there the turn
           begins again with the new text, after it the model is told with the next turn
revoke     the text stays for staff and goes to the model no more
"""

from typing import Any

from functions.process.inbox.arrival import new_message
from functions.process.inbox.inbound import Amendment
from shared.model.contact import Contact
from shared.model.message import Earlier, Message, Quoted, Reaction
from shared.model.turn import MOST_CONTEXT_MESSAGES, Change, preview

QUOTED_CHARACTERS = 300
MOST_EARLIER_TEXTS = 20  # kept with the message; the edits before them are messages of their own, as all are


def amend(contact: Contact, event: Amendment, target: Message) -> Change:
    """Return the change that keeps the event and applies it to its target."""
    quoted = quote(target, event.target)
    about = {"target_id": target.id, "quoted": quoted}
    message = new_message(contact, event, "recorded").model_copy(update=about)
    if event.kind == "reaction":
        change = _react(contact, event, target, message)
    elif target.direction == "out" or target.in_group != event.in_group:
        return Change(contact, creates=(message,))  # nobody can change what somebody else wrote
    elif event.kind == "edit":
        change = _edit(contact, event, target, message)
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
        text=words[:QUOTED_CHARACTERS],
    )


def _react(contact: Contact, event: Amendment, target: Message, message: Message) -> Change:
    before = target.reaction
    if before and before.at > event.at:
        return Change(contact)
    reaction = Reaction(emoji=event.text, at=event.at, message_id=message.id)
    context = [known for known in contact.context if not before or known != before.message_id]
    after = contact.model_copy(update={"context": context})
    if target.author == "assistant" and event.text:
        after = _tell_later(after, message)
    return Change(after, updates={target.id: {"reaction": reaction.model_dump()}})


def _edit(contact: Contact, event: Amendment, target: Message, message: Message) -> Change:
    if target.edited_at and target.edited_at > event.at:  # an older edit that comes late
        earlier = [*target.earlier, Earlier(text=event.text, until=target.edited_at)]
        return Change(contact, updates={target.id: {"earlier": _dump(earlier)}})
    earlier = [*target.earlier, Earlier(text=target.text, until=event.at)]
    fields = {"text": event.text, "earlier": _dump(earlier), "edited_at": event.at}
    after = _shown(contact, target, target.model_copy(update={"text": event.text}))
    if _is_being_answered(contact, target):
        after = _begin_again(after)
    elif target.id not in (*contact.pending, *contact.context) and not target.revoked_at:
        after = _tell_later(after, message)
    return Change(after, updates={target.id: fields})


def _revoke(contact: Contact, event: Amendment, target: Message) -> Change:
    fields: dict[str, Any] = {"revoked_at": event.at}
    after = _shown(contact, target, target.model_copy(update={"text": "", "kind": "revoked"}))
    update: dict[str, Any] = {}
    if target.id in contact.pending:
        update["pending"] = [known for known in contact.pending if known != target.id]
        fields["status"] = "left_to_staff"
    elif _is_being_answered(contact, target):
        after = _begin_again(after)
    elif contact.conversation and target.id not in contact.context:
        update["conversation"] = contact.conversation.model_copy(update={"outdated": True})
    return Change(after.model_copy(update=update), updates={target.id: fields})


def _is_being_answered(contact: Contact, target: Message) -> bool:
    turn = contact.turn
    return turn is not None and turn.state == "claimed" and target.id in (*turn.message_ids, *turn.context_ids)


def _begin_again(contact: Contact) -> Contact:
    """Make whoever answers the turn read its messages again before the answer is stored."""
    if contact.turn is None:
        return contact
    revised = contact.turn.model_copy(update={"revision": contact.turn.revision + 1})
    return contact.model_copy(update={"turn": revised})


def _tell_later(contact: Contact, message: Message) -> Contact:
    """Have the model told of a message with the next turn."""
    return contact.model_copy(update={"context": [*contact.context, message.id][-MOST_CONTEXT_MESSAGES:]})


def _shown(contact: Contact, before: Message, after: Message) -> Contact:
    """Change what the conversation list shows, if it shows this message."""
    if contact.last_message != preview(before):
        return contact
    return contact.model_copy(update={"last_message": preview(after)})


def _dump(earlier: list[Earlier]) -> list[dict[str, Any]]:
    return [one.model_dump() for one in earlier[-MOST_EARLIER_TEXTS:]]
