"""Reading and comparing the JSON that gcloud shows."""

from collections.abc import Iterator
from typing import Any, NamedTuple

Json = dict[str, Any]


class Difference(NamedTuple):
    """A place in a document where it is other than it should be."""

    path: str
    actual: Any
    wanted: Any


def value_at(document: Any, path: str) -> Any:
    """Return the value at a dotted path, None when there is none.

    A key may itself hold dots, as labels do: the longest key that fits is taken.
    """
    if not path:
        return document
    if not isinstance(document, dict):
        return None
    parts = path.split(".")
    for count in range(len(parts), 0, -1):
        key = ".".join(parts[:count])
        if key in document:
            return value_at(document[key], ".".join(parts[count:]))
    return None


def differences(actual: Any, wanted: Any) -> list[Difference]:
    """List the places at which a wanted document is missing or other; what it does not name is free.

    Google's services leave out fields that are zero, false or empty, so those equal a missing one.
    """
    return list(_differences(actual, wanted, ""))


def _differences(actual: Any, wanted: Any, path: str) -> Iterator[Difference]:
    if isinstance(wanted, dict) and (wanted or actual is not None):
        fields = actual if isinstance(actual, dict) else {}
        for key, value in wanted.items():
            yield from _differences(fields.get(key), value, f"{path}.{key}" if path else key)
    elif isinstance(wanted, list) and isinstance(actual or [], list) and len(actual or []) == len(wanted):
        for index, (one, other) in enumerate(zip(actual or [], wanted, strict=True)):
            yield from _differences(one, other, f"{path}[{index}]")
    elif actual != wanted and (actual or wanted or isinstance(wanted, dict)):
        yield Difference(path, actual, wanted)


def has_binding(policy: Json | None, role: str, member: str, expression: str = "") -> bool:
    """Tell whether a policy gives the role to the member under exactly this condition (empty: under none)."""
    return any(
        binding["role"] == role
        and member in binding.get("members", [])
        and binding.get("condition", {}).get("expression", "") == expression
        for binding in (policy or {}).get("bindings", [])
    )


def item_with(items: list[Json] | None, path: str, value: str) -> Json | None:
    """Return the first item of a list whose value at the path is the one given."""
    return next((item for item in items or [] if value_at(item, path) == value), None)
