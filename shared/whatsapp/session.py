"""One HTTP session for the Graph API: time-outs, bounded answers, and retries of what may be done twice."""

import datetime as dt
import time
from collections.abc import Mapping
from dataclasses import dataclass
from json import loads
from types import TracebackType
from typing import Any, Self

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import MaxRetryError
from urllib3.util import Retry

from shared.model.media_type import MEGABYTE
from shared.retry_after import pause_asked_for
from shared.untrusted import mapping

RETRIES = 3
MAX_ANSWER_SECONDS = 10.0  # for the whole of an answer, however slowly it drips
# That a send may take, its tries and their pauses included; one try takes 13 s at most. A customer whose send is in
# doubt because its process died waits as long, so the queue makes the later tries.
MAX_POST_SECONDS = 17.0
MAX_REPEAT_SECONDS = MAX_POST_SECONDS - 13.0
RETRYABLE_HTTP = (429, 500, 502, 503, 504)
MAX_RETRY_AFTER_SECONDS = 10.0  # a longer pause is the queue's business, not a sleeping function's
MAX_ANSWER_BYTES = 4 * MEGABYTE  # a page of a hundred templates has a tenth of it
PROBLEMS = {
    "unreadable": "WhatsApp's answer cannot be read",
    "too_large": f"WhatsApp's answer is larger than {MAX_ANSWER_BYTES // MEGABYTE} MB",
}
PIECE_BYTES = 64 * 1024
CONNECTIONS = 64


@dataclass(frozen=True)
class Timing:
    """How long WhatsApp is waited for, in seconds."""

    connect: float = 3.0
    read: float = 10.0
    upload: float = 30.0  # for the answer once a file is sent
    download: float = 30.0  # for all of a file, however slowly it drips
    pause: float = 1.0  # before a request is made again; each further pause is twice as long


USUAL = Timing()


@dataclass(frozen=True)
class Answer:
    """What the Graph API answered; where its body is no JSON object, `problem` is a key of PROBLEMS."""

    status: int
    fields: Mapping[str, Any]
    problem: str = ""
    retry_after: float | None = None  # the pause that it asks for, in seconds

    @property
    def ok(self) -> bool:
        """Tell whether the request was obeyed; a redirect, which nobody follows, says that it was not."""
        return 200 <= self.status < 300


class GraphSession(requests.Session):
    """A session with the access token, time-outs and safe retries; threads may share it."""

    def __init__(self, access_token: str, timing: Timing = USUAL) -> None:
        super().__init__()
        self._timing = timing
        self.trust_env = False  # no proxy or .netrc of the machine between the token and Meta
        self.headers["Authorization"] = f"Bearer {access_token}"
        retry = SafeRetry(
            total=RETRIES,
            connect=RETRIES,
            read=False,
            redirect=0,
            status=RETRIES,
            other=0,
            allowed_methods=None,
            status_forcelist=RETRYABLE_HTTP,
            backoff_factor=timing.pause,
            raise_on_status=False,
        )
        adapter = _Adapter(timing, retry)
        self.mount("https://", adapter)
        self.mount("http://", adapter)

    def never_retry(self, url: str) -> None:
        """Make each request to this address once: what may be made again there, only an answer's body tells."""
        self.mount(url, _Adapter(self._timing, Retry(0, read=False)))

    def call(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Mapping[str, Any] | None = None,
        form: Mapping[str, str] | None = None,
        file: tuple[str, bytes, str] | None = None,
    ) -> Answer:
        """Make a request and read its answer; `file` is a name, a content and a MIME type, sent with the form.

        Raises requests.RequestException when no answer came, or only a part of one.
        """
        timeout = (self._timing.connect, self._timing.upload if file else self._timing.read)
        files = {"file": file} if file else None
        with self.request(
            method, url, params=params, json=json, data=form, files=files, stream=True, timeout=timeout
        ) as response:
            return read_answer(response)

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Follow no redirect: `requests` would make a POST again elsewhere, and first read all of the answer."""
        return None


def read_answer(response: requests.Response) -> Answer:
    """Read a streamed answer, never more of it than 4 MB."""
    retry_after = _retry_after(response)
    body = bytearray()
    give_up = time.monotonic() + MAX_ANSWER_SECONDS
    for piece in response.iter_content(PIECE_BYTES):
        body += piece
        if time.monotonic() > give_up:
            return Answer(response.status_code, {}, "unreadable", retry_after)
        if len(body) > MAX_ANSWER_BYTES:
            return Answer(response.status_code, {}, "too_large", retry_after)
    try:
        fields = loads(body)
    except (ValueError, RecursionError):
        fields = None
    problem = "" if isinstance(fields, dict) else "unreadable"
    return Answer(response.status_code, mapping(fields), problem, retry_after)


def _retry_after(response: requests.Response | urllib3.BaseHTTPResponse) -> float | None:
    return pause_asked_for(response.headers.get("Retry-After"), dt.datetime.now(dt.UTC))


class _Adapter(HTTPAdapter):
    """A transport with the time-outs that requests does not set by itself, and with retries."""

    def __init__(self, timing: Timing, retry: Retry) -> None:
        self._timeouts = (timing.connect, timing.read)
        super().__init__(max_retries=retry, pool_connections=4, pool_maxsize=CONNECTIONS)

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: bool | str = True,
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send with a connect and a read time-out."""
        return super().send(request, stream, timeout or self._timeouts, verify, cert, proxies)


class SafeRetry(Retry):
    """What is tried again, after 1, 2 and 4 s: a refused connection, and what is answered 429 or 5xx.

    Not for what must not be done twice (`never_retry`): a gateway's 5xx may follow a request that was obeyed.
    A read time-out or a broken answer is raised at once (`read=False`) for the same reason.
    """

    def get_backoff_time(self) -> float:
        """Return the pause before the next try in seconds; urllib3's own first retry comes without one."""
        return float(self.backoff_factor * 2 ** (len(self.history) - 1)) if self.history else 0.0

    def get_retry_after(self, response: urllib3.BaseHTTPResponse) -> float | None:
        """Return what the answer asks for in seconds; a header that cannot be read asks for nothing."""
        return _retry_after(response)

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: urllib3.BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> Self:
        """Count a try; an answer that asks for a long pause is returned instead of slept on."""
        if response is not None and (self.get_retry_after(response) or 0) > MAX_RETRY_AFTER_SECONDS:
            raise MaxRetryError(_pool, url or "", error)  # type: ignore[arg-type]  # urllib3 sets it itself
        counted = super().increment(method, url, response, error, _pool, _stacktrace)
        if response is not None:
            response.close()  # urllib3 would read all of it first, however much it is
        return counted
