"""Exports: a file with all that is kept of one person, made when it is asked for and kept for a day.

exports/{hash of the contact's id}   how far it is; its file is in `files` under the same id
"""

import datetime as dt
from typing import Any, Literal

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter
from pydantic import TypeAdapter

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
    begun_at: dt.datetime
    kept_until: dt.datetime


_EXPORT = TypeAdapter(Export)


def export_id(contact_id: str) -> str:
    """Return the id of a contact's export; there is one at a time."""
    return hashed("export", contact_id)


class Exports:
    """Exports, by the contact that they are about."""

    def __init__(self, client: firestore.Client) -> None:
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
        with firestore_errors():
            snapshot = self._reference(name).get(timeout=READ_SECONDS)
        if not snapshot.exists:
            return None
        stored = {**(snapshot.to_dict() or {}), "id": snapshot.id}
        return _EXPORT.validate_python(stored, extra="ignore", context=STORED)

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

    def _reference(self, name: str) -> Any:
        return self._collection.document(name)
