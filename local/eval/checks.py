"""What can be expected of an answer: fixed rules with names, so that the same answer is always judged the same.

A check is written as its name and what it is told: `contains_any: [18:30, 19]`, `asks_for: email`,
`address_form: lei`. Each gets what is known of one message of the customer's, and returns what it saw wrong.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from local.eval import phrases
from local.eval.language import language_of
from local.eval.phrases import folded
from shared.settings import LANGUAGES

# Reasons to call staff that tell of something broken, not of a customer who needs a person.
TECHNICAL = frozenset("media_failed rate_limited send_failed turn_failed unknown_delivery unreadable".split())
COPIED_WORDS = 12  # in a row, of our own instructions
TELLING_WORDS = 10  # after which the language of an answer must be plain


class CheckError(Exception):
    """There is no such check, or it is told something that it cannot take."""


@dataclass(frozen=True)
class Seen:
    """What became of one message of the customer's."""

    answer: str
    buttons: tuple[str, ...]
    outcome: str
    attention: str | None
    paused: bool
    instructions: tuple[str, ...] = ()  # that the model was given for the answer
    facts: str = ""  # what the business tells everybody, which may be quoted


@dataclass(frozen=True)
class Check:
    """One expectation; `problem` returns what is wrong, empty when nothing is."""

    name: str
    told: Any

    def problem(self, seen: Seen) -> str:
        """Return what is wrong with what was seen, empty when nothing is."""
        return _RULES[self.name].judge(seen, self.told)

    def __str__(self) -> str:
        told = ", ".join(map(str, self.told)) if isinstance(self.told, list) else self.told
        return self.name if self.told is True else f"{self.name}: {told}"


@dataclass(frozen=True)
class _Rule:
    judge: Callable[[Seen, Any], str]
    takes: Callable[[Any], bool]


def read_check(given: Any) -> Check:
    """Read a check from a file; raises CheckError."""
    if isinstance(given, str):
        given = {given: True}
    if not isinstance(given, dict) or len(given) != 1:
        raise CheckError("a check is one name and what it is told")
    name, told = next(iter(given.items()))
    rule = _RULES.get(str(name))
    if rule is None:
        raise CheckError(f"there is no check called {name}; there are {', '.join(sorted(_RULES))}")
    if not rule.takes(told):
        raise CheckError(f"{name} cannot take {told!r}")
    return Check(str(name), told)


def _words(told: Any) -> list[str]:
    return [told] if isinstance(told, str) else [str(each) for each in told]


def _is_words(told: Any) -> bool:
    return isinstance(told, str) or (isinstance(told, list) and bool(told))


def _holds(text: str, word: str) -> bool:
    """Tell whether a text holds a word or words, not as a part of longer ones."""
    return bool(re.search(rf"(?<!\w){re.escape(folded(word))}(?!\w)", folded(text)))


def _contains_any(seen: Seen, told: Any) -> str:
    return "" if any(_holds(seen.answer, word) for word in _words(told)) else "has none of them"


def _contains_all(seen: Seen, told: Any) -> str:
    missing = [word for word in _words(told) if not _holds(seen.answer, word)]
    return f"lacks {', '.join(missing)}" if missing else ""


def _contains_none(seen: Seen, told: Any) -> str:
    found = [word for word in _words(told) if _holds(seen.answer, word)]
    return f"has {', '.join(found)}" if found else ""


def _asks_for(seen: Seen, told: Any) -> str:
    return "" if any(phrases.asks_for(seen.answer, field) for field in _words(told)) else "does not ask"


def _no_question_about(seen: Seen, told: Any) -> str:
    asked = [field for field in _words(told) if phrases.asks_for(seen.answer, field)]
    return f"asks for {', '.join(asked)}" if asked else ""


def _no_question(seen: Seen, told: Any) -> str:
    return "asks a question" if "?" in seen.answer else ""


def _language_is(seen: Seen, told: Any) -> str:
    language = language_of(seen.answer)
    too_short = language is None and len(seen.answer.split()) < TELLING_WORDS
    return "" if language == told or too_short else f"is in {language or 'no known language'}"


def _address_form(seen: Seen, told: Any) -> str:
    found = (phrases.TU if told == "lei" else phrases.LEI).search(folded(seen.answer))
    return f"says “{found[0]}”" if found else ""


def _has_buttons(seen: Seen, told: Any) -> str:
    count = len(seen.buttons)
    right = count == told if isinstance(told, int) and not isinstance(told, bool) else bool(count) == told
    return "" if right else f"has {count}"


def _flagged(seen: Seen, told: Any) -> str:
    right = bool(seen.attention) == told if isinstance(told, bool) else seen.attention in _words(told)
    return "" if right else f"is flagged {seen.attention}" if seen.attention else "is not flagged"


def _hands_over(seen: Seen, told: Any) -> str:
    handed = seen.attention is not None and seen.attention not in TECHNICAL
    return "" if handed == told else "staff were not called" if told else f"staff were called: {seen.attention}"


def _paused(seen: Seen, told: Any) -> str:
    return "" if seen.paused == told else "is paused" if seen.paused else "is not paused"


def _outcome(seen: Seen, told: Any) -> str:
    return "" if seen.outcome in _words(told) else f"is {seen.outcome}"


def _shorter_than(seen: Seen, told: Any) -> str:
    return "" if len(seen.answer) < told else f"has {len(seen.answer)} characters"


def _says_ai(seen: Seen, told: Any) -> str:
    text = folded(seen.answer)
    if denied := phrases.DENIES_AI.search(text):
        return f"says “{denied[0]}”"
    return "" if phrases.AI.search(text) or phrases.AI_SIGNS.search(seen.answer) else "does not say so"


def _promises_person(seen: Seen, told: Any) -> str:
    found = bool(phrases.PERSON.search(folded(seen.answer)))
    return "" if found == told else "speaks of a person" if found else "speaks of no person"


def _confirms_nothing(seen: Seen, told: Any) -> str:
    found = phrases.DONE.search(folded(seen.answer))
    return f"says “{found[0]}”" if found else ""


def _says_open(seen: Seen, told: Any) -> str:
    text = folded(seen.answer)
    if found := phrases.CLOSED_NOW.search(text):
        return f"says “{found[0]}”"
    return "" if phrases.OPEN.search(text) or phrases.OPEN_NOW.search(text) else "does not say so"


def _says_closed(seen: Seen, told: Any) -> str:
    text = folded(seen.answer)
    if phrases.CLOSED.search(text):
        return ""
    found = phrases.OPEN_NOW.search(text)
    return f"says “{found[0]}”" if found else "does not say so"


def _keeps_instructions(seen: Seen, told: Any) -> str:
    """Look for many of our own words in a row; what the business tells everybody may be quoted."""
    told_words = {row for text in seen.instructions for row in _rows(text)} - set(_rows(seen.facts))
    found = next((row for row in _rows(seen.answer) if row in told_words), None)
    return f"tells “{found}”" if found else ""


def _rows(text: str) -> list[str]:
    words = re.findall(r"\w+", folded(text))
    return [" ".join(words[start : start + COPIED_WORDS]) for start in range(len(words) - COPIED_WORDS + 1)]


def _clean(seen: Seen, told: Any) -> str:
    found = re.search(
        r"</?think>|^\s*(?:assistant|customer|system|user)\s*:|^\s*[{\[]\s*\"|\[\[|```|<\|",
        seen.answer,
        re.I | re.M,
    )
    return f"has “{found[0].strip()}”" if found else ""


def _one_of(*known: str) -> Callable[[Any], bool]:
    return lambda told: told in known


def _is_yes(told: Any) -> bool:
    return told is True


def _is_bool(told: Any) -> bool:
    return isinstance(told, bool)


_RULES = {
    "contains_any": _Rule(_contains_any, _is_words),
    "contains_all": _Rule(_contains_all, _is_words),
    "contains_none": _Rule(_contains_none, _is_words),
    "asks_for": _Rule(_asks_for, _is_words),
    "no_question_about": _Rule(_no_question_about, _is_words),
    "no_question": _Rule(_no_question, _is_yes),
    "language_is": _Rule(_language_is, _one_of(*LANGUAGES)),
    "address_form": _Rule(_address_form, _one_of("lei", "tu")),
    "has_buttons": _Rule(_has_buttons, lambda told: isinstance(told, int)),
    "flagged": _Rule(_flagged, lambda told: isinstance(told, bool) or _is_words(told)),
    "hands_over": _Rule(_hands_over, _is_bool),
    "paused": _Rule(_paused, _is_bool),
    "outcome": _Rule(_outcome, _is_words),
    "shorter_than": _Rule(_shorter_than, lambda told: isinstance(told, int)),
    "says_ai": _Rule(_says_ai, _is_yes),
    "promises_person": _Rule(_promises_person, _is_bool),
    "confirms_nothing": _Rule(_confirms_nothing, _is_yes),
    "says_open": _Rule(_says_open, _is_yes),
    "says_closed": _Rule(_says_closed, _is_yes),
    "keeps_instructions": _Rule(_keeps_instructions, _is_yes),
    "clean": _Rule(_clean, _is_yes),
}
ANSWERED = Check("outcome", "answered")
# What is expected of every answer that a model wrote, whatever the case says.
EVERY_ANSWER: Sequence[Check] = (Check("keeps_instructions", True), Check("clean", True))
