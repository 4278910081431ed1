"""What the local stack runs with: the environment, then `.env`, then values made up for this machine."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

ROOT = Path(__file__).resolve().parents[2]

DEFAULT_PORTS = {
    "DASHBOARD_PORT": 8080,
    "WEBHOOK_PORT": 8081,
    "PROCESS_PORT": 8082,
    "FIRESTORE_PORT": 8085,
    "PHONE_PORT": 8090,
    "OPENAI_SIMULATOR_PORT": 8091,
    "TASKS_PORT": 8123,
}
DEFAULT_SWEEP_SECONDS = 60.0

# A tunnel makes the webhook public: a secret that everybody can read here would let anybody forge messages.
REQUIRED_FOR_REAL_WHATSAPP = ("WHATSAPP_APP_SECRET", "VERIFY_TOKEN")
MADE_UP = {
    "WHATSAPP_ACCESS_TOKEN": "local-access-token",
    "WHATSAPP_PHONE_ID": "100000000000001",
    "WHATSAPP_ACCOUNT_ID": "200000000000002",
    "WHATSAPP_APP_SECRET": "local-app-secret",
    "VERIFY_TOKEN": "local-verify-token",
    "OPENAI_API_KEY": "local-openai-key",
    "GOOGLE_CLOUD_PROJECT": "local",
}
# For simulated customers only: a real one would be told facts that nobody decided.
MADE_UP_BUSINESS = {
    "BUSINESS_NAME": "Bottega Aurora",
    "BUSINESS_INFORMATION": """\
Vendiamo ceramiche fatte a mano: vasi da 15 a 80 euro, tazze a 12 euro, piatti da 18 euro. \
Siamo aperti da lunedì a venerdì, 9:00-13:00 e 15:30-19:00, e il sabato, 9:00-13:00. \
Consegniamo a domicilio in tutta Italia in 3-5 giorni: 7 euro, gratis oltre gli 80 euro. \
Spediamo anche nel resto d'Europa, da 15 euro. \
Il laboratorio di ceramica è il sabato mattina, su appuntamento: 45 euro a persona. \
I resi sono gratuiti entro 14 giorni. Si paga con carta, PayPal o bonifico. Siamo in via Roma 1, a Faenza.
We sell handmade ceramics: vases from 15 to 80 euros, mugs at 12 euros, plates from 18 euros. \
We are open from Monday to Friday, 9:00-13:00 and 15:30-19:00, and on Saturday, 9:00-13:00. \
We deliver all over Italy in 3 to 5 days: 7 euros, free above 80 euros. \
We ship to the rest of Europe as well, from 15 euros. \
The pottery class is on Saturday morning, by appointment: 45 euros per person. \
Returns are free within 14 days. You can pay by card, PayPal or bank transfer. \
You find us at this address: via Roma 1, Faenza.""",
}
LOOPBACK_HOSTS = "127.0.0.1,localhost"


class ConfigurationError(Exception):
    """The stack cannot run with these settings; the message names the variable."""


@dataclass(frozen=True)
class Configuration:
    """The given settings and what follows from them: which parts are real, which ports are wanted."""

    given: Mapping[str, str]
    ports: Mapping[str, int]
    sweep_seconds: float

    @property
    def starts_firestore(self) -> bool:
        """Whether the stack brings its own Firestore emulator."""
        return "FIRESTORE_EMULATOR_HOST" not in self.given

    @property
    def starts_tasks(self) -> bool:
        """Whether the stack brings its own Cloud Tasks emulator."""
        return "CLOUD_TASKS_EMULATOR_HOST" not in self.given

    @property
    def simulates_openai(self) -> bool:
        """Whether the stack plays OpenAI: without a key, and without another server that needs none."""
        return not {"OPENAI_API_KEY", "OPENAI_BASE_URL"} & self.given.keys()

    @property
    def simulates_whatsapp(self) -> bool:
        """Whether the stack plays WhatsApp: without a real number, or with one behind another Graph API."""
        real = {"WHATSAPP_ACCESS_TOKEN", "WHATSAPP_PHONE_ID"} <= self.given.keys()
        return not real or "GRAPH_API_URL" in self.given

    def environment(self, ports: Mapping[str, int]) -> dict[str, str]:
        """Return the whole environment of the stack's processes, given the ports they have."""
        has_own = bool(MADE_UP_BUSINESS.keys() & self.given.keys())
        business = MADE_UP_BUSINESS if self.simulates_whatsapp and not has_own else {}
        environment = {**MADE_UP, **business, **self._addresses(ports), **self.given}
        return environment | {
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            # Everything here talks over loopback: a company's proxy must not be asked for it.
            "NO_PROXY": _joined(environment.get("NO_PROXY"), LOOPBACK_HOSTS),
            "no_proxy": _joined(environment.get("no_proxy"), LOOPBACK_HOSTS),
        }

    def _addresses(self, ports: Mapping[str, int]) -> dict[str, str]:
        addresses = {"PROCESS_URL": _url(ports["PROCESS_PORT"])}
        if self.starts_firestore:
            addresses["FIRESTORE_EMULATOR_HOST"] = f"127.0.0.1:{ports['FIRESTORE_PORT']}"
        if self.starts_tasks:
            addresses["CLOUD_TASKS_EMULATOR_HOST"] = f"127.0.0.1:{ports['TASKS_PORT']}"
        if self.simulates_openai:
            addresses["OPENAI_BASE_URL"] = f"{_url(ports['OPENAI_SIMULATOR_PORT'])}/v1"
        if self.simulates_whatsapp:
            addresses["GRAPH_API_URL"] = _url(ports["PHONE_PORT"])
        return addresses


def read_configuration(
    settings: Mapping[str, str], *, env_file: Path | None = None, ports: int | None = None
) -> Configuration:
    """Read what the stack runs with; `settings` win over the environment, and that over the file.

    `ports` replaces every port's default (0: any free one). Raises ConfigurationError.
    """
    file = dotenv_values(env_file, encoding="utf-8-sig") if env_file else {}
    layers: list[Mapping[str, str | None]] = [file, os.environ, settings]
    given = {name: value.strip() for layer in layers for name, value in layer.items() if value and value.strip()}
    configuration = Configuration(
        given=given,
        ports={name: _port(given, name, default, ports) for name, default in DEFAULT_PORTS.items()},
        sweep_seconds=_number(given, "SWEEP_SECONDS", DEFAULT_SWEEP_SECONDS),
    )
    _check_secrets(configuration)
    return configuration


def _port(given: Mapping[str, str], name: str, default: int, override: int | None) -> int:
    value = given.get(name, str(default if override is None else override))
    if not value.isdecimal():
        raise ConfigurationError(f"{name} must be a port number, or 0 for any free one.")
    return int(value)


def _number(given: Mapping[str, str], name: str, default: float) -> float:
    try:
        number = float(given.get(name, default))
    except ValueError:
        number = -1.0
    if not 0 <= number < float("inf"):
        raise ConfigurationError(f"{name} must be a number of seconds, or 0 for never.")
    return number


def _check_secrets(configuration: Configuration) -> None:
    missing = [name for name in REQUIRED_FOR_REAL_WHATSAPP if name not in configuration.given]
    if missing and not configuration.simulates_whatsapp:
        raise ConfigurationError(
            f"{' and '.join(missing)} must be set too: WHATSAPP_ACCESS_TOKEN and WHATSAPP_PHONE_ID are, "
            "so the real WhatsApp is used."
        )


def _url(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def _joined(*values: str | None) -> str:
    return ",".join(value for value in values if value)
