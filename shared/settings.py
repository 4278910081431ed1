"""Settings: read once from the environment (a `.env` file fills what is unset), checked whole, then frozen.

Each function has its own class and so asks only for what it needs. All problems are reported together, by
variable name and without values, as one SettingsError.
"""

import os
import re
from functools import cache
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    Field,
    ModelWrapValidatorHandler,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from shared.errors import SettingsError

OLDEST_GRAPH_VERSION = 22  # v21.0 and older are being switched off by Meta
LANGUAGES = ("it", "en", "es", "fr", "de", "pt")
Language = Literal["it", "en", "es", "fr", "de", "pt"]


def _graph_version(value: str) -> str:
    match = re.fullmatch(r"v(\d+)\.(\d+)", value)
    if not match:
        raise ValueError("must look like v25.0")
    if int(match[1]) < OLDEST_GRAPH_VERSION:
        raise ValueError(f"must be v{OLDEST_GRAPH_VERSION}.0 or newer")
    return value


def _http_url(value: str) -> str:
    if not re.match(r"https?://[^/\s]+", value):
        raise ValueError("must start with http:// or https://")
    return value.rstrip("/")


def _some_secret(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().replace(",", "").strip():
        raise ValueError("holds no secret")
    return value


AppSecrets = Annotated[SecretStr, AfterValidator(_some_secret)]
HttpUrl = Annotated[str, AfterValidator(_http_url)]
GraphVersion = Annotated[str, AfterValidator(_graph_version)]
Seconds = Annotated[float, Field(ge=0, le=3600)]


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

    @model_validator(mode="before")
    @classmethod
    def _strip(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Strip stray blanks and line ends; what is blank then counts as not set."""
        return _without_blanks(values)

    @model_validator(mode="wrap")
    @classmethod
    def _report_all(cls, values: dict[str, Any], handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Report what is wrong between variables together with what is wrong with each."""
        problems = cls.problems_together(values)
        try:
            settings = handler(values)
        except ValidationError as error:
            raise SettingsError(sorted([*_problems(error), *problems])) from None
        if problems:
            raise SettingsError(sorted(problems))
        return settings

    @classmethod
    def problems_together(cls, values: dict[str, Any]) -> list[str]:
        """List what is wrong between the given variables (by lower-case name), as `NAME: what is wrong`."""
        if on_google_cloud() and not (
            values.get("cloud_tasks_emulator_host") or values.get("tasks_service_account")
        ):
            return ["TASKS_SERVICE_ACCOUNT: required on Google Cloud"]
        return []

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


class ProcessSettings(GraphSettings):
    """The process function: OpenAI, and how a turn is run."""

    openai_api_key: SecretStr
    openai_base_url: HttpUrl | None = None
    openai_model: str = "gpt-6-luna"
    openai_reasoning_effort: str | None = None
    openai_prompt_id: str | None = None
    openai_transcription_model: str = "gpt-4o-mini-transcribe"
    process_url: HttpUrl | None = None

    business_name: str = ""
    business_information: str = ""
    burst_window_seconds: Annotated[float, Field(ge=0, le=10)] = 1.5
    conversation_rotation_hours: Annotated[float, Field(ge=0)] = 48.0
    rate_per_minute: Annotated[int, Field(ge=0)] = 60
    rate_per_day: Annotated[int, Field(ge=0)] = 500
    # Cloud Run answers with at most 32 MiB, and a file is held in memory while it is fetched.
    media_max_mb: Annotated[int, Field(ge=1, le=30)] = 16

    openai_timeout_seconds: Annotated[float, Field(gt=0)] = 30.0
    function_timeout_seconds: Annotated[float, Field(gt=0)] = 90.0
    lease_seconds: Annotated[float, Field(gt=0)] = 100.0
    turn_attempts: Annotated[int, Field(ge=1)] = 5
    turn_max_age_seconds: Annotated[float, Field(gt=0)] = 900.0
    unknown_send_seconds: Seconds = 20.0
    unknown_send_policy: Literal["send_again", "staff"] = "send_again"

    @model_validator(mode="after")
    def _timeouts_in_order(self) -> Self:
        """A lease must outlive every attempt that may still hold it, and an attempt its slowest call."""
        if not (
            self.openai_timeout_seconds
            < self.function_timeout_seconds
            <= self.task_deadline_seconds
            < self.lease_seconds
        ):
            raise ValueError(
                "OPENAI_TIMEOUT_SECONDS < FUNCTION_TIMEOUT_SECONDS <= TASK_DEADLINE_SECONDS < LEASE_SECONDS"
                ": the time-outs must be in this order"
            )
        return self


class DashboardSettings(GraphSettings):
    """The dashboard's API: where tasks go, and how staff sign in."""

    process_url: HttpUrl
    session_secret: SecretStr | None = None
    auth_mode: Literal["local", "google", "iap"] = "local"
    staff_owner: str = ""
    google_client_id: str | None = None
    google_certs_url: HttpUrl = "https://www.googleapis.com/oauth2/v1/certs"
    iap_audience: str | None = None
    iap_certs_url: HttpUrl = "https://www.gstatic.com/iap/verify/public_key"

    @property
    def owners(self) -> list[str]:
        """Return the addresses of those who may add others, in lower case."""
        return [address.strip().lower() for address in self.staff_owner.split(",") if address.strip()]

    @classmethod
    def problems_together(cls, values: dict[str, Any]) -> list[str]:
        """Add what the way of signing in needs."""
        problems = super().problems_together(values)
        mode = values.get("auth_mode", "local")
        if on_google_cloud() and mode == "local":
            problems.append("AUTH_MODE: local sign-in is refused on Google Cloud; set google or iap")
        if on_google_cloud() and not values.get("session_secret"):
            problems.append("SESSION_SECRET: required on Google Cloud")
        if mode != "local" and not values.get("staff_owner"):
            problems.append("STAFF_OWNER: name at least one owner's address")
        if mode == "google" and not values.get("google_client_id"):
            problems.append("GOOGLE_CLIENT_ID: required with AUTH_MODE=google")
        if mode == "iap" and not values.get("iap_audience"):
            problems.append("IAP_AUDIENCE: required with AUTH_MODE=iap")
        return problems


SettingsT = TypeVar("SettingsT", bound=CommonSettings)


@cache
def load(kind: type[SettingsT]) -> SettingsT:
    """Read and check the settings of one function, once per process.

    Raises SettingsError naming every variable that is missing or wrong.
    """
    try:
        return kind()
    except ValidationError as error:
        raise SettingsError(_problems(error)) from None


def _without_blanks(values: dict[str, Any]) -> dict[str, Any]:
    stripped = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    return {name: value for name, value in stripped.items() if value != ""}


def _problems(error: ValidationError) -> list[str]:
    """List the problems as `NAME: what is wrong`, never with the value that was given."""
    problems = []
    for item in error.errors(include_input=False, include_url=False):
        message = item["msg"].removeprefix("Value error, ")
        if not item["loc"]:  # a check over several variables names them in its own message
            problems.append(message)
            continue
        name = str(item["loc"][0]).upper()
        problems.append(f"{name}: missing" if item["type"] == "missing" else f"{name}: {message}")
    return sorted(problems)
