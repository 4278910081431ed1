"""/v1/responses: runs a response, with its conversation locked meanwhile, and keeps it for retrieval.

lock -> fault? -> write output -> input and output items join the conversation -> unlock -> answer
"""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, jsonify

from local.openai_simulator.api_errors import ApiError, server_error
from local.openai_simulator.backend import Backend
from local.openai_simulator.body import current_call, json_body
from local.openai_simulator.calls import Call, Endpoint
from local.openai_simulator.fault_board import FaultKind
from local.openai_simulator.generation import Output, check_context, output_for, response_body
from local.openai_simulator.items import Item, function_call, stored_items, text_of
from local.openai_simulator.knowledge import cited, search_item, searched_stores
from local.openai_simulator.models import model_named
from local.openai_simulator.pipeline import perform
from local.openai_simulator.replies import Context, asks_summary
from local.openai_simulator.request_model import ResponseRequest


def response_routes(backend: Backend) -> Blueprint:
    """Return the routes over a backend's responses."""
    routes = Blueprint("responses", __name__)

    @routes.post("/responses")
    def create() -> Response:
        request = json_body(ResponseRequest)
        call = current_call()
        _describe(call, request)
        model = model_named(request.model)
        request.check(model)
        new_items = stored_items(request.input, "input")
        call.texts = [text_of(item) for item in new_items if item.get("role") == "user" and text_of(item)]
        for store_id in searched_stores(request.tools):
            backend.knowledge.store(store_id)
        with backend.state.running_on(request.conversation_id):
            quotes = backend.faults.quote_messages
            context = Context(_history(backend, request), new_items, request.instructions or "", quotes)
            call.endpoint = _endpoint(request, context)

            def work(fault: FaultKind | None) -> dict[str, Any]:
                check_context(context, model)
                if fault == "dangling_tool_call":
                    raise _left_in_a_tool_call(backend, request, new_items)
                output = _looked_up(backend, request, new_items, output_for(request, context, fault))
                body = response_body(request, context, model, output, backend.state)
                _store(backend, request, [*context.history, *new_items, *output.items], body)
                _join(backend, request, [*new_items, *output.items])
                call.response, call.output = body["id"], output.text
                call.input_tokens = body["usage"]["input_tokens"]
                call.cached_tokens = body["usage"]["input_tokens_details"]["cached_tokens"]
                return body

            return perform(backend, call, work, abandon=lambda: _abandon(backend, request, new_items))

    @routes.get("/responses/<response_id>")
    def retrieve(response_id: str) -> Response:
        return jsonify(backend.state.response(response_id).body)

    @routes.delete("/responses/<response_id>")
    def delete(response_id: str) -> Response:
        backend.state.delete_response(response_id)
        return jsonify({"id": response_id, "object": "response.deleted", "deleted": True})

    return routes


def _looked_up(backend: Backend, request: ResponseRequest, new_items: list[Item], output: Output) -> Output:
    """Let an answer rest on what the vector stores hold about the question, if the model may search them."""
    stores = searched_stores(request.tools)
    if not stores or output.status != "completed" or len(output.items) != 1:
        return output
    question = "\n".join(text_of(item) for item in new_items)
    found = backend.knowledge.search(stores, question)
    with_results = "file_search_call.results" in (request.include or [])
    answered = cited(output.text, found) if found else output.items[0]
    return replace(
        output, items=[search_item(question, found, with_results=with_results), answered], text=text_of(answered)
    )


def _describe(call: Call, request: ResponseRequest) -> None:
    call.endpoint = "extraction" if request.schema_to_fill is not None else "answer"
    call.conversation = request.conversation_id
    call.model = request.model
    call.prompt = request.prompt.id if request.prompt else None
    call.instructions = request.instructions
    call.searched = searched_stores(request.tools)
    call.metadata = request.metadata or {}


def _endpoint(request: ResponseRequest, context: Context) -> Endpoint:
    if request.schema_to_fill is not None:
        return "extraction"
    return "summary" if asks_summary(context) else "answer"


def _history(backend: Backend, request: ResponseRequest) -> list[Item]:
    if request.conversation_id:
        return backend.state.items(request.conversation_id)
    if request.previous_response_id:
        return backend.state.response(request.previous_response_id).items
    return []


def _store(backend: Backend, request: ResponseRequest, items: list[Item], body: dict[str, Any]) -> None:
    if request.store is not False:
        backend.state.store_response(body, items)


def _join(backend: Backend, request: ResponseRequest, items: list[Item]) -> None:
    if request.conversation_id:
        backend.state.add_items(request.conversation_id, items)


def _abandon(backend: Backend, request: ResponseRequest, new_items: list[Item]) -> None:
    if backend.faults.keep_user_item_on_failure:
        _join(backend, request, new_items)


def _left_in_a_tool_call(backend: Backend, request: ResponseRequest, new_items: list[Item]) -> ApiError:
    _join(backend, request, [*new_items, function_call("look_up", "{}")])
    return server_error()
