"""Read the JSON that gcloud prints: `python -m deploy.documents COMMAND …`, the document on standard input."""

import argparse
import json
import sys
from typing import Any


def main() -> int:
    """Run one command; an exit code other than 0 means no."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, arguments in COMMANDS.items():
        command = commands.add_parser(name)
        for argument in arguments:
            command.add_argument(argument)
    options = parser.parse_args()
    text = sys.stdin.read()
    return run(options, json.loads(text) if text.strip() else None)


COMMANDS = {
    "field": ["path"],
    "differences": ["wanted"],
    "has-binding": ["role", "member", "expression"],
    "item": ["path", "value"],
    "items": ["path", "value"],
    "name-of": ["path", "value"],
    "names-of": ["path", "value"],
    "with-field": ["name", "value"],
    "compact": [],
}


def run(options: argparse.Namespace, document: Any) -> int:
    """Carry out a command on a document."""
    match options.command:
        case "field":
            print(as_text(value_at(document, options.path)))
        case "differences":
            print("\n".join(differences(document, json.loads(options.wanted))))
        case "has-binding":
            return 0 if has_binding(document, options.role, options.member, options.expression) else 1
        case "item":
            found = items_with(document, options.path, options.value)
            print(json.dumps(found[0]) if found else "")
        case "items":
            print(json.dumps(items_with(document, options.path, options.value)))
        case "name-of":
            print("".join(str(item["name"]) for item in items_with(document, options.path, options.value)[:1]))
        case "names-of":
            print("\n".join(str(item["name"]) for item in items_with(document, options.path, options.value)))
        case "with-field":
            print(json.dumps({**document, options.name: options.value}, indent=2))
        case "compact":
            print(json.dumps(document))
    return 0


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


def differences(actual: Any, wanted: Any, path: str = "") -> list[str]:
    """List the paths at which a wanted document is missing or other; what it does not name is free.

    Google's services leave out fields that are zero, false or empty, so those equal a missing one.
    """
    if isinstance(wanted, dict):
        if not isinstance(actual, dict):
            actual = None if actual is None else {}
        if actual is None and not wanted:
            return [path]
        found = []
        for key, value in wanted.items():
            found += differences((actual or {}).get(key), value, f"{path}.{key}" if path else key)
        return found
    if isinstance(wanted, list):
        actual = actual or []
        if not isinstance(actual, list) or len(actual) != len(wanted):
            return [path]
        pairs = enumerate(zip(actual, wanted, strict=True))
        return [line for index, (one, other) in pairs for line in differences(one, other, f"{path}[{index}]")]
    return [] if actual == wanted or (not actual and not wanted) else [path]


def has_binding(policy: dict[str, Any] | None, role: str, member: str, expression: str) -> bool:
    """Tell whether a policy gives the role to the member under exactly this condition (empty: under none)."""
    return any(
        binding["role"] == role
        and member in binding.get("members", [])
        and binding.get("condition", {}).get("expression", "") == expression
        for binding in (policy or {}).get("bindings", [])
    )


def items_with(items: list[dict[str, Any]] | None, path: str, value: str) -> list[dict[str, Any]]:
    """Return the items of a list whose value at the path is the one given."""
    return [item for item in items or [] if as_text(value_at(item, path)) == value]


def as_text(value: Any) -> str:
    """Write a value the way a shell script compares it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value)


if __name__ == "__main__":
    sys.exit(main())
