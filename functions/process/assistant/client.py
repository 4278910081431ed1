"""The assistant's mind: OpenAI's Conversations and Responses API.

A call that carries a conversation is never retried by the SDK: whether a failed one left its items behind is not
documented, so whoever tries again looks at the conversation's tail first (`recover`).
"""

import datetime as dt
import random
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx2
import openai
from openai.types.responses import Response

from functions.process.assistant import instructions
from functions.process.assistant.errors import classify, names_file
from functions.process.assistant.extraction import ContactDetails
from shared.errors import (
    AnswerRefusedError,
    ConversationGoneError,
    ConversationLockedError,
    FileRefusedError,
    PromptGoneError,
    RemoteError,
)
from shared.log import logger
from shared.model.contact import Conversation
from shared.settings import ProcessSettings

CONNECT_SECONDS = 3.0
EXTRACTION_SECONDS = 10.0
TRANSCRIPTION_SECONDS = 30.0
LOCK_SECONDS = 20.0  # how long a locked conversation is waited for
ANSWER_TOKENS = 1500
EXTRACTION_TOKENS = 300
SUMMARY_TOKENS = 400
SEED_ITEMS = 20  # most that conversations.create takes
TAIL_ITEMS = 100  # most that one page of items holds
_WHOLE = re.compile(r".*[.!?…](?=\s|$)", re.DOTALL)
TAKES_EFFORT = re.compile(r"^(gpt-([5-9]|\d\d)|o\d)")

Item = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """A finished answer; `last_item` is the last item it left in the conversation."""

    text: str
    last_item: str | None
    usage: dict[str, Any] = field(default_factory=dict)


class Assistant:
    """Asks OpenAI; every failure is a RemoteError of shared/errors.py."""

    def __init__(self, settings: ProcessSettings) -> None:
        self._settings = settings
        self._client = openai.OpenAI(
            api_key=settings.openai_api_key.get_secret_value(),
            base_url=settings.openai_base_url,
            timeout=httpx2.Timeout(settings.openai_timeout_seconds, connect=CONNECT_SECONDS),
            max_retries=0,
        )
        # The SDK imports these on first use, which takes 0.3 s: better now than while a customer waits.
        _ = (self._client.responses, self._client.conversations.items)
        self._prompt_gone = False

    def new_conversation(self, seed: Sequence[Item], now: dt.datetime) -> Conversation:
        """Create a conversation that begins with at most 20 items."""
        try:
            created = self._client.conversations.create(items=list(seed)[-SEED_ITEMS:])  # type: ignore[arg-type]
            last_item = self._last_item(created.id) if seed else None
        except Exception as error:
            raise classify(error) from error
        return Conversation(id=created.id, started_at=now, last_item=last_item)

    def ask(
        self, conversation: Conversation, items: Sequence[Item], text: str, *, customer: str, turn: str
    ) -> Answer:
        """Add items to the conversation and return the model's answer under the instructions `text`.

        Waits, with jitter, while another response runs on the conversation.
        """
        give_up = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                return self._respond(conversation, items, text, customer, turn)
            except PromptGoneError as error:
                self._prompt_gone = True
                logger.warning("prompt_gone", remote_code=error.remote_code)
            except ConversationLockedError:
                if time.monotonic() > give_up:
                    raise
                time.sleep(random.uniform(0.3, 1.0))  # noqa: S311 - jitter, not a secret

    def recover(self, conversation: Conversation, items: Sequence[Item]) -> Answer | None:
        """Look at what an earlier attempt left in the conversation after its last known item.

        A finished answer to these items is adopted. An unfinished attempt is deleted and None returned, so that
        it can be made again. Raises ConversationGoneError when the tail cannot be mended.
        """
        try:
            tail = self._tail(conversation)
            if _has_dangling_call(tail):
                raise ConversationGoneError("the conversation ends in a tool call")
            if len(tail) > 1 and _is_answer(tail[0]) and _text(tail[1]) == _input_text(items):
                return Answer(_text(tail[0]), tail[0].id)
            for item in tail:
                self._client.conversations.items.delete(item.id, conversation_id=conversation.id)
        except RemoteError:
            raise
        except Exception as error:
            raise classify(error) from error
        return None

    def extract(self, text: str) -> tuple[ContactDetails | None, dict[str, Any]]:
        """Return what the text says about the customer, and the tokens it took; never raises."""
        client = self._client.with_options(timeout=EXTRACTION_SECONDS, max_retries=1)
        try:
            response = client.responses.parse(
                model=self._settings.openai_model,
                instructions=instructions.EXTRACTION,
                input=text,
                text_format=ContactDetails,
                max_output_tokens=EXTRACTION_TOKENS,
                store=False,
                **self._effort(),
            )
        except Exception as error:
            logger.warning("extraction", remote_code=classify(error).remote_code)
            return None, {}
        return response.output_parsed, _usage(response)

    def summarise(self, transcript: str) -> str:
        """Return a short summary of a conversation."""
        try:
            response = self._client.with_options(max_retries=1).responses.create(
                model=self._settings.openai_model,
                instructions=instructions.SUMMARY,
                input=transcript,
                max_output_tokens=SUMMARY_TOKENS,
                store=False,
                **self._effort(),
            )
        except Exception as error:
            raise classify(error) from error
        return str(response.output_text)

    def transcribe(self, audio: bytes, filename: str) -> str:
        """Return what is said in a recording, empty when nothing is; the name's suffix tells its format."""
        client = self._client.with_options(timeout=TRANSCRIPTION_SECONDS, max_retries=1)
        try:
            heard = client.audio.transcriptions.create(
                model=self._settings.openai_transcription_model, file=(filename, audio)
            )
        except Exception as error:
            raise classify(error) from error
        return heard.text.strip()

    def _respond(
        self, conversation: Conversation, items: Sequence[Item], text: str, customer: str, turn: str
    ) -> Answer:
        prompted = bool(self._settings.openai_prompt_id) and not self._prompt_gone
        prompt: dict[str, Any] = {"prompt": {"id": self._settings.openai_prompt_id}} if prompted else {}
        try:
            response = self._client.responses.create(
                model=self._settings.openai_model,
                conversation=conversation.id,
                instructions=text,
                input=list(items),  # type: ignore[arg-type]
                max_output_tokens=ANSWER_TOKENS,
                metadata={"turn": turn},
                safety_identifier=customer,
                prompt_cache_key=customer,
                **prompt,
                **self._effort(),
            )
        except Exception as error:
            raise classify(error, prompted=prompted) from error
        return _answer(response)

    def _effort(self) -> dict[str, Any]:
        """Send the reasoning effort only to models that take one; `none` answers fastest."""
        effort = self._settings.openai_reasoning_effort
        if not effort and TAKES_EFFORT.match(self._settings.openai_model):
            effort = "none"
        return {"reasoning": {"effort": effort}} if effort else {}

    def _last_item(self, conversation_id: str) -> str | None:
        page = self._client.conversations.items.list(conversation_id, limit=1, order="desc")
        return str(page.data[0].id) if page.data else None

    def _tail(self, conversation: Conversation) -> list[Any]:
        """List the items after the last known one, newest first."""
        page = self._client.conversations.items.list(conversation.id, limit=TAIL_ITEMS, order="desc")
        tail: list[Any] = []
        for item in page.data:
            if item.id == conversation.last_item:
                break
            tail.append(item)
        return tail


def _answer(response: Response) -> Answer:
    if response.error and names_file(response.error.code):
        raise FileRefusedError("a file was refused", remote_code=response.error.code)
    text = response.output_text.strip() or _refusal(response)
    if response.status == "incomplete":
        text = _whole_sentences(text)
    if not text:
        reason = response.incomplete_details.reason if response.incomplete_details else response.status
        raise AnswerRefusedError("the model gave no answer", remote_code=str(reason))
    last = response.output[-1]
    return Answer(text, last.id, _usage(response))


def _whole_sentences(text: str) -> str:
    """Drop the broken end of an answer that ran out of tokens, if something whole comes before it."""
    whole = _WHOLE.match(text)
    return whole[0] if whole else text


def _refusal(response: Response) -> str:
    """A refusal is a polite sentence to the customer, so it is sent like an answer."""
    contents = [part for item in response.output if item.type == "message" for part in item.content]
    return " ".join(part.refusal for part in contents if part.type == "refusal").strip()


def _usage(response: Response) -> dict[str, Any]:
    usage = response.usage
    if usage is None:
        return {"model": response.model}
    return {
        "model": response.model,
        "input_tokens": usage.input_tokens,
        "cached_tokens": usage.input_tokens_details.cached_tokens,
        "output_tokens": usage.output_tokens,
    }


def _is_answer(item: Any) -> bool:
    return bool(item.type == "message" and item.role == "assistant" and item.status == "completed")


def _text(item: Any) -> str:
    if item.type != "message":
        return ""
    return "".join(getattr(part, "text", "") or "" for part in item.content)


def _input_text(items: Sequence[Item]) -> str:
    content = items[-1]["content"]
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def _has_dangling_call(tail: Sequence[Any]) -> bool:
    answered = {item.call_id for item in tail if item.type == "function_call_output"}
    return any(item.type == "function_call" and item.call_id not in answered for item in tail)
