"""Settings: each variable, its default, who needs it, and what is said when it is missing or wrong."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from shared.errors import SettingsError
from shared.settings import (
    RULES,
    CommonSettings,
    DashboardSettings,
    GraphSettings,
    ProcessSettings,
    WebhookSettings,
    load,
)

REQUIRED: dict[type[CommonSettings], dict[str, str]] = {
    WebhookSettings: {
        "WHATSAPP_PHONE_ID": "1001",
        "GOOGLE_CLOUD_PROJECT": "project",
        "WHATSAPP_APP_SECRET": "app-secret",
        "VERIFY_TOKEN": "verify-token",
        "PROCESS_URL": "http://process",
    },
    ProcessSettings: {
        "WHATSAPP_PHONE_ID": "1001",
        "GOOGLE_CLOUD_PROJECT": "project",
        "WHATSAPP_ACCESS_TOKEN": "access-token",
        "OPENAI_API_KEY": "openai-key",
    },
    DashboardSettings: {
        "WHATSAPP_PHONE_ID": "1001",
        "GOOGLE_CLOUD_PROJECT": "project",
        "WHATSAPP_ACCESS_TOKEN": "access-token",
        "PROCESS_URL": "http://process",
    },
}
FUNCTIONS = list(REQUIRED)
SECRETS = ("app-secret", "verify-token", "access-token", "openai-key")


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    load.cache_clear()
    yield
    load.cache_clear()


@pytest.fixture(params=FUNCTIONS, ids=lambda kind: kind.__name__)
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> type[CommonSettings]:
    """One function's settings, with what it requires in the environment."""
    function: type[CommonSettings] = request.param
    give(monkeypatch, REQUIRED[function])
    return function


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The process function's required variables are set."""
    give(monkeypatch, REQUIRED[ProcessSettings])
    return monkeypatch


def give(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)


def problems(kind: type[CommonSettings]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load(kind)
    return caught.value.problems


def test_settings_with_the_required_variables_load(kind):
    settings = load(kind)
    assert settings.whatsapp_phone_id == "1001"
    assert settings.google_cloud_project == "project"


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in FUNCTIONS for name in REQUIRED[kind]], ids=str)
def test_settings_without_a_required_variable_name_it(kind, name, monkeypatch):
    give(monkeypatch, {key: value for key, value in REQUIRED[kind].items() if key != name})
    assert problems(kind) == [f"{name}: missing"]


@pytest.mark.parametrize("kind", FUNCTIONS, ids=lambda kind: kind.__name__)
def test_settings_of_an_empty_environment_name_everything_at_once(kind):
    assert problems(kind) == sorted(f"{name}: missing" for name in REQUIRED[kind])


def test_settings_missing_and_wrong_ones_are_reported_together(process):
    process.delenv("OPENAI_API_KEY")
    process.setenv("GRAPH_API_VERSION", "v21.0")
    process.setenv("GRAPH_API_URL", "graph.facebook.com")
    process.setenv("BURST_WINDOW_SECONDS", "soon")
    process.setenv("DEFAULT_LANGUAGE", "tlh")
    found = problems(ProcessSettings)
    assert [problem.partition(":")[0] for problem in found] == [
        "BURST_WINDOW_SECONDS",
        "DEFAULT_LANGUAGE",
        "GRAPH_API_URL",
        "GRAPH_API_VERSION",
        "OPENAI_API_KEY",
    ]


@pytest.mark.parametrize(
    ("kind", "field", "default"),
    [
        (GraphSettings, "graph_api_url", "https://graph.facebook.com"),
        (GraphSettings, "graph_api_version", "v25.0"),
        (GraphSettings, "whatsapp_account_id", None),
        (GraphSettings, "firestore_database", "(default)"),
        (GraphSettings, "default_language", "it"),
        (ProcessSettings, "openai_base_url", None),
        (ProcessSettings, "openai_model", "gpt-6-luna"),
        (ProcessSettings, "openai_reasoning_effort", None),
        (ProcessSettings, "openai_prompt_id", None),
        (ProcessSettings, "burst_window_seconds", 1.5),
        (ProcessSettings, "conversation_rotation_hours", 48.0),
        (CommonSettings, "cloud_tasks_emulator_host", None),
        (CommonSettings, "tasks_location", "europe-west1"),
        (CommonSettings, "tasks_queue", "whatsapp"),
        (CommonSettings, "tasks_service_account", None),
    ],
)
def test_settings_unset_variable_has_its_default(kind, field, default, process):
    assert getattr(load(kind), field) == default


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("TASKS_LOCATION", "us-east1", "tasks_location", "us-east1"),
        ("TASKS_QUEUE", "queue", "tasks_queue", "queue"),
        ("CLOUD_TASKS_EMULATOR_HOST", "127.0.0.1:1", "cloud_tasks_emulator_host", "127.0.0.1:1"),
        ("TASKS_SERVICE_ACCOUNT", "a@b", "tasks_service_account", "a@b"),
        ("WHATSAPP_ACCOUNT_ID", "2002", "whatsapp_account_id", "2002"),
        ("GRAPH_API_URL", "http://127.0.0.1:1/", "graph_api_url", "http://127.0.0.1:1"),
        ("GRAPH_API_VERSION", "v22.0", "graph_api_version", "v22.0"),
        ("OPENAI_BASE_URL", "http://127.0.0.1:1/v1", "openai_base_url", "http://127.0.0.1:1/v1"),
        ("OPENAI_MODEL", "gpt-7", "openai_model", "gpt-7"),
        ("OPENAI_REASONING_EFFORT", "low", "openai_reasoning_effort", "low"),
        ("OPENAI_PROMPT_ID", "pmpt_1", "openai_prompt_id", "pmpt_1"),
        ("FIRESTORE_DATABASE", "other", "firestore_database", "other"),
        ("PROCESS_URL", "http://process/", "process_url", "http://process"),
        ("BURST_WINDOW_SECONDS", "0", "burst_window_seconds", 0.0),
        ("DEFAULT_LANGUAGE", "de", "default_language", "de"),
        ("CONVERSATION_ROTATION_HOURS", "0", "conversation_rotation_hours", 0.0),
    ],
)
def test_settings_variable_given_is_taken(name, value, field, expected, process):
    process.setenv(name, value)
    assert getattr(load(ProcessSettings), field) == expected


@pytest.mark.parametrize("spoil", [" {} ", "{}\n", "{}\r\n", "\t{}\r\n\r\n", "\n {}"])
def test_settings_value_with_stray_blanks_is_stripped(spoil, monkeypatch):
    give(monkeypatch, {name: spoil.format(value) for name, value in REQUIRED[WebhookSettings].items()})
    settings = load(WebhookSettings)
    assert settings.whatsapp_phone_id == "1001"
    assert settings.app_secrets == [b"app-secret"]
    assert settings.verify_token.get_secret_value() == "verify-token"
    assert settings.process_url == "http://process"


@pytest.mark.parametrize("blank", ["", " ", "\r\n"])
def test_settings_blank_value_counts_as_unset(blank, process):
    process.setenv("OPENAI_API_KEY", blank)
    process.setenv("OPENAI_MODEL", blank)
    assert problems(ProcessSettings) == ["OPENAI_API_KEY: missing"]
    process.setenv("OPENAI_API_KEY", "key")
    load.cache_clear()
    assert load(ProcessSettings).openai_model == "gpt-6-luna"


def test_settings_env_file_fills_only_what_is_unset(process):
    process.delenv("OPENAI_API_KEY")
    Path(".env").write_text("OPENAI_API_KEY=from-file\nWHATSAPP_PHONE_ID=from-file\nUNKNOWN=1\n")
    settings = load(ProcessSettings)
    assert settings.openai_api_key.get_secret_value() == "from-file"
    assert settings.whatsapp_phone_id == "1001"


def test_settings_env_file_of_windows_is_read(process):
    process.delenv("WHATSAPP_PHONE_ID")
    process.delenv("OPENAI_API_KEY")
    Path(".env").write_bytes(b'\xef\xbb\xbfWHATSAPP_PHONE_ID=2002 \r\nOPENAI_API_KEY="key"\r\n')
    settings = load(ProcessSettings)
    assert settings.whatsapp_phone_id == "2002"
    assert settings.openai_api_key.get_secret_value() == "key"


@pytest.mark.parametrize("blank", ["", "  ", "\r\n"])
def test_settings_env_file_fills_what_is_blank_in_the_environment(blank, process):
    process.setenv("OPENAI_API_KEY", blank)
    Path(".env").write_text("OPENAI_API_KEY=from-file\n")
    assert load(ProcessSettings).openai_api_key.get_secret_value() == "from-file"


def test_settings_secrets_never_show(kind):
    settings = load(kind)
    shown = f"{settings!r} {settings} {settings.model_dump()!r} {settings.model_dump_json()}"
    assert not [secret for secret in SECRETS if secret in shown]
    assert isinstance(getattr(settings, "openai_api_key", SecretStr("")), SecretStr)


def test_settings_wrong_values_never_show_in_the_error(process):
    process.setenv("GRAPH_API_VERSION", "s3cret-one")
    process.setenv("BURST_WINDOW_SECONDS", "s3cret-two")
    process.setenv("PROCESS_URL", "s3cret-three")
    with pytest.raises(SettingsError) as caught:
        load(ProcessSettings)
    assert len(caught.value.problems) == 3
    assert "s3cret" not in f"{caught.value!r} {caught.value} {caught.value.problems}"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("version", ["v21.0", "v9.0", "v2.12", "25.0", "v25", "latest", "v25.0.0", "V25.0"])
def test_settings_graph_version_old_or_odd_is_refused(version, process):
    process.setenv("GRAPH_API_VERSION", version)
    found = problems(ProcessSettings)
    assert len(found) == 1
    assert found[0].startswith("GRAPH_API_VERSION: must ")


@pytest.mark.parametrize("version", ["v22.0", "v25.0", "v101.0"])
def test_settings_graph_version_current_is_accepted(version, process):
    process.setenv("GRAPH_API_VERSION", version)
    assert load(ProcessSettings).graph_api_version == version


@pytest.mark.parametrize(
    ("values", "accepted"),
    [
        ({}, True),
        ({"OPENAI_TIMEOUT_SECONDS": "90"}, False),
        ({"FUNCTION_TIMEOUT_SECONDS": "91"}, False),
        ({"FUNCTION_TIMEOUT_SECONDS": "29"}, False),
        ({"TASK_DEADLINE_SECONDS": "89"}, False),
        ({"TASK_DEADLINE_SECONDS": "300"}, True),
        ({"LEASE_SECONDS": "5"}, True),
    ],
)
def test_settings_timeouts_must_be_in_order(values, accepted, process):
    give(process, values)
    if accepted:
        load(ProcessSettings)
        return
    found = problems(ProcessSettings)
    assert len(found) == 1
    assert found[0].startswith("OPENAI_TIMEOUT_SECONDS < FUNCTION_TIMEOUT_SECONDS")


def test_settings_timeouts_in_the_wrong_order_are_told_with_what_is_missing(process):
    process.delenv("OPENAI_API_KEY")
    process.setenv("TASK_DEADLINE_SECONDS", "20")
    process.setenv("DEFAULT_LANGUAGE", "tlh")
    found = problems(ProcessSettings)
    assert [problem.partition(":")[0].partition(" ")[0] for problem in found] == [
        "DEFAULT_LANGUAGE",
        "OPENAI_API_KEY",
        "OPENAI_TIMEOUT_SECONDS",
    ]


@pytest.mark.parametrize("value", ["soon", "0", "-1"])
def test_settings_timeout_that_is_wrong_by_itself_is_told_once(value, process):
    process.setenv("LEASE_SECONDS", value)
    assert [problem.partition(":")[0] for problem in problems(ProcessSettings)] == ["LEASE_SECONDS"]


def test_settings_way_of_signing_in_is_told_with_what_is_wrong_elsewhere(monkeypatch):
    give(monkeypatch, {**REQUIRED[DashboardSettings], "AUTH_MODE": "google", "PROCESS_URL": "process"})
    assert [problem.partition(":")[0] for problem in problems(DashboardSettings)] == [
        "GOOGLE_CLIENT_ID",
        "PROCESS_URL",
        "STAFF_OWNER",
    ]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.sentence[:30])
def test_settings_rule_is_about_variables_of_some_function(rule):
    assert [kind for kind in FUNCTIONS if kind.model_fields.keys() >= set(rule.names)]


def test_settings_on_google_cloud_require_a_service_account(kind, monkeypatch):
    monkeypatch.setenv("K_SERVICE", "function")
    assert any(problem.startswith("TASKS_SERVICE_ACCOUNT: required") for problem in problems(kind))


def test_settings_on_google_cloud_with_a_service_account_load(process):
    process.setenv("K_SERVICE", "process")
    process.setenv("TASKS_SERVICE_ACCOUNT", "tasks@project.iam.gserviceaccount.com")
    assert load(ProcessSettings).tasks_service_account == "tasks@project.iam.gserviceaccount.com"


def test_settings_on_google_cloud_refuse_local_sign_in(monkeypatch):
    give(monkeypatch, REQUIRED[DashboardSettings])
    give(monkeypatch, {"K_SERVICE": "dashboard", "TASKS_SERVICE_ACCOUNT": "a@b", "SESSION_SECRET": "s" * 32})
    assert any(problem.startswith("AUTH_MODE: local sign-in is refused") for problem in problems(DashboardSettings))


@pytest.mark.parametrize(("secret", "is_long_enough"), [("s" * 31, False), ("s" * 32, True), ("short", False)])
def test_settings_refuse_a_session_secret_that_can_be_guessed(monkeypatch, secret, is_long_enough):
    give(monkeypatch, {**REQUIRED[DashboardSettings], "SESSION_SECRET": secret})
    if is_long_enough:
        assert load(DashboardSettings).session_secret.get_secret_value() == secret
    else:
        [problem] = problems(DashboardSettings)
        assert problem.startswith("SESSION_SECRET: must have at least 32 characters")
        assert secret not in problem


def test_settings_on_google_cloud_report_the_service_account_with_the_rest(monkeypatch):
    monkeypatch.setenv("K_SERVICE", "function")
    found = problems(WebhookSettings)
    assert any(problem.startswith("TASKS_SERVICE_ACCOUNT") for problem in found)
    assert any(problem.startswith("VERIFY_TOKEN") for problem in found)


def test_settings_app_secret_may_be_two_while_rotating(monkeypatch):
    give(monkeypatch, {**REQUIRED[WebhookSettings], "WHATSAPP_APP_SECRET": " new , old ,\n"})
    assert load(WebhookSettings).app_secrets == [b"new", b"old"]


def test_settings_app_secret_of_commas_only_is_refused(monkeypatch):
    give(monkeypatch, {**REQUIRED[WebhookSettings], "WHATSAPP_APP_SECRET": " , "})
    assert [problem.partition(":")[0] for problem in problems(WebhookSettings)] == ["WHATSAPP_APP_SECRET"]


def test_settings_are_read_once_and_frozen(process):
    settings = load(ProcessSettings)
    process.setenv("OPENAI_MODEL", "changed")
    assert load(ProcessSettings) is settings
    with pytest.raises(ValidationError):
        settings.openai_model = "changed"


def test_settings_error_text_holds_every_problem():
    with pytest.raises(SettingsError) as caught:
        load(WebhookSettings)
    assert all(problem in str(caught.value) for problem in caught.value.problems)
    assert caught.value.http_status == 503
