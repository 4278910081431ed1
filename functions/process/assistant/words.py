"""A text as words: without case and accents, with their places, and the addresses among them.

Signs that are spelled, as in dictated addresses (`anna punto rossi chiocciola gmail punto com`), are read.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from functions.process.assistant.word_lists import AND
from shared.model.field_value import folded

# A script without blanks between words (Chinese, Japanese, Thai) or with endings (Korean) is read sign by sign.
_UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])[^\W_])+|&")
_MARKS = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")

_DOTS = "punto|dot|point|punkt|ponto"
_HYPHENS = "trattino|dash|hyphen|minus|meno|tiret|guion|guión|bindestrich|hifen|hífen"
_UNDERSCORES = "trattino basso|underscore|tiret bas|guion bajo|guión bajo|unterstrich|sublinhado"
_ATS = "chiocciola|chiocciolina|at|arroba|arobase|klammeraffe|ät"
_PLAIN_ATS = _ATS.replace("|at|", "|")  # "Anna, at acme.com" is no address
_SPELLED = {"@": _ATS, "_": _UNDERSCORES, ".": _DOTS, "-": _HYPHENS}
_TOP_LEVEL = "com|it|net|org|eu|info|biz|shop|io|de|fr|es|pt|ch|at|uk|us"


def _spelled(*names: str, comma: str = ",?") -> str:
    """Match signs that are spelled, beside which a voice note may have commas."""
    words = "|".join(names)
    return rf"(?:{comma}\s+(?:{words}){comma}\s+|\s*[(\[{{]\s*(?:{words})\s*[)\]}}]\s*)"


_ATOM = r"[^\W_]{1,64}"
_GLUE = rf"(?:[._%+'-]{{1,3}}|{_spelled(_UNDERSCORES, _DOTS, _HYPHENS)})"
_DOT = rf"(?:\.(?=[^\W_])|{_spelled(_DOTS)}|\s?\.\s?(?=(?:{_TOP_LEVEL})\b))"
_HYPHEN = rf"(?:-{{1,2}}|{_spelled(_HYPHENS)})"
_AT = rf"(?:\s?[@\uff20]\s?|{_spelled(_ATS, comma='')}|{_spelled(_PLAIN_ATS)})"
_ADDRESS = re.compile(
    rf"(?<![^\W_])(?<![^\W_][.+-])({_ATOM}(?:{_GLUE}{_ATOM}){{0,12}}){_AT}({_ATOM}(?:{_HYPHEN}{_ATOM}){{0,6}}"
    rf"(?:{_DOT}{_ATOM}(?:{_HYPHEN}{_ATOM}){{0,6}}){{1,5}})",
    re.IGNORECASE,
)
_PAGE = re.compile(
    rf"(?:https?://|www\.)\S+|\b(?<!-)[\w-]{{1,64}}(?:\.[\w-]{{1,64}}){{0,6}}\.(?:{_TOP_LEVEL})\b(?!\.)"
)
_SIGN_WORDS = [(sign, re.compile(_spelled(names), re.IGNORECASE)) for sign, names in _SPELLED.items()]
_UNSPELLED_END = re.compile(rf"(?:\.[A-Z]\w*|,?[.\s](?:{_DOTS}),?\s+\w+)$")
_AS_ONE = re.compile(
    r"(?<![^\W_])((?:[^\W_]{1,64}\s{1,3}){0,2}[^\W_]{1,64}),?\s{1,3}(?:scritto\s+)?(?:tutt[oa]\s+(?:attaccat[oa]|unit[oa])|all\s+one\s+word"
    r"|zusammengeschrieben|todo\s+junto|tudo\s+junto|tout\s+attach[ée]),?",
    re.IGNORECASE,
)
_LETTER_BY_LETTER = re.compile(r"\b[^\W_](?:\s[^\W_]\b){2,63}")


@dataclass(frozen=True)
class Word:
    """A word without case and accents, and where it stands in the text."""

    letters: str
    start: int
    end: int


def plain(text: str) -> str:
    """Return a text in one spelling, without the invisible marks that come along when text is copied."""
    return unicodedata.normalize("NFC", _MARKS.sub("", text))


def words_of(text: str) -> list[Word]:
    """Split a text into its words; `&` is one, and all words for it are."""
    found = ((folded(match[0]), *match.span()) for match in _WORD.finditer(text))
    return [Word("&" if letters in AND else letters, start, end) for letters, start, end in found]


def places(words: Sequence[Word], value: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Yield from where to where (exclusive) words are those of a value, however they are joined."""
    wanted = "".join(word.letters for word in value)
    for first, _ in enumerate(words):
        read = ""
        for last in range(first, len(words)):
            read += words[last].letters
            if read == wanted and wanted:
                yield first, last + 1
            if len(read) >= len(wanted):
                break


def as_read(text: str) -> str:
    """Return a text's words, parted by blanks, with a blank at either end."""
    return f" {' '.join(word.letters for word in words_of(text))} "


def holds(text: str, phrases: Iterable[str]) -> bool:
    """Tell whether a text holds one of some phrases of word_lists.py, as whole words."""
    read = as_read(text)
    return any(f" {phrase} " in read for phrase in phrases)


def addresses(text: str) -> dict[str, tuple[int, int]]:
    """Find the e-mail addresses of a text, also spelled ones, as they are to be written, and where they stand."""
    found: dict[str, tuple[int, int]] = {}
    for match in _ADDRESS.finditer(text):
        for whole in _endings(match[0]):
            found.setdefault(_read_signs(whole), (match.start(), match.start() + len(whole)))
    return found


def dictated_addresses(text: str) -> set[str]:
    """Find the addresses that a text may mean where it spells letters, or says that words are written as one."""
    joined = _LETTER_BY_LETTER.sub(lambda match: re.sub(r"\s", "", match[0]), text)
    variants = {joined, *(_with_last_as_one(joined, count) for count in (1, 2, 3))}
    return {address for variant in variants - {text} for address in addresses(variant)}


def _with_last_as_one(text: str, count: int) -> str:
    return _AS_ONE.sub(lambda match: _join_last(match[1], count), text)


def without_addresses(text: str) -> str:
    """Return a text with blanks in place of its e-mail and web addresses; the rest stays where it is."""
    for pattern in (_ADDRESS, _PAGE):
        text = pattern.sub(lambda match: " " * len(match[0]), text)
    return text


def _endings(address: str) -> Iterator[str]:
    """Yield an address, and what is left of it when its end may be the next sentence."""
    yield address
    while (shorter := _UNSPELLED_END.sub("", address)) != address and _ADDRESS.fullmatch(shorter):
        yield shorter
        address = shorter


def _read_signs(address: str) -> str:
    for sign, pattern in _SIGN_WORDS:
        address = pattern.sub(sign, address)
    return re.sub(r"\s", "", address).replace("\uff20", "@")


def _join_last(phrase: str, count: int) -> str:
    words = phrase.split()
    return " ".join([*words[:-count], "".join(words[-count:])])
