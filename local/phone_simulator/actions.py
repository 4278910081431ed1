"""What a customer can do on the phone, and what each new message looks like to the business."""

import json
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from local.phone_simulator import meta_json
from local.phone_simulator.records import ChatMessage
from local.phone_simulator.uploads import SIZE_LIMITS, Media

JsonObject = dict[str, Any]


class CustomerActionError(ValueError):
    """The phone can't do that; the text says why."""


class CustomerAction(BaseModel):
    """What the customer does; which fields matter depends on `type`, those from `reply_to` on go with any."""

    model_config = ConfigDict(extra="forbid")

    type: Literal[
        "text",
        "image",
        "document",
        "audio",
        "video",
        "sticker",
        "location",
        "contacts",
        "reaction",
        "button_reply",
        "list_reply",
        "flow_reply",
        "edit",
        "revoke",
        "order",
        "unsupported",
        "system",
        "user_id_update",
    ] = "text"
    text: str = ""
    caption: str = ""
    voice: bool = False
    animated: bool = False
    sample: bool = Field(False, description="use the built-in file of this type")
    latitude: float = 45.4642
    longitude: float = 9.19
    name: str = ""
    address: str = ""
    phone: str = Field("", description="of the contact shared, or the new number of the customer")
    contacts: list[JsonObject] = []
    message_id: str = Field("", description="the message reacted to, tapped, edited or deleted")
    emoji: str = Field("", description="empty takes the reaction away")
    id: str = Field("", description="of the tapped button or row")
    title: str = ""
    user_id: str = ""
    system_type: Literal["user_changed_number", "user_changed_user_id", "customer_identity_changed"] = (
        "user_changed_number"
    )
    notice_from: Literal["old", "new", "nobody"] = Field(
        "old",
        description="who a changed user id is told by; `new` and `nobody` name the ids from before, as of 2026",
    )
    response: JsonObject = Field({"giorno": "2026-11-25", "persone": "2"}, description="answers of a form")
    order: JsonObject | None = None
    original_type: str = "unknown"
    as_unsupported: bool = Field(False, description="report an edit as most numbers get it")
    raw: JsonObject | None = Field(None, description="an item of messages[] to post as it is")
    reply_to: str | None = None
    forwarded: bool = False
    frequently_forwarded: bool = False
    group: bool | str = Field(False, description="written in a group; its id, or true for a made-up one")
    referral: bool | JsonObject = False
    timestamp: float | None = Field(None, description="epoch seconds, default now")


class Composed(NamedTuple):
    """A new message: its type, what stands beside the common fields of the webhook, the text of the bubble."""

    kind: str
    body: JsonObject
    text: str


def compose(action: CustomerAction, media: Media | None, tapped: ChatMessage | None) -> Composed:
    """Return the new message of an action; `tapped` shows the button or row. Raises CustomerActionError."""
    if action.type in SIZE_LIMITS:
        return Composed(action.type, {action.type: _media_object(action, media)}, action.caption)
    if action.type in ("button_reply", "list_reply"):
        return _tap(action, tapped)
    return COMPOSERS[action.type](action)


def _text(action: CustomerAction) -> Composed:
    if not action.text:
        raise CustomerActionError("text is empty")
    return Composed("text", {"text": {"body": action.text}}, action.text)


def _location(action: CustomerAction) -> Composed:
    place = {"latitude": action.latitude, "longitude": action.longitude}
    named = {name: value for name, value in (("name", action.name), ("address", action.address)) if value}
    return Composed("location", {"location": place | named}, action.name)


def _contacts(action: CustomerAction) -> Composed:
    name, phone = action.name or "Paolo Verdi", action.phone or "+39 333 555 0199"
    wa_id = "".join(character for character in phone if character.isdigit())
    card = {
        "name": {"formatted_name": name, "first_name": name.partition(" ")[0]},
        "phones": [{"phone": phone, "wa_id": wa_id, "type": "CELL"}],
    }
    return Composed("contacts", {"contacts": action.contacts or [card]}, name)


def _order(action: CustomerAction) -> Composed:
    order = action.order or meta_json.order()
    return Composed("order", {"order": order}, str(order.get("text", "")))


def _flow_reply(action: CustomerAction) -> Composed:
    """Send back a form (WhatsApp Flow); its answers travel as JSON inside a string."""
    reply = {"name": "flow", "body": "Sent", "response_json": json.dumps(action.response, ensure_ascii=False)}
    interactive = {"type": "nfm_reply", "nfm_reply": reply}
    return Composed("interactive", {"interactive": interactive}, "")


def _unsupported(action: CustomerAction) -> Composed:
    return Composed("unsupported", meta_json.unsupported(action.original_type), action.text)


COMPOSERS: dict[str, Callable[[CustomerAction], Composed]] = {
    "text": _text,
    "location": _location,
    "contacts": _contacts,
    "order": _order,
    "flow_reply": _flow_reply,
    "unsupported": _unsupported,
}


def _media_object(action: CustomerAction, media: Media | None) -> JsonObject:
    if media is None:
        raise CustomerActionError("a file is needed: send it as multipart field 'file', or set sample")
    item: JsonObject = {"mime_type": media.mime_type, "sha256": media.webhook_sha256, "id": media.id}
    if action.caption:
        item["caption"] = action.caption
    if action.type == "document":
        item["filename"] = media.filename
    if action.type == "audio":
        item["voice"] = action.voice
    if action.type == "sticker":
        item["animated"] = action.animated
    return item


def _tap(action: CustomerAction, tapped: ChatMessage | None) -> Composed:
    """Tap a button or a row; a template's button answers with another message type."""
    if tapped is None:
        raise CustomerActionError("message_id must name the message with the button or row")
    title = action.title or _title_of(tapped, action.id)
    if tapped.kind == "template":
        return Composed("button", {"button": {"payload": _payload(tapped, title), "text": title}}, title)
    reply: JsonObject = {"id": action.id, "title": title}
    if action.type == "list_reply" and (description := _rows(tapped).get(action.id, {}).get("description")):
        reply["description"] = description
    return Composed("interactive", {"interactive": {"type": action.type, action.type: reply}}, title)


def _title_of(shown: ChatMessage, option_id: str) -> str:
    if shown.kind == "template" and option_id in _quick_replies(shown):
        return option_id
    options = _rows(shown) | {
        button["reply"]["id"]: button["reply"] for button in shown.content.get("action", {}).get("buttons", [])
    }
    if option_id not in options:
        raise CustomerActionError(f"message {shown.id} shows no button or row {option_id!r}")
    return str(options[option_id]["title"])


def _payload(shown: ChatMessage, title: str) -> str:
    return str(_quick_replies(shown).get(title, {}).get("payload", title))


def _quick_replies(shown: ChatMessage) -> dict[str, JsonObject]:
    return {item["text"]: item for item in shown.content["actions"] if item["type"] == "QUICK_REPLY"}


def _rows(shown: ChatMessage) -> dict[str, JsonObject]:
    sections = shown.content.get("action", {}).get("sections", [])
    return {row["id"]: row for section in sections for row in section["rows"]}
