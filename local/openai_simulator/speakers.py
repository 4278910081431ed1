"""Who said what: turns from message items, also when one item holds a whole transcript."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from local.openai_simulator.items import Item, text_of

Role = Literal["user", "assistant", "instructions"]

_SPEAKERS: dict[str, Role] = {
    **dict.fromkeys(("user", "customer", "client", "contact", "cliente", "utente", "kunde"), "user"),
    **dict.fromkeys(
        (
            "assistant",
            "assistente",
            "asistente",
            "bot",
            "staff",
            "agent",
            "operator",
            "operatore",
            "colleague",
            "business",
        ),
        "assistant",
    ),
    **dict.fromkeys(("system", "developer", "instructions"), "instructions"),
}
_NAMES = "|".join(_SPEAKERS)
# "Customer: …", "[10:31] user: …", "- **assistant**: …", "<customer> …"
_SPEAKER_LINE = re.compile(
    rf"^\s*(?:[-*>]\s+)?(?:\[[^\]\n]*\]\s*)?\**(?:<({_NAMES})>|({_NAMES})\**\s*(?:\([^)\n]*\)|\[[^\]\n]*\])?\s*:)\**\s*",
    re.IGNORECASE,
)
_CLOSING_TAG = re.compile(rf"</(?:{_NAMES})>", re.IGNORECASE)


@dataclass(frozen=True)
class Turn:
    """One utterance."""

    role: Role
    text: str


def turns_of(items: Iterable[Item]) -> list[Turn]:
    """The turns of the message items, oldest first."""
    turns: list[Turn] = []
    for item in items:
        text = text_of(item)
        if not text:
            continue
        if item["role"] == "user":
            turns.extend(_user_turns(text))
        else:
            turns.append(Turn("assistant" if item["role"] == "assistant" else "instructions", text))
    return turns


def user_texts(turns: Sequence[Turn]) -> list[str]:
    """What the customer said."""
    return [turn.text for turn in turns if turn.role == "user"]


def _user_turns(text: str) -> list[Turn]:
    lines = text.splitlines()
    if not any(_SPEAKER_LINE.match(line) for line in lines):
        return [Turn("user", text)]
    turns: list[Turn] = []
    for line in lines:
        speaker = _SPEAKER_LINE.match(line)
        said = _CLOSING_TAG.sub("", line[speaker.end() :] if speaker else line).strip()
        if speaker:
            turns.append(Turn(_SPEAKERS[(speaker[1] or speaker[2]).lower()], said))
        elif turns:
            # What stands before the first speaker is a heading, not something that was said.
            turns[-1] = Turn(turns[-1].role, f"{turns[-1].text}\n{said}".strip())
    return [turn for turn in turns if turn.text]
