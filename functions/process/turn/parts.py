"""Cutting a long text into parts that WhatsApp takes."""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Sequence

from shared.whatsapp.client import MAX_TEXT_CHARACTERS

_BORDERS = ("\n\n", "\n", ". ", " ")
_FENCE = "```"
_WHOLE = re.compile(r"[a-z][a-z0-9+.-]{0,20}://\S+|www\.\S+|[\w.+-]{1,64}@\S+|```", re.IGNORECASE)
_SPAN = re.compile(r"```.*?```|(?<!\w)([*_~`])(?=\S)[^\n]{1,500}?(?<=\S)\1(?!\w)", re.DOTALL)
_JOINER = "\u200d"
_SKIN_TONES = ("\U0001f3fb", "\U0001f3ff")
_TAGS = ("\U000e0020", "\U000e007f")
_FLAG_LETTERS = ("\U0001f1e6", "\U0001f1ff")

Ranges = Sequence[tuple[int, int]]


def split_text(text: str, limit: int = MAX_TEXT_CHARACTERS) -> list[str]:
    """Cut a text into parts of at most `limit` characters: between paragraphs, else lines, sentences, words.

    Addresses that fit into a part stay whole, and so do *formatted* words where they can; a block of code that is
    cut is closed and opened again. A blank text has no parts.
    """
    parts = []
    rest = text.strip()
    while len(rest) > limit:
        cut = _cut(rest, limit)
        if _is_open(rest[:cut]):
            part, rest = _cut_code(rest, _cut(rest, limit - len(_FENCE)))
        else:
            part, rest = rest[:cut].rstrip(), rest[cut:].lstrip()
        parts.append(part)
    return [part for part in (*parts, rest) if part]


def _cut_code(text: str, cut: int) -> tuple[str, str]:
    """Cut a text, most likely within a block of code, which is closed in the part and opened again in the rest."""
    part, rest = text[:cut].rstrip(), text[cut:]
    if not _is_open(part):
        return part, rest.lstrip()
    if part.endswith(_FENCE):  # it has just been opened, perhaps at the very beginning
        return part[: -len(_FENCE)].rstrip(), _FENCE + rest.lstrip("\n")
    if rest.lstrip().startswith(_FENCE):  # it is about to be closed
        return part + _FENCE, rest.lstrip()[len(_FENCE) :].lstrip()
    return part + _FENCE, _FENCE + rest.strip("\n")


def _is_open(text: str) -> bool:
    """Tell whether a text ends within a block of code."""
    return text.count(_FENCE) % 2 == 1


def _cut(text: str, limit: int) -> int:
    """Return where to cut: at the best border outside of spans and addresses, else of addresses, else anywhere."""
    near = text[: 2 * limit]  # what begins before the limit and fits into a part ends in here
    whole = _ranges(_WHOLE.finditer(near), limit)
    spans = _ranges(_SPAN.finditer(near), limit)
    for kept in ([*whole, *spans], whole):
        for border in _BORDERS:
            if place := _border(near, border, limit, kept):
                return place
    places = (place for place in range(limit, 0, -1) if not _is_inside(place, whole) and not _joins(near, place))
    return next(places, limit)


def _ranges(found: Iterable[re.Match[str]], limit: int) -> Ranges:
    return [match.span() for match in found if len(match[0]) <= limit]


def _border(text: str, border: str, limit: int, kept: Ranges) -> int | None:
    """Return the end of the last border within the limit; one near the beginning would make a tiny part."""
    end = limit + len(border) - len(border.rstrip())  # the white space need not fit
    place = text.rfind(border, 0, end)
    while place > max(limit // 4, len(_FENCE)):
        cut = min(place + len(border), limit)
        if not _is_inside(cut, kept):
            return cut
        place = text.rfind(border, 0, place + len(border) - 1)
    return None


def _is_inside(place: int, ranges: Ranges) -> bool:
    return any(start < place < end for start, end in ranges)


def _joins(text: str, place: int) -> bool:
    """Tell whether the character at a place belongs to the one before it: an accent, or a part of an emoji."""
    character, before = text[place : place + 1], text[place - 1]
    if not character:
        return False
    if unicodedata.category(character).startswith("M") or _JOINER in (character, before):
        return True
    if _within(character, _FLAG_LETTERS):  # two letters are one flag
        letters = itertools.takewhile(lambda letter: _within(letter, _FLAG_LETTERS), reversed(text[:place]))
        return sum(1 for _ in letters) % 2 == 1
    return _within(character, _SKIN_TONES) or _within(character, _TAGS)


def _within(character: str, borders: tuple[str, str]) -> bool:
    return borders[0] <= character <= borders[1]
