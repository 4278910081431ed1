"""Functions with their settings, queue and database; each module has its own."""

import time
from collections.abc import Iterator
from types import SimpleNamespace
from uuid import uuid4

import pytest
import urllib3.util.retry
from flask.testing import FlaskClient
from google.cloud import firestore

from local.openai_simulator import OpenAISimulator
from local.phone_simulator import PhoneSimulator
from local.tasks_emulator import TasksEmulator
from shared import settings
from shared.store.store import Store
from tests.functional.dashboard import Staff
from tests.functional.media_bench import MediaBench, open_bench
from tests.functional.product import SETTINGS, Product, RecordingTarget, build, module_of, serve


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pytest.MonkeyPatch]:
    """Set what every function needs; a module's own fixtures add to it."""
    settings.load.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("empty"))
        for name, value in SETTINGS.items():
            patch.setenv(name, value)
        patch.setenv("GOOGLE_CLOUD_PROJECT", f"test-{uuid4().hex[:20]}")
        yield patch
    settings.load.cache_clear()


@pytest.fixture(scope="module")
def tasks_host(environment: pytest.MonkeyPatch) -> Iterator[str]:
    """Give the address of a queue that delivers at once."""
    with TasksEmulator() as host:
        environment.setenv("CLOUD_TASKS_EMULATOR_HOST", host)
        yield host


@pytest.fixture(scope="module")
def target(environment: pytest.MonkeyPatch) -> Iterator[RecordingTarget]:
    """Take the process function's place and keep the tasks that arrive."""
    recording = RecordingTarget()
    with serve(recording) as url:
        environment.setenv("PROCESS_URL", url)
        yield recording


@pytest.fixture(scope="module")
def database(environment: pytest.MonkeyPatch, firestore_host: str) -> Iterator[firestore.Client]:
    """Give a client of the empty database that the functions use."""
    client = firestore.Client(project=settings.CommonSettings().google_cloud_project)
    yield client
    client.close()


@pytest.fixture(scope="module")
def phone() -> Iterator[PhoneSimulator]:
    """Give a WhatsApp without customers."""
    with PhoneSimulator() as simulator:
        yield simulator


@pytest.fixture(scope="module")
def openai() -> Iterator[OpenAISimulator]:
    """Give an OpenAI."""
    with OpenAISimulator() as simulator:
        yield simulator


@pytest.fixture(scope="module")
def process(
    environment: pytest.MonkeyPatch,
    tasks_host: str,
    database: firestore.Client,
    phone: PhoneSimulator,
    openai: OpenAISimulator,
) -> Iterator[FlaskClient]:
    """Give the process function; the queue delivers to it."""
    environment.setenv("GRAPH_API_URL", phone.url)
    environment.setenv("OPENAI_BASE_URL", openai.base_url)
    application = build("process")
    module = application.extensions["main"] = module_of("process")
    with serve(application) as url:
        environment.setenv("PROCESS_URL", url)
        yield application.test_client()
    module.get_runtime("").close()


@pytest.fixture(scope="module")
def product(
    process: FlaskClient, database: firestore.Client, phone: PhoneSimulator, openai: OpenAISimulator
) -> Product:
    """Give the whole path from the webhook to the customer's phone."""
    webhook = build("webhook").test_client()
    return Product(webhook, process, Store(database), database, phone, openai)


@pytest.fixture(scope="module")
def store(database: firestore.Client) -> Store:
    """Give the store that the functions use."""
    return Store(database)


@pytest.fixture(scope="module")
def dashboard(tasks_host: str, target: RecordingTarget, database: firestore.Client) -> FlaskClient:
    """Give the dashboard function, with nobody signed in."""
    return build("dashboard_api").test_client(use_cookies=False)


@pytest.fixture(scope="module")
def counter(environment: pytest.MonkeyPatch, product: Product) -> Staff:
    """Give a member of staff whose messages reach the customer's phone."""
    environment.setenv("WHATSAPP_ACCOUNT_ID", product.phone.settings.account_id)
    return Staff.sign_in(build("dashboard_api").test_client(use_cookies=False))


@pytest.fixture(scope="module")
def staff(dashboard: FlaskClient) -> Staff:
    """Give a member of staff who is signed in."""
    return Staff.sign_in(dashboard)


@pytest.fixture
def bench(
    phone: PhoneSimulator,
    openai: OpenAISimulator,
    firestore_host: str,
    project_id: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[MediaBench]:
    """Give a process whose customers send files; the pauses between its tries take no time."""
    monkeypatch.setattr(urllib3.util.retry, "time", SimpleNamespace(sleep=lambda _: None, time=time.time))
    with open_bench(phone, openai, project_id) as opened:
        yield opened
