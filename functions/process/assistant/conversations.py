"""The conversations at OpenAI: begun, looked at from their end, and rid of what an attempt left there.

Errors are not translated here; whoever asks knows what it sent.
"""

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import openai

from functions.process.assistant.answers import ConversationItem, CreatedConversation, ItemPage
from functions.process.assistant.finished import Item
from shared.errors import ConversationGoneError
from shared.model.contact import Conversation

MAX_SEED_ITEMS = 20  # what conversations.create takes
MAX_TAIL_ITEMS = 100  # what one page of items holds


class Conversations:
    """OpenAI's Conversations API."""

    def __init__(self, client: openai.OpenAI) -> None:
        self._client = client

    def create(self, seed: Sequence[Item], begun: Callable[[str], None]) -> tuple[str, str | None]:
        """Create a conversation that begins with at most 20 items; return its id and that of its last item.

        It is created empty, and gets its items when `begun` was told its id: the API lists no conversations, so
        one whose id is lost with its process could never be erased. It then holds nothing.
        """
        answer = self._client.conversations.with_raw_response.create(items=[])
        conversation_id = CreatedConversation.model_validate_json(answer.content).id
        items: Any = list(seed)[-MAX_SEED_ITEMS:]
        if not items:
            return conversation_id, None
        begun(conversation_id)
        self._client.conversations.items.with_raw_response.create(conversation_id, items=items)
        newest = self._newest_items(conversation_id, 1)
        return conversation_id, newest[0].id if newest else None

    def tail(self, conversation: Conversation) -> list[ConversationItem]:
        """List the items after the last known one, newest first."""
        newest = self._newest_items(conversation.id, MAX_TAIL_ITEMS)
        return list(itertools.takewhile(lambda item: item.id != conversation.last_item, newest))

    def known_tail(self, conversation: Conversation) -> list[ConversationItem]:
        """List the items that may be deleted; raises ConversationGoneError if nobody knows where they begin."""
        newest = self._newest_items(conversation.id, MAX_TAIL_ITEMS)
        ids = [item.id for item in newest]
        if conversation.last_item is None and len(newest) < MAX_TAIL_ITEMS:
            return newest
        if conversation.last_item not in ids:
            raise ConversationGoneError("the last known item is not there", remote_code="last_item_not_found")
        return newest[: ids.index(conversation.last_item)]

    def delete(self, conversation: Conversation, items: Sequence[ConversationItem]) -> None:
        """Delete items of a conversation."""
        for item_id in filter(None, (item.id for item in items)):
            self._client.conversations.items.with_raw_response.delete(item_id, conversation_id=conversation.id)

    def _newest_items(self, conversation_id: str, limit: int) -> list[ConversationItem]:
        items = self._client.conversations.items.with_raw_response
        answer = items.list(conversation_id, limit=limit, order="desc")
        return ItemPage.model_validate_json(answer.content).data
