"""Exports: a file with all that is kept of one person, made when it is asked for and kept for a day.

exports/{hash of the contact's id}   how far it is; its file is in `files` under the same id
"""

import datetime as dt
from dataclasses import replace
from typing import Any, Literal

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter
from pydantic import TypeAdapter

from shared.errors import GoneError, StaleError
from shared.model.ids import hashed
from shared.model.value import STORED, value
from shared.store.connection import READ_SECONDS, WRITE_SECONDS, firestore_errors
from shared.store.files import Files

KEPT = dt.timedelta(days=1)
ExportState = Literal["waiting", "running", "done", "failed"]


@value
class Export:
    """A person's file; `done` of `total` messages are in it, `size` is in bytes.

    `send_by` is the address of who had it sent to the customer, empty when it is for staff. `tries` counts how
    often it was begun, `problem` is the code of why it failed.
    """

    id: str
    contact_id: str
    state: ExportState = "waiting"
    done: int = 0
    total: int = 0
    size: int = 0
    tries: int = 0
    send_by: str = ""
    problem: str = ""
    busy_until: dt.datetime | None = None
    begun_at: dt.datetime
    kept_until: dt.datetime


_EXPORT = TypeAdapter(Export)


def export_id(contact_id: str) -> str:
    """Return the id of a contact's export; there is one at a time."""
    return hashed("export", contact_id)


class Exports:
    """Exports, by the contact that they are about."""

    def __init__(self, client: firestore.Client) -> None:
        self._client = client
        self._collection = client.collection("exports")
        self._files = Files(client)

    def begin(self, contact_id: str, now: dt.datetime, send_by: str = "") -> Export:
        """Ask for a person's file in place of one that is there (1 write)."""
        export = Export(
            id=export_id(contact_id),
            contact_id=contact_id,
            send_by=send_by,
            begun_at=now,
            kept_until=now + KEPT,
        )
        fields = {name: each for name, each in _EXPORT.dump_python(export).items() if name != "id"}
        with firestore_errors():
            self._reference(export.id).set(fields, timeout=WRITE_SECONDS)
        return export

    def get(self, name: str) -> Export | None:
        """Read how far an export is (1 read)."""
        snapshot = self._snapshot(name)
        return _export(snapshot) if snapshot.exists else None

    def take(self, name: str, now: dt.datetime, seconds: float) -> Export | None:
        """Begin to make an export; None where it is gone or over, or somebody is at it (1 read, 1 write).

        Two at once would mix up their files. Who takes it has it for `seconds`, or until it is given back.
        """
        snapshot = self._snapshot(name)
        export = _export(snapshot) if snapshot.exists else None
        if export is None or export.state in ("done", "failed") or (export.busy_until or now) > now:
            return None
        busy_until = now + dt.timedelta(seconds=seconds)
        begun = {"state": "running", "tries": export.tries + 1, "busy_until": busy_until}
        option = self._client.write_option(last_update_time=snapshot.update_time)
        try:
            with firestore_errors():
                self._reference(name).update(begun, option=option, timeout=WRITE_SECONDS)
        except (StaleError, GoneError):
            return None
        return replace(export, state="running", tries=export.tries + 1, busy_until=busy_until)

    def note(self, name: str, **fields: Any) -> None:
        """Write how far an export is (1 write); raises GoneError."""
        with firestore_errors():
            self._reference(name).update(fields, timeout=WRITE_SECONDS)

    def with_work(self, before: dt.datetime, limit: int) -> list[str]:
        """List the ids of exports that were asked for before a moment and are not made (1 read each)."""
        query = self._collection.where(filter=FieldFilter("state", "in", ["waiting", "running"])).limit(limit)
        with firestore_errors():
            found = list(query.select(["begun_at"]).stream(timeout=READ_SECONDS))
        return [snapshot.id for snapshot in found if snapshot.get("begun_at") < before]

    def delete_expired(self, now: dt.datetime, limit: int) -> int:
        """Delete exports past their day, with their files; return how many (1 read, 2 writes and chunks each).

        A TTL policy would leave the files behind.
        """
        query = self._collection.where(filter=FieldFilter("kept_until", "<", now)).limit(limit)
        with firestore_errors():
            found = list(query.select([]).stream(timeout=READ_SECONDS))
        for snapshot in found:
            self._files.delete(snapshot.id)
            with firestore_errors():
                snapshot.reference.delete(timeout=WRITE_SECONDS)
        return len(found)

    def _snapshot(self, name: str) -> Any:
        with firestore_errors():
            return self._reference(name).get(timeout=READ_SECONDS)

    def _reference(self, name: str) -> Any:
        return self._collection.document(name)


def _export(snapshot: Any) -> Export:
    return _EXPORT.validate_python({**snapshot.to_dict(), "id": snapshot.id}, extra="ignore", context=STORED)
