"""Who has a conversation open or writes in it: a small document each in the collection `presence`; it expires."""

import datetime as dt
from dataclasses import dataclass

from google.cloud import firestore

from shared.model.ids import hashed
from shared.store.connection import READ_SECONDS, WRITE_SECONDS, firestore_errors
from shared.store.expiry import delete_expired

LIVES = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Present:
    """A member of staff who had a conversation open at a moment."""

    email: str
    at: dt.datetime
    typing: bool


class Presence:
    """Who is where, by the contact's id."""

    def __init__(self, client: firestore.Client) -> None:
        self._client = client
        self._collection = client.collection("presence")

    def note(self, contact_id: str, person: Present) -> None:
        """Note that somebody has a conversation open (1 write)."""
        told = {"email": person.email, "at": person.at, "typing": person.typing}
        document = {"people": {hashed("present", person.email): told}, "expire_at": person.at + LIVES}
        with firestore_errors():
            self._collection.document(contact_id).set(document, merge=True, timeout=WRITE_SECONDS)

    def of(self, contact_id: str) -> list[Present]:
        """Return who had a conversation open within the last hour (1 read)."""
        with firestore_errors():
            snapshot = self._collection.document(contact_id).get(timeout=READ_SECONDS)
        people = (snapshot.to_dict() or {}).get("people", {})
        return [Present(told["email"], told["at"], told["typing"]) for told in people.values()]

    def delete_expired(self, now: dt.datetime, limit: int) -> int:
        """Delete documents past their time, as the TTL policy does in the cloud; return how many."""
        return delete_expired(self._client, self._collection, now, limit)
