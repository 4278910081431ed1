"""deploy.sh in a copy of this project, with a fake Google Cloud around it."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.deploy.fake_curl import FakeCurl
from tests.deploy.fake_gcloud import FakeGcloud
from tests.deploy.programs import Program, serve

ROOT = Path(__file__).resolve().parents[2]
DRIVER = Path(__file__).with_name("driver.py")
PROJECT = "bottega-aurora"
SETTINGS = {
    "WHATSAPP_ACCESS_TOKEN": "EAAG-secret-access-token",
    "WHATSAPP_PHONE_ID": "109876543210987",
    "WHATSAPP_ACCOUNT_ID": "209876543210987",
    "WHATSAPP_APP_ID": "309876543210987",
    "WHATSAPP_APP_SECRET": "secret-app-new,secret-app-old",
    "VERIFY_TOKEN": "secret & verify/token",
    "OPENAI_API_KEY": "sk-secret-openai-key",
    "GOOGLE_CLOUD_PROJECT": PROJECT,
    "GOOGLE_CLIENT_ID": "1234-abc.apps.googleusercontent.com",
    "STAFF_OWNER": "owner@bottega-aurora.it",
    "BUSINESS_NAME": "Bottega d'Aurora, Milano",
}
SECRET_NAMES = ("WHATSAPP_ACCESS_TOKEN", "WHATSAPP_APP_SECRET", "VERIFY_TOKEN", "OPENAI_API_KEY")
SOURCES = (
    "deploy.sh deploy shared functions frontend requirements requirements.txt requirements-dev.txt"
    " firestore.indexes.json"
).split()
KINDS = (
    "accounts policies databases backup_schedules backups indexes exemptions expiries secrets queues jobs"
    " repositories services revisions metrics channels alerts dashboards budgets exclusions"
    " log_buckets sinks"
).split()


def copy_project(target: Path) -> Path:
    """Copy what deploy.sh needs, so that a test may change it and leaves nothing behind."""
    target.mkdir(parents=True)
    ignore = shutil.ignore_patterns("__pycache__")
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=ignore)
        else:
            shutil.copy(source, target / name)
    if (ROOT / ".env.example").exists():
        shutil.copy(ROOT / ".env.example", target / ".env.example")
    (target / ".venv").symlink_to(sys.prefix)
    return target


def empty_project() -> dict[str, Any]:
    """Return the state of a fake project in which nothing was ever done."""
    return {
        **{kind: {} for kind in KINDS},
        "project": PROJECT,
        "number": "123456789012",
        "billing": "012345-567890-ABCDEF",
        "login": "owner@bottega-aurora.it",
        "apis": [],
        "sources": [],
        "unhealthy": [],
        "may_see_billing": True,
        "agents": [],
        "lines": [],
        "documents": {},
        "mute_sweeps": 0,
        "number_state": {
            "display_phone_number": "+39 06 5550100",
            "status": "CONNECTED",
            "platform_type": "CLOUD_API",
            "code_verification_status": "VERIFIED",
            "quality_rating": "GREEN",
        },
    }


@dataclass
class Run:
    """What one run of deploy.sh did."""

    code: int
    output: str
    calls: list[list[str]]
    changes: list[list[str]]


@dataclass
class World:
    """A copy of the project in `checkout`, and a fake Google Cloud around it."""

    checkout: Path
    state: dict[str, Any] = field(default_factory=empty_project)
    settings: dict[str, str] = field(default_factory=lambda: dict(SETTINGS))
    env_file: bytes | None = None
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.gcloud = FakeGcloud(self.state)
        self.curl = FakeCurl(self.state)

    def deploy(
        self, *arguments: str, answers: str = "", code: int | None = 0, sure: bool = True, shell: bool = False
    ) -> Run:
        """Run what `./deploy.sh --yes …` runs, or with `shell` that itself, and expect an exit code (None: any)."""
        self._write_settings()
        before = len(self.gcloud.calls)
        programs = self.checkout.parent / "bin"
        served: dict[str, Program] = {
            "gcloud": self.gcloud.run,
            "curl": lambda given, text, _folder: self.curl.run(given, text),
        }
        with serve(served, programs) as port:
            program = [self.checkout / "deploy.sh"] if shell else [sys.executable, "-P", DRIVER, str(port)]
            done = subprocess.run(
                [*program, *(["--yes"] if sure else []), *arguments],
                check=False,
                cwd=self.checkout,
                env={
                    "PYTHONPATH": str(self.checkout),
                    "PATH": f"{programs}:{os.environ['PATH']}",
                    "HOME": str(programs),
                    "LANG": "C.UTF-8",
                    "DEPLOY_RETRY_SECONDS": "0",
                    **self.environment,
                },
                input=answers,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=300,
            )
        calls = self.gcloud.calls[before:]
        run = Run(
            done.returncode,
            done.stdout,
            [call.arguments for call in calls],
            [call.arguments for call in calls if call.changes],
        )
        assert code is None or run.code == code, run.output
        assert "Traceback" not in run.output, run.output
        return run

    def _write_settings(self) -> None:
        lines = [f'{name}="{value}"\n' for name, value in self.settings.items()]
        content = "".join(lines).encode() if self.env_file is None else self.env_file
        (self.checkout / ".env").write_bytes(content)
