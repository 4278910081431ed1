"""`./dev.sh privacy preview`: what the next sweeps take away, because its time is up; nothing is changed."""

import argparse
import json
from dataclasses import fields, replace
from typing import Any

from pydantic import ValidationError

from shared.model.business import BusinessSettings
from shared.model.retention import Retention, bounds_of, months_before
from shared.store.connection import utc_now
from shared.store.store import Store
from tools.store import CommandError

KINDS = {
    "messages": "messages, with their files",
    "files": "files of messages that stay",
    "transcripts": "what recordings say",
    "former_texts": "messages that lose what they said before an edit",
    "deleted": "messages that the customer deleted, which lose their content",
    "activity": "entries of what staff did",
    "contacts": "customers, with all that is left of theirs",
}


def add_to(commands: Any) -> None:
    """Add the command to a command line."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "preview", help="tell what goes with the next sweeps, because its time is up"
    )
    parser.add_argument("--in-months", type=int, default=0, metavar="N", help="what goes until then; 0: now")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KIND=N", help="as if the settings said so, such as files=6"
    )
    parser.add_argument("--json", action="store_true", help="as JSON, for other programs")
    parser.set_defaults(run=run)


def run(store: Store, options: argparse.Namespace) -> None:
    """Print what would go (reads as `Retained.preview` has it)."""
    saved = store.business.current()
    business = saved.settings if saved else BusinessSettings()
    kept = _changed(business.privacy.retention, options.set)
    at = months_before(utc_now(), -options.in_months)
    counts = store.retained.preview(bounds_of(kept, at))
    if options.json:
        print(json.dumps({"at": at.isoformat(), "goes": counts}))
        return
    print(f"What goes, for being as old on {at:%d/%m/%Y} as the settings say:")
    for kind, count in counts.items():
        name = "deleted_days" if kind == "deleted" else kind
        unit = "days" if kind == "deleted" else "months"
        print(f"{count:>9}  {KINDS[kind]} ({getattr(kept, name)} {unit})")


def _changed(kept: Retention, given: list[str]) -> Retention:
    known = [each.name for each in fields(Retention)]
    for each in given:
        name, _, number = each.partition("=")
        if name not in known or not number.isdecimal():
            raise CommandError(f"--set {each}: say KIND=N, the kind being one of {', '.join(known)}")
        try:
            kept = replace(kept, **{name: int(number)})
        except ValidationError as error:
            raise CommandError(f"--set {each}: {error.errors()[0]['msg']}") from None
    return kept
