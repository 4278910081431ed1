"""Which contacts the conversation list shows under each filter, in which order (firestore.indexes.json)."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from shared.model.contact import Contact, awake

FILTERS = (
    "all",
    "unread",
    "attention",
    "unanswered",
    "mine",
    "unassigned",
    "failed",
    "paused",
    "blocked",
    "closing",
)
LABEL_PREFIX = "label:"
CLOSING = dt.timedelta(hours=4)  # before WhatsApp's window closes: time enough to answer

# Leaves out what has no activity: traces of merged contacts, contacts of which only an identifier is known.
_BEGINNING = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
Condition = tuple[str, str, Any]  # a field's path, the operator, the value
Time = dt.datetime | None


@dataclass(frozen=True)
class Order:
    """The time by which a list is ordered: its path in the document, and how it is read of a contact."""

    path: str
    time: Callable[[Contact], Time]
    newest_first: bool = False


_LATEST = Order("last_activity_at", lambda contact: contact.last_activity_at, newest_first=True)
_WAITING = Order("attention.at", lambda contact: contact.attention.at if contact.attention else None)
_CLOSING = Order("window_closes_at", lambda contact: contact.window_closes_at)


@dataclass(frozen=True)
class Selection:
    """What a query asks for, which contacts of its rows belong to the list, and their order."""

    conditions: tuple[Condition, ...]
    fits: Callable[[Contact], bool]
    order: Order = _LATEST

    def containing(self, words: list[str]) -> "Selection":
        """Return what of it has all of some words (shared/model/search.py), the most recently active first.

        The first of them is asked for: Firestore looks into one list of a document alone.
        """
        if not words:
            return self
        return replace(
            self,
            conditions=(("search", "array_contains", words[0]), _active()),
            fits=lambda contact: self.fits(contact) and set(contact.search_words).issuperset(words),
            order=_LATEST,
        )


def selection(name: str, email: str, now: dt.datetime) -> Selection | None:
    """Return what a filter shows to the member of staff with an address; None for a filter that there is not.

    Who waits longest for a person comes first under `attention`, whose window closes first under `closing`; else
    the most recently active.
    """
    if name.startswith(LABEL_PREFIX):
        label = name.removeprefix(LABEL_PREFIX)
        return _listed("labels", "array_contains", label, lambda one: label in one.labels) if label else None
    return _selections(email, now).get(name)


def _selections(email: str, now: dt.datetime) -> dict[str, Selection]:
    soon = now + CLOSING
    return {
        "all": Selection((_active(),), lambda _: True),
        "unread": _listed("has_unread", "==", True, lambda contact: contact.is_unread),
        "attention": Selection(
            (("needs_attention", "==", True),), lambda contact: contact.attention is not None, _WAITING
        ),
        "unanswered": _listed("is_unanswered", "==", True, lambda contact: contact.is_unanswered),
        "mine": assigned_to(email),
        "unassigned": _listed("assignee", "==", None, lambda contact: contact.assignee is None),
        "failed": _listed("has_failed", "==", True, lambda contact: contact.has_failed),
        "paused": _listed("paused", "==", True, lambda contact: awake(contact, now).paused),
        "blocked": _listed("blocked", "==", True, lambda contact: contact.blocked),
        "closing": Selection(
            (("window_closes_at", ">", now), ("window_closes_at", "<=", soon)),
            lambda contact: contact.window_closes_at is not None and now < contact.window_closes_at <= soon,
            _CLOSING,
        ),
    }


def assigned_to(email: str) -> Selection:
    """Return the conversations of somebody."""
    return _listed("assignee", "==", email, lambda contact: contact.assignee == email)


def _listed(path: str, operator: str, value: Any, fits: Callable[[Contact], bool]) -> Selection:
    return Selection(((path, operator, value), _active()), fits)


def _active() -> Condition:
    return "last_activity_at", ">", _BEGINNING
