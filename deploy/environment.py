"""Check the settings, and write what each function is given.

They are checked by the functions' own classes, as if the functions ran on Google Cloud. What is not secret goes
into one file for each function; of secrets only the versions are named there.
"""

import contextlib
import json
import os
import re
import secrets
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, EmailStr, Field, ValidationError, validate_email

from deploy.catalogue import OWN_TOKEN, SECRETS, SHARED_TOKEN
from deploy.env_file import read_values
from deploy.terminal import Stop
from shared import settings
from shared.errors import SettingsError

CLASSES: dict[str, type[settings.CommonSettings]] = {
    "webhook": settings.WebhookSettings,
    "process": settings.ProcessSettings,
    "dashboard_api": settings.DashboardSettings,
}
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
    "WHATSAPP_PIN",
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


def _pin(value: str) -> str:
    if not re.fullmatch(r"\d{6}", value):
        raise ValueError("must have six digits")
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
    firestore_pitr: bool = False
    backup_weeks: Annotated[int, Field(ge=0, le=14)] = 0
    whatsapp_app_id: Annotated[str, Field(pattern=r"^\d*$")] = ""
    whatsapp_account_id: Annotated[str, Field(pattern=r"^\d*$")] = ""
    whatsapp_pin: Annotated[str, AfterValidator(_pin)] = ""


@dataclass(frozen=True)
class Settings:
    """The values as they were given, what deploy.sh reads of them, and the time-outs that it passes on."""

    values: dict[str, str] = field(repr=False)
    deploy: DeploySettings
    function_timeout: int
    task_deadline: int
    file: str = ".env"

    def secret_names(self) -> list[str]:
        """Return the secrets of this deployment: one of them is optional."""
        return [name for name in SECRETS if name != OWN_TOKEN or name in self.values]

    def secrets_of(self, function: str) -> dict[str, str]:
        """Return which secret is given to a function as which variable."""
        names = {name.upper() for name in CLASSES[function].model_fields}
        given = {name: name for name in SECRETS if name in names}
        if function == "dashboard_api" and OWN_TOKEN in self.values:
            given[SHARED_TOKEN] = OWN_TOKEN
        return given

    def secret(self, name: str) -> str:
        """Return a secret's value; a session secret that nobody chose is made."""
        return self.values.get(name) or secrets.token_urlsafe(48)

    def is_stored(self, name: str, stored: str) -> bool:
        """Tell whether a stored secret is the one to use; a session secret that was made once is kept."""
        return name not in self.values or stored.strip() == self.values[name]


def read(file: str, project: str | None, region: str | None, prefix: str) -> Settings:
    """Read and check the settings; stops with all problems, each on a line, never with a value."""
    try:
        values = read_values(Path(file), os.environ, _known_names())
        return replace(check(with_defaults(values, project, region, prefix)), file=file)
    except SettingsError as error:
        raise Stop("\n  ".join([f"The settings are not ready ({file}):", *error.problems])) from None


def with_defaults(values: dict[str, str], project: str | None, region: str | None, prefix: str) -> dict[str, str]:
    """Fill in what the command line says, and the names that follow from the prefix."""
    filled = {name: value for name, value in values.items() if name not in LOCAL_ONLY}
    if project:
        filled["GOOGLE_CLOUD_PROJECT"] = project
    if region:
        filled["TASKS_LOCATION"] = region
    filled.setdefault("TASKS_LOCATION", "europe-west1")
    filled.setdefault("TASKS_QUEUE", f"{prefix}-whatsapp")
    filled.setdefault("FIRESTORE_DATABASE", "(default)" if prefix == "assistant" else f"{prefix}-store")
    filled.setdefault("FIRESTORE_LOCATION", filled["TASKS_LOCATION"])
    if filled.get("AUTH_MODE") in (None, "local"):  # local is the mode of one's own machine
        filled["AUTH_MODE"] = "google"
    if "STAFF_OWNER" in filled:
        filled.setdefault("ALERT_EMAIL", filled["STAFF_OWNER"].split(",")[0].strip())
    account = f"{prefix}-tasks@{filled.get('GOOGLE_CLOUD_PROJECT', '')}.iam.gserviceaccount.com"
    return {**filled, "TASKS_SERVICE_ACCOUNT": account}


def check(values: dict[str, str]) -> Settings:
    """Check everything; raises SettingsError with all problems."""
    problems = [*_placeholders(values), *_addresses_of_this_machine(values)]
    loaded: dict[str, settings.CommonSettings] = {}
    for function, kind in CLASSES.items():
        try:
            chosen = variables(function, values, "https://process.run.app", "/projects/0/locations/r/services/s")
            loaded[function] = _load_as_on_google_cloud(kind, chosen)
        except SettingsError as error:
            problems += error.problems
    try:
        fields: dict[str, Any] = {
            name: values[name.upper()] for name in DeploySettings.model_fields if name.upper() in values
        }
        deploy = DeploySettings.model_validate(fields)
    except ValidationError as error:
        raise SettingsError(sorted({*problems, *settings.problems_of(error)})) from None
    if problems:
        raise SettingsError(sorted(set(problems)))
    process = loaded["process"]
    assert isinstance(process, settings.ProcessSettings)  # noqa: S101  # for the type checker
    return Settings(values, deploy, round(process.function_timeout_seconds), round(process.task_deadline_seconds))


def variables(function: str, values: dict[str, str], process_url: str, audience: str) -> dict[str, str]:
    """Return the variables of one function, secrets included; the audience is that of Identity-Aware Proxy."""
    names = {name.upper() for name in CLASSES[function].model_fields}
    chosen = {name: values[name] for name in names & values.keys()}
    chosen["PROCESS_URL"] = process_url
    if function == "dashboard_api":
        chosen.setdefault(
            "SESSION_SECRET", "0" * 64
        )  # made when the secrets are stored, long before the function starts
        if chosen.get("AUTH_MODE") == "iap":
            chosen.setdefault("IAP_AUDIENCE", audience)
    return chosen


def write(folder: Path, function: str, chosen: dict[str, str], threads: int) -> dict[str, str]:
    """Write a function's file of variables, without secrets, and return them; JSON, which gcloud reads as YAML."""
    public = {name: value for name, value in chosen.items() if name not in SECRETS} | {"THREADS": str(threads)}
    text = json.dumps(public, indent=2, sort_keys=True, ensure_ascii=False)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{function}.env.yaml").write_text(text + "\n", encoding="utf-8")
    return public


def _load_as_on_google_cloud(
    kind: type[settings.CommonSettings], chosen: dict[str, str]
) -> settings.CommonSettings:
    """Load settings in the function's environment, where K_SERVICE is set, and in a folder without a `.env`."""
    before = dict(os.environ)
    try:
        os.environ.clear()
        os.environ.update(chosen, K_SERVICE="deploy")
        with contextlib.chdir("/"):
            return kind()
    finally:
        os.environ.clear()
        os.environ.update(before)


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
    return {name.upper() for kind in kinds for name in kind.model_fields} | {*SECRETS}
