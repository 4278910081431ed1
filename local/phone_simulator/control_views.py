"""Customers, messages and all else as the control API shows them."""

from dataclasses import asdict
from typing import Any

from local.phone_simulator.records import ChatMessage, Customer, SentMessage
from local.phone_simulator.uploads import Media, MediaStore

JsonObject = dict[str, Any]


def customer_view(customer: Customer) -> JsonObject:
    """Return a customer."""
    return {
        "id": customer.id,
        "name": customer.name,
        "phone": customer.phone,
        "user_id": customer.user_id,
        "username": customer.username,
        "hides_number": customer.hides_number,
        "auto_read": customer.auto_read,
        "last_message_at": customer.last_message_at,
    }


def message_view(message: ChatMessage, media: MediaStore) -> JsonObject:
    """Return a bubble; `direction` is the phone's: `out` is what the customer wrote, `time` is epoch seconds."""
    file = media.get(message.media_id) if message.media_id else None
    return {
        "id": message.id,
        "customer_id": message.customer_id,
        "direction": "out" if message.author == "customer" else "in",
        "author": message.author,
        "kind": message.kind,
        "text": message.text,
        "content": message.content,
        "media": _media_view(file) if file else None,
        "ticks": message.ticks,
        "time": message.sent_at,
        "reply_to": message.reply_to,
        "forwarded": message.forwarded,
        "in_group": message.in_group,
        "ad": message.ad,
        "edited": message.edited,
        "deleted": message.deleted,
        "reactions": message.reactions,
        "callback_data": message.callback_data,
    }


def sent_view(sent: SentMessage) -> JsonObject:
    """Return what the API accepted."""
    return asdict(sent)


def _media_view(media: Media) -> JsonObject:
    return {
        "id": media.id,
        "url": f"/_control/media/{media.id}",
        "mime_type": media.mime_type,
        "filename": media.filename,
        "size": len(media.content),
    }
