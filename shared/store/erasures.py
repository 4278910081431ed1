"""Erasures: how far each is, what is left to be erased elsewhere, and in the end a receipt; in `erasures`.

Nothing in them is about a person: ids are random, hashes, or names that OpenAI and WhatsApp gave to what is gone
with the erasure. They stay, so that who was erased can be erased again from a backup that is restored.

    detach --> store --> openai --> whatsapp --> done
                                                  └─ ten minutes later: whatever a late process wrote goes too
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any, Literal

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter
from pydantic import TypeAdapter

from shared.errors import DuplicateError
from shared.model.ids import hashed
from shared.model.value import STORED, value
from shared.store.connection import READ_SECONDS, WRITE_SECONDS, firestore_errors

Stage = Literal["detach", "store", "openai", "whatsapp", "done"]
STAGES: tuple[Stage, ...] = ("detach", "store", "openai", "whatsapp", "done")
Remote = Literal["conversations", "responses", "uploads"]
PAGE = 200


@value
class Erasure:
    """An erasure of one person, known under `contact_ids`; `counts` tells how much went, by place.

    `identity_ids` are the ways that led to them, by which events are found; they go when everything here is gone.

    `conversations`, `responses` (OpenAI) and `uploads` (WhatsApp) are those that are left. Nothing more is done
    before `not_before`, while a process that began earlier may still write. `problem` is the code of what the last
    try failed with. `work_since` is when something is to be done next, None when it is over. `silent_since` is why,
    where nobody asked: who has written after it is not erased.
    """

    id: str
    contact_ids: list[str]
    identity_ids: list[str] = field(default_factory=list)
    stage: Stage = "detach"
    counts: dict[str, int] = field(default_factory=dict)
    conversations: list[str] = field(default_factory=list)
    responses: list[str] = field(default_factory=list)
    uploads: list[str] = field(default_factory=list)
    not_before: dt.datetime | None = None
    problem: str = ""
    silent_since: dt.datetime | None = None
    requested_at: dt.datetime
    finished_at: dt.datetime | None = None
    work_since: dt.datetime | None = None


_ERASURE = TypeAdapter(Erasure)


def erasure_id(contact_id: str) -> str:
    """Return the id of the erasure of a contact, the same however often it is asked for."""
    return hashed("erasure", contact_id)


class Erasures:
    """Erasures, by the contact that is erased."""

    def __init__(self, client: firestore.Client) -> None:
        self._client = client
        self._collection = client.collection("erasures")

    def request(self, contact_id: str, now: dt.datetime, silent_since: dt.datetime | None = None) -> Erasure:
        """Ask for a contact to be erased (1 read, 1 write), only if silent since a moment where that is told.

        Asked for again it goes on where it is; one that is done, as before a backup was restored, begins anew.
        """
        name = erasure_id(contact_id)
        begun = {
            "stage": "detach",
            "requested_at": now,
            "work_since": now,
            "finished_at": None,
            "problem": "",
            "silent_since": silent_since,
        }
        stored = self.get(name)
        if stored is None:
            try:
                with firestore_errors():
                    document = {**begun, "contact_ids": [contact_id], "counts": {}}
                    self.reference(name).create(document, timeout=WRITE_SECONDS)
            except DuplicateError:  # somebody else asked for it at the same moment
                pass
        elif stored.stage == "done":
            self.note(name, begun)
        elif stored.silent_since and silent_since is None:
            self.note(name, {"silent_since": None})
        return self._stored(name)

    def get(self, name: str) -> Erasure | None:
        """Read an erasure by its id (1 read)."""
        with firestore_errors():
            snapshot = self.reference(name).get(timeout=READ_SECONDS)
        return _erasure(snapshot) if snapshot.exists else None

    def note(self, name: str, fields: Mapping[str, Any]) -> None:
        """Write how far an erasure is (1 write); raises GoneError."""
        with firestore_errors():
            self.reference(name).update(dict(fields), timeout=WRITE_SECONDS)

    def went(self, name: str, left: Remote, ids: list[str], place: str, count: int) -> None:
        """Take what is gone elsewhere off what is left, and count what went with it (1 write)."""
        gone: dict[str, Any] = {left: firestore.ArrayRemove(ids)} if ids else {}
        self.note(name, {**gone, f"counts.{place}": firestore.Increment(count), "problem": ""})

    def with_work(self, before: dt.datetime, limit: int) -> list[str]:
        """List the ids of erasures on which something is to be done since before a moment (1 read each)."""
        query = self._collection.where(filter=FieldFilter("work_since", "<", before)).order_by("work_since")
        with firestore_errors():
            found = list(query.limit(limit).select([]).stream(timeout=READ_SECONDS))
        return [snapshot.id for snapshot in found]

    def all(self) -> Iterator[Erasure]:
        """Give every erasure there ever was, in the order of their ids (1 read each)."""
        after: Any = None
        while True:
            query = self._collection.order_by("__name__").limit(PAGE)
            with firestore_errors():
                rows = list((query.start_after(after) if after else query).stream(timeout=READ_SECONDS))
            yield from map(_erasure, rows)
            if len(rows) < PAGE:
                return
            after = rows[-1]

    def forget(self, name: str) -> None:
        """Delete an erasure that is not to be carried out (1 write)."""
        with firestore_errors():
            self.reference(name).delete(timeout=WRITE_SECONDS)

    def reference(self, name: str) -> Any:
        """Return the client's reference of an erasure's document."""
        return self._collection.document(name)

    def _stored(self, name: str) -> Erasure:
        stored = self.get(name)
        if stored is None:
            raise LookupError("an erasure that was just written is gone")
        return stored


def _erasure(snapshot: Any) -> Erasure:
    return _ERASURE.validate_python({**snapshot.to_dict(), "id": snapshot.id}, extra="ignore", context=STORED)
