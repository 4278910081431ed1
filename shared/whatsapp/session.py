"""One HTTP session for the Graph API: time-outs, bounded answers, and retries only where they are safe."""

from types import TracebackType
from typing import Any, Self

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import InvalidHeader, MaxRetryError
from urllib3.util import Retry

CONNECT_SECONDS = 3.0
READ_SECONDS = 10.0
RETRIES = 3
RETRYABLE_HTTP = (429, 500, 502, 503, 504)
LONGEST_RETRY_AFTER = 10.0  # a longer pause is the queue's business, not a sleeping function's
CONNECTIONS = 64


class SafeRetry(Retry):
    """Retries what surely did not arrive: refused connections and answers 429 and 5xx, after 1, 2 and 4 s.

    A read time-out or a broken answer is raised at once (`read=False`): the request may have been obeyed.
    """

    def get_backoff_time(self) -> float:
        """Return the pause before the next try in seconds; urllib3's own first retry comes without one."""
        return float(self.backoff_factor * 2 ** (len(self.history) - 1)) if self.history else 0.0

    def get_retry_after(self, response: urllib3.BaseHTTPResponse) -> float | None:
        """Return what the answer asks for in seconds; a header that cannot be read asks for nothing."""
        try:
            return super().get_retry_after(response)
        except InvalidHeader:
            return None

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
        if response is not None and (self.get_retry_after(response) or 0) > LONGEST_RETRY_AFTER:
            raise MaxRetryError(_pool, url or "", error)  # type: ignore[arg-type]  # urllib3 sets it itself
        return super().increment(method, url, response, error, _pool, _stacktrace)


class TimeoutAdapter(HTTPAdapter):
    """Gives every request the time-outs that requests does not set by itself."""

    def send(self, *args: Any, **kwargs: Any) -> requests.Response:
        """Send with a connect and a read time-out."""
        kwargs["timeout"] = kwargs.get("timeout") or (CONNECT_SECONDS, READ_SECONDS)
        return super().send(*args, **kwargs)


def graph_session(access_token: str) -> requests.Session:
    """Return a session that carries the token, times out and retries safely; threads may share it."""
    retry = SafeRetry(
        total=RETRIES,
        connect=RETRIES,
        read=False,
        redirect=0,
        status=RETRIES,
        other=0,
        allowed_methods=None,
        status_forcelist=RETRYABLE_HTTP,
        backoff_factor=1,
        raise_on_status=False,
    )
    adapter = TimeoutAdapter(max_retries=retry, pool_connections=4, pool_maxsize=CONNECTIONS)
    session = requests.Session()
    session.trust_env = False  # no proxy or .netrc of the machine between the token and Meta
    session.headers["Authorization"] = f"Bearer {access_token}"
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session
