"""The command line of the chaos run; the exit code is 1 when a promise was broken or the product did not run."""

import argparse
import json
import secrets
import signal
import sys
from pathlib import Path
from types import FrameType

from local.chaos.plan import Plan
from local.chaos.table import as_json, is_kept, text
from local.chaos.trial import run
from local.observe.isolation import forget_settings
from local.stack.configuration import ConfigurationError
from local.stack.firestore_emulator import EmulatorError
from local.stack.ports import PortError
from local.stack.processes import ProcessError

SEEDS = 10**6


def main() -> int:
    """Play one run and print its table."""
    options = _parser().parse_args()
    signal.signal(signal.SIGTERM, _interrupt)
    forget_settings()
    seed = secrets.randbelow(SEEDS) if options.seed is None else options.seed
    plan = Plan(options.minutes * 60, seed, options.customers, options.drop_statuses, options.logs.resolve())
    _say(f"Chaos for {options.minutes:g} minutes with --seed {seed} and {plan.customers} customers …")
    try:
        played = run(plan, _say)
    except (ConfigurationError, PortError, EmulatorError, ProcessError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        _say("Stopped.")
        return 130
    _say(text(plan, played))
    if options.json:
        options.json.write_text(json.dumps(as_json(plan, played), indent=2) + "\n", encoding="utf-8")
    return 0 if is_kept(played) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./dev.sh chaos",
        description="Run the whole product on free ports under a load of simulated customers, with repeated and "
        "reordered webhooks, repeated tasks and failing remote services, and kill the process function again and "
        "again. Then judge, by what reached the phones, whether every message was answered once and in order.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    default = Plan(0, 0, 24)
    parser.add_argument("--minutes", type=float, default=2.0, help="length of the load")
    parser.add_argument("--seed", type=int, help="repeats the choices of another run; random if not given")
    parser.add_argument("--customers", type=int, default=default.customers, help="who write at the same time")
    parser.add_argument(
        "--drop-statuses",
        action="store_true",
        help="let no delivery status arrive, so that uncertain sends are repeated by policy",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--logs", type=Path, default=default.logs, help="folder for one log file per process")
    return parser


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
