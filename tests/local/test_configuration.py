"""What the local stack runs with."""

from pathlib import Path

import pytest

from local.stack.configuration import DEFAULT_PORTS, ROOT, ConfigurationError, read_configuration
from local.stack.summary import OPEN_DATA, summary
from shared.settings import DashboardSettings, ProcessSettings, WebhookSettings

REAL_NUMBER = {"WHATSAPP_ACCESS_TOKEN": "token", "WHATSAPP_PHONE_ID": "1"}
SECRETS = {"WHATSAPP_APP_SECRET": "secret", "VERIFY_TOKEN": "verify"}


@pytest.fixture(autouse=True)
def _no_running_emulator(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the emulator that other tests of this session may have started."""
    monkeypatch.delenv("FIRESTORE_EMULATOR_HOST", raising=False)


def test_nothing_set_simulates_everything_and_satisfies_each_function(monkeypatch: pytest.MonkeyPatch) -> None:
    configuration = read_configuration({})
    environment = configuration.environment(DEFAULT_PORTS)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert configuration.simulates_openai and configuration.simulates_whatsapp
    assert configuration.starts_firestore and configuration.starts_tasks
    assert WebhookSettings().process_url == "http://127.0.0.1:8082"
    assert ProcessSettings().openai_base_url == "http://127.0.0.1:8091/v1"
    assert DashboardSettings().graph_api_url == "http://127.0.0.1:8090"
    assert environment["PYTHONPATH"] == str(ROOT)


def test_file_fills_what_the_environment_leaves_unset_or_blank(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "settings"
    file.write_text("\ufeffOPENAI_MODEL=from-file \nDEFAULT_LANGUAGE=en\nVERIFY_TOKEN=from-file\n")
    monkeypatch.setenv("OPENAI_MODEL", " ")
    monkeypatch.setenv("DEFAULT_LANGUAGE", "de")

    environment = read_configuration({"VERIFY_TOKEN": "given"}, env_file=file).environment(DEFAULT_PORTS)

    assert environment["OPENAI_MODEL"] == "from-file"
    assert environment["DEFAULT_LANGUAGE"] == "de"
    assert environment["VERIFY_TOKEN"] == "given"


@pytest.mark.parametrize("setting", ["OPENAI_API_KEY", "OPENAI_BASE_URL"])
def test_openai_key_or_other_server_is_used_instead_of_the_simulator(setting: str) -> None:
    configuration = read_configuration({setting: "http://127.0.0.1:11434/v1"})

    assert not configuration.simulates_openai
    assert configuration.environment(DEFAULT_PORTS).get("OPENAI_BASE_URL") == (
        "http://127.0.0.1:11434/v1" if setting == "OPENAI_BASE_URL" else None
    )


def test_real_number_is_used_instead_of_the_simulator() -> None:
    configuration = read_configuration(REAL_NUMBER | SECRETS)

    assert not configuration.simulates_whatsapp
    environment = configuration.environment(DEFAULT_PORTS)
    assert "GRAPH_API_URL" not in environment
    assert OPEN_DATA in summary(configuration, DEFAULT_PORTS, environment, Path("logs"))


def test_real_number_behind_another_graph_api_is_simulated() -> None:
    configuration = read_configuration(REAL_NUMBER | {"GRAPH_API_URL": "http://127.0.0.1:9999"})

    assert configuration.simulates_whatsapp
    assert configuration.environment(DEFAULT_PORTS)["GRAPH_API_URL"] == "http://127.0.0.1:9999"


def test_real_number_with_secrets_that_everybody_can_read_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="WHATSAPP_APP_SECRET and VERIFY_TOKEN must be set"):
        read_configuration(REAL_NUMBER)


@pytest.mark.parametrize(("name", "value"), [("PHONE_PORT", "http"), ("PHONE_PORT", "-1"), ("SWEEP_SECONDS", "x")])
def test_number_that_is_none_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        read_configuration({name: value})


def test_ports_zero_replaces_defaults_but_not_what_is_set() -> None:
    ports = read_configuration({"PHONE_PORT": "9000"}, ports=0).ports

    assert ports == dict.fromkeys(DEFAULT_PORTS, 0) | {"PHONE_PORT": 9000}


def test_proxy_of_a_company_is_not_asked_for_loopback() -> None:
    environment = read_configuration({"NO_PROXY": "intranet"}).environment(DEFAULT_PORTS)

    assert environment["NO_PROXY"] == "intranet,127.0.0.1,localhost"
    assert environment["no_proxy"] == "127.0.0.1,localhost"


def test_business_is_made_up_for_simulated_customers_only() -> None:
    simulated = read_configuration({}).environment(DEFAULT_PORTS)
    named = read_configuration({"BUSINESS_NAME": "Olio e miele"}).environment(DEFAULT_PORTS)
    real = {"WHATSAPP_ACCESS_TOKEN": "a", "WHATSAPP_PHONE_ID": "1", "WHATSAPP_APP_SECRET": "b", "VERIFY_TOKEN": "c"}

    assert "vasi da 15 a 80 euro" in simulated["BUSINESS_INFORMATION"]
    assert "BUSINESS_INFORMATION" not in named
    assert "BUSINESS_INFORMATION" not in read_configuration(real).environment(DEFAULT_PORTS)
