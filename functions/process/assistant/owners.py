"""Whose a value is that stands in a customer's text: denied, somebody else's, or a part of a firm's name."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from functions.process.assistant.said import Text
from functions.process.assistant.word_lists import (
    ARTICLES_OF_THINGS,
    DENIAL_BRIDGES,
    DENIALS,
    GREETING_PAIRS,
    GREETINGS,
    HARDLY_NAMES,
    LABELS,
    LEGAL_FORMS,
    NO_NAMES,
    NOT_MINE,
    PLACES,
    POSSESSIVES,
    RELATIVE_BRIDGES,
    RELATIVES,
    SAID_BY,
    SELF,
    SPANISH_DENIED,
    THANKS,
    THIRD_PERSON,
    TITLES,
    WRITTEN_TO,
)
from functions.process.assistant.words import Word, holds, places, words_of

MAX_WORDS_BACK = 6
PEOPLE = ("first_name", "last_name")
_SELF_WORDS = {"sono", "soy", "bin", "suis", "am", "m", "sou"}
_OF_A_FIRM = {
    "titolare",
    "conto",
    "behalf",
    "segretario",
    "segretaria",
    "socio",
    "socia",
    "partner",
    "capo",
    "chef",
}
_OF = {"di", "del", "della", "dell", "d", "of", "s", "von", "de", "du", "da", "do"}
_OTHER_LABELS = {
    "first_name": LABELS["last_name"] | {"azienda", "ditta", "societa", "company", "firma"},
    "last_name": frozenset({"azienda", "ditta", "societa", "company", "firma"}),
}
_LABEL_BRIDGES = {"e", "is", "ist", "est", "es", "&", "mio", "my", "si", "scrive", "chiama", "la", "il", "mia"}


@dataclass(frozen=True)
class Place:
    """Where a field's value stands in a customer's text, and the names that the model gave beside it."""

    text: Text
    start: int
    end: int
    name: str = ""
    names: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def led(self) -> list[str]:
        """Return the words that lead up to it, within its clause."""
        return self.text.before(self.start)

    @cached_property
    def others(self) -> set[str]:
        """Return the words of the names besides its own, which may stand in between; also a last name's first."""
        others = _words(self.names.get(each, "") for each in PEOPLE) - _words(
            [self.text.text[self.start : self.end]]
        )
        before = next((word for word in reversed(self.text.words) if word.end <= self.start), None)
        if self.name == "last_name" and before and self.text.text[before.start].isupper():
            others |= {before.letters} - NO_NAMES - SELF - DENIALS - RELATIVES
        return others


def is_denied(place: Place) -> bool:
    """Tell whether what stands there is denied: "non mi chiamo …", "I'm not …", "no soy …"."""
    led = place.led[-MAX_WORDS_BACK:]
    following = ""
    for word in reversed(led):
        if word in DENIALS or (word == "no" and following in SPANISH_DENIED):
            return True
        if word not in DENIAL_BRIDGES and word not in place.others:
            return False
        following = word
    return False


def is_somebody_elses(place: Place, question: str) -> bool:
    """Tell whether what stands there is a relative's, the greeted clerk's, or of somebody who is asked for.

    `question` is our last message: who answers it with a greeting and a name may say their own.
    """
    if place.name == "company":
        return _is_relatives_firm(place) or _follows(place.led, PLACES)
    if _is_relatives(place) or (place.name == "email" and _is_others_address(place)):
        return True
    bare = _without(place.led, place.others | TITLES | {"ssa", "ra"})
    if place.name not in PEOPLE:
        return False
    if not _asks_name(question) and not SELF.intersection(place.led) and _is_hardly_a_name(place):
        return True
    if _is_greeted(place, bare) and not _asks_name(question):
        return True
    if _follows(bare, THIRD_PERSON | PLACES) or (bare and bare[-1] in ARTICLES_OF_THINGS):
        return True
    if _is_labelled_otherwise(place.name, bare) or _says(place):
        return True
    return place.text.clause_end(place.end) == "?" and not SELF.intersection(place.led)


def is_within_firm(place: Place) -> bool:
    """Tell whether a person's name stands there only as a part of a firm's."""
    if place.name not in PEOPLE:
        return False
    people = _words(place.names.get(each, "") for each in PEOPLE)
    following = list(itertools.dropwhile(people.__contains__, place.text.after(place.end)))
    if (following and _is_legal_form(following)) or _after_legal_form(place.led):
        return True
    firm = words_of(place.names.get("company", ""))
    if _letters(firm) <= sum(_letters(words_of(place.names.get(each, ""))) for each in PEOPLE):
        return False  # the firm is called like its owner
    words = place.text.prose
    spans = ((words[first].start, words[last - 1].end) for first, last in places(words, firm))
    return any(begin <= place.start and place.end <= stop for begin, stop in spans)


def _letters(words: Sequence[Word]) -> int:
    return sum(len(word.letters) for word in words)


def _is_others_address(place: Place) -> bool:
    """Tell whether an address is one that the customer wrote to, or stands beside the word for somebody else."""
    before = [word.letters for word in place.text.words if word.end <= place.start]
    after = [word.letters for word in place.text.words if word.start >= place.end]
    is_denied_behind = any(" ".join(after).startswith(phrase) for phrase in NOT_MINE)
    return is_denied_behind or _follows(place.led, WRITTEN_TO) or bool(RELATIVES.intersection(before[-1:]))


def _is_relatives(place: Place) -> bool:
    """Tell whether a relative leads up to the place: "mia moglie Anna"; or "mia moglie" is taken for a name."""
    if _words([place.text.text[place.start : place.end]]) <= POSSESSIVES:
        return bool(RELATIVES.intersection(place.text.after(place.end)[:1]))
    led, passed = place.led, list[str]()
    for word in reversed(led[-MAX_WORDS_BACK:]):
        if word in RELATIVES:
            before = led[: len(led) - len(passed) - 1]
            says_self = bool(_SELF_WORDS.intersection(before[-3:]))
            return not says_self or bool(_OF.intersection(passed))
        if word not in RELATIVE_BRIDGES and word not in place.others:
            return False
        passed.append(word)
    return False


def _is_relatives_firm(place: Place) -> bool:
    """Tell whether a relative works there: "mia moglie lavora alla Acme"."""
    led = place.led
    return (
        bool((RELATIVES - _OF_A_FIRM).intersection(led))
        and not _SELF_WORDS.intersection(led)
        and _is_relatives(place)
    )


def _says(place: Place) -> bool:
    """Tell whether a name is of somebody who said or did something: "Luca mi ha detto che …"."""
    if SELF.intersection(place.led):
        return False
    following = itertools.dropwhile(place.others.__contains__, place.text.after(place.end))
    said = f"{' '.join(following)} "
    return any(said.startswith(f"{phrase} ") for phrase in SAID_BY)


def _is_hardly_a_name(place: Place) -> bool:
    return _words([place.text.text[place.start : place.end]]) <= HARDLY_NAMES


def _is_greeted(place: Place, bare: Sequence[str]) -> bool:
    if not bare:
        return False
    if bare[-1] in GREETINGS or " ".join(bare[-2:]) in GREETING_PAIRS:
        return True
    # "Grazie Marco, a domani" speaks to Marco; "… grazie Marco" may be signed by him.
    is_first = len(words_of(place.text.text[: place.start])) <= 2
    return bare[-1] in THANKS and is_first and bool(words_of(place.text.text[place.start :])[2:])


def _asks_name(question: str) -> bool:
    return "?" in question and any(holds(question, LABELS[name]) for name in PEOPLE)


def _is_labelled_otherwise(name: str, bare: Sequence[str]) -> bool:
    led = list(bare[-4:])
    while led and led[-1] in _LABEL_BRIDGES:
        led.pop()
    return bool(led) and _follows(led, _OTHER_LABELS[name])


def _follows(led: Sequence[str], phrases: Iterable[str]) -> bool:
    said = f" {' '.join(led)}"
    return any(said.endswith(f" {phrase}") for phrase in phrases)


def _is_legal_form(words: Sequence[str]) -> bool:
    joined = ["".join(words[:count]) for count in (1, 2, 3, 4)]
    # Longer than two letters: "ag", "sa" or "co" may be the beginning of any word.
    return words[0] in LEGAL_FORMS or any(each in LEGAL_FORMS and len(each) > 2 for each in joined)


def _after_legal_form(led: Sequence[str]) -> bool:
    """Tell whether somebody is named as a firm's partner: "Edil Nord S.a.s. di Ferrari Luca & C."."""
    for place in range(len(led) - 1, max(-1, len(led) - 4), -1):
        if led[place] in ("di", "of", "von", "de"):
            before = led[:place]
            return any("".join(before[-count:]) in LEGAL_FORMS for count in (1, 3, 4) if len(before) >= count)
    return False


def _without(words: Sequence[str], ignored: Iterable[str]) -> list[str]:
    """Return words without those at their end that do not count."""
    ignored = set(ignored)
    kept = list(words)
    while kept and kept[-1] in ignored:
        kept.pop()
    return kept


def _words(values: Iterable[str]) -> set[str]:
    return {word.letters for value in values for word in words_of(value)}
