"""What the model finished saying: in a response, or at a conversation's end. Pure functions."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from functions.process.assistant.answer_check import cleaned, fault_of
from functions.process.assistant.answers import (
    SEARCH,
    ConversationItem,
    MessageItem,
    ModelResponse,
    OtherItem,
    final_text,
    refusal_of,
)
from functions.process.assistant.business_part import RULES
from functions.process.assistant.errors import AnswerInVainError, Sent, classify_failed
from shared.model.usage import Usage

Item = dict[str, Any]

# What the model does between a question and its answer, and nobody reads.
BETWEEN = {"reasoning", SEARCH}
_WHOLE = re.compile(r".*[.!?…](?=\s|$)", re.DOTALL)


@dataclass(frozen=True)
class Answer:
    """A finished answer; `last_item` is the last item it left in the conversation.

    `looked_up` says that it rests on documents, `found` what was found there, as far as that is known.
    `response_id` is the name of the response, where OpenAI keeps one.
    """

    text: str
    last_item: str | None
    usage: Usage = field(default_factory=Usage)
    looked_up: bool = False
    found: str = ""
    response_id: str | None = None


def answer_of(response: ModelResponse, sent: Sent) -> Answer:
    """Return what a response answers; raises RemoteError, AnswerRefusedError when it is of no use."""
    if response.status == "failed" or response.error:
        code, message = (response.error.code, response.error.message) if response.error else ("", "")
        raise classify_failed(code or "server_error", message, sent)
    text = response.text or response.refusal  # a refusal is sent like an answer
    if response.status not in (None, "completed"):
        text = _whole_sentences(text)
    text = cleaned(text)
    if fault := fault_of(text, RULES):
        reason = response.incomplete_details.reason if response.incomplete_details else None
        cause = fault if fault != "empty" else str(reason or response.status)
        raise AnswerInVainError(
            "the model gave no answer",
            remote_code=cause,
            retryable=reason != "content_filter",
            usage=response.tokens,
        )
    found = "\n".join(piece.text or "" for search in response.searches for piece in search.results or [])
    return Answer(text, response.output[-1].id, response.tokens, bool(response.searches), found, response.id)


def finished_answer(tail: Sequence[ConversationItem], asked: str) -> Answer | None:
    """Return what answers the question, if the tail, newest first, is an answer and then that question.

    What the model thought or looked up in between is no part of it; a thought that nothing follows is an answer
    broken off.
    """
    if not tail or not isinstance(tail[0], MessageItem):
        return None
    spoken = [item for item in tail if item.type not in BETWEEN]
    answer = list(itertools.takewhile(_is_answer, spoken))
    match spoken[len(answer) :]:
        case [MessageItem(text=question), *_] if question == asked:
            said = [item for item in reversed(answer) if isinstance(item, MessageItem)]
            text = cleaned(final_text(said) or refusal_of(said))
            searched = any(item.type == SEARCH for item in tail)
            return None if fault_of(text, RULES) else Answer(text, tail[0].id, looked_up=searched)
    return None


def input_text(items: Sequence[Item]) -> str:
    """Return the words of the last item, by which a question is known again."""
    content = items[-1]["content"]
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def has_dangling_call(tail: Sequence[ConversationItem]) -> bool:
    """Tell whether a tool was called and did not answer: no conversation goes on from there."""
    calls = [item for item in tail if isinstance(item, OtherItem)]
    answered = {item.call_id for item in calls if item.type == "function_call_output"}
    return any(item.type == "function_call" and item.call_id not in answered for item in calls)


def _whole_sentences(text: str) -> str:
    """Drop the broken end of an answer that ran out of tokens, if something whole comes before it."""
    whole = _WHOLE.match(text)
    return whole[0] if whole else text


def _is_answer(item: ConversationItem) -> bool:
    return isinstance(item, MessageItem) and item.is_answer
