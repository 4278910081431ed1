"""What is erased at OpenAI and at WhatsApp, against the simulators."""

from collections.abc import Iterator

import pytest

from functions.process.assistant.client import Assistant
from local.openai_simulator import OpenAISimulator
from local.phone_simulator import PhoneSimulator
from shared.errors import RemoteError
from shared.store.connection import utc_now
from shared.whatsapp.client import WhatsApp
from tests.turns.world import make_settings

SEED = [{"role": "user", "content": f"Messaggio {number}"} for number in range(20)]


@pytest.fixture
def simulator() -> Iterator[OpenAISimulator]:
    with OpenAISimulator() as running:
        yield running


@pytest.fixture
def assistant(simulator: OpenAISimulator) -> Iterator[Assistant]:
    made = Assistant(make_settings("project", openai_base_url=simulator.base_url))
    yield made
    made.close()


def test_conversation_is_erased_item_by_item_and_then_itself(
    assistant: Assistant, simulator: OpenAISimulator
) -> None:
    conversation = assistant.new_conversation(SEED, utc_now())
    answer = assistant.ask(conversation, SEED[:1], "Rispondi", customer="hash", turn="turn")
    records, counts = assistant.records, []
    while count := records.erase_items(conversation.id):
        counts.append(count)
    assert sum(counts) == len(SEED) + 2 and simulator.state.items(conversation.id) == []
    records.erase_conversation(conversation.id)
    assert answer.response_id and simulator.state.response(answer.response_id)
    records.erase_response(answer.response_id)
    assert str([simulator.state._responses, simulator.state.conversations()]) == "[{}, []]"
    assert records.erase_items(conversation.id) == 0  # what is gone is gone
    records.erase_conversation(conversation.id)
    records.erase_response(answer.response_id)


def test_conversation_whose_process_dies_before_its_id_is_kept_holds_nothing(
    assistant: Assistant, simulator: OpenAISimulator
) -> None:
    def die(conversation_id: str) -> None:
        assert simulator.state.items(conversation_id) == []
        raise SystemExit

    with pytest.raises(SystemExit):
        assistant.new_conversation(SEED, utc_now(), die)
    assert [each.items for each in simulator.state.conversations()] == [[]]


def test_openai_that_is_down_is_no_reason_to_call_anything_erased(
    assistant: Assistant, simulator: OpenAISimulator
) -> None:
    conversation = assistant.new_conversation(SEED[:1], utc_now())
    simulator.faults.add("server_error")
    with pytest.raises(RemoteError):
        assistant.records.erase_items(conversation.id)


def test_file_at_whatsapp_is_deleted_and_one_that_is_gone_is_gone() -> None:
    with PhoneSimulator() as phone:
        settings = make_settings("p", whatsapp_phone_id=phone.settings.phone_number_id, graph_api_url=phone.url)
        whatsapp = WhatsApp(settings)
        media_id = whatsapp.upload_media(b"%PDF", "application/pdf", "a.pdf")
        assert phone.simulation.media.get(media_id)
        whatsapp.delete_media(media_id)
        assert phone.simulation.media.get(media_id) is None
        whatsapp.delete_media(media_id)
        whatsapp.close()
