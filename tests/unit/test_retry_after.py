"""The pause that a service asks for, whatever it writes there."""

import datetime as dt
import io

import pytest
import requests
import urllib3
from hypothesis import given
from hypothesis import strategies as st

from shared.retry_after import MAX_SECONDS, pause_asked_for
from shared.whatsapp.session import GraphSession, read_answer

NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)

# What a parser of numbers or dates may stumble over.
ODD = [
    "9" * 5000,
    "9" * 5000 + ".5",
    "Fri, 99 Dec 99999 23:59:59 GMT",
    "Fri, 31 Dec 9999 23:59:59 -2359",
    "Mon, 01 Jan 0001 00:00:00 +9999",
    "Mon, 01 Jan 0000 00:00:00 GMT",
    "1e999",
    "nan",
    "inf",
    "-5",
    "٣",
    "²",
    "\0",
]
HEADERS = (
    st.sampled_from(ODD)
    | st.text()
    | st.integers().map(str)
    | st.floats().map(str)
    | st.from_regex(r"\A(Mon, )?\d{1,3} (Jan|Feb|Dec) \d{1,6} \d\d?:\d\d(:\d\d)? ([+-]\d{4,5}|GMT|)\Z")
)


@given(HEADERS)
def test_any_header_is_a_pause_within_a_day_or_none(header: str) -> None:
    seconds = pause_asked_for(header, NOW)
    assert seconds is None or 0 <= seconds <= MAX_SECONDS


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("7", 7),
        (" 7 ", 7),
        ("1.5", 1.5),
        ("9" * 5000, MAX_SECONDS),
        ("Sun, 22 Nov 2026 09:01:00 GMT", 60),
        ("Sun, 22 Nov 2026 08:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", MAX_SECONDS),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_pause_is_read_as_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert pause_asked_for(header, NOW) == seconds


@pytest.mark.parametrize("header", ODD)
def test_odd_header_breaks_no_session(header: str) -> None:
    response = requests.Response()
    response.status_code, response.headers["Retry-After"] = 429, header
    response.raw = io.BytesIO(b"")
    assert read_answer(response).status == 429
    with GraphSession("token") as session:
        adapter = session.get_adapter("https://graph.facebook.com")
        assert isinstance(adapter, requests.adapters.HTTPAdapter)
        found = adapter.max_retries.get_retry_after(urllib3.HTTPResponse(headers={"Retry-After": header}))
        assert found is None or 0 <= found <= MAX_SECONDS
