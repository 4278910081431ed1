"""What a customer sent, parsed from WhatsApp's JSON into our own types. Pure functions.

Nothing here trusts its input: fields may be missing, of another type, or new since yesterday. What is not
understood stays in `payload`.
"""

import datetime as dt
import json
from dataclasses import fields
from typing import Any

from functions.process.assistant.kept_text import kept_text
from functions.process.inbox.identity_change import USER_ID, IdentityChange, system_change
from functions.process.inbox.inbound_text import words_of
from functions.process.inbox.times import in_order_of_arrival, parse_time
from shared.errors import BadRequestError
from shared.model.identifiers import Identifier
from shared.model.kinds import AMENDMENT_KINDS, MEDIA_KINDS, UNANSWERED_KINDS
from shared.model.message import Media, Problem, Referral, read_referral
from shared.model.phone_number import normal_phone
from shared.model.value import value
from shared.untrusted import mapping, string

MAX_KIND_CHARACTERS = 40
NOT_GIVEN = Problem(code="not_given", message="WhatsApp did not pass this file on")


@value
class InboundMessage:
    """One message of a customer; `text` is what it says, as far as it can be said in words.

    `cut` is how many characters of it were left out in the middle.
    `sender` are the identifiers it was written under, the most lasting first; a system message that tells of a
    `change` of them may have none. `quoted` is WhatsApp's id of the message that it answers to, `product` the
    retailer's id of the product that it asks about, `referral` the advertisement it came through.
    """

    whatsapp_id: str
    kind: str
    text: str
    cut: int = 0
    at: dt.datetime
    sender: list[Identifier]
    username: str | None
    whatsapp_name: str | None
    change: IdentityChange | None = None
    in_group: bool = False
    media: Media | None = None
    quoted: str | None = None
    forwarded: bool = False
    product: str | None = None
    referral: Referral | None = None
    payload: str

    @property
    def wants_answer(self) -> bool:
        """Tell whether the customer expects an answer: not to some kinds, and not to what a group was told."""
        return self.kind not in UNANSWERED_KINDS and not self.in_group


@value
class Amendment(InboundMessage):
    """A reaction, an edit or a revoke: `target` is WhatsApp's id of the message that it is about.

    `text` is the emoji (empty when a reaction is taken back) or the new text.
    """

    target: str


def parse_message(message: dict[str, Any], contact: dict[str, Any] | None, now: dt.datetime) -> InboundMessage:
    """Parse an item of `messages` with its entry of `contacts`.

    Raises BadRequestError when it does not name itself, or nobody whose message it can be.
    """
    entry = contact or {}
    profile = mapping(entry.get("profile"))
    whatsapp_id, sender = string(message.get("id")), _sender(message, entry)
    kind = string(message.get("type")) or "unsupported"
    at = in_order_of_arrival(parse_time(message.get("timestamp"), now), now)
    change = system_change(mapping(message.get("system")), sender, at) if kind == "system" else None
    is_somebodys = change or any(identifier.kind != "parent_user_id" for identifier in sender)
    if not whatsapp_id or not is_somebodys:
        raise BadRequestError("a message without id or sender")
    context = mapping(message.get("context"))
    text, cut = kept_text(words_of(kind, message))
    parsed = InboundMessage(
        whatsapp_id=whatsapp_id,
        kind=kind[:MAX_KIND_CHARACTERS],
        text=text,
        cut=cut,
        at=at,
        sender=sender,
        username=string(profile.get("username")),
        whatsapp_name=string(profile.get("name")),
        change=change,
        in_group=bool(message.get("group_id")),
        media=_media(kind, mapping(message.get(kind))),
        quoted=string(context.get("id")),
        # A forwarded message has a context too, but one without id.
        forwarded=bool(context.get("forwarded") or context.get("frequently_forwarded")),
        product=string(mapping(context.get("referred_product")).get("product_retailer_id")),
        referral=read_referral(mapping(message.get("referral"))),
        payload=json.dumps(message, ensure_ascii=False),
    )
    target = _target(kind, message)
    if target is None:
        return parsed
    return Amendment(**{field.name: getattr(parsed, field.name) for field in fields(parsed)}, target=target)


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
    return Media(
        id=media_id,
        url=string(detail.get("url")),
        mime_type=(string(detail.get("mime_type")) or "application/octet-stream").lower(),
        filename=string(detail.get("filename")),
        sha256=string(detail.get("sha256")),
        voice=detail.get("voice") is True,
        animated=detail.get("animated") is True,
        state="waiting" if media_id else "failed",
        error=None if media_id else NOT_GIVEN,
    )


def _sender(message: dict[str, Any], entry: dict[str, Any]) -> list[Identifier]:
    """Return the sender's phone, user id, and the user id at the business's parent company, as far as told."""
    candidates = [message.get("from"), entry.get("wa_id"), message.get("from_user_id"), entry.get("user_id")]
    candidates += [message.get("from_parent_user_id"), entry.get("parent_user_id")]
    texts = [text for text in map(string, candidates) if text]
    phone = next((phone for phone in map(normal_phone, texts) if phone), None)
    user_ids = [text for text in texts if USER_ID.match(text)]
    user_id = next((text for text in user_ids if not is_parent_id(text)), next(iter(user_ids), None))
    parent_user_id = next((text for text in user_ids if is_parent_id(text) and text != user_id), None)
    found = [Identifier("phone", phone)] if phone else []
    found += [Identifier("user_id", user_id)] if user_id else []
    return [*found, *([Identifier("parent_user_id", parent_user_id)] if parent_user_id else [])]


def is_parent_id(user_id: str) -> bool:
    """Tell whether a user id is one that all businesses of one parent company see."""
    return user_id[2:].startswith(".ENT.")
