"""The dashboard_api function: the staff's page and its API."""

import threading

import flask
import functions_framework
from werkzeug.wrappers import Response

from functions.dashboard_api.desk import open_desk
from functions.dashboard_api.members import StaffList
from functions.dashboard_api.routes import create_app
from functions.dashboard_api.session import Sessions
from shared import log
from shared.errors import SettingsError
from shared.http import settings_response
from shared.settings import DashboardSettings, load
from shared.store.store import open_client

log.configure("dashboard_api")
_lock = threading.Lock()
_apps: dict[str, flask.Flask] = {}


@functions_framework.http
def dashboard_api(request: flask.Request) -> flask.typing.ResponseReturnValue:
    """Hand the request to the dashboard's own routes."""
    try:
        app = _app()
    except SettingsError as error:
        return settings_response(error)
    return Response.from_app(app.wsgi_app, request.environ)


def _app() -> flask.Flask:
    """Build the application on the first request: nothing may connect before the server has forked."""
    settings = load(DashboardSettings)
    with _lock:
        if "app" not in _apps:
            staff = StaffList(open_client(settings), settings.owners, open_to_all=settings.auth_mode == "local")
            _apps["app"] = create_app(open_desk(settings), Sessions(settings, staff), staff)
        return _apps["app"]
