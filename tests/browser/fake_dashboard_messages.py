"""The fake dashboard API's messages: texts, files and templates that staff send, and customers' files."""

import io
from typing import Any

from flask import Flask, Response, request, send_file

from tests.browser.fake_dashboard import FakeDashboard, Record

IMAGES = {"image/jpeg", "image/png"}
AUDIOS = {"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}
DAMAGED = b"damaged"  # a file that begins so is not what its type says
MAX_BYTES = {"image": 5 * 1024 * 1024, "audio": 16 * 1024 * 1024, "document": 20 * 1024 * 1024}
STAFF: Record = {"direction": "out", "author": "staff", "author_name": "Giulia", "status": "queued"}


def add_message_routes(app: Flask, dashboard: FakeDashboard, error: Any) -> None:
    """The routes; `error(status, code, fields=…)` makes an error's answer."""

    @app.put("/api/conversations/<conversation_id>/messages/<client_message_id>")
    def send(conversation_id: str, client_message_id: str) -> Any:
        if client_message_id in dashboard.messages:
            return dashboard.messages[client_message_id]
        refusal = dashboard.refusal(conversation_id)
        if refusal:
            return error(409, refusal)
        if request.is_json:
            text = request.get_json()["text"]
            return dashboard.add_message(conversation_id, text, client_message_id=client_message_id, **STAFF), 201
        return send_upload(conversation_id, client_message_id)

    def send_upload(conversation_id: str, client_message_id: str) -> Any:
        upload = request.files["file"]
        content, mime_type = upload.read(), upload.mimetype
        if content.startswith(DAMAGED):
            return error(422, "invalid", fields={"file": "is not what its type says"})
        kind = "image" if mime_type in IMAGES else "audio" if mime_type in AUDIOS else "document"
        if len(content) > MAX_BYTES[kind]:
            return error(413, "too_large")
        media = dashboard.store_media(client_message_id, mime_type, content, filename=upload.filename)
        message = dashboard.add_message(
            conversation_id,
            request.form.get("text", ""),
            kind=kind,
            media=media,
            client_message_id=client_message_id,
            **STAFF,
        )
        return message, 201

    @app.get("/api/media/<message_id>")
    def media(message_id: str) -> Any:
        if message_id not in dashboard.media:
            return error(404, "not_found")
        mime_type, content = dashboard.media[message_id]
        response: Response = send_file(io.BytesIO(content), mimetype=mime_type, conditional=True)
        return response

    @app.post("/api/media/<message_id>/retry")
    def retry(message_id: str) -> Any:
        dashboard.change_media(message_id, state="waiting", error=None)
        return dashboard.messages[message_id], 202

    @app.get("/api/templates")
    def templates() -> Record:
        hint = {"hint": "Set WHATSAPP_ACCOUNT_ID"} if dashboard.templates is None else {}
        return {"templates": dashboard.templates or []} | hint

    @app.post("/api/conversations/<conversation_id>/template")
    def send_template(conversation_id: str) -> Any:
        body = request.get_json()
        if dashboard.conversations[conversation_id]["opted_out"]:
            return error(409, "opted_out")
        chosen = [item for item in dashboard.templates or [] if item["name"] == body["name"]]
        if not chosen:
            return error(404, "not_found")
        text = chosen[0]["body"]
        values = body["parameters"].get("body", [])
        named = dict(enumerate(values, start=1)) if isinstance(values, list) else values
        refused = [f"body.{name}" for name, value in named.items() if "    " in value]
        if refused:
            return error(422, "invalid", fields=dict.fromkeys(refused, "has more than four blanks in a row"))
        dashboard.template_sends.append(body)
        for name, value in named.items():
            text = text.replace("{{" + str(name) + "}}", value)
        client_message_id = body["client_message_id"]
        sent = {"kind": "template", "template": body["name"], "client_message_id": client_message_id}
        sent["choices"] = chosen[0]["buttons"]
        return dashboard.add_message(conversation_id, text, **sent, **STAFF), 201
