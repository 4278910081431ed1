"""Any refusal of the Graph API becomes one error of the tree, by its code and never by its title."""

import io
import json
from typing import Any

import pytest
import requests

from shared.errors import SendFailedError, SendUnknownError, TokenRefusedError
from shared.whatsapp.errors import (
    SENTENCES,
    TRANSIENT_CODES,
    classify,
    classify_send,
    explain,
    is_passing,
)
from shared.whatsapp.session import Answer, read_answer

PERMANENT_CODES = (
    0, 3, 10, 100, 200, 299, 368, 130497, 131008, 131009, 131021, 131026, 131031, 131037, 131042, 131047, 131048,
    131049, 131050, 131051, 131052, 131053, 131062, 132000, 132001, 132015,
)  # fmt: skip


def answer(status: int, body: Any) -> Answer:
    response = requests.Response()
    response.status_code = status
    response.raw = io.BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
    return read_answer(response)


def refusal(code: int, status: int = 400, **fields: Any) -> Answer:
    return answer(status, {"error": {"message": f"(#{code}) no", "type": "OAuthException", "code": code, **fields}})


@pytest.mark.parametrize("code", [1, 2, 4, 80007, 130429, 131000, 131016, 131056, 131057, 133004])
def test_classify_transient_code_may_be_tried_later(code):
    found = classify(refusal(code))
    assert type(found) is SendFailedError
    assert found.retryable
    assert found.remote_code == str(code)


@pytest.mark.parametrize("code", PERMANENT_CODES)
def test_classify_permanent_code_is_not_retried(code):
    found = classify(refusal(code))
    assert type(found) is SendFailedError
    assert not found.retryable


def test_classify_lists_no_code_as_both():
    assert not TRANSIENT_CODES & set(PERMANENT_CODES)


@pytest.mark.parametrize("status", [400, 401, 500])
def test_classify_only_code_190_is_the_token(status):
    found = classify(refusal(190, status))
    assert type(found) is TokenRefusedError
    assert found.retryable
    assert type(classify(answer(401, {}))) is SendFailedError
    assert type(classify(refusal(10, 401, message="Invalid OAuth access token"))) is SendFailedError


@pytest.mark.parametrize(
    ("status", "retryable"),
    [(400, False), (401, False), (403, False), (404, False), (429, True), (500, True), (503, True)],
)
@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"\xff", b"null", b"[]", b'{"error": "no"}', b'{"error": null}', b'{"error": {}}'],
    ids=repr,
)
def test_classify_answer_without_a_code_goes_by_http_status(status, retryable, body):
    found = classify(answer(status, body))
    assert type(found) is SendFailedError
    assert (found.remote_code, found.retryable) == (f"http_{status}", retryable)


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 520])
@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"null", b'{"error": null}', b'{"error": {"code": []}}', b'{"error": {"code": 131009}}'],
    ids=repr,
)
def test_classify_send_without_a_transient_code_of_metas_behind_a_5xx_tells_nothing(status, body):
    assert type(classify_send(answer(status, body))) is SendUnknownError
    assert not is_passing(answer(status, body))


@pytest.mark.parametrize("status", [500, 503, 504])
@pytest.mark.parametrize("code", sorted(TRANSIENT_CODES))
def test_classify_send_refused_with_a_transient_code_may_be_made_again(status, code):
    found = classify_send(refusal(code, status))
    assert (type(found), found.retryable) == (SendFailedError, True)
    assert is_passing(refusal(code, status))


@pytest.mark.parametrize(
    ("status", "body", "passing"),
    [
        (429, b'{"error": {"code": 130429}}', True),
        (429, b'{"error": {"code": 131048}}', False),
        (404, b'{"error": {"code": 100}}', False),
        (401, b'{"error": {"code": 10}}', False),
        (400, b'{"error": {"code": 2}}', False),
    ],
)
def test_classify_send_refused_below_500_by_a_code_of_metas_was_not_sent(status, body, passing):
    assert type(classify_send(answer(status, body))) is SendFailedError
    assert is_passing(answer(status, body)) is passing


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 408, 429, 499, 500, 502, 520])
@pytest.mark.parametrize("body", [b"", b"<html>", b'{"error": "no"}', b'{"error": {"code": []}}'], ids=repr)
def test_classify_send_without_a_code_of_metas_tells_nothing(status, body):
    assert type(classify_send(answer(status, body))) is SendUnknownError
    assert not is_passing(answer(status, body))


def test_classify_send_unauthenticated_by_meta_waits_for_a_new_token():
    assert type(classify_send(refusal(0, 401))) is TokenRefusedError
    assert type(classify_send(refusal(0, 400))) is SendFailedError


@pytest.mark.parametrize("status", [401, 500])
def test_classify_send_tells_a_refused_token(status):
    assert type(classify_send(refusal(190, status))) is TokenRefusedError
    assert not is_passing(refusal(190, status))


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_classify_known_code_has_a_sentence_for_staff(code):
    assert classify(refusal(code, error_data={"details": "Meta's own"})).message == SENTENCES[code]


@pytest.mark.parametrize("code", [131047, "131047"])
def test_explain_takes_the_code_as_number_or_text(code):
    assert "24 hours" in explain(code, "(#131047) no")


@pytest.mark.parametrize("code", [None, "", "x", "²", 7, True, [131047]])
def test_explain_unknown_code_leaves_metas_text(code):
    assert explain(code, "Meta's own") == "Meta's own"


def test_classify_names_the_details_for_staff():
    found = classify(refusal(131042, error_data={"details": "no payment method"}))
    assert found.message == "no payment method"
    assert classify(refusal(131042, error_data="odd")).message == "(#131042) no"
    assert len(classify(refusal(1, message="x" * 5000)).message) == 300
