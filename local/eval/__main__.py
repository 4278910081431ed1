"""The command line of the evaluation; figures as a table, as JSON and as a report with every conversation."""

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from uuid import uuid4

import structlog
from dotenv import dotenv_values
from google.cloud import firestore
from pydantic import SecretStr

from local.eval.case import Case, CaseError, read_cases, shipped_cases
from local.eval.judge import Judged
from local.eval.page import page
from local.eval.play import Stage
from local.eval.run import run_cases
from local.eval.summary import Summary, as_json, summarise
from local.eval.table import problems, table
from local.observe.isolation import forget_settings
from local.openai_simulator import OpenAISimulator
from local.stack.configuration import ROOT
from local.stack.firestore_emulator import EmulatorError, FirestoreEmulator
from local.stack.processes import ProcessError
from shared.errors import SettingsError
from shared.settings import ProcessSettings
from shared.store.store import Store

ASKED_FOR = (
    *("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL", "OPENAI_REASONING_EFFORT", "OPENAI_PROMPT_ID"),
    "OPENAI_VECTOR_STORE_IDS",
)
INTERRUPTED = 130


def main() -> int:
    """Play the cases and print the figures; the exit code is 1 below the thresholds, 2 for a wrong case."""
    options = _parser().parse_args()
    signal.signal(signal.SIGTERM, _interrupt)
    given = openai_settings(ROOT / ".env")
    forget_settings()
    given |= {"OPENAI_MODEL": options.model} if options.model else {}
    logs = options.logs.resolve()
    logs.mkdir(parents=True, exist_ok=True)
    try:
        with (logs / "eval.log").open("w", encoding="utf-8") as log, _openai(given) as reached, _emulator(logs):
            structlog.configure(logger_factory=structlog.WriteLoggerFactory(file=log))
            code = _evaluate(options, _settings(reached))
    except (CaseError, SettingsError) as error:
        print(error, file=sys.stderr)
        return 2
    except (EmulatorError, ProcessError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        _say("Stopped.")
        return INTERRUPTED
    if code == INTERRUPTED:
        # Calls that are under way would keep the program for as long as a model may think.
        sys.stdout.flush()
        os._exit(code)
    return code


def openai_settings(env_file: Path) -> dict[str, str]:
    """Return the settings that choose the server and the model; the environment wins over the file."""
    file = dotenv_values(env_file, encoding="utf-8-sig") if env_file.is_file() else {}
    found = {name: (os.environ.get(name) or file.get(name) or "").strip() for name in ASKED_FOR}
    return {name: value for name, value in found.items() if value}


def _evaluate(options: argparse.Namespace, settings: ProcessSettings) -> int:
    cases = _chosen(read_cases(options.cases or shipped_cases(), settings), options)
    runs = [case for case in cases for _ in range(options.repeat)]
    client = firestore.Client(project=settings.google_cloud_project)
    store = Store(client)
    store.contacts.get("nobody")  # an emulator takes seconds over its first request
    where = settings.openai_base_url or "OpenAI"
    _say(f"{len(cases)} cases, {options.repeat} time(s), with {settings.openai_model} at {where}")
    done: list[Judged] = []
    stopped = False
    try:
        run_cases(Stage(settings, store), runs, options.jobs, _progress(len(runs)), done)
    except KeyboardInterrupt:
        stopped = True
        _say(f"\nStopped after {len(done)} of {len(runs)}.")
    summary = summarise(done)
    _write(options, settings, summary, done, stopped=stopped)
    return INTERRUPTED if stopped else int(not _is_good_enough(summary, options))


def _write(
    options: argparse.Namespace, settings: ProcessSettings, summary: Summary, done: list[Judged], *, stopped: bool
) -> None:
    done.sort(key=lambda each: each.played.case.id)
    _say(table(summary, done))
    about = {"model": settings.openai_model, "repeat": options.repeat, "complete": not stopped}
    if options.json:
        text = json.dumps(as_json(summary, done, about), indent=2, ensure_ascii=False)
        options.json.write_text(f"{text}\n", encoding="utf-8")
        _say(f"  {options.json}")
    if options.html:
        options.html.write_text(page(summary, done, about), encoding="utf-8")
        _say(f"  {options.html}")


def _is_good_enough(summary: Summary, options: argparse.Namespace) -> bool:
    met = summary.expectations.percent or 0.0
    false = sum(summary.false_stored.values())
    too_many = options.max_false is not None and false > options.max_false
    return met >= options.at_least and not too_many


def _chosen(cases: list[Case], options: argparse.Namespace) -> list[Case]:
    if options.only:
        unknown = sorted(name for name in options.only if not any(_matches(case, name) for case in cases))
        if unknown:
            raise CaseError(f"there is no case called {', '.join(unknown)}")
        cases = [case for case in cases if any(_matches(case, name) for name in options.only)]
    return cases[: options.limit]


def _matches(case: Case, name: str) -> bool:
    """A name is that of a case, what it begins with (`it-`), or what it is about."""
    return name in (case.id, case.about) or (name.endswith("-") and case.id.startswith(name))


def _progress(count: int) -> Callable[[int, Judged], None]:
    def report(number: int, judged: Judged) -> None:
        found = list(problems(judged))
        verdict = "as expected" if judged.passed else f"{len(found)} not as expected: {found[0]}"
        _say(f"({number}/{count}) {judged.played.case.id}: {verdict}")

    return report


@contextmanager
def _openai(given: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Reach the server that is set, or else a simulator of our own."""
    if {"OPENAI_API_KEY", "OPENAI_BASE_URL"} & given.keys():
        yield {"OPENAI_API_KEY": "local", **given}
        return
    with OpenAISimulator() as simulator:
        _say("No OPENAI_API_KEY: the local simulator answers, which proves the evaluation and no model.")
        yield {"OPENAI_API_KEY": "local", **given, "OPENAI_BASE_URL": simulator.base_url}


@contextmanager
def _emulator(logs: Path) -> Iterator[None]:
    """Use the Firestore emulator that runs, or one of our own; nothing here ever reaches a real database."""
    if os.environ.get("FIRESTORE_EMULATOR_HOST"):
        yield
        return
    with FirestoreEmulator(logs) as host:
        os.environ["FIRESTORE_EMULATOR_HOST"] = host
        yield


def _settings(given: Mapping[str, str]) -> ProcessSettings:
    fields = {name.lower(): value for name, value in given.items() if name != "OPENAI_API_KEY"}
    return ProcessSettings(
        _env_file=None,
        whatsapp_phone_id="1",
        whatsapp_access_token=SecretStr("played"),
        google_cloud_project=f"eval-{uuid4().hex[:20]}",
        openai_api_key=SecretStr(given["OPENAI_API_KEY"]),
        rate_per_minute=0,
        rate_per_day=0,
        **fields,  # type: ignore[arg-type]  # the settings' own types read them
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./dev.sh eval",
        description="Let a model have written conversations with customers, through the product's own code, and "
        "judge what it understood and what it said. Asks the server and the model that OPENAI_BASE_URL, "
        "OPENAI_API_KEY and OPENAI_MODEL name (the environment, then .env), which costs what its answers cost; "
        "without a key, the local simulator. docs/assistant.md tells how to read the report.",
    )
    parser.add_argument("--model", metavar="NAME", help="the model, instead of OPENAI_MODEL")
    parser.add_argument("--repeat", type=_count, default=1, metavar="N", help="play each case so many times")
    parser.add_argument(
        "--only",
        nargs="+",
        metavar="CASE",
        help="cases by name, by what they are about, or all that begin so: it-",
    )
    parser.add_argument("--limit", type=_count, metavar="N", help="only the first so many cases")
    parser.add_argument("--jobs", type=_count, default=4, metavar="N", help="conversations at once (4)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything there as JSON")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a report with every conversation there")
    parser.add_argument(
        "--at-least", type=float, default=0.0, metavar="PERCENT", help="exit with 1 if fewer expectations are met"
    )
    parser.add_argument(
        "--max-false", type=int, metavar="N", help="exit with 1 if more false values reached the store"
    )
    parser.add_argument("--cases", type=Path, nargs="+", metavar="FILE", help="files of cases, instead of ours")
    parser.add_argument("--logs", type=Path, default=ROOT / ".local" / "eval", help="folder for the log files")
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
