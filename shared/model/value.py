"""What the model's types are made of: frozen values, checked when they are made.

A value is changed by `dataclasses.replace`, whose names and types mypy checks; whatever else goes in is refused
when the program runs. The store reads leniently (shared/store/documents.py): a document may hold more than this
version knows.
"""

from dataclasses import field
from typing import Any, TypeVar, dataclass_transform, get_args

from pydantic import BeforeValidator, ConfigDict, ValidationInfo
from pydantic.dataclasses import dataclass

ValueT = TypeVar("ValueT")
STORED = {"stored": True}  # the context in which the store reads


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def value(kind: type[ValueT]) -> type[ValueT]:
    """Make a class a frozen value with named fields; raises ValidationError for a wrong or unknown one."""
    return dataclass(kind, frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))  # type: ignore[return-value]  # it is the class


def known_when_stored(literal: Any, otherwise: str) -> BeforeValidator:
    """Take what a document holds and this version does not know, as after a rollback, for something that it does.

    Whoever makes a value in the program still has to give one of the literal's.
    """
    known = {word for part in (literal, *get_args(literal)) for word in get_args(part) if isinstance(word, str)}
    known |= {word for word in get_args(literal) if isinstance(word, str)}

    def read(given: Any, info: ValidationInfo) -> Any:
        return otherwise if info.context == STORED and given not in known else given

    return BeforeValidator(read)


def known_keys_when_stored(literal: Any) -> BeforeValidator:
    """Leave out of what a document holds the keys that this version does not know, as after a rollback."""

    def read(given: Any, info: ValidationInfo) -> Any:
        if info.context != STORED or not isinstance(given, dict):
            return given
        return {name: part for name, part in given.items() if name in get_args(literal)}

    return BeforeValidator(read)
