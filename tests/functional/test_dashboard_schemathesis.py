"""The running API, in a process of its own, called as its description allows and as it does not.

schemathesis (schemathesis.readthedocs.io) makes the calls: no answer may be a 5xx that is not described, or have a
status, a type or a shape that is not. It makes a few hundred calls, the same ones each time.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from google.cloud import firestore

from local.stack.ports import LOOPBACK, free_port
from local.stack.processes import Processes, http_ok
from local.stack.stack import function_command
from shared.store.store import Store
from tests.functional.dashboard import add_contact, add_message
from tests.functional.product import RecordingTarget

pytestmark = [pytest.mark.emulator, pytest.mark.stack]

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,ignored_auth"
)
ROOT = Path(__file__).parents[2]
LONGEST_SECONDS = 180.0  # a quarter of it where the machine does nothing else
NOT_CALLED = (
    "/api/logout",  # it would end the session
    "/api/login",  # it is for ten attempts a minute
    "/api/settings/preview",  # it waits for an answer of the model, which is not here
)


@pytest.fixture
def url(
    environment: pytest.MonkeyPatch,
    tasks_host: str,
    target: RecordingTarget,
    database: firestore.Client,
    tmp_path: Path,
) -> Iterator[str]:
    """Serve the dashboard as Google Cloud does."""
    port = free_port()
    processes = Processes(tmp_path)
    try:
        command = function_command("dashboard_api", port)
        processes.start(
            "dashboard",
            command,
            http_ok(port, "/health"),
            {**os.environ, "THREADS": "8", "PYTHONPATH": str(ROOT)},
            tmp_path,
        )
        processes.wait_ready(["dashboard"])
        yield f"http://{LOOPBACK}:{port}"
    finally:
        processes.stop()


def test_running_api_answers_as_it_is_described(url: str, store: Store, tmp_path: Path) -> None:
    contact = add_contact(store, whatsapp_name="Maria")
    message = add_message(store, contact, "Buongiorno")
    answer = requests.post(f"{url}/api/login", json={}, timeout=10)
    cookie = f"session={answer.cookies['session']}"
    document = requests.get(f"{url}/api/openapi.json", headers={"Cookie": cookie}, timeout=10)
    (tmp_path / "openapi.json").write_bytes(document.content)
    (tmp_path / "schemathesis.toml").write_text(
        f'[parameters]\n"path.contact_id" = "{contact.id}"\n"path.message_id" = "{message.id}"\n'
    )
    run = subprocess.run(
        [
            *(str(Path(sys.executable).with_name("schemathesis")), "--config-file", "schemathesis.toml"),
            *("run", "openapi.json", "--url", url, "--header", f"Cookie: {cookie}"),
            *("--header", f"X-CSRF-Token: {answer.json()['csrf_token']}"),
            *("--phases", "coverage,fuzzing", "--checks", CHECKS, "--max-examples", "2", "--seed", "1"),
            *("--workers", "2", "--request-timeout", "20", "--no-color", "--generation-database", "none"),
            *(word for path in NOT_CALLED for word in ("--exclude-path", path)),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
    )
    assert run.returncode == 0, run.stdout + run.stderr
