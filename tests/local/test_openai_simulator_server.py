"""Transcriptions, models, the error shape, the page and the program itself."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from openai import BadRequestError, NotFoundError, OpenAI

from local.openai_simulator import OpenAISimulator
from local.openai_simulator.small_talk import TRANSCRIPTS

ROOT = Path(__file__).parents[2]
KEY = {"Authorization": "Bearer sk-local"}


def transcribe(client: OpenAI, audio: bytes = b"OggS", name: str = "voice.ogg", **options):
    options = {"model": "gpt-4o-mini-transcribe", **options}
    return client.audio.transcriptions.create(file=(name, audio, "audio/ogg"), **options)


def test_transcription_of_the_same_file_is_the_same_text(client):
    first = transcribe(client, b"OggS one")
    assert first.text == transcribe(client, b"OggS one").text
    assert first.usage.type == "tokens"
    assert len({transcribe(client, bytes([n])).text for n in range(1, 12)}) > 1


def test_transcription_in_a_language_is_in_that_language(client):
    assert transcribe(client, language="en").text in TRANSCRIPTS["en"]


def test_transcription_as_text_is_plain_text(client):
    text = transcribe(client, response_format="text")
    assert text.strip() == transcribe(client).text


@pytest.mark.parametrize(
    "options, param",
    [
        ({"audio": b""}, "file"),
        ({"name": "voice.txt"}, "file"),
        ({"model": "gpt-6-luna"}, "model"),
        ({"response_format": "srt"}, "response_format"),
    ],
)
def test_transcription_of_bad_input_is_refused(client, options, param):
    with pytest.raises(BadRequestError) as refused:
        transcribe(client, **options)
    assert refused.value.param == param


def test_models_are_listed_with_their_shutdown_dates(client):
    models = {model.id: model for model in client.models.list()}
    assert models["gpt-6-luna"].shutdown_date is None
    assert models["gpt-4o-mini-transcribe"].shutdown_date == "2027-02-26"
    assert client.models.retrieve("gpt-4.1-mini").shutdown_date == "2027-01-14"
    with pytest.raises(NotFoundError) as missing:
        client.models.retrieve("gpt-none")
    assert missing.value.code == "model_not_found"


@pytest.mark.parametrize(
    "method, path, body, status",
    [
        ("POST", "responses", b"{not json", 400),
        ("POST", "responses", b"\xff\xfe", 400),
        ("POST", "responses", b"[]", 400),
        ("POST", "responses", b'{"model": 7}', 400),
        ("GET", "responses/resp_unknown", b"", 404),
        ("GET", "nothing/here", b"", 404),
        ("PUT", "models", b"", 405),
        ("POST", "audio/transcriptions", b"", 400),
    ],
)
def test_bad_request_always_has_the_error_shape(simulator, method, path, body, status):
    headers = {**KEY, "Content-Type": "application/json"}
    answer = requests.request(method, f"{simulator.base_url}/{path}", data=body, headers=headers, timeout=5)
    assert answer.status_code == status
    assert set(answer.json()["error"]) == {"message", "type", "param", "code"}
    assert answer.headers["x-request-id"]


def test_page_says_it_is_a_simulator_under_a_strict_policy(simulator):
    page = requests.get(simulator.page_url, timeout=5)
    assert "Not OpenAI" in page.text
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]*src=)|\son\w+=|\sstyle=", page.text)
    for path in re.findall(r'(?:src|href)="(/[^"]+)"', page.text):
        assert requests.get(f"{simulator.page_url}{path[1:]}", timeout=5).status_code == 200


def test_page_files_outside_their_folder_are_not_served(simulator):
    for path in ("page/../server.py", "page/%2e%2e/server.py", "vendor/../../pyproject.toml"):
        session = requests.Session()
        request = requests.Request("GET", simulator.page_url).prepare()
        request.url = f"{simulator.page_url}{path}"
        with session:
            assert session.send(request, timeout=5).status_code == 404


def start_program(port: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "local.openai_simulator", "--port", str(port)]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_program_with_signal_stops_cleanly(number):
    with start_program(0) as program:
        try:
            assert program.stderr
            ready = re.search(r"http://127\.0\.0\.1:\d+/v1", program.stderr.readline())
            assert ready
            base_url = ready[0]
            assert requests.get(f"{base_url}/models", headers=KEY, timeout=5).status_code == 200
            os.kill(program.pid, number)
            assert program.wait(10) == 0
            assert program.stderr.read() == ""
        finally:
            program.kill()


def test_program_on_a_busy_port_says_so(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        with start_program(taken.getsockname()[1]) as program:
            _, complaint = program.communicate(timeout=20)
        assert program.returncode == 1
        assert "cannot be used" in complaint
        assert len(complaint.splitlines()) == 1


def test_simulator_started_twice_keeps_its_state_until_reset():
    simulator = OpenAISimulator()
    for expected in (0, 1):
        base_url = simulator.start()
        with OpenAI(base_url=base_url, api_key="sk-local", max_retries=0) as client:
            assert len(simulator.state.conversations()) == expected
            client.conversations.create()
        simulator.stop()
    simulator.reset()
    assert simulator.state.conversations() == []
