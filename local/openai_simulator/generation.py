"""A response: what is said, how it ends, and what it counts in tokens."""

import json
import time
from dataclasses import dataclass
from typing import Any, Literal

from local.openai_simulator.api_errors import bad_request, context_overflow
from local.openai_simulator.fault_board import FaultKind
from local.openai_simulator.items import (
    Item,
    lonely_reasoning,
    new_id,
    open_tool_calls,
    output_message,
    output_text,
    parts_of,
    reasoning,
    text_of,
)
from local.openai_simulator.memory import State
from local.openai_simulator.models import Model
from local.openai_simulator.replies import Context, answer, asks_summary, summary
from local.openai_simulator.request_model import ResponseRequest
from local.openai_simulator.small_talk import details_from
from local.openai_simulator.speakers import turns_of
from local.openai_simulator.structured import filled

CHARACTERS_PER_TOKEN = 4
CHARACTERS_PER_ITEM = 16  # the tokens around each message that say whose it is
# About what an image in detail "auto" or a page of a document costs, whatever its size in bytes.
CHARACTERS_PER_ATTACHMENT = 3000
# OpenAI caches prompts from 1024 tokens on, in steps of 128.
SMALLEST_CACHED_PROMPT = 1024
CACHE_STEP = 128
REASONING_TOKENS = {"minimal": 16, "low": 32, "medium": 64, "high": 128, "xhigh": 256, "max": 512}
COMMENTARY = "Un attimo, verifico."
REFUSAL = "I'm sorry, but I can't assist with that request."


@dataclass(frozen=True)
class Output:
    """The output items, what they say, and how the response ends."""

    items: list[Item]
    text: str = ""
    status: Literal["completed", "incomplete", "failed"] = "completed"
    error: Item | None = None


# What a response with HTTP 200 says that it failed of: fault -> code and message.
FAILURES = {
    "failed_server_error": ("server_error", "The model failed to generate a response."),
    "failed_rate_limit": ("rate_limit_exceeded", "Rate limit reached on tokens per min (TPM)."),
}


def check_context(context: Context, model: Model) -> None:
    """Raise a 400 ApiError for what the model does not take: dangling items, and too much of everything."""
    items = [*context.history, *context.current]
    if waiting := open_tool_calls(items):
        raise bad_request(f"No tool output found for function call {waiting[0]}.", "input")
    if lonely := lonely_reasoning(items):
        message = f"Item '{lonely[0]}' of type 'reasoning' was provided without its required following item."
        raise bad_request(message, "input")
    if input_tokens(context) > model.context:
        raise context_overflow()


def output_for(request: ResponseRequest, context: Context, fault: FaultKind | None) -> Output:
    """Write the output, or the refused, failed or unfinished one that the fault asks for."""
    if fault in FAILURES:
        code, message = FAILURES[fault]
        return Output([], status="failed", error={"code": code, "message": message})
    if fault == "empty":
        return Output([])
    if fault == "reasoning_only":
        return Output([reasoning()], status="incomplete")
    if fault == "refusal":
        return Output([output_message({"type": "refusal", "refusal": REFUSAL})], REFUSAL)
    text = _text_for(request, context)
    if fault == "two_messages":
        return _two_messages(text)
    limit = request.max_output_tokens
    if fault == "incomplete":
        limit = min(limit or len(text), _tokens(text) // 2)
    if limit is None or _tokens(text) <= limit:
        return Output([output_message(output_text(text))], text)
    text = text[: limit * CHARACTERS_PER_TOKEN]
    return Output([output_message(output_text(text), "incomplete")], text, "incomplete")


def _two_messages(text: str) -> Output:
    """Say that an answer is coming, think, and give it."""
    commentary = output_message(output_text(COMMENTARY)) | {"phase": "commentary"}
    final = output_message(output_text(text)) | {"phase": "final_answer"}
    return Output([reasoning(), commentary, reasoning(), final], text)


def input_tokens(context: Context) -> int:
    """Count what a model reads: its instructions and every item, old and new."""
    return _tokens(_prompt_text(context))


def response_body(
    request: ResponseRequest, context: Context, model: Model, output: Output, state: State
) -> dict[str, Any]:
    """Return the response as the API shows it."""
    now = time.time()
    given = request.model_dump(mode="json", by_alias=True, exclude={"input", "stream"}, exclude_none=True)
    return {
        **given,
        "id": new_id("resp"),
        "object": "response",
        "created_at": now,
        "completed_at": now if output.status == "completed" else None,
        "status": output.status,
        "error": output.error,
        "incomplete_details": {"reason": "max_output_tokens"} if output.status == "incomplete" else None,
        "instructions": request.instructions,
        "conversation": {"id": request.conversation_id} if request.conversation_id else None,
        "metadata": request.metadata or {},
        "model": model.id,
        "output": output.items,
        "parallel_tool_calls": True,
        "tool_choice": request.tool_choice or "auto",
        "tools": request.tools or [],
        "temperature": request.temperature if request.temperature is not None else 1.0,
        "top_p": request.top_p if request.top_p is not None else 1.0,
        "reasoning": {"effort": _effort(request, model), "summary": None},
        "text": {"format": request.format.model_dump(by_alias=True, exclude_none=True)},
        "truncation": request.truncation or "disabled",
        "store": request.store is not False,
        "usage": _usage(request, context, model, output, state),
    }


def _text_for(request: ResponseRequest, context: Context) -> str:
    if request.schema_to_fill is not None:
        return filled(request.schema_to_fill, details_from(turns_of([*context.history, *context.current])))
    text = summary(context) if asks_summary(context) else answer(context)
    return json.dumps({"answer": text}, ensure_ascii=False) if request.format.type == "json_object" else text


def _usage(
    request: ResponseRequest, context: Context, model: Model, output: Output, state: State
) -> dict[str, Any]:
    prompt = _prompt_text(context)
    shared = _tokens("x" * state.shared_prefix(request.prompt_cache_key or model.id, prompt))
    read = input_tokens(context)
    cacheable = read >= SMALLEST_CACHED_PROMPT
    cached = shared // CACHE_STEP * CACHE_STEP if cacheable and shared >= SMALLEST_CACHED_PROMPT else 0
    thought = REASONING_TOKENS.get(_effort(request, model) or "none", 0)
    output_tokens = _tokens(output.text) + thought
    return {
        "input_tokens": read,
        "input_tokens_details": {
            "cached_tokens": cached,
            "cache_write_tokens": read - cached if cacheable else 0,
        },
        "output_tokens": output_tokens,
        "output_tokens_details": {"reasoning_tokens": thought},
        "total_tokens": read + output_tokens,
    }


def _effort(request: ResponseRequest, model: Model) -> str | None:
    if not model.reasons:
        return None
    return (request.reasoning.effort if request.reasoning else None) or "medium"


def _prompt_text(context: Context) -> str:
    return context.instructions + "".join(_item_text(item) for item in (*context.history, *context.current))


def _item_text(item: Item) -> str:
    if item["type"] != "message":
        return json.dumps(item)
    attachments = len(parts_of(item, "input_image")) + len(parts_of(item, "input_file"))
    return text_of(item) + "#" * (CHARACTERS_PER_ITEM + attachments * CHARACTERS_PER_ATTACHMENT)


def _tokens(text: str) -> int:
    return max(1, len(text) // CHARACTERS_PER_TOKEN)
