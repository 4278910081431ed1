"""Serve the emulator until SIGTERM or SIGINT: `python -m local.tasks_emulator --port N`."""

import argparse
import logging
import secrets
import signal
import sys
import threading
from collections.abc import Sequence

from local.tasks_emulator.config import ConfigError, EmulatorConfig
from local.tasks_emulator.server import AddressInUseError, TasksEmulator

RANDOM_SEEDS = 2**32


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the emulator; the exit status is 0 after a clean stop, 1 if the port is taken."""
    parser = _parser()
    options = vars(parser.parse_args(arguments))
    port = options.pop("port")
    if options["seed"] is None:
        options["seed"] = secrets.randbelow(RANDOM_SEEDS)
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        config = EmulatorConfig(**options)
    except ConfigError as error:
        parser.error(str(error))
    emulator = TasksEmulator(config, port)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    try:
        address = emulator.start()
    except AddressInUseError as error:
        print(f"tasks emulator: {error}", file=sys.stderr)
        return 1
    print(_ready_line(address, config), file=sys.stderr, flush=True)
    stopped.wait()
    emulator.stop()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m local.tasks_emulator",
        description="A Cloud Tasks service for this machine: gRPC without encryption, tasks kept in memory.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=0, help="port to serve on, 0 for any free one")

    queues = parser.add_argument_group("settings of the queues")
    queues.add_argument("--max-attempts", type=int, default=EmulatorConfig.max_attempts, help="-1: without limit")
    queues.add_argument("--min-backoff", type=float, default=EmulatorConfig.min_backoff, help="seconds")
    queues.add_argument("--max-backoff", type=float, default=EmulatorConfig.max_backoff, help="seconds")

    chaos = parser.add_argument_group("at-least-once delivery made visible")
    chaos.add_argument("--duplicate-rate", type=float, default=0.0, help="share of tasks dispatched twice")
    chaos.add_argument("--seed", type=int, help="chooses which tasks, by their names; random if not given")
    return parser


def _ready_line(address: str, config: EmulatorConfig) -> str:
    chaos = f", duplicates {config.duplicate_rate:g} with seed {config.seed}" if config.duplicate_rate else ""
    return f"tasks emulator ready on {address}{chaos}"


if __name__ == "__main__":
    sys.exit(main())
