"""What only the socket can do: see that the client has gone, and cut the connection without an answer."""

import select
import socket
import struct
import time
from collections.abc import Iterator
from threading import Event

from flask import Response, request

POLL_SECONDS = 0.02
# Linger on, zero seconds: the close sends a reset instead of an orderly end.
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


def hang(seconds: float, stopping: Event) -> None:
    """Wait, but no longer than the client waits for its answer."""
    _hang(_client_socket(), seconds, stopping)


def cut(stopping: Event, after_seconds: float = 0) -> Response:
    """Return a response that sends no byte: after the given time the connection is reset."""
    return Response(_reset(_client_socket(), after_seconds, stopping))


def _client_socket() -> socket.socket:
    client: socket.socket = request.environ["werkzeug.socket"]
    return client


def _hang(client: socket.socket, seconds: float, stopping: Event) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not _has_gone(client) and not stopping.is_set():
        stopping.wait(min(POLL_SECONDS, max(0.0, end - time.monotonic())))


def _has_gone(client: socket.socket) -> bool:
    readable, _, _ = select.select([client], [], [], 0)
    if not readable:
        return False
    try:
        return client.recv(1, socket.MSG_PEEK) == b""
    except ConnectionError:
        return True


def _reset(client: socket.socket, after_seconds: float, stopping: Event) -> Iterator[bytes]:
    _hang(client, after_seconds, stopping)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    client.close()
    # The server takes this for a client that went away and sends nothing.
    raise ConnectionResetError("cut by a simulated fault")
    yield b""
