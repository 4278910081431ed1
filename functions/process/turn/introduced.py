"""The text before the first answer, where that is one of our own: to /help, or to what nobody can open."""

from collections.abc import Sequence
from dataclasses import replace

from functions.process.assistant.introduction import introduction
from functions.process.runtime import Runtime
from functions.process.turn.commands import command_of
from functions.process.turn.frame import framed
from functions.process.turn.present_account import as_present_account
from shared.model.contact import Contact, reply_language
from shared.model.message import Message
from shared.model.turn import Reply

# The answers that nothing comes before: who leaves is told no more than that; /privacy says it all itself.
BARE = ("stop", "rate_limited", "/privacy", "/delete", "/delete ok")


def introduced(runtime: Runtime, contact: Contact, messages: Sequence[Message], reply: Reply) -> Reply:
    """Return a fixed reply with the introduction before it, if that is due, and the note that it was said."""
    if command_of(messages[0]) in BARE or reply.cause:
        return reply
    default = runtime.settings.default_language
    before = introduction(
        as_present_account(contact), runtime.business(), reply_language(contact, default), default
    )
    if not before:
        return reply
    now = runtime.now()

    def effect(contact: Contact) -> Contact:
        return replace(reply.effect(contact), introduced_at=now)

    return replace(reply, parts=framed(reply.parts, reply.choices, before, ""), effect=effect)
