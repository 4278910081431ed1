"""The command line of a customer's rights: `./dev.sh privacy` (`python -m tools.privacy`)."""

import argparse
import datetime as dt
import json
import sys
import time
from contextlib import closing
from pathlib import Path

from local.stack.configuration import ConfigurationError
from shared.errors import AssistantError, SettingsError
from shared.model.contact import Contact
from shared.model.ids import identity_id, is_id
from shared.model.phone_number import dialled_phone, format_phone
from shared.store.connection import utc_now
from shared.store.erasures import Erasure
from shared.store.store import Store
from tools.privacy import preview
from tools.store import WHICH_STORE, CommandError, open_store, read_settings

COMMAND = "./dev.sh privacy"
# The sweep takes up what has lain for two minutes; what is asked for here is to begin with the next one.
LYING = dt.timedelta(minutes=3)
WAIT_SECONDS = 900.0


def main() -> int:
    """Run one command; the exit code is 1 when it could not be done."""
    options = _parser().parse_args()
    try:
        with closing(open_store(read_settings(Path(".env"), in_stack=options.local))) as store:
            options.run(store, options)
    except (CommandError, ConfigurationError, SettingsError, AssistantError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=COMMAND,
        description="Exports and erases customers, also after a restore; tells what goes as its time is up.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=f"{WHICH_STORE}\nThe process function does the work, with its next sweep.\n\n"
        f"examples:\n  {COMMAND} export '+39 333 123 4567' customer.zip\n  {COMMAND} erase '+39 333 123 4567'\n"
        f"  {COMMAND} erased erased.json\n  {COMMAND} reapply erased.json\n"
        f"  {COMMAND} preview --in-months 3 --set files=6",
    )
    parser.add_argument("--local", action="store_true", help="the store of ./dev.sh up, whatever .env names")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    erasing = commands.add_parser("erase", help="erase all that is kept of a customer; there is no way back")
    erasing.add_argument("customer", metavar="CUSTOMER", help="the number, or the id in the page's address")
    erasing.add_argument("--yes", action="store_true", help="do not ask whether that is meant")
    erasing.add_argument("--wait", action="store_true", help="wait until it is done, and print the receipt")
    erasing.set_defaults(run=_erase)
    exporting = commands.add_parser("export", help="write all that is kept of a customer to a zip file")
    exporting.add_argument("customer", metavar="CUSTOMER", help="the number, or the id in the page's address")
    exporting.add_argument("file", metavar="FILE", help="where to")
    exporting.set_defaults(run=_export)
    listing = commands.add_parser("erased", help="write the ids of who was erased, for after a restore")
    listing.add_argument("file", metavar="FILE", nargs="?", default="-", help="where to; - for the standard output")
    listing.set_defaults(run=_list_erased)
    applying = commands.add_parser("reapply", help="erase again whom a restored backup brought back")
    applying.add_argument("file", metavar="FILE", help="what `erased` wrote; - for the standard input")
    applying.set_defaults(run=_reapply)
    preview.add_to(commands)
    return parser


def find_customer(store: Store, customer: str) -> Contact:
    """Find a customer by an id or a number; raises CommandError."""
    contact_id = customer if is_id(customer) else None
    if contact_id is None and (phone := dialled_phone(customer)):
        name = identity_id("phone", phone)
        identity = store.identities.get_all([name]).get(name)
        contact_id = identity.contact_id if identity and identity.until is None else None
    contact = store.contacts.get(contact_id) if contact_id else None
    if contact is None:
        raise CommandError("There is no such customer. Nothing was changed.")
    return contact


def _erase(store: Store, options: argparse.Namespace) -> None:
    contact = find_customer(store, options.customer)
    shown = f"{contact.name or 'Unknown'} ({format_phone(contact.phone) or 'no number'}, {contact.id})"
    if not options.yes and input(f"Erase all that is kept of {shown}? Type ERASE: ").strip() != "ERASE":
        raise CommandError("Nothing was changed.")
    erasure = store.erasures.request(contact.id, utc_now() - LYING)
    print(f"Erasure {erasure.id} begins with the next sweep, within 5 minutes.", file=sys.stderr)
    if options.wait:
        _print_receipt(_finished(store, erasure.id))


def _finished(store: Store, erasure_id: str) -> Erasure:
    give_up = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < give_up:
        erasure = store.erasures.get(erasure_id)
        if erasure and erasure.stage == "done":
            return erasure
        time.sleep(1)
    raise CommandError("It is not done yet; it goes on by itself. `erased` tells when it is.")


def _print_receipt(erasure: Erasure) -> None:
    receipt = {"erasure": erasure.id, "finished_at": str(erasure.finished_at), "erased": erasure.counts}
    print(json.dumps(receipt, indent=2))


def _export(store: Store, options: argparse.Namespace) -> None:
    """Have a customer's file made, wait for it, and write it."""
    contact = find_customer(store, options.customer)
    name = store.exports.begin(contact.id, utc_now() - LYING).id
    print("It is made with the next sweep, within 5 minutes.", file=sys.stderr)
    give_up = time.monotonic() + WAIT_SECONDS
    while (export := store.exports.get(name)) and export.state in ("waiting", "running"):
        if time.monotonic() > give_up:
            raise CommandError("It is not made yet. Does the process function run?")
        time.sleep(1)
    found = store.files.find(name) if export and export.state == "done" else None
    if found is None:
        raise CommandError(f"It could not be made: {export.problem if export else 'the customer was erased'}.")
    with Path(options.file).open("wb") as target:
        for number in range(found.chunks):
            target.write(store.files.read_chunk(found, number))
    print(f"{options.file} has {found.size} bytes.", file=sys.stderr)


def _list_erased(store: Store, options: argparse.Namespace) -> None:
    """Write the random ids of whoever was erased, or is being: nothing else is known of them."""
    rows = [
        {"contacts": erasure.contact_ids, "requested_at": str(erasure.requested_at), "stage": erasure.stage}
        for erasure in store.erasures.all()
    ]
    text = json.dumps(rows, indent=2) + "\n"
    if options.file == "-":
        sys.stdout.write(text)
    else:
        Path(options.file).write_text(text, encoding="utf-8")
    print(f"Erasures: {len(rows)}.", file=sys.stderr)


def _reapply(store: Store, options: argparse.Namespace) -> None:
    try:
        text = sys.stdin.read() if options.file == "-" else Path(options.file).read_text(encoding="utf-8")
        ids = [str(contact_id) for row in json.loads(text) for contact_id in row["contacts"]]
    except (OSError, ValueError, TypeError, KeyError):
        raise CommandError(f"{options.file} is not what `{COMMAND} erased` writes. Nothing was changed.") from None
    if wrong := [contact_id for contact_id in ids if not is_id(contact_id)]:
        raise CommandError(f"{options.file} has {len(wrong)} ids that are none. Nothing was changed.")
    for contact_id in dict.fromkeys(ids):
        store.erasures.request(contact_id, utc_now() - LYING)
    print(f"Contacts to be erased again: {len(set(ids))}, with the next sweep.", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
