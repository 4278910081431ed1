"""The command line of the benchmark; figures as a table and, with --json, as JSON."""

import argparse
import json
import platform
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from types import FrameType

from local.bench.answering import throughput, time_to_answer
from local.bench.cost import turn_cost
from local.bench.figure import Figure
from local.bench.memory import memory
from local.bench.receiving import webhook_time
from local.bench.starting import LEASE_FOR_QUICK, crash_recovery, import_time
from local.bench.workbench import QUICK, MeasurementError, Sizes, Workbench, workbench
from local.observe.isolation import forget_settings
from local.stack.configuration import ROOT, ConfigurationError
from local.stack.firestore_emulator import EmulatorError
from local.stack.ports import PortError
from local.stack.processes import ProcessError

Measurement = Callable[[Workbench], Iterator[Figure]]

MEASUREMENTS: dict[str, tuple[str, Measurement]] = {
    "imports": ("the import of each function", import_time),
    "cost": ("what a turn costs", turn_cost),
    "memory": ("what a customer of thirty days costs", memory),
    "webhook": ("the webhook", webhook_time),
    "answers": ("the time to answer", time_to_answer),
    "customers": ("many customers at once", throughput),
    "crash": ("the recovery from a crash", partial(crash_recovery, settings={})),
}


def main() -> int:
    """Measure everything and print it; the exit code is 1 when something could not be measured."""
    options = _parser().parse_args()
    signal.signal(signal.SIGTERM, _interrupt)
    forget_settings()
    try:
        with workbench(QUICK if options.quick else Sizes(), options.logs.resolve(), _say) as bench:
            figures = _measure(bench, options.only, quick=options.quick)
    except (ConfigurationError, PortError, EmulatorError, ProcessError, MeasurementError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        _say("Stopped.")
        return 130
    _say(_table(figures))
    if options.json:
        options.json.write_text(json.dumps(_as_json(figures), indent=2) + "\n", encoding="utf-8")
    return 0


def _measure(bench: Workbench, only: Sequence[str], *, quick: bool) -> list[Figure]:
    chosen = {name: each for name, each in MEASUREMENTS.items() if not only or name in only}
    figures = []
    for number, (name, (about, measure)) in enumerate(chosen.items(), start=1):
        _say(f"({number}/{len(chosen)}) Measuring {about} …")
        shortened = partial(crash_recovery, settings=LEASE_FOR_QUICK) if name == "crash" and quick else measure
        figures += list(shortened(bench))
    return figures


def _table(figures: list[Figure]) -> str:
    width = max(len(figure.name) for figure in figures)
    lines = [
        f"  {figure.name:<{width}}  {_number(figure.value):>8} {figure.unit}{_limit(figure)}" for figure in figures
    ]
    return "\n".join(["", *lines])


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.2f}"


def _limit(figure: Figure) -> str:
    if figure.limit is None:
        return ""
    verdict = "at most" if figure.value <= figure.limit else "TOO MUCH, at most"
    return f"  ({verdict} {figure.limit:g})"


def _as_json(figures: list[Figure]) -> dict[str, object]:
    machine = {"python": platform.python_version(), "system": platform.platform()}
    return {"machine": machine, "figures": [asdict(figure) for figure in figures]}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./dev.sh bench",
        description="Measure the product on this machine, against simulated upstreams: what a turn costs in "
        "Firestore operations, what a customer of thirty days costs in tokens, how long a customer and Meta wait, "
        "how many turns one instance serves, how long the functions take to start. Takes about seven minutes.",
    )
    parser.add_argument(
        "only",
        nargs="*",
        choices=[*MEASUREMENTS, []],
        metavar="WHAT",
        help=f"only these: {', '.join(MEASUREMENTS)}",
    )
    parser.add_argument("--quick", action="store_true", help="measure each thing once or twice, with a short lease")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument(
        "--logs", type=Path, default=ROOT / ".local" / "bench", help="folder for one log file per process"
    )
    return parser


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
