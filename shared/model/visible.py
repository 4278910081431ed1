"""What strangers call themselves and their files, without the signs that nobody sees and that turn text around."""

import unicodedata

# Letters and signs by their category, and blank in every font: Hangul's fillers and the empty Braille pattern.
_BLANK = {"\u115f", "\u1160", "\u3164", "\uffa0", "\u2800"}
_JOINERS = {"\u200c", "\u200d"}  # inside Persian and Indic words, and inside emoji


def visible(text: str) -> str:
    """Return a text without control and format characters; empty when nothing in it can be seen.

    Among them are those that turn the direction of text (Unicode Standard Annex 9), by which `gpj.exe` can pass for
    a picture.
    """
    kept = "".join(" " if sign.isspace() else sign for sign in text if sign in _JOINERS or not _is_hidden(sign))
    return " ".join(kept.split()) if any(_is_seen(sign) for sign in kept) else ""


def _is_hidden(sign: str) -> bool:
    return not sign.isspace() and unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Cn")


def _is_seen(sign: str) -> bool:
    return sign not in _BLANK and unicodedata.category(sign)[0] in "LNPS"
