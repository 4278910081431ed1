"""Which requests are tried again, and after how long."""

import pytest
import requests
import urllib3
from urllib3.exceptions import MaxRetryError

from shared.whatsapp.session import MAX_RETRY_AFTER_SECONDS, RETRIES, USUAL, GraphSession, SafeRetry


@pytest.fixture
def retry():
    with GraphSession("token") as session:
        adapter = session.get_adapter("https://graph.facebook.com")
        assert isinstance(adapter, requests.adapters.HTTPAdapter)
        yield adapter.max_retries


def answer(status: int, **headers: str) -> urllib3.HTTPResponse:
    return urllib3.HTTPResponse(
        status=status, headers={name.replace("_", "-"): text for name, text in headers.items()}
    )


def test_retry_pauses_one_two_and_four_seconds(retry):
    assert RETRIES == 3
    assert retry.get_backoff_time() == 0
    pauses = []
    for _ in range(RETRIES):
        retry = retry.increment("POST", "/", response=answer(500))
        pauses.append(retry.get_backoff_time())
    assert pauses == [1, 2, 4]
    with pytest.raises(MaxRetryError):
        retry.increment("POST", "/", response=answer(500))


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_retry_of_answers_that_mean_not_now(retry, status):
    assert retry.is_retry("POST", status)


@pytest.mark.parametrize("status", [200, 201, 302, 400, 401, 403, 404, 408, 409])
def test_retry_of_no_other_answer(retry, status):
    assert not retry.is_retry("POST", status)


def test_retry_after_read_timeout_or_broken_answer_is_never(retry):
    for error in (
        urllib3.exceptions.ReadTimeoutError(None, "/", "slow"),  # type: ignore[arg-type]
        urllib3.exceptions.ProtocolError("broken"),
        urllib3.exceptions.DecodeError("broken"),
    ):
        with pytest.raises(urllib3.exceptions.HTTPError) as caught:
            retry.increment("POST", "/", error=error)
        assert caught.value is error or isinstance(caught.value, MaxRetryError)


def test_retry_after_refused_connection_is_made(retry):
    refused = urllib3.exceptions.NewConnectionError(None, "refused")  # type: ignore[arg-type]
    assert retry.increment("POST", "/", error=refused).get_backoff_time() == 1


@pytest.mark.parametrize(("header", "seconds"), [("2", 2), ("0", 0), ("soon", None), ("", None), ("-5", None)])
def test_retry_after_header_is_read_or_ignored(retry, header, seconds):
    assert (retry.get_retry_after(answer(429, Retry_After=header)) or None) == (seconds or None)


def test_retry_after_long_pause_gives_the_answer_back(retry):
    within = retry.increment("POST", "/", response=answer(429, Retry_After=str(int(MAX_RETRY_AFTER_SECONDS))))
    assert isinstance(within, SafeRetry)
    with pytest.raises(MaxRetryError):
        retry.increment("POST", "/", response=answer(429, Retry_After=str(int(MAX_RETRY_AFTER_SECONDS) + 1)))


def test_session_carries_the_token_and_trusts_no_environment():
    with GraphSession("token") as session:
        assert session.headers["Authorization"] == "Bearer token"
        assert not session.trust_env
    assert (USUAL.connect, USUAL.read) == (3.0, 10.0)
