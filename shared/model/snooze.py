"""Snoozing: staff put a conversation off until a moment, at which it asks for them again. Pure functions.

put off ──── no mark; new reasons mark it as ever ──── `snoozed_until` ──── the sweep: marked as a `reminder`
"""

import datetime as dt
from dataclasses import replace

from shared.model.contact import Contact, flagged


def snoozed(contact: Contact, until: dt.datetime | None) -> Contact:
    """Put a conversation off until a moment, without its mark; None gives up a reminder that was wanted."""
    if until is None:
        return replace(contact, snoozed_until=None, snoozed_summary="")
    summary = contact.attention.summary if contact.attention else contact.snoozed_summary
    return replace(contact, snoozed_until=until, snoozed_summary=summary, attention=None)


def reminded(contact: Contact, now: dt.datetime) -> Contact:
    """Ask staff to look at a conversation whose time has come; one that asks for them already stays as it is."""
    if contact.snoozed_until is None or contact.snoozed_until > now:
        return contact
    asks = contact if contact.attention else flagged(contact, "reminder", now, contact.snoozed_summary)
    return snoozed(asks, None)
