"""Webhook bodies and their parts in Meta's shape. Nothing here reads a clock or the state."""

import secrets
from typing import Any

from local.phone_simulator.account import SimulatorSettings
from local.phone_simulator.graph_errors import KNOWN_ERRORS
from local.phone_simulator.records import ChatMessage, Customer

JsonObject = dict[str, Any]


def webhook(settings: SimulatorSettings, value: JsonObject, field: str = "messages") -> JsonObject:
    """Return the body of one webhook with one change."""
    metadata = {
        "display_phone_number": settings.display_phone_number,
        "phone_number_id": settings.phone_number_id,
    }
    change = {"value": {"messaging_product": "whatsapp", "metadata": metadata, **value}, "field": field}
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": settings.account_id, "changes": [change]}],
    }


def message_value(customer: Customer, item: JsonObject) -> JsonObject:
    """Return the `value` for one message; `system` messages come without `contacts`."""
    if item.get("type") == "system":
        return {"messages": [item]}
    return {"contacts": [contact(customer)], "messages": [item]}


def contact(customer: Customer) -> JsonObject:
    """Return an item of `contacts[]`."""
    profile = {"name": customer.name}
    if customer.username:
        profile["username"] = customer.username
    return {"profile": profile} | _present(wa_id=customer.shown_phone, user_id=customer.user_id)


def message(customer: Customer, message_id: str, timestamp: float, kind: str, body: JsonObject) -> JsonObject:
    """Return an item of `messages[]`; `body` is what stands beside the common fields."""
    sender = _present(**{"from": customer.shown_phone, "from_user_id": customer.user_id})
    return {**sender, "id": message_id, "timestamp": str(int(timestamp)), "type": kind, **body}


def reply_context(author: str | None, quoted_id: str) -> JsonObject:
    """Return the `context` of a reply that quotes a message; `author` is the number that wrote it."""
    return _present(**{"from": author}) | {"id": quoted_id}


def forward_context(*, frequently: bool = False) -> JsonObject:
    """Return the `context` of a forwarded message: it has no `id`."""
    return {"frequently_forwarded": True} if frequently else {"forwarded": True}


def referral() -> JsonObject:
    """Return the `referral` of a message written from a click-to-WhatsApp ad."""
    return {
        "source_url": "https://fb.me/example",
        "source_id": "120200000000000001",
        "source_type": "ad",
        "headline": "Sconto del 10% sul primo ordine",
        "body": "Scrivici su WhatsApp",
        "media_type": "image",
        "ctwa_clid": "ARAkLkA8rmlFeiCktEJQ",
    }


def order() -> JsonObject:
    """Return the `order` of two products from the catalogue."""
    return {
        "catalog_id": "300000000000003",
        "text": "Vorrei questi due",
        "product_items": [
            {"product_retailer_id": "olio-5l", "quantity": 1, "item_price": 48.5, "currency": "EUR"},
            {"product_retailer_id": "miele-500g", "quantity": 2, "item_price": 9.9, "currency": "EUR"},
        ],
    }


def unsupported(original: str = "unknown") -> JsonObject:
    """Return what stands beside `"type": "unsupported"`."""
    return {
        "errors": [
            {
                "code": 131051,
                "title": "Message type unknown",
                "message": "Message type unknown",
                "error_data": {"details": "Message type is currently not supported."},
            }
        ],
        "unsupported": {"type": original},
    }


def edit(original_id: str, text: str) -> JsonObject:
    """Return what stands beside `"type": "edit"`."""
    return {
        "edit": {
            "original_message_id": original_id,
            "message": {"type": "text", "text": {"body": text}},
        }
    }


def revoke(original_id: str) -> JsonObject:
    """Return what stands beside `"type": "revoke"`."""
    return {"revoke": {"original_message_id": original_id}}


def number_changed(customer: Customer, phone: str) -> JsonObject:
    """Return what stands beside `"type": "system"` when the customer's number became `phone`."""
    body = f"User {customer.name} changed from {customer.phone} to {phone}"
    return {"system": {"body": body, "wa_id": phone, "type": "user_changed_number"}}


def user_id_changed(customer: Customer, user_id: str, *, names_previous: bool) -> JsonObject:
    """Return what stands beside `"type": "system"` when the customer's user id became `user_id`."""
    body = f"User {customer.name} changed user id"
    system: JsonObject = {"body": body, "user_id": user_id, "type": "user_changed_user_id"}
    return {"system": system | (_present(previous_user_id=customer.user_id) if names_previous else {})}


def identity_changed(customer: Customer) -> JsonObject:
    """Return what stands beside `"type": "system"` when the customer's security code changed."""
    system = {
        "body": f"The security code of {customer.name} changed",
        "identity": secrets.token_hex(6),
        "type": "customer_identity_changed",
    }
    return {"system": system | _present(customer=customer.shown_phone)}


def user_id_update(customer: Customer, current: str, timestamp: float) -> JsonObject:
    """Return the `value` of a `user_id_update` webhook."""
    update = _present(wa_id=customer.shown_phone) | {
        "detail": "User ID changed",
        "user_id": {"previous": customer.user_id, "current": current},
        "timestamp": str(int(timestamp)),
    }
    return {"contacts": [contact(customer) | {"user_id": current}], "user_id_update": [update]}


def status_value(
    customer: Customer, sent: ChatMessage, status: str, timestamp: float, error_code: int | None = None
) -> JsonObject:
    """Return the `value` for one status of a sent message; failed ones come without `contacts`."""
    item: JsonObject = {"id": sent.id, "status": status, "timestamp": str(int(timestamp))}
    item |= _present(
        recipient_id=customer.shown_phone,
        recipient_user_id=customer.user_id,
        biz_opaque_callback_data=sent.callback_data,
    )
    if error_code is not None:
        return {"statuses": [item | {"errors": [_status_error(error_code)]}]}
    if status in ("sent", "delivered"):
        item["pricing"] = pricing(sent.category)
    return {"contacts": [contact(customer)], "statuses": [item]}


def pricing(category: str) -> JsonObject:
    """Return what a message costs: service messages are free, templates are not."""
    free = category == "service"
    return {
        "billable": not free,
        "pricing_model": "PMP",
        "type": "free_customer_service" if free else "regular",
        "category": category,
    }


def _status_error(code: int) -> JsonObject:
    known = KNOWN_ERRORS[code]
    title = known.message.partition(") ")[2]
    return {
        "code": code,
        "title": title,
        "message": title,
        "error_data": {"details": known.details},
        "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
    }


def _present(**values: Any) -> JsonObject:
    return {name: value for name, value in values.items() if value is not None}
