"""Documents that expire at their `expire_at`: by a TTL policy in the cloud, by the sweep everywhere."""

import datetime as dt

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.store.connection import READ_SECONDS, WRITE_SECONDS, firestore_errors


def delete_expired(
    client: firestore.Client, collection: firestore.CollectionReference, now: dt.datetime, limit: int
) -> int:
    """Delete documents past their time; return how many (1 read and 1 write each)."""
    query = collection.where(filter=FieldFilter("expire_at", "<", now))
    with firestore_errors():
        snapshots = list(query.select([]).limit(limit).stream(timeout=READ_SECONDS))
        batch = client.batch()
        for snapshot in snapshots:
            batch.delete(snapshot.reference)
        if snapshots:
            batch.commit(timeout=WRITE_SECONDS)
    return len(snapshots)
