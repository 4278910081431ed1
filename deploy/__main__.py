"""The command line of ./deploy.sh: reads the options, and hands them to the command."""

import argparse
import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from deploy.terminal import Stop, Terminal, reads

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = ("deploy", "status", "verify", "rollback", "destroy", "permissions")
STEPS = ("apis", "database", "accounts", "secrets", "queue", "functions", "monitoring", "number", "verify")
LIBRARIES = ("dotenv", "email_validator", "pydantic_settings", "yaml")
DESCRIPTION = """\
Usage: ./deploy.sh [command] [options]

  deploy       make, or bring up to date, everything the assistant needs (the default)
  status       show what runs, and what differs from what this checkout would deploy; exits 1 if anything does
  verify       send a harmless event through webhook, queue and process into the store, and take it out again
  rollback     send the traffic back to the revisions before the last release
  destroy      remove what deploy made; asks twice before it touches data
  permissions  print the table of roles that deploy grants

  --project ID      the Google Cloud project
  --region NAME     the region (default: europe-west1)
  --prefix NAME     the name before every resource, for a second environment in one project (default: assistant)
  --env-file FILE   the settings (default: .env)
  --only STEP       deploy (or show the status of) this step only, after the checks; may be repeated. Steps: apis
                    database accounts secrets queue functions monitoring number verify
  --register        register the number with WhatsApp where it is not yet (needs WHATSAPP_PIN)
  --subscribe       afterwards register the webhook with Meta (needs WHATSAPP_APP_ID and WHATSAPP_ACCOUNT_ID)
  --yes             do not ask before deploying or rolling back; destroy is confirmed by what you type alone
  --dry-run         change nothing and reach nothing: print every command for a project in which nothing exists yet
  --help            this text
"""


class Parser(argparse.ArgumentParser):
    """Says in our words what is wrong with the options."""

    def format_help(self) -> str:
        """Return the text above: it tells more than argparse's own."""
        return DESCRIPTION

    def error(self, message: str) -> NoReturn:
        """Stop with exit code 2."""
        if found := re.search(r"argument (--[a-z-]+): expected one argument", message):
            message = f"{found[1]} needs a value"
        elif found := re.search(r"unrecognized arguments: (\S+)|invalid choice: '([^']*)'", message):
            message = f"There is no option or command '{found[1] or found[2]}'"
        else:
            message = re.sub(r"^argument \S+: ", "", message).removesuffix(".")
        raise Stop(f"{message}. See ./deploy.sh --help.", 2)


def main() -> int:
    """Run one command; whatever stops it is told in one sentence."""
    terminal = Terminal()
    try:
        options = read_options()
        terminal.is_dry_run = options.dry_run
        if options.command == "permissions":
            return _permissions()
        _ensure_libraries()
        from deploy.commands import run

        return run(options, terminal)
    except Stop as stop:
        return terminal.stopped(stop)
    except KeyboardInterrupt:
        return terminal.stopped(Stop("Interrupted.", 130))
    except BrokenPipeError:  # who read along, `less` or `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def read_options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Parse the command line; an option that would do nothing is refused, not passed over."""
    options = parser().parse_args(arguments)
    for option, commands in (("only", ("deploy", "status")), ("register", ("deploy",)), ("subscribe", ("deploy",))):
        if getattr(options, option) and options.command not in commands:
            raise Stop(f"--{option} does not go with '{options.command}'. See ./deploy.sh --help.", 2)
    if options.register and options.only and "number" not in options.only:
        raise Stop("--register belongs to the step 'number', which --only leaves out. See ./deploy.sh --help.", 2)
    if options.command == "status" and (unseen := {"number", "verify"}.intersection(options.only)):
        raise Stop(f"status looks at no step '{min(unseen)}'. See ./deploy.sh --help.", 2)
    return options


def parser() -> Parser:
    """Build the parser of the command line."""
    options = Parser(allow_abbrev=False)
    options.add_argument("command", nargs="?", choices=COMMANDS, default="deploy")
    for option in ("--project", "--region"):
        options.add_argument(option, type=_some)
    options.add_argument("--prefix", type=_prefix, default="assistant")
    options.add_argument("--env-file", type=_some, default=".env")
    options.add_argument("--only", type=_step, action="append", default=[])
    for option in ("--register", "--subscribe", "--yes", "--dry-run"):
        options.add_argument(option, action="store_true")
    return options


def _some(value: str) -> str:
    if not value:
        raise argparse.ArgumentTypeError("An option's value is empty")
    return value


def _prefix(value: str) -> str:
    """Check a prefix: a service account's name has at most 30 characters, and ours end in up to 14."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,14}[a-z0-9]", value):
        raise argparse.ArgumentTypeError(
            "--prefix must be 2 to 16 lower-case letters, digits and hyphens, and begin with a letter"
        )
    return value


def _step(value: str) -> str:
    if value not in STEPS:
        raise argparse.ArgumentTypeError(f"There is no step '{value}'. The steps are: {' '.join(STEPS)}")
    return value


def _permissions() -> int:
    from deploy.catalogue import permissions_table

    print("\n".join(permissions_table()))
    return 0


def _ensure_libraries() -> None:
    """Start again with a Python that has what checking the settings takes; make one where there is none."""
    if all(importlib.util.find_spec(name) for name in LIBRARIES):
        return
    if os.environ.get("DEPLOY_PREPARED"):
        raise Stop("The libraries that check the settings are not found by the Python in .dist/venv: remove it.")
    python = ROOT / ".dist" / "venv" / "bin" / "python"
    if not reads([python, "-c", f"import {', '.join(LIBRARIES)}"]):
        _make_environment(python)
    os.environ["DEPLOY_PREPARED"] = "1"
    os.execv(python, [str(python), "-P", "-m", "deploy", *sys.argv[1:]])  # the same command again


def _make_environment(python: Path) -> None:
    print("Preparing .dist/venv, which checks the settings …", file=sys.stderr, flush=True)
    lock = ROOT / "requirements" / "deploy.lock"
    if not reads([python, "-m", "pip", "--version"]):
        subprocess.run([sys.executable, "-m", "venv", "--clear", python.parents[1]], check=False)
    pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", str(lock)]
    if (
        not reads([python, "--version"])
        or subprocess.run([python, *pip], stdout=sys.stderr, check=False).returncode
    ):
        raise Stop("The libraries that check the settings could not be installed from PyPI (see above).")


if __name__ == "__main__":
    sys.exit(main())
