"""The application: the page, the API's routes, and what holds for each of them."""

from functools import cache, partial
from typing import Any

import flask

from functions.dashboard_api import page
from functions.dashboard_api.activity import note_act
from functions.dashboard_api.api import Api
from functions.dashboard_api.contact_routes import add_contacts
from functions.dashboard_api.conversation_routes import add_conversations
from functions.dashboard_api.desk import Desk
from functions.dashboard_api.error_answers import handle_errors
from functions.dashboard_api.media_routes import add_media
from functions.dashboard_api.members import StaffList
from functions.dashboard_api.message_routes import add_messages
from functions.dashboard_api.message_search import add_message_search
from functions.dashboard_api.note_routes import add_notes
from functions.dashboard_api.number_routes import add_numbers
from functions.dashboard_api.openapi import describe
from functions.dashboard_api.presence_routes import add_presence
from functions.dashboard_api.privacy_routes import add_privacy
from functions.dashboard_api.profile_routes import add_profile
from functions.dashboard_api.reactions import add_reactions
from functions.dashboard_api.reply_routes import add_replies
from functions.dashboard_api.session import Sessions
from functions.dashboard_api.session_routes import add_session
from functions.dashboard_api.settings_routes import add_settings
from functions.dashboard_api.sign_in import require_this_machine
from functions.dashboard_api.sorting_routes import add_sorting
from functions.dashboard_api.staff_routes import add_staff
from functions.dashboard_api.template_routes import add_templates
from shared.http import Health

# What serves the desk; the order is that of the API's description.
ROOMS = (
    add_conversations,
    add_contacts,
    add_messages,
    add_presence,
    add_message_search,
    add_reactions,
    add_profile,
    add_notes,
    add_templates,
    add_media,
    add_settings,
    add_numbers,
    add_replies,
    add_privacy,
)


def create_app(desk: Desk, sessions: Sessions, staff: StaffList) -> flask.Flask:
    """Return the application that serves the page and the API."""
    app = flask.Flask("dashboard", static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # an attribute of Flask's default provider
    handle_errors(app, sessions)
    _add_page(app, sessions)
    _harden(app)
    api = app.extensions["api"] = Api(app, partial(note_act, desk))
    _guard(app, api, sessions)
    add_session(api, sessions)
    add_staff(api, desk, staff)
    add_sorting(api, desk, staff)
    for add in ROOMS:
        add(api, desk)
    _add_description(api, sessions)

    app.add_url_rule(
        "/health", view_func=Health({"store": desk.store.facts.check, "queue": desk.queue.check}).response
    )
    return app


def _add_description(api: Api, sessions: Sessions) -> None:
    @api.get("/api/openapi.json", role="viewer")
    def openapi() -> dict[str, Any]:
        """Describe the API (OpenAPI 3.1)."""
        return description()

    @cache
    def description() -> dict[str, Any]:
        return describe(api.routes.values(), sessions.cookie_name)


def _guard(app: flask.Flask, api: Api, sessions: Sessions) -> None:
    """Below `/api/`, let in who is signed in, has the role for it and comes from our own page."""

    @app.before_request
    def require_staff() -> None:
        if sessions.mode == "local":
            require_this_machine(flask.request)
        route = api.current()
        if not flask.request.path.startswith("/api/") or (route and route.role is None):
            return
        flask.g.staff = sessions.require(flask.request)
        sessions.require_own_page(flask.request, flask.g.staff)
        if flask.request.routing_exception is None:  # nothing is behind it, as its answer will say
            api.require_role(flask.g.staff.role)


def _harden(app: flask.Flask) -> None:
    @app.after_request
    def harden(response: flask.Response) -> flask.Response:
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        response.headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        response.headers.setdefault("Cache-Control", "no-store")
        return page.compress_json(response)


def _add_page(app: flask.Flask, sessions: Sessions) -> None:
    @app.get("/")
    def index() -> flask.Response:
        return page.page_response(with_google=sessions.mode == "google")

    app.add_url_rule("/assets/<path:path>", view_func=page.asset_response)

    @app.get("/dashboard")
    def dashboard() -> flask.typing.ResponseReturnValue:
        return flask.redirect("/")
