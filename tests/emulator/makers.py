"""Contacts and messages to store."""

import datetime as dt
from typing import Any

from shared.model.contact import Contact
from shared.model.message import Message

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


def minutes(count: float) -> dt.timedelta:
    """So many minutes."""
    return dt.timedelta(minutes=count)


def make_contact(name: str = "contact", **fields: Any) -> Contact:
    """A contact that is not stored yet."""
    return Contact(**{"id": name, "created_at": NOW, **fields})


def make_message(name: str, **fields: Any) -> Message:
    """A message that is not stored yet."""
    said = {"direction": "in", "author": "customer", "kind": "text", "text": name, "status": "new", "at": NOW}
    return Message(**{"id": name, "contact_id": "contact", **said, **fields})
