"""Judging a case that was played: values against those that are expected, answers against their checks. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from local.eval.case import Case
from local.eval.checks import ANSWERED, EVERY_ANSWER, Check, Seen
from local.eval.phrases import folded
from local.eval.play import Exchange, Played
from shared.model.business import business_json


@dataclass(frozen=True)
class FieldResult:
    """One field at the end of a case: what was expected and what is stored.

    `offered` tells that the model gave a right value at some moment, even if it was not kept.
    """

    name: str
    expected: str | None
    stored: str | None
    right: bool
    offered: bool = False


@dataclass(frozen=True)
class FalseValue:
    """A value that the model gave, or that was stored, though the customer never gave it of themselves."""

    name: str
    value: str
    message: int
    stored: bool


@dataclass(frozen=True)
class Failure:
    """An expectation of an answer that was not met, by the number of the customer's message."""

    name: str
    check: str
    seen: str
    message: int


@dataclass(frozen=True)
class Judged:
    """A case as it was played, with all that is to be said about it."""

    played: Played
    fields: Sequence[FieldResult]
    false_values: Sequence[FalseValue]
    failures: Sequence[Failure]
    checks: int  # how many expectations there were of answers

    @property
    def passed(self) -> bool:
        """Tell whether everything was as expected."""
        return not (self.played.error or self.failures or self.stored_false) and all(f.right for f in self.fields)

    @property
    def stored_false(self) -> list[FalseValue]:
        """List the false values that reached the store."""
        return [each for each in self.false_values if each.stored]


def judge(played: Played) -> Judged:
    """Judge a case."""
    expected = list(_expected_checks(played))
    failures = [
        Failure(check.name, str(check), problem, number)
        for number, exchange, check in expected
        if (problem := check.problem(_seen(played.case, exchange)))
    ]
    complete = not played.error
    return Judged(
        played=played,
        fields=list(_fields(played)) if complete else [],
        false_values=_once(_false_values(played)),
        failures=failures,
        checks=len(expected),
    )


def _expected_checks(played: Played) -> Iterator[tuple[int, Exchange, Check]]:
    case, last = played.case, len(played.case.messages) - 1
    for number, exchange in enumerate(played.exchanges):
        checks = [*case.messages[number].expect, *case.always, *(case.expect if number == last else [])]
        if not any(check.name == "outcome" for check in checks):
            checks.append(ANSWERED)
        for check in [*checks, *EVERY_ANSWER]:
            yield number, exchange, check


def _seen(case: Case, exchange: Exchange) -> Seen:
    buttons = [choice for answer in exchange.answers for choice in answer.choices]
    return Seen(
        answer="\n\n".join(answer.text for answer in exchange.answers),
        buttons=tuple(buttons),
        outcome=exchange.outcome,
        attention=exchange.attention,
        paused=exchange.paused,
        instructions=tuple(call.instructions for call in exchange.calls),
        facts=str(business_json(case.settings)),
    )


def _fields(played: Played) -> Iterator[FieldResult]:
    case = played.case
    if not played.exchanges:
        return
    end = played.exchanges[-1]
    if case.fields is not None:
        for name in [each.name for each in case.settings.fields]:
            accepted = case.fields.get(name) or ([case.known[name]] if name in case.known else [])
            offered = any(_is_one_of(value, accepted) for value in _given(played, name))
            stored = end.stored.get(name)
            right = _is_one_of(stored, accepted) if accepted else not stored
            yield FieldResult(name, accepted[0] if accepted else None, stored, right, offered)
    if case.language is not None:
        yield FieldResult("language", case.language, end.language, end.language == case.language)
    if case.wants_human is not None:
        wanted = any(exchange.attention == "asked_for_human" for exchange in played.exchanges)
        yield FieldResult("wants_human", _yes(case.wants_human), _yes(wanted), wanted == case.wants_human)


def _false_values(played: Played) -> Iterator[FalseValue]:
    """List values that nothing in the case allows, of cases that say which are expected."""
    case = played.case
    if case.fields is None:
        return
    for name in [each.name for each in case.settings.fields]:
        allowed = case.may_hold(name)
        for number, exchange in enumerate(played.exchanges):
            said = [call.values.get(name) for call in exchange.calls if call.schema]
            for value in said:
                if value not in (None, "") and not _is_one_of(str(value), allowed):
                    yield FalseValue(name, str(value), number, stored=False)
            stored = exchange.stored.get(name)
            if stored and not _is_one_of(stored, allowed):
                yield FalseValue(name, stored, number, stored=True)


def _once(values: Iterable[FalseValue]) -> list[FalseValue]:
    """Keep each value where it appeared first: what was once believed stays known."""
    first: dict[tuple[str, str, bool], FalseValue] = {}
    for each in values:
        first.setdefault((each.name, each.value, each.stored), each)
    return list(first.values())


def _given(played: Played, name: str) -> list[str]:
    values = [call.values.get(name) for exchange in played.exchanges for call in exchange.calls if call.schema]
    return [str(value) for value in values if value]


def _is_one_of(value: str | None, accepted: Sequence[str]) -> bool:
    return value is not None and _plain(value) in {_plain(each) for each in accepted}


def _plain(value: str) -> str:
    return " ".join(folded(value).split()).rstrip(".")


def _yes(value: bool) -> str:
    return "yes" if value else "no"
