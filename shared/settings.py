"""Settings: read once from the environment (a `.env` file fills what is unset), checked whole, then frozen.

Each function has its own class and so asks only for what it needs. All problems are reported together, by
variable name and without values, as one SettingsError; what must fit together is in RULES.
"""

import os
import re
import zoneinfo
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, Self, TypeVar

from pydantic import (
    AfterValidator,
    Field,
    ModelWrapValidatorHandler,
    SecretStr,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from shared.errors import SettingsError

MIN_GRAPH_VERSION = 22  # v21.0 and older are being switched off by Meta
MIN_SESSION_SECRET = 32
LANGUAGES = ("it", "en", "es", "fr", "de", "pt")
Language = Literal["it", "en", "es", "fr", "de", "pt"]
AuthMode = Literal["local", "google", "iap"]
AddressForm = Literal["lei", "tu"]  # as Italian calls the polite and the familiar form


def _graph_version(value: str) -> str:
    match = re.fullmatch(r"v(\d+)\.(\d+)", value)
    if not match:
        raise ValueError("must look like v25.0")
    if int(match[1]) < MIN_GRAPH_VERSION:
        raise ValueError(f"must be v{MIN_GRAPH_VERSION}.0 or newer")
    return value


def _time_zone(value: str) -> str:
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("is no time zone, such as Europe/Rome") from None
    return value


def _http_url(value: str) -> str:
    if not re.match(r"https?://[^/\s]+", value):
        raise ValueError("must start with http:// or https://")
    return value.rstrip("/")


def _some_secret(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().replace(",", "").strip():
        raise ValueError("holds no secret")
    return value


def _long_enough(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < MIN_SESSION_SECRET:
        raise ValueError(f"must have at least {MIN_SESSION_SECRET} characters: openssl rand -hex 32 makes one")
    return value


AppSecrets = Annotated[SecretStr, AfterValidator(_some_secret)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
HttpUrl = Annotated[str, AfterValidator(_http_url)]
GraphVersion = Annotated[str, AfterValidator(_graph_version)]
Seconds = Annotated[float, Field(ge=0, le=3600)]


def split_ids(value: str) -> list[str]:
    """Return the ids in a list that is separated by commas, each once."""
    return list(dict.fromkeys(filter(None, (each.strip() for each in value.split(",")))))


def on_google_cloud() -> bool:
    """Tell whether this process runs as a Google Cloud function (Cloud Run sets K_SERVICE)."""
    return bool(os.environ.get("K_SERVICE"))


class CommonSettings(BaseSettings):
    """What every function needs: whose number it serves, and the queue."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8-sig", env_ignore_empty=True, extra="ignore", frozen=True
    )

    whatsapp_phone_id: str
    google_cloud_project: str
    cloud_tasks_emulator_host: str | None = None
    tasks_location: str = "europe-west1"
    tasks_queue: str = "whatsapp"
    tasks_service_account: str | None = None
    task_deadline_seconds: Annotated[float, Field(ge=15, le=1800)] = 90.0

    @model_validator(mode="wrap")
    @classmethod
    def _report_all(cls, given: dict[str, Any], handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Strip stray blanks and line ends; report what is missing, wrong by itself and wrong together at once."""
        given = _without_blanks(given)
        try:
            settings = handler(given)
        except ValidationError as error:
            wrong = {str(item["loc"][0]) for item in error.errors()}
            together = _problems_together(cls._valid_part(given, wrong), wrong)
            raise SettingsError(sorted([*problems_of(error), *together])) from None
        problems = _problems_together(settings, set())
        if problems:
            raise SettingsError(sorted(problems))
        return settings

    @classmethod
    def _valid_part(cls, given: dict[str, Any], wrong: set[str]) -> "CommonSettings":
        """Return settings of the values that are valid by themselves, and the defaults of the others."""
        valid = {
            name: TypeAdapter(field.rebuild_annotation()).validate_python(given[name])
            for name, field in cls.model_fields.items()
            if name in given and name not in wrong
        }
        return cls.model_construct(**valid)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[Any, ...]:
        """Read the environment, where a value of blanks counts as unset, then `.env`."""
        return init_settings, lambda: _without_blanks(env_settings()), dotenv_settings


class WebhookSettings(CommonSettings):
    """The webhook: Meta's secrets, and where tasks go."""

    whatsapp_app_secret: AppSecrets
    verify_token: SecretStr
    process_url: HttpUrl

    @property
    def app_secrets(self) -> list[bytes]:
        """Return the accepted app secrets: one, or two while rotating."""
        values = self.whatsapp_app_secret.get_secret_value().split(",")
        return [value.strip().encode() for value in values if value.strip()]


class GraphSettings(CommonSettings):
    """What talking to the Graph API and the store takes."""

    whatsapp_access_token: SecretStr
    whatsapp_account_id: str | None = None
    graph_api_url: HttpUrl = "https://graph.facebook.com"
    graph_api_version: GraphVersion = "v25.0"
    firestore_database: str = "(default)"
    default_language: Language = "it"
    # What the business's settings begin with; from then on, its own words count.
    business_name: str = ""
    business_information: str = ""
    time_zone: TimeZone = "Europe/Rome"
    daily_token_budget: Annotated[int, Field(ge=0)] = 0
    rate_per_minute: Annotated[int, Field(ge=0)] = 20
    rate_per_day: Annotated[int, Field(ge=0)] = 200


class ProcessSettings(GraphSettings):
    """The process function: OpenAI, and how a turn is run."""

    openai_api_key: SecretStr
    openai_base_url: HttpUrl | None = None
    openai_model: str = "gpt-6-luna"
    openai_reasoning_effort: str | None = None
    openai_prompt_id: str | None = None
    openai_transcription_model: str = "gpt-transcribe"
    openai_vector_store_ids: str = ""
    process_url: HttpUrl | None = None

    burst_window_seconds: Annotated[float, Field(ge=0, le=10)] = 1.5
    conversation_rotation_hours: Annotated[float, Field(ge=0)] = 48.0
    # Cloud Run answers with at most 32 MiB, and a file is held in memory while it is fetched.
    media_max_mb: Annotated[int, Field(ge=1, le=30)] = 16
    media_mb_per_day: Annotated[int, Field(ge=0)] = 200

    openai_timeout_seconds: Annotated[float, Field(gt=0)] = 30.0
    function_timeout_seconds: Annotated[float, Field(gt=0)] = 90.0
    lease_seconds: Annotated[float, Field(gt=0)] = 30.0  # renewed while work goes on
    turn_attempts: Annotated[int, Field(ge=1)] = 5
    turn_max_age_seconds: Annotated[float, Field(gt=0)] = 900.0
    unknown_send_seconds: Seconds = 20.0
    unknown_send_policy: Literal["send_again", "staff"] = "send_again"

    @property
    def vector_stores(self) -> list[str]:
        """Return the ids of the vector stores that answers are looked up in."""
        return split_ids(self.openai_vector_store_ids)


class DashboardSettings(GraphSettings):
    """The dashboard's API: where tasks go, and how staff sign in."""

    process_url: HttpUrl
    session_secret: Annotated[SecretStr, AfterValidator(_long_enough)] | None = None
    auth_mode: AuthMode = "local"
    staff_owner: str = ""
    google_client_id: str | None = None
    google_certs_url: HttpUrl = "https://www.googleapis.com/oauth2/v1/certs"
    iap_audience: str | None = None
    iap_certs_url: HttpUrl = "https://www.gstatic.com/iap/verify/public_key"

    @property
    def owners(self) -> list[str]:
        """Return the addresses of those who may add others, in lower case."""
        return [address.strip().lower() for address in self.staff_owner.split(",") if address.strip()]


class Rule(NamedTuple):
    """What must hold between variables: their names, a check of their values, and the problem when it fails."""

    names: tuple[str, ...]
    check: Callable[..., bool]
    sentence: str

    def holds(self, settings: CommonSettings) -> bool:
        """Tell whether the values fit together."""
        return self.check(*(getattr(settings, name) for name in self.names))


RULES = (
    Rule(
        ("cloud_tasks_emulator_host", "tasks_service_account"),
        lambda emulator, account: bool(emulator or account or not on_google_cloud()),
        "TASKS_SERVICE_ACCOUNT: required on Google Cloud",
    ),
    Rule(
        # An attempt must outlive its slowest call, and Cloud Tasks must not give up on one that still works.
        ("openai_timeout_seconds", "function_timeout_seconds", "task_deadline_seconds"),
        lambda openai, function, task: openai < function <= task,
        "OPENAI_TIMEOUT_SECONDS < FUNCTION_TIMEOUT_SECONDS <= TASK_DEADLINE_SECONDS"
        ": the time-outs must be in this order",
    ),
    Rule(
        ("auth_mode",),
        lambda mode: mode != "local" or not on_google_cloud(),
        "AUTH_MODE: local sign-in is refused on Google Cloud; set google or iap",
    ),
    Rule(
        ("session_secret",),
        lambda secret: bool(secret) or not on_google_cloud(),
        "SESSION_SECRET: required on Google Cloud",
    ),
    Rule(
        ("auth_mode", "staff_owner"),
        lambda mode, owner: mode == "local" or bool(owner),
        "STAFF_OWNER: name at least one owner's address",
    ),
    Rule(
        ("auth_mode", "google_client_id"),
        lambda mode, client_id: mode != "google" or bool(client_id),
        "GOOGLE_CLIENT_ID: required with AUTH_MODE=google",
    ),
    Rule(
        ("auth_mode", "iap_audience"),
        lambda mode, audience: mode != "iap" or bool(audience),
        "IAP_AUDIENCE: required with AUTH_MODE=iap",
    ),
)

SettingsT = TypeVar("SettingsT", bound=CommonSettings)


@cache
def load(kind: type[SettingsT]) -> SettingsT:
    """Read and check the settings of one function, once per process.

    Raises SettingsError naming every variable that is missing or wrong.
    """
    return kind()


def _without_blanks(values: dict[str, Any]) -> dict[str, Any]:
    stripped = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    return {name: value for name, value in stripped.items() if value != ""}


def _problems_together(settings: CommonSettings, wrong: set[str]) -> list[str]:
    """List what is wrong between a function's variables, where none of them is missing or wrong by itself."""
    usable = type(settings).model_fields.keys() - wrong
    return [rule.sentence for rule in RULES if usable >= set(rule.names) and not rule.holds(settings)]


def problems_of(error: ValidationError) -> list[str]:
    """List the problems as `NAME: what is wrong`, never with the value that was given."""
    return sorted(
        f"{str(item['loc'][0]).upper()}: {_sentence(item['type'], item['msg'])}"
        for item in error.errors(include_input=False, include_url=False)
    )


def _sentence(kind: str, message: str) -> str:
    return "missing" if kind == "missing" else message.removeprefix("Value error, ")
