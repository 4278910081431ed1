"""The older OpenAI conversations of customers, which erasing a customer erases too; in `past_conversations`.

The newest are on the contact (shared/model/contact.py); `Store.commit` writes the others here, in the same batch.
One that begins with what was said before is here from the beginning, whatever becomes of the process that began it.
"""

from collections.abc import Sequence
from typing import Any

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.model.ids import hashed
from shared.store.connection import READ_SECONDS, WRITE_SECONDS, firestore_errors


class PastConversations:
    """Documents of some twenty ids each, by contact."""

    def __init__(self, client: firestore.Client) -> None:
        self._client = client
        self._collection = client.collection("past_conversations")

    def of_contact(self, contact_id: str) -> list[str]:
        """List the ids of a contact's older conversations (1 read for some twenty)."""
        with firestore_errors():
            snapshots = list(self._of(contact_id).stream(timeout=READ_SECONDS))
        return [conversation for snapshot in snapshots for conversation in snapshot.get("ids")]

    def move(self, contact_id: str, to: str) -> None:
        """Give the older conversations of a contact to another one (1 read, 1 write for some twenty)."""
        with firestore_errors():
            snapshots = list(self._of(contact_id).select([]).stream(timeout=READ_SECONDS))
            batch = self._client.batch()
            for snapshot in snapshots:
                batch.set(snapshot.reference, {"contact_id": to}, merge=True)
            if snapshots:
                batch.commit(timeout=WRITE_SECONDS)

    def put(self, batch: Any, contact_id: str, conversations: Sequence[str]) -> None:
        """Have a batch write ids that leave the contact; written again they replace themselves."""
        reference = self._collection.document(hashed("past_conversations", contact_id, conversations[0]))
        fields = {"contact_id": contact_id, "ids": list(conversations), "created_at": firestore.SERVER_TIMESTAMP}
        batch.set(reference, fields)

    def note(self, contact_id: str, conversation_id: str) -> None:
        """Keep the id of a conversation before anything is said in it (1 write)."""
        batch = self._client.batch()
        self.put(batch, contact_id, [conversation_id])
        with firestore_errors():
            batch.commit(timeout=WRITE_SECONDS)

    def _of(self, contact_id: str) -> Any:
        return self._collection.where(filter=FieldFilter("contact_id", "==", contact_id))
