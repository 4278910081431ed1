"""Downloading a customer's file from WhatsApp, with what Meta's answers are trusted in and what not.

GET /{version}/{media id} tells a URL that lives five minutes and wants the access token; newer webhooks tell one
themselves (developers.facebook.com/docs/whatsapp/cloud-api/reference/media).
"""

import base64
import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote, urljoin

import requests
from urllib3.util import Url, parse_url

from shared.errors import FileUnavailableError, RemoteError
from shared.model.media_type import MEGABYTE
from shared.untrusted import number, string
from shared.whatsapp.errors import classify
from shared.whatsapp.session import PROBLEMS, USUAL, GraphSession, Timing, read_answer

# Who else of Meta may be given the access token; the Graph API hands out URLs of lookaside.fbsbx.com.
META_HOSTS = (".fbsbx.com", ".facebook.com", ".whatsapp.net")
GONE_HTTP = (401, 403, 404, 410)  # what an expired URL answers; without Meta's error code it is not the token
REDIRECT_HTTP = (301, 302, 303, 307, 308)
MAX_REDIRECTS = 2
TRIES = 2
PIECE_BYTES = 256 * 1024


@dataclass(frozen=True)
class Wanted:
    """A file to download: WhatsApp's media id, the URL that the webhook told, the digests that it may have."""

    id: str | None
    url: str | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class Downloaded:
    """A file as WhatsApp gave it."""

    content: bytes
    mime_type: str | None


@dataclass(frozen=True)
class _Source:
    url: str
    mime_type: str | None = None
    size: int | None = None
    sha256: str | None = None


class Downloader:
    """Customers' files, through a session that carries the access token."""

    def __init__(self, session: GraphSession, graph_url: str, timing: Timing = USUAL) -> None:
        self._session = session
        self._graph_url = graph_url
        self._seconds = timing.download

    def download(self, wanted: Wanted, max_bytes: int) -> Downloaded:
        """Download a file of at most so many bytes; what breaks off or arrives damaged is tried once more.

        Raises FileUnavailableError, or what the Graph API's refusal stands for.
        """
        direct = wanted.url if wanted.url and is_trusted(wanted.url, self._graph_url) else None
        if direct:
            try:
                return self._fetch(_Source(direct), wanted, max_bytes)
            except FileUnavailableError as error:  # expired, most likely: ask for another URL
                if wanted.id is None or error.remote_code == "too_large":
                    raise
        for tries_left in range(TRIES - 1, -1, -1):
            try:
                return self._fetch(self._ask(wanted.id), wanted, max_bytes)
            except FileUnavailableError as error:
                if not tries_left or error.remote_code not in ("broken", "wrong_hash", "expired"):
                    raise
        raise AssertionError("unreachable")

    def _ask(self, media_id: str | None) -> _Source:
        """Ask for the URL of a file."""
        if not media_id:
            raise FileUnavailableError("WhatsApp named no file", remote_code="not_given")
        with self._get(f"{self._graph_url}/{quote(media_id, safe='')}") as response:
            answer = read_answer(response)
        if not answer.ok:
            raise _unavailable(classify(answer))
        if answer.problem:
            raise FileUnavailableError(PROBLEMS[answer.problem], remote_code="broken", retryable=True)
        record = answer.fields
        url, size = string(record.get("url")), number(record.get("file_size"))
        if not url or not _is_own_answer(url, self._graph_url):
            raise FileUnavailableError("WhatsApp's answer names no usable address", remote_code="no_url")
        source_size = int(size) if size is not None else None
        return _Source(url, string(record.get("mime_type")), source_size, string(record.get("sha256")))

    def _fetch(self, source: _Source, wanted: Wanted, max_bytes: int) -> Downloaded:
        if source.size is not None and source.size > max_bytes:
            raise _too_large(max_bytes)
        content = self._content(source.url, max_bytes)
        digests = [digest for digest in map(_digest, (source.sha256, wanted.sha256)) if digest]
        if digests and hashlib.sha256(content).digest() not in digests:
            raise FileUnavailableError("the file arrived damaged", remote_code="wrong_hash")
        return Downloaded(content, source.mime_type)

    def _content(self, url: str, max_bytes: int) -> bytes:
        for _ in range(MAX_REDIRECTS + 1):
            with self._get(url) as response:
                if response.status_code not in REDIRECT_HTTP:
                    return _read(response, max_bytes, self._seconds)
                url = urljoin(url, response.headers.get("Location", ""))
            if not is_trusted(url, self._graph_url):
                raise FileUnavailableError("WhatsApp points to a foreign address", remote_code="redirect")
        raise FileUnavailableError("WhatsApp's addresses lead nowhere", remote_code="redirect")

    @contextmanager
    def _get(self, url: str) -> Iterator[requests.Response]:
        """GET, streaming; a connection that fails at any time before the end is an error that later may help."""
        try:
            with self._session.get(url, stream=True) as response:
                yield response
        except requests.RequestException as error:
            raise FileUnavailableError(
                "WhatsApp did not give the file", remote_code="broken", retryable=True
            ) from error


def is_trusted(url: str, graph_url: str) -> bool:
    """Tell whether an address that anybody may have written may be given the access token.

    It may at the Graph API's own origin, and at Meta's hosts if the Graph API is Meta's.
    """
    return _is_same_origin(url, graph_url) or (_is_meta(graph_url) and _is_meta(url))


def _is_own_answer(url: str, graph_url: str) -> bool:
    """Tell whether an address that the Graph API itself told may be: any, if nobody can listen."""
    return _parts(url).scheme == "https" or _is_same_origin(url, graph_url)


def _is_same_origin(url: str, other: str) -> bool:
    ours, theirs = _parts(url), _parts(other)
    return (ours.scheme, ours.host, ours.port) == (theirs.scheme, theirs.host, theirs.port)


def _is_meta(url: str) -> bool:
    parts = _parts(url)
    return parts.scheme == "https" and parts.port in (None, 443) and f".{parts.host}".endswith(META_HOSTS)


def _parts(url: str) -> Url:
    """Take an address apart as the HTTP library will: two parsers could see two hosts in one address."""
    try:
        return parse_url(url)
    except ValueError:
        return Url()


def _read(response: requests.Response, max_bytes: int, seconds: float) -> bytes:
    """Read the content, never more than allowed."""
    if not response.ok:
        error = classify(read_answer(response))
        if response.status_code in GONE_HTTP and not error.retryable:
            raise FileUnavailableError("the file's address has expired", remote_code="expired")
        raise _unavailable(error)
    declared = number(response.headers.get("Content-Length"))
    if declared is not None and declared > max_bytes:
        raise _too_large(max_bytes)
    give_up = time.monotonic() + seconds
    content = bytearray()
    for piece in response.iter_content(PIECE_BYTES):
        content += piece
        if len(content) > max_bytes:
            raise _too_large(max_bytes)
        if time.monotonic() > give_up:
            raise FileUnavailableError("WhatsApp is too slow", remote_code="slow", retryable=True)
    return bytes(content)


def _unavailable(error: RemoteError) -> RemoteError:
    """Say of a final refusal what it means; the token and passing troubles stay what they are."""
    if error.retryable:
        return error
    return FileUnavailableError("WhatsApp does not have this file any more", remote_code=error.remote_code)


def _too_large(max_bytes: int) -> FileUnavailableError:
    return FileUnavailableError(f"the file is larger than {max_bytes // MEGABYTE} MB", remote_code="too_large")


def _digest(sha256: str | None) -> bytes | None:
    """Return a SHA-256 given in hexadecimal (the Graph API) or base64 (webhooks), None if it is neither."""
    try:
        digest = bytes.fromhex(sha256 or "")
    except ValueError:
        try:
            digest = base64.b64decode(sha256 or "", validate=True)
        except ValueError:  # binascii.Error is one, and what is not ASCII raises a bare one
            return None
    return digest if len(digest) == 32 else None
