"""/_control: switches faults, reads the call log, resets everything. Not part of OpenAI's API."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from local.openai_simulator.api_errors import bad_request, not_found
from local.openai_simulator.backend import Backend
from local.openai_simulator.body import validated
from local.openai_simulator.calls import call_body
from local.openai_simulator.fault_board import FaultRequest, FaultSettings
from local.openai_simulator.items import Item, text_of

SETTINGS = frozenset(FaultSettings.model_fields)
MAX_CONVERSATIONS_SHOWN = 50


def control_routes(backend: Backend) -> Blueprint:
    """Return the routes that steer a backend."""
    routes = Blueprint("control", __name__)

    @routes.get("/faults")
    def show_faults() -> Response:
        return jsonify(backend.faults.body())

    @routes.post("/faults")
    def add_faults() -> tuple[Response, int]:
        body = request.get_json()
        if not isinstance(body, dict):
            raise bad_request("Expected a JSON object.")
        settings = {name: value for name, value in body.items() if name in SETTINGS}
        backend_settings = validated(FaultSettings, settings)
        requests = [validated(FaultRequest, fault) for fault in _requested_faults(body)]
        backend.faults.configure(backend_settings)
        added = [backend.faults.add_request(fault).body() for fault in requests]
        return jsonify({**backend.faults.body(), "added": added}), 201

    @routes.delete("/faults")
    def clear_faults() -> Response:
        backend.faults.clear()
        return jsonify(backend.faults.body())

    @routes.delete("/faults/<fault_id>")
    def remove_fault(fault_id: str) -> Response:
        if not backend.faults.remove(fault_id):
            raise not_found(f"Fault '{fault_id}' is not on.")
        return jsonify(backend.faults.body())

    @routes.get("/calls")
    def show_calls() -> Response:
        calls = backend.calls.entries(request.args.get("endpoint"), request.args.get("conversation"))
        return jsonify({"calls": [call_body(call) for call in calls]})

    @routes.delete("/calls")
    def clear_calls() -> Response:
        backend.calls.clear()
        return jsonify({"calls": []})

    @routes.get("/conversations")
    def show_conversations() -> Response:
        conversations = backend.state.conversations()[-MAX_CONVERSATIONS_SHOWN:]
        shown = [{**one.body(), "items": [_shown(item) for item in list(one.items)]} for one in conversations]
        return jsonify({"conversations": shown})

    @routes.post("/reset")
    def reset() -> Response:
        backend.reset()
        return jsonify({"reset": True})

    return routes


def _requested_faults(body: dict[str, Any]) -> list[Any]:
    fields = {name: value for name, value in body.items() if name not in SETTINGS}
    if set(fields) == {"faults"} and isinstance(fields["faults"], list):
        return fields["faults"]
    return [fields] if fields else []


def _shown(item: Item) -> dict[str, Any]:
    attachments = [part for part in item.get("content", []) if part["type"] in ("input_image", "input_file")]
    return {
        "id": item["id"],
        "type": item["type"],
        "role": item.get("role"),
        "text": text_of(item) or item.get("name", ""),
        "attachments": [part.get("filename", part["type"]) for part in attachments],
    }
