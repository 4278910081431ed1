"""Two people at one contact card: whoever saves says which state of it they saw, and learns what changed since.

A card is as new as the newest of its parts, whoever changed it. Each change is later than all before it, whatever
the clocks of the machines say, so that nobody who saw the card without a change saw it as new as with it.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Literal

from typing_extensions import TypedDict

from functions.dashboard_api.times import time_text, time_text_if_any
from shared.errors import EditedError
from shared.model.contact import Contact
from shared.model.profile_field import ProfileField

Wanted = Mapping[str, str | bool | None]
_TICK = dt.timedelta(microseconds=1)  # as fine as times are written


class PresentView(TypedDict):
    """What a part of the card is now, who it is from, and when it last changed: who has read this has seen that."""

    value: str | bool | None
    source: Literal["staff", "assistant"]
    author: str
    updated_at: str | None


def card_changed_at(contact: Contact) -> dt.datetime:
    """Return when anything on the card last changed."""
    changes = [_changed_at(entry) for entry in contact.profile.values()]
    return max([contact.created_at, *changes, *filter(None, [contact.noted_at])])


def next_change_at(contact: Contact, now: dt.datetime) -> dt.datetime:
    """Return the time of a change of the card, later than that of every one before."""
    return max(now, card_changed_at(contact) + _TICK)


def require_unchanged(contact: Contact, wanted: Wanted, dismissed: list[str], seen: dt.datetime | None) -> None:
    """Refuse a change of what somebody else changed after it was seen, with what it is now; raises EditedError.

    Nobody is told of what changed elsewhere, or to the very value that they want, too.
    """
    if seen is None:
        return
    present = {name: _present(contact, name) for name in (*wanted, *dismissed) if _is_newer(contact, name, seen)}
    present = {name: each for name, each in present.items() if name in dismissed or each["value"] != wanted[name]}
    if present:
        raise EditedError("somebody else changed this meanwhile", present)


def _is_newer(contact: Contact, name: str, seen: dt.datetime) -> bool:
    if name in ("notes", "notes_for_assistant"):
        return contact.noted_at is not None and contact.noted_at > seen
    entry = contact.profile.get(name)
    return entry is not None and _changed_at(entry) > seen


def _changed_at(entry: ProfileField) -> dt.datetime:
    return max(entry.updated_at, entry.suggestion.at) if entry.suggestion else entry.updated_at


def _present(contact: Contact, name: str) -> PresentView:
    if name in ("notes", "notes_for_assistant"):
        value: str | bool = contact.notes if name == "notes" else contact.notes_for_assistant
        return {
            "value": value,
            "source": "staff",
            "author": "",
            "updated_at": time_text_if_any(contact.noted_at),
        }
    entry = contact.profile[name]
    return {
        "value": entry.value or None,
        "source": entry.source,
        "author": entry.author,
        "updated_at": time_text(_changed_at(entry)),
    }
