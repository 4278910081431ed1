"""What a model wrote, looked at before anybody reads it: cleaned, or found to be no answer. Pure functions."""

import json
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

MAX_REPEATS = 5  # of the same words or syllables, one after the other
MAX_LOOP_WORDS = 24
QUOTED_WORDS = 12  # of our instructions, one after the other

_THOUGHT = re.compile(r"<(think(?:ing)?)>.*?</\1>", re.DOTALL | re.IGNORECASE)
_THOUGHT_ENDS = re.compile(r"^.*</think(?:ing)?>", re.DOTALL | re.IGNORECASE)  # begun in the model's own template
_THOUGHT_BEGINS = re.compile(r"<think(?:ing)?>", re.IGNORECASE)
_FENCED = re.compile(
    r"(```+|~~~+)[ \t]*(?:markdown|md|text|txt|json)?[ \t]*\n(.*?)\n?\1", re.DOTALL | re.IGNORECASE
)
_ROLE = re.compile(r"(?:\*\*)?(?:assistant|assistente|asistente)(?:\*\*)?\s*:(?:\*\*)?\s*", re.IGNORECASE)
_CITATION = re.compile("[ \t]*(?:【[^】\n]*†[^】\n]*】|\ue200[^\ue201]*(?:\ue201|$)|[\ue200-\ue20f])")
_OPEN_SIGNS = re.compile(r"(?:\[\[[^\]\n]*\]?|\[|(?<!\S)[*_~]+)\s*\Z")
_WORD = re.compile(r"[^\W_]+")
_SYLLABLES = re.compile(rf"(?P<unit>[^\W\d_]{{2,12}}?)(?P=unit){{{MAX_REPEATS - 1},}}")
_LAUGHTER = re.compile(r"(?:[hjx][aeio]|[aeio][hjx])", re.IGNORECASE)


def cleaned(text: str) -> str:
    """Return an answer without what is not meant for the customer; empty when nothing else was written.

    Off go thoughts, a role at the beginning, marks of citations, a fence around the whole, signs that were cut.
    """
    text = _THOUGHT_ENDS.sub("", _THOUGHT.sub("", text))
    if _THOUGHT_BEGINS.search(text):  # it was never finished, so what follows is no answer
        return ""
    text = _CITATION.sub("", text).strip()
    fenced = _FENCED.fullmatch(text)
    text = fenced[2].strip() if fenced else text
    while role := _ROLE.match(text):
        text = text[role.end() :]
    return _OPEN_SIGNS.sub("", text).strip()


def fault_of(text: str, rules: Sequence[str]) -> str | None:
    """Tell why a cleaned answer is none: `empty`, `json`, `loop`, or `instructions` when it tells our rules."""
    if not text:
        return "empty"
    if _is_json(text):
        return "json"
    if _loops(text):
        return "loop"
    return "instructions" if _tells(text, tuple(rules)) else None


def _is_json(text: str) -> bool:
    if text[0] not in "{[":
        return False
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False


def _loops(text: str) -> bool:
    """Tell whether words or syllables come again and again; a laugh does."""
    if any(not _LAUGHTER.fullmatch(found["unit"]) for found in _SYLLABLES.finditer(text) if _varies(found["unit"])):
        return True
    words = [word.casefold() for word in _WORD.findall(text)]
    return any(_repeats(words, length) for length in range(1, MAX_LOOP_WORDS + 1))


def _varies(unit: str) -> bool:
    """Tell a syllable from one letter held down."""
    return len(set(unit.casefold())) > 1


def _repeats(words: Sequence[str], length: int) -> bool:
    """Tell whether so many words come MAX_REPEATS times in a row; numbers may, and so may laughs."""
    run = 0
    for place in range(len(words) - length):
        run = run + 1 if words[place] == words[place + length] else 0
        if run >= length * (MAX_REPEATS - 1):
            unit = words[place : place + length]
            if any(not word.isdigit() and not _LAUGHTER.fullmatch(word) for word in unit):
                return True
    return False


def _tells(text: str, rules: tuple[str, ...]) -> bool:
    return not _runs(text).isdisjoint(_runs_of(rules))


@lru_cache(maxsize=4)
def _runs_of(rules: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    return frozenset(run for rule in rules for run in _runs(rule))


def _runs(text: str) -> set[tuple[str, ...]]:
    words = [word.casefold() for word in _WORD.findall(text)]
    return set(_windows(words))


def _windows(words: Sequence[str]) -> Iterable[tuple[str, ...]]:
    return (tuple(words[start : start + QUOTED_WORDS]) for start in range(len(words) - QUOTED_WORDS + 1))
