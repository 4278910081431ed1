"""Whether a customer sets a known value right, or plainly says it anew. Pure functions.

A word of correction counts in the value's own clause, or right beside a clause that says nothing but the value.
"""

import datetime as dt
import re
from collections.abc import Iterator

from functions.process.assistant.asking import asks_for
from functions.process.assistant.earned import Found
from functions.process.assistant.name_values import NAMES
from functions.process.assistant.numbers_said import holds_date, holds_number
from functions.process.assistant.said import Said, Text
from functions.process.assistant.withdrawals import clauses, is_denied_everywhere, labels_of
from functions.process.assistant.word_lists import (
    APOLOGIES,
    CHANGES_OF_MIND,
    CORRECTIONS,
    DENIALS,
    STATEMENT_WORDS,
    STATEMENTS,
)
from functions.process.assistant.words import holds, places, words_of
from shared.model.business import CollectedField

MAX_WORDS_ABOUT = 5  # of a clause that says nothing but a date or a number


def is_said_anew(field: CollectedField, known: str, found: Found, said: Said) -> bool:
    """Tell whether the customer sets a known value right, or plainly says the field anew."""
    if _is_denied(field, known, said) or _is_corrected(field, found, said):
        return True
    if asks_for(field, said.question) or _is_alone(field, found):
        return True
    led = found.text.before(found.start)
    label = {word.letters for word in words_of(field.label) if len(word.letters) > 3}
    stated = STATEMENTS.get(field.name, frozenset()) | label
    return bool(stated.intersection(led)) or holds(" ".join(led), labels_of(field))


def _is_alone(field: CollectedField, found: Found) -> bool:
    """Tell whether an address or number is all that a message says."""
    rest = found.text.text[: found.start] + found.text.text[found.end :]
    return field.type in ("email", "phone", "vat") and not words_of(rest)


def _is_denied(field: CollectedField, known: str, said: Said) -> bool:
    """Tell whether the value known before is denied: "Rosi, non Rossi", "non il 5 dicembre, il 6"."""
    if field.type not in ("date", "number"):
        return is_denied_everywhere(known, said.texts)
    return any(
        DENIALS.intersection(word.letters for word in words_of(clause))
        and _holds_figure(field, known, clause, text)
        for text in said.texts
        for clause in clauses(text.text)
    )


def _is_corrected(field: CollectedField, found: Found, said: Said) -> bool:
    corrections = CORRECTIONS if field.name in NAMES else CORRECTIONS | CHANGES_OF_MIND
    told = [(text, clause) for text in said.texts for clause in clauses(text.text)]
    for place, (text, clause) in enumerate(told):
        if text is not found.text or not _says(field, found, clause) or _is_asked(text, clause):
            continue
        if holds(clause, corrections):
            return True
        beside = [told[at][1] for at in (place - 1, place + 1) if 0 <= at < len(told)]
        says_only_that = _says_only(field, found, clause)
        if says_only_that and any(holds(each, corrections | APOLOGIES) for each in [clause, *beside]):
            return True
    return False


def _says(field: CollectedField, found: Found, clause: str) -> bool:
    """Tell whether a clause holds the value."""
    if field.type in ("date", "number"):
        return _holds_figure(field, found.value, clause, found.text)
    return bool(list(_found_in(found, clause)))


def _says_only(field: CollectedField, found: Found, clause: str) -> bool:
    """Tell whether a clause says nothing but the value, as "è Rosi" does, or "il 6 dicembre"."""
    if field.type in ("date", "number"):
        return len(words_of(clause)) <= MAX_WORDS_ABOUT
    words = words_of(clause)
    rest = [
        {word.letters for word in [*words[:first], *words[last:]]} - APOLOGIES
        for first, last in _found_in(found, clause)
    ]
    return any(each <= STATEMENT_WORDS for each in rest)


def _found_in(found: Found, clause: str) -> Iterator[tuple[int, int]]:
    return places(words_of(clause), words_of(found.text.text[found.start : found.end]))


def _holds_figure(field: CollectedField, value: str, clause: str, text: Text) -> bool:
    if field.type == "number":
        return holds_number(clause, value)
    try:
        day = dt.date.fromisoformat(value)
    except ValueError:
        return False
    return holds_date(clause, day, text.said_at.date())


def _is_asked(text: Text, clause: str) -> bool:
    """Tell whether a clause ends with a question mark."""
    return bool(re.match(r"\s*\?", text.text[text.text.find(clause) + len(clause) :]))
