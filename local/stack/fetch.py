"""One large file from an address: resumed where it broke off, shown as it comes, believed only with its sum.

    address ──▶ name.part, as far as it came; the next attempt asks for the rest ──▶ SHA-256 ──▶ name

It needs nothing but Python's own library, so it runs before anything is installed.
"""

import fcntl
import hashlib
import http.client
import ssl
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

TIMEOUT_SECONDS = 20.0  # without a byte
CHUNK_BYTES = 1 << 18
MEGABYTE = 1_000_000
LINES_OF_PROGRESS = 10  # where it cannot be shown in place


class FetchError(Exception):
    """The file could not be fetched or kept, or is another one; the message says from where and why."""


def fetch(url: str, sha256: str, target: Path, title: str) -> None:
    """Fetch a file to `target` unless it is there, and show on stderr how far it is.

    Of several processes one fetches, and the others wait for it. Raises FetchError; what came is kept for the
    next time.
    """
    if not url.startswith(("http://", "https://")):
        raise FetchError(f"{url} is no http or https address.")
    with alone(target):
        if target.exists():
            return
        part = target.with_name(f"{target.name}.part")
        if not part.exists() or _sum_of(part) != sha256.lower():  # stopped after the last byte
            _download(url, part, title)
        found = _sum_of(part)
        if found != sha256.lower():
            part.unlink()
            raise FetchError(f"{url} is not what was expected: its SHA-256 is {found}, not {sha256}.")
        part.replace(target)


def _download(url: str, part: Path, title: str) -> None:
    progress = Progress(title)
    try:
        _complete(url, part, progress)
    finally:
        progress.end()


@contextmanager
def alone(target: Path) -> Iterator[None]:
    """Keep other processes from making the same file or folder; raises FetchError where none can be made."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        lock = target.with_name(f"{target.name}.lock").open("w")
    except OSError as error:
        raise FetchError(f"{target.parent} cannot be written to ({error.strerror}).") from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class Progress:
    """How much of a file came: in place on a terminal, a line now and then elsewhere."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._in_place = sys.stderr.isatty()
        self._shown = -1

    def show(self, done: int, total: int | None) -> None:
        """Tell that so many bytes are there."""
        steps = 100 if self._in_place else LINES_OF_PROGRESS
        step = done * steps // total if total else done // (10 * MEGABYTE)
        if step != self._shown:
            self._shown = step
            of = f" of {total / MEGABYTE:.0f}" if total else ""
            start, end = ("\r\033[K", "") if self._in_place else ("", "\n")
            print(f"{start}  {self._title}: {done / MEGABYTE:.0f}{of} MB", end=end, file=sys.stderr, flush=True)

    def end(self) -> None:
        """Leave the line that was written in place."""
        if self._in_place and self._shown >= 0:
            print(file=sys.stderr, flush=True)


def _complete(url: str, part: Path, progress: Progress) -> None:
    """Read until all is there; an attempt that brings nothing is the last one."""
    while True:
        before = _size(part)
        try:
            if _read_on(url, part, progress):
                return
            problem = "the connection broke off"
        except HTTPError as error:
            problem = f"{error.code} {error.reason}"
            if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and before:
                part.unlink()  # longer than the file there: of another one
                continue
        except (OSError, ValueError, http.client.HTTPException) as error:  # ValueError: no address at all
            problem = str(getattr(error, "reason", error)) or type(error).__name__
        if _size(part) <= before:
            raise FetchError(f"{url}: {problem}.")


def _read_on(url: str, part: Path, progress: Progress) -> bool:
    """Ask for what is missing, and tell whether it came; a server that knows no ranges sends all of it."""
    done = _size(part)
    request = Request(url, headers={"Range": f"bytes={done}-"} if done else {})  # noqa: S310  # http or https
    with urlopen(request, timeout=TIMEOUT_SECONDS, context=_trusted()) as answer:  # noqa: S310
        resumed = answer.status == http.HTTPStatus.PARTIAL_CONTENT
        done = done if resumed else 0
        length = answer.headers["Content-Length"]
        total = done + int(length) if length else None
        with part.open("ab" if resumed else "wb") as file:
            while chunk := answer.read(CHUNK_BYTES):
                file.write(chunk)
                done += len(chunk)
                progress.show(done, total)
    return total is None or done >= total


def _trusted() -> ssl.SSLContext:
    """Trust what the machine trusts, and, since a bare one knows no authority, what pip brings."""
    context = ssl.create_default_context()
    with suppress(ImportError):
        # In .venv, but not yet where this runs before it is made.
        from requests.utils import DEFAULT_CA_BUNDLE_PATH

        context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
    return context


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _sum_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
