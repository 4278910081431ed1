"""The figures of an evaluation: accuracy by field, false values, failed behaviours, tokens, money, time. Pure."""

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from local.eval.judge import Judged
from local.eval.play import Exchange
from shared.model.business import Price
from shared.model.prices import cost_of
from shared.model.usage import Usage, total

Json = dict[str, Any]


@dataclass(frozen=True)
class Share:
    """How many of how many."""

    right: int
    of: int

    @property
    def percent(self) -> float | None:
        """Return the share in percent, None of nothing."""
        return 100 * self.right / self.of if self.of else None


@dataclass(frozen=True)
class Summary:
    """The figures. `lost` are right values that the model gave and that were not kept.

    `false_given` are by what the model said, `false_stored` by what was kept of it. `cost` is in dollars, None for
    a model whose price is not known. Times are seconds until an answer.
    """

    runs: Share
    expectations: Share
    fields: Mapping[str, Share]
    false_given: Mapping[str, int]
    false_stored: Mapping[str, int]
    lost: int
    failures: Mapping[str, int]
    errors: int
    answers: int
    usage: Usage
    cost: float | None
    median: float | None
    p95: float | None


def summarise(judged: Sequence[Judged], prices: Mapping[str, Price] | None = None) -> Summary:
    """Add up what was judged; `prices` by model win over those that are known."""
    exchanges = [exchange for each in judged for exchange in each.played.exchanges]
    results = [result for each in judged for result in each.fields]
    times = sorted(exchange.seconds for exchange in exchanges if exchange.seconds is not None)
    checks, failed = sum(each.checks for each in judged), sum(len(each.failures) for each in judged)
    right = sum(result.right for result in results)
    usage, cost = _spent(exchanges, prices or {})
    return Summary(
        runs=Share(sum(each.passed for each in judged), len(judged)),
        expectations=Share(checks - failed + right, checks + len(results)),
        fields={
            name: Share(sum(r.right for r in results if r.name == name), sum(r.name == name for r in results))
            for name in dict.fromkeys(result.name for result in results)
        },
        false_given=_count(judged, stored=False),
        false_stored=_count(judged, stored=True),
        lost=sum(result.offered and not result.right for result in results),
        failures=dict(Counter(failure.name for each in judged for failure in each.failures)),
        errors=sum(bool(each.played.error) for each in judged),
        answers=sum(len(exchange.answers) > 0 for exchange in exchanges),
        usage=usage,
        cost=cost,
        median=statistics.median(times) if times else None,
        p95=times[max(0, -(-len(times) * 95 // 100) - 1)] if times else None,
    )


def as_json(summary: Summary, judged: Sequence[Judged], about: Json) -> Json:
    """Return everything as JSON: the figures, and each case with its conversation."""
    return {
        **about,
        "summary": asdict(summary),
        "cases": [_case_json(each) for each in judged],
    }


def exchange_usage(exchange: Exchange) -> Usage:
    """Add up the tokens of all calls that one message took."""
    usage = Usage()
    for call in exchange.calls:
        usage = total(usage, call.usage)
    return usage


def _spent(exchanges: Sequence[Exchange], prices: Mapping[str, Price]) -> tuple[Usage, float | None]:
    usage, cost = Usage(), 0.0
    known = True
    for exchange in exchanges:
        for call in exchange.calls:
            usage = total(usage, call.usage)
            spent = cost_of(call.usage, prices)
            known = known and spent is not None
            cost += spent or 0.0
    return usage, cost if known else None


def _count(judged: Sequence[Judged], *, stored: bool) -> dict[str, int]:
    return dict(Counter(false.name for each in judged for false in each.false_values if false.stored == stored))


def _case_json(each: Judged) -> Json:
    case = each.played.case
    return {
        "id": case.id,
        "about": case.about,
        "passed": each.passed,
        "error": each.played.error,
        "fields": [asdict(result) for result in each.fields],
        "false_values": [asdict(false) for false in each.false_values],
        "failures": [asdict(failure) for failure in each.failures],
        "messages": [_exchange_json(exchange) for exchange in each.played.exchanges],
    }


def _exchange_json(exchange: Exchange) -> Json:
    usage = exchange_usage(exchange)
    return {
        "said": exchange.said,
        "answers": [{"text": answer.text, "choices": list(answer.choices)} for answer in exchange.answers],
        "written": exchange.written,
        "seconds": round(exchange.seconds, 3) if exchange.seconds is not None else None,
        "outcome": exchange.outcome,
        "attention": exchange.attention,
        "given": [call.values for call in exchange.calls if call.schema],
        "stored": exchange.stored,
        "language": exchange.language,
        "usage": {key: getattr(usage, key) for key in ("input_tokens", "cached_tokens", "output_tokens")},
    }
