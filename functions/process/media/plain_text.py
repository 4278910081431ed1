"""The text of plain text files, CSV and Markdown. Decoding is harmless, so it needs no process of its own."""

import codecs

MAX_CHARACTERS = 40_000
CUT_OFF = "\n[the rest was cut off]"
_MAX_BYTES_OF_A_CHARACTER = 4


def plain_text(content: bytes) -> str | None:
    """Return the beginning of a text, which is UTF-8, UTF-16 or what Windows programs write; None without words.

    Costs the same for a large file: what lies behind 40,000 characters is not looked at.
    """
    beginning = content[: (MAX_CHARACTERS + 1) * _MAX_BYTES_OF_A_CHARACTER]
    text = _decoded(beginning, is_whole=len(beginning) == len(content))
    return cut(text).strip() or None


def cut(text: str) -> str:
    """Cut a text after 40,000 characters, and say so."""
    return text if len(text) <= MAX_CHARACTERS else text[:MAX_CHARACTERS] + CUT_OFF


def _decoded(content: bytes, *, is_whole: bool) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(content, final=is_whole)
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
