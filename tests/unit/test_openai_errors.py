"""Any failure of OpenAI becomes one error of the tree."""

import json

import httpx2
import openai
import pytest
from pydantic import BaseModel

from functions.process.assistant.answers import ModelResponse
from functions.process.assistant.errors import Sent, classify, classify_failed, translated
from functions.process.assistant.finished import answer_of
from shared.errors import (
    ConversationGoneError,
    ConversationLockedError,
    EffortRefusedError,
    FileRefusedError,
    InputTooLargeError,
    PromptGoneError,
    RemoteError,
    UnpaidError,
)

REQUEST = httpx2.Request("POST", "http://127.0.0.1/v1/responses")

TOO_LARGE = "Request too large for gpt-6-luna on tokens per min (TPM): Limit 30000, Requested 31538."
TOO_MANY = "Rate limit reached for gpt-6-luna on tokens per min (TPM): Limit 30000, Used 20000, Requested 15000."


def answer(
    status: int, code: str | None = None, param: str | None = None, message: str = "no"
) -> openai.APIStatusError:
    body = {"code": code, "param": param, "message": message, "type": "invalid_request_error"}
    return openai.APIStatusError(message, response=httpx2.Response(status, request=REQUEST), body=body)


@pytest.mark.parametrize(
    ("error", "kind", "code", "retryable"),
    [
        (answer(400, "conversation_locked"), ConversationLockedError, "conversation_locked", True),
        (answer(400, "context_length_exceeded"), InputTooLargeError, "context_length_exceeded", False),
        (answer(404, None, None, "Conversation with id 'c' not found."), RemoteError, "http_404", False),
        (answer(400, message="No tool output found for function call x"), RemoteError, "http_400", False),
        (answer(404, "model_not_found"), RemoteError, "model_not_found", False),
        (answer(400, "invalid_value"), RemoteError, "invalid_value", False),
        (answer(401, "invalid_api_key"), RemoteError, "invalid_api_key", False),
        (answer(403), RemoteError, "http_403", False),
        (answer(408), RemoteError, "http_408", True),
        (answer(409), RemoteError, "http_409", True),
        (answer(429, "rate_limit_exceeded"), RemoteError, "rate_limit_exceeded", True),
        (answer(429, "insufficient_quota"), UnpaidError, "insufficient_quota", False),
        (answer(429, "billing_not_active"), UnpaidError, "billing_not_active", False),
        (answer(400, "billing_hard_limit_reached"), UnpaidError, "billing_hard_limit_reached", False),
        (answer(429, "rate_limit_exceeded", message=TOO_LARGE), InputTooLargeError, "rate_limit_exceeded", False),
        (answer(429, "rate_limit_exceeded", message=TOO_MANY), RemoteError, "rate_limit_exceeded", True),
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
        answer(403, None, None, "You may not use stored prompts any more"),
        answer(403, "prompt_not_available"),
    ],
)
def test_classify_prompt_that_is_gone_is_told_only_when_one_was_sent(error):
    assert type(classify(error, Sent(prompt=True))) is PromptGoneError
    assert type(classify(error)) is not PromptGoneError


DANGLING = "Item 'rs_1' of type 'reasoning' was provided without its required following item."


@pytest.mark.parametrize(
    "error",
    [
        answer(400, None, "input", DANGLING),
        answer(400, None, "input", "No tool output found for function call call_1."),
        answer(400, "invalid_value", "input[3].id", "Item 'msg_1' is of a type that is not known"),
        answer(400, "invalid_request", None, "Something about this conversation that nobody thought of"),
    ],
)
def test_classify_any_other_400_on_a_conversation_asks_for_a_new_one(error):
    sent = Sent(prompt=True, conversation=True, effort=True)
    assert type(classify(error, sent)) is ConversationGoneError
    assert type(classify(error, Sent(prompt=True, effort=True))) is RemoteError


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (answer(400, "conversation_locked", "conversation"), ConversationLockedError),
        (answer(400, "invalid_base64", "input[2].content[1].file_data"), FileRefusedError),
        (answer(400, "prompt_not_found", "prompt"), PromptGoneError),
        (answer(400, "unsupported_value", "reasoning.effort"), EffortRefusedError),
        (answer(500, None, "input", DANGLING), RemoteError),
    ],
)
def test_classify_400_that_is_about_something_else_leaves_the_conversation(error, kind):
    assert type(classify(error, Sent(prompt=True, conversation=True, effort=True))) is kind


@pytest.mark.parametrize(
    "error",
    [
        answer(400, "unsupported_value", "reasoning.effort", "Unsupported value: 'none' is not supported"),
        answer(400, "unsupported_parameter", "reasoning"),
        answer(400, None, None, "Unsupported parameter: 'reasoning.effort' is not supported with this model."),
    ],
)
def test_classify_effort_that_a_model_does_not_know_is_told_only_when_one_was_sent(error):
    assert type(classify(error, Sent(effort=True))) is EffortRefusedError
    assert type(classify(error)) is RemoteError


@pytest.mark.parametrize(
    ("code", "message", "kind", "retryable"),
    [
        ("server_error", "", RemoteError, True),
        ("rate_limit_exceeded", TOO_MANY, RemoteError, True),
        ("rate_limit_exceeded", TOO_LARGE, InputTooLargeError, False),
        ("vector_store_timeout", "", RemoteError, True),
        ("insufficient_quota", "", UnpaidError, False),
        ("invalid_image_format", "", FileRefusedError, False),
        ("context_length_exceeded", "", InputTooLargeError, False),
        ("invalid_prompt", "", ConversationGoneError, False),
    ],
)
def test_classify_failed_response_is_what_it_would_have_been_as_an_http_error(code, message, kind, retryable):
    found = classify_failed(code, message, Sent(prompt=True, conversation=True))
    assert (type(found), found.remote_code, found.retryable) == (kind, code, retryable)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (answer(400, "conversation_locked", "conversation"), ConversationLockedError),
        (answer(400, "context_length_exceeded", "prompt"), InputTooLargeError),
        (answer(429, "rate_limit_exceeded", None, "prompt tokens"), RemoteError),
        (answer(500, None, None, "prompt"), RemoteError),
        (answer(403, "unsupported_country_region_territory", None, "Country not supported"), RemoteError),
        (answer(400, "invalid_prompt", None, "The prompt was flagged"), RemoteError),
    ],
)
def test_classify_other_failures_with_a_prompt_are_not_the_prompts(error, kind):
    assert type(classify(error, Sent(prompt=True))) is kind


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


def elsewhere(status: int, body: object) -> openai.APIStatusError:
    """An error in the shape of another server, of which the SDK makes no message."""
    return openai.APIStatusError(
        f"Error code: {status}", response=httpx2.Response(status, request=REQUEST), body=body
    )


CONVERSATION_404S = [
    answer(404, None, None, "Conversation with id 'conv_1' not found."),
    answer(404, "conversation_not_found", None, "The prompt's conversation is gone"),
    elsewhere(404, {"detail": "Conversation conv_1 not found"}),
    elsewhere(404, "Conversation conv_1 not found"),
]
OTHER_404S = [
    answer(404),
    answer(404, None, None, "The model `x` does not exist"),
    answer(404, None, None, "File file_1 not found"),
    elsewhere(404, {"detail": "Not Found"}),
    elsewhere(404, {"detail": [{"msg": "Model not found"}]}),
    elsewhere(404, None),
]


@pytest.mark.parametrize("error", CONVERSATION_404S)
def test_classify_404_that_speaks_of_the_conversation_is_it_where_one_was_sent(error):
    assert type(classify(error, Sent(conversation=True))) is ConversationGoneError
    assert type(classify(error)) is RemoteError


@pytest.mark.parametrize("error", OTHER_404S)
def test_classify_404_that_speaks_of_something_else_leaves_the_conversation(error):
    assert type(classify(error, Sent(conversation=True))) is RemoteError
    assert type(classify(error, Sent(conversation=True, prompt=True))) is PromptGoneError


def test_classify_prompt_that_another_server_does_not_have_is_dropped_and_not_the_conversation():
    error = elsewhere(404, {"detail": "Prompt 'pmpt_nix' not found"})
    assert type(classify(error, Sent(conversation=True, prompt=True))) is PromptGoneError


@pytest.mark.parametrize("status", [400, 404, 413, 422, 429, 500])
@pytest.mark.parametrize("odd", [3, 0, 1.5, ["a"], {"a": 1}, None])
def test_classify_error_whose_fields_are_no_texts_raises_nothing(status, odd):
    body = {"code": odd, "param": odd, "message": "no", "type": odd}
    error = openai.APIStatusError("no", response=httpx2.Response(status, request=REQUEST), body=body)
    found = classify(error, Sent(prompt=True, conversation=True, effort=True, knowledge=True))
    assert isinstance(found.remote_code, str)
    assert found.remote_code == f"http_{status}" or not isinstance(odd, int | None)


@pytest.mark.parametrize(("header", "pause"), [("9" * 5000, 86_400), ("2", 2), ("1.5", 1.5), ("soon", None)])
def test_classify_tells_the_pause_that_is_asked_for_within_reason(header, pause):
    response = httpx2.Response(429, request=REQUEST, headers={"Retry-After": header})
    assert classify(openai.APIStatusError("no", response=response, body=None)).retry_after == pause


@pytest.mark.parametrize(
    ("code", "remote_code", "retryable"),
    [
        (500, "http_500", True),
        ("429", "http_429", True),
        (400, "http_400", False),
        (7, "http_500", True),
        (None, "server_error", True),
        (["a"], "server_error", True),
    ],
)
def test_failed_response_whose_code_is_no_text_is_read(code, remote_code, retryable):
    body = {"model": "m", "status": "failed", "output": [], "error": {"code": code, "message": None}}
    with pytest.raises(RemoteError) as caught:
        answer_of(ModelResponse.model_validate_json(json.dumps(body)), Sent())
    assert (caught.value.remote_code, caught.value.retryable) == (remote_code, retryable)
