"""The simulator as one object, for tests and for the command line."""

import threading
from types import TracebackType
from typing import Self

from werkzeug.serving import BaseWSGIServer, make_server

from local.phone_simulator.account import SimulatorSettings
from local.phone_simulator.app import create_app
from local.phone_simulator.connection_reset import ResettingRequestHandler
from local.phone_simulator.simulation import Simulation


class PhoneSimulator:
    """WhatsApp on loopback: `start()` gives the base URL; also a context manager.

    `webhook_url` may be set or changed at any time. Port 0 takes a free one.
    """

    def __init__(
        self,
        webhook_url: str | None = None,
        settings: SimulatorSettings | None = None,
        *,
        port: int = 0,
        retry_seconds: float = 1.0,
        auto_read: bool = False,
    ) -> None:
        self.settings = settings or SimulatorSettings()
        self.simulation = Simulation.create(self.settings, webhook_url, retry_seconds, auto_read=auto_read)
        self._port = port
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def webhook_url(self) -> str | None:
        """Where webhooks are posted."""
        return self.simulation.sender.url

    @webhook_url.setter
    def webhook_url(self, url: str | None) -> None:
        self.simulation.sender.url = url

    @property
    def url(self) -> str:
        """The base URL, once started; the value for `GRAPH_API_URL`."""
        if self._server is None:
            raise RuntimeError("the simulator is not started")
        return f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> str:
        """Serve in the background and return the base URL; raises OSError when the port is taken."""
        self._server = make_server(
            "127.0.0.1",
            self._port,
            create_app(self.simulation),
            threaded=True,
            request_handler=ResettingRequestHandler,
        )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self.url

    def stop(self) -> None:
        """End the server, every hanging answer and every thread."""
        self.simulation.stop()
        if self._server and self._thread:
            self._server.shutdown()
            self._thread.join(timeout=5)
            self._server.server_close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
