"""How long a model thinks, and what room its thinking needs. Pure functions."""

import re

# Thinking counts as output: what it may take besides the answer, by effort; more than these is high or above.
REASONING_TOKENS = {"none": 0, "minimal": 4_000, "low": 4_000, "medium": 10_000}
MAX_REASONING_TOKENS = 25_000
USUAL_EFFORT = "medium"  # of a model that is not told any
TAKES_EFFORT = re.compile(r"^(gpt-([5-9]|\d\d)|o\d)")


def effort_of(model: str, wanted: str | None, *, refused: bool) -> str | None:
    """Return the reasoning effort, None for models that take none; `none` answers fastest."""
    if refused:
        return None
    return wanted or ("none" if TAKES_EFFORT.match(model) else None)


def reasoning_tokens(effort: str | None, *, refused: bool) -> int:
    """Return the tokens that thinking may take; a model that refuses an effort thinks as it likes."""
    thinks = effort or (USUAL_EFFORT if refused else "none")
    return REASONING_TOKENS.get(thinks, MAX_REASONING_TOKENS)
