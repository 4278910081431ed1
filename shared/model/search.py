"""How people are found: texts and searches are folded alike, so that `jose` finds José and `angelo` D'Angelo.

A document holds the beginnings of its words; a search holds when each of its words is such a beginning. The page
folds likewise (frontend/lib/search.js).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress

import phonenumbers

# Grows when texts are folded in another way, or when more is derived of a contact (shared/store/documents.py): the
# sweep then gives every contact its words and flags anew.
SEARCH_VERSION = 3
MAX_SEARCH_CHARACTERS = 15  # of the beginning of a word
_LAST_DIGITS = 4  # of a number, by which people tell it
_LONG = 7  # digits of what is a phone number, an order's or an account's, rather than a price or a time
# Letters that Unicode does not take apart into a plain one and a sign.
_PLAIN = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
    }
)
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"(?:\+|\b00)?\d(?:[\s()+./\u00a0-]*\d)*")


def words_of(text: str) -> list[str]:
    """Return the words of a text without case and accents; apostrophes and signs part them."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign for sign in apart if not unicodedata.combining(sign)).translate(_PLAIN)
    return _WORD.findall(plain)


def beginnings(words: Iterable[str]) -> list[str]:
    """Return the beginnings of all words, as they are indexed."""
    longest = {word[:MAX_SEARCH_CHARACTERS] for word in words}
    return sorted({word[:length] for word in longest for length in range(1, len(word) + 1)})


def phone_words(phone: str | None) -> Iterator[str]:
    """Yield what an E.164 number is searched by: its digits, with and without the country's code, and the last."""
    digits = re.sub(r"\D", "", phone or "")
    if not digits:
        return
    yield digits
    with suppress(phonenumbers.NumberParseException):
        yield phonenumbers.national_significant_number(phonenumbers.parse(f"+{digits}"))
    yield digits[-_LAST_DIGITS:]


def wanted_words(search: str) -> list[str]:
    """Return the words of a search as far as they are indexed, the longest first, which finds the fewest.

    A number counts as one word, however it is spaced.
    """
    joined = _NUMBER.sub(lambda found: f" {_digits(found[0])} ", search)
    words = sorted(set(words_of(joined)), key=lambda word: (-len(word), word))
    return [word[:MAX_SEARCH_CHARACTERS] for word in words]


def join_long_numbers(text: str) -> str:
    """Return a text whose numbers of seven digits and more, in groups as people write them, are one word each."""
    return _NUMBER.sub(lambda found: f" {digits} " if len(digits := _digits(found[0])) >= _LONG else found[0], text)


def _digits(number: str) -> str:
    return re.sub(r"^00", "", re.sub(r"\D", "", number))
