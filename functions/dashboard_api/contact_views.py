"""The JSON that the dashboard reads of a row of the conversation list. Pure functions."""

import datetime as dt
from typing import Literal

from typing_extensions import TypedDict

from functions.dashboard_api.news import news_of
from functions.dashboard_api.times import time_text, time_text_if_any
from shared.model.attention import Attention
from shared.model.contact import Contact, LastMessage, awake
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
    summary: str


class ConversationView(TypedDict):
    """A row of the conversation list; `news` is sent back as `seen` by whoever acts on what they saw."""

    id: str
    name: str
    phone: str | None
    language: str | None
    last_message: LastMessageView | None
    last_inbound: LastMessageView | None
    unread: int
    marked_unread: bool
    assignee: str | None
    labels: list[str]
    snoozed_until: str | None
    paused: bool
    paused_until: str | None
    blocked: bool
    opted_out: bool
    assistant: Literal["idle", "writing"]
    attention: AttentionView | None
    window_closes_at: str | None
    created_at: str
    updated_at: str | None
    news: str
    deleted: bool
    merged_into: str | None
    noted_at: str | None


def conversation_view(contact: Contact, now: dt.datetime) -> ConversationView:
    """Return a row of the conversation list."""
    contact = awake(contact, now)
    return {
        "id": contact.id,
        "name": contact.name or "Unknown",
        "phone": format_phone(contact.phone),
        "language": contact.language,
        "last_message": _last_message_view(contact.last_message) if contact.last_message else None,
        "last_inbound": _last_message_view(contact.last_inbound) if contact.last_inbound else None,
        "unread": contact.unread,
        "marked_unread": contact.marked_unread,
        "assignee": contact.assignee,
        "labels": contact.labels,
        "snoozed_until": time_text_if_any(contact.snoozed_until),
        "paused": contact.paused,
        "paused_until": time_text_if_any(contact.paused_until),
        "blocked": contact.blocked,
        "opted_out": contact.opted_out,
        "assistant": "idle" if lease_is_free(contact, now) or contact.muted else "writing",
        "attention": _attention_view(contact.attention) if contact.attention else None,
        "window_closes_at": time_text_if_any(contact.window_closes_at),
        "created_at": time_text(contact.created_at),
        "updated_at": time_text_if_any(contact.updated_at),
        "news": news_of(contact),
        "deleted": contact.erased or contact.merged_into is not None,
        "merged_into": contact.merged_into,
        "noted_at": time_text_if_any(contact.noted_at),
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
    return {"reason": attention.reason, "at": time_text(attention.at), "summary": attention.summary}
