"""The numbers of days, in the collection `stats`: a small document a day, without anything about anybody."""

import datetime as dt
from collections.abc import Iterable

from google.cloud import firestore

from shared.model.day_counts import DayCounts
from shared.store.connection import READ_SECONDS, WRITE_SECONDS, firestore_errors


class Stats:
    """What happened, by the business's day, such as `2026-11-28`."""

    def __init__(self, client: firestore.Client) -> None:
        self._client = client
        self._collection = client.collection("stats")

    def add(self, day: str, counts: DayCounts) -> None:
        """Add to a day's numbers (1 write)."""
        increments = {name: firestore.Increment(count) for name, count in counts.items()}
        with firestore_errors():
            self._collection.document(day).set(increments, merge=True, timeout=WRITE_SECONDS)

    def of(self, days: Iterable[dt.date]) -> dict[str, DayCounts]:
        """Return the numbers of days, without those that have none, in one round trip (1 read each)."""
        references = [self._collection.document(day.isoformat()) for day in days]
        with firestore_errors():
            snapshots = list(self._client.get_all(references, timeout=READ_SECONDS))
        return {snapshot.id: DayCounts(snapshot.to_dict()) for snapshot in snapshots if snapshot.exists}
