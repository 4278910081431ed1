"""The whole product on this machine: emulators, simulators and the three functions, in real processes.

`python -m local.stack` (or `./dev.sh up`) runs it until Ctrl-C; tests run it in a `with` block.
"""

import argparse
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

from local.configuration import DEFAULT_PORTS, ROOT, ConfigurationError, read_configuration
from local.firestore_emulator import EmulatorError, emulator_command
from local.ports import LOOPBACK, PortError, choose_ports
from local.processes import Probe, ProcessError, Processes, http_ok, port_open
from local.summary import summary
from local.sweeper import Sweeper
from local.tunnel import TunnelError, how_to_open_a_tunnel, set_callback

LOGS = ROOT / ".local" / "logs"
FUNCTION_THREADS = "16"  # requests one function serves at once, as on Google Cloud
WATCH_SECONDS = 0.5
FUNCTIONS = {"webhook": "WEBHOOK_PORT", "process": "PROCESS_PORT", "dashboard_api": "DASHBOARD_PORT"}
PORT_OF = {"firestore": "FIRESTORE_PORT", "tasks": "TASKS_PORT", "openai": "OPENAI_SIMULATOR_PORT"} | {
    "phone": "PHONE_PORT",
    **FUNCTIONS,
}
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
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
            return emulator_command(port)
        if name in FUNCTIONS:
            return _function_command(name, port)
        module = {"tasks": "tasks_emulator", "openai": "openai_simulator", "phone": "phone_simulator"}[name]
        command = [sys.executable, "-m", f"local.{module}", "--port", str(port)]
        return [*command, "--webhook-url", self.webhook_url] if name == "phone" else command


def _function_command(name: str, port: int) -> list[str]:
    """Serve one function as Google Cloud does."""
    framework = Path(sys.executable).with_name("functions-framework")
    source = ROOT / "functions" / name / "main.py"
    where = ["--host", LOOPBACK, "--port", str(port)]
    return [str(framework), "--source", str(source), "--target", name, *where]


def _probe(name: str, port: int) -> Probe:
    if name == "tasks":
        return port_open(port)
    return http_ok(port, "/health" if name in FUNCTIONS else "/")


def main() -> int:
    """Run the stack until Ctrl-C or SIGTERM; any failure is a message and exit code 1."""
    tunnel: str | None = _parser().parse_args().tunnel
    for number in STOP_SIGNALS:
        signal.signal(number, _interrupt)
    try:
        stack = Stack(env_file=ROOT / ".env", report=_say)
        _say(f"Starting {len(stack.names)} processes (logs in {_relative(stack.logs)}) …")
        with stack:
            _say(summary(stack.configuration, stack.ports, stack.env, _relative(stack.logs)))
            if tunnel is not None:
                _open_tunnel(stack, tunnel)
            try:
                stack.watch()
            finally:
                _stop_quietly()
    except (ConfigurationError, PortError, EmulatorError, ProcessError, TunnelError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        _say("Stopped.")
    return 0


def _parser() -> argparse.ArgumentParser:
    ports = "".join(f"  {name:<24}{port}\n" for name, port in DEFAULT_PORTS.items())
    parser = argparse.ArgumentParser(
        prog="./dev.sh up",
        description="Run the whole product on this machine until Ctrl-C, without any account.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Everything is set in the environment or in .env, see .env.example. With OPENAI_API_KEY the real\n"
        "OpenAI answers; with WHATSAPP_ACCESS_TOKEN and WHATSAPP_PHONE_ID the real WhatsApp is used.\n"
        "FIRESTORE_EMULATOR_HOST and CLOUD_TASKS_EMULATOR_HOST name emulators that already run.\n\n"
        f"ports on 127.0.0.1 (0: any free one):\n{ports}\n"
        "  SWEEP_SECONDS           60, between two searches for unfinished work (0: never)",
    )
    parser.add_argument(
        "--tunnel",
        nargs="?",
        const="",
        metavar="URL",
        help="say how to get a public URL for the webhook; with the URL, give it to Meta as the app's callback",
    )
    return parser


def _open_tunnel(stack: Stack, url: str) -> None:
    if not url:
        _say(how_to_open_a_tunnel(stack.ports["WEBHOOK_PORT"]))
        return
    set_callback(url, stack.env)
    _say(f"Meta now posts the app's webhooks to {url}.")


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _stop_quietly() -> None:
    """Let a second Ctrl-C not cut the stopping short."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    _say("\nStopping …")


def _relative(path: Path) -> Path:
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
