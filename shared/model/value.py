"""What the model's types are made of: frozen values, checked when they are made.

A value is changed by `dataclasses.replace`, whose names and types mypy checks; whatever else goes in is refused
when the program runs. The store reads leniently (shared/store/documents.py): a document may hold more than this
version knows.
"""

from dataclasses import field
from typing import TypeVar, dataclass_transform

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

ValueT = TypeVar("ValueT")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def value(kind: type[ValueT]) -> type[ValueT]:
    """Make a class a frozen value with named fields; raises ValidationError for a wrong or unknown one."""
    return dataclass(kind, frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))  # type: ignore[return-value]  # it is the class
