"""How much of a customer's text is kept: its beginning and its end, where a long text says what it wants."""

from shared.model.quoting import without_middle

MAX_CHARACTERS = 10_000
GAP = "\n[…]\n"  # stands where characters were left out


def kept_text(text: str) -> tuple[str, int]:
    """Return what is kept of a text, and how many characters were left out in its middle."""
    kept = without_middle(text, MAX_CHARACTERS, GAP)
    return kept, len(text) - (len(kept) - len(GAP)) if kept != text else 0
