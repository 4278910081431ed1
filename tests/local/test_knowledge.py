"""`./dev.sh knowledge` as a program of its own, against the simulator and servers without vector stores."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from werkzeug.wrappers import Request, Response

from local.openai_simulator import OpenAISimulator
from local.stack.configuration import ROOT
from tests.functional.product import serve

PRICES = "Il vaso blu costa 48 euro.\nLa spedizione in Sicilia costa 12 euro.\n"


@pytest.fixture
def simulator() -> Iterator[OpenAISimulator]:
    with OpenAISimulator() as running:
        yield running


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    file = tmp_path / "listino.txt"
    file.write_text(PRICES)
    return file


def knowledge(url: str, *words: str | Path, store: str = "") -> subprocess.CompletedProcess[str]:
    return run_command(words, ROOT, OPENAI_BASE_URL=url, OPENAI_API_KEY="key", OPENAI_VECTOR_STORE_IDS=store)


def run_command(words: Sequence[str | Path], folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI")}
    return subprocess.run(
        [sys.executable, "-m", "tools.knowledge", *map(str, words)],
        cwd=folder,
        env=inherited | settings | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def begin(simulator: OpenAISimulator, *files: Path) -> str:
    """Add files where no vector store is set yet; return the id of the one that was made."""
    run = knowledge(simulator.base_url, "add", *files)
    assert run.returncode == 0, run.stderr
    (line,) = re.findall(r"^  OPENAI_VECTOR_STORE_IDS=(vs_\w+)$", run.stdout, re.MULTILINE)
    return str(line)


def test_first_file_makes_a_store_tells_how_far_it_is_and_which_line_to_set(simulator, prices):
    run = knowledge(simulator.base_url, "add", prices)
    assert run.returncode == 0, run.stderr
    (made,) = re.findall(r"OPENAI_VECTOR_STORE_IDS=(vs_\w+)", run.stdout)
    for told in ("(1/1) listino.txt: uploading …", "being read …", "ready (", ".env"):
        assert told in run.stdout
    assert [file.filename for file in simulator.knowledge.files()] == ["listino.txt"]
    assert len(simulator.knowledge.store(made).files) == 1


def test_files_are_listed_and_removed_by_name(simulator, prices, tmp_path):
    other = tmp_path / "resi.md"
    other.write_text("I resi sono gratuiti.")
    store = begin(simulator, prices, other)
    listed = knowledge(simulator.base_url, "list", store=store)
    assert (
        f"{store}: 2 document(s)" in listed.stdout and "listino.txt" in listed.stdout and "resi.md" in listed.stdout
    )

    removed = knowledge(simulator.base_url, "remove", "listino.txt", store=store)

    assert (removed.returncode, removed.stdout) == (0, "(1/1) listino.txt: removed\n")
    assert [file.filename for file in simulator.knowledge.files()] == ["resi.md"]


def test_file_of_the_same_name_replaces_the_older_one(simulator, prices):
    store = begin(simulator, prices)
    prices.write_text("Il vaso blu costa 50 euro.")
    run = knowledge(simulator.base_url, "add", prices, store=store)
    assert run.returncode == 0 and "OPENAI_VECTOR_STORE_IDS" not in run.stdout
    (kept,) = simulator.knowledge.files()
    assert b"50 euro" in kept.content and simulator.knowledge.store(store).files == [kept.id]


def test_remove_of_what_is_not_there_names_what_is_and_removes_nothing(simulator, prices):
    store = begin(simulator, prices)
    run = knowledge(simulator.base_url, "remove", "listino.txt", "nix.txt", store=store)
    assert run.returncode == 1 and "no document nix.txt; there are: listino.txt" in run.stderr
    assert len(simulator.knowledge.files()) == 1


def test_files_that_cannot_be_added_are_all_named_before_anything_is_sent(simulator, prices, tmp_path):
    photo, empty = tmp_path / "photo.jpg", tmp_path / "empty.txt"
    photo.write_bytes(b"x")
    empty.touch()
    run = knowledge(simulator.base_url, "add", prices, photo, empty, tmp_path / "nix.pdf")
    assert run.returncode == 1
    for told in ("photo.jpg: only .doc", "empty.txt: it is empty", "nix.pdf: there is no such file"):
        assert told in run.stderr
    assert simulator.knowledge.files() == []


def test_file_that_cannot_be_read_is_taken_out_again_and_the_others_go_on(simulator, prices, tmp_path):
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"\xff\xfe\x00")
    store = begin(simulator, prices)
    run = knowledge(simulator.base_url, "add", broken, prices, store=store)
    assert run.returncode == 1
    assert "(1/2) broken.pdf: it cannot be read: The file holds no text." in run.stderr
    assert "(2/2) listino.txt: ready" in run.stdout
    assert [file.filename for file in simulator.knowledge.files()] == ["listino.txt"]


@pytest.mark.parametrize("status", [404, 405, 501])
def test_server_without_vector_stores_gets_a_sentence_that_says_what_to_do(prices, status):
    with serve(Request.application(lambda request: Response('{"detail": "Not Found"}', status))) as url:
        runs = [
            knowledge(f"{url}/v1", "add", prices),
            knowledge(f"{url}/v1", "add", prices, store="vs_1"),
            knowledge(f"{url}/v1", "list", store="vs_1"),
        ]
    for run in runs:
        assert run.returncode == 1 and run.stdout == ""
        assert "no vector stores" in run.stderr and "frequent questions" in run.stderr


def test_vector_store_that_is_gone_is_named(simulator, prices):
    run = knowledge(simulator.base_url, "add", prices, store="vs_gone")
    assert (run.returncode, run.stderr) == (1, "There is no vector store vs_gone at this server.\n")
    assert simulator.knowledge.files() == []


def test_server_that_is_not_there_and_settings_that_are_missing_are_sentences(prices, tmp_path):
    assert "does not answer" in knowledge("http://127.0.0.1:9/v1", "add", prices).stderr
    assert "OPENAI_VECTOR_STORE_IDS is not set" in knowledge("http://127.0.0.1:9/v1", "list").stderr
    run = run_command(["list"], tmp_path)
    assert run.returncode == 1 and "Set OPENAI_API_KEY" in run.stderr
