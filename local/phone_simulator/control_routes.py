"""The control API: what customers do, what was sent, and the faults; for the page and for tests."""

from __future__ import annotations

import io
import secrets
from typing import Any

import requests
from flask import Blueprint, Request, Response, jsonify, request, send_file
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from local.phone_simulator import business, identifiers, inbound
from local.phone_simulator.actions import CustomerAction, CustomerActionError
from local.phone_simulator.delivery import encode
from local.phone_simulator.media import Media
from local.phone_simulator.records import Customer, UnknownCustomerError, UnknownMessageError
from local.phone_simulator.simulation import Simulation
from local.phone_simulator.views import customer_view, message_view, sent_view

HANDSHAKE_TIMEOUT_SECONDS = 10

JsonObject = dict[str, Any]


class NewCustomer(BaseModel):
    """Without ``phone`` a number is made up, unless a user id or user name is given or ``phone`` is null."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(default_factory=identifiers.new_name, min_length=1)
    phone: str | None = None
    user_id: str | None = Field(None, pattern=r"^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$")
    username: str | None = None
    auto_read: bool | None = None


class CustomerChange(BaseModel):
    """``last_message_at`` in epoch seconds moves the 24-hour window; null closes it."""

    model_config = ConfigDict(extra="forbid")

    name: str = ""
    auto_read: bool = False
    last_message_at: float | None = None


class SettingsChange(BaseModel):
    """Where webhooks go, and whether new customers read by themselves."""

    model_config = ConfigDict(extra="forbid")

    webhook_url: str | None = None
    auto_read: bool = False


def control_blueprint(simulation: Simulation) -> Blueprint:
    """The routes under ``/_control``."""
    blueprint = Blueprint("control", __name__, url_prefix="/_control")
    _add_customer_routes(blueprint, simulation)
    _add_record_routes(blueprint, simulation)
    _add_operation_routes(blueprint, simulation)
    _add_error_handlers(blueprint)
    return blueprint


def _add_customer_routes(blueprint: Blueprint, simulation: Simulation) -> None:
    state = simulation.state

    @blueprint.post("/customers")
    def add_customer() -> tuple[Response, int]:
        return jsonify(customer_view(_add_customer(simulation, _body()))), 201

    @blueprint.get("/customers")
    def list_customers() -> Response:
        return jsonify({"customers": [customer_view(item) for item in state.customers()]})

    @blueprint.patch("/customers/<customer_id>")
    def change_customer(customer_id: str) -> Response:
        changes = CustomerChange.model_validate(_body()).model_dump(exclude_unset=True)
        return jsonify(customer_view(state.update_customer(customer_id, **changes)))

    @blueprint.get("/customers/<customer_id>/messages")
    def chat(customer_id: str) -> Response:
        found = [message_view(item, simulation.media) for item in state.messages(customer_id)]
        return jsonify({"messages": found, "typing": customer_id in state.typing()})

    @blueprint.post("/customers/<customer_id>/messages")
    def act(customer_id: str) -> tuple[Response, int]:
        fields, upload = _action_fields(simulation, request)
        action = CustomerAction.model_validate(fields)
        message_id, payload = inbound.perform(simulation, customer_id, action, upload)
        return jsonify({"id": message_id, "webhook": payload}), 201

    @blueprint.get("/media/<media_id>")
    def media(media_id: str) -> Response:
        found = simulation.media.get(media_id)
        if found is None:
            raise UnknownMessageError(media_id)
        answer = send_file(io.BytesIO(found.content), mimetype=found.mime_type, download_name=found.filename)
        # A document may be a web page: it must not run as ours.
        answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
        return answer


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
        """All that changed since a revision; also tells which phones the page has open."""
        opened = [item for item in request.args.get("open", "").split(",") if item]
        state.keep_open(opened)
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
        faults.change(_body())
        return jsonify(faults.as_json())

    @blueprint.delete("/faults")
    def clear_faults() -> Response:
        faults.clear()
        return jsonify(faults.as_json())

    @blueprint.route("/settings", methods=["GET", "POST"])
    def settings() -> Response:
        if request.method == "POST":
            _change_settings(simulation, SettingsChange.model_validate(_body()))
        return jsonify({"webhook_url": simulation.sender.url, "auto_read": simulation.auto_read})

    @blueprint.post("/webhook")
    def post_webhook() -> Response:
        return jsonify({"id": simulation.sender.send(_webhook_body(_body()))})

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


def _body() -> JsonObject:
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else {}


def _add_customer(simulation: Simulation, body: JsonObject) -> Customer:
    new = NewCustomer.model_validate(body)
    phone = "".join(character for character in new.phone or "" if character.isdigit()) or None
    if not phone and not new.model_fields_set & {"phone", "user_id", "username"}:
        phone = identifiers.new_phone()
    user_id = new.user_id if "user_id" in new.model_fields_set else identifiers.new_user_id()
    if not phone and not user_id:
        raise CustomerActionError("a customer needs a phone or a user_id")
    if any(simulation.state.find_customer(address) for address in (phone, user_id) if address):
        raise CustomerActionError("there is a customer with that phone or user_id already")
    auto_read = simulation.auto_read if new.auto_read is None else new.auto_read
    return simulation.state.add_customer(
        new.name, phone=phone, user_id=user_id, username=new.username, auto_read=auto_read
    )


def _action_fields(simulation: Simulation, incoming: Request) -> tuple[JsonObject, Media | None]:
    """The fields of an action, from JSON or from a form with a file."""
    file = incoming.files.get("file")
    if file is None:
        return _body(), None
    filename = file.filename or "file"
    mime_type = inbound.guess_mime_type(filename, file.content_type or "")
    media = simulation.media.add(file.read(), mime_type, filename)
    return {name: value for name, value in incoming.form.items() if value}, media


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
    """The bytes to sign and post: ``payload`` as JSON, or ``body`` as it is for what is no JSON at all."""
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
