"""The documents tell of every kind of message and every command, and their links lead somewhere."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = sorted([ROOT / "README.md", *ROOT.glob("[CS]*.md"), *(ROOT / "docs").rglob("*.md")])
EXPECTED = ROOT / "tests" / "payloads" / "expected"
UNKNOWN = {"hologram"}  # stands for types that nobody knows yet


def test_every_inbound_kind_has_its_row():
    rows = [line for line in (ROOT / "docs" / "whatsapp.md").read_text().splitlines() if line.startswith("|")]
    events = [event for path in EXPECTED.glob("*.json") for event in json.loads(path.read_text())]
    kinds = {event["kind"] for event in events if "kind" in event} - UNKNOWN
    assert len(kinds) >= 16
    for kind in kinds:
        assert any(f"`{kind}`" in row.split("|")[1] for row in rows), f"{kind} has no row"


# Tables each of whose rows is a promise: file, heading, and how many rows there are at least.
PROMISES = [
    ("turns.md", "What can go wrong", 60),
    ("security-model.md", "Threats", 40),
    ("privacy.md", "What is kept", 20),
]
promises = pytest.mark.parametrize(("name", "heading", "count"), PROMISES, ids=str)


def rows(name: str, heading: str) -> list[str]:
    text = (ROOT / "docs" / name).read_text()
    table = text.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return [line for line in table.splitlines() if line.startswith("| ")][2:]


@promises
def test_every_promise_names_a_test(name, heading, count):
    found = rows(name, heading)
    assert len(found) >= count
    for row in found:
        names = re.findall(r"\]\(\.\./(tests/[a-z_/]+\.py)\)", row)
        assert names and all((ROOT / name).is_file() for name in names), f"names no test: {row[:80]}"


@promises
def test_what_a_promise_names_in_a_test_file_is_there(name, heading, count):
    named = re.compile(r"\]\(\.\./(tests/[a-z_/]+\.py)\): ((?:`\w+`(?:, )?)+)")
    found = [match for row in rows(name, heading) for match in named.findall(row)]
    assert len(found) >= count / 3
    for path, words in found:
        text = (ROOT / path).read_text()
        for word in re.findall(r"`(\w+)`", words):
            assert word in text, f"{path} has no {word}"


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_links_between_files_lead_somewhere(path):
    targets = re.findall(r"\]\(([^)#\s]+)", path.read_text())
    for target in targets:
        if "://" not in target and not target.startswith("mailto:"):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_contributing_names_every_command_of_dev_sh():
    script = (ROOT / "dev.sh").read_text()
    commands = set(re.findall(r"^  ([a-z]+)\) [a-z_]+ \"\$@\" ;;$", script, re.MULTILINE))
    assert len(commands) >= 7
    for text in (script, (ROOT / "CONTRIBUTING.md").read_text()):
        assert commands - set(re.findall(r"^(?:\./dev\.sh |  )([a-z]+) ", text, re.MULTILINE)) == set()


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_commands_of_dev_sh_in_the_documents_exist(path):
    script = (ROOT / "dev.sh").read_text()
    for command in re.findall(r"\./dev\.sh ([a-z]+)", path.read_text()):
        assert f"\n  {command}) " in script, f"{path.name} names ./dev.sh {command}"


def test_notice_says_the_same_in_both_languages():
    texts = [(ROOT / "docs" / "privacy" / f"notice.{language}.md").read_text() for language in ("it", "en")]
    for sign in (r"^\*\*", r"^- ", r"^\| ", r"\[24\]", r"`/\w+`|STOP"):
        counts = {len(re.findall(sign, text, re.MULTILINE)) for text in texts}
        assert len(counts) == 1 and counts != {0}, sign
    commands = {f"/{name}" for name in re.findall(r"`/(\w+)`", texts[0])}
    assert commands >= {"/info", "/privacy", "/export", "/delete"}
