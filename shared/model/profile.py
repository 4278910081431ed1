"""A contact's profile against the fields that the business collects. Pure functions."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from shared.model.business import CollectedField
from shared.model.contact import Contact
from shared.model.profile_field import MAX_FORMER_VALUES, FormerValue, ProfileField

Profile = Mapping[str, ProfileField]


def missing(contact: Contact, fields: Iterable[CollectedField]) -> list[str]:
    """List the fields that are not known; computed, never stored."""
    return [each.name for each in fields if not contact.known(each.name)]


def shown_fields(contact: Contact, fields: Iterable[CollectedField]) -> list[CollectedField]:
    """List the collected fields, and those that are collected no more but still known."""
    collected = list(fields)
    names = {each.name for each in collected}
    others = [
        CollectedField(name=name, label=name.replace("_", " ").capitalize(), ask="never")
        for name in sorted(contact.profile)
        if name not in names and contact.known(name)
    ]
    return [*collected, *others]


def succeeding(entry: ProfileField, before: ProfileField | None) -> ProfileField:
    """Return a new entry of a field that keeps sight of the one before, which had another value or none."""
    if before is None:
        return entry
    former = list(before.former)
    if before.value and before.value != entry.value:
        gone = FormerValue(
            value=before.value, source=before.source, since=before.updated_at, until=entry.updated_at
        )
        former = [gone, *(each for each in former if each.value not in (before.value, entry.value))]
    return replace(entry, former=former[:MAX_FORMER_VALUES])
