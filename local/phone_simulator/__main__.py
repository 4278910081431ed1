"""`python -m local.phone_simulator --port N --webhook-url URL`: WhatsApp on this machine."""

import argparse
import signal
import sys
import threading

from local.phone_simulator.account import VARIABLES, SimulatorSettings
from local.phone_simulator.simulator import PhoneSimulator


def main() -> int:
    """Serve until SIGTERM or SIGINT; a taken port is one line and status 1."""
    arguments = _parser().parse_args()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    simulator = PhoneSimulator(
        arguments.webhook_url,
        SimulatorSettings.from_environment(),
        port=arguments.port,
        auto_read=arguments.auto_read,
    )
    try:
        url = simulator.start()
    except (OSError, SystemExit) as error:
        simulator.stop()
        print(f"phone simulator: port {arguments.port} can't be opened: {error}", file=sys.stderr)
        return 1
    print(f"phone simulator ready: {url}", file=sys.stderr, flush=True)
    stop.wait()
    simulator.stop()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m local.phone_simulator",
        description="Simulates WhatsApp: the Graph API for the product and the customers' phones as a page.",
        epilog=f"Reads from the environment: {', '.join(VARIABLES.values())}.",
    )
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: a free one)")
    parser.add_argument("--webhook-url", help="where webhooks are posted; can be set later on /_control/settings")
    parser.add_argument("--auto-read", action="store_true", help="customers read at once what they get")
    return parser


if __name__ == "__main__":
    sys.exit(main())
