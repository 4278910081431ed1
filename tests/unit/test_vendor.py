"""The vendored libraries are exactly those VENDOR.md names."""

import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VENDOR = ROOT / "frontend" / "vendor"
ROW = re.compile(
    r"^\| `(?P<file>[^`]+)` \| (?P<version>[\d.]+) \| (?P<package>\S+) \| `[^`]+` \| `(?P<sha256>[0-9a-f]{64})` \| "
    r"(?P<licence>MIT|Apache-2\.0) \|$",
    re.MULTILINE,
)


def _table() -> list[re.Match[str]]:
    return list(ROW.finditer((VENDOR / "VENDOR.md").read_text(encoding="utf-8")))


def _rows() -> dict[str, str]:
    return {row["file"]: row["sha256"] for row in _table()}


def test_vendor_table_lists_every_file_that_lies_there():
    lying_there = {path.name for path in VENDOR.iterdir()} - {"VENDOR.md"}
    assert lying_there == set(_rows())


@pytest.mark.parametrize("name", sorted(_rows()))
def test_vendor_file_has_the_recorded_hash(name: str):
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == _rows()[name]


def test_vendor_version_is_that_of_the_types_it_is_checked_with():
    checked = json.loads((ROOT / "tools/javascript/package.json").read_text(encoding="utf-8"))["devDependencies"]
    vendored = {row["package"]: row["version"] for row in _table()}
    assert vendored == {package: checked[package] for package in vendored}


def test_axe_is_the_file_that_its_table_names():
    folder = ROOT / "tests" / "browser" / "axe"
    table = (folder / "README.md").read_text(encoding="utf-8")
    content = (folder / "axe.min.js").read_bytes()
    assert f"`{hashlib.sha256(content).hexdigest()}`" in table
    version = re.match(rb"/\*! axe v([\d.]+)", content)
    assert version and f"| {version[1].decode()} |" in table
