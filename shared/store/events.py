"""Events: what WhatsApp sent and nobody understood, for staff; they expire. In the collection `events`."""

import datetime as dt

from google.cloud import firestore

from shared.errors import DuplicateError
from shared.model.ids import hashed
from shared.store.connection import WRITE_SECONDS, firestore_errors
from shared.store.expiry import delete_expired

EVENT_DAYS = 30


class Events:
    """What nobody understood, by its content."""

    def __init__(self, client: firestore.Client) -> None:
        self._client = client
        self._collection = client.collection("events")

    def add(self, field: str, payload: str, now: dt.datetime) -> None:
        """Keep something, once, for 30 days (1 write)."""
        document = {
            "field": field,
            "payload": payload,
            "created_at": firestore.SERVER_TIMESTAMP,
            "expire_at": now + dt.timedelta(days=EVENT_DAYS),
        }
        try:
            with firestore_errors():
                self._collection.document(hashed("event", field, payload)).create(document, timeout=WRITE_SECONDS)
        except DuplicateError:
            return

    def delete_expired(self, now: dt.datetime, limit: int) -> int:
        """Delete events past their time, as the TTL policy does in the cloud; return how many."""
        return delete_expired(self._client, self._collection, now, limit)
