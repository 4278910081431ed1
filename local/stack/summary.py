"""What `./dev.sh up` prints once everything runs: one table, and a command that sends a signed message."""

import shlex
import time
from collections.abc import Mapping
from pathlib import Path

import requests

from local.phone_simulator import meta_json
from local.phone_simulator.account import SimulatorSettings
from local.phone_simulator.made_up import new_message_id
from local.phone_simulator.records import Customer
from local.phone_simulator.webhook_sender import encode, signature
from local.stack.configuration import Configuration

CUSTOMER = {"name": "Giulia Bianchi", "phone": "+39 333 555 0142"}
TEXT = "Buongiorno, mi chiamo Giulia Bianchi. Fate consegne a domicilio?"
TIMEOUT_SECONDS = 10.0
OPEN_DATA = (
    "For trying only: the emulator's data are open to every program and web page on this machine. "
    "Deploy before customers write (docs/deploy.md)."
)


def summary(
    configuration: Configuration, ports: Mapping[str, int], environment: Mapping[str, str], logs: Path
) -> str:
    """Return the table, and, where WhatsApp is simulated, a `curl` line that plays one message."""
    rows = [
        ("Phone", *_phone(configuration, ports, environment)),
        ("Dashboard", _url(ports, "DASHBOARD_PORT"), "what staff see"),
        ("OpenAI", *_openai(configuration, ports, environment)),
        ("Health", f"{_url(ports, 'WEBHOOK_PORT')}/health", "webhook"),
        ("", f"{_url(ports, 'PROCESS_PORT')}/health", "process"),
        ("", f"{_url(ports, 'DASHBOARD_PORT')}/health", "dashboard_api"),
        ("Logs", f"{logs}/*.log", "one file for each process"),
        ("Data", *_data(configuration, environment)),
    ]
    width = max(len(place) for _, place, _ in rows)
    lines = ["", *(f"  {title:<11}{place:<{width}}  {note}" for title, place, note in rows), ""]
    if configuration.simulates_whatsapp:
        command = _signed_message(ports, environment)
        lines += ["Send a signed message as WhatsApp does (again: the same message, answered once):", "", command]
    else:
        lines.append(OPEN_DATA)
    return "\n".join([*lines, "", "Ctrl-C stops everything."])


def _phone(
    configuration: Configuration, ports: Mapping[str, int], environment: Mapping[str, str]
) -> tuple[str, str]:
    if not configuration.simulates_whatsapp:
        return f"number id {environment['WHATSAPP_PHONE_ID']}", (
            f"the real WhatsApp; lead a public tunnel to {_url(ports, 'WEBHOOK_PORT')}"
        )
    return _url(ports, "PHONE_PORT"), "simulated WhatsApp: write here as a customer"


def _openai(
    configuration: Configuration, ports: Mapping[str, int], environment: Mapping[str, str]
) -> tuple[str, str]:
    if configuration.simulates_openai:
        return _url(ports, "OPENAI_SIMULATOR_PORT"), "simulated; OPENAI_API_KEY in .env brings the real one"
    return environment.get("OPENAI_BASE_URL", "https://api.openai.com/v1"), "real: answers cost money"


def _data(configuration: Configuration, environment: Mapping[str, str]) -> tuple[str, str]:
    host = environment["FIRESTORE_EMULATOR_HOST"]
    if configuration.starts_firestore:
        return host, "Firestore emulator: in memory, gone after the stop"
    return host, "Firestore emulator that was running already"


def _signed_message(ports: Mapping[str, int], environment: Mapping[str, str]) -> str:
    settings = SimulatorSettings.from_environment(environment)
    customer = _add_customer(_url(ports, "PHONE_PORT"))
    message = meta_json.message(customer, new_message_id(), time.time(), "text", {"text": {"body": TEXT}})
    body = encode(meta_json.webhook(settings, meta_json.message_value(customer, message)))
    headers = {
        "Content-Type": "application/json",
        "X-Hub-Signature-256": signature(settings.app_secret, body),
    }
    options = " ".join(f"-H {shlex.quote(f'{name}: {value}')}" for name, value in headers.items())
    return f"curl {options} -d {shlex.quote(body.decode())} {_url(ports, 'WEBHOOK_PORT')}"


def _add_customer(phone_url: str) -> Customer:
    """Put the sender on the phone page, as one who wrote just now, so that the answer can be delivered."""
    with requests.Session() as session:
        session.trust_env = False  # no proxy for loopback
        control = f"{phone_url}/_control/customers"
        answer = session.post(control, json=CUSTOMER, timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
        added = answer.json()
        session.patch(
            f"{control}/{added['id']}", json={"last_message_at": time.time()}, timeout=TIMEOUT_SECONDS
        ).raise_for_status()
    return Customer(added["id"], added["name"], added["phone"], added["user_id"], added["username"])


def _url(ports: Mapping[str, int], variable: str) -> str:
    return f"http://127.0.0.1:{ports[variable]}"
