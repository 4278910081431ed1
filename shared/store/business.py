"""What the business decided: the current settings, in `settings/current`, and every version below it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from google.cloud import firestore

from shared.errors import StaleError
from shared.model.business import BusinessSettings, business_json, changed_paths, stored_business
from shared.store.connection import READ_SECONDS, WRITE_SECONDS, firestore_errors

_DESCENDING = firestore.Query.DESCENDING


@dataclass(frozen=True)
class SavedBusiness:
    """One version of the settings: what it says, who saved it and when, and which paths it changed."""

    version: int
    settings: BusinessSettings
    saved_by: str
    saved_at: dt.datetime
    changed: list[str]


class BusinessDocuments:
    """The settings of the business and their versions, which count from 1."""

    def __init__(self, client: firestore.Client) -> None:
        self._client = client
        self._current = client.collection("settings").document("current")
        self._versions = self._current.collection("versions")

    def current(self) -> SavedBusiness | None:
        """Return the settings in force, None when none were ever saved (1 read)."""
        with firestore_errors():
            snapshot = self._current.get(timeout=READ_SECONDS)
        return _saved(snapshot) if snapshot.exists else None

    def version(self, number: int) -> SavedBusiness | None:
        """Return a version, None when there is no such one (1 read)."""
        with firestore_errors():
            snapshot = self._version(number).get(timeout=READ_SECONDS)
        return _saved(snapshot) if snapshot.exists else None

    def versions(self, limit: int) -> list[SavedBusiness]:
        """List the newest versions, newest first (1 read each)."""
        query = self._versions.order_by("version", direction=_DESCENDING).limit(limit)
        with firestore_errors():
            return [_saved(snapshot) for snapshot in query.stream(timeout=READ_SECONDS)]

    def save_next(
        self, seen: int, settings: BusinessSettings, *, saved_by: str, now: dt.datetime, default: BusinessSettings
    ) -> SavedBusiness:
        """Save the version after `seen` and put it in force (1 read, 2 writes); what changes nothing is not saved.

        `seen` is 0, and `default` in force, as long as none was ever saved. Raises StaleError when another version
        is in force.
        """
        current = self.current()
        if seen != (current.version if current else 0):
            raise StaleError("somebody else saved the settings meanwhile")
        changed = changed_paths(current.settings if current else default, settings)
        if current and not changed:
            return current
        saved = SavedBusiness(seen + 1, settings, saved_by, now, changed)
        self.save(saved)
        return saved

    def save(self, saved: SavedBusiness) -> None:
        """Save a version and put it in force (2 writes); raises StaleError when that version is there already."""
        fields = {
            "version": saved.version,
            "settings": business_json(saved.settings),
            "saved_by": saved.saved_by,
            "saved_at": saved.saved_at,
            "changed": saved.changed,
            "updated_at": firestore.SERVER_TIMESTAMP,
        }
        batch = self._client.batch()
        batch.create(self._version(saved.version), fields)
        batch.set(self._current, fields)
        with firestore_errors():
            batch.commit(timeout=WRITE_SECONDS)

    def _version(self, number: int) -> Any:
        return self._versions.document(f"{number:08d}")


def _saved(snapshot: Any) -> SavedBusiness:
    stored = snapshot.to_dict()
    return SavedBusiness(
        version=int(stored["version"]),
        settings=stored_business(stored["settings"]),
        saved_by=str(stored.get("saved_by") or ""),
        saved_at=stored["saved_at"],
        changed=list(stored.get("changed") or []),
    )
