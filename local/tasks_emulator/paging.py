"""Splits an ordered list into pages; a token says after which key the next one starts."""

import base64
from collections.abc import Callable
from typing import TypeVar

from local.tasks_emulator.grpc_errors import InvalidArgumentError

Item = TypeVar("Item")


def page(
    items: list[Item], key: Callable[[Item], str], size: int, token: str, largest: int
) -> tuple[list[Item], str]:
    """At most `size` items (`largest` if 0 or more) after the token's place, and the next token or ""."""
    if size < 0:
        raise InvalidArgumentError("page_size must not be negative")
    after = _decode(token)
    rest = [item for item in items if key(item) > after]
    limit = min(size or largest, largest)
    chosen = rest[:limit]
    return chosen, _encode(key(chosen[-1])) if len(rest) > limit else ""


def _encode(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode()


def _decode(token: str) -> str:
    try:
        return base64.b64decode(token, altchars=b"-_", validate=True).decode()
    except ValueError:
        raise InvalidArgumentError("page_token is not one that a list call returned") from None
