"""What tokens cost."""

import datetime as dt

import pytest

from shared.model.business import Price
from shared.model.prices import PRICES, cost_of, price_of, priced
from shared.model.usage import Usage, sum_of, total

USAGE = Usage(model="gpt-6-luna", input_tokens=1_000_000, cached_tokens=400_000, output_tokens=200_000)


def test_cost_counts_fresh_cached_and_written_tokens_by_their_prices():
    assert cost_of(USAGE, {}) == pytest.approx(0.6 * 0.10 + 0.4 * 0.01 + 0.2 * 0.50)


def test_cost_of_an_unknown_model_is_not_known_and_of_nothing_is_nothing():
    assert cost_of(Usage(model="my-own", input_tokens=5), {}) is None
    assert cost_of(Usage(model="my-own"), {}) == 0.0


def test_price_of_the_business_wins_over_the_known_one():
    own = {"gpt-6-luna": Price(input=1.0), "my-own": Price(input=2.0)}
    assert cost_of(Usage(model="gpt-6-luna", input_tokens=1_000_000), own) == 1.0
    assert cost_of(Usage(model="my-own", input_tokens=1_000_000), own) == 2.0


@pytest.mark.parametrize("model", ["gpt-6-luna-2026-10-01", "gpt-6-luna-20261001", "gpt-6-luna"])
def test_dated_model_costs_what_its_family_does(model):
    assert price_of(model, {}) is not None


@pytest.mark.parametrize("model", ["gpt-6-luna-turbo", "gpt", "", "gpt-6-luna-20x"])
def test_other_model_of_a_family_is_not_known(model):
    assert price_of(model, {}) is None


def test_price_is_that_of_the_day(monkeypatch):
    first, second = dt.date(2026, 1, 1), dt.date(2026, 6, 1)
    monkeypatch.setitem(PRICES, "m", ((second, Price(input=2.0)), (first, Price(input=1.0))))
    days = (None, second, first, dt.date(2025, 1, 1))
    assert [price_of("m", {}, day) for day in days] == [Price(input=cost) for cost in (2.0, 2.0, 1.0, 1.0)]


def test_table_of_prices_is_newest_first_and_cached_is_never_dearer():
    for dated in PRICES.values():
        assert [day for day, _ in dated] == sorted((day for day, _ in dated), reverse=True)
        assert all(price.cached <= price.input <= price.output for _, price in dated)


def test_total_adds_money_where_it_is_known():
    known, unknown = priced(USAGE, {}), Usage(model="x", input_tokens=3)
    assert total(unknown, unknown).cost is None
    assert total(known, unknown).cost == known.cost
    assert total(known, known).cost == pytest.approx(2 * (known.cost or 0))


def test_sum_of_answers_is_nobodys_model_and_nothing_where_nothing_was_taken():
    assert sum_of(None, Usage()) is None
    assert sum_of(USAGE, None) == Usage(input_tokens=1_000_000, cached_tokens=400_000, output_tokens=200_000)
    both = sum_of(priced(USAGE, {}), Usage(model="x", input_tokens=1))
    assert both is not None and (both.model, both.input_tokens) == ("", 1_000_001)
