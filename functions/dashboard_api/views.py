"""The JSON that the dashboard reads. Pure functions; times are ISO 8601 in UTC."""

import datetime as dt
from typing import Any

from shared.model.contact import PROFILE_FIELDS, Contact
from shared.model.message import Message
from shared.model.phone_number import format_phone
from shared.model.turn import lease_is_free

Json = dict[str, Any]


def conversation_view(contact: Contact, now: dt.datetime) -> Json:
    """Return a row of the conversation list."""
    last = contact.last_message
    shown = last.model_dump(exclude={"at"}) | {"at": time_text(last.at)} if last else None
    attention = contact.attention
    return {
        "id": contact.id,
        "name": contact.name or "Unknown",
        "phone": format_phone(contact.phone),
        "language": contact.language,
        "last_message": shown,
        "unread": contact.unread,
        "paused": contact.paused,
        "blocked": contact.blocked,
        "opted_out": contact.opted_out,
        "assistant": "idle" if lease_is_free(contact, now) or contact.muted else "writing",
        "attention": {"reason": attention.reason, "at": time_text(attention.at)} if attention else None,
        "window_closes_at": time_text(contact.window_closes_at),
        "created_at": time_text(contact.created_at),
        "updated_at": time_text(contact.updated_at),
        "deleted": contact.merged_into is not None,
        "merged_into": contact.merged_into,
    }


def message_view(message: Message) -> Json:
    """Return a bubble of the chat."""
    return {
        "id": message.id,
        "client_message_id": message.client_message_id,
        "conversation_id": message.contact_id,
        "direction": message.direction,
        "author": message.author,
        "author_name": message.author_name,
        "kind": message.kind,
        "text": message.text,
        "status": message.shown_status,
        "error": message.error,
        "media": _media_view(message),
        "transcript": message.transcript,
        "quoted": message.quoted.model_dump(include={"id", "author", "kind", "text"}) if message.quoted else None,
        "forwarded": message.forwarded,
        "in_group": message.in_group,
        "referral": _referral_view(message),
        "reaction": message.reaction.emoji if message.reaction and message.reaction.emoji else None,
        "earlier": [{"text": one.text, "until": time_text(one.until)} for one in message.earlier],
        "edited_at": time_text(message.edited_at),
        "revoked_at": time_text(message.revoked_at),
        "choices": message.choices,
        "template": message.template["name"] if message.template else None,
        "at": time_text(message.at),
        "created_at": time_text(message.created_at),
        "updated_at": time_text(message.updated_at),
    }


def _media_view(message: Message) -> Json | None:
    media = message.media
    if media is None:
        return None
    shown = media.model_dump(
        include={"mime_type", "filename", "size", "seconds", "voice", "animated", "state", "error"}
    )
    return {**shown, "url": f"/api/media/{message.id}" if media.state == "stored" else None}


def _referral_view(message: Message) -> Json | None:
    """Return the advertisement that brought the customer here."""
    names = ("headline", "body", "source_url", "source_type")
    return {name: message.referral.get(name) for name in names} if message.referral else None


def profile_view(contact: Contact, now: dt.datetime) -> Json:
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
        "conversation": conversation_view(contact, now),
    }


def time_text(time: dt.datetime | None) -> str | None:
    """Write a time as the API does."""
    if time is None:
        return None
    return time.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _field_view(contact: Contact, name: str) -> Json:
    entry = contact.profile.get(name)
    return {
        "name": name,
        "value": entry.value if entry else None,
        "source": entry.source if entry else None,
        "updated_at": time_text(entry.updated_at) if entry else None,
    }
