"""Who said what: turns from message items, also when one item holds a whole transcript."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from local.openai_simulator.items import Item, text_of

Role = Literal["user", "assistant", "instructions"]

SPEAKERS: dict[str, Role] = {
    **dict.fromkeys(("customer", "user", "cliente"), "user"),
    **dict.fromkeys(("assistant", "colleague", "staff"), "assistant"),
}
# "customer: …", "[10:31] user: …"
SPEAKER_LINE = re.compile(rf"(?:\[[^\]\n]*\] )?({'|'.join(SPEAKERS)}): *", re.IGNORECASE)
# A whole message that tells about the conversation and is nobody's words in it.
NOTES = re.compile(r"\[Notes .*\]", re.DOTALL)


@dataclass(frozen=True)
class Turn:
    """One utterance."""

    role: Role
    text: str


def turns_of(items: Iterable[Item]) -> list[Turn]:
    """Return the turns of the message items, oldest first."""
    turns: list[Turn] = []
    for item in items:
        text = text_of(item)
        if NOTES.fullmatch(text):
            turns.append(Turn("instructions", text))
        elif text and item["role"] == "user":
            turns.extend(_user_turns(text))
        elif text:
            turns.append(Turn("assistant" if item["role"] == "assistant" else "instructions", text))
    return turns


def user_texts(turns: Sequence[Turn]) -> list[str]:
    """Return what the customer said."""
    return [turn.text for turn in turns if turn.role == "user"]


def _user_turns(text: str) -> list[Turn]:
    lines = text.splitlines()
    if not any(SPEAKER_LINE.match(line) for line in lines):
        return [Turn("user", text)]
    turns: list[Turn] = []
    for line in lines:
        if speaker := SPEAKER_LINE.match(line):
            turns.append(Turn(SPEAKERS[speaker[1].lower()], line[speaker.end() :]))
        elif turns:
            # What stands before the first speaker is a heading, not something that was said.
            turns[-1] = Turn(turns[-1].role, f"{turns[-1].text}\n{line}".strip())
    return turns
