"""Every gcloud command that deploy.sh can print is one that the installed gcloud understands."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.settings import ProcessSettings
from tests.deploy.world import ROOT, World

HERE = Path(__file__).parent
CREATE_QUEUE = ["tasks", "queues", "create"]
MODES = (
    ["--subscribe"],
    ["--prefix", "staging", "--region", "europe-west8"],
    ["--only", "number", "--register"],
    ["status"],
    ["verify"],
    ["rollback"],
    ["destroy"],
)


@pytest.fixture(scope="module")
def gcloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[str]]:
    """Give the parser of the installed gcloud, waiting for commands to judge."""
    root = _gcloud_root()
    bundled = root / "platform" / "bundledpythonunix" / "bin" / "python3"
    python = str(bundled) if bundled.exists() else sys.executable
    home = str(tmp_path_factory.mktemp("gcloud"))
    with subprocess.Popen(
        [python, "-S", str(HERE / "gcloud_parser.py"), str(root)],
        env={"PATH": os.environ["PATH"], "HOME": home, "CLOUDSDK_CORE_DISABLE_PROMPTS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parser:
        yield parser


def _gcloud_root() -> Path:
    program = shutil.which("gcloud")
    root = Path(program).resolve().parents[1] if program else None
    if root is None or not (root / "lib" / "googlecloudsdk").exists():
        message = "the gcloud CLI is not installed: https://cloud.google.com/sdk/docs/install"
        pytest.skip(message)
    return root


def refused(gcloud: subprocess.Popen[str], commands: list[list[str]], world: World) -> list[str]:
    """Return what gcloud's parser says about each command that it does not accept."""
    assert gcloud.stdin is not None
    assert gcloud.stdout is not None
    gcloud.stdin.write(json.dumps({"folder": str(world.checkout), "commands": commands}) + "\n")
    gcloud.stdin.flush()
    errors = json.loads(gcloud.stdout.readline())
    assert len(errors) == len(commands)
    return [f"{shlex.join(command)}\n{error}" for command, error in zip(commands, errors, strict=True) if error]


def printed_commands(world: World, *arguments: str) -> list[list[str]]:
    lines = world.deploy("--dry-run", *arguments).output.splitlines()
    strange = [line for line in lines if line and not line.startswith(("#", "gcloud ", "curl "))]
    assert strange == []
    return [shlex.split(line)[1:] for line in lines if line.startswith("gcloud ")]


def test_plan_of_every_mode_is_accepted_by_gcloud(gcloud, world):
    commands = {tuple(command) for mode in MODES for command in printed_commands(world, *mode)}
    assert len(commands) > 150
    assert refused(gcloud, [list(command) for command in sorted(commands)], world) == []


def test_commands_of_a_whole_life_are_accepted_by_gcloud(gcloud, deployed):
    """Commands that only a changed project brings about: updates, candidates, moved traffic."""
    deployed.state["queues"]["assistant-whatsapp"]["rateLimits"]["maxConcurrentDispatches"] = 5000
    deployed.state["jobs"]["assistant-sweep"]["schedule"] = "0 0 * * *"
    deployed.state["metrics"]["assistant-turn-failed"]["filter"] = "nothing"
    deployed.state["databases"]["(default)"]["deleteProtectionState"] = "DELETE_PROTECTION_DISABLED"
    next(iter(deployed.state["alerts"].values()))["enabled"] = False
    next(iter(deployed.state["dashboards"].values()))["mosaicLayout"]["tiles"].pop()
    (deployed.checkout / "functions" / "webhook" / "main.py").write_text("another = 'release'\n")
    deployed.deploy()
    deployed.settings |= {"AUTH_MODE": "iap", "FIRESTORE_PITR": "true", "BACKUP_WEEKS": "14"}
    deployed.settings["WHATSAPP_DASHBOARD_TOKEN"] = "EAAG-secret-reads-only"
    deployed.state["exclusions"]["assistant-request-urls"]["filter"] = "nothing"
    deployed.state["sinks"]["assistant"]["filter"] = "nothing"
    deployed.state["log_buckets"]["assistant"]["lifecycleState"] = "DELETE_REQUESTED"
    deployed.deploy()
    deployed.deploy("verify")
    deployed.settings |= {"BACKUP_WEEKS": "4", "MONTHLY_BUDGET": "80", "ALERT_EMAIL": "alarm@bottega-aurora.it"}
    deployed.deploy()
    deployed.state["login"] = "ci@bottega-aurora.iam.gserviceaccount.com"
    deployed.deploy("verify")
    deployed.deploy("rollback")
    deployed.deploy("destroy", answers="bottega-aurora\ndelete the data\n")
    commands = {tuple(call.arguments) for call in deployed.gcloud.calls}
    kinds = {" ".join(command[:4]) for command in commands}
    assert "tasks queues update assistant-whatsapp" in kinds
    assert "scheduler jobs update http" in kinds
    assert any("--tag=candidate" in command for command in commands)
    assert refused(gcloud, [list(command) for command in sorted(commands)], deployed) == []


def test_commands_of_the_documents_are_accepted_by_gcloud(gcloud, world):
    commands = []
    for name in ("deploy", "operations", "scaling"):
        text = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
        lines = re.findall(r"`(gcloud [^`]+)`", text) + re.findall(r"^(gcloud .+)$", text, re.MULTILINE)
        commands += [shlex.split(line.replace("\n", " "))[1:] for line in lines if "…" not in line]
    assert len(commands) > 8
    assert refused(gcloud, commands, world) == []


def test_plan_keeps_the_time_outs_in_order_and_threads_equal_to_concurrency(world):
    deploys = {
        command[2]: dict(argument.removeprefix("--").split("=", 1) for argument in command if "=" in argument)
        for command in printed_commands(world, "--only", "functions")
        if command[:2] == ["run", "deploy"]
    }
    assert len(deploys) == 3
    for name, options in deploys.items():
        environment = json.loads((world.checkout / options["env-vars-file"]).read_text())
        assert environment["THREADS"] == options["concurrency"], name
    fields = ProcessSettings.model_fields
    timeout = int(deploys["assistant-process"]["timeout"])
    assert fields["openai_timeout_seconds"].default < timeout <= fields["task_deadline_seconds"].default


def test_plan_of_the_queue_fits_what_process_can_hold(world):
    [deploy] = [
        call
        for call in printed_commands(world, "--only", "functions")
        if call[:3:2] == ["run", "assistant-process"]
    ]
    [create] = [
        call for call in printed_commands(world, "--only", "queue") if call[:3] == ["tasks", "queues", "create"]
    ]
    options = dict(argument.removeprefix("--").split("=", 1) for argument in [*deploy, *create] if "=" in argument)
    assert int(options["max-concurrent-dispatches"]) < int(options["max-instances"]) * int(options["concurrency"])
    assert float(options["max-dispatches-per-second"]) <= 500


def test_plan_of_a_second_environment_has_the_prefix_in_every_name(world):
    for command in printed_commands(world, "--prefix", "staging"):
        text = shlex.join(command)
        assert "assistant-" not in text.replace("whatsapp-assistant", ""), text
