"""One classifier for OpenAI: any failure becomes one error of the tree.

Codes as the API sends them (platform.openai.com/docs/guides/error-codes); `conversation_locked` and
`context_length_exceeded` come with HTTP 400.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import openai
from pydantic import ValidationError

from shared.errors import (
    ConversationGoneError,
    ConversationLockedError,
    FileRefusedError,
    PromptGoneError,
    RemoteError,
)

RETRYABLE_HTTP = {408, 409, 429}
MISSING_HTTP = {400, 404, 410}
REFUSED_HTTP = {400, 413, 415}
_FILE = re.compile(r"\b(image|file|pdf)(?! search)", re.IGNORECASE)


@contextmanager
def translated(*, prompted: bool = False) -> Iterator[None]:
    """Raise what OpenAI does wrong as the RemoteError that it stands for; a bug of ours stays what it is.

    `prompted` tells that a stored prompt was sent along.
    """
    try:
        yield
    except (openai.OpenAIError, ValidationError) as error:
        raise classify(error, prompted=prompted) from error


def classify(error: openai.OpenAIError | ValidationError, *, prompted: bool = False) -> RemoteError:
    """Turn a failed call, or an answer that does not have its shape, into a RemoteError."""
    if isinstance(error, openai.APIStatusError):
        return _classify_status(error, prompted)
    if isinstance(error, openai.APIConnectionError):  # a time-out is one too
        return RemoteError("OpenAI did not answer", remote_code="timeout", retryable=True)
    return RemoteError("OpenAI's answer cannot be read", remote_code="unreadable", retryable=True)


def names_file(code: str) -> bool:
    """Tell whether an error code is about a file of the input, like `invalid_image_format`."""
    return bool(_FILE.search(code.replace("_", " ")))


def _classify_status(error: openai.APIStatusError, prompted: bool) -> RemoteError:
    code, status = error.code or "", error.status_code
    remote_code = code or f"http_{status}"
    if code == "conversation_locked":
        return ConversationLockedError("the conversation is busy", remote_code=code, retryable=True)
    if code == "context_length_exceeded":
        return ConversationGoneError("the conversation is too long", remote_code=code)
    if prompted and status in MISSING_HTTP and _names_prompt(error):
        return PromptGoneError("the stored prompt is gone", remote_code=remote_code)
    if status == 404 and code != "model_not_found":
        return ConversationGoneError("the conversation is gone", remote_code=remote_code)
    if status == 400 and "tool output" in error.message:  # this one has no code of its own
        return ConversationGoneError("the conversation ends in a tool call", remote_code=remote_code)
    if status in REFUSED_HTTP and (status == 413 or _names_file(error)):  # nothing else is so large
        return FileRefusedError("a file was refused", remote_code=remote_code)
    retryable = (status in RETRYABLE_HTTP or status >= 500) and code != "insufficient_quota"
    return RemoteError(f"OpenAI answered {status}", remote_code=remote_code, retryable=retryable)


def _names_prompt(error: openai.APIStatusError) -> bool:
    """Tell whether the stored prompt is what is gone: by code, parameter or, failing those, the text."""
    if "conversation" in f"{error.code} {error.param}":
        return False
    return "prompt" in f"{error.code} {error.param} {error.message}".lower()


def _names_file(error: openai.APIStatusError) -> bool:
    """Tell whether a file is refused: by code, parameter (`input[0].content[1].image_url`) or else the text."""
    named = f"{error.code or ''} {error.param or ''}"
    return names_file(named if error.param else f"{named} {error.message}")
