"""How much of a customer's text is kept: its beginning and its end, where a long text says what it wants."""

MAX_CHARACTERS = 10_000
GAP = "\n[…]\n"  # stands where characters were left out


def kept_text(text: str) -> tuple[str, int]:
    """Return what is kept of a text, and how many characters were left out in its middle."""
    kept = without_middle(text, MAX_CHARACTERS, GAP)
    return kept, len(text) - (len(kept) - len(GAP)) if kept != text else 0


def without_middle(text: str, most: int, gap: str) -> str:
    """Return a text of at most so many characters, with a gap in place of the middle of a longer one."""
    if len(text) <= most:
        return text
    end = (most - len(gap)) // 2
    return text[: most - len(gap) - end] + gap + text[-end:]
