"""Facts in an answer that nobody gave the assistant: addresses, prices, IBANs and numbers. Pure functions."""

import re
from collections.abc import Iterator, Sequence, Set

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_WEB = re.compile(
    r"(?:https?://|www\.)[^\s<>()\[\]]+|(?<![@\w.-])[\w-]+(?:\.[\w-]+)*\.(?:it|com|net|org|eu|de|fr|es|pt|shop)\b[^\s<>()\[\]]*",
    re.IGNORECASE,
)
_AMOUNT = r"\d[\d.,'\u00a0]{0,24}+"  # of bounded length: a stranger's file may be one long row of digits
_PRICE = re.compile(
    rf"(?:[€$£]|\beuro?\b)\s?({_AMOUNT})|(?<!\d)({_AMOUNT})\s?(?:[€$£]|(?:euros?|eur|dollari|dollars|sterline|pounds)\b)",
    re.IGNORECASE,
)
_NUMBER = re.compile(_AMOUNT)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b")
_DATE_OR_TIME = re.compile(
    r"\b\d{1,4}([-/.])\d{1,2}\1\d{1,4}\b|\b\d{1,2}[.:]\d{2}(?:\s?[-\u2013]\s?\d{1,2}[.:]\d{2})?\b(?![.\d])"
)
_PHONE = re.compile(r"\+?\d(?:[ \u00a0./()-]{0,2}\d){7,14}(?!\d)")
# Numbers that are no prices, unless a currency stands beside them: hours, house numbers, phone numbers.
_CLOCK = r"\d{1,2}(?:[.:]\d{2})?"
_NO_PRICE = re.compile(
    rf"\b{_CLOCK}\s?[-\u2013]\s?{_CLOCK}\b(?![.,]?\d|\s?[€$£]|\s?eur)"
    rf"|\b(?:dalle|alle|ore|from|until|till)\s+{_CLOCK}\b"
    r"|\b\d{1,2}:\d{2}\b"
    r"|(?-i:\b(?:[Vv]ia|[Vv]iale|[Pp]iazza|[Pp]iazzale|[Cc]orso|[Ll]argo|[Vv]icolo|[Ss]trada|[Ss]treet)\s+"
    r"(?:d[aei]\w*\s+)?(?:[A-ZÀ-Ý][\w'.]*,?\s+){1,5}(?:n\.?\s?)?\d+)"
    rf"|{_PHONE.pattern}",
    re.IGNORECASE,
)
COMPARED_DIGITS = 8  # of a phone number, which may stand with or without its country's prefix


def unsupported_facts(answer: str, told: Sequence[str], besides: Sequence[str] = ()) -> list[str]:
    """Name the kinds of fact in an answer that stand in none of the texts told, such as `email` or `price`.

    What is told `besides`, such as hours and addresses, holds prices only where a currency stands beside them.
    """
    known = "\n".join([*told, *besides]).casefold()
    amounts = {_value(before or after) for before, after in _PRICE.findall(known)}
    amounts |= {_value(number) for each in told for number in _NUMBER.findall(_NO_PRICE.sub(" ", each))}
    return list(dict.fromkeys(_unsupported(answer, known, amounts)))


def _unsupported(answer: str, known: str, amounts: Set[str]) -> Iterator[str]:
    for found in _EMAIL.findall(answer):
        if found.casefold().rstrip(".") not in known:
            yield "email"
    rest = _EMAIL.sub(" ", answer)
    if any(_address(found) not in known for found in _WEB.findall(rest)):
        yield "web"
    rest = _WEB.sub(" ", rest)
    if any(_joined(found) not in _joined(known) for found in _IBAN.findall(rest)):
        yield "iban"
    rest = _IBAN.sub(" ", rest)
    if any(_value(before or after) not in amounts for before, after in _PRICE.findall(rest)):
        yield "price"
    rest = _DATE_OR_TIME.sub(" ", _PRICE.sub(" ", rest))
    digits = re.sub(r"\D", "", re.sub(r"[ \u00a0./()-](?=\d)|(?<=\d)[ \u00a0./()-]", "", known))
    if any(re.sub(r"\D", "", found)[-COMPARED_DIGITS:] not in digits for found in _PHONE.findall(rest)):
        yield "number"


def _address(found: str) -> str:
    return re.sub(r"^https?://|^www\.", "", re.sub(r"^https?://", "", found.casefold())).rstrip(".,;:!?*_~`\"'/»”")


def _joined(text: str) -> str:
    return re.sub(r"\s", "", text).casefold()


def _value(number: str) -> str:
    """Write an amount in one way: 1.250,00 and 1250 are the same, and so are 12,5 and 12.50."""
    plain = re.sub(r"['\u00a0]", "", number).rstrip(".,")
    whole, separator, decimals = plain, "", ""
    if found := re.fullmatch(r"(.*\d)[.,](\d{1,2})", plain):
        whole, decimals = found[1], found[2].rstrip("0")
        separator = "." if decimals else ""
    return (re.sub(r"\D", "", whole).lstrip("0") or "0") + separator + decimals
