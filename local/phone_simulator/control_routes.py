"""The control API: what was sent, what was posted, the faults; the customers' part is beside this file."""

import secrets
from typing import Any

import requests
from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from local.phone_simulator import business
from local.phone_simulator.actions import CustomerActionError
from local.phone_simulator.control_customers import add_customer_routes, json_body
from local.phone_simulator.control_views import customer_view, message_view, sent_view
from local.phone_simulator.records import UnknownCustomerError, UnknownMessageError
from local.phone_simulator.simulation import Simulation
from local.phone_simulator.webhook_sender import encode

HANDSHAKE_TIMEOUT_SECONDS = 10

JsonObject = dict[str, Any]


class SettingsChange(BaseModel):
    """Where webhooks go, and whether new customers read by themselves."""

    model_config = ConfigDict(extra="forbid")

    webhook_url: str | None = None
    auto_read: bool = False


class AccountTemplate(BaseModel):
    """A message template in Meta's shape; more fields are passed through."""

    model_config = ConfigDict(extra="allow")

    id: str
    name: str
    language: str
    category: str = "UTILITY"
    status: str = "APPROVED"
    components: list[JsonObject] = Field(min_length=1)


class TemplateList(BaseModel):
    """All templates of the account."""

    templates: list[AccountTemplate]


def control_blueprint(simulation: Simulation) -> Blueprint:
    """Return the routes under `/_control`."""
    blueprint = Blueprint("control", __name__, url_prefix="/_control")
    add_customer_routes(blueprint, simulation)
    _add_record_routes(blueprint, simulation)
    _add_operation_routes(blueprint, simulation)
    _add_error_handlers(blueprint)
    return blueprint


def _add_record_routes(blueprint: Blueprint, simulation: Simulation) -> None:
    state = simulation.state

    @blueprint.get("/sent")
    def sent() -> Response:
        since = request.args.get("since", 0, type=int)
        return jsonify({"sent": [sent_view(item) for item in state.sent(since)]})

    @blueprint.get("/calls")
    def calls() -> Response:
        return jsonify({"calls": simulation.calls[request.args.get("since", 0, type=int) :]})

    @blueprint.get("/webhooks")
    def webhooks() -> Response:
        return jsonify({"webhooks": simulation.sender.log(), "pending": simulation.scheduler.pending()})

    @blueprint.get("/state")
    def changed_state() -> Response:
        """Return all that changed since a revision; the page tells which phones it has open, and which locked."""
        opened, locked = (request.args.get(name, "").split(",") for name in ("open", "locked"))
        state.note_presence(opened, locked)
        for customer in state.customers():
            if customer.id in opened:
                business.report_reads(simulation, customer.id)
        return jsonify(_changes(simulation, request.args))


def _add_operation_routes(blueprint: Blueprint, simulation: Simulation) -> None:
    faults = simulation.faults

    @blueprint.get("/faults")
    def show_faults() -> Response:
        return jsonify(faults.as_json())

    @blueprint.post("/faults")
    def add_faults() -> Response:
        faults.change(json_body())
        return jsonify(faults.as_json())

    @blueprint.delete("/faults")
    def clear_faults() -> Response:
        faults.clear()
        return jsonify(faults.as_json())

    @blueprint.route("/settings", methods=["GET", "POST"])
    def settings() -> Response:
        if request.method == "POST":
            _change_settings(simulation, SettingsChange.model_validate(json_body()))
        return jsonify({"webhook_url": simulation.sender.url, "auto_read": simulation.auto_read})

    @blueprint.route("/templates", methods=["GET", "PUT"])
    def templates() -> Response:
        """Return the account's message templates in Meta's shape; PUT replaces them until the next reset."""
        if request.method == "PUT":
            wanted = TemplateList.model_validate(json_body()).templates
            simulation.templates = [template.model_dump() for template in wanted]
        return jsonify({"templates": simulation.templates})

    @blueprint.post("/webhook")
    def post_webhook() -> Response:
        return jsonify({"id": simulation.sender.send(_webhook_body(json_body()))})

    @blueprint.post("/handshake")
    def handshake() -> Response:
        return jsonify(_handshake(simulation))

    @blueprint.post("/reset")
    def reset() -> Response:
        simulation.reset()
        return jsonify({"session": simulation.state.session})


def _add_error_handlers(blueprint: Blueprint) -> None:
    @blueprint.errorhandler(ValidationError)
    def refuse_fields(error: ValidationError) -> tuple[Response, int]:
        return _error("invalid", str(error), 422)

    @blueprint.errorhandler(CustomerActionError)
    def refuse_action(error: CustomerActionError) -> tuple[Response, int]:
        return _error("invalid", str(error), 422)

    @blueprint.errorhandler(UnknownCustomerError)
    @blueprint.errorhandler(UnknownMessageError)
    def refuse_unknown(error: LookupError) -> tuple[Response, int]:
        return _error("not_found", f"there is no {error}", 404)


def _error(code: str, message: str, status: int) -> tuple[Response, int]:
    return jsonify({"error": {"code": code, "message": message}}), status


def _changes(simulation: Simulation, wanted: Any) -> JsonObject:
    state = simulation.state
    since = wanted.get("since", 0, type=int)
    if wanted.get("session") != state.session:
        since = 0
    revision, customers, messages = state.changes(since)
    return {
        "session": state.session,
        "revision": revision,
        "now": state.now(),
        "business_name": simulation.settings.business_name,
        "customers": [customer_view(item) for item in customers],
        "messages": [message_view(item, simulation.media) for item in messages],
        "typing": state.typing(),
        "faults": simulation.faults.as_json(),
        "webhooks": _webhook_summary(simulation),
    }


def _webhook_summary(simulation: Simulation) -> JsonObject:
    log = simulation.sender.log()
    last = log[-1] if log else None
    return {
        "posted": len(log),
        "refused": sum(item["http_status"] != 200 for item in log),
        "pending": simulation.scheduler.pending(),
        "last_status": last and (last["http_status"] or last["answer"]),
        "last_seconds": last and last["duration_seconds"],
    }


def _change_settings(simulation: Simulation, change: SettingsChange) -> None:
    if "webhook_url" in change.model_fields_set:
        simulation.sender.url = change.webhook_url
    if "auto_read" in change.model_fields_set:
        simulation.auto_read = change.auto_read


def _webhook_body(body: JsonObject) -> bytes:
    """Return the bytes to sign and post: `payload` as JSON, or `body` as it is for what is no JSON at all."""
    if isinstance(body.get("body"), str):
        return str(body["body"]).encode()
    if "payload" not in body:
        raise CustomerActionError("payload (JSON) or body (text) is needed")
    return encode(body["payload"])


def _handshake(simulation: Simulation) -> JsonObject:
    """Ask the webhook for the handshake as Meta does when the URL is saved."""
    if not simulation.sender.url:
        raise CustomerActionError("no webhook URL is set")
    challenge = str(secrets.randbelow(10**9))
    query = {
        "hub.mode": "subscribe",
        "hub.verify_token": simulation.settings.verify_token,
        "hub.challenge": challenge,
    }
    try:
        answer = requests.get(simulation.sender.url, params=query, timeout=HANDSHAKE_TIMEOUT_SECONDS)
    except requests.RequestException as error:
        return {"verified": False, "http_status": None, "answer": type(error).__name__}
    verified = answer.status_code == 200 and answer.text == challenge
    return {"verified": verified, "http_status": answer.status_code, "answer": answer.text[:300]}
