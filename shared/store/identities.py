"""Identities: phone number or user id -> contact (shared/model/identifiers.py), in the collection `identities`."""

from collections.abc import Iterable
from typing import Any

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.model.identifiers import Identity
from shared.store.connection import READ_SECONDS, firestore_errors
from shared.store.documents import identity_of


class Identities:
    """Identities, to be read; they are written with their contact, by `Store.commit`."""

    def __init__(self, client: firestore.Client) -> None:
        self._client = client
        self._collection = client.collection("identities")

    def get_all(self, identity_ids: Iterable[str]) -> dict[str, Identity]:
        """Read identities by id, in one round trip (1 read each); unknown ones are left out."""
        references = [self.reference(identity_id) for identity_id in identity_ids]
        if not references:
            return {}
        with firestore_errors():
            snapshots = list(self._client.get_all(references, timeout=READ_SECONDS))
        return {snapshot.id: identity_of(snapshot) for snapshot in snapshots if snapshot.exists}

    def of_contact(self, contact_id: str) -> list[Identity]:
        """List the identities that lead to a contact (1 read each)."""
        query = self._collection.where(filter=FieldFilter("contact_id", "==", contact_id))
        with firestore_errors():
            return [identity_of(snapshot) for snapshot in query.stream(timeout=READ_SECONDS)]

    def reference(self, identity_id: str) -> Any:
        """Return the client's reference of an identity's document."""
        return self._collection.document(identity_id)
