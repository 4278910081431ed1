"""A message, inbound or outbound, as one document; and its delivery status."""

import datetime as dt
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

# How far a delivery has come. Statuses arrive repeated and out of order (and `delivered` may be skipped), so
# each is kept with its time and the furthest one counts; `failed` is final.
STATUS_RANK = {
    "queued": 0,
    "sending": 1,
    "unknown": 2,
    "accepted": 3,
    "sent": 4,
    "delivered": 5,
    "read": 6,
    "played": 7,
    "failed": 8,
}
REMOTE_STATUSES = ("sent", "delivered", "read", "played", "failed")

MediaState = Literal["waiting", "stored", "failed"]
Directive = Literal["stop", "start", "rate_limited"]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class Media(_Value):
    """The file of a message: what WhatsApp tells of it, and whether we have it.

    `id` is WhatsApp's media id, `sha256` and `size` (bytes) are those of the content; `error` tells staff why a
    file is `failed`.
    """

    id: str | None = None
    mime_type: str = "application/octet-stream"
    filename: str | None = None
    sha256: str | None = None
    size: int | None = None
    seconds: float | None = None
    voice: bool = False
    animated: bool = False
    state: MediaState = "waiting"
    error: dict[str, str] | None = None


class Quoted(_Value):
    """The message that a message answers to; `id` and the rest are empty when we do not have it."""

    whatsapp_id: str
    id: str | None = None
    author: str = ""
    kind: str = ""
    text: str = ""


class Earlier(_Value):
    """A text that a message had before it was edited, and until when."""

    text: str
    until: dt.datetime


class Reaction(_Value):
    """The customer's reaction to a message, and the message that brought it; an empty emoji took one back."""

    emoji: str
    at: dt.datetime
    message_id: str


class Message(BaseModel):
    """One message.

    `status` is what we know ourselves: of an inbound message `new`, then its outcome (`answered`,
    `left_to_staff`, `failed`, or `recorded` when it asks for no answer); of an outbound one `queued`,
    `sending`, `unknown`, `accepted` or `failed`. `statuses` holds what WhatsApp reported, each with its time.

    `directive` is what an inbound message makes the assistant do instead of answering. `target_id` is the message
    that a reaction, edit or revoke is about; `reaction`, `earlier` (oldest first), `edited_at` and `revoked_at` are
    what such messages left on this one. `choices` are the buttons below an outbound text. `template` is the
    `template` object that is sent to WhatsApp.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    contact_id: str
    direction: Literal["in", "out"]
    author: Literal["customer", "assistant", "staff", "system"]
    author_name: str | None = None
    kind: str
    text: str
    status: str
    statuses: dict[str, dt.datetime] = {}
    error: dict[str, str] | None = None
    whatsapp_id: str | None = None
    client_message_id: str | None = None
    turn_id: str | None = None
    part: int | None = None
    tries: int = 0
    tried_at: dt.datetime | None = None
    payload: str | None = None
    media: Media | None = None
    transcript: str | None = None
    quoted: Quoted | None = None
    forwarded: bool = False
    in_group: bool = False
    product: str | None = None
    referral: dict[str, Any] | None = None
    directive: Directive | None = None
    target_id: str | None = None
    reaction: Reaction | None = None
    earlier: list[Earlier] = []
    edited_at: dt.datetime | None = None
    revoked_at: dt.datetime | None = None
    choices: list[str] = []
    template: dict[str, Any] | None = None
    usage: dict[str, Any] | None = None
    at: dt.datetime
    created_at: dt.datetime | None = None
    updated_at: dt.datetime | None = None
    update_time: Any = None

    @property
    def shown_status(self) -> str:
        """Return the furthest status known, which never goes back."""
        if self.direction == "in":
            return self.status
        return max((self.status, *self.statuses), key=lambda status: STATUS_RANK.get(status, -1))

    @property
    def reached_whatsapp(self) -> bool:
        """Tell whether there is proof that WhatsApp took the message."""
        return bool(self.whatsapp_id or self.statuses)
