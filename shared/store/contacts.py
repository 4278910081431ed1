"""Contacts: one document per customer, in the collection `contacts`. Indexes: firestore.indexes.json."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Literal

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.model.contact import Contact
from shared.model.search import wanted_words
from shared.store.connection import READ_SECONDS, WRITE_SECONDS, firestore_errors
from shared.store.documents import contact_of, derived_fields, stamped
from shared.store.pages import Page, Position, after_position, changed_since, complete_until, filled_page, ordered
from shared.store.selections import Selection

Deadline = Literal["paused_until", "snoozed_until"]


class Contacts:
    """Contacts, to be read; they are written by `Store.commit`. Every method costs what its docstring states."""

    def __init__(self, client: firestore.Client) -> None:
        self._client = client
        self._collection = client.collection("contacts")

    def get(self, contact_id: str) -> Contact | None:
        """Read one contact (1 read); of one that was merged into another, that other one (1 read more).

        One that is being erased is not there any more.
        """
        contact = self.get_unmerged(contact_id)
        while contact is not None and contact.merged_into is not None:
            contact = self.get_unmerged(contact.merged_into)
        return None if contact is None or contact.erased else contact

    def get_unmerged(self, contact_id: str) -> Contact | None:
        """Read one contact as it is, even if it is only the trace of one that was merged (1 read)."""
        with firestore_errors():
            snapshot = self.reference(contact_id).get(timeout=READ_SECONDS)
        return contact_of(snapshot) if snapshot.exists else None

    def get_all(self, contact_ids: Iterable[str]) -> dict[str, Contact]:
        """Read contacts as they are, by id, in one round trip (1 read each); missing ones are left out."""
        references = [self.reference(contact_id) for contact_id in contact_ids]
        if not references:
            return {}
        with firestore_errors():
            snapshots = list(self._client.get_all(references, timeout=READ_SECONDS))
        return {snapshot.id: contact_of(snapshot) for snapshot in snapshots if snapshot.exists}

    def finish_merge(self, contact_id: str) -> None:
        """Note on the trace of a merged contact that nothing is left to be done (1 write)."""
        with firestore_errors():
            self.reference(contact_id).update(stamped({"work_since": None}), timeout=WRITE_SECONDS)

    def with_old_work(self, before: dt.datetime, limit: int) -> dict[str, str | None]:
        """Find contacts whose work began before a moment and is not finished, the oldest first (1 read each).

        With each comes the contact that it is being merged into, if that is the work.
        """
        query = (
            self._collection.where(filter=FieldFilter("work_since", "<", before))
            .order_by("work_since")
            .limit(limit)
        )
        with firestore_errors():
            snapshots = list(query.select(["merged_into"]).stream(timeout=READ_SECONDS))
        return {snapshot.id: (snapshot.to_dict() or {}).get("merged_into") for snapshot in snapshots}

    def due(self, field: Deadline, now: dt.datetime, limit: int) -> list[str]:
        """List the ids of contacts whose pause or snooze is over, longest over first (1 read each, 1 at least)."""
        query = self._collection.where(filter=FieldFilter(field, "<=", now)).order_by(field).limit(limit)
        with firestore_errors():
            return [snapshot.id for snapshot in query.select([]).stream(timeout=READ_SECONDS)]

    def page(self, selection: Selection, search: str, after: Position | None, limit: int) -> Page[Contact]:
        """List the contacts of a selection, in its order (1 read each, also of those that a search passes over).

        `search` is compared with the beginnings of the words of names, companies, addresses and numbers. The page
        is filled with what fits, as far as ten pages further on.
        """
        words = wanted_words(search)
        if search.strip() and not words:
            return Page([], None)
        wanted = selection.containing(words)
        return filled_page(
            lambda position: self._rows(wanted, position, limit),
            lambda contact: contact.last_activity_at is not None and wanted.fits(contact),
            lambda contact: _position(contact, wanted),
            after,
            limit,
        )

    def count(self, selection: Selection) -> int:
        """Count the contacts of a selection (1 read, and 1 more for every further 1,000 that there are)."""
        with firestore_errors():
            order = selection.order
            query = ordered(self._query(selection), order.path, newest_first=order.newest_first)
            [[result]] = query.count().get(timeout=READ_SECONDS)
        return int(result.value)

    def give_words(self, after: str, limit: int) -> str:
        """Give contacts what is derived anew, in the order of their ids; return the last one's, empty at the end.

        That is the words they are found by, and the flags and fields that the list's filters ask for. Costs 1 read
        each, and 1 write for each whose document held others.
        """
        query = self._collection.order_by("__name__").limit(limit)
        if after:
            query = query.start_after({"__name__": self.reference(after)})
        with firestore_errors():
            snapshots = list(query.stream(timeout=READ_SECONDS))
        for snapshot in snapshots:
            contact, stored = contact_of(snapshot), snapshot.to_dict() or {}
            wanted = {**derived_fields(contact), "assignee": contact.assignee}
            missing = {name: each for name, each in wanted.items() if name not in stored or stored[name] != each}
            if missing:
                with firestore_errors():
                    # Whoever writes a contact meanwhile writes what is derived of it, if that changes.
                    self.reference(snapshot.id).update(missing, timeout=WRITE_SECONDS)
        return snapshots[-1].id if len(snapshots) == limit else ""

    def changed(self, since: dt.datetime, limit: int) -> tuple[list[Contact], dt.datetime | None]:
        """List contacts changed since a moment (1 read each), and until when that is all; None if none did."""
        snapshots = changed_since(self._collection, since, limit)
        return [contact_of(snapshot) for snapshot in snapshots], complete_until(snapshots, limit)

    def reference(self, contact_id: str) -> Any:
        """Return the client's reference of a contact's document."""
        return self._collection.document(contact_id)

    def _rows(self, wanted: Selection, after: Position | None, limit: int) -> list[Contact]:
        order = wanted.order
        query = after_position(
            self._query(wanted), self._collection, order.path, after, limit, newest_first=order.newest_first
        )
        with firestore_errors():
            return [contact_of(snapshot) for snapshot in query.stream(timeout=READ_SECONDS)]

    def _query(self, wanted: Selection) -> Any:
        query: Any = self._collection
        for condition in wanted.conditions:
            query = query.where(filter=FieldFilter(*condition))
        return query


def _position(contact: Contact, selection: Selection) -> Position | None:
    time = selection.order.time(contact)
    return (time, contact.id) if time else None
