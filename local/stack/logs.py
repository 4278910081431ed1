"""The logs of the running stack, readable: `./dev.sh logs`.

Reads .local/logs. The functions' JSON lines become `time severity function event key=value…`; other lines stay
as they are.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

LOGS = Path(".local/logs")
HIDDEN = {"time", "severity", "function", "message", "@type", "serviceContext", "context"}
COLOURS = {"WARNING": "\033[33m", "ERROR": "\033[31m"}
DIM, PLAIN = "\033[2m", "\033[0m"
PAUSE_SECONDS = 0.3


def main() -> int:
    """Print the logs; with --follow go on as they grow."""
    parser = argparse.ArgumentParser(prog="./dev.sh logs", description="Shows the logs of ./dev.sh up, readable.")
    parser.add_argument("names", nargs="*", help="webhook, process, dashboard_api, phone, openai, tasks, firestore")
    parser.add_argument("-f", "--follow", action="store_true", help="go on as new lines come; Ctrl-C ends it")
    options = parser.parse_args()
    files = _files(options.names)
    if not files:
        print("There are no logs yet. Start the product with ./dev.sh up.", file=sys.stderr)
        return 1
    colour = sys.stdout.isatty()
    places = {path: 0 for path in files}
    try:
        while True:
            for line in sorted(_new_lines(places)):
                print(readable(line[1], line[2], colour=colour))
            sys.stdout.flush()
            if not options.follow:
                return 0
            time.sleep(PAUSE_SECONDS)
    except (KeyboardInterrupt, BrokenPipeError):
        return 0


def readable(name: str, line: str, *, colour: bool) -> str:
    """Return one line for people."""
    event = _parse(line)
    if event is None:
        return f"{DIM}{name}: {line}{PLAIN}" if colour else f"{name}: {line}"
    severity = str(event.get("severity", "INFO"))
    fields = [f"{key}={value}" for key, value in event.items() if key not in HIDDEN and "googleapis" not in key]
    moment = str(event.get("time", ""))[11:23]
    words = [moment, f"{severity:<7}", str(event.get("function", name)), str(event.get("message", "")), *fields]
    text = " ".join(words).rstrip()
    return f"{COLOURS[severity]}{text}{PLAIN}" if colour and severity in COLOURS else text


def _files(names: list[str]) -> list[Path]:
    wanted = {f"{name}.log" for name in names}
    return [path for path in sorted(LOGS.glob("*.log")) if not wanted or path.name in wanted]


def _new_lines(places: dict[Path, int]) -> Iterator[tuple[str, str, str]]:
    """Yield (time, name, line) of what was written since the last look."""
    for path, start in places.items():
        place = start
        with path.open("rb") as file:
            file.seek(place)
            for raw in file:
                if not raw.endswith(b"\n"):
                    break
                place += len(raw)
                line = raw.decode("utf-8", "replace").rstrip()
                event = _parse(line)
                yield str(event.get("time", "")) if event else "", path.stem, line
        places[path] = place


def _parse(line: str) -> dict[str, object] | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and "severity" in event else None


if __name__ == "__main__":
    sys.exit(main())
