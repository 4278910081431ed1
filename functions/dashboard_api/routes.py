"""The dashboard's routes: HTTP in, one call, HTTP out."""

import flask
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from functions.dashboard_api import actions, page
from functions.dashboard_api.bodies import (
    MAX_ID_CHARACTERS,
    EmptyBody,
    LoginBody,
    LogoutBody,
    PauseBody,
    ProfileBody,
    ReadBody,
    TemplateBody,
    TextBody,
    read_json,
)
from functions.dashboard_api.business_routes import add_business
from functions.dashboard_api.contact_views import ConversationView, conversation_view
from functions.dashboard_api.desk import Desk
from functions.dashboard_api.lists import (
    Changes,
    ConversationsPage,
    MessagesPage,
    list_conversations,
    list_messages,
    sync,
)
from functions.dashboard_api.media_files import fetch_again, file_response
from functions.dashboard_api.members import MemberView, StaffList, member_view
from functions.dashboard_api.message_views import message_view
from functions.dashboard_api.outbox import Draft, queue_message, queue_template
from functions.dashboard_api.profile import ProfileView, edit_profile, read_profile
from functions.dashboard_api.session import FORM_TYPE, Me, Sessions, require_owner
from functions.dashboard_api.templates import TemplatesView, list_templates
from functions.dashboard_api.uploads import queue_file
from shared.errors import (
    AssistantError,
    BadRequestError,
    GoneError,
    InvalidError,
    MethodNotAllowedError,
    NotFoundError,
    StoreBusyError,
    StoreError,
    StoreUnavailableError,
    UnauthenticatedError,
)
from shared.http import error_response, health_response
from shared.log import logger
from shared.model.email_address import normal_email


def create_app(desk: Desk, sessions: Sessions, staff: StaffList) -> flask.Flask:
    """Return the application that serves the page and the API."""
    app = flask.Flask("dashboard", static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # an attribute of Flask's default provider
    _handle_errors(app, sessions)
    _add_page(app, sessions)
    _add_session(app, sessions)
    _add_staff(app, staff)
    _add_reading(app, desk)
    _add_writing(app, desk)
    _add_files(app, desk)
    add_business(app, desk)

    @app.get("/health")
    def health() -> flask.Response:
        return health_response({"store": desk.store.facts.check, "queue": desk.queue.check})

    @app.before_request
    def require_session() -> None:
        if flask.request.path.startswith("/api/") and flask.request.path != "/api/login":
            flask.g.staff = sessions.require(flask.request)
            sessions.require_own_page(flask.request, flask.g.staff)

    @app.after_request
    def harden(response: flask.Response) -> flask.Response:
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        response.headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        response.headers.setdefault("Cache-Control", "no-store")
        return page.compress_json(response)

    return app


def _handle_errors(app: flask.Flask, sessions: Sessions) -> None:
    @app.errorhandler(AssistantError)
    def expected(error: AssistantError) -> flask.Response:
        response = error_response(error)
        if isinstance(error, UnauthenticatedError):
            body = response.get_json()
            response.set_data(flask.json.dumps({**body, "sign_in": sessions.sign_in_options()}))
        return response

    @app.errorhandler(GoneError)
    def gone(error: GoneError) -> flask.Response:
        return error_response(NotFoundError(error.message))

    @app.errorhandler(StoreBusyError)
    @app.errorhandler(StoreUnavailableError)
    def unavailable(error: StoreError) -> flask.Response:
        logger.exception("store", code=error.code)
        response = error_response(error)
        response.status_code = 503
        return response

    @app.errorhandler(HTTPException)
    def routing(error: HTTPException) -> flask.Response:
        if isinstance(error, MethodNotAllowed):
            return error_response(MethodNotAllowedError(error.valid_methods or ()))
        wrapped = NotFoundError("there is nothing here") if error.code == 404 else BadRequestError(error.name)
        response = error_response(wrapped)
        response.status_code = error.code or 500
        return response

    @app.errorhandler(Exception)
    def unexpected(_error: Exception) -> flask.Response:
        logger.exception("request_failed", path=flask.request.url_rule and flask.request.url_rule.rule)
        return error_response(AssistantError("internal error"))


def _add_page(app: flask.Flask, sessions: Sessions) -> None:
    @app.get("/")
    def index() -> flask.Response:
        return page.page_response(with_google=sessions.mode == "google")

    app.add_url_rule("/assets/<path:path>", view_func=page.asset_response)

    @app.get("/dashboard")
    def dashboard() -> flask.typing.ResponseReturnValue:
        return flask.redirect("/")


def _add_session(app: flask.Flask, sessions: Sessions) -> None:
    @app.post("/api/login")
    def login() -> flask.Response:
        staff = sessions.sign_in(flask.request, read_json(flask.request, LoginBody))
        response = flask.jsonify(sessions.me(staff))
        sessions.set_cookie(response, staff)
        return response

    @app.post("/api/logout")
    def logout() -> flask.Response:
        if read_json(flask.request, LogoutBody).everywhere:
            sessions.end_everywhere(flask.g.staff)
        response = flask.Response(status=204)
        sessions.clear_cookie(response)
        return response

    @app.get("/api/me")
    def me() -> Me:
        return sessions.me(flask.g.staff)


def _add_staff(app: flask.Flask, staff: StaffList) -> None:
    @app.get("/api/staff")
    def members() -> dict[str, list[MemberView]]:
        return {"staff": [member_view(member) for member in staff.members()]}

    @app.put("/api/staff/<email>")
    def add(email: str) -> MemberView:
        require_owner(flask.g.staff, "change who is on the list")
        read_json(flask.request, EmptyBody)
        address = normal_email(email)
        if address is None:
            raise InvalidError("Some fields are not valid", {"email": "is not an e-mail address"})
        return member_view(staff.add(address.lower(), flask.g.staff.email))

    @app.delete("/api/staff/<email>")
    def remove(email: str) -> flask.Response:
        require_owner(flask.g.staff, "change who is on the list")
        staff.remove(email.strip().lower())
        return flask.Response(status=204)


def _add_reading(app: flask.Flask, desk: Desk) -> None:
    @app.get("/api/conversations")
    def conversations() -> ConversationsPage:
        arguments = flask.request.args
        return list_conversations(
            desk, arguments.get("filter", "all"), arguments.get("q", ""), arguments.get("cursor", "")
        )

    @app.get("/api/conversations/<contact_id>/messages")
    def messages(contact_id: str) -> MessagesPage:
        return list_messages(desk, contact_id, flask.request.args.get("before", ""))

    @app.get("/api/sync")
    def changes() -> Changes:
        arguments = flask.request.args
        return sync(desk, arguments.get("since", ""), arguments.get("conversation", ""))

    @app.get("/api/profile/<contact_id>")
    def profile(contact_id: str) -> ProfileView:
        return read_profile(desk, contact_id)

    @app.get("/api/templates")
    def templates() -> TemplatesView:
        return list_templates(desk.templates)


def _add_writing(app: flask.Flask, desk: Desk) -> None:
    @app.patch("/api/profile/<contact_id>")
    def change_profile(contact_id: str) -> ProfileView:
        return edit_profile(desk, contact_id, read_json(flask.request, ProfileBody), flask.g.staff.email)

    @app.put("/api/conversations/<contact_id>/messages/<client_message_id>")
    def write(contact_id: str, client_message_id: str) -> flask.typing.ResponseReturnValue:
        if len(client_message_id) > MAX_ID_CHARACTERS:
            raise BadRequestError(f"the message id has more than {MAX_ID_CHARACTERS} characters")
        author = flask.g.staff.email
        if flask.request.mimetype == FORM_TYPE:
            message = queue_file(desk, contact_id, client_message_id, flask.request, author)
        else:
            text = read_json(flask.request, TextBody).text
            message = queue_message(desk, contact_id, Draft(client_message_id, author, text))
        return message_view(message), 201

    @app.post("/api/conversations/<contact_id>/template")
    def send_template(contact_id: str) -> flask.typing.ResponseReturnValue:
        body = read_json(flask.request, TemplateBody)
        return message_view(queue_template(desk, contact_id, body, flask.g.staff.email)), 201

    @app.post("/api/conversations/<contact_id>/read")
    def read(contact_id: str) -> ConversationView:
        dismiss = read_json(flask.request, ReadBody).dismiss
        return conversation_view(actions.mark_read(desk, contact_id, dismiss=dismiss), desk.now())

    @app.post("/api/conversations/<contact_id>/pause")
    def pause(contact_id: str) -> ConversationView:
        contact = actions.pause(desk, contact_id, read_json(flask.request, PauseBody))
        logger.info("staff_action", action="pause", contact=contact_id)
        return conversation_view(contact, desk.now())

    @app.post("/api/conversations/<contact_id>/<any(resume,block,unblock,reset):action>")
    def act(contact_id: str, action: str) -> ConversationView:
        read_json(flask.request, EmptyBody)
        contact = actions.change_contact(desk, contact_id, actions.ACTIONS[action])
        logger.info("staff_action", action=action, contact=contact_id)
        return conversation_view(contact, desk.now())


def _add_files(app: flask.Flask, desk: Desk) -> None:
    @app.get("/api/media/<message_id>")
    def media(message_id: str) -> flask.Response:
        return file_response(desk, message_id, flask.request)

    @app.post("/api/media/<message_id>/retry")
    def retry(message_id: str) -> flask.typing.ResponseReturnValue:
        read_json(flask.request, EmptyBody)
        return message_view(fetch_again(desk, message_id)), 202
