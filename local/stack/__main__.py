"""The command line of the stack: `./dev.sh up` (`python -m local.stack`)."""

import argparse
import signal
import sys
from pathlib import Path
from types import FrameType

from local.stack.configuration import DEFAULT_PORTS, ROOT, ConfigurationError
from local.stack.firestore_emulator import EmulatorError
from local.stack.openai_server import check_openai
from local.stack.ports import PortError
from local.stack.processes import ProcessError
from local.stack.stack import Stack
from local.stack.summary import summary
from local.stack.tunnel import TunnelError, how_to_open_a_tunnel, set_callback

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    """Run the stack until Ctrl-C or SIGTERM; any failure is a message and exit code 1."""
    tunnel: str | None = _parser().parse_args().tunnel
    for number in STOP_SIGNALS:
        signal.signal(number, _interrupt)
    try:
        stack = Stack(env_file=ROOT / ".env", report=_say)
        if warning := check_openai(stack.configuration):
            _say(warning)
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
        "FIRESTORE_EMULATOR_URL is where the Firestore emulator is downloaded from, where the machine has none.\n"
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
