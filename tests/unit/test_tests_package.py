"""Outside pytest too, `tests` is this folder, although mock-firestore's wheel installs a package of that name."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("module", ["tests", "tests.samples", "tests.turns.people"])
def test_tests_imported_from_the_project_are_its_own(module):
    program = f"import {module}; print({module}.__file__)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert Path(done.stdout.strip()).is_relative_to(ROOT / "tests")
