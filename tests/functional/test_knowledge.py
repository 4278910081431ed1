"""Answers that rest on documents: the real client against the simulator's vector stores."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from functions.process.assistant.client import Assistant
from functions.process.assistant.finished import Item
from local.openai_simulator import OpenAISimulator
from local.openai_simulator.knowledge import KeptFile
from shared.model.business import DEFAULT_FIELDS
from shared.model.contact import Conversation
from shared.store.connection import utc_now
from tests.turns.world import make_settings

TOLD = "You are the assistant of Bottega Aurora."
QUESTION: list[Item] = [{"role": "user", "content": "Quanto costa la spedizione in Sicilia?"}]
FACT = "La spedizione in Sicilia costa 12 euro."


@pytest.fixture
def simulator() -> Iterator[OpenAISimulator]:
    with OpenAISimulator() as running:
        yield running


@pytest.fixture
def store(simulator: OpenAISimulator) -> str:
    store = simulator.knowledge.add_store("listino")
    file = simulator.knowledge.add_file(KeptFile("listino.txt", FACT.encode(), "assistants"))
    simulator.knowledge.attach(store.id, file.id)
    return store.id


@pytest.fixture
def assistant(simulator: OpenAISimulator, store: str) -> Iterator[Assistant]:
    built = make(simulator, openai_vector_store_ids=f" {store} , ")
    yield built
    built.close()


def make(simulator: OpenAISimulator, **settings: Any) -> Assistant:
    return Assistant(make_settings("project", openai_base_url=simulator.base_url, **settings))


def begun(assistant: Assistant) -> Conversation:
    return assistant.new_conversation([], utc_now())


def test_answer_rests_on_documents_without_marks_of_citations(assistant, simulator):
    answer = assistant.ask(begun(assistant), QUESTION, TOLD, customer="c", turn="t")
    assert FACT in answer.text and "【" not in answer.text and "listino.txt" not in answer.text
    assert answer.looked_up and FACT in answer.found


def test_answer_outside_a_conversation_looks_up_too(assistant):
    assert FACT in assistant.answer_once(QUESTION, TOLD).text


def test_extraction_and_summary_look_nothing_up(assistant, simulator):
    assistant.extract("Mi chiamo Anna", DEFAULT_FIELDS)
    assistant.summarise("customer: quanto costa la spedizione in Sicilia?")
    calls = [call for call in simulator.calls.entries() if call.endpoint in ("extraction", "summary")]
    assert len(calls) == 2 and not any(call.searched for call in calls)


def test_answer_that_was_looked_up_is_adopted_after_a_crash(assistant, simulator):
    conversation = begun(assistant)
    first = assistant.ask(conversation, QUESTION, TOLD, customer="c", turn="t")
    kinds = [item["type"] for item in simulator.state.items(conversation.id)]
    assert kinds == ["message", "file_search_call", "message"]
    adopted = assistant.recover(conversation, QUESTION)
    assert adopted and (adopted.text, adopted.last_item) == (first.text, first.last_item)
    assert adopted.looked_up
    assert len(simulator.calls.entries("answer")) == 1


def test_search_that_no_answer_follows_is_removed_and_asked_again(assistant, simulator):
    conversation = begun(assistant)
    answer = assistant.ask(conversation, QUESTION, TOLD, customer="c", turn="t")
    simulator.state.delete_item(conversation.id, answer.last_item)
    assert assistant.recover(conversation, QUESTION) is None
    assert simulator.state.items(conversation.id) == []


def test_conversation_goes_on_after_a_search(assistant, simulator):
    conversation = begun(assistant)
    first = assistant.ask(conversation, QUESTION, TOLD, customer="c", turn="t")
    known = replace(conversation, last_item=first.last_item)
    assert assistant.recover(known, [{"role": "user", "content": "grazie"}]) is None
    assert assistant.ask(known, [{"role": "user", "content": "grazie"}], TOLD, customer="c", turn="u").text


def test_vector_store_that_is_gone_costs_no_answer_and_no_conversation(simulator, store):
    assistant = make(simulator, openai_vector_store_ids=f"{store},vs_gone")
    conversation = begun(assistant)
    for number in range(2):
        answer = assistant.ask(conversation, QUESTION, TOLD, customer="c", turn=f"t{number}")
        assert answer.text and not answer.looked_up
    assistant.close()
    asked = [call for call in simulator.calls.entries() if call.path == "/v1/responses"]
    assert [call.status for call in asked] == [404, 200, 200]  # refused once, and remembered


def test_without_vector_stores_nothing_is_looked_up(simulator, store):
    assistant = make(simulator)
    answer = assistant.ask(begun(assistant), QUESTION, TOLD, customer="c", turn="t")
    assistant.close()
    assert not answer.looked_up and FACT not in answer.text
    assert not any(call.searched for call in simulator.calls.entries())
