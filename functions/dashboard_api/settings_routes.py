"""The routes of the business's settings; every member of staff may read and agents try them, owners change them."""

import flask

from functions.dashboard_api.api import Answer, Api
from functions.dashboard_api.bodies import PreviewBody, RestoreBody, SettingsBody, SettingsDocument
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
from shared.errors import ConflictError, NotFoundError, RemoteError, TimedOutError

SETTINGS = [Answer(200, shape=SettingsDocument)]


def add_settings(api: Api, desk: Desk) -> None:
    """Add the routes below `/api/settings`."""

    @api.get("/api/settings", role="viewer", answers=SETTINGS)
    def settings() -> SettingsView:
        """Read the settings in force."""
        return current_settings(desk)

    @api.put("/api/settings", role="owner", note="settings", answers=SETTINGS, errors=[ConflictError])
    def save(body: SettingsBody) -> SettingsView:
        """Save edited settings as a new version; `version` is the one that was edited."""
        return save_settings(desk, body.root, flask.g.staff.email)

    @api.get("/api/settings/versions", role="viewer")
    def versions() -> VersionsView:
        """List the versions, the newest first."""
        return list_versions(desk)

    @api.get("/api/settings/versions/<int:number>", role="viewer", answers=SETTINGS)
    def version(number: int) -> SettingsView:
        """Read an earlier version."""
        return settings_of_version(desk, number)

    @api.post(
        "/api/settings/restore",
        role="owner",
        note="settings_restored",
        answers=SETTINGS,
        errors=[ConflictError, NotFoundError],
    )
    def restore(body: RestoreBody) -> SettingsView:
        """Save an earlier version once more, as the newest one."""
        return restore_settings(desk, body.version, body.seen, flask.g.staff.email)

    @api.post("/api/settings/preview", role="agent", errors=[RemoteError, TimedOutError])
    def preview(body: PreviewBody) -> PreviewView:
        """Try what the assistant would answer a customer, under settings that need not be saved."""
        return try_assistant(desk, body)
