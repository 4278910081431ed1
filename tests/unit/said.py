"""A customer's words, as an extraction reads them."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from functions.process.assistant.earned import earned
from functions.process.assistant.said import Said, Text
from shared.model.business import DEFAULT_FIELDS, CollectedField

NOW = dt.datetime(2026, 11, 28, 9, 15, tzinfo=dt.UTC)  # a Saturday


def said(
    *texts: str, question: str = "", fields: Sequence[CollectedField] = DEFAULT_FIELDS, at: dt.datetime = NOW
) -> Said:
    """What customers' messages `m0`, `m1`, … say."""
    return Said([Text(f"m{number}", at, text) for number, text in enumerate(texts)], question, tuple(fields))


def kept(text: str, question: str = "", fields: Any = DEFAULT_FIELDS, **given: str) -> dict[str, str]:
    """What remains of the values that a model gives."""
    return {
        name: found.value for name, found in earned(said(text, question=question, fields=fields), given).items()
    }
