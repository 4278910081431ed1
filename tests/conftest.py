"""What every test gets: no network but loopback, none of the developer's settings, and an empty database."""

import ipaddress
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest

from local.stack.browser import HOW_TO_GET_ONE, fetch_browser, find_browser
from local.stack.firestore_emulator import EmulatorError, FirestoreEmulator, emulator_command
from local.stack.stack import Stack
from shared import settings
from tests.measure import Measuring
from tests.parallel import Sharing, is_beside, rank, refuse
from tests.shared_emulator import ask_for_host

# Read by the platform's own clients, or by the local stack, rather than through shared.settings.
OTHER_VARIABLES = {
    "FIRESTORE_EMULATOR_HOST",
    "FIRESTORE_DATABASE",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "GCLOUD_PROJECT",
    "OPENAI_ORG_ID",
    "OPENAI_PROJECT_ID",
    "K_SERVICE",
    "DASHBOARD_PORT",
    "WEBHOOK_PORT",
    "PROCESS_PORT",
    "PHONE_PORT",
    "OPENAI_SIMULATOR_PORT",
    "TASKS_PORT",
    "FIRESTORE_PORT",
    "SWEEP_SECONDS",
}
# The marks and fixtures of tests that start Java, Chromium, the whole stack or deploy.sh, or install a bundle.
NOT_QUICK = ("firestore_host", "emulator", "stack", "browser", "_deployed", "installed")
RUNNING_EMULATOR = os.environ.get("FIRESTORE_EMULATOR_HOST")


class NetworkBlockedError(Exception):
    """A test reached for something outside this machine."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that choose how much is tested; the seeded schedules are those of tests/turns."""
    parser.addoption("--schedules", type=int, default=40, help="how many seeded schedules to play")
    parser.addoption("--seed", type=int, default=1, help="the seed of the first schedule")
    parser.addoption(
        "--quick", action="store_true", help="leave out what starts the emulator, a browser, the stack or deploy.sh"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Share the tests out among several processes, where `-n` asks for it; measure, where `--cov` does."""
    config.pluginmanager.register(Sharing())
    config.pluginmanager.register(Measuring())


@pytest.hookimpl(trylast=True)  # after -m and -k have thinned out the tests
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Say before the first test, in one line, what the chosen tests need and the machine lacks."""
    if config.getoption("--quick"):
        slow = [item for item in items if _needs(item, *NOT_QUICK)]
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if not _needs(item, *NOT_QUICK)]
    if is_beside(config):
        items.sort(key=lambda item: rank(item.nodeid))
    if any(_needs(item, "firestore_host", "emulator", "stack") for item in items) and not RUNNING_EMULATOR:
        try:
            emulator_command(port=0)
        except EmulatorError as error:
            refuse(config, items, str(error))
            return
    browser_items = [item for item in items if _needs(item, "browser")]
    if browser_items and not (find_browser() or fetch_browser()):
        if os.environ.get("CI") == "true":
            refuse(config, items, HOW_TO_GET_ONE)
            return
        for item in browser_items:
            item.add_marker(pytest.mark.skip(reason=HOW_TO_GET_ONE))


def _needs(item: pytest.Item, *names: str) -> bool:
    fixtures = getattr(item, "fixturenames", [])
    return any(name in fixtures or item.get_closest_marker(name) for name in names)


@pytest.fixture(scope="session", autouse=True)
def _no_developer_settings() -> Iterator[None]:
    """Take the product's variables out of the environment: a test sets those it means."""
    with pytest.MonkeyPatch.context() as patch:
        for name in _product_variables():
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(autouse=True)
def _environment_as_before(request: pytest.FixtureRequest) -> Iterator[None]:
    """Put the environment back, also what a command under test set itself, or took out and monkeypatch put back."""
    if request.node.get_closest_marker("emulator"):
        request.getfixturevalue("firestore_host")  # sets a variable for the whole session, however it is asked for
    with mock.patch.dict(os.environ):
        yield


@pytest.fixture(autouse=True)
def _no_developer_files(_environment_as_before: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in an empty folder, so that no `.env` is read."""
    monkeypatch.chdir(tmp_path)


def _product_variables() -> set[str]:
    classes: list[type[settings.CommonSettings]] = [settings.CommonSettings]
    for kind in classes:
        classes.extend(kind.__subclasses__())
    return {name.upper() for kind in classes for name in kind.model_fields} | OTHER_VARIABLES


@pytest.fixture(scope="session")
def blocked_addresses() -> Iterator[list[str]]:
    """Refuse every connection and every look-up that leaves loopback, and keep what was refused."""
    refused: list[str] = []

    def refuse(host: object) -> None:
        refused.append(str(host))
        raise NetworkBlockedError(_advice(host))

    real_connect, real_connect_ex, real_getaddrinfo = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.getaddrinfo,
    )

    def connect(self: socket.socket, address: Any) -> None:
        if not _is_local(self.family, address):
            refuse(address)
        real_connect(self, address)

    def connect_ex(self: socket.socket, address: Any) -> int:
        if not _is_local(self.family, address):
            refuse(address)
        return real_connect_ex(self, address)

    def getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
        if host is not None and not _is_loopback(host):
            refuse(host)
        return real_getaddrinfo(host, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        patch.setattr(socket.socket, "connect_ex", connect_ex)
        patch.setattr(socket, "getaddrinfo", getaddrinfo)
        yield refused


@pytest.fixture(autouse=True)
def _no_network(blocked_addresses: list[str]) -> Iterator[None]:
    """Fail the test that reached outside, also when the code under test swallowed the refusal."""
    blocked_addresses.clear()
    yield
    if blocked_addresses:
        pytest.fail(_advice(blocked_addresses[0]))


def _is_local(family: int, address: Any) -> bool:
    return family not in (socket.AF_INET, socket.AF_INET6) or _is_loopback(address[0])


def _is_loopback(host: Any) -> bool:
    name = host.decode() if isinstance(host, bytes) else str(host)
    if name in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _advice(host: object) -> str:
    return (
        f"This test reached for {host}, outside this machine. Pass it a fake, or start one of the simulators "
        "in local/ and point the base URL (GRAPH_API_URL, OPENAI_BASE_URL, …) at it."
    )


@pytest.fixture(scope="session")
def firestore_host(_no_developer_settings: None, request: pytest.FixtureRequest) -> Iterator[str]:
    """Give the `host:port` of a Firestore emulator: the running one, else one started for all test processes."""
    with pytest.MonkeyPatch.context() as patch, ExitStack() as own:
        if RUNNING_EMULATOR:
            host = RUNNING_EMULATOR
        elif is_beside(request.config):
            host = ask_for_host(request.config.workerinput["emulator"])  # type: ignore[attr-defined]  # xdist's
        else:
            host = own.enter_context(FirestoreEmulator())
        patch.setenv("FIRESTORE_EMULATOR_HOST", host)
        yield host


@pytest.fixture(scope="module")
def stack(firestore_host: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Give the whole product, running in real processes on free ports with an empty database."""
    settings = {
        "FIRESTORE_EMULATOR_HOST": firestore_host,
        "GOOGLE_CLOUD_PROJECT": f"test-{uuid4().hex[:20]}",
        "BURST_WINDOW_SECONDS": "0.2",
        "SWEEP_SECONDS": "0",
    }
    with Stack(settings, ports=0, logs=tmp_path_factory.mktemp("logs")) as running:
        yield running


@pytest.fixture
def project_id() -> str:
    """Give a fresh Google Cloud project id, which on the emulator is an empty database."""
    return f"test-{uuid4().hex[:20]}"
