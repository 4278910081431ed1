"""Giving one contact's documents to another contact."""

from typing import Any

from google.cloud import firestore

from shared.errors import GoneError, StaleError
from shared.store.connection import READ_SECONDS, WRITE_SECONDS, firestore_errors
from shared.store.documents import stamped


def give_documents(client: firestore.Client, query: Any, contact_id: str) -> int:
    """Give what a query finds to a contact; return how many documents that were (1 read, 1 write each).

    Raises StaleError when one of them was deleted meanwhile.
    """
    with firestore_errors():
        snapshots = list(query.select([]).stream(timeout=READ_SECONDS))
    if not snapshots:
        return 0
    batch = client.batch()
    for snapshot in snapshots:
        batch.update(snapshot.reference, stamped({"contact_id": contact_id}))
    try:
        with firestore_errors():
            batch.commit(timeout=WRITE_SECONDS)
    except GoneError as error:
        raise StaleError("a document that is to be moved was deleted") from error
    return len(snapshots)
