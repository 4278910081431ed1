"""What a call of the model took."""

from dataclasses import replace

from shared.model.value import value


@value
class Usage:
    """Tokens of one or several calls of a model; `cached_tokens` are those of the input that were cached."""

    model: str = ""
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0


def total(one: Usage, other: Usage) -> Usage:
    """Add two usages up, under the first one's model."""
    return replace(
        one,
        model=one.model or other.model,
        input_tokens=one.input_tokens + other.input_tokens,
        cached_tokens=one.cached_tokens + other.cached_tokens,
        output_tokens=one.output_tokens + other.output_tokens,
    )
