"""E-mail addresses in one spelling."""

from pydantic import validate_email
from pydantic_core import PydanticCustomError


def normal_email(value: str) -> str | None:
    """Return the address in its normal spelling, or None when it is not one."""
    try:
        return validate_email(value)[1]
    except PydanticCustomError:
        return None
