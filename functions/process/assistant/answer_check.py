"""What a model wrote, looked at before anybody reads it: cleaned, or found to be no answer. Pure functions."""

import json
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

MAX_REPEATS = 5  # of the same words or syllables, one after the other
MAX_WORD_REPEATS = 10  # of one word, or of a number and its unit, which people and price lists say again
MAX_HELD = 30  # of one letter, as of a key that is held down
MAX_LOOP_WORDS = 24
QUOTED_WORDS = 12  # of our instructions, one after the other

_THOUGHT = re.compile(r"<(think(?:ing)?)>.*?</\1>", re.DOTALL | re.IGNORECASE)
_THOUGHT_ENDS = re.compile(r"^.*</think(?:ing)?>", re.DOTALL | re.IGNORECASE)  # begun in the model's own template
_THOUGHT_BEGINS = re.compile(r"<think(?:ing)?>", re.IGNORECASE)
_FENCED = re.compile(
    r"(```+|~~~+)[ \t]*(?:markdown|md|text|txt|json)?[ \t]*\n(.*?)\n?\1", re.DOTALL | re.IGNORECASE
)
_OURS = "assistant|assistente|asistente|ai|bot|chatbot"
_ROLE = re.compile(rf"(?:\*\*)?(?:{_OURS})(?:\*\*)?\s*:(?:\*\*)?\s*", re.IGNORECASE)
_DIALOGUE = re.compile(
    rf"^[ *_]*(?:user|utente|cliente|customer|human|usuario|kunde)[ *_]*:.*^[ *_]*(?:{_OURS})[ *_]*:",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
# The marks of the chat templates of models that run elsewhere, with the role that one of them begins.
_TEMPLATE = re.compile(
    r"<\|(?:im_start|start_header_id)\|>\s*(?:assistant|user|system)?\b|<\|[^|<>\n]{1,40}\|>|</?s>|\[/?INST\]"
)
_TIME_NOTE = re.compile(r"\[[A-Z][a-z]+day \d{1,2} [A-Z][a-z]+ \d{4}, \d\d:\d\d\]\s*")  # as transcript.py's Clock
_OBJECT = re.compile(r'\{\s*"[^"\n]{1,80}"\s*:')
_NOTHING = {"null", "none", "undefined", "nan"}
_CITATION = re.compile("[ \t]*(?:【[^】\n]*†[^】\n]*】|\ue200[^\ue201]*(?:\ue201|$)|[\ue200-\ue20f])")
_OPEN_SIGNS = re.compile(r"(?:\[\[(?! *staff *\])[^\]\n]*\]?|[\[(]|(?<!\S)[*_~]+)\s*\Z", re.IGNORECASE)
_OPEN_BOLD = re.compile(r"(?<!\S)\*\*[^\s*]+\Z")  # cut within a word, of which more may have come
_WORD = re.compile(r"[^\W_]+")
_SYLLABLES = re.compile(rf"(?P<unit>[^\W\d_]{{2,12}}?)(?P=unit){{{MAX_REPEATS - 1},}}")
_HELD = re.compile(rf"([^\W\d_])\1{{{MAX_HELD - 1},}}", re.IGNORECASE)
_LAUGHTER = re.compile(r"(?:[hjx][aeio]|[aeio][hjx])", re.IGNORECASE)


def cleaned(text: str) -> str:
    """Return an answer without what is not meant for the customer; empty when nothing else was written.

    Off go thoughts, a role or our note of the time at the beginning, marks of citations and of a model's template,
    a fence around the whole, signs that were cut.
    """
    text = _THOUGHT_ENDS.sub("", _THOUGHT.sub("", text))
    if _THOUGHT_BEGINS.search(text):  # it was never finished, so what follows is no answer
        return ""
    text = _TEMPLATE.sub("", _CITATION.sub("", text)).strip()
    fenced = _FENCED.fullmatch(text)
    text = fenced[2].strip() if fenced else text
    while begun := _ROLE.match(text) or _TIME_NOTE.match(text):
        text = text[begun.end() :]
    if text.count("**") % 2:
        text = _OPEN_BOLD.sub("", text.rstrip())
    return _OPEN_SIGNS.sub("", text).strip()


def fault_of(text: str, rules: Sequence[str]) -> str | None:
    """Tell why a cleaned answer is none: `empty`, `json`, `loop`, or `instructions` when it tells our rules.

    `dialogue` is one that plays the customer's part too.
    """
    if not text or text.casefold().strip(" .") in _NOTHING:
        return "empty"
    if _is_json(text):
        return "json"
    if _loops(text):
        return "loop"
    if _DIALOGUE.search(text):
        return "dialogue"
    return "instructions" if _tells(text, tuple(rules)) else None


def _is_json(text: str) -> bool:
    """Tell whether a text is JSON, or holds an object, whole or cut."""
    if _OBJECT.search(text):
        return True
    if text[0] not in "{[":
        return False
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False


def _loops(text: str) -> bool:
    """Tell whether words or syllables come again and again; a laugh does."""
    if _HELD.search(text):
        return True
    if any(not _LAUGHTER.fullmatch(found["unit"]) for found in _SYLLABLES.finditer(text) if _varies(found["unit"])):
        return True
    words = [word.casefold() for word in _WORD.findall(text)]
    return any(_repeats(words, length) for length in range(1, MAX_LOOP_WORDS + 1))


def _varies(unit: str) -> bool:
    """Tell a syllable from one letter held down."""
    return len(set(unit.casefold())) > 1


def _repeats(words: Sequence[str], length: int) -> bool:
    """Tell whether so many words come too many times in a row; numbers may, and so may laughs."""
    run = 0
    for place in range(len(words) - length):
        run = run + 1 if words[place] == words[place + length] else 0
        unit = words[place : place + length]
        if run >= length * (_allowed(unit) - 1) and not all(map(_may_repeat, unit)):
            return True
    return False


def _may_repeat(word: str) -> bool:
    return word.isdigit() or bool(_LAUGHTER.fullmatch(word))


def _allowed(unit: Sequence[str]) -> int:
    """Return how often words may come in a row: "Ciao ciao ciao ciao ciao!" and five prices alike are no loop."""
    is_measure = len(unit) == 2 and any(word.isdigit() for word in unit)
    return MAX_WORD_REPEATS if len(unit) == 1 or is_measure else MAX_REPEATS


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
