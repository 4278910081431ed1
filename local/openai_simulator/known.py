"""What the simulator reads in the assistant's instructions: the customer's name, and which details are missing."""

import re
from collections.abc import Iterable

FIELDS = {"first name": "first_name", "last name": "last_name", "company": "company", "e-mail": "email"}
FIRST_NAME = re.compile(r"first[ _]name\"?\s*[:=]\s*\"?(?!unknown)(?P<name>\w[^\n,;.\"]*)", re.IGNORECASE)
MISSING = re.compile(r"missing: (?P<names>.+)", re.IGNORECASE)


def known_name(texts: Iterable[str]) -> str | None:
    """Return the customer's first name, as a line such as `First name: Mario` gives it."""
    found = FIRST_NAME.search("\n".join(texts))
    return found["name"].strip() if found else None


def missing_fields(instructions: str) -> list[str]:
    """Return the fields listed as missing, in the order of the list."""
    listed = MISSING.search(instructions)
    names = listed["names"].strip(".").split(",") if listed else []
    return [FIELDS[name.strip().lower()] for name in names if name.strip().lower() in FIELDS]
