"""Request bodies, read into typed values."""

from typing import Annotated, TypeVar

from flask import g, request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from local.openai_simulator.api_errors import invalid_field
from local.openai_simulator.calls import Call

_MetadataKey = Annotated[str, StringConstraints(max_length=64)]
_MetadataValue = Annotated[str, StringConstraints(max_length=512)]
Metadata = Annotated[dict[_MetadataKey, _MetadataValue], Field(max_length=16)]


class Body(BaseModel):
    """A request body: unknown fields and wrong types are refused."""

    model_config = ConfigDict(strict=True, extra="forbid")


BodyT = TypeVar("BodyT", bound=BaseModel)


def json_body(model: type[BodyT]) -> BodyT:
    """Read the JSON body of the current request; raises a 400 ApiError."""
    return validated(model, request.get_json())


def validated(model: type[BodyT], value: object) -> BodyT:
    """Validate a value; raises a 400 ApiError that names the first wrong field."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise invalid_field(error) from None


def current_call() -> Call:
    """Return the log entry of the current request."""
    call: Call = g.call
    return call
