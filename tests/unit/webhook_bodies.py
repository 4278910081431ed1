"""Webhook bodies in Meta's shape, built from parts."""

import json
from typing import Any

PHONE_ID = "1001"

Json = dict[str, Any]


def message(name: str = "wamid.1", **changes: Any) -> Json:
    """A text message."""
    text = {"id": name, "from": "393331234567", "timestamp": "1763800000", "type": "text", "text": {"body": name}}
    return text | changes


def status(name: str = "wamid.out", **changes: Any) -> Json:
    """A delivery status."""
    return {"id": name, "status": "sent", "timestamp": "1763800000", "recipient_id": "393331234567"} | changes


def value(phone_id: str = PHONE_ID, **parts: Any) -> Json:
    """What a change holds; `parts` are its lists."""
    metadata = {"display_phone_number": "390297000000", "phone_number_id": phone_id}
    return {"messaging_product": "whatsapp", "metadata": metadata, **parts}


def change(field: str = "messages", phone_id: str = PHONE_ID, **parts: Any) -> Json:
    """An item of `changes`."""
    return {"field": field, "value": value(phone_id, **parts)}


def payload(*changes: Any) -> Json:
    """A whole body with one entry."""
    return {"object": "whatsapp_business_account", "entry": [{"id": "2002", "changes": list(changes)}]}


def body(*changes: Any) -> bytes:
    """A whole body as it travels."""
    return json.dumps(payload(*changes)).encode()
