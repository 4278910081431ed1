"""The command line of the business's settings: `./dev.sh settings` (`python -m tools.business`)."""

import argparse
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from local.stack.configuration import ConfigurationError
from shared.errors import AssistantError, InvalidError, SettingsError, StaleError
from shared.model.business import BusinessSettings
from shared.model.business_defaults import default_business
from shared.store.business import SavedBusiness
from shared.store.connection import utc_now
from shared.store.optimistic import until_written
from shared.store.store import Store
from tools.business.file import FileError, read_file, write_file
from tools.store import WHICH_STORE, CommandError, open_store, read_settings

COMMAND = "./dev.sh settings"


def main() -> int:
    """Run one command; the exit code is 1 when it could not be done, and then nothing was changed."""
    options = _parser().parse_args()
    try:
        settings = read_settings(Path(".env"), in_stack=options.local)
        with closing(open_store(settings)) as store:
            if options.command == "export":
                _export(store, default_business(settings), options.file)
            else:
                _import(store, default_business(settings), options.file, force=options.force)
    except (CommandError, ConfigurationError, SettingsError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=COMMAND,
        description="Writes the business's settings to a YAML file, or makes those of a file the newest version.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=f"{WHICH_STORE}\n\n"
        f"examples:\n  {COMMAND} export settings.yaml\n  {COMMAND} import settings.yaml\n"
        f"  {COMMAND} export - | less",
    )
    parser.add_argument("--local", action="store_true", help="the store of ./dev.sh up, whatever .env names")
    commands = parser.add_subparsers(dest="command", required=True)
    exporting = commands.add_parser("export", help="write the settings in force to a file")
    exporting.add_argument("file", metavar="FILE", help="where to; - for the standard output")
    importing = commands.add_parser("import", help="make the settings of a file the newest version")
    importing.add_argument("file", metavar="FILE", help="where from; - for the standard input")
    importing.add_argument("--force", action="store_true", help="also when somebody saved others since the export")
    return parser


def _export(store: Store, default: BusinessSettings, file: str) -> None:
    saved = store.business.current()
    version, settings = (saved.version, saved.settings) if saved else (0, default)
    text = write_file(version, settings)
    if file == "-":
        sys.stdout.write(text)
        return
    try:
        Path(file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {error.strerror}") from None
    print(f"Version {version} is in {file}.", file=sys.stderr)


def _import(store: Store, default: BusinessSettings, file: str, *, force: bool) -> None:
    try:
        seen, settings = read_file(_read_text(file))
    except FileError as error:
        raise CommandError(f"{file} {error}") from None
    except InvalidError as error:
        problems = "".join(f"\n  {path}: {problem}" for path, problem in error.fields.items())
        raise CommandError(f"{file}: {error.message}. Nothing was changed.{problems}") from None
    before = store.business.current()
    try:
        if force:
            saved = until_written(lambda: _save(store, default, _version(store), settings))
        else:
            saved = _save(store, default, seen, settings)
    except StaleError:
        raise CommandError(
            f"{file} was exported from version {seen}, and version {_version(store)} is in force now. Nothing was "
            "changed. Export the newest version and edit that, or import with --force."
        ) from None
    except AssistantError as error:
        raise CommandError(f"Nothing was saved: {error}") from None
    if before and saved.version == before.version:
        print(f"{file} says what version {saved.version} says: nothing to change.", file=sys.stderr)
    else:
        changed = ", ".join(saved.changed) or "nothing, but it is written down now"
        print(f"Version {saved.version} is in force. Changed: {changed}.", file=sys.stderr)


def _save(store: Store, default: BusinessSettings, seen: int, settings: BusinessSettings) -> SavedBusiness:
    return store.business.save_next(seen, settings, saved_by=_author(), now=utc_now(), default=default)


def _version(store: Store) -> int:
    saved = store.business.current()
    return saved.version if saved else 0


def _read_text(file: str) -> str:
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CommandError(f"{file} is not UTF-8 text: save it again as UTF-8") from None
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from None


def _author() -> str:
    """Name this command and, where git knows it, who runs it."""
    try:
        git = subprocess.run(["git", "config", "user.email"], capture_output=True, text=True, check=False)  # noqa: S607
        address = git.stdout.strip()
    except OSError:
        address = ""
    return f"{COMMAND} ({address})" if address else COMMAND


if __name__ == "__main__":
    sys.exit(main())
