"""What models cost, in dollars for a million tokens, and from which day on: a table to be kept up to date.

A business's own prices (`Budget.prices`) win. A model that is in neither costs nobody knows what: its tokens are
counted, and its money is None. Where a server charges more for writing its cache, for very long prompts or for a
region (OpenAI: 1.25 times, twice above 272,000 tokens, a tenth more in the EU), the true price is a little higher.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from shared.model.business import Price
from shared.model.usage import Usage

PER = 1_000_000

# By model, the newest price first; openai.com/api/pricing, looked up on 2026-11-28.
PRICES: dict[str, tuple[tuple[dt.date, Price], ...]] = {
    "gpt-6-luna": ((dt.date(2026, 11, 28), Price(input=0.10, cached=0.01, output=0.50)),),
    "gpt-4.1": ((dt.date(2025, 4, 14), Price(input=2.00, cached=0.50, output=8.00)),),
    "gpt-4.1-mini": ((dt.date(2025, 4, 14), Price(input=0.40, cached=0.10, output=1.60)),),
    "gpt-4.1-nano": ((dt.date(2025, 4, 14), Price(input=0.10, cached=0.025, output=0.40)),),
    "gpt-4o": ((dt.date(2024, 10, 2), Price(input=2.50, cached=1.25, output=10.00)),),
    "gpt-4o-mini": ((dt.date(2024, 7, 18), Price(input=0.15, cached=0.075, output=0.60)),),
}


def price_of(model: str, prices: Mapping[str, Price], day: dt.date | None = None) -> Price | None:
    """Return what a model costs on a day (its latest price without one), None when that is not known.

    A dated model such as `gpt-4.1-2025-04-14` costs what its family does.
    """
    for name in (model, _family(model)):
        if name in prices:
            return prices[name]
        if dated := PRICES.get(name):
            return next((price for since, price in dated if day is None or since <= day), dated[-1][1])
    return None


def cost_of(usage: Usage, prices: Mapping[str, Price], day: dt.date | None = None) -> float | None:
    """Return what tokens cost in dollars; None when the price is not known, 0 for no tokens."""
    if not (usage.input_tokens or usage.output_tokens):
        return 0.0
    price = price_of(usage.model, prices, day)
    if price is None:
        return None
    fresh = max(0, usage.input_tokens - usage.cached_tokens)
    spent = fresh * price.input + usage.cached_tokens * price.cached + usage.output_tokens * price.output
    return spent / PER


def priced(usage: Usage, prices: Mapping[str, Price], day: dt.date | None = None) -> Usage:
    """Return tokens with what they cost on a day; no tokens stay as they are."""
    spent = usage.input_tokens or usage.output_tokens
    return replace(usage, cost=cost_of(usage, prices, day)) if spent else usage


def _family(model: str) -> str:
    """Return a model's name without the date of a snapshot."""
    head, _, tail = model.partition("-20")
    return head if tail and tail.replace("-", "").isdigit() else model
