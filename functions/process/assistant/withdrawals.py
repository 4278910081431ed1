"""Whether a customer takes back what is known of them. Pure functions.

A model's word for it is not enough, nor is a "not" somewhere: they say so of the field, or of its value.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from functions.process.assistant.owners import Place, is_denied
from functions.process.assistant.said import Said, Text
from functions.process.assistant.word_lists import DELETIONS, LABELS, LEGAL_FORMS, OWN_DATA, WITHDRAWALS
from functions.process.assistant.words import Word, places, words_of
from shared.model.business import CollectedField

MAX_WORDS_BETWEEN = 5  # what is taken back, and the words that take it back
_CLAUSE_END = re.compile(r"[,;!?\n()\[\]…\u2014\u2013]|\.(?=\s|$)")


def is_withdrawn(field: CollectedField, value: str, said: Said, *, is_told: bool) -> bool:
    """Tell whether the customer takes a value back; `is_told` that the model says so."""
    if is_told and any(_takes_back(field, value, clause, WITHDRAWALS) for clause in _all_clauses(said)):
        return True
    return is_denied_everywhere(value, said.texts)


def is_to_be_deleted(field: CollectedField, value: str, said: Said) -> bool:
    """Tell whether the customer wants a value deleted, in so many words; a value that is none goes by its field."""
    return any(_takes_back(field, value, clause, DELETIONS) for clause in _all_clauses(said))


def wants_all_deleted(said: Said) -> bool:
    """Tell whether the customer wants everything deleted that is known of them."""
    return any(_are_near(words_of(clause), OWN_DATA, DELETIONS) for clause in _all_clauses(said))


def is_denied_everywhere(value: str, texts: Sequence[Text]) -> bool:
    """Tell whether a value stands in some texts, and is denied wherever it does."""
    wanted = words_of(value)
    found = [
        Place(text, text.words[first].start, text.words[last - 1].end)
        for text in texts
        for first, last in places(text.words, wanted)
    ]
    return bool(found) and all(is_denied(place) for place in found)


def clauses(text: str) -> list[str]:
    """Split a text into its clauses; a full stop within an address ends none."""
    return [clause for clause in _CLAUSE_END.split(text) if clause.strip()]


def labels_of(field: CollectedField) -> set[str]:
    """Return the words and phrases that name a field."""
    own = {word.letters for word in words_of(field.label) if len(word.letters) > 3}
    return own | LABELS.get(field.name, frozenset()) | LABELS.get(field.type, frozenset())


def _all_clauses(said: Said) -> Iterator[str]:
    return (clause for text in said.texts for clause in clauses(text.text))


def _takes_back(field: CollectedField, value: str, clause: str, phrases: Iterable[str]) -> bool:
    words = words_of(clause)
    short = [word for word in words_of(value) if word.letters not in LEGAL_FORMS]  # "Acme" of Acme srl
    return _are_near(words, labels_of(field) | OWN_DATA, phrases, list(places(words, short)) if short else [])


def _are_near(
    words: Sequence[Word], named: Iterable[str], phrases: Iterable[str], places: Iterable[tuple[int, int]] = ()
) -> bool:
    """Tell whether something named, or at some place, stands near a phrase."""
    about = [*_spans(words, named), *places]
    return any(
        max(first, begin) - min(last, end) <= MAX_WORDS_BETWEEN
        for begin, end in _spans(words, phrases)
        for first, last in about
    )


def _spans(words: Sequence[Word], phrases: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yield from where to where (exclusive) words are those of some phrase."""
    letters = [word.letters for word in words]
    for phrase in phrases:
        wanted = phrase.split()
        for first in range(len(letters) - len(wanted) + 1):
            if letters[first : first + len(wanted)] == wanted:
                yield first, first + len(wanted)
