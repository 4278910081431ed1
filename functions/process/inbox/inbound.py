"""What a customer sent, parsed from WhatsApp's JSON into our own types. Pure functions.

Nothing here trusts its input: fields may be missing, of another type, or new since yesterday. What is not
understood stays in `payload`.
"""

import datetime as dt
import json
import re
from typing import Any

from pydantic import BaseModel, ConfigDict

from functions.process.inbox.inbound_text import words_of
from shared.errors import BadRequestError
from shared.model.identifiers import NAME_KINDS, Name
from shared.model.kinds import AMENDMENT_KINDS, MEDIA_KINDS, UNANSWERED_KINDS
from shared.model.message import Media
from shared.model.phone_number import normal_phone
from shared.untrusted import mapping, string

# Business-scoped user ids look like US.1349… or US.ENT.1349…; one has also been seen where the phone belongs.
USER_ID = re.compile(r"^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$")
MOST_CHARACTERS = 10_000
MOST_KIND_CHARACTERS = 40
MILLISECONDS = 100_000_000_000  # a time in seconds larger than this is one in milliseconds


class InboundMessage(BaseModel):
    """One message of a customer; `text` is what it says, as far as it can be said in words.

    `quoted` is WhatsApp's id of the message that it answers to, `product` the retailer's id of the product that it
    asks about, `referral` the advertisement it came through.
    """

    model_config = ConfigDict(frozen=True)

    whatsapp_id: str
    kind: str
    text: str
    at: dt.datetime
    phone: str | None
    user_id: str | None
    parent_user_id: str | None = None
    username: str | None
    whatsapp_name: str | None
    in_group: bool = False
    media: Media | None = None
    quoted: str | None = None
    forwarded: bool = False
    product: str | None = None
    referral: dict[str, Any] | None = None
    payload: str

    @property
    def wants_answer(self) -> bool:
        """Tell whether the customer expects an answer: not to some kinds, and not to what a group was told."""
        return self.kind not in UNANSWERED_KINDS and not self.in_group

    @property
    def identities(self) -> list[Name]:
        """List under which names the customer may be known, the most lasting first."""
        return [Name(kind, value) for kind in NAME_KINDS if (value := getattr(self, kind))]


class Amendment(InboundMessage):
    """A reaction, an edit or a revoke: `target` is WhatsApp's id of the message that it is about.

    `text` is the emoji (empty when a reaction is taken back) or the new text.
    """

    target: str


def parse_message(message: dict[str, Any], contact: dict[str, Any] | None, now: dt.datetime) -> InboundMessage:
    """Parse an item of `messages` with its entry of `contacts`.

    Raises BadRequestError when it names neither itself nor its sender: then it cannot be anybody's message.
    """
    entry = contact or {}
    profile = mapping(entry.get("profile"))
    phone, user_id, parent_user_id = _senders(message, entry)
    whatsapp_id = string(message.get("id"))
    if not whatsapp_id or not (phone or user_id):
        raise BadRequestError("a message without id or sender")
    kind = string(message.get("type")) or "unsupported"
    context = mapping(message.get("context"))
    parsed = InboundMessage(
        whatsapp_id=whatsapp_id,
        kind=kind[:MOST_KIND_CHARACTERS],
        text=words_of(kind, message)[:MOST_CHARACTERS],
        at=_in_order_of_arrival(parse_time(message.get("timestamp"), now), now),
        phone=phone,
        user_id=user_id,
        parent_user_id=parent_user_id,
        username=string(profile.get("username")),
        whatsapp_name=string(profile.get("name")),
        in_group=bool(message.get("group_id")),
        media=_media(kind, mapping(message.get(kind))),
        quoted=string(context.get("id")),
        # A forwarded message has a context too, but one without id.
        forwarded=bool(context.get("forwarded") or context.get("frequently_forwarded")),
        product=string(mapping(context.get("referred_product")).get("product_retailer_id")),
        referral=mapping(message.get("referral")) or None,
        payload=json.dumps(message, ensure_ascii=False),
    )
    target = _target(kind, message)
    return Amendment(**dict(parsed), target=target) if target else parsed


def _target(kind: str, message: dict[str, Any]) -> str | None:
    if kind not in AMENDMENT_KINDS:
        return None
    detail = mapping(message.get(kind))
    return string(detail.get("message_id" if kind == "reaction" else "original_message_id"))


def _media(kind: str, detail: dict[str, Any]) -> Media | None:
    """Return what is told of a file; without id (as of view-once media) there is nothing to fetch."""
    if kind not in MEDIA_KINDS:
        return None
    media_id = string(detail.get("id"))
    missing = {"code": "not_given", "message": "WhatsApp did not pass this file on"}
    return Media(
        id=media_id,
        mime_type=(string(detail.get("mime_type")) or "application/octet-stream").lower(),
        filename=string(detail.get("filename")),
        sha256=string(detail.get("sha256")),
        voice=detail.get("voice") is True,
        animated=detail.get("animated") is True,
        state="waiting" if media_id else "failed",
        error=None if media_id else missing,
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


def _senders(message: dict[str, Any], entry: dict[str, Any]) -> tuple[str | None, str | None, str | None]:
    """Return the sender's phone, user id, and the user id at the business's parent company."""
    candidates = [message.get("from"), entry.get("wa_id"), message.get("from_user_id"), entry.get("user_id")]
    candidates += [message.get("from_parent_user_id"), entry.get("parent_user_id")]
    texts = [text for text in map(string, candidates) if text]
    phone = next((phone for phone in map(normal_phone, texts) if phone), None)
    user_ids = [text for text in texts if USER_ID.match(text)]
    user_id = next((name for name in user_ids if not is_parent_id(name)), next(iter(user_ids), None))
    parent_user_id = next((name for name in user_ids if is_parent_id(name) and name != user_id), None)
    return phone, user_id, parent_user_id


def is_parent_id(user_id: str) -> bool:
    """Tell whether a user id is one that all businesses of one parent company see."""
    return user_id[2:].startswith(".ENT.")
