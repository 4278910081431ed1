"""Notes of staff, one document each, in the collection `notes`; `Store.commit` writes them with their contact."""

from typing import Any

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.model.note import Note
from shared.store.connection import READ_SECONDS, firestore_errors
from shared.store.documents import note_fields, note_of
from shared.store.moving import give_documents
from shared.store.pages import Page, Position, after_position


class Notes:
    """Notes by contact. Every method costs what its docstring states."""

    def __init__(self, client: firestore.Client) -> None:
        self._client = client
        self._collection = client.collection("notes")

    def get(self, note_id: str) -> Note | None:
        """Read one note (1 read)."""
        with firestore_errors():
            snapshot = self.reference(note_id).get(timeout=READ_SECONDS)
        return note_of(snapshot) if snapshot.exists else None

    def page(self, contact_id: str, after: Position | None, limit: int) -> Page[Note]:
        """List a contact's notes, the newest first (1 read each)."""
        query = after_position(self._of(contact_id), self._collection, "at", after, limit)
        with firestore_errors():
            rows = [note_of(snapshot) for snapshot in query.stream(timeout=READ_SECONDS)]
        return Page(rows, (rows[-1].at, rows[-1].id) if len(rows) == limit else None)

    def move(self, contact_id: str, to: str, limit: int) -> int:
        """Give some of a contact's notes to another contact; return how many (1 read, 1 write each).

        Raises StaleError when one of them was deleted meanwhile.
        """
        return give_documents(self._client, self._of(contact_id).limit(limit), to)

    def put(self, batch: Any, note: Note) -> None:
        """Have a batch create a note."""
        batch.create(self.reference(note.id), note_fields(note))

    def take(self, batch: Any, note_id: str) -> None:
        """Have a batch delete a note."""
        batch.delete(self.reference(note_id))

    def reference(self, note_id: str) -> Any:
        """Return the client's reference of a note's document."""
        return self._collection.document(note_id)

    def _of(self, contact_id: str) -> Any:
        return self._collection.where(filter=FieldFilter("contact_id", "==", contact_id))
