"""Downloading from WhatsApp, against a Graph API that can be made to misbehave: limits, digests, and the token."""

import base64
import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
import urllib3.util.retry
from werkzeug.wrappers import Request, Response

from shared.errors import (
    FileUnavailableError,
    RemoteError,
    SendFailedError,
    SendUnknownError,
    TokenRefusedError,
)
from shared.model.contact import Contact
from shared.store.connection import utc_now
from shared.whatsapp.client import WhatsApp
from shared.whatsapp.download import Wanted, is_trusted
from shared.whatsapp.session import MAX_ANSWER_BYTES, Timing
from tests.functional.product import serve
from tests.turns.world import make_settings

CONTENT = b"\xff\xd8 a picture" * 1000
MOST = 1_000_000

Answer = Callable[[Request], Response]
Make = Callable[..., WhatsApp]


def good(content: bytes = CONTENT) -> Answer:
    return lambda _request: Response(content, mimetype="image/jpeg")


def refusing(status: int, body: Any = None) -> Answer:
    return lambda _request: Response(json.dumps(body or {}), status=status, mimetype="application/json")


@dataclass
class Endless:
    """More than is allowed, and no length told before."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    pieces: int = 0

    def __call__(self, _request: Request) -> Response:
        return Response(self._drip(), self.status, self.headers, mimetype="image/jpeg")

    def _drip(self) -> Iterator[bytes]:
        while True:
            self.pieces += 1
            yield b"x" * 100_000


def hanging(_request: Request) -> Response:
    time.sleep(1)
    return Response("{}")


def breaking_off(_request: Request) -> Response:
    response = Response(CONTENT[:500], mimetype="image/jpeg")
    response.headers["Content-Length"] = str(len(CONTENT))
    response.automatically_set_content_length = False
    return response


@dataclass
class FakeGraph:
    """Tells a URL for every id and serves what `files` says, in order; the last answer stays."""

    url: str = ""
    record: dict[str, Any] = field(default_factory=dict)
    asks: list[Answer] = field(default_factory=list)
    files: list[Answer] = field(default_factory=lambda: [good()])
    calls: list[str] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)

    def __call__(self, environment: Any, start: Any) -> Any:
        with Request(environment) as request:
            self.calls.append(request.path)
            self.tokens.append(request.headers.get("Authorization"))
            return self._answer(request)(request)(environment, start)

    def _answer(self, request: Request) -> Answer:
        if not request.path.startswith("/v25.0/"):
            return self._next(self.files)
        return self._next(self.asks) if self.asks else self._tell

    def _next(self, answers: list[Answer]) -> Answer:
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def _tell(self, _request: Request) -> Response:
        record = {"id": "1", "url": f"{self.url}/file", "mime_type": "image/jpeg", **self.record}
        return Response(json.dumps(record), mimetype="application/json")


@pytest.fixture
def graph() -> Iterator[FakeGraph]:
    fake = FakeGraph()
    with serve(fake) as url:
        fake.url = url
        yield fake


@pytest.fixture
def elsewhere() -> Iterator[FakeGraph]:
    """A host that is not Meta's."""
    fake = FakeGraph()
    with serve(fake) as url:
        fake.url = url
        yield fake


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    taken: list[float] = []
    monkeypatch.setattr(urllib3.util.retry, "time", SimpleNamespace(sleep=taken.append, time=time.time))
    return taken


@pytest.fixture
def make(graph: FakeGraph, pauses: list[float]) -> Iterator[Make]:
    made: list[WhatsApp] = []

    def build(timing: Timing | None = None) -> WhatsApp:
        made.append(WhatsApp(make_settings("project", graph_api_url=graph.url), timing or Timing()))
        return made[-1]

    yield build
    for whatsapp in made:
        whatsapp.close()


@pytest.fixture
def whatsapp(make: Make) -> WhatsApp:
    return make()


def failure(whatsapp: WhatsApp, wanted: Wanted, most_bytes: int = MOST) -> RemoteError:
    with pytest.raises(RemoteError) as caught:
        whatsapp.download_media(wanted, most_bytes)
    return caught.value


def test_download_returns_what_whatsapp_has(whatsapp, graph):
    found = whatsapp.download_media(Wanted("1"), MOST)
    assert (found.content, found.mime_type) == (CONTENT, "image/jpeg")
    assert graph.calls == ["/v25.0/1", "/file"]
    assert graph.tokens == ["Bearer token", "Bearer token"]


def test_download_with_an_id_that_is_a_path_stays_where_it_belongs(whatsapp, graph):
    whatsapp.download_media(Wanted("../me?x=1#y"), MOST)
    assert graph.calls[0].startswith("/v25.0/")


@pytest.mark.parametrize("most", [len(CONTENT), MOST])
def test_download_up_to_the_limit_is_taken(whatsapp, graph, most):
    graph.record = {"file_size": str(len(CONTENT))}
    assert whatsapp.download_media(Wanted("1"), most).content == CONTENT


def test_download_declared_too_large_is_not_even_begun(whatsapp, graph):
    graph.record = {"file_size": MOST + 1}
    error = failure(whatsapp, Wanted("1"))
    assert (error.remote_code, error.retryable) == ("too_large", False)
    assert graph.calls == ["/v25.0/1"]


@pytest.mark.parametrize("answer", [good(b"x" * (MOST + 1)), Endless()], ids=["declared", "endless"])
def test_download_that_turns_out_too_large_is_stopped(whatsapp, graph, answer):
    graph.files = [answer]
    graph.record = {"file_size": 10}
    error = failure(whatsapp, Wanted("1"))
    assert (error.remote_code, error.retryable) == ("too_large", False)
    assert graph.calls.count("/file") == 1
    if isinstance(answer, Endless):
        assert answer.pieces < 500, "it was read on, past what the sockets hold"


SHA = hashlib.sha256(CONTENT)


@pytest.mark.parametrize("told", [SHA.hexdigest(), base64.b64encode(SHA.digest()).decode()], ids=["hex", "base64"])
@pytest.mark.parametrize("by", ["graph", "webhook"])
def test_download_with_its_digest_is_taken_in_either_spelling(whatsapp, graph, told, by):
    graph.record = {"sha256": told} if by == "graph" else {}
    wanted = Wanted("1", sha256=told if by == "webhook" else None)
    assert whatsapp.download_media(wanted, MOST).content == CONTENT
    graph.files = [good(b"damaged")]
    assert failure(whatsapp, wanted).remote_code == "wrong_hash"


def test_download_that_arrives_damaged_is_tried_once_more(whatsapp, graph):
    graph.record = {"sha256": SHA.hexdigest()}
    graph.files = [good(b"damaged"), good()]
    assert whatsapp.download_media(Wanted("1"), MOST).content == CONTENT
    graph.files, graph.calls = [good(b"damaged")], []
    error = failure(whatsapp, Wanted("1"))
    assert (type(error), error.remote_code, error.retryable) == (FileUnavailableError, "wrong_hash", False)
    assert graph.calls.count("/file") == 2


@pytest.mark.parametrize("told", ["?", "0" * 10, "", "è", "è" * 64, "\N{FULLWIDTH DIGIT ONE}" * 64, "\x00"])
def test_download_with_an_unreadable_digest_is_taken(whatsapp, graph, told):
    graph.record = {"sha256": told}
    assert whatsapp.download_media(Wanted("1", sha256=told), MOST).content == CONTENT


def test_download_after_503_is_tried_again_and_a_lasting_one_is_left_to_the_queue(whatsapp, graph, pauses):
    graph.files = [refusing(503), refusing(503), good()]
    assert whatsapp.download_media(Wanted("1"), MOST).content == CONTENT
    assert pauses == [1, 2]
    graph.files = [refusing(503)]
    assert failure(whatsapp, Wanted("1")).retryable
    graph.asks = [refusing(503)]
    assert failure(whatsapp, Wanted("1")).retryable


def test_download_that_breaks_off_is_tried_once_more_then_left_to_the_queue(whatsapp, graph):
    graph.files = [breaking_off, good()]
    assert whatsapp.download_media(Wanted("1"), MOST).content == CONTENT
    graph.files = [breaking_off]
    error = failure(whatsapp, Wanted("1"))
    assert (error.remote_code, error.retryable) == ("broken", True)


def test_download_without_an_answer_in_time_is_left_to_the_queue(make, graph):
    graph.asks = [hanging]
    error = failure(make(Timing(read=0.2)), Wanted("1"))
    assert (error.remote_code, error.retryable) == ("broken", True)


def test_download_that_drips_is_given_up(make):
    error = failure(make(Timing(download=0.0)), Wanted("1"))
    assert (error.remote_code, error.retryable) == ("slow", True)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"url": 7', b"null"])
def test_download_whose_address_cannot_be_read_is_a_clear_failure(whatsapp, graph, body):
    graph.asks = [lambda _request: Response(body)]
    assert failure(whatsapp, Wanted("1")).remote_code in ("broken", "no_url")
    assert "/file" not in graph.calls


def test_download_of_what_whatsapp_does_not_know_is_final(whatsapp, graph):
    graph.asks = [
        refusing(400, {"error": {"code": 100, "error_subcode": 33, "message": "Unsupported get request"}})
    ]
    error = failure(whatsapp, Wanted("1"))
    assert (type(error), error.remote_code, error.retryable) == (FileUnavailableError, "100", False)
    assert graph.calls == ["/v25.0/1"]


def test_download_without_an_id_is_final(whatsapp, graph):
    assert failure(whatsapp, Wanted(None)).remote_code == "not_given"
    assert graph.calls == []


def test_download_with_a_token_that_is_refused_says_so(whatsapp, graph):
    graph.asks = [refusing(401, {"error": {"code": 190, "message": "expired"}})]
    assert isinstance(failure(whatsapp, Wanted("1")), TokenRefusedError)


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_download_from_an_expired_address_asks_for_a_fresh_one_once(whatsapp, graph, status):
    graph.files = [refusing(status), good()]
    assert whatsapp.download_media(Wanted("1"), MOST).content == CONTENT
    assert graph.calls == ["/v25.0/1", "/file", "/v25.0/1", "/file"]
    graph.files, graph.calls = [refusing(status)], []
    error = failure(whatsapp, Wanted("1"))
    assert (error.remote_code, error.retryable) == ("expired", False)
    assert graph.calls.count("/file") == 2


def test_download_from_the_address_in_the_webhook_asks_for_none(whatsapp, graph):
    assert whatsapp.download_media(Wanted("1", url=f"{graph.url}/direct"), MOST).content == CONTENT
    assert graph.calls == ["/direct"]


def test_download_from_the_address_in_the_webhook_that_expired_asks_for_one(whatsapp, graph):
    graph.files = [refusing(404), good()]
    assert whatsapp.download_media(Wanted("1", url=f"{graph.url}/direct"), MOST).content == CONTENT
    assert graph.calls == ["/direct", "/v25.0/1", "/file"]


def test_download_from_a_foreign_address_in_the_webhook_is_not_made(whatsapp, graph, elsewhere):
    assert whatsapp.download_media(Wanted("1", url=f"{elsewhere.url}/direct"), MOST).content == CONTENT
    assert elsewhere.calls == []
    assert graph.calls == ["/v25.0/1", "/file"]


def test_download_from_a_foreign_address_without_encryption_is_not_made(whatsapp, graph, elsewhere):
    graph.record = {"url": f"{elsewhere.url}/file"}
    assert failure(whatsapp, Wanted("1")).remote_code == "no_url"
    assert elsewhere.calls == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_to_another_host_is_not_followed(whatsapp, graph, elsewhere, status):
    graph.files = [lambda _request: Response(status=status, headers={"Location": f"{elsewhere.url}/file"})]
    error = failure(whatsapp, Wanted("1"))
    assert (error.remote_code, error.retryable) == ("redirect", False)
    assert elsewhere.calls == []


def test_redirect_at_the_same_host_is_followed_a_few_times(whatsapp, graph):
    away = [lambda _request: Response(status=302, headers={"Location": "/moved"})]
    graph.files = [*away, good()]
    assert whatsapp.download_media(Wanted("1"), MOST).content == CONTENT
    graph.files = away
    assert failure(whatsapp, Wanted("1")).remote_code == "redirect"


@pytest.mark.parametrize(
    ("url", "trusted"),
    [
        ("https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1", True),
        ("https://graph.facebook.com/x", True),
        ("https://mmg.whatsapp.net:443/x", True),
        ("http://lookaside.fbsbx.com/x", False),
        ("https://lookaside.fbsbx.com:8443/x", False),
        ("https://fbsbx.com.evil.example/x", False),
        ("https://evilfbsbx.com/x", False),
        ("https://lookaside.fbsbx.com@evil.example/x", False),
        ("https://evil.example/?lookaside.fbsbx.com", False),
        ("https://evil.example\\@lookaside.fbsbx.com/x", False),
        ("https://evil.example#@lookaside.fbsbx.com/x", False),
        ("https://169.254.169.254/x", False),
        ("https://graph.facebook.com:444/v25.0/x", False),
        ("file:///etc/passwd", False),
        ("https://[::1", False),
        ("https://host:port/", False),
        ("", False),
    ],
)
def test_token_goes_only_to_meta(url, trusted):
    assert is_trusted(url, "https://graph.facebook.com/v25.0") is trusted


@pytest.mark.parametrize(
    ("url", "trusted"),
    [
        ("http://127.0.0.1:8090/x", True),
        ("http://127.0.0.1:8091/x", False),
        ("https://127.0.0.1:8090/x", False),
        ("https://lookaside.fbsbx.com/x", False),
        ("https://graph.facebook.com/x", False),
    ],
)
def test_token_of_another_graph_api_goes_only_there(url, trusted):
    assert is_trusted(url, "http://127.0.0.1:8090/v25.0") is trusted


def test_upload_returns_the_media_id_and_fails_as_what_surely_was_not_sent(whatsapp, graph):
    graph.asks = [lambda request: Response(json.dumps({"id": len(request.files["file"].read())}))]
    assert whatsapp.upload_media(CONTENT, "image/jpeg", "foto è.jpg") == str(len(CONTENT))
    assert graph.calls == ["/v25.0/1001/media"]
    for answer, retryable in [
        (refusing(400, {"error": {"code": 100}}), False),
        (refusing(503), True),
        (lambda _request: Response("<html>"), True),
    ]:
        graph.asks = [answer]
        with pytest.raises(SendFailedError) as caught:
            whatsapp.upload_media(CONTENT, "image/jpeg", "foto.jpg")
        assert caught.value.retryable is retryable


def send(whatsapp: WhatsApp) -> str:
    return whatsapp.send_text(Contact(id="c", created_at=utc_now(), phone="+393331234567"), "ciao", "m1")


CALLS: list[Callable[[WhatsApp], object]] = [
    send,
    lambda whatsapp: whatsapp.upload_media(CONTENT, "image/jpeg", "foto.jpg"),
    lambda whatsapp: whatsapp.list_templates(),
    lambda whatsapp: whatsapp.check_token(),
    lambda whatsapp: whatsapp.download_media(Wanted("1"), MOST),
]
CALL_NAMES = ["send", "upload", "templates", "token", "download"]


@pytest.mark.parametrize("call", CALLS, ids=CALL_NAMES)
@pytest.mark.parametrize("status", [200, 302, 400, 503])
def test_answer_without_end_is_read_up_to_its_bound_and_is_a_clear_failure(whatsapp, graph, call, status):
    endless = Endless(status, {"Location": "/elsewhere"} if status == 302 else {})
    graph.asks = [endless]
    with pytest.raises(RemoteError) as caught:
        call(whatsapp)
    assert caught.value.remote_code in ("too_large", "broken", f"http_{status}")
    assert endless.pieces * 100_000 < 4 * (MAX_ANSWER_BYTES + 10_000_000), "more than the sockets hold beside it"


def test_send_whose_answer_is_too_large_may_have_arrived(whatsapp, graph):
    graph.asks = [Endless()]
    with pytest.raises(SendUnknownError) as caught:
        send(whatsapp)
    assert caught.value.remote_code == "too_large"
    assert graph.calls == ["/v25.0/1001/messages"]


@pytest.mark.parametrize("call", CALLS, ids=CALL_NAMES)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_of_the_graph_api_is_not_followed_and_final(whatsapp, graph, elsewhere, call, status):
    graph.asks = [lambda _request: Response(status=status, headers={"Location": f"{elsewhere.url}/v25.0/x"})]
    with pytest.raises(RemoteError) as caught:
        call(whatsapp)
    assert (caught.value.remote_code, caught.value.retryable) == (f"http_{status}", False)
    assert (len(graph.calls), elsewhere.calls) == (1, [])
