"""The Graph API as the product sees it."""

import json
import secrets
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, g, jsonify, request, url_for
from werkzeug.routing import BaseConverter

from local.phone_simulator import business
from local.phone_simulator.connection_reset import reset_response
from local.phone_simulator.fault_book import Endpoint, GraphFault
from local.phone_simulator.graph_errors import GraphError, unknown_object
from local.phone_simulator.outbound import parse_message, parse_read_receipt
from local.phone_simulator.simulation import Simulation
from local.phone_simulator.uploads import check_upload

DEFAULT_PAGE_SIZE = 25

JsonObject = dict[str, Any]
Action = Callable[[GraphFault | None], Response]


class VersionConverter(BaseConverter):
    """The first part of a Graph API path, like `v25.0`."""

    regex = r"v\d{1,3}\.\d"


def graph_blueprint(simulation: Simulation) -> Blueprint:
    """Return the routes of the Graph API."""
    blueprint = Blueprint("graph", __name__)

    @blueprint.post("/<version:_version>/<number_id>/messages")
    def messages(_version: str, number_id: str) -> Response:
        return _perform(simulation, _message_endpoint(), lambda fault: _post_message(simulation, number_id, fault))

    @blueprint.post("/<version:_version>/<number_id>/media")
    def upload(_version: str, number_id: str) -> Response:
        return _perform(simulation, "upload", lambda _fault: _upload(simulation, number_id))

    @blueprint.get("/whatsapp_business/attachments/")
    def download() -> Response:
        return _perform(simulation, "download", lambda _fault: _download(simulation))

    @blueprint.get("/<version:_version>/<account_id>/message_templates")
    def message_templates(_version: str, account_id: str) -> Response:
        return _perform(simulation, "other", lambda _fault: _templates(simulation, account_id))

    @blueprint.post("/<account_id>/subscribed_apps", defaults={"_version": ""})
    @blueprint.post("/<version:_version>/<account_id>/subscribed_apps")
    def subscribe(_version: str, account_id: str) -> Response:
        return _perform(simulation, "other", lambda _fault: _subscribe(simulation, account_id))

    @blueprint.get("/<version:_version>/<object_id>")
    def read_object(_version: str, object_id: str) -> Response:
        endpoint: Endpoint = "media_info" if simulation.media.get(object_id) else "other"
        return _perform(simulation, endpoint, lambda _fault: _read_object(simulation, object_id))

    @blueprint.delete("/<version:_version>/<object_id>")
    def delete_object(_version: str, object_id: str) -> Response:
        return _perform(simulation, "media_info", lambda _fault: _delete_media(simulation, object_id))

    @blueprint.errorhandler(GraphError)
    def refuse(error: GraphError) -> Response:
        response = jsonify(error.body())
        response.status_code = error.status
        if error.retry_after is not None:
            response.headers["Retry-After"] = str(error.retry_after)
        return response

    @blueprint.after_request
    def note_call(response: Response) -> Response:
        simulation.calls.append(
            {
                "sequence": len(simulation.calls) + 1,
                "time": time.time(),
                "method": request.method,
                "path": request.path,
                "endpoint": g.get("endpoint"),
                "fault": g.get("fault"),
                "http_status": response.status_code,
            }
        )
        return response

    return blueprint


def _perform(simulation: Simulation, endpoint: Endpoint, action: Action) -> Response:
    """Check the token, then act, with the fault of this call before or after."""
    _check_token(simulation)
    fault = simulation.faults.take(endpoint)
    g.endpoint = endpoint
    if fault is None:
        return action(None)
    g.fault = fault.fault
    if error := fault.error():
        raise error
    if fault.fault == "reset":
        return reset_response()
    if fault.fault == "504":
        return _gateway_timeout()
    if fault.fault in ("hang", "latency"):
        simulation.stopping.wait(fault.wait_seconds)
    if fault.fault == "hang":
        raise GraphError(2)
    return _spoil(simulation, fault, action(fault))


def _spoil(simulation: Simulation, fault: GraphFault, response: Response) -> Response:
    """Do to a good answer what the fault says."""
    if fault.fault == "accepted_then_hang":
        simulation.stopping.wait(fault.wait_seconds)
    if fault.fault == "accepted_then_reset":
        return reset_response()
    if fault.fault == "accepted_then_504":
        return _gateway_timeout()
    if fault.fault == "truncated_json":
        response.set_data(response.get_data()[: max(1, len(response.get_data()) // 2)])
    if fault.fault == "corrupted":
        response.set_data(bytes(byte ^ 1 for byte in response.get_data()))
    if fault.fault == "larger_than_declared":
        response.set_data(response.get_data() + bytes(fault.extra_bytes))
    return response


def _gateway_timeout() -> Response:
    """Answer as what stands before the Graph API does: without an error of Meta's."""
    page = "<html><head><title>504 Gateway Time-out</title></head><body><h1>504 Gateway Time-out</h1></body></html>"
    return Response(page, status=504, mimetype="text/html")


def _check_token(simulation: Simulation) -> None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() not in ("bearer", "oauth") or not token.strip():
        raise GraphError(190, message="An access token is required to request this resource.")
    expected = simulation.settings.access_token
    if expected and not secrets.compare_digest(token.strip().encode(), expected.encode()):
        raise GraphError(190, message="Invalid OAuth access token - Cannot parse access token")


def _check_object(object_id: str, *known: str) -> None:
    if object_id not in known:
        raise unknown_object(object_id, request.method)


def _message_endpoint() -> Endpoint:
    body = request.get_json(force=True, silent=True)
    return "read" if isinstance(body, dict) and "status" in body else "messages"


def _json_body() -> JsonObject:
    try:
        body = json.loads(request.get_data())
    except ValueError:
        raise GraphError(100, message="(#100) The body is not valid JSON") from None
    if not isinstance(body, dict):
        raise GraphError(100, message="(#100) The body is not a JSON object")
    return body


def _post_message(simulation: Simulation, number_id: str, fault: GraphFault | None) -> Response:
    _check_object(number_id, simulation.settings.phone_number_id)
    body = _json_body()
    if "status" in body:
        return jsonify(business.accept_read_receipt(simulation, parse_read_receipt(body)))
    message = parse_message(body)
    return jsonify(business.accept_message(simulation, message, body, fault.fault if fault else None))


def _upload(simulation: Simulation, number_id: str) -> Response:
    _check_object(number_id, simulation.settings.phone_number_id)
    if request.form.get("messaging_product") != "whatsapp":
        raise GraphError(100, message="(#100) The parameter messaging_product is required.")
    file = request.files.get("file")
    if file is None:
        raise GraphError(100, message="(#100) The parameter file is required.")
    content, mime_type = file.read(), request.form.get("type") or file.mimetype
    check_upload(content, mime_type)
    media = simulation.media.add(content, mime_type, file.filename or "file")
    return jsonify({"id": media.id})


def _download(simulation: Simulation) -> Response:
    wanted = request.args
    media = simulation.media.open_url(wanted.get("mid", ""), wanted.get("ext", "0"), wanted.get("hash", ""))
    if media is None:
        raise GraphError(100, message="URL signature expired", status=404)
    return Response(media.content, mimetype=media.mime_type)


def _read_object(simulation: Simulation, object_id: str) -> Response:
    settings = simulation.settings
    if object_id == settings.phone_number_id:
        number = {
            "verified_name": settings.business_name,
            "display_phone_number": f"+{settings.display_phone_number}",
            "quality_rating": "GREEN",
            "platform_type": "CLOUD_API",
            "code_verification_status": "VERIFIED",
            "id": object_id,
        }
        return jsonify(number)
    media = simulation.media.get(object_id)
    if media is None:
        raise unknown_object(object_id, request.method)
    query = urlencode(simulation.media.query(media.id))
    return jsonify(
        {
            "messaging_product": "whatsapp",
            "url": f"{url_for('graph.download', _external=True)}?{query}",
            "mime_type": media.mime_type,
            "sha256": media.sha256,
            "file_size": len(media.content),
            "id": media.id,
        }
    )


def _delete_media(simulation: Simulation, object_id: str) -> Response:
    if not simulation.media.delete(object_id):
        raise unknown_object(object_id, request.method)
    return jsonify({"success": True})


def _subscribe(simulation: Simulation, account_id: str) -> Response:
    _check_object(account_id, simulation.settings.account_id)
    return jsonify({"success": True})


def _templates(simulation: Simulation, account_id: str) -> Response:
    """Return a page of templates; cursors are positions."""
    _check_object(account_id, simulation.settings.account_id)
    filters = {name: request.args[name] for name in ("name", "language", "status") if name in request.args}
    found = [item for item in simulation.templates if all(item[name] == wanted for name, wanted in filters.items())]
    limit = max(1, request.args.get("limit", DEFAULT_PAGE_SIZE, type=int))
    start = request.args.get("after", 0, type=int)
    page = found[start : start + limit]
    answer: JsonObject = {"data": page}
    if page:
        end = start + len(page)
        answer["paging"] = {"cursors": {"before": str(start), "after": str(end)}}
        if end < len(found):
            query = urlencode({**request.args, "after": end})
            answer["paging"]["next"] = f"{request.base_url}?{query}"
    return jsonify(answer)
