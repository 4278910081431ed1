"""A server with one file, which knows ranges and breaks off where a test wants it to."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Archive:
    """What the server has, how it misbehaves, and which ranges it was asked for."""

    data: bytes
    breaks_after: list[int] = field(default_factory=list)  # bytes, of one answer each
    knows_ranges: bool = True
    status: int = 200
    asked: list[str | None] = field(default_factory=list)
    url: str = ""


@contextmanager
def serving_archive(archive: Archive) -> Iterator[Archive]:
    """Serve the file on loopback for the length of a `with` block; its `url` is then known."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            archive.asked.append(self.headers.get("Range"))
            asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
            start = int(asked[1]) if asked and archive.knows_ranges else 0
            body = archive.data[start:]
            status = 416 if start > len(archive.data) else 206 if start else archive.status
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: archive.breaks_after.pop(0)] if archive.breaks_after else body)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    archive.url = f"http://127.0.0.1:{server.server_port}/emulator.jar"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield archive
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
