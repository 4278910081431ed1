"""The evaluation on a terminal."""

from collections.abc import Iterator, Mapping, Sequence

from local.eval.judge import Judged
from local.eval.summary import Share, Summary

MAX_SHOWN = 60  # cases with a problem; the report has them all


def table(summary: Summary, judged: Sequence[Judged]) -> str:
    """Write the figures, and what was not as expected."""
    return "\n".join([*_failed(judged), "", *_figures(summary)])


def problems(each: Judged) -> Iterator[str]:
    """List what is wrong with a case, one line each."""
    if each.played.error:
        yield f"stopped: {each.played.error}"
    for result in each.fields:
        if not result.right:
            yield f"{result.name} is {_value(result.stored)}, expected {_value(result.expected)}"
    for false in each.stored_false:
        yield f"{false.name} became {_value(false.value)} at message {false.message + 1}"
    for failure in each.failures:
        yield f"message {failure.message + 1}, {failure.check}: {failure.seen}"


def share_text(share: Share) -> str:
    """Write a share like `93.3 %  (56 of 60)`."""
    return "-" if share.percent is None else f"{share.percent:.1f} %  ({share.right} of {share.of})"


def money_text(cost: float | None) -> str:
    """Write dollars, to as many places as tell something."""
    return "unknown price" if cost is None else f"${cost:.4f}" if cost < 1 else f"${cost:.2f}"


def seconds_text(seconds: float | None) -> str:
    """Write a time."""
    return "-" if seconds is None else f"{seconds:.2f} s"


def _failed(judged: Sequence[Judged]) -> Iterator[str]:
    failed = [each for each in judged if not each.passed]
    for each in failed[:MAX_SHOWN]:
        yield f"  {each.played.case.id}"
        yield from (f"      {problem}" for problem in problems(each))
    if len(failed) > MAX_SHOWN:
        yield f"  … and {len(failed) - MAX_SHOWN} more"


def _figures(summary: Summary) -> Iterator[str]:
    yield f"  {'cases as expected':<34}{share_text(summary.runs)}"
    yield f"  {'expectations met':<34}{share_text(summary.expectations)}"
    for name, share in summary.fields.items():
        yield f"  {f'  {name}':<34}{share_text(share)}"
    given, stored = sum(summary.false_given.values()), sum(summary.false_stored.values())
    yield f"  {'false values: said by the model':<34}{given}{_by_name(summary.false_given)}"
    yield f"  {'false values: stored':<34}{stored}{_by_name(summary.false_stored)}"
    yield f"  {'right values not kept':<34}{summary.lost}"
    yield f"  {'failed behaviours':<34}{sum(summary.failures.values())}"
    for name, count in sorted(summary.failures.items(), key=lambda item: -item[1]):
        yield f"  {f'  {name}':<34}{count}"
    if summary.errors:
        yield f"  {'cases that stopped':<34}{summary.errors}"
    usage = summary.usage
    tokens = f"{usage.input_tokens} in ({usage.cached_tokens} cached), {usage.output_tokens} out"
    yield f"  {'tokens':<34}{tokens}"
    each = summary.cost / summary.answers if summary.cost is not None and summary.answers else None
    yield f"  {'money':<34}{money_text(summary.cost)}{f', {money_text(each)} an answer' if each else ''}"
    yield f"  {'time to answer':<34}{seconds_text(summary.median)} median, {seconds_text(summary.p95)} p95"


def _by_name(counts: Mapping[str, int]) -> str:
    named = ", ".join(f"{name} {count}" for name, count in counts.items())
    return f"  ({named})" if named else ""


def _value(value: str | None) -> str:
    return "empty" if not value else f"“{value}”"
