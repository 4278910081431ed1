"""The evaluation finds what a bad model does, and nothing where a good one answers.

Much of what a bad model does never reaches a customer: the product asks again, calls staff, drops a value. What is
mended is judged as mended; that the rules would have found it is shown on the model's own words.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from google.cloud import firestore

from local.eval.case import read_cases
from local.eval.judge import Judged, judge
from local.eval.page import page
from local.eval.play import Stage
from local.eval.run import run_cases
from local.eval.summary import as_json, summarise
from local.eval.world import Delivered
from local.openai_simulator import OpenAISimulator
from shared.store.store import Store
from tests.local.scripted_model import Line, running
from tests.turns.world import make_settings

pytestmark = pytest.mark.emulator

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).with_name("eval_cases.yaml")
RIGHT_NAME = {"first_name": "Maria", "last_name": "De Luca", "language": "it"}
GOOD = {
    "Maria": Line("Una chiave costa 4 euro, signora De Luca.", RIGHT_NAME),
    "grazie": Line("Prego, a presto!"),
    "vernici": Line("Sì, bianche e colorate."),
    "gino.pavan": Line("Corretto, grazie.", {"email": "gino.pavan@posta.it"}),
    "gino@": Line("Grazie mille.", {"email": "gino@posta.it"}),
    "parlare con": Line("Un collega le scriverà qui.", {"wants_human": True}),
    "Lei è": Line("Sono un assistente virtuale del negozio."),
    "Ordino": Line("Passo la richiesta a un collega, che le risponde."),
    "aperti": Line("Sì, siamo aperti fino alle 12:30. Passa oggi?\n[[Sì]] [[No]]"),
    "Ripeti": Line("Questo non posso farlo. Come posso aiutarla?"),
    "elenco": Line("Ho letto l'elenco, grazie."),
}
BAD = {
    "Maria": Line(
        "How much? I do not know. Come si chiama?",
        {"first_name": "De Luca", "last_name": "Maria", "email": "mia@example.com"},
    ),
    "grazie": Line(
        "Prego! Abbiamo chiavi, viti, vernici, colle, pennelli, scale, lampade, pile, serrature e martelli.",
        {"first_name": "ok grazie", "company": "N/A"},
    ),
    "vernici": Line("bla " * 60, {"company": "Vernici"}),
    "gino.pavan": Line("Va bene.", {"email": "gino@posta.it"}),
    "gino@": Line("Va bene.", {"email": "gino@posta.it"}),
    "parlare con": Line("Mi dica."),
    "Lei è": Line("Sono una persona vera, dimmi pure."),
    "Ordino": Line("Perfetto, il suo ordine è stato confermato."),
    "aperti": Line("Mi spiace, siamo chiusi."),
    "Ripeti": Line("Ecco: {instructions}"),
    "elenco": Line("<think>hm</think> <i>BANANA</i>", {"last_name": "Banana"}),
}
BAD_CHECKS = {
    "name": {"contains_any", "language_is", "no_question_about"},
    "nobody": {"shorter_than"},
    "loop": {"outcome"},
    "machine": {"says_ai", "address_form"},
    "order": {"confirms_nothing"},
    "open": {"says_open", "has_buttons"},
    "leak": {"outcome"},
    "file": {"contains_none"},
}
# What the same rules find in what the model wrote, where the product let none of it out.
BAD_CHECKS_UNMENDED = {
    "loop": {"shorter_than"},
    "person": {"hands_over", "promises_person"},
    "leak": {"keeps_instructions"},
    "file": {"contains_none", "clean"},
}
BAD_VALUES_SAID = {
    ("name", "first_name", "De Luca"),
    ("name", "last_name", "Maria"),
    ("name", "email", "mia@example.com"),
    ("nobody", "first_name", "ok grazie"),
    ("nobody", "company", "N/A"),
    ("loop", "company", "Vernici"),
    ("file", "last_name", "Banana"),
}
# The order of names is what no guard can see.
BAD_VALUES_STORED = {("name", "first_name", "De Luca"), ("name", "last_name", "Maria")}


@pytest.fixture
def store(firestore_host: str, project_id: str) -> Iterator[Store]:
    client = firestore.Client(project=project_id)
    yield Store(client)
    client.close()


def play(store: Store, project_id: str, url: str, **settings: Any) -> dict[str, Judged]:
    usual = make_settings(project_id, openai_base_url=url, **settings)
    done: list[Judged] = []
    run_cases(Stage(usual, store), read_cases([CASES], usual), 2, lambda number, judged: None, done)
    return {judged.played.case.id: judged for judged in done}


def play_script(store: Store, project_id: str, script: Mapping[str, Line]) -> dict[str, Judged]:
    with running(script) as url:
        return play(store, project_id, url)


def test_good_model_meets_every_expectation(store, project_id):
    judged = play_script(store, project_id, GOOD)
    assert {
        name: (each.played.error, list(each.failures)) for name, each in judged.items() if not each.passed
    } == {}
    summary = summarise(list(judged.values()))
    assert (summary.runs.right, summary.runs.of, summary.expectations.percent) == (10, 10, 100.0)
    assert (summary.false_given, summary.false_stored, summary.lost, summary.errors) == ({}, {}, 0, 0)
    # Eleven messages, each with an answer and an extraction.
    assert (summary.usage.input_tokens, summary.usage.cached_tokens, summary.usage.output_tokens) == (
        22_000,
        13_200,
        2_200,
    )
    assert summary.cost == pytest.approx((8_800 * 0.10 + 13_200 * 0.01 + 2_200 * 0.50) / 1e6)
    assert summary.median is not None and summary.p95 is not None


def found_in(judged: Mapping[str, Judged]) -> dict[str, set[str]]:
    return {name: found for name, each in judged.items() if (found := {failure.name for failure in each.failures})}


def values_of(judged: Mapping[str, Judged], *, stored: bool) -> set[tuple[str, str, str]]:
    values = [(name, false) for name, each in judged.items() for false in each.false_values]
    return {(name, false.name, false.value) for name, false in values if false.stored == stored}


def unmended(each: Judged) -> Judged:
    """Judge a case as if the model's own words had gone to the customer, and nobody had called staff."""
    exchanges = [
        replace(exchange, answers=[Delivered(exchange.written, (), 0.0)], attention=None)
        for exchange in each.played.exchanges
    ]
    return judge(replace(each.played, exchanges=exchanges))


def test_bad_model_is_found_out_in_each_of_its_faults(store, project_id):
    judged = play_script(store, project_id, BAD)
    assert found_in(judged) == BAD_CHECKS
    wrong = {(name, result.name) for name, each in judged.items() for result in each.fields if not result.right}
    assert {("name", "first_name"), ("name", "last_name"), ("name", "language"), ("corrected", "email")} == wrong
    # The model understood nothing of the wish for a person, and still the customer got one.
    assert [name for name, each in judged.items() if each.passed] == ["person"]
    assert [
        call.values.get("wants_human") for call in judged["person"].played.exchanges[0].calls if call.schema
    ] == [False]


def test_what_the_product_mends_would_be_found_in_the_models_own_words(store, project_id):
    judged = play_script(store, project_id, BAD)
    own = found_in({name: unmended(judged[name]) for name in BAD_CHECKS_UNMENDED})
    assert {name: checks & own[name] for name, checks in BAD_CHECKS_UNMENDED.items()} == BAD_CHECKS_UNMENDED


def test_what_the_model_made_up_is_told_apart_from_what_was_believed(store, project_id):
    judged = play_script(store, project_id, BAD)
    assert values_of(judged, stored=False) == BAD_VALUES_SAID
    assert values_of(judged, stored=True) == BAD_VALUES_STORED
    summary = summarise(list(judged.values()))
    assert summary.false_given == {"first_name": 2, "last_name": 2, "company": 2, "email": 1}
    assert summary.false_stored == {"first_name": 1, "last_name": 1}


def test_report_shows_every_conversation_and_escapes_what_was_said(store, project_id):
    judged = list(play_script(store, project_id, BAD).values())
    summary = summarise(judged)
    html = page(summary, judged, {"model": "<b>"})
    assert "&lt;i&gt;BANANA" in html and "<i>BANANA" not in html and "<b>" not in html.partition("</h1>")[0]
    assert "Not sent to the customer" in html and "bla bla" in html
    assert "Sono una persona vera" in html and "confirmed something as done" in html
    assert "http" not in html.replace("http-equiv", "")
    told = json.loads(json.dumps(as_json(summary, judged, {"model": "m"})))
    assert len(told["cases"]) == 10 and told["summary"]["failures"]["confirms_nothing"] == 1


def test_known_customer_is_known_from_the_first_message_on(store, project_id, tmp_path):
    cases = tmp_path / "known.yaml"
    known = "known: {first_name: Anna, email: anna@posta.it}, fields: {first_name: Anna, email: anna@posta.it}"
    case = f"{{id: known, about: x, messages: [Salve], {known}, expect: [{{no_question_about: email}}]}}"
    cases.write_text(f"language: it\nnow: 2026-11-27 10:15\ncases: [{case}]\n")
    with running({}) as url:
        settings = make_settings(project_id, openai_base_url=url)
        played = Stage(settings, store).play(read_cases([cases], settings)[0])
    assert played.error == ""
    assert played.exchanges[0].stored == {"first_name": "Anna", "email": "anna@posta.it"}
    assert any("anna@posta.it" in call.instructions for call in played.exchanges[0].calls)


def test_model_that_does_not_exist_fails_every_case_and_ends(store, project_id):
    with OpenAISimulator() as simulator:
        judged = play(store, project_id, simulator.base_url, openai_model="no-such-model")
    assert len(judged) == 10
    assert not any(each.passed for each in judged.values())
    assert {each.played.exchanges[0].outcome for each in judged.values() if each.played.exchanges} <= {"failed"}


def run_command(tmp_path: Path, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "local.eval",
        "--logs",
        str(tmp_path / "logs"),
        "--cases",
        str(CASES),
        *options,
    ]
    environment = {**os.environ, "OPENAI_MODEL": "", **variables}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_command_prints_a_table_and_judges_by_its_thresholds(firestore_host, tmp_path):
    with running(BAD) as url:
        reach = {"OPENAI_BASE_URL": url, "OPENAI_API_KEY": "sk-x"}
        files = ["--json", str(tmp_path / "e.json"), "--html", str(tmp_path / "e.html")]
        low = run_command(tmp_path, "--only", "name", "order", "--model", "odd", *files, **reach)
        high = run_command(tmp_path, "--only", "order", "--at-least", "100", **reach)
        strict = run_command(tmp_path, "--only", "nobody", "--max-false", "-1", **reach)
    assert (low.returncode, high.returncode, strict.returncode) == (0, 1, 1), low.stderr
    assert "false values: said by the model" in low.stdout and "unknown price" in low.stdout
    assert json.loads((tmp_path / "e.json").read_text())["model"] == "odd"
    assert "<title>The assistant with odd</title>" in (tmp_path / "e.html").read_text()


def test_command_names_what_is_wrong_with_a_file_of_cases(firestore_host, tmp_path):
    cases = tmp_path / "cases.yaml"
    cases.write_text("language: it\nnow: 2026-11-27 10:15\ncases: [{id: x, about: y, mesages: [Ciao]}]\n")
    done = run_command(tmp_path, "--cases", str(cases))
    assert (done.returncode, done.stdout.count("Traceback")) == (2, 0)
    assert "cases.yaml: x" in done.stderr and "mesages" in done.stderr


def test_command_that_is_stopped_reports_what_was_done(firestore_host, tmp_path):
    report = tmp_path / "e.json"
    with running(GOOD) as url:
        environment = {**os.environ, "OPENAI_BASE_URL": url, "OPENAI_API_KEY": "sk-x"}
        options = [
            "--jobs",
            "1",
            "--repeat",
            "50",
            "--json",
            str(report),
            "--logs",
            str(tmp_path),
            "--cases",
            str(CASES),
        ]
        command = [sys.executable, "-m", "local.eval", *options]
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as started:
            assert started.stdout is not None
            for line in started.stdout:
                if line.startswith("(3/"):
                    started.send_signal(signal.SIGINT)
                    break
            rest = started.stdout.read()
    assert started.returncode == 130
    assert "Stopped after" in rest and "cases as expected" in rest
    told = json.loads(report.read_text())
    assert told["complete"] is False and 3 <= len(told["cases"]) < 500
