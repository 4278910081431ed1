"""Check the settings, and write what each function is given: `python -m deploy.environment COMMAND …`.

They are checked by the functions' own classes, as if the functions ran on Google Cloud. What is not secret goes
into one file for each function; secrets go through deploy/secret.py.
"""

import argparse
import contextlib
import json
import os
import re
import sys
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, EmailStr, Field, ValidationError, validate_email

from deploy.env_file import read_values
from deploy.secret import SECRETS
from shared import settings
from shared.errors import SettingsError

CLASSES: dict[str, type[settings.CommonSettings]] = {
    "webhook": settings.WebhookSettings,
    "process": settings.ProcessSettings,
    "dashboard_api": settings.DashboardSettings,
}
SIGN_IN = ("AUTH_MODE", "GOOGLE_CLIENT_ID", "STAFF_OWNER")
LOCAL_ONLY = {"CLOUD_TASKS_EMULATOR_HOST", "FIRESTORE_EMULATOR_HOST"}
# Those that a person fills in: a sample left in one of them is a mistake, never a choice.
FILLED_IN = {
    *SECRETS,
    "GOOGLE_CLIENT_ID",
    "GOOGLE_CLOUD_PROJECT",
    "IAP_AUDIENCE",
    "OPENAI_PROMPT_ID",
    "OPENAI_VECTOR_STORE_IDS",
    "STAFF_OWNER",
    "WHATSAPP_ACCOUNT_ID",
    "WHATSAPP_PHONE_ID",
}
EXAMPLE = Path(__file__).resolve().parents[1] / ".env.example"
PLACEHOLDER = re.compile(
    r"(?i)^(<.*>|\[.*\]|\{.*\}|your[-_ ].*|.*change[-_ ]?me.*|(replace|insert|paste|fill)[-_ ].*"
    r"|todo.*|placeholder.*|example.*|.*@example\.(com|org|net|it)|x{3,}|(sk-)?(\.{3}|…)|local-.*)$"
)
THIS_MACHINE = re.compile(r"(?i)^https?://(localhost|127\.|0\.0\.0\.0|\[::1\])")


def _project_id(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9-]{4,28}[a-z0-9]", value):
        raise ValueError("must be a project's id: 6 to 30 lower-case letters, digits and hyphens")
    return value


def _client_id(value: str) -> str:
    if not re.fullmatch(r"[\w-]+\.apps\.googleusercontent\.com", value):
        raise ValueError("must end in .apps.googleusercontent.com")
    return value


def _addresses(value: str) -> str:
    for address in value.split(","):
        validate_email(address.strip())
    return value


class DeploySettings(BaseModel, frozen=True):
    """What deploy.sh itself reads; the field names are the variables' names."""

    google_cloud_project: Annotated[str, AfterValidator(_project_id)]
    tasks_location: Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)+\d+$")]
    tasks_queue: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,100}$")]
    firestore_database: Annotated[str, Field(pattern=r"^(\(default\)|[a-z][a-z0-9-]{2,61}[a-z0-9])$")]
    firestore_location: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    auth_mode: Literal["google", "iap"]
    google_client_id: Annotated[str, AfterValidator(_client_id)] | None = None
    staff_owner: Annotated[str, AfterValidator(_addresses)] = ""
    alert_email: EmailStr = ""
    monthly_budget: Annotated[int, Field(ge=1)] = 50
    process_max_instances: Annotated[int, Field(ge=1, le=100)] = 10
    webhook_min_instances: Annotated[int, Field(ge=0, le=10)] = 0
    whatsapp_app_id: Annotated[str, Field(pattern=r"^\d*$")] = ""
    whatsapp_account_id: Annotated[str, Field(pattern=r"^\d*$")] = ""


def main() -> int:
    """Run one command; problems go to standard error, each on a line, never with a value."""
    options = _parser().parse_args()
    try:
        values = with_defaults(read_values(Path(options.env_file), os.environ, _known_names()), options)
        if options.command == "check":
            for name, value in check(values).items():
                print(f"{name}={value}")
        else:
            write(values, options)
    except SettingsError as error:
        print(f"\nThe settings are not ready ({options.env_file}):", *error.problems, sep="\n  ", file=sys.stderr)
        return 1
    return 0


def with_defaults(values: dict[str, str], options: argparse.Namespace) -> dict[str, str]:
    """Fill in what the command line says, and the names that follow from the prefix."""
    filled = {name: value for name, value in values.items() if name not in LOCAL_ONLY}
    if options.project:
        filled["GOOGLE_CLOUD_PROJECT"] = options.project
    if options.region:
        filled["TASKS_LOCATION"] = options.region
    filled.setdefault("TASKS_LOCATION", "europe-west1")
    filled.setdefault("TASKS_QUEUE", f"{options.prefix}-whatsapp")
    store = "(default)" if options.prefix == "assistant" else f"{options.prefix}-store"
    filled.setdefault("FIRESTORE_DATABASE", store)
    filled.setdefault("FIRESTORE_LOCATION", filled["TASKS_LOCATION"])
    if filled.get("AUTH_MODE") in (None, "local"):  # local is the mode of one's own machine
        filled["AUTH_MODE"] = "google"
    if "STAFF_OWNER" in filled:
        filled.setdefault("ALERT_EMAIL", filled["STAFF_OWNER"].split(",")[0].strip())
    project = filled.get("GOOGLE_CLOUD_PROJECT", "")
    filled["TASKS_SERVICE_ACCOUNT"] = f"{options.prefix}-tasks@{project}.iam.gserviceaccount.com"
    return filled


def check(values: dict[str, str]) -> dict[str, str]:
    """Check everything and return what the shell script needs to know; raises SettingsError with all problems."""
    problems = [*_placeholders(values), *_addresses_of_this_machine(values)]
    loaded: dict[str, settings.CommonSettings] = {}
    for function, kind in CLASSES.items():
        try:
            loaded[function] = _load_as_on_google_cloud(
                kind, variables(function, values, "https://process.run.app")
            )
        except SettingsError as error:
            problems += error.problems
    try:
        fields = {name: values[name.upper()] for name in DeploySettings.model_fields if name.upper() in values}
        deploy = DeploySettings.model_validate(fields)
    except ValidationError as error:
        raise SettingsError(sorted({*problems, *settings.problems_of(error)})) from None
    if problems:
        raise SettingsError(sorted(set(problems)))
    process = loaded["process"]
    assert isinstance(process, settings.ProcessSettings)  # noqa: S101  # for the type checker
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
        "WHATSAPP_APP_ID": deploy.whatsapp_app_id,
        "WHATSAPP_ACCOUNT_ID": deploy.whatsapp_account_id,
        "FUNCTION_TIMEOUT_SECONDS": f"{process.function_timeout_seconds:.0f}",
        "TASK_DEADLINE_SECONDS": f"{process.task_deadline_seconds:.0f}",
    }


def variables(function: str, values: dict[str, str], process_url: str) -> dict[str, str]:
    """Return the variables of one function, secrets included."""
    names = {name.upper() for name in CLASSES[function].model_fields}
    if function == "dashboard_api":
        names |= set(SIGN_IN)
    chosen = {name: values[name] for name in names & values.keys()}
    chosen["PROCESS_URL"] = process_url
    if function == "dashboard_api":  # made when the secrets are stored, long before the function starts
        chosen.setdefault("SESSION_SECRET", "0" * 64)
    return chosen


def write(values: dict[str, str], options: argparse.Namespace) -> None:
    """Write one file of variables for each function, without secrets; JSON, which gcloud reads as YAML."""
    threads = dict(pair.split("=", 1) for pair in options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    for function in CLASSES:
        chosen = variables(function, values, options.process_url)
        public = {name: value for name, value in chosen.items() if name not in SECRETS}
        public["THREADS"] = threads[function]
        text = json.dumps(public, indent=2, sort_keys=True, ensure_ascii=False)
        (options.out / f"{function}.env.yaml").write_text(text + "\n", encoding="utf-8")


def _load_as_on_google_cloud(
    kind: type[settings.CommonSettings], chosen: dict[str, str]
) -> settings.CommonSettings:
    """Load settings in the function's environment, where K_SERVICE is set, and in a folder without a `.env`."""
    before = dict(os.environ)
    try:
        os.environ.clear()
        os.environ.update(chosen, K_SERVICE="deploy")
        with contextlib.chdir("/"):
            loaded: settings.CommonSettings = settings.load(kind)
    finally:
        os.environ.clear()
        os.environ.update(before)
    return loaded


def _placeholders(values: dict[str, str]) -> list[str]:
    """Find samples: of any kind, or the very ones that `.env.example` has (there, each is commented out)."""
    example = EXAMPLE.read_text(encoding="utf-8") if EXAMPLE.exists() else ""
    samples = set(re.findall(r"^(?:# )?([A-Z_]+=.+?)\s*$", example, re.MULTILINE))
    return [
        f"{name}: is still a placeholder"
        for name in sorted(FILLED_IN & values.keys())
        if PLACEHOLDER.match(values[name]) or f"{name}={values[name]}" in samples
    ]


def _addresses_of_this_machine(values: dict[str, str]) -> list[str]:
    return [
        f"{name}: points at this machine, which the functions cannot reach"
        for name in ("GRAPH_API_URL", "OPENAI_BASE_URL")
        if THIS_MACHINE.match(values.get(name, ""))
    ]


def _known_names() -> set[str]:
    kinds: list[type[BaseModel]] = [*CLASSES.values(), DeploySettings]
    return {name.upper() for kind in kinds for name in kind.model_fields} | {*SECRETS, *SIGN_IN}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    for flag in ("--env-file", "--project", "--region", "--prefix"):
        parser.add_argument(flag, required=True)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check")
    writing = commands.add_parser("write")
    writing.add_argument("--out", type=Path, required=True)
    writing.add_argument("--process-url", required=True)
    writing.add_argument("--threads", action="append", required=True)
    return parser


if __name__ == "__main__":
    sys.exit(main())
