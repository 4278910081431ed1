"""What the simulator remembers: customers, the bubbles of their chats, what the business sent."""

from dataclasses import dataclass, field
from typing import Any, Literal

JsonObject = dict[str, Any]
Author = Literal["customer", "business"]
Ticks = Literal["sent", "delivered", "read", "failed"]


@dataclass
class Customer:
    """A person with a phone; `phone` is None for one the business knows by `user_id` alone."""

    id: str
    name: str
    phone: str | None
    user_id: str | None
    username: str | None
    auto_read: bool = False
    last_message_at: float | None = None
    hides_number: bool = False
    open_until: float = 0.0
    typing_until: float = 0.0
    revision: int = 0

    @property
    def shown_phone(self) -> str | None:
        """The number as the business sees it: None when the customer has a user name instead."""
        return None if self.hides_number else self.phone


@dataclass
class ChatMessage:
    """One bubble; `content` is WhatsApp's own object for its kind, `sent_at` is epoch seconds."""

    id: str
    customer_id: str
    author: Author
    kind: str
    text: str
    content: JsonObject
    sent_at: float
    ticks: Ticks = "sent"
    media_id: str | None = None
    reply_to: str | None = None
    forwarded: bool = False
    in_group: bool = False
    ad: str = ""
    edited: bool = False
    deleted: bool = False
    reactions: dict[str, str] = field(default_factory=dict)
    callback_data: str | None = None
    category: str = "service"
    read_claimed: bool = False
    revision: int = 0


@dataclass(frozen=True)
class SentMessage:
    """One message of the business that the API accepted, in the order of acceptance."""

    sequence: int
    id: str
    customer_id: str
    to: str
    kind: str
    text: str
    callback_data: str | None
    time: float
    payload: JsonObject
    fault: str | None
    reached_customer: bool


class UnknownCustomerError(LookupError):
    """There is no customer with that id."""


class UnknownMessageError(LookupError):
    """There is no message with that id."""
