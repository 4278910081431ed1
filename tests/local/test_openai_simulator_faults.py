"""Every fault of the simulator, as the official SDK sees it."""

import json
import threading
from collections.abc import Callable

import pytest
import requests
from openai import (
    APIConnectionError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    InternalServerError,
    NotFoundError,
    OpenAI,
    PermissionDeniedError,
    RateLimitError,
)
from pydantic import BaseModel, ValidationError

from local.openai_simulator import OpenAISimulator

MODEL = "gpt-6-luna"
CLIENT_TIMEOUT_SECONDS = 0.5


class Profile(BaseModel):
    first_name: str | None


@pytest.fixture
def conversation(client: OpenAI) -> str:
    return client.conversations.create().id


@pytest.fixture
def control(simulator: OpenAISimulator) -> str:
    return f"{simulator.page_url}_control"


def ask(client: OpenAI, conversation: str | None = None, text: str = "Ciao", **options):
    if conversation:
        options["conversation"] = conversation
    return client.responses.create(model=MODEL, input=text, **options)


def extract(client: OpenAI, text: str = "Mi chiamo Mario"):
    return client.responses.parse(model=MODEL, input=text, text_format=Profile, store=False)


def roles(client: OpenAI, conversation: str) -> list[str]:
    items = client.conversations.items.list(conversation, order="asc")
    return [getattr(item, "role", item.type) for item in items]


def fault_of(simulator: OpenAISimulator) -> str | None:
    return simulator.calls.entries("answer")[-1].fault


def test_two_messages_are_told_apart_by_their_phase(simulator, client, conversation):
    simulator.faults.add("two_messages", times=1)
    response = ask(client, conversation, "Ciao")
    assert [(item.type, getattr(item, "phase", None)) for item in response.output] == [
        ("reasoning", None),
        ("message", "commentary"),
        ("reasoning", None),
        ("message", "final_answer"),
    ]
    items = client.conversations.items.list(conversation, order="desc")
    assert [getattr(item, "phase", None) for item in items][::2] == ["final_answer", "commentary", None]
    assert ask(client, conversation).status == "completed"


@pytest.mark.parametrize(
    "kind, code", [("failed_server_error", "server_error"), ("failed_rate_limit", "rate_limit_exceeded")]
)
def test_failed_response_comes_with_http_200_and_leaves_the_input(simulator, client, conversation, kind, code):
    simulator.faults.add(kind, times=1)
    response = ask(client, conversation)
    assert (response.status, response.error.code, response.output) == ("failed", code, [])
    assert roles(client, conversation) == ["user"]


def test_empty_answer_is_completed_and_says_nothing(simulator, client, conversation):
    simulator.faults.add("empty", times=1)
    response = ask(client, conversation)
    assert (response.status, response.output_text) == ("completed", "")


def test_reasoning_that_nothing_follows_blocks_the_conversation_until_it_is_deleted(
    simulator, client, conversation
):
    simulator.faults.add("reasoning_only", times=1)
    response = ask(client, conversation)
    assert (response.status, response.output_text) == ("incomplete", "")
    with pytest.raises(BadRequestError, match="without its required following item") as failed:
        ask(client, conversation)
    assert (failed.value.code, failed.value.param) == (None, "input")
    client.conversations.items.delete(response.output[0].id, conversation_id=conversation)
    assert ask(client, conversation).status == "completed"


@pytest.mark.parametrize(
    "kind, error, code",
    [
        ("rate_limit", RateLimitError, "rate_limit_exceeded"),
        ("request_too_large", RateLimitError, "rate_limit_exceeded"),
        ("insufficient_quota", RateLimitError, "insufficient_quota"),
        ("billing_not_active", RateLimitError, "billing_not_active"),
        ("server_error", InternalServerError, None),
        ("invalid_key", AuthenticationError, "invalid_api_key"),
        ("forbidden", PermissionDeniedError, "unsupported_country_region_territory"),
        ("context_overflow", BadRequestError, "context_length_exceeded"),
    ],
)
def test_error_fault_once_fails_one_call_and_stores_nothing(simulator, client, conversation, kind, error, code):
    simulator.faults.add(kind, times=1, endpoint="answer")
    with pytest.raises(error) as failed:
        ask(client, conversation)
    assert failed.value.code == code
    assert roles(client, conversation) == []
    assert ask(client, conversation).status == "completed"


@pytest.mark.parametrize("seconds, header", [(None, None), (2, "2"), (0.5, "0.5")])
def test_rate_limit_with_retry_after_sends_the_header(simulator, client, seconds, header):
    simulator.faults.add("rate_limit", retry_after=seconds)
    with pytest.raises(RateLimitError) as limited:
        ask(client)
    assert limited.value.response.headers.get("Retry-After") == header


def test_timeout_fault_stores_nothing(simulator, client, conversation):
    simulator.faults.add("timeout", times=1)
    with pytest.raises(APITimeoutError):
        ask(client, conversation, timeout=CLIENT_TIMEOUT_SECONDS)
    assert fault_of(simulator) == "timeout"
    assert roles(client, conversation) == []


def test_timeout_fault_after_its_seconds_cuts_the_connection(simulator, client, conversation):
    simulator.faults.add("timeout", times=1, seconds=0)
    with pytest.raises(APIConnectionError):
        ask(client, conversation)
    assert ask(client, conversation).status == "completed"


def test_processed_then_timeout_fault_stores_the_answer(simulator, client, conversation):
    simulator.faults.add("processed_then_timeout", times=1)
    with pytest.raises(APITimeoutError):
        ask(client, conversation, timeout=CLIENT_TIMEOUT_SECONDS)
    assert roles(client, conversation) == ["user", "assistant"]
    assert ask(client, conversation, "di nuovo").status == "completed"


def test_processed_then_cut_connection_stores_the_answer(simulator, client, conversation):
    simulator.faults.add("processed_then_timeout", times=1, seconds=0)
    with pytest.raises(APIConnectionError):
        ask(client, conversation)
    assert roles(client, conversation) == ["user", "assistant"]
    assert simulator.calls.entries("answer")[0].status is None


def test_connection_reset_fault_stores_nothing(simulator, client, conversation):
    simulator.faults.add("connection_reset", times=1)
    with pytest.raises(APIConnectionError):
        ask(client, conversation)
    assert roles(client, conversation) == []


def test_truncated_json_fault_breaks_the_body_after_storing(simulator, client, conversation):
    simulator.faults.add("truncated_json", times=1)
    with pytest.raises(json.JSONDecodeError):
        ask(client, conversation)
    assert roles(client, conversation) == ["user", "assistant"]


def test_incomplete_fault_gives_half_an_answer(simulator, client):
    simulator.faults.add("incomplete", times=1)
    response = ask(client)
    assert response.status == "incomplete"
    assert response.incomplete_details.reason == "max_output_tokens"
    assert ask(client).output_text.startswith(response.output_text)


def test_incomplete_fault_on_extraction_breaks_the_parsing(simulator, client):
    simulator.faults.add("incomplete", endpoint="extraction")
    with pytest.raises(ValidationError):
        extract(client)


def test_refusal_fault_answers_with_a_refusal(simulator, client):
    simulator.faults.add("refusal", times=2)
    part = ask(client).output[0].content[0]
    assert part.type == "refusal"
    assert extract(client).output_parsed is None


def test_prompt_gone_fault_fails_only_calls_with_a_prompt(simulator, client):
    assert ask(client, prompt={"id": "pmpt_1"}).status == "completed"
    simulator.faults.add("prompt_gone")
    with pytest.raises(NotFoundError) as gone:
        ask(client, prompt={"id": "pmpt_1"})
    assert (gone.value.code, gone.value.param) == ("prompt_not_found", "prompt")
    assert ask(client, instructions="Be kind").status == "completed"


def test_conversation_gone_fault_loses_the_conversation(simulator, client, conversation):
    simulator.faults.add("conversation_gone", times=1)
    with pytest.raises(NotFoundError):
        ask(client, conversation)
    with pytest.raises(NotFoundError):
        client.conversations.retrieve(conversation)
    assert ask(client, client.conversations.create().id).status == "completed"


def test_dangling_tool_call_fault_leaves_a_tail_that_blocks_the_conversation(simulator, client, conversation):
    simulator.faults.add("dangling_tool_call", times=1)
    with pytest.raises(InternalServerError):
        ask(client, conversation)
    assert roles(client, conversation) == ["user", "function_call"]
    with pytest.raises(BadRequestError, match="No tool output found"):
        ask(client, conversation)


@pytest.mark.parametrize("kind", ["server_error", "rate_limit", "connection_reset", "timeout"])
@pytest.mark.parametrize("keep, expected", [(True, ["user"]), (False, [])])
def test_failed_call_keeps_the_user_item_as_configured(
    simulator, client, conversation, control, kind, keep, expected
):
    requests.post(f"{control}/faults", json={"keep_user_item_on_failure": keep}, timeout=5)
    simulator.faults.add(kind, times=1, seconds=0)
    with pytest.raises((APIConnectionError, InternalServerError, RateLimitError)):
        ask(client, conversation)
    assert roles(client, conversation) == expected


@pytest.mark.parametrize("endpoint", ["answer", "extraction", "transcription", "conversations"])
def test_fault_for_one_endpoint_leaves_the_others_alone(simulator, client, endpoint):
    calls: dict[str, Callable[[], object]] = {
        "answer": lambda: ask(client),
        "extraction": lambda: extract(client),
        "transcription": lambda: client.audio.transcriptions.create(
            model="gpt-4o-mini-transcribe", file=("voice.ogg", b"OggS", "audio/ogg")
        ),
        "conversations": client.conversations.create,
    }
    simulator.faults.add("server_error", endpoint=endpoint)
    for name, call in calls.items():
        if name == endpoint:
            with pytest.raises(InternalServerError):
                call()
        else:
            assert call()


def failures(simulator: OpenAISimulator, client: OpenAI, seed: int) -> list[bool]:
    simulator.faults.clear()
    simulator.faults.add("server_error", rate=0.5, seed=seed)
    outcomes = []
    for _ in range(16):
        try:
            ask(client)
            outcomes.append(False)
        except InternalServerError:
            outcomes.append(True)
    return outcomes


def test_fault_with_rate_and_seed_strikes_the_same_calls_again(simulator, client):
    first = failures(simulator, client, seed=3)
    assert True in first
    assert False in first
    assert failures(simulator, client, seed=3) == first
    assert failures(simulator, client, seed=4) != first


def test_slow_and_latency_add_up(simulator, client, control):
    requests.post(f"{control}/faults", json={"latency": {"answer": 0.02}}, timeout=5)
    simulator.faults.add("slow", seconds=0.03)
    ask(client)
    extract(client)
    assert simulator.calls.entries("answer")[0].delay == pytest.approx(0.05)
    assert simulator.calls.entries("extraction")[0].delay == pytest.approx(0.03)


def test_stop_while_a_call_hangs_ends_the_call():
    simulator = OpenAISimulator()
    base_url = simulator.start()
    simulator.faults.add("timeout")
    failed: list[Exception] = []

    def hang() -> None:
        with OpenAI(base_url=base_url, api_key="sk-local", max_retries=0) as client:
            try:
                ask(client)
            except APIConnectionError as error:
                failed.append(error)

    thread = threading.Thread(target=hang)
    thread.start()
    while not any(call.fault for call in simulator.calls.entries("answer")):
        thread.join(0.01)
    simulator.stop()
    thread.join(10)
    assert len(failed) == 1


def test_control_over_http_adds_shows_removes_and_clears_faults(control):
    added = requests.post(
        f"{control}/faults",
        json={"kind": "rate_limit", "times": 2, "endpoint": "answer", "retry_after": 1},
        timeout=5,
    )
    assert added.status_code == 201
    fault = added.json()["added"][0]
    assert requests.get(f"{control}/faults", timeout=5).json()["faults"] == [fault]
    assert (fault["kind"], fault["left"], fault["endpoint"]) == ("rate_limit", 2, "answer")
    several = {"faults": [{"kind": "slow", "seconds": 1}, {"kind": "refusal"}], "latency": {"extraction": 1}}
    assert len(requests.post(f"{control}/faults", json=several, timeout=5).json()["added"]) == 2
    left = requests.delete(f"{control}/faults/{fault['id']}", timeout=5).json()
    assert [one["kind"] for one in left["faults"]] == ["slow", "refusal"]
    assert requests.delete(f"{control}/faults/{fault['id']}", timeout=5).status_code == 404
    requests.delete(f"{control}/faults", timeout=5)
    assert requests.get(f"{control}/faults", timeout=5).json() == {
        "faults": [],
        "latency": {},
        "keep_user_item_on_failure": False,
        "quote_messages": False,
    }


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "unheard_of"},
        {"kind": "slow", "seconds": -1},
        {"kind": "slow", "rate": 2},
        {"kind": "slow", "times": 0},
        {"kind": "slow", "endpoint": "models"},
        {"kind": "slow", "surprise": 1},
        {"faults": [{"kind": "slow"}, {}]},
        {"latency": {"nowhere": 1}},
        [],
    ],
)
def test_control_with_bad_fault_is_refused_and_changes_nothing(control, body):
    refused = requests.post(f"{control}/faults", json=body, timeout=5)
    assert refused.status_code == 400
    assert refused.json()["error"]["message"]
    assert requests.get(f"{control}/faults", timeout=5).json()["faults"] == []


def test_call_log_tells_what_was_asked(client, conversation, control):
    ask(
        client,
        conversation,
        "Buongiorno",
        instructions="Be kind",
        metadata={"turn": "t1"},
        prompt={"id": "pmpt_1"},
    )
    calls = requests.get(f"{control}/calls", params={"endpoint": "answer"}, timeout=5).json()["calls"]
    assert len(calls) == 1
    expected = {
        "conversation": conversation,
        "status": 200,
        "texts": ["Buongiorno"],
        "instructions": "Be kind",
        "metadata": {"turn": "t1"},
        "prompt": "pmpt_1",
        "model": MODEL,
        "fault": None,
    }
    assert calls[0] | expected == calls[0]
    requests.delete(f"{control}/calls", timeout=5)
    assert requests.get(f"{control}/calls", timeout=5).json()["calls"] == []


def test_reset_over_http_forgets_everything(simulator, client, conversation, control):
    simulator.faults.add("server_error", endpoint="answer")
    requests.post(f"{control}/reset", timeout=5)
    with pytest.raises(NotFoundError):
        client.conversations.retrieve(conversation)
    assert ask(client).status == "completed"
