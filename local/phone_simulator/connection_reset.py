"""An answer that resets the request's TCP connection."""

import os
import socket
import struct
from collections.abc import Iterator

from flask import Response
from werkzeug.serving import WSGIRequestHandler


class ConnectionResetByFaultError(ConnectionResetError):
    """Raised in place of a body, so that the server drops the connection."""


def reset_response() -> Response:
    """Return a response without a first byte: serving it resets the connection."""

    def body() -> Iterator[bytes]:
        raise ConnectionResetByFaultError
        yield b""

    return Response(body())


class ResettingRequestHandler(WSGIRequestHandler):
    """A server's handler for `reset_response`; it logs no requests, because the page polls."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass

    def connection_dropped(self, error: BaseException, environ: object = None) -> None:
        self.close_connection = True
        if isinstance(error, ConnectionResetByFaultError):
            # With a linger time of zero, closing sends RST instead of FIN.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(self.connection.detach())
