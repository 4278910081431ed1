"""What a customer sent, parsed from WhatsApp's JSON into one type. Pure functions.

Nothing here trusts its input: fields may be missing, of another type, or new since yesterday.
"""

import datetime as dt
import json
import re
from typing import Any

import phonenumbers
from pydantic import BaseModel, ConfigDict

from shared.errors import BadRequestError

# Business-scoped user ids look like US.1349… or US.ENT.1349…; one has also been seen where the phone belongs.
USER_ID = re.compile(r"^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$")
TEXT_KINDS = ("text", "button", "interactive")
UNANSWERED_KINDS = ("reaction", "system", "edit", "revoke")
MOST_CHARACTERS = 10_000
MILLISECONDS = 100_000_000_000  # a time in seconds larger than this is one in milliseconds


class InboundMessage(BaseModel):
    """One message of a customer; `text` is what it says, as far as it can be said in words."""

    model_config = ConfigDict(frozen=True)

    whatsapp_id: str
    kind: str
    text: str
    at: dt.datetime
    phone: str | None
    user_id: str | None
    username: str | None
    whatsapp_name: str | None
    in_group: bool = False
    payload: str

    @property
    def wants_answer(self) -> bool:
        """Tell whether the customer expects an answer: not to some kinds, and not to what a group was told."""
        return self.kind not in UNANSWERED_KINDS and not self.in_group

    @property
    def identities(self) -> list[tuple[str, str]]:
        """List under which names the customer may be known, the most lasting first."""
        named = (("phone", self.phone), ("user_id", self.user_id))
        return [(kind, value) for kind, value in named if value]


def parse_message(message: dict[str, Any], contact: dict[str, Any] | None, now: dt.datetime) -> InboundMessage:
    """Parse an item of `messages` with its entry of `contacts`.

    Raises BadRequestError when it names neither itself nor its sender: then it cannot be anybody's message.
    """
    entry = contact or {}
    profile = _mapping(entry.get("profile"))
    phone, user_id = _senders(message, entry)
    whatsapp_id = _string(message.get("id"))
    if not whatsapp_id or not (phone or user_id):
        raise BadRequestError("a message without id or sender")
    kind = _string(message.get("type")) or "unsupported"
    return InboundMessage(
        whatsapp_id=whatsapp_id,
        kind=kind[:40],
        text=_words(kind, message)[:MOST_CHARACTERS],
        at=_in_order_of_arrival(parse_time(message.get("timestamp"), now), now),
        phone=phone,
        user_id=user_id,
        username=_string(profile.get("username")),
        whatsapp_name=_string(profile.get("name")),
        in_group=bool(message.get("group_id")),
        payload=json.dumps(message, ensure_ascii=False),
    )


def parse_time(value: Any, now: dt.datetime) -> dt.datetime:
    """Read seconds (or milliseconds) since 1970; what cannot be read, or lies in the future, is now."""
    try:
        seconds = float(value)
        seconds = seconds / 1000 if seconds > MILLISECONDS else seconds
        return min(dt.datetime.fromtimestamp(seconds, dt.UTC), now)
    except (TypeError, ValueError, OverflowError, OSError):
        return now


def _in_order_of_arrival(at: dt.datetime, now: dt.datetime) -> dt.datetime:
    """Add a fraction to WhatsApp's whole seconds that grows with the time of arrival and never reaches one.

    So messages of one second keep the order in which they came, and sorting by `at` alone is enough.
    """
    if at.microsecond:
        return at
    delay = (now - at).total_seconds()
    return at + dt.timedelta(seconds=min(1 - 1 / (1 + delay), 0.999_999))


def normal_phone(value: str) -> str | None:
    """Return a number in E.164 with its plus sign, or None when it is not a number."""
    digits = re.sub(r"[\s()+.-]", "", value)
    if not digits.isascii() or not digits.isdigit():
        return None
    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return f"+{digits}"
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _senders(message: dict[str, Any], entry: dict[str, Any]) -> tuple[str | None, str | None]:
    candidates = [message.get("from"), entry.get("wa_id"), message.get("from_user_id"), entry.get("user_id")]
    texts = [text for text in map(_string, candidates) if text]
    user_id = next((text for text in texts if USER_ID.match(text)), None)
    phone = next((phone for phone in map(normal_phone, texts) if phone), None)
    return phone, user_id


def _words(kind: str, message: dict[str, Any]) -> str:
    content = message.get(kind)
    if kind == "contacts":
        return _contact_names(content)
    detail = _mapping(content)
    if kind == "text":
        return _string(detail.get("body")) or ""
    if kind == "button":
        return _string(detail.get("text")) or _string(detail.get("payload")) or ""
    if kind == "interactive":
        return _choice(detail)
    if kind == "location":
        return _place(detail)
    if kind == "reaction":
        return _string(detail.get("emoji")) or ""
    return _string(detail.get("caption")) or _string(detail.get("body")) or _string(detail.get("filename")) or ""


def _choice(detail: dict[str, Any]) -> str:
    for reply in ("button_reply", "list_reply"):
        chosen = _mapping(detail.get(reply))
        if chosen:
            return _string(chosen.get("title")) or _string(chosen.get("id")) or ""
    return _string(_mapping(detail.get("nfm_reply")).get("body")) or ""


def _place(detail: dict[str, Any]) -> str:
    names = [_string(detail.get("name")), _string(detail.get("address"))]
    point = f"{detail.get('latitude')}, {detail.get('longitude')}"
    return ", ".join([*filter(None, names), point])


def _contact_names(content: Any) -> str:
    cards = [_mapping(card) for card in content] if isinstance(content, list) else []
    names = [_string(_mapping(card.get("name")).get("formatted_name")) for card in cards]
    return ", ".join(filter(None, names))


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _string(value: Any) -> str | None:
    """Return a text; a number is one too, since some senders write ids so."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value).strip() or None
