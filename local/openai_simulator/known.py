"""Reads the assistant's instructions: which details are known, and which are missing."""

import re
from collections.abc import Iterable

_FIELD_WORDS = {
    "first_name": r"first[ _-]?name",
    "last_name": r"last[ _-]?name|surname|family[ _-]?name",
    "company": r"company|business name",
    "email": r"e-?mail",
}
_FIRST_NAME_LINE = re.compile(
    r"(?:first[ _-]?name|\bnome)[\"'*`]*\s*(?:[:=]|\bis\b)[\"'*`\s]*(?P<name>[^\n,;.\"'*`|<(]+)", re.IGNORECASE
)
_LAST_NAME_LINE = re.compile(
    r"(?:last[ _-]?name|\bcognome)[\"'*`]*\s*(?:[:=]|\bis\b)[\"'*`\s]*(?P<name>[^\n,;.\"*`|<(]+)", re.IGNORECASE
)
_LANGUAGE_LINE = re.compile(r"(?:language|lingua)[\"'*`]*\s*[:=][\"'*`\s]*(?P<code>[a-z]{2})\b", re.IGNORECASE)
_UNKNOWN = re.compile(r"(?:unknown|not\b|none|null|n/a|missing|sconosciut|-|\?|\{|\[)", re.IGNORECASE)
_MISSING_LIST = re.compile(r"\bmissing\b[^:\n]*:(?P<names>.*)", re.IGNORECASE)
_MISSING_LINE = re.compile(r"^.*\bmissing\b.*$", re.IGNORECASE | re.MULTILINE)
_BULLET = re.compile(r"\s*[-*•]\s+(?P<name>.*)")


def known_name(texts: Iterable[str]) -> str | None:
    """The customer's first name, or else the last name, as a line such as `First name: Mario` gives it."""
    joined = "\n".join(texts)
    for pattern in (_FIRST_NAME_LINE, _LAST_NAME_LINE):
        for match in pattern.finditer(joined):
            name = match["name"].strip()
            if name and not _UNKNOWN.match(name):
                return name
    return None


def known_language(instructions: str) -> str | None:
    """The ISO 639-1 code that a line such as `Language: it` gives."""
    match = _LANGUAGE_LINE.search(instructions)
    return match["code"].lower() if match else None


def missing_fields(instructions: str) -> list[str]:
    """The fields listed as missing, in the order of the list."""
    lists = _missing_lists(instructions)
    text = "\n".join(lists if lists else _MISSING_LINE.findall(instructions))
    places = {field: re.search(words, text, re.IGNORECASE) for field, words in _FIELD_WORDS.items()}
    found = [(match.start(), field) for field, match in places.items() if match]
    return [field for _, field in sorted(found)]


def _missing_lists(instructions: str) -> list[str]:
    lists: list[str] = []
    lines = instructions.splitlines()
    for number, line in enumerate(lines):
        match = _MISSING_LIST.search(line)
        if not match:
            continue
        lists.append(match["names"])
        if match["names"].strip():
            continue
        for following in lines[number + 1 :]:
            bullet = _BULLET.match(following)
            if not bullet:
                break
            lists.append(bullet["name"])
    return lists
