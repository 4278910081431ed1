"""What OpenAI keeps of customers, to be exported and erased: items, conversations and responses."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import openai

from functions.process.assistant.answers import ItemPage
from functions.process.assistant.errors import translated

MAX_ITEMS = 100  # that one page may hold
ITEMS_AT_A_TIME = 20  # so that whoever erases can tell the time now and then


class Records:
    """OpenAI's records; what is not there (any more) is erased. Every failure is a RemoteError."""

    def __init__(self, client: openai.OpenAI) -> None:
        self._client = client

    def items(self, conversation_id: str) -> list[dict[str, Any]]:
        """Return all that a conversation holds, oldest first, as OpenAI tells it; nothing of one that is gone."""
        items, found, after = self._client.conversations.items.with_raw_response, list[dict[str, Any]](), ""
        while True:
            call = partial(items.list, conversation_id, limit=MAX_ITEMS, order="asc", after=after or openai.omit)
            answer = _unless_gone(call)
            page = json.loads(answer.content) if answer else {}
            found += page.get("data") or []
            after = str(page.get("last_id") or "")
            if not page.get("has_more") or not after:
                return found

    def erase_items(self, conversation_id: str) -> int:
        """Erase up to 20 items of a conversation; return how many there were.

        Deleting a conversation does not delete its items (platform.openai.com/docs/api-reference/conversations).
        """
        items = self._client.conversations.items.with_raw_response
        page = _unless_gone(lambda: items.list(conversation_id, limit=ITEMS_AT_A_TIME, order="asc").content)
        found = ItemPage.model_validate_json(page).data if page else []
        names = [item.id for item in found if item.id]
        for name in names:
            _unless_gone(partial(items.delete, name, conversation_id=conversation_id))
        return len(names)

    def erase_conversation(self, conversation_id: str) -> None:
        """Erase a conversation that has no items any more."""
        _unless_gone(lambda: self._client.conversations.with_raw_response.delete(conversation_id))

    def erase_response(self, response_id: str) -> None:
        """Erase what was kept of a question and its answer."""
        _unless_gone(lambda: self._client.responses.with_raw_response.delete(response_id))


def _unless_gone(call: Callable[[], Any]) -> Any:
    """Return what a call returns, None when what it is about is not there."""
    with translated():
        try:
            return call()
        except openai.NotFoundError:
            return None
