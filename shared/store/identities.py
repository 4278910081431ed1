"""Identities: phone number or user id -> contact (shared/model/identifiers.py), in the collection `identities`.

The id of a document is made of that of its identifier and a key (shared/store/identity_key.py). An identity that is
read bears its document's id; a new one that of its identifier, until it is stored.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.errors import DuplicateError
from shared.log import logger
from shared.model.identifiers import Identity
from shared.model.ids import keyed
from shared.store.connection import READ_SECONDS, WRITE_SECONDS, firestore_errors
from shared.store.documents import identity_of
from shared.store.identity_key import ROLLED_BACK_WITHIN, IdentityKeys


class Identities:
    """Identities, to be read; they are written with their contact, by `Store.commit`."""

    def __init__(self, client: firestore.Client) -> None:
        self._client = client
        self._collection = client.collection("identities")
        self._keys = IdentityKeys(client, self._has_some)

    def get_all(self, identifier_ids: Iterable[str]) -> dict[str, Identity]:
        """Read identities by their identifiers' ids, in one round trip (1 read each); unknown ones are left out.

        Costs 1 read more each while some have ids without a key, and 1 or 2 in a process's first call.
        """
        names = list(identifier_ids)
        if not names:
            return {}
        document_ids = [self.document_id(name) for name in names]
        if not self._keys.get().all_moved:
            document_ids += names
        references = [self.reference(document_id) for document_id in document_ids]
        with firestore_errors():
            snapshots = list(self._client.get_all(references, timeout=READ_SECONDS))
        found = {snapshot.id: identity_of(snapshot) for snapshot in snapshots if snapshot.exists}
        identities = {name: found.get(self.document_id(name)) or found.get(name) for name in names}
        return {name: identity for name, identity in identities.items() if identity}

    def of_contact(self, contact_id: str) -> list[Identity]:
        """List the identities that lead to a contact (1 read each)."""
        query = self._collection.where(filter=FieldFilter("contact_id", "==", contact_id))
        with firestore_errors():
            return [identity_of(snapshot) for snapshot in query.stream(timeout=READ_SECONDS)]

    def document_id(self, identifier_id: str) -> str:
        """Return the id of the document of an identifier, by the identifier's id."""
        return keyed(self._keys.get().key, identifier_id)

    def reference(self, document_id: str) -> Any:
        """Return the client's reference of a document, by its own id."""
        return self._collection.document(document_id)

    def move_unkeyed(
        self, now: dt.datetime, limit: int, twice: Callable[[str, str], None] = lambda _known, _other: None
    ) -> int:
        """Give some documents of an older version their keyed ids; return how many (1 read, 2 writes each).

        `twice` is told of two contacts that both versions made of one customer, before that is forgotten.

        Nothing is done within a day, in which that version may come back, nor once all are moved. Raises StaleError
        when one changes meanwhile: nothing is lost, and the next call goes on.
        """
        state = self._keys.get()
        state = state if state.all_moved else self._keys.read()
        if state.all_moved or now - state.made_at < ROLLED_BACK_WITHIN:
            return 0
        snapshots = self._documents(state.after, limit)
        unkeyed = [snapshot for snapshot in snapshots if "keyed" not in (snapshot.to_dict() or {})]
        for snapshot in unkeyed:
            self._move(snapshot, twice)
        self._keys.set_moved(snapshots[-1].id if len(snapshots) == limit else "")
        return len(unkeyed)

    def _documents(self, after: str, limit: int) -> list[Any]:
        query = self._collection.order_by("__name__").limit(limit)
        if after:
            query = query.start_after({"__name__": self.reference(after)})
        with firestore_errors():
            return list(query.stream(timeout=READ_SECONDS))

    def _move(self, snapshot: Any, twice: Callable[[str, str], None]) -> None:
        batch, reference = self._client.batch(), self.reference(self.document_id(snapshot.id))
        batch.create(reference, {**snapshot.to_dict(), "keyed": True})
        batch.delete(snapshot.reference, option=self._client.write_option(last_update_time=snapshot.update_time))
        try:
            with firestore_errors():
                batch.commit(timeout=WRITE_SECONDS)
        except DuplicateError:
            # Both versions met the customer on the day between them; what the newer one knows is what is found.
            with firestore_errors():
                known = (reference.get(timeout=READ_SECONDS).to_dict() or {}).get("contact_id")
            if known and known != snapshot.get("contact_id"):
                logger.error("identity_twice", contact=snapshot.get("contact_id"))
                twice(known, snapshot.get("contact_id"))
            with firestore_errors():
                snapshot.reference.delete(timeout=WRITE_SECONDS)

    def _has_some(self) -> bool:
        with firestore_errors():
            return bool(list(self._collection.limit(1).stream(timeout=READ_SECONDS)))
