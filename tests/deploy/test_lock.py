"""The locks follow from requirements*.txt, agree with each other, and name all that the code imports."""

import ast
import functools
import importlib.metadata
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.bundle import stage
from deploy.lock import FUNCTIONS, TARGETS, LockError, find_problems, lock_path, pins_of, read_lock
from tests.deploy.world import ROOT

# Of whom a folder's code may import packages: shared/ is checked by each bundle, which must start without the rest.
IMPORTERS = {
    **{f"functions/{function}": function for function in FUNCTIONS},
    **dict.fromkeys(("shared", "deploy", "local", "tests", "tools"), "dev"),
}
OURS = {"functions", "shared", "local", "deploy", "tests", "tools"}
ELSEWHERE = {"googlecloudsdk", "_typeshed"}  # in gcloud's own folder; known to mypy alone


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give a copy of the requirements and their locks."""
    for name in ("requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    return tmp_path


def test_locks_follow_from_the_requirements():
    assert find_problems() == []


@pytest.mark.parametrize("target", TARGETS)
def test_lock_has_every_pin_a_sum_for_every_package_and_no_address(target):
    lock = read_lock(target)
    entries = re.findall(r"^[a-z].*(?:\n .*)*", lock, re.MULTILINE)
    assert {pin.split("==")[0] for pin in pins_of(target)} <= {entry.split("==")[0] for entry in entries}
    assert [entry for entry in entries if "\n    --hash=sha256:" not in entry] == []
    assert "://" not in lock
    assert "-index" not in lock


def test_lock_left_behind_by_its_requirements_is_told_and_not_deployed(root, tmp_path):
    requirements = root / "requirements.txt"
    requirements.write_text(requirements.read_text().replace("openai==", "openai==9"))
    assert [problem.split()[0] for problem in find_problems(root)] == [
        "requirements/dev.lock",
        "requirements/process.lock",
    ]
    assert read_lock("webhook", root)
    with pytest.raises(LockError, match=r"Run \./dev.sh lock"):
        stage("process", tmp_path / "bundle", root)


def test_reason_beside_a_requirement_may_change_without_a_new_lock(root):
    requirements = root / "requirements.txt"
    requirements.write_text(requirements.read_text().replace("] ", "] still "))
    assert find_problems(root) == []


def test_lock_with_another_version_than_the_tested_one_is_told(root):
    path = lock_path("webhook", root)
    path.write_text(path.read_text().replace("\nclick==", "\nclick==0"))
    assert [problem.partition(":")[0] for problem in find_problems(root)] == [
        "webhook would run on what the tests do not"
    ]


def test_missing_lock_is_told(root):
    lock_path("deploy", root).unlink()
    assert [problem.split()[0] for problem in find_problems(root)] == ["requirements/deploy.lock"]


@pytest.mark.parametrize(
    ("line", "message"),
    [("flask==3.1.3", "does not say what needs it"), ("flask==3.1.3  # [webhoook] misspelt", "called webhoook")],
)
def test_requirement_that_names_nothing_known_is_refused(root, line, message):
    (root / "requirements.txt").write_text(f"{line}\n")
    with pytest.raises(LockError, match=message):
        pins_of("webhook", root)


@pytest.mark.parametrize("folder", sorted(IMPORTERS))
def test_every_package_that_the_code_imports_is_required(folder):
    required = {pin.split("==")[0].partition("[")[0] for pin in pins_of(IMPORTERS[folder])}
    imported = {name for path in (ROOT / folder).rglob("*.py") for name in _imports(path)}
    foreign = {name for name in imported if name.split(".")[0] not in sys.stdlib_module_names | OURS | ELSEWHERE}
    assert {package for name in foreign if (package := _package_of(name)) not in required} == set()


def _imports(path: Path) -> Iterator[str]:
    """Yield the modules, or the names in them, that a file imports, also those inside its functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _package_of(name: str) -> str:
    """Return the package whose file a module is; several share the names `google` and `google.cloud`."""
    module = name
    while module:
        path = module.replace(".", "/")
        for file in (f"{path}.py", f"{path}/__init__.py", f"{path}.so"):
            if file in _files():
                return _files()[file]
        module = module.rpartition(".")[0]
    return f"whose is {name}?"


@functools.cache
def _files() -> dict[str, str]:
    """Return the installed packages by the paths of their modules."""
    packages = {}
    for distribution in importlib.metadata.distributions():
        package = re.sub("[._]", "-", distribution.name.lower())
        for line in (distribution.read_text("RECORD") or "").splitlines():
            packages[line.partition(",")[0]] = package
    return packages
