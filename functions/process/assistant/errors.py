"""One classifier for OpenAI: any failure becomes one error of the tree.

Codes as the API sends them (platform.openai.com/docs/guides/error-codes); `conversation_locked` and
`context_length_exceeded` come with HTTP 400. A failure may also come with HTTP 200, inside the response.
"""

import datetime as dt
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import openai
from pydantic import ValidationError

from shared.errors import (
    AnswerRefusedError,
    ConversationGoneError,
    ConversationLockedError,
    EffortRefusedError,
    FileRefusedError,
    InputTooLargeError,
    KnowledgeRefusedError,
    PromptGoneError,
    RemoteError,
    ServerLacksError,
    UnpaidError,
)
from shared.model.usage import Usage
from shared.retry_after import pause_asked_for
from shared.untrusted import string

RETRYABLE_HTTP = {408, 409, 429}
PROMPT_GONE_HTTP = {400, 403, 404, 410}
REFUSED_HTTP = {400, 413, 415}
KNOWLEDGE_HTTP = {400, 403, 404, 422, 501}
NO_ROUTE_HTTP = {404, 405, 501}
UNPAID_CODES = {"insufficient_quota", "billing_not_active", "billing_hard_limit_reached"}
# What a response that failed with HTTP 200 would have been as an HTTP error; any other code is a bad request.
FAILED_HTTP = {"server_error": 500, "vector_store_timeout": 500, "rate_limit_exceeded": 429}
_STATUSES = {str(status) for status in range(400, 600)}
_FILE = re.compile(r"\b(image|file|pdf)(?! search)", re.IGNORECASE)
_TOO_LARGE = re.compile(r"request too large", re.IGNORECASE)
_THING = re.compile(r"conversation|model|\bfile\b(?! not found)|item|tool|vector|prompt", re.IGNORECASE)
_KNOWLEDGE = re.compile(r"file.?search|vector.?store|\btools?\b", re.IGNORECASE)
_PATH = re.compile(r"/\S+")  # an address that is repeated speaks of nothing
_EFFORT = re.compile(r"\breasoning[._]effort\b", re.IGNORECASE)


@dataclass(frozen=True)
class Sent:
    """What was sent along, and so may be what is refused: a stored prompt, a conversation, a reasoning effort,
    the search in vector stores (`knowledge`).

    `to` is the route that another server may not have: `conversations` or `responses`.
    """

    prompt: bool = False
    conversation: bool = False
    effort: bool = False
    knowledge: bool = False
    to: str = ""


@dataclass(frozen=True)
class _Failure:
    status: int
    code: str
    param: str
    message: str


NOTHING = Sent()


class AnswerInVainError(AnswerRefusedError):
    """The model finished without a usable answer; `usage` is what it took all the same."""

    def __init__(self, message: str, *, remote_code: str, usage: Usage, retryable: bool = False) -> None:
        super().__init__(message, remote_code=remote_code, retryable=retryable)
        self.usage = usage


@contextmanager
def translated(sent: Sent = NOTHING) -> Iterator[None]:
    """Raise what OpenAI does wrong as the RemoteError that it stands for; a bug of ours stays what it is."""
    try:
        yield
    except (openai.OpenAIError, ValidationError) as error:
        raise classify(error, sent) from error


def classify(error: openai.OpenAIError | ValidationError, sent: Sent = NOTHING) -> RemoteError:
    """Turn a failed call, or an answer that does not have its shape, into a RemoteError."""
    if isinstance(error, openai.APIStatusError):
        code, param = string(error.code) or "", string(error.param) or ""  # whatever the SDK promises
        code = "" if code.isdecimal() else code  # others repeat the status there
        found = _classify(_Failure(error.status_code, code, param, _message(error)), sent)
        found.retry_after = pause_asked_for(error.response.headers.get("Retry-After"), dt.datetime.now(dt.UTC))
        return found
    if isinstance(error, openai.APIConnectionError):  # a time-out is one too
        return RemoteError("OpenAI did not answer", remote_code="timeout", retryable=True)
    return RemoteError("OpenAI's answer cannot be read", remote_code="unreadable", retryable=True)


def classify_failed(code: str, message: str, sent: Sent = NOTHING) -> RemoteError:
    """Turn the error inside a response whose status is `failed` into what it would have been as an HTTP error.

    Some servers write the HTTP status as the code.
    """
    if code.isdecimal():
        status = int(code) if code in _STATUSES else 500
        return _classify(_Failure(status, "", "", message), sent)
    return _classify(_Failure(FAILED_HTTP.get(code, 400), code, "", message), sent)


def _classify(failure: _Failure, sent: Sent) -> RemoteError:
    code, status = failure.code, failure.status
    remote_code = code or f"http_{status}"
    if code == "conversation_locked":
        return ConversationLockedError("the conversation is busy", remote_code=code, retryable=True)
    if code in UNPAID_CODES:
        return UnpaidError("OpenAI's account is not paid for", remote_code=code)
    if code == "context_length_exceeded" or (status == 429 and _TOO_LARGE.search(failure.message)):
        return InputTooLargeError("the input is too large", remote_code=remote_code)
    if refused := _to_leave_out(failure, sent, remote_code):
        return refused
    if status in NO_ROUTE_HTTP and (missing := _not_found(failure, sent, remote_code)):
        return missing
    if status in REFUSED_HTTP and (status == 413 or _names_file(failure)):  # nothing else is so large
        return FileRefusedError("a file was refused", remote_code=remote_code)
    if status == 400 and sent.conversation:
        # A tool call or a thought that nothing follows, and what else may be wrong with old items: no code tells.
        return ConversationGoneError("the conversation is refused", remote_code=remote_code)
    retryable = status in RETRYABLE_HTTP or status >= 500
    return RemoteError(f"OpenAI answered {status}", remote_code=remote_code, retryable=retryable)


def _to_leave_out(failure: _Failure, sent: Sent, remote_code: str) -> RemoteError | None:
    """Tell what of what was sent is refused and can be done without; None when it is something else."""
    status = failure.status
    if sent.prompt and status in PROMPT_GONE_HTTP and _names_prompt(failure):
        return PromptGoneError("the stored prompt is gone", remote_code=remote_code)
    if sent.effort and status == 400 and _names_effort(failure):
        return EffortRefusedError("the model does not know this effort", remote_code=remote_code)
    if sent.knowledge and status in KNOWLEDGE_HTTP and _names_knowledge(failure):
        return KnowledgeRefusedError("the vector stores are refused", remote_code=remote_code)
    return None


def _not_found(failure: _Failure, sent: Sent, remote_code: str) -> RemoteError | None:
    """Tell what was not found of what was sent; None when it was something else."""
    if sent.conversation and _names_conversation(failure):
        return ConversationGoneError("the conversation is gone", remote_code=remote_code)
    if sent.prompt and failure.code != "model_not_found":  # cheap to leave out and see
        return PromptGoneError("the stored prompt may be gone", remote_code=remote_code)
    if sent.to and not failure.code and not _names_something(failure):
        return ServerLacksError(sent.to)
    return None


def _message(error: openai.APIStatusError) -> str:
    """Return what the server says, in whichever shape: OpenAI's own, or `{"detail": …}` as others have it."""
    body = error.body
    detail = body.get("detail") if isinstance(body, dict) else body
    if detail is None or not isinstance(body, dict | str):
        return error.message
    return f"{error.message} {detail if isinstance(detail, str) else json.dumps(detail)}"


def _names_conversation(failure: _Failure) -> bool:
    return "conversation" in f"{failure.code} {failure.param} {_PATH.sub('', failure.message)}".lower()


def _names_something(failure: _Failure) -> bool:
    """Tell whether a thing was not found, rather than the route itself."""
    return bool(_THING.search(f"{failure.param} {_PATH.sub('', failure.message)}"))


def _names_prompt(failure: _Failure) -> bool:
    """Tell whether the stored prompt is what is gone: by code, parameter or, failing those, the text."""
    if "conversation" in f"{failure.code} {failure.param}" or failure.code == "invalid_prompt":  # words, flagged
        return False
    return "prompt" in f"{failure.code} {failure.param} {failure.message}".lower()


def _names_knowledge(failure: _Failure) -> bool:
    """Tell whether the search in vector stores is refused, and not a tool call that an old item made."""
    return bool(_KNOWLEDGE.search(f"{failure.code} {failure.param} {failure.message}")) and (
        "tool output" not in failure.message.lower() and "call_id" not in failure.message
    )


def _names_effort(failure: _Failure) -> bool:
    """Tell whether the reasoning effort is refused: by parameter or, failing that, the text."""
    if failure.param:
        return failure.param.startswith("reasoning")
    return bool(_EFFORT.search(failure.message))


def _names_file(failure: _Failure) -> bool:
    """Tell whether a file is refused: by code, parameter (`input[0].content[1].image_url`) or else the text."""
    named = f"{failure.code} {failure.param}"
    named = named if failure.param else f"{named} {failure.message}"
    return bool(_FILE.search(named.replace("_", " ")))
