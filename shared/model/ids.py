"""Document ids: hashes and random values, so that no id holds a phone number or a slash."""

import hashlib
import hmac
import re
import secrets

from shared.model.phone_number import canonical_phone

_ID = re.compile(r"[0-9a-f]{32}")


def hashed(*parts: str) -> str:
    """Return a 32-character id that is always the same for the same parts."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def inbound_id(whatsapp_id: str) -> str:
    """Return the document id of the customer's message that WhatsApp names `whatsapp_id` (a wamid)."""
    return hashed("inbound", whatsapp_id)


def echo_id(whatsapp_id: str) -> str:
    """Return the document id of the message that staff wrote in the WhatsApp Business app, by WhatsApp's name."""
    return hashed("echo", whatsapp_id)


def identity_id(kind: str, value: str) -> str:
    """Return the id of a phone number or user id; all spellings of a number give the same one.

    Whoever has it can find the number by trying, so it is kept nowhere: the document that points to the contact is
    named by it and a key (`keyed`).
    """
    return hashed("identity", kind, canonical_phone(value) if kind == "phone" else value)


def keyed(key: bytes, identifier_id: str) -> str:
    """Return the document id of an identifier, which tells nothing to who has not the key."""
    return hmac.new(key, identifier_id.encode(), hashlib.sha256).hexdigest()[:32]


def turn_id(contact_id: str, message_ids: list[str]) -> str:
    """Return the id of the turn that answers these messages."""
    return hashed("turn", contact_id, *message_ids)


def part_id(turn: str, part: int) -> str:
    """Return the document id of one part of a turn's answer."""
    return hashed("part", turn, str(part))


def staff_message_id(contact_id: str, client_message_id: str) -> str:
    """Return the document id of a message that staff wrote under the id their page made."""
    return hashed("staff", contact_id, client_message_id)


def note_id(contact_id: str, client_note_id: str) -> str:
    """Return the document id of a note that staff wrote under the id their page made."""
    return hashed("note", contact_id, client_note_id)


def reaction_id(message_id: str, number: int) -> str:
    """Return the document id of staff's reaction of this number to a message."""
    return hashed("staff_reaction", message_id, str(number))


def is_id(text: str) -> bool:
    """Tell whether a text can be one of our ids; the store refuses some others, such as `..` and `__x__`."""
    return bool(_ID.fullmatch(text))


def random_id() -> str:
    """Return a new id of 32 hexadecimal characters."""
    return secrets.token_hex(16)
