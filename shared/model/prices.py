"""What models cost, in dollars for a million tokens, and from which day on: a table to be kept up to date.

A business's own prices (`Budget.prices`) win. A model that is in neither costs nobody knows what: its tokens are
counted, and its money is None. So a price goes in here only with where it is from. Where a server charges more for
writing its cache, for very long prompts or for a region, the true price is higher.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from shared.model.business import Price
from shared.model.usage import Usage

PER = 1_000_000

# By model, the newest price first. TO BE CHECKED against openai.com/api/pricing, which nobody looked at for this:
# the price of gpt-6-luna is from a colleague's notes of that day ("about 0.10 in, 0.01 cached, 0.50 out").
PRICES: dict[str, tuple[tuple[dt.date, Price], ...]] = {
    "gpt-6-luna": ((dt.date(2026, 11, 28), Price(input=0.10, cached=0.01, output=0.50)),),
}


def price_of(model: str, prices: Mapping[str, Price], day: dt.date | None = None) -> Price | None:
    """Return what a model costs on a day (its latest price without one), None when that is not known.

    A dated model such as `gpt-6-luna-2026-10-01` costs what its family does.
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
