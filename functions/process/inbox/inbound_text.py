"""What a customer's message says, in words, as far as it can be said in words. Pure functions.

These words are what staff read, what the model is given and what the search finds; pictures and sounds say
nothing here but their captions.
"""

import json
from collections.abc import Callable
from typing import Any

from shared.untrusted import mapping, mappings, number, string

MAX_FORM_FIELDS = 50


def words_of(kind: str, message: dict[str, Any]) -> str:
    """Return the words of an item of `messages` whose type is `kind`; empty when it has none."""
    if kind == "contacts":
        return "\n".join(filter(None, map(_contact_card, mappings(message.get("contacts")))))
    detail = mapping(message.get(kind))
    reader = _READERS.get(kind)
    if reader:
        return reader(detail)
    return string(detail.get("caption")) or string(detail.get("body")) or string(detail.get("filename")) or ""


def _text(detail: dict[str, Any]) -> str:
    return string(detail.get("body")) or ""


def _document(detail: dict[str, Any]) -> str:
    """A document's own name is shown with its file."""
    return string(detail.get("caption")) or ""


def _button(detail: dict[str, Any]) -> str:
    return string(detail.get("text")) or string(detail.get("payload")) or ""


def _interactive(detail: dict[str, Any]) -> str:
    """Return what the customer chose, or what they filled in."""
    for reply in ("button_reply", "list_reply"):
        chosen = mapping(detail.get(reply))
        if chosen:
            said = string(chosen.get("title")) or string(chosen.get("id")) or ""
            about = string(chosen.get("description"))
            return f"{said} ({about})" if about else said
    return _form(mapping(detail.get("nfm_reply")))


def _form(reply: dict[str, Any]) -> str:
    """Return the filled-in fields of a flow, one a line; its answer is JSON inside a text.

    What that JSON spells of half a surrogate pair, which nothing can store, becomes `?`, as in the webhook's own.
    """
    try:
        fields = mapping(json.loads(string(reply.get("response_json")) or ""))
    except (ValueError, RecursionError):
        fields = {}
    lines = [
        f"{name}: {value if isinstance(value, str | int | float) else json.dumps(value, ensure_ascii=False)}"
        for name, value in list(fields.items())[:MAX_FORM_FIELDS]
        if name != "flow_token" and value not in (None, "")
    ]
    return "\n".join(lines).encode("utf-8", "replace").decode() or string(reply.get("body")) or ""


def _location(detail: dict[str, Any]) -> str:
    names = [string(detail.get("name")), string(detail.get("address"))]
    latitude, longitude = number(detail.get("latitude")), number(detail.get("longitude"))
    point = f"{latitude}, {longitude}" if latitude is not None and longitude is not None else None
    return ", ".join(filter(None, [*names, point]))


def _reaction(detail: dict[str, Any]) -> str:
    return string(detail.get("emoji")) or ""


def _edit(detail: dict[str, Any]) -> str:
    message = mapping(detail.get("message"))
    return words_of(string(message.get("type")) or "text", message)


def _order(detail: dict[str, Any]) -> str:
    lines = [string(detail.get("text"))]
    for item in mappings(detail.get("product_items")):
        name = string(item.get("product_retailer_id")) or "?"
        price, quantity = number(item.get("item_price")), number(item.get("quantity"))
        cost = f", {price:.2f} {string(item.get('currency')) or ''}".rstrip() if price is not None else ""
        lines.append(f"{quantity if quantity is not None else 1:g} x {name}{cost}")
    return "\n".join(filter(None, lines))


def _contact_card(card: dict[str, Any]) -> str:
    """Return a card on one line: name, company, numbers, addresses."""
    name = string(mapping(card.get("name")).get("formatted_name"))
    company = string(mapping(card.get("org")).get("company"))
    phones = [string(phone.get("phone")) or string(phone.get("wa_id")) for phone in mappings(card.get("phones"))]
    emails = [string(email.get("email")) for email in mappings(card.get("emails"))]
    return ", ".join(filter(None, [name, company, *phones, *emails]))


_READERS: dict[str, Callable[[dict[str, Any]], str]] = {
    "text": _text,
    "document": _document,
    "button": _button,
    "interactive": _interactive,
    "location": _location,
    "reaction": _reaction,
    "edit": _edit,
    "order": _order,
}
