"""The running stack as one object: it starts every process, watches them and stops them."""

import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from local.stack.configuration import ROOT, read_configuration
from local.stack.firestore_emulator import emulator_command
from local.stack.ports import LOOPBACK, choose_ports
from local.stack.processes import Probe, Processes, http_ok, port_open
from local.stack.sweeper import Sweeper

LOGS = ROOT / ".local" / "logs"
FUNCTION_THREADS = "16"  # requests one function serves at once, as on Google Cloud
WATCH_SECONDS = 0.5
FUNCTIONS = {"webhook": "WEBHOOK_PORT", "process": "PROCESS_PORT", "dashboard_api": "DASHBOARD_PORT"}
PORT_OF = {"firestore": "FIRESTORE_PORT", "tasks": "TASKS_PORT", "openai": "OPENAI_SIMULATOR_PORT"} | {
    "phone": "PHONE_PORT",
    **FUNCTIONS,
}
Report = Callable[[str], None]


class Stack:
    """The running stack, for the length of a `with` block.

    `settings` win over the environment; `ports=0` takes free ones. Start it in a thread that outlives it.
    Entering raises ConfigurationError, PortError, EmulatorError or ProcessError, and leaves nothing behind.
    """

    def __init__(
        self,
        settings: Mapping[str, str] | None = None,
        *,
        ports: int | None = None,
        env_file: Path | None = None,
        logs: Path = LOGS,
        report: Report = lambda line: None,
    ) -> None:
        self.configuration = read_configuration(settings or {}, env_file=env_file, ports=ports)
        self.names = [name for name in PORT_OF if self._is_ours(name)]
        self.ports: dict[str, int] = {}
        self.env: dict[str, str] = {}
        self.logs = logs
        self._report = report
        self._processes = Processes(logs)
        self._sweeper: Sweeper | None = None

    def __enter__(self) -> Self:
        wanted = self.configuration.ports
        ours = choose_ports({PORT_OF[name]: wanted[PORT_OF[name]] for name in self.names})
        self.ports = {**wanted, **ours}
        self.env = self.configuration.environment(self.ports)
        self.logs.mkdir(parents=True, exist_ok=True)
        try:
            for name in self.names:
                self._launch(name)
            self._processes.wait_ready(
                self.names, lambda name, seconds: self._report(f"  {name:<14} ready ({seconds:.1f} s)")
            )
            self._sweeper = Sweeper(self.process_url, self.configuration.sweep_seconds)
            self._sweeper.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def dashboard_url(self) -> str:
        """The staff's page and its API."""
        return self._url("DASHBOARD_PORT")

    @property
    def webhook_url(self) -> str:
        """Where WhatsApp posts to."""
        return self._url("WEBHOOK_PORT")

    @property
    def process_url(self) -> str:
        """Where the queue delivers tasks."""
        return self._url("PROCESS_PORT")

    @property
    def phone_url(self) -> str:
        """The phone simulator's page, Graph API and control API."""
        return self._url("PHONE_PORT")

    @property
    def openai_url(self) -> str:
        """The OpenAI simulator's page and control API; its API is under /v1."""
        return self._url("OPENAI_SIMULATOR_PORT")

    @property
    def firestore_host(self) -> str:
        """The Firestore emulator's `host:port`."""
        return self.env["FIRESTORE_EMULATOR_HOST"]

    def kill(self, name: str) -> None:
        """Kill one of `names` as a crash would: at once, with its whole family."""
        self._processes.kill(name)

    def start(self, name: str) -> None:
        """Start one of `names` again after `kill`, on the same port, and wait until it answers."""
        self._launch(name)
        self._processes.wait_ready([name])

    def process_id(self, name: str) -> int:
        """Return the process id of one of `names`."""
        return self._processes.process_id(name)

    def watch(self) -> None:
        """Stay until one of the processes dies, then raise ProcessError."""
        while True:
            self._processes.check()
            time.sleep(WATCH_SECONDS)

    def stop(self) -> None:
        """Stop every process that was started."""
        if self._sweeper:
            self._sweeper.stop()
        self._processes.stop()

    def _is_ours(self, name: str) -> bool:
        optional = {
            "firestore": self.configuration.starts_firestore,
            "tasks": self.configuration.starts_tasks,
            "openai": self.configuration.simulates_openai,
            "phone": self.configuration.simulates_whatsapp,
        }
        return optional.get(name, True)

    def _url(self, variable: str) -> str:
        return f"http://{LOOPBACK}:{self.ports[variable]}"

    def _launch(self, name: str) -> None:
        port = self.ports[PORT_OF[name]]
        environment = self.env | ({"THREADS": FUNCTION_THREADS} if name in FUNCTIONS else {})
        # Away from the project's folder: its `.env` was read here, and for tests must not be read at all.
        self._processes.start(name, self._command(name, port), _probe(name, port), environment, self.logs)

    def _command(self, name: str, port: int) -> list[str]:
        if name == "firestore":
            return emulator_command(port, self.configuration.given)
        if name in FUNCTIONS:
            return function_command(name, port)
        module = {"tasks": "tasks_emulator", "openai": "openai_simulator", "phone": "phone_simulator"}[name]
        command = [sys.executable, "-m", f"local.{module}", "--port", str(port)]
        return [*command, "--webhook-url", self.webhook_url] if name == "phone" else command


def function_command(name: str, port: int) -> list[str]:
    """Serve one function as Google Cloud does."""
    framework = Path(sys.executable).with_name("functions-framework")
    source = ROOT / "functions" / name / "main.py"
    where = ["--host", LOOPBACK, "--port", str(port)]
    return [str(framework), "--source", str(source), "--target", name, *where]


def _probe(name: str, port: int) -> Probe:
    if name == "tasks":
        return port_open(port)
    return http_ok(port, "/health" if name in FUNCTIONS else "/")
