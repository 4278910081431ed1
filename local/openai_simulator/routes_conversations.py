"""/v1/conversations and the items in them."""

from typing import Annotated, Any, Literal

from flask import Blueprint, Response, request
from pydantic import BaseModel, ConfigDict, Field

from local.openai_simulator.api_errors import bad_request, item_not_found
from local.openai_simulator.backend import Backend
from local.openai_simulator.body import Body, Metadata, current_call, json_body, validated
from local.openai_simulator.items import Item, stored_items, text_of
from local.openai_simulator.pipeline import Work, perform

MAX_ITEMS = 20


class _NewConversation(Body):
    items: list[Any] | None = None
    metadata: Metadata | None = None


class _ConversationUpdate(Body):
    metadata: Metadata | None


class _NewItems(Body):
    items: list[Any]


class _Listing(BaseModel):
    model_config = ConfigDict(extra="ignore")

    after: str | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    order: Literal["asc", "desc"] = "desc"


def conversation_routes(backend: Backend) -> Blueprint:
    """Return the routes over a backend's conversations."""
    routes = Blueprint("conversations", __name__)
    state = backend.state

    def run(work: Work, conversation_id: str | None = None) -> Response:
        call = current_call()
        call.conversation = conversation_id
        if conversation_id:
            state.conversation(conversation_id)
        return perform(backend, call, work)

    @routes.post("/conversations")
    def create() -> Response:
        body = json_body(_NewConversation)
        items = _new_items(body.items or [])
        return run(lambda _: _created(state.create_conversation(body.metadata or {}, items).body()))

    @routes.get("/conversations/<conversation_id>")
    def retrieve(conversation_id: str) -> Response:
        return run(lambda _: state.conversation(conversation_id).body(), conversation_id)

    @routes.post("/conversations/<conversation_id>")
    def update(conversation_id: str) -> Response:
        metadata = json_body(_ConversationUpdate).metadata or {}
        return run(lambda _: state.update_metadata(conversation_id, metadata).body(), conversation_id)

    @routes.delete("/conversations/<conversation_id>")
    def delete(conversation_id: str) -> Response:
        def work(_: object) -> dict[str, Any]:
            state.delete_conversation(conversation_id)
            return {"id": conversation_id, "object": "conversation.deleted", "deleted": True}

        return run(work, conversation_id)

    @routes.post("/conversations/<conversation_id>/items")
    def create_items(conversation_id: str) -> Response:
        items = _new_items(json_body(_NewItems).items)

        def work(_: object) -> dict[str, Any]:
            state.add_items(conversation_id, items)
            return _page(items, has_more=False)

        return run(work, conversation_id)

    @routes.get("/conversations/<conversation_id>/items")
    def list_items(conversation_id: str) -> Response:
        listing = validated(_Listing, request.args.to_dict())
        return run(lambda _: _listed(state.items(conversation_id), listing), conversation_id)

    @routes.get("/conversations/<conversation_id>/items/<item_id>")
    def retrieve_item(conversation_id: str, item_id: str) -> Response:
        return run(lambda _: state.item(conversation_id, item_id), conversation_id)

    @routes.delete("/conversations/<conversation_id>/items/<item_id>")
    def delete_item(conversation_id: str, item_id: str) -> Response:
        return run(lambda _: state.delete_item(conversation_id, item_id).body(), conversation_id)

    return routes


def _created(body: dict[str, Any]) -> dict[str, Any]:
    current_call().conversation = body["id"]
    return body


def _new_items(raw: list[Any]) -> list[Item]:
    if len(raw) > MAX_ITEMS:
        message = f"Invalid 'items': array too long. Expected at most {MAX_ITEMS} items, got {len(raw)}."
        raise bad_request(message, "items", "array_above_max_length")
    items = stored_items(raw, "items")
    current_call().texts = [text_of(item) for item in items if text_of(item)]
    return items


def _listed(items: list[Item], listing: _Listing) -> dict[str, Any]:
    ordered = items if listing.order == "asc" else items[::-1]
    if listing.after is not None:
        ids = [item["id"] for item in ordered]
        if listing.after not in ids:
            raise item_not_found(listing.after)
        ordered = ordered[ids.index(listing.after) + 1 :]
    return _page(ordered[: listing.limit], has_more=len(ordered) > listing.limit)


def _page(items: list[Item], *, has_more: bool) -> dict[str, Any]:
    first, last = (items[0]["id"], items[-1]["id"]) if items else (None, None)
    return {"object": "list", "data": items, "first_id": first, "last_id": last, "has_more": has_more}
