"""What a customer of thirty days costs in input tokens, and whether the first day is remembered on the last.

The customer writes 600 messages through the product's own code; only WhatsApp and the queue are played, and the
OpenAI simulator counts the tokens. Without rotation, each answer would have read all that was said before it, which
is added up from the same messages and answers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from google.cloud import firestore

from local.bench.figure import Figure
from local.bench.month import FACTS, month
from local.bench.workbench import MeasurementError, Workbench
from local.eval.case import Case
from local.eval.play import Played, Stage
from local.openai_simulator.generation import input_tokens
from local.openai_simulator.items import Item, message, output_text
from local.openai_simulator.replies import Context
from shared.settings import ProcessSettings
from shared.store.store import Store

MIN_SAVING = 80  # per cent of the input tokens

Json = dict[str, Any]


@dataclass(frozen=True)
class Memory:
    """What the month took: input tokens of all calls as they were, and as they would be in one conversation."""

    messages: int
    rotations: int
    tokens: int
    tokens_of_one: int
    cached: int
    forgotten: Sequence[str]  # facts of the first day that the last answer was not given

    @property
    def saving(self) -> float:
        """Return the per cent of the input tokens that rotation saves."""
        return 100 * (1 - self.tokens / self.tokens_of_one)


def memory(bench: Workbench) -> Iterator[Figure]:
    """Measure one customer's month."""
    env = bench.stack.env
    names = [name for name in ProcessSettings.model_fields if name.upper() in env]
    fields: dict[str, Any] = {name: env[name.upper()] for name in names}
    settings = ProcessSettings(_env_file=None, **fields | {"rate_per_day": 0, "rate_per_minute": 0})
    store = Store(firestore.Client(project=settings.google_cloud_project))
    case = month(settings, days=bench.sizes.days)
    before = len(bench.openai.calls())
    with (bench.stack.logs / "memory.log").open("w", encoding="utf-8") as log:
        structlog.configure(logger_factory=structlog.WriteLoggerFactory(file=log))
        played = Stage(settings, store).play(case)
    found = remembered(case, played, bench.openai.calls()[before:], bench.openai.conversations())
    yield Figure("messages of one customer", found.messages, "messages")
    yield Figure("conversations that were rotated", found.rotations, "conversations")
    yield Figure("input tokens without rotation", found.tokens_of_one, "tokens")
    yield Figure("input tokens with rotation", found.tokens, "tokens")
    yield Figure("of these cached", found.cached, "tokens")
    limit = 100 - MIN_SAVING if bench.sizes.days > 20 else None  # a short month has little to forget
    yield Figure("input tokens that rotation saves", found.saving, "%")
    yield Figure("input tokens with rotation, of those without", 100 - found.saving, "%", limit)
    yield Figure("facts of the first day that are forgotten on the last", len(found.forgotten), "facts", 0)


def remembered(case: Case, played: Played, calls: Sequence[Json], conversations: Sequence[Json]) -> Memory:
    """Add up a month from the simulator's calls and conversations; raises MeasurementError if it broke off."""
    if played.error or len(played.exchanges) < len(case.messages):
        raise MeasurementError(f"the month broke off: {played.error}")
    read = [call for call in calls if call["endpoint"] in ("answer", "summary", "extraction")]
    answers = [call for call in read if call["endpoint"] == "answer"]
    extractions = sum(call["input_tokens"] for call in read if call["endpoint"] == "extraction")
    used = list(dict.fromkeys(call["conversation"] for call in answers))
    given = [item["text"] for one in conversations if one["id"] == used[-1] for item in one["items"]]
    told = "\n".join([answers[-1]["instructions"], *given])
    return Memory(
        messages=len(case.messages),
        rotations=len(used) - 1,
        tokens=sum(call["input_tokens"] for call in read),
        tokens_of_one=sum(tokens_of_one(answers)) + extractions,
        cached=sum(call["cached_tokens"] for call in read),
        forgotten=[fact for fact in FACTS if fact not in told],
    )


def tokens_of_one(answers: Sequence[Json]) -> Iterator[int]:
    """Return for each answer the input tokens that it would take if all were one conversation."""
    said: list[Item] = []
    for call in answers:
        asked = [message("user", [{"type": "input_text", "text": text}]) for text in call["texts"]]
        yield input_tokens(Context(said, asked, call["instructions"] or ""))
        said += [*asked, message("assistant", [output_text(call["output"] or "")])]
