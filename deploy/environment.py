"""The settings as deploy.sh needs them: `python -m deploy.environment COMMAND …`.

They are read as the functions read them (the environment first, then the file), checked by the functions' own
classes as if they ran on Google Cloud, and split: what is not secret goes into one file for each function, a secret
goes to standard output alone, for the one command that stores it.
"""

import argparse
import io
import json
import os
import re
import secrets
import sys
import urllib.parse
from pathlib import Path
from typing import Annotated, Literal, Self

from dotenv.parser import parse_stream
from pydantic import AfterValidator, EmailStr, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared import settings
from shared.errors import SettingsError

CLASSES: dict[str, type[settings.CommonSettings]] = {
    "webhook": settings.WebhookSettings,
    "process": settings.ProcessSettings,
    "dashboard_api": settings.DashboardSettings,
}
SECRETS = {
    "webhook": ["WHATSAPP_APP_SECRET", "VERIFY_TOKEN"],
    "process": ["WHATSAPP_ACCESS_TOKEN", "OPENAI_API_KEY"],
    "dashboard_api": ["WHATSAPP_ACCESS_TOKEN", "SESSION_SECRET"],
}
SIGN_IN = ("AUTH_MODE", "GOOGLE_CLIENT_ID", "STAFF_OWNER")
LOCAL_ONLY = {"CLOUD_TASKS_EMULATOR_HOST", "FIRESTORE_EMULATOR_HOST"}
PLACEHOLDER = re.compile(
    r"(?i)^(<.*>|\[.*\]|\{.*\}|your[-_ ].*|.*change[-_ ]?me.*|replace[-_ ].*|insert[-_ ].*|paste[-_ ].*"
    r"|todo.*|placeholder.*|example.*|x{3,}|\.{3}|…|sk-\.\.\.|local-.*)$"
)
LOOPBACK = re.compile(r"(?i)^https?://(localhost|127\.|0\.0\.0\.0|\[::1\])")
ANY_NUMBER = "0"  # stands for the project's number while that is not known yet


def _project_id(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9-]{4,28}[a-z0-9]", value):
        raise ValueError("must be a project's id: 6 to 30 lower-case letters, digits and hyphens")
    return value


def _client_id(value: str) -> str:
    if not re.fullmatch(r"[\w-]+\.apps\.googleusercontent\.com", value):
        raise ValueError("must end in .apps.googleusercontent.com")
    return value


class DeploySettings(BaseSettings):
    """What only deploy.sh reads."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True)

    google_cloud_project: Annotated[str, AfterValidator(_project_id)]
    tasks_location: Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)+\d+$")] = "europe-west1"
    tasks_queue: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,100}$")]
    firestore_database: Annotated[str, Field(pattern=r"^(\(default\)|[a-z][a-z0-9-]{2,61}[a-z0-9])$")]
    firestore_location: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    auth_mode: Literal["google", "iap"] = "google"
    google_client_id: Annotated[str, AfterValidator(_client_id)] | None = None
    staff_owner: EmailStr
    alert_email: EmailStr
    monthly_budget: Annotated[int, Field(ge=1)] = 50
    process_max_instances: Annotated[int, Field(ge=1, le=100)] = 10
    webhook_min_instances: Annotated[int, Field(ge=0, le=10)] = 0
    whatsapp_app_id: Annotated[str, Field(pattern=r"^\d+$")] | None = None
    whatsapp_account_id: Annotated[str, Field(pattern=r"^\d+$")] | None = None

    @model_validator(mode="after")
    def _google_sign_in_is_complete(self) -> Self:
        if self.auth_mode == "google" and not self.google_client_id:
            raise ValueError("GOOGLE_CLIENT_ID: missing; sign-in with Google needs an OAuth client")
        return self


def main() -> int:
    """Run one command; problems go to standard error, each on a line, never with a value."""
    options = _parser().parse_args()
    try:
        return run(options)
    except SettingsError as error:
        print(f"\nThe settings are not ready ({options.env_file}):", *error.problems, sep="\n  ", file=sys.stderr)
        return 1


def run(options: argparse.Namespace) -> int:
    """Carry out a command."""
    values = read_values(Path(options.env_file), os.environ)
    match options.command:
        case "check":
            for name, value in check(values, options).items():
                print(f"{name}={value}")
        case "write":
            write(values, options)
        case "secret":
            sys.stdout.write(values.get(options.name) or _new_secret(options.name))
        case "same-secret":
            stored = sys.stdin.read().strip()
            wanted = values.get(options.name)
            # A session secret that nobody chose was made here once and then kept.
            return 0 if stored == wanted or (options.name == "SESSION_SECRET" and not wanted) else 1
        case "handshake-request":
            query = {"hub.mode": "subscribe", "hub.verify_token": values["VERIFY_TOKEN"]}
            query["hub.challenge"] = options.challenge
            print(f'url = "{options.url}/?{urllib.parse.urlencode(query)}"')
        case "subscription-request":
            _print_post(f"{_graph(values)}/{values['WHATSAPP_APP_ID']}/subscriptions", _subscription(values, options.url))
        case "account-request":
            token = values["WHATSAPP_ACCESS_TOKEN"]
            url = f"{_graph(values)}/{values['WHATSAPP_ACCOUNT_ID']}/subscribed_apps"
            _print_post(url, {"access_token": token})
    return 0


def read_values(file: Path, environment: "os._Environ[str] | dict[str, str]") -> dict[str, str]:
    """Read every variable that the product knows, stripped; what is blank counts as not set.

    Raises SettingsError when the file cannot be read.
    """
    values = _file_values(file)
    values |= {name: value for name, value in environment.items() if name in _known_names()}
    stripped = {name: value.strip() for name, value in values.items()}
    return {name: value for name, value in stripped.items() if value}


def _file_values(file: Path) -> dict[str, str]:
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise SettingsError([f"there is no file {file}: copy .env.example to it and fill it in"]) from None
    except UnicodeDecodeError:
        raise SettingsError([f"{file} is not UTF-8 text: save it again as UTF-8"]) from None
    values: dict[str, str] = {}
    problems = []
    for binding in parse_stream(io.StringIO(text)):
        if binding.error:
            problems.append(f"line {binding.original.line} cannot be read: is a quotation mark missing?")
        elif binding.key is not None:
            values[binding.key] = binding.value or ""
            if (binding.value or "").strip()[:1] in ("“", "”", "‘", "’", "«"):
                problems.append(f"{binding.key}: begins with a typographic quotation mark; use \" or none")
    if problems:
        raise SettingsError(problems)
    return values


def check(values: dict[str, str], options: argparse.Namespace) -> dict[str, str]:
    """Check everything and return what the shell script needs to know; raises SettingsError with all problems."""
    values = with_defaults(values, options)
    problems = _placeholders(values)
    deploy = _load_deploy(values, problems)
    for function, kind in CLASSES.items():
        problems += _function_problems(kind, variables(function, values, f"https://process-{ANY_NUMBER}.run.app"))
    problems += [
        f"{name}: points at this machine, which the functions cannot reach"
        for name in ("GRAPH_API_URL", "OPENAI_BASE_URL")
        if LOOPBACK.match(values.get(name, ""))
    ]
    if problems or deploy is None:
        raise SettingsError(sorted(set(problems)))
    process = _load_process(values)
    return {
        "PROJECT": deploy.google_cloud_project,
        "REGION": deploy.tasks_location,
        "QUEUE": deploy.tasks_queue,
        "DATABASE": deploy.firestore_database,
        "FIRESTORE_LOCATION": deploy.firestore_location,
        "AUTH_MODE": deploy.auth_mode,
        "STAFF_OWNER": deploy.staff_owner,
        "ALERT_EMAIL": deploy.alert_email,
        "MONTHLY_BUDGET": str(deploy.monthly_budget),
        "PROCESS_MAX_INSTANCES": str(deploy.process_max_instances),
        "WEBHOOK_MIN_INSTANCES": str(deploy.webhook_min_instances),
        "WHATSAPP_APP_ID": deploy.whatsapp_app_id or "",
        "WHATSAPP_ACCOUNT_ID": deploy.whatsapp_account_id or "",
        "FUNCTION_TIMEOUT_SECONDS": f"{process.function_timeout_seconds:.0f}",
        "TASK_DEADLINE_SECONDS": f"{process.task_deadline_seconds:.0f}",
    }


def with_defaults(values: dict[str, str], options: argparse.Namespace) -> dict[str, str]:
    """Fill in what the command line says, and the names that follow from the prefix."""
    filled = {name: value for name, value in values.items() if name not in LOCAL_ONLY}
    if options.project:
        filled["GOOGLE_CLOUD_PROJECT"] = options.project
    if options.region:
        filled["TASKS_LOCATION"] = options.region
    filled.setdefault("TASKS_LOCATION", "europe-west1")
    filled.setdefault("TASKS_QUEUE", f"{options.prefix}-whatsapp")
    filled.setdefault("FIRESTORE_DATABASE", "(default)" if options.prefix == "assistant" else options.prefix)
    filled.setdefault("FIRESTORE_LOCATION", filled["TASKS_LOCATION"])
    if filled.get("AUTH_MODE") in (None, "local"):  # the mode of one's own machine
        filled["AUTH_MODE"] = "google"
    if "STAFF_OWNER" in filled:
        filled.setdefault("ALERT_EMAIL", filled["STAFF_OWNER"])
    project = filled.get("GOOGLE_CLOUD_PROJECT", "")
    filled["TASKS_SERVICE_ACCOUNT"] = f"{options.prefix}-tasks@{project}.iam.gserviceaccount.com"
    return filled


def variables(function: str, values: dict[str, str], process_url: str) -> dict[str, str]:
    """Return the variables of one function, secrets included."""
    names = {name.upper() for name in CLASSES[function].model_fields}
    if function == "dashboard_api":
        names |= set(SIGN_IN)
    chosen = {name: values[name] for name in names & values.keys()}
    chosen["PROCESS_URL"] = process_url
    if function == "dashboard_api":
        chosen.setdefault("SESSION_SECRET", "made when it is stored, which comes before the deploy")
    return chosen


def write(values: dict[str, str], options: argparse.Namespace) -> None:
    """Write one file of variables for each function, without secrets; JSON, which gcloud reads as YAML."""
    filled = with_defaults(values, options)
    threads = dict(pair.split("=", 1) for pair in options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    for function in CLASSES:
        chosen = variables(function, filled, options.process_url)
        public = {name: value for name, value in chosen.items() if name not in SECRETS[function]}
        public["THREADS"] = threads[function]
        text = json.dumps(public, indent=2, sort_keys=True, ensure_ascii=False)
        (options.out / f"{function}.env.yaml").write_text(text + "\n", encoding="utf-8")


def _load_deploy(values: dict[str, str], problems: list[str]) -> DeploySettings | None:
    fields = {name: values[name.upper()] for name in DeploySettings.model_fields if name.upper() in values}
    try:
        return DeploySettings.model_validate(fields)
    except ValidationError as error:
        problems += _problems(error)
        return None


def _problems(error: ValidationError) -> list[str]:
    problems = []
    for item in error.errors(include_input=False, include_url=False):
        message = item["msg"].removeprefix("Value error, ")
        if item["loc"]:
            message = f"{str(item['loc'][0]).upper()}: {'missing' if item['type'] == 'missing' else message}"
        problems.append(message)
    return problems


def _function_problems(kind: type[settings.CommonSettings], chosen: dict[str, str]) -> list[str]:
    """Load a function's settings as it will on Google Cloud, where K_SERVICE is set."""
    _become({**chosen, "K_SERVICE": "deploy"})
    try:
        settings.load(kind)
    except SettingsError as error:
        return error.problems
    return []


def _load_process(values: dict[str, str]) -> settings.ProcessSettings:
    _become({**variables("process", values, "https://process.run.app"), "K_SERVICE": "deploy"})
    settings.load.cache_clear()
    return settings.load(settings.ProcessSettings)


def _become(environment: dict[str, str]) -> None:
    """Give this process a function's environment, in a folder without a `.env`."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir("/")


def _placeholders(values: dict[str, str]) -> list[str]:
    example = Path(__file__).resolve().parents[1] / ".env.example"
    samples = _file_values(example) if example.exists() else {}
    required = {name for names in SECRETS.values() for name in names} | {"WHATSAPP_PHONE_ID", "WHATSAPP_ACCOUNT_ID"}
    required |= {"GOOGLE_CLOUD_PROJECT", "GOOGLE_CLIENT_ID", "STAFF_OWNER"}
    return [
        f"{name}: is still a placeholder"
        for name in sorted(required & values.keys())
        if PLACEHOLDER.match(values[name]) or values[name] == samples.get(name, "").strip()
    ]


def _known_names() -> set[str]:
    fields = {name.upper() for kind in (*CLASSES.values(), DeploySettings) for name in kind.model_fields}
    return fields | set(SIGN_IN)


def _new_secret(name: str) -> str:
    if name != "SESSION_SECRET":
        raise SettingsError([f"{name}: missing"])
    return secrets.token_urlsafe(48)


def _graph(values: dict[str, str]) -> str:
    base = values.get("GRAPH_API_URL", "https://graph.facebook.com").rstrip("/")
    return f"{base}/{values.get('GRAPH_API_VERSION', 'v25.0')}"


def _subscription(values: dict[str, str], url: str) -> dict[str, str]:
    app_secret = values["WHATSAPP_APP_SECRET"].split(",")[0].strip()
    return {
        "object": "whatsapp_business_account",
        "callback_url": f"{url}/",
        "verify_token": values["VERIFY_TOKEN"],
        "fields": "messages",
        "access_token": f"{values['WHATSAPP_APP_ID']}|{app_secret}",
    }


def _print_post(url: str, form: dict[str, str]) -> None:
    """Print a request as curl's own configuration reads it."""
    print(f'url = "{url}"')
    print(f'data = "{urllib.parse.urlencode(form)}"')


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name: str, *flags: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name)
        for flag in ("--env-file", *flags):
            added.add_argument(flag, required=True)
        return added

    place = ("--project", "--region", "--prefix")
    command("check", *place)
    writing = command("write", *place, "--process-url")
    writing.add_argument("--out", type=Path, required=True)
    writing.add_argument("--threads", action="append", required=True)
    command("secret").add_argument("name")
    command("same-secret").add_argument("name")
    command("handshake-request", "--url", "--challenge")
    command("subscription-request", "--url")
    command("account-request")
    return parser


if __name__ == "__main__":
    sys.exit(main())
