"""Any failure of OpenAI becomes one error of the tree."""

import httpx2
import openai
import pytest
from pydantic import BaseModel

from functions.process.assistant.errors import classify, translated
from shared.errors import (
    ConversationGoneError,
    ConversationLockedError,
    FileRefusedError,
    PromptGoneError,
    RemoteError,
)

REQUEST = httpx2.Request("POST", "http://127.0.0.1/v1/responses")


def answer(
    status: int, code: str | None = None, param: str | None = None, message: str = "no"
) -> openai.APIStatusError:
    body = {"code": code, "param": param, "message": message, "type": "invalid_request_error"}
    return openai.APIStatusError(message, response=httpx2.Response(status, request=REQUEST), body=body)


@pytest.mark.parametrize(
    ("error", "kind", "code", "retryable"),
    [
        (answer(400, "conversation_locked"), ConversationLockedError, "conversation_locked", True),
        (answer(400, "context_length_exceeded"), ConversationGoneError, "context_length_exceeded", False),
        (answer(404), ConversationGoneError, "http_404", False),
        (answer(400, message="No tool output found for function call x"), ConversationGoneError, "http_400", False),
        (answer(404, "model_not_found"), RemoteError, "model_not_found", False),
        (answer(400, "invalid_value"), RemoteError, "invalid_value", False),
        (answer(401, "invalid_api_key"), RemoteError, "invalid_api_key", False),
        (answer(403), RemoteError, "http_403", False),
        (answer(408), RemoteError, "http_408", True),
        (answer(409), RemoteError, "http_409", True),
        (answer(429, "rate_limit_exceeded"), RemoteError, "rate_limit_exceeded", True),
        (answer(429, "insufficient_quota"), RemoteError, "insufficient_quota", False),
        (answer(500), RemoteError, "http_500", True),
        (answer(503, "server_error"), RemoteError, "server_error", True),
        (openai.APITimeoutError(request=REQUEST), RemoteError, "timeout", True),
        (openai.APIConnectionError(request=REQUEST), RemoteError, "timeout", True),
    ],
)
def test_classify_each_failure_is_the_error_it_stands_for(error, kind, code, retryable):
    found = classify(error)
    assert type(found) is kind
    assert (found.remote_code, found.retryable) == (code, retryable)


class Model(BaseModel):
    name: str


@pytest.mark.parametrize("body", ['{"name": ', "{}", "null"])
def test_translated_answer_of_another_shape_may_be_asked_for_again(body):
    with pytest.raises(RemoteError) as caught, translated():
        Model.model_validate_json(body)
    found = caught.value
    assert (type(found), found.remote_code, found.retryable) == (RemoteError, "unreadable", True)


@pytest.mark.parametrize("bug", [TypeError, AttributeError, KeyError, ValueError, AssertionError])
def test_translated_bug_of_ours_stays_what_it_is(bug):
    with pytest.raises(bug), translated():
        raise bug("ours")


@pytest.mark.parametrize(
    "error",
    [
        answer(404, "prompt_not_found", "prompt"),
        answer(404, None, "prompt"),
        answer(400, None, None, "Stored prompts are no longer served"),
        answer(410, None, None, "Prompt with id 'pmpt_1' not found."),
        answer(404, None, "prompt.id"),
    ],
)
def test_classify_prompt_that_is_gone_is_told_only_when_one_was_sent(error):
    assert type(classify(error, prompted=True)) is PromptGoneError
    assert type(classify(error)) is not PromptGoneError


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (answer(404, None, None, "Conversation with id 'conv_1' not found."), ConversationGoneError),
        (answer(404, "conversation_not_found", None, "The prompt's conversation is gone"), ConversationGoneError),
        (answer(400, "conversation_locked", "conversation"), ConversationLockedError),
        (answer(400, "context_length_exceeded", "prompt"), ConversationGoneError),
        (answer(429, "rate_limit_exceeded", None, "prompt tokens"), RemoteError),
        (answer(500, None, None, "prompt"), RemoteError),
    ],
)
def test_classify_other_failures_with_a_prompt_are_not_the_prompts(error, kind):
    assert type(classify(error, prompted=True)) is kind


@pytest.mark.parametrize(
    "error",
    [
        answer(400, "invalid_image_format"),
        answer(400, "image_parse_error", "input"),
        answer(400, "invalid_value", "input[0].content[1].image_url"),
        answer(400, "invalid_base64", "input[2].content[1].file_data"),
        answer(400, None, None, "The PDF could not be processed: it is encrypted"),
        answer(413, None, None, "Request too large"),
        answer(415, "unsupported_image_media_type"),
    ],
)
def test_classify_file_that_is_refused_is_told_apart(error):
    found = classify(error)
    assert (type(found), found.retryable) == (FileRefusedError, False)


@pytest.mark.parametrize(
    "error",
    [
        answer(400, "invalid_value", "tools[0].file_search"),
        answer(400, "invalid_value", "model", "This model takes no image"),
        answer(400, "invalid_value", None, "Your profile is incomplete"),
        answer(429, "rate_limit_exceeded", None, "too many images"),
        answer(500, None, None, "image"),
    ],
)
def test_classify_other_failures_are_not_the_files(error):
    assert type(classify(error)) is RemoteError
