"""The report: one HTML file with the figures on top and every conversation below, which needs no network."""

import string
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from local.eval.judge import Judged
from local.eval.play import Exchange
from local.eval.summary import Share, Summary
from local.eval.table import money_text, seconds_text

TEMPLATE = Path(__file__).with_suffix(".html")
MAX_SHOWN = 1500  # characters of a message
# What a failed check means, in words for whoever owns the shop.
MEANINGS = {
    "contains_any": "did not say what was expected",
    "contains_all": "left out something that was expected",
    "contains_none": "said something that it must not say",
    "asks_for": "did not ask for what it should collect",
    "no_question_about": "asked again, or for what it must not ask",
    "no_question": "asked a question",
    "language_is": "answered in another language",
    "address_form": "mixed up Lei and tu",
    "has_buttons": "buttons were missing, or there for no reason",
    "flagged": "staff were not called as expected",
    "hands_over": "staff were not called as expected",
    "paused": "was not paused as expected",
    "outcome": "gave no answer of its own",
    "shorter_than": "wrote too much",
    "says_ai": "did not say that it is an AI",
    "promises_person": "spoke of a colleague when it should not, or did not when it should",
    "confirms_nothing": "confirmed something as done",
    "says_open": "did not say that the shop is open",
    "says_closed": "did not say that the shop is closed",
    "keeps_instructions": "gave its instructions away",
    "clean": "wrote signs that customers must not see",
}


def page(summary: Summary, judged: Sequence[Judged], about: Mapping[str, Any]) -> str:
    """Return the report as HTML."""
    template = string.Template(TEMPLATE.read_text(encoding="utf-8"))
    complete = "" if about.get("complete", True) else " Stopped before its end."
    ordered = sorted(judged, key=lambda each: (each.passed, each.played.case.id))
    return template.substitute(
        title=escape(f"The assistant with {about.get('model')}"),
        about=escape(
            f"{len(judged)} conversations, written by hand and had with the model by the product itself.{complete}"
        ),
        tiles="".join(_tiles(summary)),
        fields=_fields(summary),
        behaviours=_behaviours(summary),
        cases="\n".join(_case(each) for each in ordered),
    )


def _tiles(summary: Summary) -> Iterator[str]:
    yield _tile(_percent(summary.runs), f"conversations as expected, {summary.runs.right} of {summary.runs.of}")
    yield _tile(_percent(summary.expectations), "single expectations met")
    given, stored = sum(summary.false_given.values()), sum(summary.false_stored.values())
    yield _tile(str(stored), f"false values believed, of {given} that the model made up")
    yield _tile(seconds_text(summary.median), f"until an answer; 95 of 100 within {seconds_text(summary.p95)}")
    each = summary.cost / summary.answers if summary.cost is not None and summary.answers else None
    money = money_text(each * 1000) if each is not None else "unknown"
    usage = summary.usage
    tokens = f"{usage.input_tokens:,} tokens read ({usage.cached_tokens:,} cached), {usage.output_tokens:,} written"
    yield _tile(money, f"for 1,000 answers; here: {tokens}")


def _tile(value: str, about: str) -> str:
    return f'<div class="tile"><b>{escape(value)}</b><span>{escape(about)}</span></div>'


def _fields(summary: Summary) -> str:
    names = [*summary.fields, *(name for name in summary.false_given if name not in summary.fields)]
    rows = "".join(_field_row(summary, name) for name in names)
    return (
        '<table><tr><th>field</th><th>right</th><th class="number">false, said by the model</th>'
        f'<th class="number">false, stored</th></tr>{rows}</table>'
        f'<p class="soft">Right values that the model gave and that were not kept: {summary.lost}.</p>'
    )


def _field_row(summary: Summary, name: str) -> str:
    share = summary.fields.get(name, Share(0, 0))
    given, stored = summary.false_given.get(name, 0), summary.false_stored.get(name, 0)
    return (
        f"<tr><td>{escape(name.replace('_', ' '))}</td><td>{_bar(share)}</td>"
        f'<td class="number">{given}</td><td class="number{" wrong" if stored else ""}">{stored}</td></tr>'
    )


def _bar(share: Share) -> str:
    if share.percent is None:
        return "-"
    bar = f'<span class="bar"><i style="width:{share.percent:.0f}%"></i></span>'
    return f"{bar} {_percent(share)} ({share.right} of {share.of})"


def _behaviours(summary: Summary) -> str:
    if not summary.failures:
        return '<p class="good-text">Everything it said was as expected.</p>'
    rows = "".join(
        f'<tr><td>{escape(MEANINGS.get(name, name))}</td><td class="number">{count}</td></tr>'
        for name, count in sorted(summary.failures.items(), key=lambda item: -item[1])
    )
    return f'<table><tr><th>it …</th><th class="number">times</th></tr>{rows}</table>'


def _case(each: Judged) -> str:
    case, count = each.played.case, _problem_count(each)
    verdict = "as expected" if each.passed else f"{count} problem{'s' if count != 1 else ''}"
    chat = "".join(_exchange(each, number, exchange) for number, exchange in enumerate(each.played.exchanges))
    stopped = _problem(f"Stopped: {each.played.error}") if each.played.error else ""
    return (
        f'<details class="{"good" if each.passed else "bad"}"{"" if each.passed else " open"}><summary>'
        f"<b>{escape(case.id)}</b><span class='soft'>{escape(case.about)}</span>"
        f'<span class="verdict {"good" if each.passed else "bad"}-text">{verdict}</span></summary>'
        f'<div class="chat"><span class="note">{case.now:%A %d %B %Y, %H:%M}</span>{chat}{stopped}</div>'
        f'<div class="kept">{_kept(each)}</div></details>'
    )


def _problem_count(each: Judged) -> int:
    wrong = sum(not result.right for result in each.fields)
    return wrong + len(each.stored_false) + len(each.failures) + bool(each.played.error)


def _exchange(each: Judged, number: int, exchange: Exchange) -> str:
    parts = [f'<div class="bubble theirs" dir="auto">{_text(exchange.said)}</div>']
    for answer in exchange.answers:
        parts.append(f'<div class="bubble ours" dir="auto">{_text(answer.text)}</div>')
        if answer.choices:
            choices = "".join(f"<span>{escape(choice)}</span>" for choice in answer.choices)
            parts.append(f'<div class="choices">{choices}</div>')
    if exchange.outcome == "failed" and exchange.written:
        parts.append(
            f'<div class="bubble held" dir="auto">Not sent to the customer: {_text(exchange.written)}</div>'
        )
    if exchange.attention:
        parts.append(f'<span class="note">staff were called: {escape(exchange.attention)}</span>')
    parts += [
        _problem(f"It {MEANINGS.get(failure.name, 'failed')} ({failure.check}): {failure.seen}")
        for failure in each.failures
        if failure.message == number
    ]
    parts += [
        _problem(f"Believed a {false.name.replace('_', ' ')} that the customer never gave: {false.value}")
        for false in each.stored_false
        if false.message == number
    ]
    return "".join(parts)


def _kept(each: Judged) -> str:
    told = [_result(result.name, result.stored, result.expected, right=result.right) for result in each.fields]
    refused = [false.value for false in each.false_values if not false.stored]
    kept = {false.value for false in each.stored_false}
    dropped = [value for value in refused if value not in kept]
    if dropped:
        told.append(f"<span class='soft'>said by the model and not believed: {escape(', '.join(dropped))}</span>")
    return " · ".join(told) or '<span class="soft">nothing is collected here</span>'


def _result(name: str, stored: str | None, expected: str | None, *, right: bool) -> str:
    text = f"{escape(name.replace('_', ' '))}: {escape(stored or 'empty')}"
    return text if right else f'<span class="wrong">{text}, expected {escape(expected or "empty")}</span>'


def _problem(text: str) -> str:
    return f'<div class="problem">{escape(text)}</div>'


def _text(text: str) -> str:
    shown = text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}… ({len(text):,} characters)"
    return escape(shown)


def _percent(share: Share) -> str:
    return "-" if share.percent is None else f"{share.percent:.0f} %"
