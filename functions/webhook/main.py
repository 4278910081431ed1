"""The webhook function: verify, acknowledge, enqueue. It knows neither OpenAI nor Firestore."""

import hmac

import flask
import functions_framework

from functions.webhook import payload
from shared import log
from shared.errors import AssistantError, MethodNotAllowedError, QueueError, SettingsError
from shared.http import Health, error_response, read_body, settings_response
from shared.once import once
from shared.queue.client import TaskQueue
from shared.settings import WebhookSettings, load

log.configure("webhook")


@functions_framework.http
def webhook(request: flask.Request) -> flask.typing.ResponseReturnValue:
    """Answer Meta: GET is the handshake, POST an event, GET /health the state of the queue."""
    response = _answer(request)
    response.headers["X-Content-Type-Options"] = "nosniff"  # the handshake sends back what it was given
    return response


def _answer(request: flask.Request) -> flask.Response:
    try:
        settings = load(WebhookSettings)
    except SettingsError as error:
        return settings_response(error)
    if request.path == "/health":
        return _health().response()
    if request.method == "GET":
        return _handshake(request, settings)
    if request.method == "POST":
        with log.request_context(request, settings.google_cloud_project):
            return _receive(request, settings)
    return error_response(MethodNotAllowedError(["GET", "POST"]))


@once
def _queue() -> TaskQueue:
    settings = load(WebhookSettings)
    return TaskQueue(settings, settings.process_url)


@once
def _health() -> Health:
    return Health({"queue": _queue().check})


def _handshake(request: flask.Request, settings: WebhookSettings) -> flask.Response:
    token = request.args.get("hub.verify_token", "")
    expected = settings.verify_token.get_secret_value()
    if request.args.get("hub.mode") == "subscribe" and hmac.compare_digest(token.encode(), expected.encode()):
        return flask.Response(request.args.get("hub.challenge", ""), mimetype="text/plain")
    return flask.Response("forbidden", status=403, mimetype="text/plain")


def _receive(request: flask.Request, settings: WebhookSettings) -> flask.Response:
    try:
        body = read_body(request, payload.MAX_BODY_BYTES)
    except AssistantError as error:
        return error_response(error)
    if not payload.is_signed(body, request.headers.get("X-Hub-Signature-256"), settings.app_secrets):
        log.logger.warning("signature", bytes=len(body))
        return flask.Response("unauthorized", status=401, mimetype="text/plain")
    tasks = payload.split(body, settings.whatsapp_phone_id)
    try:
        _queue().enqueue_all(payload.grouped(tasks))
    except QueueError as error:  # Meta sends the whole body again; duplicates are recognised later
        log.logger.error("enqueue", tasks=len(tasks), code=error.code)
        return error_response(error)
    kinds = [task.type for task in tasks]
    log.logger.info(
        "received", messages=kinds.count("message"), statuses=kinds.count("status"), raw=kinds.count("raw")
    )
    return flask.Response("ok", mimetype="text/plain")
