"""The simulator as an object: starts and stops its HTTP server, in a program of its own or inside a test."""

import socket
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Self

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from local.openai_simulator.application import create_app
from local.openai_simulator.backend import Backend
from local.openai_simulator.calls import CallLog
from local.openai_simulator.fault_board import FaultBoard
from local.openai_simulator.knowledge import Knowledge
from local.openai_simulator.memory import State

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

HOST = "127.0.0.1"
BACKLOG = 128
JOIN_SECONDS = 5


class OpenAISimulator:
    """An OpenAI look-alike on loopback; port 0 takes a free one."""

    def __init__(self, port: int = 0) -> None:
        self._port = port
        self._backend = Backend()
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> str:
        """Serve in the background and return the base URL for the SDK; raises OSError for a busy port."""
        self._backend.stopping.clear()
        with socket.create_server((HOST, self._port), backlog=BACKLOG) as listener:
            self._port = int(listener.getsockname()[1])
            app = create_app(self._backend)
            # The server works on its own copy of the socket.
            self._server = make_server(
                HOST, self._port, app, threaded=True, request_handler=_QuietHandler, fd=listener.fileno()
            )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self.base_url

    def stop(self) -> None:
        """End hanging calls, close the port and wait for the server."""
        self._backend.stopping.set()
        if self._server and self._thread:
            self._server.shutdown()
            self._thread.join(JOIN_SECONDS)
        self._server = self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def base_url(self) -> str:
        """What `OPENAI_BASE_URL` takes."""
        return f"{self.page_url}v1"

    @property
    def page_url(self) -> str:
        """The simulator's own page; control is under `_control/`."""
        return f"http://{HOST}:{self._port}/"

    @property
    def faults(self) -> FaultBoard:
        """The faults, to switch on and off."""
        return self._backend.faults

    @property
    def calls(self) -> CallLog:
        """What was asked so far."""
        return self._backend.calls

    @property
    def state(self) -> State:
        """Conversations and stored responses."""
        return self._backend.state

    @property
    def knowledge(self) -> Knowledge:
        """Files and vector stores."""
        return self._backend.knowledge

    def reset(self) -> None:
        """Forget all conversations, faults and calls."""
        self._backend.reset()


class _QuietHandler(WSGIRequestHandler):
    """The call log replaces werkzeug's lines on stderr."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass

    def connection_dropped(self, error: BaseException, environ: "WSGIEnvironment | None" = None) -> None:
        # After a simulated cut werkzeug would wait for the next request on the same connection.
        self.close_connection = True
