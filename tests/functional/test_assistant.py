"""The assistant's real client against the OpenAI simulator: conversations, recovery, and OpenAI's bad days."""

import datetime as dt
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import requests
from structlog.testing import capture_logs
from werkzeug.wrappers import Request, Response

from functions.process.assistant.answers import MessageItem
from functions.process.assistant.client import Assistant, Timing
from functions.process.assistant.errors import AnswerInVainError
from functions.process.assistant.finished import Answer, Item
from local.openai_simulator import OpenAISimulator
from local.openai_simulator.api_errors import ApiError
from local.openai_simulator.fault_board import FaultSettings
from shared.errors import (
    AnswerRefusedError,
    ConversationGoneError,
    ConversationLockedError,
    InputTooLargeError,
    RemoteError,
    ServerLacksError,
    UnpaidError,
)
from shared.model.business import DEFAULT_FIELDS
from shared.model.contact import Conversation
from shared.model.usage import Usage
from shared.store.connection import utc_now
from tests.functional.product import serve
from tests.samples import VOICE
from tests.turns.world import make_settings

TOLD = "You are the assistant of Bottega Aurora. Answer in Italian."

Make = Callable[..., Assistant]


@pytest.fixture
def simulator() -> Iterator[OpenAISimulator]:
    with OpenAISimulator() as running:
        yield running


@pytest.fixture
def make(simulator: OpenAISimulator) -> Iterator[Make]:
    """Make assistants with other settings than the usual ones."""
    made: list[Assistant] = []

    def build(
        timing: Timing | None = None, spend: Callable[[Usage], None] | None = None, **settings: Any
    ) -> Assistant:
        values = {"openai_base_url": simulator.base_url, **settings}
        spend = spend or (lambda usage: None)
        made.append(Assistant(make_settings("project", **values), timing or Timing(), spend=spend))
        return made[-1]

    yield build
    for assistant in made:
        assistant.close()


@pytest.fixture
def assistant(make: Make) -> Assistant:
    return make()


@pytest.fixture
def conversation(assistant: Assistant) -> Conversation:
    return assistant.new_conversation([], utc_now())


def said(text: str) -> list[Item]:
    return [{"role": "user", "content": [{"type": "input_text", "text": text}]}]


def ask(assistant: Assistant, conversation: Conversation, text: str = "Buongiorno") -> Answer:
    return assistant.ask(conversation, said(text), TOLD, customer="hash", turn="turn-1")


def after(conversation: Conversation, answer: Answer) -> Conversation:
    return replace(conversation, last_item=answer.last_item)


def answers(simulator: OpenAISimulator) -> int:
    return len(simulator.calls.entries("answer"))


def test_ask_in_one_conversation_remembers_what_was_said(assistant, conversation, simulator):
    ask(assistant, conversation, "Ciao, mi chiamo Ludovica")
    answer = ask(assistant, conversation, "Come mi chiamo?")
    assert "Ludovica" in answer.text
    assert len(simulator.state.conversations()) == 1
    assert len(simulator.state.items(conversation.id)) == 4


def test_ask_sends_instructions_and_marks_and_counts_tokens(assistant, conversation, simulator):
    answer = ask(assistant, conversation)
    (call,) = simulator.calls.entries("answer")
    assert call.instructions == TOLD
    assert call.metadata == {"turn": "turn-1"}
    assert call.model == "gpt-6-luna"
    assert call.conversation == conversation.id
    assert answer.usage.input_tokens > 0
    assert answer.usage.output_tokens > 0
    assert answer.last_item == simulator.state.items(conversation.id)[-1]["id"]


def test_new_conversation_with_a_seed_begins_with_it(assistant, simulator):
    seed = [{"role": "user", "content": f"Messaggio {number}"} for number in range(25)]
    conversation = assistant.new_conversation(seed, utc_now())
    items = simulator.state.items(conversation.id)
    assert len(items) == 20
    assert conversation.last_item == items[-1]["id"]


def test_ask_while_another_response_runs_waits_for_it(assistant, conversation, simulator):
    simulator.faults.add("slow", endpoint="answer", seconds=0.5, times=1)
    first = threading.Thread(target=ask, args=(assistant, conversation, "Primo"))
    first.start()
    while not simulator.calls.entries("answer"):
        threading.Event().wait(0.005)
    second = ask(assistant, conversation, "Secondo")
    first.join()
    assert second.text
    assert len(simulator.state.items(conversation.id)) == 4


def test_ask_while_the_same_is_asked_adopts_that_answer(assistant, conversation, simulator):
    simulator.faults.add("slow", endpoint="answer", seconds=0.5, times=1)
    first = threading.Thread(target=ask, args=(assistant, conversation, "Primo"))
    first.start()
    while not simulator.calls.entries("answer"):
        threading.Event().wait(0.005)
    again = ask(assistant, conversation, "Primo")
    first.join()
    assert again.last_item == simulator.state.items(conversation.id)[-1]["id"]
    assert len(simulator.state.items(conversation.id)) == 2


def test_ask_of_a_conversation_that_stays_locked_gives_up(make, conversation, simulator):
    assistant = make(Timing(lock=0))
    with simulator.state.running_on(conversation.id), pytest.raises(ConversationLockedError) as caught:
        ask(assistant, conversation)
    assert caught.value.retryable


def test_ask_with_a_stored_prompt_that_is_gone_falls_back_once_and_for_good(make, simulator):
    assistant = make(openai_prompt_id="pmpt_1")
    conversation = assistant.new_conversation([], utc_now())
    ask(assistant, conversation)
    simulator.faults.add("prompt_gone")
    with capture_logs() as logs:
        first = ask(assistant, conversation)
        second = ask(assistant, conversation)
    assert first.text and second.text
    prompts = [call.prompt for call in simulator.calls.entries("answer")]
    assert prompts == ["pmpt_1", "pmpt_1", None, None]
    assert [entry["event"] for entry in logs if entry["log_level"] == "warning"] == ["prompt_gone"]
    assert {call.instructions for call in simulator.calls.entries("answer")} == {TOLD}


@pytest.mark.parametrize(
    ("fault", "error", "retryable"),
    [
        ("server_error", RemoteError, True),
        ("rate_limit", RemoteError, True),
        ("insufficient_quota", UnpaidError, False),
        ("billing_not_active", UnpaidError, False),
        ("request_too_large", InputTooLargeError, False),
        ("failed_server_error", RemoteError, True),
        ("failed_rate_limit", RemoteError, True),
        ("empty", AnswerInVainError, True),
        ("reasoning_only", AnswerInVainError, True),
        ("invalid_key", RemoteError, False),
        ("forbidden", RemoteError, False),
        ("connection_reset", RemoteError, True),
        ("truncated_json", RemoteError, True),
        ("conversation_gone", ConversationGoneError, False),
        ("context_overflow", InputTooLargeError, False),
    ],
)
def test_ask_on_a_bad_day_makes_one_post_and_raises(assistant, conversation, simulator, fault, error, retryable):
    simulator.faults.add(fault, endpoint="answer")
    with pytest.raises(RemoteError) as caught:
        ask(assistant, conversation)
    assert type(caught.value) is error
    assert caught.value.retryable is retryable
    assert answers(simulator) == 1
    if fault not in ("conversation_gone", "truncated_json"):  # there a good answer waits to be adopted
        assert simulator.state.items(conversation.id) == []


def test_ask_that_times_out_makes_exactly_one_post(make, simulator):
    assistant = make(openai_timeout_seconds=0.3)
    conversation = assistant.new_conversation([], utc_now())
    simulator.faults.add("timeout", endpoint="answer", seconds=2)
    with pytest.raises(RemoteError) as caught:
        ask(assistant, conversation)
    assert (caught.value.remote_code, caught.value.retryable) == ("timeout", True)
    assert answers(simulator) == 1


def test_ask_answer_cut_short_is_given_up_to_its_last_whole_sentence(assistant, conversation, simulator):
    simulator.faults.add("incomplete", endpoint="answer", times=1)
    answer = ask(assistant, conversation)
    item = simulator.state.items(conversation.id)[-1]
    text = item["content"][0]["text"]
    assert item["status"] == "incomplete" and text.startswith(answer.text) and answer.text != text
    assert answer.text.endswith(("!", ".", "?"))
    assert answer.last_item == item["id"]
    assert answers(simulator) == 1


def test_ask_refusal_is_sent_like_an_answer(assistant, conversation, simulator):
    simulator.faults.add("refusal", endpoint="answer", times=1)
    answer = ask(assistant, conversation)
    assert answer.text == simulator.state.items(conversation.id)[-1]["content"][0]["refusal"]


def test_ask_with_two_messages_in_the_response_answers_with_the_final_one(assistant, conversation, simulator):
    plain = ask(assistant, assistant.new_conversation([], utc_now())).text
    simulator.faults.add("two_messages", endpoint="answer", times=1)
    answer = ask(assistant, conversation)
    assert answer.text == plain
    assert answer.last_item == simulator.state.items(conversation.id)[-1]["id"]


def test_recover_adopts_the_final_one_of_two_messages_and_skips_what_was_thought(make, conversation, simulator):
    conversation = after(conversation, ask(make(), conversation, "Primo"))
    simulator.faults.add("two_messages", endpoint="answer", times=1)
    answer = ask(make(), conversation, "Secondo")
    items = simulator.state.items(conversation.id)
    assert [item["type"] for item in items[-4:]] == ["reasoning", "message", "reasoning", "message"]
    assert make().recover(conversation, said("Secondo")) == replace(answer, usage=Usage(), response_id=None)
    assert simulator.state.items(conversation.id) == items


def test_recover_adopts_a_refusal_in_its_own_words(assistant, conversation, simulator):
    simulator.faults.add("refusal", endpoint="answer", times=1)
    answer = ask(assistant, conversation)
    adopted = assistant.recover(conversation, said("Buongiorno"))
    assert adopted == replace(answer, usage=Usage(), response_id=None)


def test_recover_removes_an_answer_that_broke_off_while_thinking(assistant, conversation, simulator):
    ask(assistant, conversation, "Primo")
    thought = {"id": "rs_1", "type": "reasoning", "summary": []}
    simulator.state.add_items(conversation.id, [thought])
    assert assistant.recover(conversation, said("Primo")) is None
    assert simulator.state.items(conversation.id) == []


def test_ask_of_a_conversation_with_a_thought_that_nothing_follows_needs_a_new_one(
    assistant, conversation, simulator
):
    simulator.state.add_items(conversation.id, [{"id": "rs_1", "type": "reasoning", "summary": []}])
    with pytest.raises(ConversationGoneError):
        ask(assistant, conversation)


def test_ask_of_a_useless_answer_that_cannot_be_removed_says_what_was_wrong(assistant, conversation, simulator):
    simulator.faults.add("empty", endpoint="answer", times=1)
    simulator.faults.add("server_error", endpoint="conversations")
    with pytest.raises(AnswerRefusedError):
        ask(assistant, conversation)
    simulator.faults.clear()
    assert len(simulator.state.items(conversation.id)) == 1
    assert assistant.recover(conversation, said("Buongiorno")) is None
    assert simulator.state.items(conversation.id) == []


def test_effort_that_the_model_refuses_is_left_out_and_remembered(make, conversation, simulator):
    assistant = make(openai_model="gpt-5-mini")
    with capture_logs() as logs:
        assert ask(assistant, conversation).text
        assert ask(assistant, conversation, "Secondo").text
        assert assistant.summarise("customer: Ciao")
        assert assistant.extract("customer: Sono Giulia", DEFAULT_FIELDS)[0] is not None
    statuses = [call.status for call in simulator.calls.entries() if call.path == "/v1/responses"]
    assert statuses == [400, 200, 200, 200, 200]
    assert [entry["effort"] for entry in logs if entry["event"] == "effort_refused"] == ["none"]


def test_check_account_tells_whether_openai_wants_to_be_paid(assistant, simulator):
    assistant.check_account()
    simulator.faults.add("billing_not_active")
    with pytest.raises(UnpaidError) as caught:
        assistant.check_account()
    assert caught.value.remote_code == "billing_not_active"


def test_shutdowns_are_those_of_the_models_in_use(make):
    assert make().shutdowns() == {}
    old = make(openai_model="gpt-4.1", openai_transcription_model="whisper-1")
    assert old.shutdowns() == {"gpt-4.1": "2027-01-14", "whisper-1": "2027-02-26"}


def test_ask_that_ends_in_a_tool_call_has_no_answer_and_needs_a_new_conversation(
    assistant, conversation, simulator
):
    simulator.faults.add("dangling_tool_call", endpoint="answer", times=1)
    with pytest.raises(RemoteError):
        ask(assistant, conversation)
    with pytest.raises(ConversationGoneError):
        assistant.recover(conversation, said("Buongiorno"))
    with pytest.raises(ConversationGoneError):
        ask(assistant, conversation)


def test_recover_adopts_an_answer_that_was_finished(make, simulator):
    assistant = make(openai_timeout_seconds=0.3)
    conversation = assistant.new_conversation([], utc_now())
    conversation = after(conversation, ask(assistant, conversation, "Primo"))
    simulator.faults.add("processed_then_timeout", endpoint="answer", times=1, seconds=1)
    with pytest.raises(RemoteError):
        ask(assistant, conversation, "Quanto costa l'olio?")
    items = simulator.state.items(conversation.id)
    adopted = assistant.recover(conversation, said("Quanto costa l'olio?"))
    assert adopted is not None
    assert adopted.text == items[-1]["content"][0]["text"]
    assert adopted.last_item == items[-1]["id"]
    assert simulator.state.items(conversation.id) == items


def test_recover_never_adopts_the_answer_to_something_else(make, simulator):
    assistant = make(openai_timeout_seconds=0.3)
    conversation = assistant.new_conversation([], utc_now())
    simulator.faults.add("processed_then_timeout", endpoint="answer", times=1, seconds=1)
    with pytest.raises(RemoteError):
        ask(assistant, conversation, "Primo")
    assert assistant.recover(conversation, said("Secondo")) is None
    assert simulator.state.items(conversation.id) == []


@pytest.mark.parametrize("left_behind", [False, True])
def test_recover_deletes_what_an_unfinished_attempt_left(assistant, conversation, simulator, left_behind):
    conversation = after(conversation, ask(assistant, conversation, "Primo"))
    before = simulator.state.items(conversation.id)
    simulator.faults.configure(FaultSettings(keep_user_item_on_failure=left_behind))
    simulator.faults.add("server_error", endpoint="answer", times=1)
    with pytest.raises(RemoteError):
        ask(assistant, conversation, "Secondo")
    assert len(simulator.state.items(conversation.id)) == len(before) + left_behind
    assert assistant.recover(conversation, said("Secondo")) is None
    assert simulator.state.items(conversation.id) == before


def test_recover_of_a_conversation_that_is_gone_says_so(assistant):
    missing = Conversation(id="conv_missing", started_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    with pytest.raises(ConversationGoneError):
        assistant.recover(missing, said("x"))


def test_extract_reads_what_the_customer_said(assistant, simulator):
    text = "customer: Sono Giulia Bianchi della Falegnameria Moretti, giulia.bianchi@example.com"
    details, usage = assistant.extract(text, DEFAULT_FIELDS)
    assert details is not None
    assert details.values == {
        "first_name": "Giulia",
        "last_name": "Bianchi",
        "company": "Falegnameria Moretti",
        "email": "giulia.bianchi@example.com",
    }
    assert details.language == "it"
    assert usage.output_tokens > 0
    assert simulator.state.conversations() == []


@pytest.mark.parametrize(
    "fault", ["server_error", "insufficient_quota", "refusal", "incomplete", "truncated_json", "connection_reset"]
)
def test_extract_on_a_bad_day_returns_none_and_never_raises(assistant, simulator, fault):
    simulator.faults.add(fault, endpoint="extraction")
    details, _usage = assistant.extract("customer: Sono Giulia", DEFAULT_FIELDS)
    assert details is None


def test_extract_that_is_slow_is_given_up(make, simulator):
    assistant = make(Timing(extraction=0.2))
    simulator.faults.add("timeout", endpoint="extraction", seconds=3)
    assert assistant.extract("customer: Sono Giulia", DEFAULT_FIELDS) == (None, Usage())


def test_summarise_returns_words_or_raises(assistant, simulator):
    assert assistant.summarise("customer: Ciao\nassistant: Buongiorno")
    for fault in ("invalid_key", "failed_server_error", "empty", "reasoning_only"):
        simulator.faults.add(fault, endpoint="summary", times=1)
        with pytest.raises(RemoteError):
            assistant.summarise("customer: Ciao")


def test_what_needs_no_state_is_not_stored_at_openai(assistant, simulator):
    simulator.calls.clear()
    assistant.extract("customer: Sono Giulia", DEFAULT_FIELDS)
    assistant.summarise("customer: Ciao")
    assistant.answer_once([{"role": "user", "content": "Ciao"}], TOLD)
    made = [call.response for call in simulator.calls.entries() if call.response]
    assert len(made) == 3
    for response_id in made:
        with pytest.raises(ApiError):
            simulator.state.response(response_id)


class OddOpenAI:
    """An OpenAI that answers everything with the same body, told to be of one type, and keeps what it was asked."""

    def __init__(self) -> None:
        self.body, self.mime_type, self.asked = b"", "application/json", b""
        self.status, self.calls = 200, 0

    def __call__(self, environment: Any, start: Any) -> Any:
        self.asked, self.calls = Request(environment).get_data(), self.calls + 1
        return Response(self.body, self.status, mimetype=self.mime_type)(environment, start)


@pytest.fixture(scope="module")
def odd_url() -> Iterator[tuple[OddOpenAI, str]]:
    server = OddOpenAI()
    with serve(server) as url:
        yield server, f"{url}/v1"


@pytest.fixture(scope="module")
def odd(odd_url: tuple[OddOpenAI, str]) -> Iterator[tuple[OddOpenAI, Assistant]]:
    server, url = odd_url
    assistant = Assistant(make_settings("project", openai_base_url=url))
    yield server, assistant
    assistant.close()


RESPONSE = {"id": "resp_1", "model": "m", "status": "completed", "output": []}


def message_item(words: str, phase: str | None = None, name: str = "msg_1") -> dict[str, Any]:
    content = [{"type": "output_text", "text": words, "annotations": []}]
    fields = {"type": "message", "role": "assistant", "status": "completed", "phase": phase, "content": content}
    return {"id": name, **fields}


ODD_BODIES: list[Any] = [
    b"",
    b"<html>",
    b"\xff\xfe",
    b"{",
    b"[" * 100_000,
    None,
    "text",
    [],
    {},
    {"id": 7, "data": [{"id": 8}], "output": None, "text": None},
    {"id": None, "data": None, **RESPONSE, "output": [7]},
    {"id": [], "data": "x", **RESPONSE, "output": [{"type": "message", "id": "i", "role": "assistant"}]},
    {"id": {}, "data": [[]], **RESPONSE, "model": None},
    {"id": 1.5, "data": {}, **RESPONSE, "usage": {"input_tokens": "many"}},
]


@pytest.mark.parametrize("mime_type", ["application/json", "text/html"])
@pytest.mark.parametrize("body", ODD_BODIES, ids=lambda body: repr(body)[:60])
@pytest.mark.parametrize(
    "call",
    [
        lambda assistant: assistant.new_conversation(said("x"), utc_now()),
        lambda assistant: ask(assistant, Conversation(id="conv_1", started_at=utc_now())),
        lambda assistant: assistant.recover(Conversation(id="conv_1", started_at=utc_now()), said("x")),
        lambda assistant: assistant.summarise("x"),
        lambda assistant: assistant.transcribe(b"x", "audio.ogg"),
        lambda assistant: assistant.shutdowns(),
    ],
    ids=["new_conversation", "ask", "recover", "summarise", "transcribe", "shutdowns"],
)
def test_answer_that_is_none_is_openais_failure_and_may_be_asked_for_again(odd, body, mime_type, call):
    server, assistant = odd
    server.body, server.mime_type = body if isinstance(body, bytes) else json.dumps(body).encode(), mime_type
    with pytest.raises(RemoteError) as caught:
        call(assistant)
    assert (caught.value.remote_code, caught.value.retryable) == ("unreadable", True)


def test_look_at_the_models_that_fails_is_one_request(odd, monkeypatch):
    server, assistant = odd
    monkeypatch.setattr(server, "status", 500)
    monkeypatch.setattr(server, "calls", 0)
    with pytest.raises(RemoteError):
        assistant.shutdowns()
    assert server.calls == 1


@pytest.mark.parametrize("body", ODD_BODIES, ids=lambda body: repr(body)[:60])
def test_extract_of_an_answer_that_is_none_never_costs_the_reply(odd, body):
    server, assistant = odd
    server.body = body if isinstance(body, bytes) else json.dumps(body).encode()
    assert assistant.extract("customer: Sono Giulia", DEFAULT_FIELDS) == (None, Usage())


@pytest.mark.parametrize(
    "call",
    [
        lambda assistant: assistant.new_conversation([{"role": object()}], utc_now()),
        lambda assistant: assistant.ask(
            Conversation(id="conv_1", started_at=utc_now()), [{"role": object()}], TOLD, customer="c", turn="t"
        ),
        lambda assistant: assistant.summarise(object()),
        lambda assistant: assistant.extract(object(), DEFAULT_FIELDS),
    ],
    ids=["new_conversation", "ask", "summarise", "extract"],
)
def test_call_with_what_is_no_input_is_our_bug_and_no_failure_of_openais(assistant, call):
    with pytest.raises(TypeError):
        call(assistant)


def test_recover_with_items_that_say_nothing_is_our_bug(assistant, conversation):
    with pytest.raises(KeyError):
        assistant.recover(conversation, [{}])


@pytest.mark.parametrize(
    ("settings", "sent"),
    [
        ({}, {"effort": "none"}),
        ({"openai_reasoning_effort": "low"}, {"effort": "low"}),
        ({"openai_model": "gpt-4.1"}, None),
        ({"openai_model": "o4-mini"}, {"effort": "none"}),
        ({"openai_model": "gpt-10"}, {"effort": "none"}),
    ],
)
def test_effort_is_sent_only_to_models_that_take_it(odd_url, settings, sent):
    server, url = odd_url
    server.body = json.dumps({**RESPONSE, "output": [message_item("In breve.")]}).encode()
    assistant = Assistant(make_settings("project", openai_base_url=url, **settings))
    assistant.summarise("customer: Ciao")
    assistant.close()
    assert json.loads(server.asked).get("reasoning") == sent


@pytest.mark.parametrize(
    ("settings", "tokens"),
    [
        ({}, 400),
        ({"openai_model": "gpt-4.1"}, 400),
        ({"openai_reasoning_effort": "low"}, 4_400),
        ({"openai_reasoning_effort": "medium"}, 10_400),
        ({"openai_reasoning_effort": "max"}, 25_400),
    ],
)
def test_tokens_leave_room_for_the_thinking_that_an_effort_asks_for(odd_url, settings, tokens):
    server, url = odd_url
    server.body = json.dumps({**RESPONSE, "output": [message_item("In breve.")]}).encode()
    assistant = Assistant(make_settings("project", openai_base_url=url, **settings))
    assistant.summarise("customer: Ciao")
    assistant.close()
    assert json.loads(server.asked)["max_output_tokens"] == tokens


@pytest.mark.parametrize(
    ("messages", "text"),
    [
        ([("Un attimo.", "commentary"), ("Aperti 9-18.", "final_answer")], "Aperti 9-18."),
        ([("Aperti 9-18.", None), ("Sabato 9-13.", None)], "Aperti 9-18.\n\nSabato 9-13."),
        ([("Aperti 9-18.", None), ("Aperti 9-18.", None)], "Aperti 9-18."),
    ],
)
def test_messages_in_one_response_are_neither_glued_nor_doubled(odd, messages, text):
    server, assistant = odd
    output = [message_item(words, phase, f"msg_{number}") for number, (words, phase) in enumerate(messages)]
    server.body = json.dumps({**RESPONSE, "output": output}).encode()
    answer = ask(assistant, Conversation(id="conv_1", started_at=utc_now()))
    assert (answer.text, answer.last_item) == (text, output[-1]["id"])


@pytest.mark.parametrize("status", ["completed", "incomplete", "cancelled", "in_progress"])
def test_commentary_alone_is_no_answer_and_asked_again(odd, status):
    server, assistant = odd
    output = [message_item("Un attimo, verifico.", "commentary")]
    server.body = json.dumps({**RESPONSE, "status": status, "output": output}).encode()
    with pytest.raises(AnswerRefusedError) as caught:
        ask(assistant, Conversation(id="conv_1", started_at=utc_now()))
    assert (caught.value.remote_code, caught.value.retryable) == (status, True)


def test_answer_broken_off_is_sent_in_whole_sentences_whatever_broke_it_off(odd):
    server, assistant = odd
    for status in ("incomplete", "cancelled", "in_progress"):
        output = [message_item("Aperti 9-18. Il sab", "final_answer")]
        server.body = json.dumps({**RESPONSE, "status": status, "output": output}).encode()
        assert ask(assistant, Conversation(id="conv_1", started_at=utc_now())).text == "Aperti 9-18."


def test_answer_outside_a_conversation_is_not_kept_by_openai(
    assistant: Assistant, simulator: OpenAISimulator
) -> None:
    answer = assistant.answer_once(said("Buongiorno"), TOLD)
    (call,) = simulator.calls.entries()
    assert (call.instructions, call.output, call.conversation) == (TOLD, answer.text, None)
    assert answer.usage.output_tokens > 0
    kept = requests.get(
        f"{simulator.base_url}/responses/{call.response}", headers={"Authorization": "Bearer k"}, timeout=10
    )
    assert kept.status_code == 404


def test_recover_deletes_nothing_when_the_last_known_item_is_not_there(assistant, conversation, simulator):
    for text in ("uno", "due", "tre"):
        assistant.ask(conversation, said(text), TOLD, customer="c", turn="t")
    before = simulator.state.items(conversation.id)
    unknown = replace(conversation, last_item="msg_not_there")
    with pytest.raises(ConversationGoneError) as caught:
        assistant.recover(unknown, said("quattro"))
    assert caught.value.remote_code == "last_item_not_found"
    assert simulator.state.items(conversation.id) == before


def test_useless_answer_removes_nothing_that_was_there_before(assistant, conversation, simulator):
    assistant.ask(conversation, said("uno"), TOLD, customer="c", turn="t")
    before = simulator.state.items(conversation.id)
    simulator.faults.add("empty", endpoint="answer", times=1)
    with pytest.raises(AnswerRefusedError):
        assistant.ask(replace(conversation, last_item="msg_not_there"), said("due"), TOLD, customer="c", turn="t")
    assert simulator.state.items(conversation.id)[: len(before)] == before


def test_server_for_chat_alone_is_told_what_is_missing_and_the_turn_waits(make):
    with serve(Request.application(lambda request: Response('{"detail": "Not Found"}', 404))) as url:
        assistant = make(openai_base_url=f"{url}/v1")
        with pytest.raises(RemoteError) as caught:
            assistant.new_conversation([], utc_now())
    assert caught.value.retryable and caught.value.remote_code == "no_conversations"
    assert "/conversations" in caught.value.message and "Responses" in caught.value.message


NO_ROUTE = {
    "FastAPI": (404, '{"detail": "Not Found"}', "application/json"),
    "llama.cpp": (404, '{"error": {"code": 404, "message": "File Not Found"}}', "application/json"),
    "Go": (404, "404 page not found", "text/plain"),
    "OpenAI": (404, '{"error": {"message": "Invalid URL (POST /v1/conversations/c)"}}', "application/json"),
    "Flask": (405, "<p>The method is not allowed for the requested URL.</p>", "text/html"),
    "nginx": (404, "", "text/html"),
}


def without(simulator: OpenAISimulator, route: str, answer: tuple[int, str, str]) -> Any:
    """Return an application that has all of the simulator's API but for one route."""

    @Request.application
    def application(request: Request) -> Response:
        if request.path.startswith(f"/v1/{route}"):
            return Response(answer[1], answer[0], mimetype=answer[2])
        url = f"{simulator.base_url}{request.path.removeprefix('/v1')}"
        headers = {"Authorization": "Bearer k", "Content-Type": request.content_type or "application/json"}
        found = requests.request(
            request.method, url, params=request.args.to_dict(), data=request.get_data(), headers=headers, timeout=10
        )
        return Response(found.content, found.status_code, mimetype="application/json")

    return application


@pytest.mark.parametrize("answer", NO_ROUTE.values(), ids=NO_ROUTE)
@pytest.mark.parametrize("route", ["conversations", "responses"])
def test_server_that_lacks_a_route_is_told_by_a_turn_and_by_a_look(make, simulator, route, answer):
    with serve(without(simulator, route, answer)) as url:
        assistant = make(openai_base_url=f"{url}/v1")
        with pytest.raises(ServerLacksError) as turned:
            ask(assistant, assistant.new_conversation([], utc_now()))
        with pytest.raises(ServerLacksError) as looked:
            assistant.check_server()
    assert turned.value.route == looked.value.route == route
    assert f"/{route}" in looked.value.message and looked.value.retryable


def test_server_that_answers_200_to_what_it_does_not_have_lacks_it(make):
    everything = Request.application(lambda request: Response('{"error": "Unexpected endpoint"}'))
    with serve(everything) as url, pytest.raises(ServerLacksError):
        make(openai_base_url=f"{url}/v1").check_server()


def test_look_at_a_whole_server_costs_nothing_and_keeps_nothing(make, simulator):
    spent: list[int] = []
    make(spend=spent.append).check_server()
    assert spent == [] and simulator.state.conversations() == []
    assert not any(call.response for call in simulator.calls.entries())


@pytest.mark.parametrize("detail", ["Model 'x' not found", "Tool not found", "Vector store vs_1 not found"])
def test_404_of_a_response_that_speaks_of_something_else_is_no_missing_route(make, simulator, detail):
    answer = (404, json.dumps({"detail": detail}), "application/json")
    with serve(without(simulator, "responses", answer)) as url:
        assistant = make(openai_base_url=f"{url}/v1")
        with pytest.raises(RemoteError) as caught:
            ask(assistant, assistant.new_conversation([], utc_now()))
    assert not isinstance(caught.value, ServerLacksError)


def test_items_whose_content_is_a_bare_string_are_read():
    item = {"id": "msg_1", "type": "message", "role": "user", "content": "ciao"}
    assert MessageItem.model_validate(item).text == "ciao"


def test_every_call_that_costs_tokens_is_counted(make):
    spent: list[Usage] = []
    assistant = make(spend=spent.append)
    conversation = assistant.new_conversation([], utc_now())
    assert spent == []
    ask(assistant, conversation)
    assistant.extract("Mi chiamo Anna", DEFAULT_FIELDS)
    assistant.summarise("Anna: ciao")
    assistant.transcribe(VOICE, "audio.ogg")
    assert len(spent) == 4 and min(usage.tokens for usage in spent) > 0
    assert [usage.model for usage in spent] == 3 * ["gpt-6-luna"] + ["gpt-transcribe"]


def test_answer_in_vain_is_counted_too(make, simulator):
    spent: list[Usage] = []
    assistant = make(spend=spent.append)
    simulator.faults.add("reasoning_only", endpoint="answer", times=1)
    conversation = assistant.new_conversation([], utc_now())
    with pytest.raises(AnswerInVainError) as raised:
        ask(assistant, conversation)
    assert spent == [raised.value.usage] and spent[0].tokens > 0
