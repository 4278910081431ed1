"""Command line of the simulator: serves on loopback until SIGTERM or SIGINT."""

import argparse
import signal
import sys
import threading

from local.openai_simulator.server import OpenAISimulator


def main() -> int:
    options = _options()
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    simulator = OpenAISimulator(options.port)
    try:
        base_url = simulator.start()
    except OSError as error:
        print(f"openai simulator: port {options.port} cannot be used: {error.strerror}", file=sys.stderr)
        return 1
    print(f"openai simulator ready at {base_url}, its page at {simulator.page_url}", file=sys.stderr, flush=True)
    stopped.wait()
    simulator.stop()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.openai_simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="TCP port on 127.0.0.1; 0 takes a free one")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
