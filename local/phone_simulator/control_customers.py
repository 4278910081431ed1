"""The customers' side of the control API: who they are, what they do, what their phones show."""

import io
from typing import Any

from flask import Blueprint, Request, Response, jsonify, request, send_file
from pydantic import BaseModel, ConfigDict, Field

from local.phone_simulator import customers, made_up
from local.phone_simulator.actions import CustomerAction, CustomerActionError
from local.phone_simulator.control_views import customer_view, message_view
from local.phone_simulator.records import Customer, UnknownMessageError
from local.phone_simulator.simulation import Simulation
from local.phone_simulator.uploads import Media

JsonObject = dict[str, Any]


class NewCustomer(BaseModel):
    """Without `phone` a number is made up, unless a user id or user name is given or `phone` is null."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(default_factory=made_up.new_name, min_length=1)
    phone: str | None = None
    user_id: str | None = Field(None, pattern=r"^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$")
    username: str | bool | None = Field(None, description="true makes one up")
    auto_read: bool | None = None


class CustomerChange(BaseModel):
    """`last_message_at` in epoch seconds moves the 24-hour window; null closes it.

    A customer who `hides_number` still has it, but webhooks name only the user id and the user name.
    """

    model_config = ConfigDict(extra="forbid")

    name: str = ""
    username: str | None = None
    hides_number: bool = False
    auto_read: bool = False
    last_message_at: float | None = None


def add_customer_routes(blueprint: Blueprint, simulation: Simulation) -> None:
    """Return the routes under `/customers` and `/media`."""
    state = simulation.state

    @blueprint.post("/customers")
    def add_customer() -> tuple[Response, int]:
        return jsonify(customer_view(_add_customer(simulation, json_body()))), 201

    @blueprint.get("/customers")
    def list_customers() -> Response:
        found = [customer_view(item) | {"open": state.is_open(item.id)} for item in state.customers()]
        return jsonify({"customers": found})

    @blueprint.patch("/customers/<customer_id>")
    def change_customer(customer_id: str) -> Response:
        changes = CustomerChange.model_validate(json_body()).model_dump(exclude_unset=True)
        if changes.get("hides_number") and not state.customer(customer_id).user_id:
            raise CustomerActionError("a customer who hides the number needs a user_id")
        return jsonify(customer_view(state.update_customer(customer_id, **changes)))

    @blueprint.get("/customers/<customer_id>/messages")
    def chat(customer_id: str) -> Response:
        found = [message_view(item, simulation.media) for item in state.messages(customer_id)]
        return jsonify({"messages": found, "typing": customer_id in state.typing()})

    @blueprint.post("/customers/<customer_id>/messages")
    def act(customer_id: str) -> tuple[Response, int]:
        fields, upload = _action_fields(simulation, request)
        action = CustomerAction.model_validate(fields)
        message_id, payload = customers.perform(simulation, customer_id, action, upload)
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


def json_body() -> JsonObject:
    """Return the request's JSON object; empty when there is none."""
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else {}


def _add_customer(simulation: Simulation, body: JsonObject) -> Customer:
    new = NewCustomer.model_validate(body)
    phone = "".join(character for character in new.phone or "" if character.isdigit()) or None
    if not phone and not new.model_fields_set & {"phone", "user_id", "username"}:
        phone = made_up.new_phone()
    user_id = new.user_id if "user_id" in new.model_fields_set else made_up.new_user_id()
    if not phone and not user_id:
        raise CustomerActionError("a customer needs a phone or a user_id")
    if any(simulation.state.find_customer(address) for address in (phone, user_id) if address):
        raise CustomerActionError("there is a customer with that phone or user_id already")
    auto_read = simulation.auto_read if new.auto_read is None else new.auto_read
    username = made_up.new_username(new.name) if new.username is True else new.username or None
    return simulation.state.add_customer(
        new.name, phone=phone, user_id=user_id, username=username, auto_read=auto_read
    )


def _action_fields(simulation: Simulation, incoming: Request) -> tuple[JsonObject, Media | None]:
    """Return the fields of an action, from JSON or from a form with a file."""
    file = incoming.files.get("file")
    if file is None:
        return json_body(), None
    filename = file.filename or "file"
    mime_type = customers.guess_mime_type(filename, file.content_type or "")
    media = simulation.media.add(file.read(), mime_type, filename)
    return {name: value for name, value in incoming.form.items() if value}, media
