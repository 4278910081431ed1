"""/v1/models."""

from flask import Blueprint, Response, jsonify

from local.openai_simulator.backend import Backend
from local.openai_simulator.body import current_call
from local.openai_simulator.models import MODELS, model_named


def model_routes(_: Backend) -> Blueprint:
    """Return the routes over the models, which no fault touches."""
    routes = Blueprint("models", __name__)

    @routes.get("/models")
    def list_models() -> Response:
        return jsonify({"object": "list", "data": [model.body() for model in MODELS.values()]})

    @routes.get("/models/<name>")
    def retrieve(name: str) -> Response:
        current_call().model = name
        return jsonify(model_named(name).body())

    return routes
