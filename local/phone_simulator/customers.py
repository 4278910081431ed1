"""What a customer does, carried out: each action becomes a bubble or a change, and a webhook."""

import mimetypes
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local.phone_simulator import meta_json
from local.phone_simulator.actions import Composed, CustomerAction, CustomerActionError, compose
from local.phone_simulator.made_up import new_message_id
from local.phone_simulator.records import ChatMessage, Customer, UnknownMessageError
from local.phone_simulator.simulation import Simulation
from local.phone_simulator.uploads import Media

SAMPLES = Path(__file__).parent / "static" / "samples"
SAMPLE_FILES = {
    "image": ("photo.jpg", "image/jpeg"),
    "document": ("listino.pdf", "application/pdf"),
    "audio": ("voice.ogg", "audio/ogg; codecs=opus"),
    "video": ("video.mp4", "video/mp4"),
    "sticker": ("sticker.webp", "image/webp"),
}

GROUP_ID = "Y2FwaV9ncm91cDozOTAyOTcwMDAwMDA6MTIwMzYzNDA0Njk0MjMzODIw"

JsonObject = dict[str, Any]


def perform(
    simulation: Simulation, customer_id: str, action: CustomerAction, upload: Media | None = None
) -> tuple[str, JsonObject]:
    """Do it and return the id the webhook has and the webhook's body; raises CustomerActionError."""
    customer = simulation.state.customer(customer_id)
    if action.raw is not None:
        return _write_raw(simulation, customer, action, action.raw)
    change = CHANGES.get(action.type)
    if change:
        return change(simulation, customer, action)
    media = upload or _sample(simulation, action)
    tapped = simulation.state.message(action.message_id) if action.message_id else None
    return _write(simulation, customer, action, compose(action, media, tapped), media)


def _sample(simulation: Simulation, action: CustomerAction) -> Media | None:
    if not action.sample or action.type not in SAMPLE_FILES:
        return None
    name, mime_type = SAMPLE_FILES[action.type]
    return simulation.media.add((SAMPLES / name).read_bytes(), mime_type, name)


def _write(
    simulation: Simulation, customer: Customer, action: CustomerAction, message: Composed, media: Media | None
) -> tuple[str, JsonObject]:
    inner = message.body.get(message.kind)
    bubble = ChatMessage(
        id=new_message_id(),
        customer_id=customer.id,
        author="customer",
        kind=message.kind,
        text=message.text,
        content=inner if isinstance(inner, dict) else message.body,
        sent_at=_time(simulation, action),
        media_id=media.id if media else None,
        reply_to=action.reply_to or action.message_id or None,
        forwarded=action.forwarded or action.frequently_forwarded,
        in_group=bool(action.group),
        ad=str(_referral(action).get("headline", "")),
    )
    simulation.state.add_from_customer(bubble)
    body = message.body | _extras(simulation, customer, action, bubble)
    item = meta_json.message(customer, bubble.id, bubble.sent_at, message.kind, body)
    return bubble.id, _post(simulation, customer, item, bubble.id)


def _extras(simulation: Simulation, customer: Customer, action: CustomerAction, bubble: ChatMessage) -> JsonObject:
    extras: JsonObject = {}
    if bubble.reply_to:
        extras["context"] = meta_json.reply_context(_author(simulation, customer, bubble.reply_to), bubble.reply_to)
    elif bubble.forwarded:
        extras["context"] = meta_json.forward_context(frequently=action.frequently_forwarded)
    if action.referral:
        extras["referral"] = _referral(action)
    if action.group:
        extras["group_id"] = GROUP_ID if action.group is True else action.group
    return extras


def _referral(action: CustomerAction) -> JsonObject:
    return meta_json.referral() if action.referral is True else action.referral or {}


def _author(simulation: Simulation, customer: Customer, message_id: str) -> str | None:
    """Return the number that wrote a quoted message; the business when the phone no longer has it."""
    try:
        quoted = simulation.state.message(message_id)
    except UnknownMessageError:
        return simulation.settings.display_phone_number
    return customer.shown_phone if quoted.author == "customer" else simulation.settings.display_phone_number


def _write_raw(
    simulation: Simulation, customer: Customer, action: CustomerAction, raw: JsonObject
) -> tuple[str, JsonObject]:
    now = _time(simulation, action)
    item = meta_json.message(customer, new_message_id(), now, "text", {}) | raw
    text = item["text"].get("body", "") if isinstance(item.get("text"), dict) else ""
    bubble = ChatMessage(
        id=str(item["id"]),
        customer_id=customer.id,
        author="customer",
        kind=str(item["type"]),
        text=str(text),
        content=raw,
        sent_at=now,
    )
    simulation.state.add_from_customer(bubble)
    return bubble.id, _post(simulation, customer, item, bubble.id)


# Changes to what is there


def _react(simulation: Simulation, customer: Customer, action: CustomerAction) -> tuple[str, JsonObject]:
    simulation.state.react(action.message_id, "customer", action.emoji)
    reaction = {"message_id": action.message_id} | ({"emoji": action.emoji} if action.emoji else {})
    return _post_event(simulation, customer, action, "reaction", {"reaction": reaction})


def _edit(simulation: Simulation, customer: Customer, action: CustomerAction) -> tuple[str, JsonObject]:
    _own_message(simulation, customer, action.message_id)
    if not action.text:
        raise CustomerActionError("text is empty")
    simulation.state.edit(action.message_id, action.text)
    if action.as_unsupported:
        return _post_event(simulation, customer, action, "unsupported", meta_json.unsupported("edit"))
    return _post_event(simulation, customer, action, "edit", meta_json.edit(action.message_id, action.text))


def _revoke(simulation: Simulation, customer: Customer, action: CustomerAction) -> tuple[str, JsonObject]:
    _own_message(simulation, customer, action.message_id)
    simulation.state.delete(action.message_id)
    return _post_event(simulation, customer, action, "revoke", meta_json.revoke(action.message_id))


def _tell_change(simulation: Simulation, customer: Customer, action: CustomerAction) -> tuple[str, JsonObject]:
    """Tell a change of number, user id or security code, as a message of type `system`."""
    if action.system_type == "user_changed_number":
        if not action.phone.isdigit():
            raise CustomerActionError("phone must be the new number in digits")
        simulation.state.update_customer(customer.id, phone=action.phone)
        note, body = f"Your number is now +{action.phone}", meta_json.number_changed(customer, action.phone)
    elif action.system_type == "user_changed_user_id":
        return _tell_user_id(simulation, customer, action)
    else:
        note, body = "Your security code changed", meta_json.identity_changed(customer)
    _note(simulation, customer, action, note)
    return _post_event(simulation, customer, action, "system", body)


def _tell_user_id(simulation: Simulation, customer: Customer, action: CustomerAction) -> tuple[str, JsonObject]:
    """Tell a change of the user id, by the old one, or as Meta does since August 2026: by the new one or nobody."""
    body = meta_json.user_id_changed(customer, action.user_id, names_previous=action.notice_from != "old")
    _adopt_user_id(simulation, customer, action.user_id)
    _note(simulation, customer, action, "Your user id changed")
    event_id = new_message_id()
    item = meta_json.message(customer, event_id, _time(simulation, action), "system", body)
    if action.notice_from != "old":
        item = {name: value for name, value in item.items() if name not in ("from", "from_user_id")}
    if action.notice_from == "new":
        item["from_user_id"] = action.user_id
    return event_id, _post(simulation, customer, item, event_id)


def _change_user_id(simulation: Simulation, customer: Customer, action: CustomerAction) -> tuple[str, JsonObject]:
    _adopt_user_id(simulation, customer, action.user_id)
    _note(simulation, customer, action, "Your user id changed")
    value = meta_json.user_id_update(customer, action.user_id, _time(simulation, action))
    return "", simulation.post_webhook(value, field="user_id_update")


def _adopt_user_id(simulation: Simulation, customer: Customer, user_id: str) -> None:
    if not user_id:
        raise CustomerActionError("user_id must be the new business-scoped user id")
    simulation.state.update_customer(customer.id, user_id=user_id)


def _note(simulation: Simulation, customer: Customer, action: CustomerAction, text: str) -> None:
    """Show on the phone what the business is told."""
    note = ChatMessage(new_message_id(), customer.id, "customer", "system", text, {}, _time(simulation, action))
    simulation.state.add_note(note)


CHANGES: dict[str, Callable[[Simulation, Customer, CustomerAction], tuple[str, JsonObject]]] = {
    "reaction": _react,
    "edit": _edit,
    "revoke": _revoke,
    "system": _tell_change,
    "user_id_update": _change_user_id,
}


def _own_message(simulation: Simulation, customer: Customer, message_id: str) -> None:
    message = simulation.state.message(message_id)
    if (message.customer_id, message.author) != (customer.id, "customer"):
        raise CustomerActionError("customers can change only what they wrote themselves")


def _post_event(
    simulation: Simulation, customer: Customer, action: CustomerAction, kind: str, body: JsonObject
) -> tuple[str, JsonObject]:
    event_id = new_message_id()
    item = meta_json.message(customer, event_id, _time(simulation, action), kind, body)
    return event_id, _post(simulation, customer, item, event_id)


def _post(simulation: Simulation, customer: Customer, item: JsonObject, message_id: str) -> JsonObject:
    value = meta_json.message_value(customer, item)
    return simulation.post_webhook(value, accepted=lambda: simulation.state.advance_ticks(message_id, "delivered"))


def _time(simulation: Simulation, action: CustomerAction) -> float:
    return simulation.state.now() if action.timestamp is None else action.timestamp


def guess_mime_type(filename: str, declared: str) -> str:
    """Return the declared type, or the one of the file's name when a client declared none."""
    if declared and declared != "application/octet-stream":
        return declared
    return mimetypes.guess_type(filename)[0] or "application/octet-stream"
