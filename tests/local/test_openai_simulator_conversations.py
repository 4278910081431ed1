"""Conversations and their items, through the official SDK."""

import pytest
from openai import AuthenticationError, BadRequestError, NotFoundError, OpenAI
from openai.types.responses import EasyInputMessageParam


def user_message(text: str) -> EasyInputMessageParam:
    return {"role": "user", "content": text}


def filled_conversation(client: OpenAI, count: int) -> str:
    items = [user_message(f"message {number}") for number in range(count)]
    return client.conversations.create(items=items).id


def test_conversation_life_create_update_delete_is_served(client):
    created = client.conversations.create(metadata={"contact": "c1"})
    assert created.id.startswith("conv_")
    assert created.metadata == {"contact": "c1"}
    client.conversations.update(created.id, metadata={"contact": "c2"})
    assert client.conversations.retrieve(created.id).metadata == {"contact": "c2"}
    assert client.conversations.delete(created.id).deleted is True
    with pytest.raises(NotFoundError):
        client.conversations.retrieve(created.id)
    with pytest.raises(NotFoundError):
        client.conversations.items.list(created.id)


def test_conversation_with_more_than_twenty_items_is_refused(client):
    assert filled_conversation(client, 20)
    with pytest.raises(BadRequestError) as refused:
        filled_conversation(client, 21)
    assert refused.value.code == "array_above_max_length"
    assert refused.value.param == "items"


def test_items_by_default_are_listed_newest_first(client):
    conversation = filled_conversation(client, 3)
    texts = [item.content[0].text for item in client.conversations.items.list(conversation)]
    assert texts == ["message 2", "message 1", "message 0"]


def test_items_with_after_and_limit_are_paged(client):
    conversation = filled_conversation(client, 7)
    page = client.conversations.items.list(conversation, limit=3, order="asc")
    assert [item.content[0].text for item in page.data] == ["message 0", "message 1", "message 2"]
    assert page.has_more is True
    rest = client.conversations.items.list(conversation, order="asc", after=page.last_id)
    assert [item.content[0].text for item in rest.data] == [f"message {n}" for n in range(3, 7)]
    assert rest.has_more is False
    everything = client.conversations.items.list(conversation, limit=2)
    assert len(list(everything)) == 7


def test_items_of_empty_conversation_are_an_empty_page(client):
    page = client.conversations.items.list(client.conversations.create().id)
    assert page.data == []
    assert page.has_more is False


@pytest.mark.parametrize("limit", [0, 101])
def test_items_with_limit_out_of_range_are_refused(client, limit):
    conversation = filled_conversation(client, 1)
    with pytest.raises(BadRequestError) as refused:
        client.conversations.items.list(conversation, limit=limit)
    assert refused.value.param == "limit"


def test_items_after_an_unknown_item_are_not_found(client):
    conversation = filled_conversation(client, 1)
    with pytest.raises(NotFoundError):
        client.conversations.items.list(conversation, after="msg_unknown")


def test_item_created_retrieved_and_deleted_is_gone(client):
    conversation = filled_conversation(client, 1)
    added = client.conversations.items.create(
        conversation,
        items=[{"role": "assistant", "content": "hello"}, {"role": "developer", "content": "be kind"}],
    )
    assert [item.role for item in added.data] == ["assistant", "developer"]
    item = client.conversations.items.retrieve(added.data[0].id, conversation_id=conversation)
    assert item.content[0].type == "output_text"
    remaining = client.conversations.items.delete(item.id, conversation_id=conversation)
    assert remaining.id == conversation
    with pytest.raises(NotFoundError):
        client.conversations.items.retrieve(item.id, conversation_id=conversation)
    assert len(client.conversations.items.list(conversation).data) == 2


@pytest.mark.parametrize(
    "item",
    [
        {"role": "nobody", "content": "x"},
        {"role": "user"},
        {"role": "user", "content": 7},
        {"role": "user", "content": [{"type": "output_text", "text": "x"}]},
        {"role": "assistant", "content": [{"type": "input_text", "text": "x"}]},
        {"role": "user", "content": [{"type": "input_image"}]},
        {"role": "user", "content": [{"type": "input_image", "image_url": "data:image/png;base64,&&"}]},
        {"role": "user", "content": [{"type": "input_file", "filename": "a.pdf", "file_data": "plain"}]},
        {"type": "function_call", "name": "x"},
        {"type": "unheard_of"},
        "text",
    ],
)
def test_item_with_wrong_shape_is_refused(client, item):
    with pytest.raises(BadRequestError) as refused:
        client.conversations.create(items=[item])
    assert (refused.value.param or "").startswith("items[0]")
    assert refused.value.type == "invalid_request_error"


@pytest.mark.parametrize("metadata", [{f"key{n}": "x" for n in range(17)}, {"k" * 65: "x"}, {"key": "x" * 513}])
def test_conversation_with_too_much_metadata_is_refused(client, metadata):
    with pytest.raises(BadRequestError):
        client.conversations.create(metadata=metadata)


def test_request_without_key_is_unauthorized(simulator):
    with (
        OpenAI(base_url=simulator.base_url, api_key="x", max_retries=0) as openai,
        pytest.raises(AuthenticationError) as refused,
    ):
        openai.conversations.create(extra_headers={"Authorization": ""})
    assert refused.value.status_code == 401


def test_answer_always_carries_a_request_id(client):
    response = client.conversations.with_raw_response.create()
    assert response.headers["x-request-id"].startswith("req_")
    with pytest.raises(NotFoundError) as missing:
        client.conversations.retrieve("conv_unknown")
    assert (missing.value.request_id or "").startswith("req_")
