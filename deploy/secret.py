"""The one place where a secret's value leaves the settings: `python -m deploy.secret COMMAND …`.

A value goes to standard output alone, into the pipe to the one command that needs it.
"""

import argparse
import os
import secrets
import sys
import urllib.parse
from pathlib import Path

from deploy.env_file import read_values
from shared.errors import SettingsError

SECRETS = ("WHATSAPP_ACCESS_TOKEN", "WHATSAPP_APP_SECRET", "VERIFY_TOKEN", "OPENAI_API_KEY", "SESSION_SECRET")
NAMES = (*SECRETS, "WHATSAPP_APP_ID", "WHATSAPP_ACCOUNT_ID", "GRAPH_API_URL", "GRAPH_API_VERSION")


def main() -> int:
    """Run one command; an exit code other than 0 means no."""
    options = _parser().parse_args()
    try:
        return run(options, read_values(Path(options.env_file), os.environ, NAMES))
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1


def run(options: argparse.Namespace, values: dict[str, str]) -> int:
    """Carry out a command with the settings' values."""
    match options.command:
        case "print":
            sys.stdout.write(values.get(options.name) or new_secret(options.name))
        case "is-stored":
            stored = sys.stdin.read().strip()
            # A session secret that nobody chose was made once, and is then kept.
            kept = options.name == "SESSION_SECRET" and options.name not in values
            return 0 if kept or stored == values.get(options.name) else 1
        case "handshake-request":
            print(handshake_request(options.url, values["VERIFY_TOKEN"], options.challenge))
        case "subscription-request":
            print(subscription_request(options.url, values))
        case "account-request":
            print(account_request(values))
    return 0


def new_secret(name: str) -> str:
    """Make a session secret; every other secret comes from somewhere else, so SettingsError is raised."""
    if name != "SESSION_SECRET":
        raise SettingsError([f"{name}: missing"])
    return secrets.token_urlsafe(48)


def handshake_request(url: str, verify_token: str, challenge: str) -> str:
    """Return, as curl's configuration, what Meta asks a webhook before it trusts it."""
    query = {"hub.mode": "subscribe", "hub.verify_token": verify_token, "hub.challenge": challenge}
    return f'url = "{url}/?{urllib.parse.urlencode(query)}"'


def subscription_request(url: str, values: dict[str, str]) -> str:
    """Return, as curl's configuration, the request that gives Meta the webhook's address.

    It is the app's own request: its access token is made of its id and its secret.
    """
    app_id, app_secret = values["WHATSAPP_APP_ID"], values["WHATSAPP_APP_SECRET"].split(",")[0].strip()
    form = {
        "object": "whatsapp_business_account",
        "callback_url": f"{url}/",
        "verify_token": values["VERIFY_TOKEN"],
        "fields": "messages",
        "access_token": f"{app_id}|{app_secret}",
    }
    return _post(f"{_graph(values)}/{app_id}/subscriptions", form)


def account_request(values: dict[str, str]) -> str:
    """Return, as curl's configuration, the request that sends a WhatsApp Business account's events to the app."""
    url = f"{_graph(values)}/{values['WHATSAPP_ACCOUNT_ID']}/subscribed_apps"
    return _post(url, {"access_token": values["WHATSAPP_ACCESS_TOKEN"]})


def _graph(values: dict[str, str]) -> str:
    base = values.get("GRAPH_API_URL", "https://graph.facebook.com").rstrip("/")
    return f"{base}/{values.get('GRAPH_API_VERSION', 'v25.0')}"


def _post(url: str, form: dict[str, str]) -> str:
    return f'url = "{url}"\ndata = "{urllib.parse.urlencode(form)}"'


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--env-file", required=True)
    commands = parser.add_subparsers(dest="command", required=True)
    for command in ("print", "is-stored"):
        commands.add_parser(command).add_argument("name", choices=SECRETS)
    handshake = commands.add_parser("handshake-request")
    subscription = commands.add_parser("subscription-request")
    commands.add_parser("account-request")
    for parser_of_command in (handshake, subscription):
        parser_of_command.add_argument("--url", required=True)
    handshake.add_argument("--challenge", required=True)
    return parser


if __name__ == "__main__":
    sys.exit(main())
