"""What the server remembers: conversations with their items, stored responses and prompt prefixes.

Everything lives in memory under one lock; a conversation's own lock is held while a response runs on it.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from local.openai_simulator.api_errors import (
    conversation_locked,
    conversation_not_found,
    item_not_found,
    not_found,
)
from local.openai_simulator.items import Item, new_id


@dataclass
class Conversation:
    """A conversation and its items, oldest first."""

    metadata: dict[str, str]
    items: list[Item] = field(default_factory=list)
    id: str = field(default_factory=lambda: new_id("conv"))
    created_at: int = field(default_factory=lambda: int(time.time()))

    def body(self) -> dict[str, Any]:
        """Return the conversation as the API shows it."""
        return {
            "id": self.id,
            "object": "conversation",
            "created_at": self.created_at,
            "metadata": self.metadata,
        }


@dataclass(frozen=True)
class StoredResponse:
    """A response that can be retrieved or continued; `items` are all items up to and with its output."""

    body: dict[str, Any]
    items: list[Item]


class State:
    """Conversations and responses; every method is safe to call from several threads."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._conversations: dict[str, Conversation] = {}
        self._responses: dict[str, StoredResponse] = {}
        self._running: set[str] = set()
        self._prefixes: dict[str, str] = {}

    def reset(self) -> None:
        """Forget everything."""
        with self._lock:
            self._conversations.clear()
            self._responses.clear()
            self._prefixes.clear()

    def create_conversation(self, metadata: dict[str, str], items: list[Item]) -> Conversation:
        """Create a conversation that starts with these items."""
        conversation = Conversation(metadata, list(items))
        with self._lock:
            self._conversations[conversation.id] = conversation
        return conversation

    def conversation(self, conversation_id: str) -> Conversation:
        """Return the conversation; raises a 404 ApiError."""
        with self._lock:
            if conversation_id not in self._conversations:
                raise conversation_not_found(conversation_id)
            return self._conversations[conversation_id]

    def conversations(self) -> list[Conversation]:
        """Return all conversations, oldest first."""
        with self._lock:
            return list(self._conversations.values())

    def update_metadata(self, conversation_id: str, metadata: dict[str, str]) -> Conversation:
        """Replace a conversation's metadata."""
        with self._lock:
            conversation = self.conversation(conversation_id)
            conversation.metadata = metadata
            return conversation

    def delete_conversation(self, conversation_id: str) -> None:
        """Delete a conversation; raises a 404 ApiError."""
        with self._lock:
            self.conversation(conversation_id)
            del self._conversations[conversation_id]

    def items(self, conversation_id: str) -> list[Item]:
        """Return a copy of the conversation's items, oldest first."""
        with self._lock:
            return list(self.conversation(conversation_id).items)

    def add_items(self, conversation_id: str, items: list[Item]) -> None:
        """Append items to a conversation."""
        with self._lock:
            self.conversation(conversation_id).items.extend(items)

    def item(self, conversation_id: str, item_id: str) -> Item:
        """Return one item; raises a 404 ApiError."""
        for item in self.items(conversation_id):
            if item["id"] == item_id:
                return item
        raise item_not_found(item_id)

    def delete_item(self, conversation_id: str, item_id: str) -> Conversation:
        """Remove one item; raises a 404 ApiError."""
        with self._lock:
            conversation = self.conversation(conversation_id)
            conversation.items.remove(self.item(conversation_id, item_id))
            return conversation

    @contextmanager
    def running_on(self, conversation_id: str | None) -> Iterator[None]:
        """Hold the conversation's lock; raises a 404 ApiError, or a 400 one when a response already runs."""
        if conversation_id is None:
            yield
            return
        with self._lock:
            self.conversation(conversation_id)
            if conversation_id in self._running:
                raise conversation_locked()
            self._running.add(conversation_id)
        try:
            yield
        finally:
            with self._lock:
                self._running.discard(conversation_id)

    def store_response(self, body: dict[str, Any], items: list[Item]) -> None:
        """Keep a response for retrieval."""
        with self._lock:
            self._responses[body["id"]] = StoredResponse(body, items)

    def response(self, response_id: str) -> StoredResponse:
        """Return a stored response; raises a 404 ApiError."""
        with self._lock:
            if response_id not in self._responses:
                raise not_found(f"Response with id '{response_id}' not found.")
            return self._responses[response_id]

    def delete_response(self, response_id: str) -> None:
        """Delete a stored response; raises a 404 ApiError."""
        with self._lock:
            self.response(response_id)
            del self._responses[response_id]

    def shared_prefix(self, cache_key: str, prompt: str) -> int:
        """Remember the prompt and return how many characters it shares with the last one of that key."""
        with self._lock:
            shared = _shared_characters(self._prefixes.get(cache_key, ""), prompt)
            self._prefixes[cache_key] = prompt
            return shared


def _shared_characters(left: str, right: str) -> int:
    pairs = zip(left, right, strict=False)
    return next((index for index, (one, other) in enumerate(pairs) if one != other), min(len(left), len(right)))
