"""The Flask application: authentication, request ids, the error shape and the call log around all routes."""

import logging
import secrets
import time
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, request
from werkzeug.exceptions import HTTPException

from local.openai_simulator.api_errors import ApiError, bad_request, missing_key
from local.openai_simulator.backend import Backend
from local.openai_simulator.calls import Call, Endpoint
from local.openai_simulator.routes_audio import audio_routes
from local.openai_simulator.routes_control import control_routes
from local.openai_simulator.routes_conversations import conversation_routes
from local.openai_simulator.routes_knowledge import knowledge_routes
from local.openai_simulator.routes_models import model_routes
from local.openai_simulator.routes_page import page_routes
from local.openai_simulator.routes_responses import response_routes

MAX_REQUEST_BYTES = 64 * 1024 * 1024


def create_app(backend: Backend) -> Flask:
    """Build the application around a backend."""
    app = Flask("openai_simulator", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_REQUEST_BYTES
    for routes in (conversation_routes, response_routes, audio_routes, model_routes, knowledge_routes):
        app.register_blueprint(routes(backend), url_prefix="/v1")
    app.register_blueprint(control_routes(backend), url_prefix="/_control")
    app.register_blueprint(page_routes())
    app.register_error_handler(ApiError, _api_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected_error)

    @app.before_request
    def begin() -> None:
        g.started = time.monotonic()
        if not request.path.startswith("/v1/"):
            return
        g.call = backend.calls.begin(_endpoint(), request.method, request.path)
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            raise missing_key()

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["x-request-id"] = f"req_{secrets.token_hex(16)}"
        response.headers["openai-processing-ms"] = str(int((time.monotonic() - g.started) * 1000))
        call: Call | None = g.get("call")
        # A response that streams is one whose connection gets cut: it has no status.
        if call and not response.is_streamed:
            call.status = response.status_code
        return response

    return app


def _endpoint() -> Endpoint:
    if request.path.startswith("/v1/conversations"):
        return "conversations"
    if request.path == "/v1/audio/transcriptions":
        return "transcription"
    if request.path.startswith(("/v1/files", "/v1/vector_stores")):
        return "knowledge"
    return "other"


def _api_error(error: ApiError) -> tuple[Response, int, dict[str, str]]:
    call: Call | None = g.get("call")
    if call:
        call.error = error.code or error.message
    return jsonify(error.body()), error.status, error.headers


def _http_error(error: HTTPException) -> tuple[Response, int, dict[str, str]]:
    status = error.code or 500
    if status == 404:
        return _api_error(ApiError(404, f"Invalid URL ({request.method} {request.path})"))
    if status == 400:
        return _api_error(bad_request("We could not parse the JSON body of your request."))
    return _api_error(ApiError(status, error.description or error.name))


def _unexpected_error(error: Exception) -> tuple[Response, int, dict[str, str]]:
    logger = logging.getLogger(current_app.name)
    logger.error("unexpected error in %s %s", request.method, request.path, exc_info=error)
    details: dict[str, Any] = {"kind": "server_error", "code": "simulator_error"}
    return _api_error(ApiError(500, f"The simulator failed: {type(error).__name__}", **details))
