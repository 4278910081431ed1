"""What a call of the model took."""

from dataclasses import replace

from shared.model.value import value


@value
class Usage:
    """Tokens of one or several calls of a model; `cached_tokens` are those of the input that were cached.

    `cost` is what they cost in dollars by the prices of their day, None when these are not known.
    """

    model: str = ""
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None

    @property
    def tokens(self) -> int:
        """Return all tokens, read and written."""
        return self.input_tokens + self.output_tokens


def sum_of(one: Usage | None, other: Usage | None) -> Usage | None:
    """Add up what several models may have taken; None where nothing was."""
    both = [each for each in (one, other) if each and (each.input_tokens or each.output_tokens)]
    return replace(total(*both) if len(both) == 2 else both[0], model="") if both else None


def total(one: Usage, other: Usage) -> Usage:
    """Add two usages up, under the first one's model; what has no known price adds nothing to the money."""
    costs = [each.cost for each in (one, other) if each.cost is not None]
    return replace(
        one,
        model=one.model or other.model,
        input_tokens=one.input_tokens + other.input_tokens,
        cached_tokens=one.cached_tokens + other.cached_tokens,
        output_tokens=one.output_tokens + other.output_tokens,
        cost=sum(costs) if costs else None,
    )
