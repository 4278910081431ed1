"""deploy.sh in a copy of this project, with a fake Google Cloud around it."""

import json
import os
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
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
SOURCES = ("deploy.sh", "deploy", "shared", "functions", "frontend", "requirements.txt", "firestore.indexes.json")
KINDS = (
    "accounts policies databases backup_schedules backups indexes expiries secrets queues jobs repositories services"
    " revisions metrics channels alerts dashboards budgets"
).split()


def copy_project(target: Path) -> Path:
    """Copy what deploy.sh needs, so that a test may change it and leaves nothing behind."""
    target.mkdir()
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


@dataclass
class Run:
    """What one run of deploy.sh did."""

    code: int
    output: str
    changes: list[list[str]]
    calls: list[list[str]]


@dataclass
class World:
    """A copy of the project in `checkout`, and a fake Google Cloud in `cloud`."""

    checkout: Path
    cloud: Path
    settings: dict[str, str] = field(default_factory=lambda: dict(SETTINGS))

    def prepare(self) -> None:
        """Put the fake programs in place, and an empty project."""
        programs = self.cloud / "bin"
        programs.mkdir(parents=True)
        for name in ("gcloud", "curl"):
            program = programs / name
            fake = ROOT / "tests" / "deploy" / f"fake_{name}.py"
            program.write_text(f'#!/bin/sh\nexec {sys.executable} -S -E {fake} "$@"\n', encoding="utf-8")
            program.chmod(program.stat().st_mode | stat.S_IEXEC)
        self.state = {
            **{kind: {} for kind in KINDS},
            "project": PROJECT,
            "number": "123456789012",
            "billing": "012345-567890-ABCDEF",
            "login": "owner@bottega-aurora.it",
            "apis": [],
            "sources": [],
            "unhealthy": [],
            "may_see_billing": True,
        }

    @property
    def state(self) -> dict[str, Any]:
        """What is in the fake project; change it and assign it back."""
        return dict(json.loads((self.cloud / "state.json").read_text(encoding="utf-8")))

    @state.setter
    def state(self, value: dict[str, Any]) -> None:
        (self.cloud / "state.json").write_text(json.dumps(value), encoding="utf-8")

    def trouble(self, **trouble: dict[str, Any]) -> None:
        """Let commands go wrong; the fake gcloud's docstring tells how."""
        (self.cloud / "trouble.json").write_text(json.dumps(trouble), encoding="utf-8")

    def write_settings(self) -> None:
        lines = [f'{name}="{value}"' for name, value in self.settings.items()]
        (self.checkout / ".env").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def deploy(self, *arguments: str, answers: str = "", code: int | None = 0) -> Run:
        """Run `./deploy.sh --yes …` and expect an exit code (None: any)."""
        self.write_settings()
        calls = self.cloud / "calls.jsonl"
        calls.unlink(missing_ok=True)
        environment = {
            "PATH": f"{self.cloud / 'bin'}:{os.environ['PATH']}",
            "HOME": str(self.cloud),
            "LANG": "C.UTF-8",
            "FAKE_CLOUD": str(self.cloud),
            "DEPLOY_RETRY_SECONDS": "0",
        }
        done = subprocess.run(
            [self.checkout / "deploy.sh", "--yes", *arguments],
            env=environment,
            input=answers,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )
        lines = calls.read_text(encoding="utf-8").splitlines() if calls.exists() else []
        entries = [json.loads(line) for line in lines]
        with (self.cloud / "all_calls.jsonl").open("a", encoding="utf-8") as log:
            log.writelines(line + "\n" for line in lines)
        run = Run(
            done.returncode,
            done.stdout,
            [entry["arguments"] for entry in entries if entry["changes"]],
            [entry["arguments"] for entry in entries],
        )
        assert code is None or run.code == code, run.output
        assert "Traceback" not in run.output, run.output
        return run
