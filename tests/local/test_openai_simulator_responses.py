"""Responses, structured outputs, usage and the conversation's lock, through the official SDK."""

import base64
import threading
import time

import pytest
from openai import BadRequestError, NotFoundError, OpenAI
from pydantic import BaseModel

MODEL = "gpt-6-luna"


class Profile(BaseModel):
    first_name: str | None
    last_name: str | None
    company: str | None
    email: str | None
    language: str | None


class Wish(BaseModel):
    wants_human: bool


class Mixed(BaseModel):
    firstName: str
    age: int
    tags: list[str]
    profile: Profile
    urgent: bool
    remark: str | None


def ask(client: OpenAI, conversation: str, text: str, **options):
    return client.responses.create(model=MODEL, conversation=conversation, input=text, **options)


def test_response_in_conversation_adds_input_then_output(client):
    conversation = client.conversations.create().id
    response = ask(client, conversation, "Ciao, mi chiamo Mario", metadata={"turn": "t1"})
    items = client.conversations.items.list(conversation, order="asc").data
    assert [item.role for item in items] == ["user", "assistant"]
    assert items[1].id == response.output[0].id
    assert items[1].content[0].text == response.output_text
    assert response.status == "completed"
    assert response.conversation.id == conversation
    assert response.metadata == {"turn": "t1"}


def test_response_asked_for_the_name_remembers_it_from_the_conversation(client):
    conversation = client.conversations.create().id
    ask(client, conversation, "Ciao, mi chiamo Mario")
    response = client.responses.create(
        model=MODEL, conversation={"id": conversation}, input=[{"role": "user", "content": "come mi chiamo?"}]
    )
    assert "Ti chiami Mario." in response.output_text


def test_response_with_all_options_of_the_product_is_accepted(client):
    store = client.vector_stores.create(name="Listino")
    response = client.responses.create(
        model=MODEL,
        input="Buongiorno",
        instructions="First name: Giulia",
        prompt={"id": "pmpt_1", "version": "2"},
        reasoning={"effort": "none"},
        safety_identifier="a" * 64,
        prompt_cache_key="shop",
        context_management=[{"type": "compaction", "compact_threshold": 50_000}],
        tools=[{"type": "file_search", "vector_store_ids": [store.id]}],
        metadata={"turn": "1"},
        store=True,
        max_output_tokens=500,
    )
    assert "Giulia" in response.output_text
    assert response.usage.output_tokens_details.reasoning_tokens == 0
    assert response.usage.total_tokens == response.usage.input_tokens + response.usage.output_tokens


def test_response_stored_can_be_retrieved_continued_and_deleted(client):
    first = client.responses.create(model=MODEL, input="Mi chiamo Giulia")
    assert client.responses.retrieve(first.id).output_text == first.output_text
    second = client.responses.create(model=MODEL, input="come mi chiamo?", previous_response_id=first.id)
    assert "Ti chiami Giulia." in second.output_text
    client.responses.delete(first.id)
    with pytest.raises(NotFoundError):
        client.responses.retrieve(first.id)


def test_response_not_stored_is_not_found(client):
    response = client.responses.create(model=MODEL, input="Ciao", store=False)
    with pytest.raises(NotFoundError):
        client.responses.retrieve(response.id)


def test_response_to_image_and_document_mentions_both(client):
    pdf = base64.b64encode(b"%PDF-1.7").decode()
    response = client.responses.create(
        model=MODEL,
        input=[
            {
                "role": "user",
                "content": [
                    {"type": "input_text", "text": "Ecco la foto e il preventivo"},
                    {"type": "input_image", "image_url": "data:image/png;base64,AAAA", "detail": "auto"},
                    {
                        "type": "input_file",
                        "filename": "preventivo.pdf",
                        "file_data": f"data:application/pdf;base64,{pdf}",
                    },
                ],
            }
        ],
    )
    assert "Ho visto l'immagine." in response.output_text
    assert "preventivo.pdf" in response.output_text


def test_parse_with_profile_fills_what_the_customer_wrote(client):
    response = client.responses.parse(
        model=MODEL,
        input="Ciao, sono Mario Rossi della ditta Rossi Impianti SRL, la mia mail è mario.rossi@example.com",
        text_format=Profile,
        store=False,
    )
    assert response.output_parsed == Profile(
        first_name="Mario",
        last_name="Rossi",
        company="Rossi Impianti SRL",
        email="mario.rossi@example.com",
        language="it",
    )


def test_parse_with_unknown_properties_gives_empty_values_of_their_types(client):
    response = client.responses.parse(model=MODEL, input="My name is John", text_format=Mixed)
    parsed = response.output_parsed
    assert parsed is not None
    assert (parsed.firstName, parsed.age, parsed.tags, parsed.urgent, parsed.remark) == ("John", 0, [], False, None)
    assert parsed.profile.first_name == "John"
    assert parsed.profile.email is None


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Vorrei parlare con una persona", True),
        ("Can I talk to a human please?", True),
        ("Vorrei parlare del mio ordine", False),
    ],
)
def test_parse_of_a_wish_for_a_person_is_true_only_when_stated(client, text, expected):
    response = client.responses.parse(model=MODEL, input=f"customer: {text}", text_format=Wish)
    assert response.output_parsed == Wish(wants_human=expected)


def test_parse_of_empty_talk_gives_only_nulls_and_language(client):
    response = client.responses.parse(model=MODEL, input="grazie mille", text_format=Profile)
    assert response.output_parsed == Profile(
        first_name=None, last_name=None, company=None, email=None, language="it"
    )


def test_strict_schema_with_optional_property_is_refused(client):
    schema = {"type": "object", "properties": {"name": {"type": "string"}}, "additionalProperties": False}
    text = {"format": {"type": "json_schema", "name": "profile", "schema": schema, "strict": True}}
    with pytest.raises(BadRequestError) as refused:
        client.responses.create(model=MODEL, input="Ciao", text=text)
    assert refused.value.code == "invalid_json_schema"


def test_second_response_while_one_runs_is_locked_out(simulator, client):
    conversation = client.conversations.create().id
    simulator.faults.add("slow", seconds=2, times=1)
    first = threading.Thread(target=ask, args=(client, conversation, "prima"))
    first.start()
    while not simulator.calls.entries("answer") or not simulator.calls.entries("answer")[0].delay:
        time.sleep(0.01)
    with pytest.raises(BadRequestError) as locked:
        ask(client, conversation, "seconda")
    assert (locked.value.code, locked.value.param) == ("conversation_locked", "conversation")
    assert client.conversations.items.list(conversation).data == []
    first.join()
    ask(client, conversation, "terza")
    texts = [item.content[0].text for item in client.conversations.items.list(conversation, order="asc")]
    assert texts[0] == "prima"
    assert "seconda" not in texts
    assert "terza" in texts


def test_other_conversation_while_one_runs_is_answered(simulator, client):
    busy, free = client.conversations.create().id, client.conversations.create().id
    simulator.faults.add("slow", seconds=1, times=1)
    first = threading.Thread(target=ask, args=(client, busy, "prima"))
    first.start()
    while not simulator.calls.entries("answer") or not simulator.calls.entries("answer")[0].delay:
        time.sleep(0.01)
    assert ask(client, free, "seconda").status == "completed"
    first.join()


def test_usage_of_a_long_repeated_prompt_counts_cached_tokens(client):
    instructions = "Be kind to every customer. " * 300
    first = client.responses.create(model=MODEL, input="Ciao", instructions=instructions, prompt_cache_key="shop")
    second = client.responses.create(model=MODEL, input="Salve", instructions=instructions, prompt_cache_key="shop")
    assert first.usage.input_tokens_details.cached_tokens == 0
    assert first.usage.input_tokens_details.cache_write_tokens == first.usage.input_tokens
    assert second.usage.input_tokens_details.cached_tokens >= 1024


@pytest.mark.parametrize("effort", ["none", "max"])
def test_effort_that_a_model_does_not_know_is_refused(client, effort):
    with pytest.raises(BadRequestError, match="Supported values are: 'minimal', 'low', 'medium', 'high'") as failed:
        client.responses.create(model="gpt-5-mini", input="Ciao", reasoning={"effort": effort})
    assert (failed.value.code, failed.value.param) == ("unsupported_value", "reasoning.effort")
    assert client.responses.create(model="gpt-5-mini", input="Ciao").status == "completed"


@pytest.mark.parametrize("effort, tokens", [("none", 0), (None, 64), ("max", 512)])
def test_usage_with_reasoning_effort_counts_reasoning_tokens(client, effort, tokens):
    response = client.responses.create(model=MODEL, input="Ciao", reasoning={"effort": effort})
    assert response.usage.output_tokens_details.reasoning_tokens == tokens


def test_output_beyond_its_limit_is_incomplete(client):
    asked = "Come mi chiamo? Ecco una foto"
    response = client.responses.create(model=MODEL, input=f"Mi chiamo {'A' * 80}. {asked}", max_output_tokens=16)
    assert response.status == "incomplete"
    assert response.incomplete_details.reason == "max_output_tokens"
    assert response.output[0].status == "incomplete"


def test_unknown_model_is_not_found(client):
    with pytest.raises(NotFoundError) as missing:
        client.responses.create(model="gpt-none", input="Ciao")
    assert missing.value.code == "model_not_found"


def test_unknown_conversation_is_not_found(client):
    with pytest.raises(NotFoundError):
        ask(client, "conv_unknown", "Ciao")


def test_conversation_with_an_open_tool_call_is_refused_until_the_call_is_deleted(client):
    call = {"type": "function_call", "call_id": "call_1", "name": "look_up", "arguments": "{}"}
    conversation = client.conversations.create(items=[call]).id
    with pytest.raises(BadRequestError, match="No tool output found for function call call_1"):
        ask(client, conversation, "Ciao")
    item = client.conversations.items.list(conversation).data[0]
    client.conversations.items.delete(item.id, conversation_id=conversation)
    assert ask(client, conversation, "Ciao").status == "completed"


@pytest.mark.parametrize(
    "options, param",
    [
        ({"extra_body": {"no_such_option": 1}}, "no_such_option"),
        ({"metadata": {"key": "x" * 513}}, "metadata.key"),
        ({"safety_identifier": "x" * 129}, "safety_identifier"),
        ({"max_output_tokens": 1}, "max_output_tokens"),
        ({"extra_body": {"store": "yes"}}, "store"),
        ({"input": 7}, "input.str"),
        ({"conversation": "conv_1", "previous_response_id": "resp_1"}, "conversation"),
        ({"text": {"format": {"type": "json_schema", "name": "x"}}}, "text.format.schema"),
        ({"model": "gpt-4o", "reasoning": {"effort": "low"}}, "reasoning.effort"),
        ({"model": "whisper-1"}, "model"),
    ],
)
def test_response_with_bad_option_is_refused_by_name(client, options, param):
    with pytest.raises(BadRequestError) as refused:
        client.responses.create(**{"model": MODEL, "input": "Ciao", **options})
    assert refused.value.param == param


def test_response_without_input_is_refused(client):
    with pytest.raises(BadRequestError) as refused:
        client.responses.create(model=MODEL)
    assert refused.value.code == "missing_required_parameter"
