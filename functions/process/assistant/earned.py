"""A value must earn its place: what stands between a model's word and the store. Pure functions.

    A  its letters are those of consecutive words of the customer's own text, once spelled signs are read
    B  a name that stands only inside an address does not count
    C  words for nothing, placeholders, greetings, signs, numbers as names, sentences are no value
    D  what is denied, or somebody else's, is not the customer's

A schema assures the shape of what a model says, and nothing else. Where a guard cannot tell, the value passes.
"""

import datetime as dt
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from functions.process.assistant.name_values import NAMES, tidy_name
from functions.process.assistant.numbers_said import holds_date, holds_number
from functions.process.assistant.owners import Place, is_denied, is_somebody_elses, is_within_firm
from functions.process.assistant.said import Said, Text
from functions.process.assistant.word_lists import NO, NOTHING, YES
from functions.process.assistant.words import addresses, dictated_addresses, places, plain, words_of
from shared.model.business import CollectedField
from shared.model.email_address import normal_email
from shared.model.field_value import folded, normal_value

MAX_TEXT_WORDS = 15
MAX_PLACES = 50  # of a value in one message, that are looked at
MIN_STEM = 4  # letters that a choice and a word of the customer's have in common


@dataclass(frozen=True)
class Found:
    """A value that earned its place, and where the customer said it."""

    value: str
    text: Text
    start: int
    end: int

    @property
    def words(self) -> str:
        """Return the customer's words."""
        return self.text.around(self.start, self.end)


def earned(said: Said, values: Mapping[str, str]) -> dict[str, Found]:
    """Return what remains of the values that a model gave, by field, each with the place it comes from."""
    given = {each.name: values[each.name] for each in said.fields if values.get(each.name)}
    names = {name: tidied for name in NAMES if name in given and (tidied := tidy_name(name, given[name], given))}
    found: dict[str, Found] = {}
    for each in said.fields:
        if each.name not in given or (each.name in NAMES and each.name not in names):
            continue
        first = next(_found(said, each, names.get(each.name, given[each.name]), names), None)
        if first:
            found[each.name] = first
    return _without_twins(found)


def _found(said: Said, field: CollectedField, value: str, names: Mapping[str, str]) -> Iterator[Found]:
    """Yield the places where the customer says a value of theirs."""
    if " ".join(word.letters for word in words_of(value)) in NOTHING:
        return
    ours = {folded(address) for address in addresses(said.facts)} if field.type == "email" else set[str]()
    for text in said.texts:
        for normal, start, end in itertools.islice(_places(field, value, text), MAX_PLACES):
            if folded(normal) in ours:
                continue
            if _is_theirs(field, Place(text, start, end, field.name, names), said.question):
                yield Found(normal, text, start, end)


def _is_theirs(field: CollectedField, place: Place, question: str) -> bool:
    if is_denied(place):
        return False
    if field.name not in NAMES and field.type not in ("email", "phone"):
        return True
    return not is_somebody_elses(place, question) and not is_within_firm(place)


def _places(field: CollectedField, value: str, text: Text) -> Iterator[tuple[str, int, int]]:
    match field.type:
        case "email":
            yield from _address_places(value, text)
        case "number" | "date":
            yield from _figure_places(field, value, text)
        case "phone":
            yield from _phone_places(field, value, text)
        case "choice":
            yield from _choice_places(field, value, text)
        case "vat" | "text":
            yield from _word_places(field, value, text)


def _word_places(field: CollectedField, value: str, text: Text) -> Iterator[tuple[str, int, int]]:
    normal = normal_value(field, value)
    if normal is None or (field.type == "text" and field.name not in NAMES and not _is_short(normal)):
        return
    words = text.prose if field.name in NAMES else text.words
    wanted = words_of(normal)
    found = list(places(words, wanted))
    if not found and field.type == "vat":  # a country that only one of them names
        normal = normal.removeprefix("IT") if normal.startswith("IT") else f"IT{normal}"
        found = list(places(words, words_of(normal)))
    for first, last in found:
        yield normal, words[first].start, words[last - 1].end


def _is_short(value: str) -> bool:
    if re.search(r"[<>{}\[\]|\\]", value) or re.search(r"[^\W\d_]{4,}[.!?]\s+\S", value):
        return False
    return len(value.split()) <= MAX_TEXT_WORDS and bool(words_of(value))


def _address_places(value: str, text: Text) -> Iterator[tuple[str, int, int]]:
    wanted = tidy_address(value)
    if wanted is None:
        return
    for address, (start, end) in addresses(text.text).items():
        if folded(address) == folded(wanted):
            # As the customer wrote it, unless it was spelled: a sentence may have begun with a capital.
            written = address if address in text.text else wanted
            yield normal_email(written) or wanted, start, end
    if folded(wanted) in {folded(each) for each in dictated_addresses(text.text)}:
        yield wanted, 0, len(text.text)


def tidy_address(value: str) -> str | None:
    """Return the address that a model gave, without what it may have left around it, or None."""
    given = re.sub(r"^mailto:", "", plain(value).strip().strip("<>\"'()[] "), flags=re.IGNORECASE).strip(" .,;:!?")
    normal = normal_email(given)
    if normal:
        return normal
    read = [each for each in addresses(given) if normal_email(each)]
    return normal_email(read[0]) if read else None


def _figure_places(field: CollectedField, value: str, text: Text) -> Iterator[tuple[str, int, int]]:
    normal = normal_value(field, value)
    if normal is None:
        return
    if field.type == "number":
        holds = holds_number(text.text, normal)
    else:
        holds = holds_date(text.text, dt.date.fromisoformat(normal), text.said_at.date())
    if holds:
        yield normal, *_place_of(value, text)


def _place_of(value: str, text: Text) -> tuple[int, int]:
    """Return where a value stands, or the text's whole where it stands there in other words."""
    start = text.text.find(value)
    return (start, start + len(value)) if start >= 0 else (0, len(text.text))


def _phone_places(field: CollectedField, value: str, text: Text) -> Iterator[tuple[str, int, int]]:
    normal = normal_value(field, value)
    if normal is None:
        return
    wanted = normal.lstrip("+").lstrip("0")
    for match in re.finditer(r"\+?\d[\d\s()./\u00a0-]{4,}\d", text.text):
        written = re.sub(r"\D", "", match[0]).lstrip("0")
        shorter, longer = sorted((wanted, written), key=len)
        if longer.endswith(shorter) and len(longer) - len(shorter) <= 3 and len(shorter) >= 6:
            yield normal, *match.span()


def _choice_places(field: CollectedField, value: str, text: Text) -> Iterator[tuple[str, int, int]]:
    normal = normal_value(field, value)
    if normal is None:
        return
    wanted = words_of(normal)
    for first, last in places(text.words, wanted):
        yield normal, text.words[first].start, text.words[last - 1].end
    for sides in (YES, NO):
        if wanted and wanted[0].letters in sides:
            for word in text.words[:3]:
                if word.letters in sides:
                    yield normal, word.start, word.end
    for stem in (word.letters for word in wanted if len(word.letters) > MIN_STEM):
        for word in text.words:
            if _common(stem, word.letters) >= max(MIN_STEM, len(stem) - 2):
                yield normal, word.start, word.end


def _common(one: str, other: str) -> int:
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _without_twins(found: Mapping[str, Found]) -> dict[str, Found]:
    """Drop a first name that is the last name's own word: one word alone is one name."""
    first, last = found.get("first_name"), found.get("last_name")
    if first and last and folded(first.value) == folded(last.value) and _is_only_once(first):
        return {name: each for name, each in found.items() if name != "first_name"}
    return dict(found)


def _is_only_once(found: Found) -> bool:
    return len(list(places(found.text.prose, words_of(found.value)))) == 1
