"""Words in WhatsApp formatting: signs around them, and addresses beside them."""

import re

_MARKS = {"**": "*", "__": "*", "*": "_", "_": "_", "~~": "~"}
_ADDRESS = re.compile(
    r"(\b[a-z][a-z0-9+.-]{0,20}://[^\s<>]+|\bwww\.[^\s<>]+|[\w.+-]{1,64}@[\w-]+\.[\w.-]+)", re.IGNORECASE
)
_AFTER_ADDRESS = " \n.,;:!?)]}»\u201d\u2019\"'…"
_NOT_COMPARED = re.compile(r"^(?:https?://)?(?:www\.)?|[\s*_~`()-]|/$", re.IGNORECASE)
_CLOSING, _OPENING = ")]}.,;:!?", "([{"


def wrapped(text: str, mark: str) -> str:
    """Put a sign around the words of each line, but not around an address, which would take it in."""
    return "\n".join("".join(_wrap(piece, mark) for piece in _ADDRESS.split(line)) for line in text.split("\n"))


def marked(text: str, markup: str, before: str, after: str) -> str:
    """Write a span that had this Markdown around it; `before` and `after` are the characters next to it.

    Within a word WhatsApp takes no sign for formatting: what may be a sum (5*3*2) stays as it was written.
    """
    in_word = before.isalnum() or after.isalnum()
    literal = f"{markup}{text}{markup}"
    if markup == "*" and (in_word or text[:1] in _CLOSING or text[-1:] in _OPENING):
        return literal
    if markup in ("**", "__") and in_word:
        if before.isdigit() and after.isdigit():
            return literal
        start, end = _gap(before, text[:1]), _gap(after, text[-1:])
        if None in (start, end):
            return text
        return f"{start}{wrapped(text, '*')}{end}"
    return wrapped(text, _MARKS[markup])


def _gap(outside: str, edge: str) -> str | None:
    """Return what keeps bold text apart from a letter beside it; None where only a letter stands on either side."""
    if not outside.isalnum():
        return ""
    return None if edge.isalnum() else " "


def linked(label: str, address: str, title: str, before: str, after: str) -> str:
    """Write a link as `label: address`, or as the address alone when the label says no more than that."""
    label, spoken = label.strip(), _spoken_address(address)
    if title and _compared(title) not in _compared(label):
        label = f"{label} ({title})".strip()
    if spoken in label or (address.startswith("tel:") and _compared(label) == _compared(spoken)):
        text = label
    else:
        text = spoken if _compared(label) in ("", _compared(spoken)) else f"{label}: {spoken}"
    start = " " if before.isalnum() and text.startswith(spoken) else ""
    end = " " if after not in _AFTER_ADDRESS and text.endswith(spoken) else ""
    return f"{start}{text}{end}"


def _wrap(piece: str, mark: str) -> str:
    words = piece.strip()
    if _ADDRESS.fullmatch(piece) or not any(character.isalnum() for character in words):
        return piece
    start = piece.index(words)
    return f"{piece[:start]}{mark}{words}{mark}{piece[start + len(words) :]}"


def _spoken_address(address: str) -> str:
    """WhatsApp links e-mail addresses and phone numbers by itself, but not in the form that browsers want."""
    if address.startswith("mailto:"):
        return address.removeprefix("mailto:").split("?")[0]
    return address.removeprefix("tel:")


def _compared(text: str) -> str:
    return _NOT_COMPARED.sub("", text).casefold()
