"""Serves the emulator until SIGTERM or SIGINT: `python -m local.tasks_emulator --port N`."""

import argparse
import logging
import secrets
import signal
import sys
import threading
from collections.abc import Sequence

from local.tasks_emulator.config import EmulatorConfig, RateLimits, RetryConfig
from local.tasks_emulator.grpc_errors import InvalidArgumentError
from local.tasks_emulator.server import AddressInUseError, TasksEmulator

_RANDOM_SEEDS = 2**32


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the emulator; the exit status is 0 after a clean stop, 1 if the port is taken."""
    parser = _parser()
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO if options.verbose else logging.WARNING, format="%(message)s")
    try:
        config = _config(options)
    except InvalidArgumentError as error:
        parser.error(str(error))
    emulator = TasksEmulator(options.host, options.port, config)
    stopped = _stop_signal()
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
    retry, rates = RetryConfig(), RateLimits()
    parser = argparse.ArgumentParser(
        prog="python -m local.tasks_emulator",
        description="A Cloud Tasks service for this machine: gRPC without encryption, tasks kept in memory.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to serve on")
    parser.add_argument("--port", type=int, default=0, help="port to serve on, 0 for any free one")
    parser.add_argument("--verbose", action="store_true", help="log every attempt, not only failed ones")

    queues = parser.add_argument_group("settings of queues that do not bring their own")
    queues.add_argument("--max-attempts", type=int, default=retry.max_attempts, help="-1: without limit")
    queues.add_argument("--max-retry-duration", type=float, default=retry.max_retry_duration, help="seconds")
    queues.add_argument("--min-backoff", type=float, default=retry.min_backoff, help="seconds")
    queues.add_argument("--max-backoff", type=float, default=retry.max_backoff, help="seconds")
    queues.add_argument("--max-doublings", type=int, default=retry.max_doublings, help="of the back-off")
    queues.add_argument("--max-rate", type=float, default=rates.max_dispatches_per_second, help="per second")
    queues.add_argument("--max-concurrent", type=int, default=rates.max_concurrent_dispatches, help="at once")

    chaos = parser.add_argument_group("at-least-once delivery made visible")
    chaos.add_argument("--duplicate-rate", type=float, default=0.0, help="share of tasks dispatched twice")
    chaos.add_argument("--seed", type=int, help="chooses which tasks, by their names; random if not given")
    chaos.add_argument("--name-retention", type=float, default=3600.0, help="seconds a used name is blocked")
    return parser


def _config(options: argparse.Namespace) -> EmulatorConfig:
    return EmulatorConfig(
        retry=RetryConfig(
            max_attempts=options.max_attempts,
            max_retry_duration=options.max_retry_duration,
            min_backoff=options.min_backoff,
            max_backoff=options.max_backoff,
            max_doublings=options.max_doublings,
        ),
        rates=RateLimits(options.max_rate, options.max_concurrent),
        name_retention=options.name_retention,
        duplicate_rate=options.duplicate_rate,
        seed=secrets.randbelow(_RANDOM_SEEDS) if options.seed is None else options.seed,
    )


def _stop_signal() -> threading.Event:
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    return stopped


def _ready_line(address: str, config: EmulatorConfig) -> str:
    chaos = f", duplicates {config.duplicate_rate:g} with seed {config.seed}" if config.duplicate_rate else ""
    return f"tasks emulator ready on {address}{chaos}"


if __name__ == "__main__":
    sys.exit(main())
