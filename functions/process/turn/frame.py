"""Words of ours before and after the model's answer, in the parts in which it goes to WhatsApp."""

from collections.abc import Sequence

from functions.process.turn.buttons import BODY_CHARACTERS
from shared.whatsapp.client import MAX_TEXT_CHARACTERS

_BREAK = "\n\n"


def framed(parts: Sequence[str], choices: Sequence[str], before: str, after: str) -> list[str]:
    """Put a paragraph before the first part and one after the last; one that does not fit is a part of its own."""
    framed_parts = list(parts)
    if after:
        framed_parts = [*framed_parts[:-1], *_joined([*framed_parts[-1:], after], choices)]
    if before:
        is_last = len(framed_parts) <= 1
        framed_parts = [*_joined([before, *framed_parts[:1]], choices if is_last else []), *framed_parts[1:]]
    return framed_parts


def _joined(paragraphs: Sequence[str], choices: Sequence[str]) -> list[str]:
    whole = _BREAK.join(paragraphs)
    return [whole] if len(whole.encode("utf-16-le", "replace")) // 2 <= _limit(choices) else list(paragraphs)


def _limit(choices: Sequence[str]) -> int:
    return BODY_CHARACTERS if choices else MAX_TEXT_CHARACTERS
