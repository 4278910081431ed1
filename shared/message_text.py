"""Cutting a long text into parts that WhatsApp takes."""

from shared.whatsapp import TEXT_CHARACTERS

_BORDERS = ("\n\n", "\n", ". ", " ")


def split_text(text: str, limit: int = TEXT_CHARACTERS) -> list[str]:
    """Cut a text into parts of at most `limit` characters: between paragraphs, else lines, sentences, words."""
    parts = []
    rest = text.strip()
    while len(rest) > limit:
        cut = _cut(rest, limit)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest]


def _cut(text: str, limit: int) -> int:
    for border in _BORDERS:
        place = text.rfind(border, 0, limit - len(border) + 1)
        if place > limit // 4:  # a border near the beginning would make a tiny part
            return place + len(border)
    return limit
