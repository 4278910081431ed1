"""What is deployed is enough, and no more: each bundle alone, in an environment made from its own requirements."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from deploy.bundle import digest_of, stage
from deploy.lock import FUNCTIONS, run_uv
from local.stack.ports import free_port
from tests.deploy.world import ROOT, SETTINGS

# Found in no bundle but the ones named: what a function does not need costs time at each cold start.
ONLY_IN = {
    "openai": {"process"},
    "markdown_it": {"process"},
    "google.cloud.firestore": {"process", "dashboard_api"},
    "phonenumbers": {"process", "dashboard_api"},
}
ADDRESS = "http://127.0.0.1"


@pytest.fixture(scope="session", params=FUNCTIONS)
def installed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path, Path]:
    """Give a function, its staged bundle, and the Python of a clean environment with its requirements."""
    function = request.param
    folder = tmp_path_factory.mktemp(function)
    stage(function, folder / "bundle")
    run_uv("venv", "--python", _runtime_python(), folder / "venv")
    python = folder / "venv" / "bin" / "python"
    run_uv(
        "pip",
        "install",
        "--python",
        python,
        "--require-hashes",
        "--requirement",
        folder / "bundle" / "requirements.txt",
    )
    return function, folder / "bundle", python


def _runtime_python() -> str:
    """Prefer the version that the functions run on."""
    try:
        subprocess.run(["python3.12", "-c", ""], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return sys.executable
    return "python3.12"


def _environment(**extra: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "PYENV_VERSION")}
    return {**kept, **extra}


def test_bundle_installs_without_conflicts(installed):
    _, _, python = installed
    run_uv("pip", "check", "--python", python)


def test_bundle_imports_only_what_its_function_needs(installed):
    function, bundle, python = installed
    program = "import json, sys, main; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [python, "-c", program], capture_output=True, text=True, check=False, cwd=bundle, env=_environment()
    )
    assert done.returncode == 0, done.stderr
    modules = json.loads(done.stdout)
    assert {name for name, functions in ONLY_IN.items() if name in modules and function not in functions} == set()
    own = {Path(name.replace(".", "/")) for name in modules if name.startswith("shared.")}
    assert all((bundle / name).with_suffix(".py").exists() or (bundle / name).is_dir() for name in own)


def test_bundle_serves_its_function_from_its_folder_alone(installed, tmp_path):
    function, bundle, python = installed
    port = free_port()
    settings = {
        **SETTINGS,
        "PROCESS_URL": "http://127.0.0.1:1/",
        "CLOUD_TASKS_EMULATOR_HOST": "127.0.0.1:1",
        "FIRESTORE_EMULATOR_HOST": "127.0.0.1:1",
        "THREADS": "8",
    }
    command = [python.parent / "functions-framework", "--source", "main.py", "--target", function]
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)],
            cwd=bundle,
            env=_environment(**settings),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            status, body = _get(f"{ADDRESS}:{port}/health", server)
            # Neither the queue nor the store is there, and the function says so.
            assert status == 503, (tmp_path / "log").read_text()
            assert set(json.loads(body)["checks"]) == ({"queue"} if function == "webhook" else {"store", "queue"})
            if function == "webhook":
                query = "hub.mode=subscribe&hub.challenge=42&hub.verify_token=secret%20%26%20verify%2Ftoken"
                assert _get(f"{ADDRESS}:{port}/?{query}", server) == (200, "42")
            if function == "dashboard_api":
                status, body = _get(f"{ADDRESS}:{port}/", server)
                assert status == 200
                assert "<html" in body
        finally:
            server.terminate()
            server.wait(timeout=20)


def _get(url: str, server: subprocess.Popen[bytes]) -> tuple[int, str]:
    """Ask until the server answers."""
    for _ in range(600):
        assert server.poll() is None, "the server stopped"
        try:
            with urllib.request.urlopen(url, timeout=60) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except urllib.error.URLError:
            time.sleep(0.1)
    pytest.fail(f"{url} never answered")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_bundle_of_the_same_source_has_the_same_digest(function, tmp_path):
    first, second = stage(function, tmp_path / "first"), stage(function, tmp_path / "second")
    assert first == second
    (tmp_path / "second" / "main.py").write_text("")
    assert digest_of(tmp_path / "second") != first


def test_bundle_leaves_out_what_editors_and_python_drop(tmp_path):
    root = tmp_path / "root"
    for folder in ("functions/webhook", "shared/__pycache__", "shared/.idea"):
        (root / folder).mkdir(parents=True)
    shutil.copy(ROOT / "requirements.txt", root)
    shutil.copytree(ROOT / "requirements", root / "requirements")
    for name in ("functions/webhook/main.py", "shared/a.py", "shared/__pycache__/a.pyc", "shared/.idea/x"):
        (root / name).write_text("1\n")
    stage("webhook", tmp_path / "bundle", root)
    files = {path.relative_to(tmp_path / "bundle").as_posix() for path in (tmp_path / "bundle").rglob("*")}
    assert files == {
        *("main.py", "requirements.txt", "shared", "shared/a.py"),
        *("functions", "functions/webhook", "functions/webhook/main.py"),
    }
