"""Messages as items of OpenAI's input: whose words they are, with the time and the files that belong to them."""

import datetime as dt
from collections.abc import Mapping, Sequence

from functions.process.assistant.finished import Item
from functions.process.assistant.transcript import Clock, spoken, spoken_change
from shared.model.kinds import AMENDMENT_KINDS
from shared.model.message import Message


def items_of(
    context: Sequence[Message],
    messages: Sequence[Message],
    zone: str,
    previous: dt.datetime | None,
    files: Mapping[str, Sequence[Item]],
    unread: str,
) -> list[Item]:
    """Return the input: what happened without the assistant, then the customer's messages as one item.

    Times are told in `zone`, where something was said last at `previous`. A file follows the words of its message;
    `unread` tells why one that is not there is missing.
    """
    clock = Clock(zone, previous)
    told = [item_of(message, clock) for message in context if not message.revoked_at]
    content: list[Item] = []
    lines: list[str] = []
    for message in messages:
        shown = files.get(message.id, [])
        lines.append(clock.note(message) + spoken(message, unread=unread if message.media and not shown else ""))
        if shown:
            content += [_words(lines), *shown]
            lines = []
    if lines:
        content.append(_words(lines))
    return [*told, {"role": "user", "content": content}]


def item_of(message: Message, clock: Clock) -> Item:
    """Return a message of either side as an item of its own; its content is a string."""
    said = spoken_change(message) if message.kind in AMENDMENT_KINDS else spoken(message)
    is_ours = message.direction == "out" and message.kind not in AMENDMENT_KINDS
    return {"role": "assistant" if is_ours else "user", "content": clock.note(message) + said}


def _words(lines: Sequence[str]) -> Item:
    return {"type": "input_text", "text": "\n".join(lines)}
