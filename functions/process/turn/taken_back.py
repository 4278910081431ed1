"""What messages repeat of others that the customer took back: the model is told none of it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from functions.process.runtime import Runtime
from shared.model.message import Message


def without_taken_back(runtime: Runtime, messages: Sequence[Message]) -> list[Message]:
    """Leave out edits of messages that were taken back, and the words of those that are quoted.

    1 read for each edited or quoted message of the customer's that is not among these; usually there is none.
    """
    about = {message.id: about_id for message in messages if (about_id := _about(message))}
    here = {message.id: message for message in messages}
    elsewhere = runtime.store.messages.get_all(dict.fromkeys(set(about.values()) - here.keys()))
    gone = {message.id for message in (*here.values(), *elsewhere) if message.revoked_at}
    return list(_kept(messages, {message_id for message_id, about_id in about.items() if about_id in gone}))


def _kept(messages: Iterable[Message], repeating: set[str]) -> Iterable[Message]:
    for message in messages:
        if message.id not in repeating:
            yield message
        elif message.kind != "edit" and message.quoted:
            yield replace(message, quoted=replace(message.quoted, text=""))


def _about(message: Message) -> str | None:
    """Return the id of the customer's message whose words this one repeats."""
    if message.kind == "edit":
        return message.target_id
    quoted = message.quoted
    return quoted.id if quoted and quoted.text and quoted.author == "customer" else None
