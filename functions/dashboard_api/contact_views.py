"""The JSON that the dashboard reads of a contact: a row of the list, and the card. Pure functions."""

import datetime as dt
from typing import Literal, TypedDict

from functions.dashboard_api.message_views import UsageView, usage_view
from functions.dashboard_api.times import time_text, time_text_if_any
from shared.model.contact import PROFILE_FIELDS, Attention, Contact, LastMessage, ProfileName
from shared.model.message import Author, Direction
from shared.model.phone_number import format_phone
from shared.model.turn import lease_is_free


class LastMessageView(TypedDict):
    """What a row of the list shows of the last message."""

    text: str
    kind: str
    direction: Direction
    author: Author
    at: str


class AttentionView(TypedDict):
    """Why staff should look."""

    reason: str
    at: str


class ConversationView(TypedDict):
    """A row of the conversation list."""

    id: str
    name: str
    phone: str | None
    language: str | None
    last_message: LastMessageView | None
    unread: int
    paused: bool
    blocked: bool
    opted_out: bool
    assistant: Literal["idle", "writing"]
    attention: AttentionView | None
    window_closes_at: str | None
    created_at: str
    updated_at: str | None
    deleted: bool
    merged_into: str | None


class FieldView(TypedDict):
    """A field of the contact card."""

    name: ProfileName
    value: str | None
    source: Literal["staff", "assistant"] | None
    updated_at: str | None


class ProfileView(TypedDict):
    """The contact card."""

    conversation_id: str
    fields: list[FieldView]
    missing: list[ProfileName]
    phone: str | None
    username: str | None
    whatsapp_name: str | None
    language: str | None
    notes: str
    usage: UsageView | None
    conversation: ConversationView


def conversation_view(contact: Contact, now: dt.datetime) -> ConversationView:
    """Return a row of the conversation list."""
    return {
        "id": contact.id,
        "name": contact.name or "Unknown",
        "phone": format_phone(contact.phone),
        "language": contact.language,
        "last_message": _last_message_view(contact.last_message) if contact.last_message else None,
        "unread": contact.unread,
        "paused": contact.paused,
        "blocked": contact.blocked,
        "opted_out": contact.opted_out,
        "assistant": "idle" if lease_is_free(contact, now) or contact.muted else "writing",
        "attention": _attention_view(contact.attention) if contact.attention else None,
        "window_closes_at": time_text_if_any(contact.window_closes_at),
        "created_at": time_text(contact.created_at),
        "updated_at": time_text_if_any(contact.updated_at),
        "deleted": contact.merged_into is not None,
        "merged_into": contact.merged_into,
    }


def profile_view(contact: Contact, now: dt.datetime) -> ProfileView:
    """Return the contact card."""
    return {
        "conversation_id": contact.id,
        "fields": [_field_view(contact, name) for name in PROFILE_FIELDS],
        "missing": contact.missing,
        "phone": format_phone(contact.phone),
        "username": contact.username,
        "whatsapp_name": contact.whatsapp_name,
        "language": contact.language,
        "notes": contact.notes,
        "usage": usage_view(contact.usage) if contact.usage else None,
        "conversation": conversation_view(contact, now),
    }


def _last_message_view(last: LastMessage) -> LastMessageView:
    return {
        "text": last.text,
        "kind": last.kind,
        "direction": last.direction,
        "author": last.author,
        "at": time_text(last.at),
    }


def _attention_view(attention: Attention) -> AttentionView:
    return {"reason": attention.reason, "at": time_text(attention.at)}


def _field_view(contact: Contact, name: ProfileName) -> FieldView:
    entry = contact.profile.get(name)
    return {
        "name": name,
        "value": entry.value if entry else None,
        "source": entry.source if entry else None,
        "updated_at": time_text(entry.updated_at) if entry else None,
    }
