"""The dashboard API over a FakeDashboard, for tests of the page: the product's routes, checks and policy."""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.serving import WSGIRequestHandler, make_server

from functions.dashboard_api.page import asset_response, page_response
from tests.browser.fake_dashboard import FakeDashboard, Record
from tests.browser.fake_dashboard_messages import add_message_routes

PAGE_SIZE = 20


class QuietHandler(WSGIRequestHandler):
    """Logs no request: a page that polls would bury what a failed test has to say."""

    protocol_version = "HTTP/1.1"  # connections are kept, as on the real server

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Does nothing."""


@contextmanager
def serving(dashboard: FakeDashboard) -> Iterator[FakeDashboard]:
    """Serves a dashboard on a free port of the loopback interface."""
    server = make_server("127.0.0.1", 0, create_app(dashboard), threaded=True, request_handler=QuietHandler)
    dashboard.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield dashboard
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def create_app(dashboard: FakeDashboard) -> Flask:
    """The fake as a Flask application."""
    app = Flask(__name__, static_folder=None)

    @app.before_request
    def check_request() -> Any:
        dashboard.requests.append(f"{request.method} {request.path}")
        for refusal in dashboard.refusals:
            method, path_part, status, code = refusal
            if request.method == method and path_part in request.path:
                dashboard.refusals.remove(refusal)
                return error(status, code)
        is_open = not request.path.startswith("/api/") or request.path == "/api/login"
        signed_in = dashboard.session is not None and request.cookies.get("session") == dashboard.session
        if not is_open and not signed_in:
            return error(401, "unauthenticated", sign_in={"mode": dashboard.mode, "client_id": "client"})
        if request.method in {"POST", "PUT", "PATCH", "DELETE"}:
            return check_change(dashboard)
        return None

    @app.after_request
    def harden(response: Response) -> Response:
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    add_page_routes(app, dashboard)
    add_session_routes(app, dashboard)
    add_staff_routes(app, dashboard)
    add_conversation_routes(app, dashboard)
    add_message_routes(app, dashboard, error)
    add_profile_routes(app, dashboard)
    return app


def check_change(dashboard: FakeDashboard) -> Any:
    is_upload = request.method == "PUT" and request.mimetype == "multipart/form-data"
    if not request.is_json and not is_upload:
        return error(415, "not_json")
    if request.path != "/api/login" and request.headers.get("X-CSRF-Token") != dashboard.csrf_token:
        return error(403, "csrf")
    return None


def error(status: int, code: str, *, fields: Record | None = None, **rest: Any) -> tuple[Response, int]:
    """An error in the API's one shape."""
    body: Record = {"code": code, "message": f"refused: {code}"} | ({"fields": fields} if fields else {})
    return jsonify(error=body, **rest), status


def add_page_routes(app: Flask, dashboard: FakeDashboard) -> None:
    """The product's own page, under its own policy."""

    @app.get("/")
    def page() -> Response:
        return page_response(with_google=dashboard.mode == "google")

    app.add_url_rule("/assets/<path:path>", view_func=asset_response)


def add_session_routes(app: Flask, dashboard: FakeDashboard) -> None:
    def me() -> Record:
        return {
            "email": "giulia@example.com",
            "name": "Giulia",
            "mode": dashboard.mode,
            "role": dashboard.role,
            "csrf_token": dashboard.csrf_token,
        }

    @app.get("/api/me")
    def who() -> Record:
        return me()

    @app.post("/api/login")
    def login() -> Response:
        dashboard.session = secrets.token_urlsafe(8)
        response = jsonify(me())
        response.set_cookie("session", dashboard.session, httponly=True, samesite="Lax")
        return response

    @app.post("/api/logout")
    def logout() -> tuple[str, int]:
        dashboard.sign_outs.append(request.get_json()["everywhere"])
        dashboard.session = None
        return "", 204


def add_staff_routes(app: Flask, dashboard: FakeDashboard) -> None:
    @app.get("/api/staff")
    def staff() -> Record:
        return {"staff": [{"email": email, "role": role} for email, role in sorted(dashboard.staff.items())]}

    @app.put("/api/staff/<email>")
    def add(email: str) -> Any:
        if dashboard.role != "owner":
            return error(403, "forbidden")
        if "@" not in email:
            return error(422, "invalid", fields={"email": "is not an e-mail address"})
        return {"email": email, "role": dashboard.staff.setdefault(email, "staff")}

    @app.delete("/api/staff/<email>")
    def remove(email: str) -> Any:
        if dashboard.role != "owner" or dashboard.staff.get(email) == "owner":
            return error(403, "forbidden")
        del dashboard.staff[email]
        return "", 204


def add_conversation_routes(app: Flask, dashboard: FakeDashboard) -> None:
    @app.get("/api/conversations")
    def conversations() -> Record:
        chosen = [item for item in list(dashboard.conversations.values()) if matches(item)]
        chosen.sort(key=activity, reverse=True)
        start = int(request.args.get("cursor", 0))
        end = start + PAGE_SIZE
        return {
            "conversations": chosen[start:end],
            "next_cursor": str(end) if end < len(chosen) else None,
            "sync": dashboard.now(),
            "notices": dashboard.notices,
        }

    @app.get("/api/conversations/<conversation_id>/messages")
    def messages(conversation_id: str) -> Any:
        if conversation_id not in dashboard.conversations:
            return error(404, "not_found")
        before = request.args.get("before", "9999")
        own = [item for item in list(dashboard.messages.values()) if item["conversation_id"] == conversation_id]
        older = sorted((item for item in own if item["at"] < before), key=lambda item: item["at"])
        page = older[-PAGE_SIZE:]
        return {"messages": page, "before": page[0]["at"] if len(older) > PAGE_SIZE else None}

    @app.get("/api/sync")
    def sync() -> Record:
        since, conversation_id = request.args["since"], request.args.get("conversation")
        own = [item for item in list(dashboard.messages.values()) if item["conversation_id"] == conversation_id]
        return {
            "conversations": [
                item for item in list(dashboard.conversations.values()) if item["updated_at"] >= since
            ],
            "messages": [item for item in own if item["updated_at"] >= since],
            "sync": dashboard.now(),
            "notices": dashboard.notices,
        }

    @app.post("/api/conversations/<conversation_id>/<action>")
    def act(conversation_id: str, action: str) -> Record:
        changes: dict[str, Record] = {
            "pause": {"paused": True},
            "resume": {"paused": False},
            "read": {"unread": 0},
            "reset": {},
            "block": {"blocked": True},
            "unblock": {"blocked": False},
        }
        return dashboard.change_conversation(conversation_id, **changes[action])


def matches(conversation: Record) -> bool:
    wanted = request.args.get("filter", "all")
    query = request.args.get("q", "").lower()
    in_filter = {
        "all": True,
        "unread": conversation["unread"] > 0,
        "attention": conversation["attention"] is not None,
        "paused": conversation["paused"],
    }[wanted]
    return in_filter and query in f"{conversation['name']} {conversation['phone']}".lower()


def activity(conversation: Record) -> str:
    last = conversation["last_message"]
    return str(last["at"] if last else conversation["created_at"])


def add_profile_routes(app: Flask, dashboard: FakeDashboard) -> None:
    @app.get("/api/profile/<conversation_id>")
    def profile(conversation_id: str) -> Any:
        if conversation_id not in dashboard.profiles:
            return error(404, "not_found")
        return dashboard.profile(conversation_id)

    @app.patch("/api/profile/<conversation_id>")
    def change_profile(conversation_id: str) -> Any:
        changes = request.get_json()
        if changes.get("email") and "@" not in changes["email"]:
            return error(422, "invalid", fields={"email": "is not an e-mail address"})
        kept = dashboard.profiles[conversation_id]
        kept["notes"] = changes.pop("notes", kept["notes"])
        kept["fields"] |= {name: (value, "staff" if value else None) for name, value in changes.items()}
        names = [kept["fields"][name][0] for name in ("first_name", "last_name")]
        name = " ".join(filter(None, names)) or kept["whatsapp_name"]
        dashboard.change_conversation(conversation_id, name=name)
        return dashboard.profile(conversation_id)
