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


class Message(BaseModel):
    """One message.

    `status` is what we know ourselves: of an inbound message `new`, then its outcome (`answered`,
    `left_to_staff`, `failed`, or `recorded` when it asks for no answer); of an outbound one `queued`,
    `sending`, `unknown`, `accepted` or `failed`. `statuses` holds what WhatsApp reported, each with its time.
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
    media: dict[str, Any] | None = None
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
