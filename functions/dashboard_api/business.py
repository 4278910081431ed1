"""The business's settings on the dashboard: reading, saving, earlier versions."""

from dataclasses import replace
from typing import Any, cast

from typing_extensions import TypedDict

from functions.dashboard_api.desk import Desk
from functions.dashboard_api.times import time_text
from shared.errors import ConflictError, NotFoundError, StaleError
from shared.log import logger
from shared.model.business import BusinessSettings, business_json, read_edited_business
from shared.store.business import SavedBusiness

MAX_VERSIONS = 100
Json = dict[str, Any]


class SettingsView(TypedDict):
    """The settings as the page shows and sends them; `version` is 0 until some are saved."""

    version: int
    business: Json
    instructions: str
    first_contact: dict[str, str]
    fields: list[Json]
    handover: Json
    inbox: Json
    privacy: Json
    budget: Json
    limits: Json


class VersionView(TypedDict):
    """One version: who saved it, when, and which paths it changed."""

    version: int
    saved_by: str
    saved_at: str
    changed: list[str]


class VersionsView(TypedDict):
    """The versions, newest first."""

    versions: list[VersionView]


def current_settings(desk: Desk) -> SettingsView:
    """Return the settings in force (1 read)."""
    saved = desk.store.business.current()
    return (
        _settings_view(desk, saved.version, saved.settings)
        if saved
        else _settings_view(desk, 0, desk.default_business)
    )


def save_settings(desk: Desk, given: Json, author: str) -> SettingsView:
    """Save what an owner edited as a new version (1 read, 2 writes).

    Raises InvalidError naming every wrong key, ConflictError when somebody else saved since it was read.
    """
    seen, settings = read_edited_business(given)
    return _save(desk, seen, settings, author)


def list_versions(desk: Desk) -> VersionsView:
    """List the newest versions, newest first (1 read each)."""
    return {"versions": [_version_view(saved) for saved in desk.store.business.versions(MAX_VERSIONS)]}


def settings_of_version(desk: Desk, number: int) -> SettingsView:
    """Return an earlier version (1 read); raises NotFoundError."""
    return _settings_view(desk, number, _version(desk, number).settings)


def restore_settings(desk: Desk, number: int, seen: int, author: str) -> SettingsView:
    """Save an earlier version once more, as the newest one (2 reads, 2 writes).

    Raises NotFoundError, and ConflictError when another version than `seen` is in force.
    """
    return _save(desk, seen, _version(desk, number).settings, author)


def _save(desk: Desk, seen: int, settings: BusinessSettings, author: str) -> SettingsView:
    try:
        saved = desk.store.business.save_next(
            seen, settings, saved_by=author, now=desk.now(), default=desk.default_business
        )
    except StaleError:
        raise ConflictError("somebody else saved the settings meanwhile; read them again") from None
    logger.info("settings_saved", version=saved.version, changed=saved.changed)
    return _settings_view(desk, saved.version, saved.settings)


def _version(desk: Desk, number: int) -> SavedBusiness:
    saved = desk.store.business.version(number)
    if saved is None:
        raise NotFoundError("there is no such version")
    return saved


def _settings_view(desk: Desk, version: int, settings: BusinessSettings) -> SettingsView:
    shown = replace(settings, limits=settings.limits or desk.default_business.limits)
    return cast(SettingsView, {"version": version, **business_json(shown)})


def _version_view(saved: SavedBusiness) -> VersionView:
    return {
        "version": saved.version,
        "saved_by": saved.saved_by,
        "saved_at": time_text(saved.saved_at),
        "changed": saved.changed,
    }
