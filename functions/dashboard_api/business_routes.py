"""The routes of the business's settings; every member of staff may read and try them, owners may change them."""

import flask

from functions.dashboard_api.bodies import PreviewBody, RestoreBody, read_json, read_object
from functions.dashboard_api.business import (
    SettingsView,
    VersionsView,
    current_settings,
    list_versions,
    restore_settings,
    save_settings,
    settings_of_version,
)
from functions.dashboard_api.desk import Desk
from functions.dashboard_api.preview import PreviewView, try_assistant
from functions.dashboard_api.session import require_owner


def add_business(app: flask.Flask, desk: Desk) -> None:
    """Add the routes below `/api/settings`."""

    @app.get("/api/settings")
    def settings() -> SettingsView:
        return current_settings(desk)

    @app.put("/api/settings")
    def save() -> SettingsView:
        require_owner(flask.g.staff, "change the settings")
        return save_settings(desk, read_object(flask.request), flask.g.staff.email)

    @app.get("/api/settings/versions")
    def versions() -> VersionsView:
        return list_versions(desk)

    @app.get("/api/settings/versions/<int:number>")
    def version(number: int) -> SettingsView:
        return settings_of_version(desk, number)

    @app.post("/api/settings/restore")
    def restore() -> SettingsView:
        require_owner(flask.g.staff, "change the settings")
        body = read_json(flask.request, RestoreBody)
        return restore_settings(desk, body.version, body.seen, flask.g.staff.email)

    @app.post("/api/settings/preview")
    def preview() -> PreviewView:
        return try_assistant(desk, read_json(flask.request, PreviewBody))
