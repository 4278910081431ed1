"""Reactions of staff to a customer's message: kept on it, and sent by the process function as messages."""

import datetime as dt
from typing import Annotated

import flask
from pydantic import AfterValidator, StringConstraints

from functions.dashboard_api.activity import note_act
from functions.dashboard_api.api import Api
from functions.dashboard_api.bodies import Body
from functions.dashboard_api.desk import Desk
from functions.dashboard_api.emoji import is_emoji
from functions.dashboard_api.message_views import MessageView, message_view
from functions.dashboard_api.outbox import require_reachable
from shared.errors import InvalidError, NotFoundError, OptedOutError, WindowClosedError
from shared.model.contact import Contact
from shared.model.ids import is_id, reaction_id
from shared.model.kinds import UNANSWERED_KINDS
from shared.model.message import Message, StaffReaction
from shared.model.quoting import quote
from shared.model.turn import Change
from shared.queue.tasks import SendTask
from shared.store.optimistic import until_written

# Older messages take no reaction (developers.facebook.com/docs/whatsapp/cloud-api/messages/reaction-messages).
REACTED_TO_FOR = dt.timedelta(days=30)
MAX_EMOJI_CHARACTERS = 32  # a family of four with tones has 11


def _emoji(text: str) -> str:
    if text and not is_emoji(text):
        raise ValueError("is not an emoji")
    return text


class ReactionBody(Body):
    """A reaction; an empty emoji takes it back."""

    emoji: Annotated[str, StringConstraints(max_length=MAX_EMOJI_CHARACTERS), AfterValidator(_emoji)]


def add_reactions(api: Api, desk: Desk) -> None:
    """Add reacting to a message."""

    @api.put(
        "/api/messages/<message_id>/reaction",
        role="agent",
        errors=[NotFoundError, WindowClosedError, OptedOutError],
    )
    def react(message_id: str, body: ReactionBody) -> MessageView:
        """React to a customer's message, react otherwise, or take the reaction back."""
        return message_view(queue_reaction(desk, message_id, body.emoji, flask.g.staff.email))


def queue_reaction(desk: Desk, message_id: str, emoji: str, author: str) -> Message:
    """Keep a reaction on its message and queue it; return the message (3 reads, 3 writes, 1 task).

    The same one again changes nothing, unless it failed. Raises NotFoundError, InvalidError for a message that
    takes none, OptedOutError, and WindowClosedError when WhatsApp allows no message any more.
    """

    def attempt() -> tuple[Message, Message | None]:
        target = desk.store.messages.get(message_id) if is_id(message_id) else None
        contact = desk.store.contacts.get(target.contact_id) if target else None
        if target is None or contact is None:
            raise NotFoundError("there is no such message")
        before = target.staff_reaction
        if emoji == (before.emoji if before and not before.error else ""):
            return target, None
        require_reachable(contact, desk.now())
        reaction = _message(target, contact, emoji, author, desk.now())
        given = StaffReaction(
            emoji=emoji, at=reaction.at, author=author, number=(before.number if before else 0) + 1
        )
        # Two at once would create the same document: one of them reads again.
        desk.store.commit(
            contact, Change(contact, creates=(reaction,), updates={target.id: {"staff_reaction": given}})
        )
        return desk.store.messages.get(target.id) or target, reaction

    target, reaction = until_written(attempt)
    if reaction:
        desk.queue.enqueue(SendTask(message_id=reaction.id))
        note_act(desk, author, "reaction", reaction.contact_id, "")
    return target


def _message(target: Message, contact: Contact, emoji: str, author: str, now: dt.datetime) -> Message:
    """Return the message that carries the reaction; raises InvalidError for a target that takes none."""
    takes_one = target.direction == "in" and not target.in_group and target.kind not in UNANSWERED_KINDS
    if not takes_one or target.revoked_at or not target.whatsapp_id or now - target.at > REACTED_TO_FOR:
        raise InvalidError("Some fields are not valid", {"message": "takes no reaction"})
    number = (target.staff_reaction.number if target.staff_reaction else 0) + 1
    return Message(
        id=reaction_id(target.id, number),
        contact_id=contact.id,
        direction="out",
        author="staff",
        author_name=author,
        kind="reaction",
        text=emoji,
        status="queued",
        target_id=target.id,
        quoted=quote(target, target.whatsapp_id),
        at=now,
        created_at=now,
        updated_at=now,
    )
