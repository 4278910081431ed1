"""The contact card: what it shows of the fields that the business collects, and what staff change there."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from typing_extensions import TypedDict

from functions.dashboard_api.actions import change_contact
from functions.dashboard_api.bodies import ProfileBody
from functions.dashboard_api.collisions import card_changed_at, next_change_at, require_unchanged
from functions.dashboard_api.contact_views import ConversationView, conversation_view
from functions.dashboard_api.desk import Desk, get_contact
from functions.dashboard_api.message_views import UsageView, usage_view
from functions.dashboard_api.times import time_text
from shared.errors import InvalidError
from shared.model.business import CollectedField, FieldType
from shared.model.contact import Contact
from shared.model.field_value import PROBLEMS, normal_value
from shared.model.phone_number import format_phone
from shared.model.profile import missing, shown_fields, succeeding
from shared.model.profile_field import FormerValue, ProfileField, Suggestion


class FormerView(TypedDict):
    """A value that a field had before."""

    value: str
    source: Literal["staff", "assistant"]
    since: str
    until: str


class SuggestionView(TypedDict):
    """What the customer said of a field that staff filled in."""

    value: str
    message_id: str | None
    words: str
    at: str


class FieldView(TypedDict):
    """A field of the contact card: what the business says of it, what is known, and where that comes from."""

    name: str
    label: str
    type: FieldType
    choices: list[str]
    value: str | None
    source: Literal["staff", "assistant"] | None
    updated_at: str | None
    author: str
    message_id: str | None
    words: str
    former: list[FormerView]
    suggestion: SuggestionView | None


class ProfileView(TypedDict):
    """The contact card; `updated_at` is when anything on it last changed: whoever changes it sends it as `seen`."""

    conversation_id: str
    fields: list[FieldView]
    missing: list[str]
    phone: str | None
    username: str | None
    whatsapp_name: str | None
    language: str | None
    notes: str
    notes_for_assistant: bool
    usage: UsageView | None
    updated_at: str
    conversation: ConversationView


def read_profile(desk: Desk, contact_id: str) -> ProfileView:
    """Return the contact card (1 read); raises NotFoundError."""
    return _profile_view(desk, get_contact(desk, contact_id))


def edit_profile(desk: Desk, contact_id: str, body: ProfileBody, author: str) -> ProfileView:
    """Store what a member of staff typed in; it wins over what is extracted, a cleared field is open again.

    Raises InvalidError naming each field that the business does not collect or whose value is not of its type, and
    EditedError when the body tells what it saw and somebody else has changed what it changes since.
    """

    def edited(contact: Contact) -> Contact:
        values = _checked(shown_fields(contact, desk.business().fields), body)
        notes = _notes(contact, body)
        require_unchanged(contact, {**values, **notes}, body.dismiss, body.seen)
        at = next_change_at(contact, desk.now())
        after = replace(contact, profile=_profile(contact, values, body.dismiss, author, at), **notes)
        were_noted = (after.notes, after.notes_for_assistant) != (contact.notes, contact.notes_for_assistant)
        return replace(after, noted_at=at) if were_noted else after

    return _profile_view(desk, change_contact(desk, contact_id, edited))


def _notes(contact: Contact, body: ProfileBody) -> dict[str, Any]:
    """Return what a body changes of the notes that older versions kept as one text."""
    notes = {"notes": body.notes or ""} if "notes" in body.model_fields_set else {}
    return notes if body.notes_for_assistant is None else {**notes, "notes_for_assistant": body.notes_for_assistant}


def _profile(
    contact: Contact, values: Mapping[str, str | None], dismissed: Sequence[str], author: str, at: dt.datetime
) -> dict[str, ProfileField]:
    """Return the profile with new values; of one that is cleared stays who did it, and when."""
    profile = {name: _settled(entry, name in dismissed) for name, entry in contact.profile.items()}
    for name, value in values.items():
        entry = ProfileField(value=value or "", source="staff", updated_at=at, author=author)
        if value:
            profile[name] = succeeding(entry, profile.get(name))
        elif name in profile:
            profile[name] = entry
    return profile


def _checked(fields: Sequence[CollectedField], body: ProfileBody) -> dict[str, str | None]:
    by_name: Mapping[str, CollectedField] = {each.name: each for each in fields}
    values: dict[str, str | None] = {}
    problems = {name: "is not a field" for name in (*body.values, *body.dismiss) if name not in by_name}
    for name, given in body.values.items():
        if name in problems:
            continue
        values[name] = normal_value(by_name[name], given) if given else None
        if given and values[name] is None:
            problems[name] = PROBLEMS[by_name[name].type]
    if problems:
        raise InvalidError("Some fields are not valid", problems)
    return values


def _settled(entry: ProfileField, is_dismissed: bool) -> ProfileField:
    return replace(entry, suggestion=None) if is_dismissed else entry


def _profile_view(desk: Desk, contact: Contact) -> ProfileView:
    fields = desk.business().fields
    return {
        "conversation_id": contact.id,
        "fields": [_field_view(each, contact.profile.get(each.name)) for each in shown_fields(contact, fields)],
        "missing": missing(contact, fields),
        "phone": format_phone(contact.phone),
        "username": contact.username,
        "whatsapp_name": contact.whatsapp_name,
        "language": contact.language,
        "notes": contact.notes,
        "notes_for_assistant": contact.notes_for_assistant,
        "usage": usage_view(contact.usage) if contact.usage else None,
        "updated_at": time_text(card_changed_at(contact)),
        "conversation": conversation_view(contact, desk.now()),
    }


def _field_view(field: CollectedField, entry: ProfileField | None) -> FieldView:
    stated = entry if entry and entry.value else None  # not one that the customer took back
    return {
        "name": field.name,
        "label": field.label,
        "type": field.type,
        "choices": field.choices,
        "value": stated.value if stated else None,
        "source": stated.source if stated else None,
        "updated_at": time_text(entry.updated_at) if entry else None,
        "author": entry.author if entry else "",
        "message_id": entry.message_id if entry else None,
        "words": entry.words if entry else "",
        "former": [_former_view(each) for each in entry.former] if entry else [],
        "suggestion": _suggestion_view(entry.suggestion) if entry and entry.suggestion else None,
    }


def _former_view(former: FormerValue) -> FormerView:
    return {
        "value": former.value,
        "source": former.source,
        "since": time_text(former.since),
        "until": time_text(former.until),
    }


def _suggestion_view(suggestion: Suggestion) -> SuggestionView:
    return {
        "value": suggestion.value,
        "message_id": suggestion.message_id,
        "words": suggestion.words,
        "at": time_text(suggestion.at),
    }
