"""What the simulated WhatsApp knows: customers, chats and what the business sent.

Every change gives the changed thing the next revision, so that a page can ask for all that changed since the
revision it has. Methods are safe to call from any thread and hand out copies.
"""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from local.phone_simulator.records import (
    Author,
    ChatMessage,
    Customer,
    JsonObject,
    SentMessage,
    Ticks,
    UnknownCustomerError,
    UnknownMessageError,
)

WINDOW_SECONDS = 24 * 3600
TYPING_SECONDS = 25  # WhatsApp hides "typing…" after 25 s without a reply
PRESENCE_SECONDS = 4  # a page that stopped polling no longer has its phones open
TICK_RANKS: dict[Ticks, int] = {"sent": 1, "delivered": 2, "read": 3, "failed": 4}

Changed = TypeVar("Changed", Customer, ChatMessage)


class SimulatorState:
    """All of the simulator's memory; `now` returns epoch seconds."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self.now = now
        self._lock = threading.RLock()
        self._clear()

    def _clear(self) -> None:
        self.session = secrets.token_hex(6)
        self._revision = 0
        self._customers: dict[str, Customer] = {}
        self._messages: dict[str, ChatMessage] = {}
        self._sent: list[SentMessage] = []

    def reset(self) -> None:
        """Forget every customer and message; pages notice by the new session."""
        with self._lock:
            self._clear()

    # Customers

    def add_customer(self, name: str, **details: Any) -> Customer:
        """Add a customer; `details` are the other fields of `Customer`."""
        with self._lock:
            customer = Customer(id=f"c{len(self._customers) + 1}", name=name, **details)
            self._customers[customer.id] = customer
            return replace(self._touch(customer))

    def customers(self) -> list[Customer]:
        """Return every customer, oldest first."""
        with self._lock:
            return [replace(customer) for customer in self._customers.values()]

    def customer(self, customer_id: str) -> Customer:
        """Return one customer; raises UnknownCustomerError."""
        with self._lock:
            return replace(self._customer(customer_id))

    def find_customer(self, address: str) -> Customer | None:
        """Return the customer with this phone number (digits) or business-scoped user id."""
        with self._lock:
            for customer in self._customers.values():
                if address in (customer.phone, customer.user_id):
                    return replace(customer)
            return None

    def update_customer(self, customer_id: str, **changes: Any) -> Customer:
        """Change the named fields of a customer."""
        with self._lock:
            customer = self._customer(customer_id)
            for name, value in changes.items():
                setattr(customer, name, value)
            return replace(self._touch(customer))

    def window_is_open(self, customer_id: str) -> bool:
        """Tell whether the customer wrote within the last 24 hours."""
        last = self.customer(customer_id).last_message_at
        return last is not None and self.now() - last < WINDOW_SECONDS

    def note_presence(self, opened: list[str], locked: list[str]) -> None:
        """Note which phones a page shows now, and which it has locked."""
        with self._lock:
            for customer in self._customers.values():
                if customer.id in opened:
                    customer.open_until = self.now() + PRESENCE_SECONDS
                elif customer.id in locked:
                    customer.open_until = 0.0

    def is_open(self, customer_id: str) -> bool:
        """Tell whether a page shows this phone."""
        return self.customer(customer_id).open_until > self.now()

    def is_watching(self, customer_id: str) -> bool:
        """Tell whether the customer reads what arrives: phone open on a page, or reading by itself."""
        return self.customer(customer_id).auto_read or self.is_open(customer_id)

    def typing(self) -> list[str]:
        """Return the ids of the customers who see "typing…" now."""
        with self._lock:
            return [item.id for item in self._customers.values() if item.typing_until > self.now()]

    def start_typing(self, customer_id: str) -> None:
        """Show "typing…" for up to 25 s."""
        self.update_customer(customer_id, typing_until=self.now() + TYPING_SECONDS)

    # Messages

    def add_from_customer(self, message: ChatMessage) -> ChatMessage:
        """Add a message the customer wrote; it opens the 24-hour window, unless it was written in a group."""
        with self._lock:
            customer = self._customer(message.customer_id)
            if not message.in_group:
                customer.last_message_at = max(customer.last_message_at or 0.0, message.sent_at)
            return self._add(message)

    def add_note(self, note: ChatMessage) -> None:
        """Add a line between the messages; it opens no window."""
        with self._lock:
            self._add(note)

    def add_from_business(
        self, message: ChatMessage, to: str, payload: JsonObject, fault: str | None, *, reached: bool
    ) -> ChatMessage:
        """Note what the API accepted and end "typing…"; `reached` is False for what can't be delivered.

        A reaction is noted but is no bubble of its own.
        """
        with self._lock:
            self._customer(message.customer_id).typing_until = 0.0
            self._sent.append(
                SentMessage(
                    sequence=len(self._sent) + 1,
                    id=message.id,
                    customer_id=message.customer_id,
                    to=to,
                    kind=message.kind,
                    text=message.text,
                    callback_data=message.callback_data,
                    time=message.sent_at,
                    payload=payload,
                    fault=fault,
                    reached_customer=reached,
                )
            )
            return message if message.kind == "reaction" else self._add(message)

    def sent(self, since: int = 0) -> list[SentMessage]:
        """Return what the business sent after the sequence number `since`."""
        with self._lock:
            return self._sent[since:]

    def message(self, message_id: str) -> ChatMessage:
        """Return one message; raises UnknownMessageError."""
        with self._lock:
            return replace(self._message(message_id))

    def messages(self, customer_id: str) -> list[ChatMessage]:
        """Return a chat as the phone shows it, oldest first."""
        with self._lock:
            self._customer(customer_id)
            return [replace(item) for item in self._messages.values() if item.customer_id == customer_id]

    def advance_ticks(self, message_id: str, ticks: Ticks) -> None:
        """Move a message's ticks forward; a later state is never taken back."""
        with self._lock:
            message = self._messages.get(message_id)
            if message and TICK_RANKS[ticks] > TICK_RANKS[message.ticks]:
                message.ticks = ticks
                self._touch(message)

    def claim_unread(self, customer_id: str) -> list[ChatMessage]:
        """Return delivered messages of the business that nobody reported as read yet; each is handed out once."""
        with self._lock:
            unread = [
                message
                for message in self._messages.values()
                if message.customer_id == customer_id
                and message.author == "business"
                and message.ticks == "delivered"
                and not message.read_claimed
            ]
            for message in unread:
                message.read_claimed = True
            return [replace(message) for message in unread]

    def react(self, message_id: str, author: Author, emoji: str) -> None:
        """Put a reaction on a message; an empty one takes it away."""
        with self._lock:
            message = self._message(message_id)
            message.reactions = {key: value for key, value in message.reactions.items() if key != author}
            if emoji:
                message.reactions[author] = emoji
            self._touch(message)

    def edit(self, message_id: str, text: str) -> None:
        """Change the text of a message."""
        with self._lock:
            message = self._message(message_id)
            message.text, message.edited = text, True
            self._touch(message)

    def delete(self, message_id: str) -> None:
        """Delete a message for everyone."""
        with self._lock:
            message = self._message(message_id)
            message.text, message.content, message.media_id = "", {}, None
            message.deleted, message.reactions = True, {}
            self._touch(message)

    def mark_read_by_business(self, message_id: str) -> ChatMessage:
        """Turn blue the ticks of this message of the customer and of all before it."""
        with self._lock:
            message = self._message(message_id)
            for other in self._messages.values():
                if (other.customer_id, other.author) == (message.customer_id, "customer"):
                    self.advance_ticks(other.id, "read")
                if other.id == message_id:
                    break
            return replace(message)

    def changes(self, since: int) -> tuple[int, list[Customer], list[ChatMessage]]:
        """Return the current revision, and the customers and messages that changed after `since`."""
        with self._lock:
            customers = [replace(item) for item in self._customers.values() if item.revision > since]
            messages = [replace(item) for item in self._messages.values() if item.revision > since]
            return self._revision, customers, messages

    def _add(self, message: ChatMessage) -> ChatMessage:
        self._messages[message.id] = message
        return replace(self._touch(message))

    def _customer(self, customer_id: str) -> Customer:
        try:
            return self._customers[customer_id]
        except KeyError:
            raise UnknownCustomerError(customer_id) from None

    def _message(self, message_id: str) -> ChatMessage:
        try:
            return self._messages[message_id]
        except KeyError:
            raise UnknownMessageError(message_id) from None

    def _touch(self, item: Changed) -> Changed:
        self._revision += 1
        item.revision = self._revision
        return item
