"""What a first name, a last name or a firm's name can be, whatever the customer's text holds. Pure functions."""

import re
from collections.abc import Mapping

from functions.process.assistant.word_lists import (
    INTRODUCTIONS,
    LEGAL_FORMS,
    NO_NAMES,
    NOTHING,
    PARTICLES,
    PLACEHOLDERS,
    TITLES,
)
from functions.process.assistant.words import places, words_of
from shared.model.contact import MAX_FIELD_CHARACTERS
from shared.model.field_value import folded

NAMES = ("first_name", "last_name", "company")
MAX_NAME_WORDS = 6  # that say something: no particles, initials and legal forms
_FORBIDDEN = re.compile(r"[<>{}\[\]|\\@#*_=:;…!?\u0000-\u001f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|//")
_FULL_STOP = re.compile(r"([^\W\d_]+)\.\s+\S")
_QUOTES = " \"'\u2018\u2019\u201c\u201d\u00ab\u00bb,-"


def tidy_name(name: str, value: str, values: Mapping[str, str]) -> str | None:
    """Return a name without titles and the words that introduce it, or None when it is none.

    `values` are all that the model gave: a last name is taken off a first name that holds it.
    """
    text = _without_stop(" ".join(value.strip(_QUOTES).split()))
    if name != "company":
        text = _without_titles(_without_introduction(text))
    if name == "first_name":
        text = _without_last_name(text, values.get("last_name") or "")
    if name == "company":
        text = re.sub(r"^(?:della |dell['\u2019]|dello |presso |at |from )", "", text)
    return text if _is_name(name, text) else None


def _is_name(name: str, text: str) -> bool:
    words = [word.letters for word in words_of(text)]
    said = " ".join(words)
    letters = [word for word in words if not word.isdigit()]
    if not letters or len(text) > MAX_FIELD_CHARACTERS or said in NOTHING or said in PLACEHOLDERS:
        return False
    if _FORBIDDEN.search(text) or _ends_a_sentence(text) or _count(words) > MAX_NAME_WORDS:
        return False
    if all(word in NO_NAMES or word in PARTICLES for word in words) or (len(said) == 1 and said.isascii()):
        return False
    if name == "company":
        return words[0] not in ("non", "not")
    return not re.search(r"\d", text) and not any(word in NO_NAMES for word in words)


def _count(words: list[str]) -> int:
    joined = " ".join(words)
    for form in ("s r l", "s p a", "s n c", "s a s", "s a p a"):
        joined = re.sub(rf"\b{form}s?\b", "", joined)
    return sum(1 for word in joined.split() if len(word) > 1 and word not in PARTICLES and word not in LEGAL_FORMS)


def _ends_a_sentence(text: str) -> bool:
    """Tell whether a sentence ends within a name; what is shortened ("Off. Mecc. Bianchi") does not end one."""
    for word in _FULL_STOP.findall(text):
        long = len(word) >= 6
        if long or (len(word) >= 4 and folded(word)[-1] in "aeiou"):
            return True
    return False


def _without_stop(text: str) -> str:
    word = re.search(r"([^\W_]+)\.$", text)
    if word and len(word[1]) > 1 and folded(word[1]) not in LEGAL_FORMS and folded(word[1]) not in ("co", "inc"):
        return text[:-1]
    return text


def _without_introduction(text: str) -> str:
    words = words_of(text)
    for introduction in INTRODUCTIONS:
        count = len(introduction)
        if len(words) > count and tuple(word.letters for word in words[:count]) == introduction:
            return text[words[count].start :]
    return text


def _without_titles(text: str) -> str:
    words = words_of(text)
    while words and words[0].letters in TITLES:
        following = words[1].start if len(words) > 1 else len(text)
        # "dott.ssa" and "sig.ra" are two words.
        if len(words) > 1 and words[1].letters in ("ssa", "ra", "re", "na") and text[words[0].end] == ".":
            following = words[2].start if len(words) > 2 else len(text)
        text = text[following:]
        words = words_of(text)
    return text.strip(_QUOTES)


def _without_last_name(text: str, last: str) -> str:
    words, wanted = words_of(text), words_of(last)
    for start, end in places(words, wanted):
        if end - start < len(words):
            rest = text[: words[start].start] if end == len(words) else text[words[end - 1].end :]
            return rest.strip(_QUOTES) or text
    return text
