"""The dashboard_api function: the staff's page and its API."""

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
from shared.once import once
from shared.settings import DashboardSettings, load

log.configure("dashboard_api")


@functions_framework.http
def dashboard_api(request: flask.Request) -> flask.typing.ResponseReturnValue:
    """Hand the request to the dashboard's own routes."""
    try:
        app = _app()
    except SettingsError as error:
        return settings_response(error)
    return Response.from_app(app.wsgi_app, request.environ)


@once
def _app() -> flask.Flask:
    settings = load(DashboardSettings)
    desk = open_desk(settings)
    staff = StaffList(desk.store.members, settings.owners, open_to_all=settings.auth_mode == "local")
    return create_app(desk, Sessions(settings, staff), staff)
