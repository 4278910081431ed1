"""The key of the identities' ids, so that no number can be found by trying; in the document `state/identities`.

It lies in the database because it has to live exactly as long as the documents that it names: who lost it would
know no customer again (docs/decisions/ids-have-a-key.md). Identities of an older version have ids without a key:

    key is made ──── a day ────▶ the sweep moves them ──── all are moved ────▶
    both ids are looked up, so that the older version finds everybody     the keyed id alone
"""

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from google.cloud import firestore

from shared.errors import DuplicateError
from shared.once import once
from shared.store.connection import READ_SECONDS, WRITE_SECONDS, firestore_errors, utc_now

BYTES = 32
ROLLED_BACK_WITHIN = dt.timedelta(days=1)


@dataclass(frozen=True)
class IdentityKey:
    """The key, since when there is one, and how far identities without it have been moved.

    `after` is the document up to which they are; `all_moved` tells that none is left.
    """

    key: bytes
    made_at: dt.datetime
    all_moved: bool
    after: str = ""


class IdentityKeys:
    """The key, made once for a database and read once by each process."""

    def __init__(self, client: firestore.Client, has_identities: Callable[[], bool]) -> None:
        """Keep the key in a database; `has_identities` tells whether an older version left some there."""
        self._document = client.collection("state").document("identities")
        self._has_identities = has_identities
        self.get = once(self.read)

    def read(self) -> IdentityKey:
        """Read the key as it is now (1 read); where there is none, make it (1 read and 1 write more)."""
        stored = self._stored() or self._make()
        return IdentityKey(stored["key"], stored["made_at"], stored["all_moved"], stored["after"])

    def set_moved(self, after: str) -> None:
        """Note up to which document identities are moved; empty when all of them are (1 write)."""
        fields = {"after": after, "all_moved": not after}
        with firestore_errors():
            self._document.update(fields, timeout=WRITE_SECONDS)

    def _make(self) -> dict[str, Any]:
        made = {
            "key": secrets.token_bytes(BYTES),
            "made_at": utc_now(),
            "all_moved": not self._has_identities(),
            "after": "",
        }
        try:
            with firestore_errors():
                self._document.create(made, timeout=WRITE_SECONDS)
        except DuplicateError:  # another process made one at this moment
            return self._stored() or made
        return made

    def _stored(self) -> dict[str, Any] | None:
        with firestore_errors():
            snapshot = self._document.get(timeout=READ_SECONDS)
        return snapshot.to_dict() if snapshot.exists else None
