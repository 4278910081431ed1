"""The emulator as one object: the gRPC server, the service behind it, and the dispatcher."""

from concurrent.futures import ThreadPoolExecutor
from types import TracebackType

import grpc

from local.stack.ports import LOOPBACK
from local.tasks_emulator import http_target
from local.tasks_emulator.config import EmulatorConfig
from local.tasks_emulator.dispatcher import Dispatcher
from local.tasks_emulator.grpc_service import CloudTasksService

CALL_THREADS = 8
STOP_GRACE = 0.2  # seconds that calls under way get to end

OPTIONS = (
    # Without this Linux lets two servers share one port, and each sees half of the calls.
    ("grpc.so_reuseport", 0),
    # Above the service's limit for a task, so that a task too large gets the service's own error.
    ("grpc.max_receive_message_length", 32 * 1024 * 1024),
    ("grpc.max_send_message_length", -1),
)


class AddressInUseError(Exception):
    """The address to serve on is taken or not this machine's."""


class TasksEmulator:
    """A Cloud Tasks service in this process; usable once, as a context manager or by start and stop."""

    def __init__(self, config: EmulatorConfig | None = None, port: int = 0) -> None:
        self._address = f"{LOOPBACK}:{port}"
        self._dispatcher = Dispatcher(http_target.send)
        self._threads = ThreadPoolExecutor(CALL_THREADS, thread_name_prefix="tasks-call")
        self._server = grpc.server(self._threads, options=OPTIONS)
        service = CloudTasksService(self._dispatcher, config or EmulatorConfig())
        self._server.add_generic_rpc_handlers((service.handler(),))

    def start(self) -> str:
        """Start serving and return the bound `host:port`; raises AddressInUseError."""
        port = self._bind()
        self._dispatcher.start()
        self._server.start()
        return f"{LOOPBACK}:{port}"

    def stop(self) -> None:
        """Stop within a second; requests in flight are abandoned."""
        self._server.stop(STOP_GRACE).wait()
        self._dispatcher.stop()
        self._threads.shutdown(wait=False)

    def __enter__(self) -> str:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _bind(self) -> int:
        try:
            port = int(self._server.add_insecure_port(self._address))
        except RuntimeError as error:
            raise AddressInUseError(f"cannot serve on {self._address}") from error
        if port == 0:
            raise AddressInUseError(f"cannot serve on {self._address}")
        return port
