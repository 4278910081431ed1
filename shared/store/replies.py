"""Canned replies of staff, as one document: `settings/replies`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from google.cloud import firestore

from shared.errors import GoneError, StaleError
from shared.store.connection import READ_SECONDS, WRITE_SECONDS, firestore_errors


@dataclass(frozen=True)
class StoredReply:
    """A text that staff send often, and the word that brings it."""

    shortcut: str
    text: str


@dataclass(frozen=True)
class StoredReplies:
    """All of them, in the order that staff gave; `update_time` is None as long as none were ever saved."""

    replies: tuple[StoredReply, ...] = ()
    update_time: Any = None


class Replies:
    """The canned replies, written only as they were read."""

    def __init__(self, client: firestore.Client) -> None:
        self._client = client
        self._reference = client.collection("settings").document("replies")

    def get(self) -> StoredReplies:
        """Return the replies (1 read)."""
        with firestore_errors():
            snapshot = self._reference.get(timeout=READ_SECONDS)
        stored = snapshot.to_dict() or {}
        replies = tuple(StoredReply(str(each["shortcut"]), str(each["text"])) for each in stored.get("replies", []))
        return StoredReplies(replies, snapshot.update_time if snapshot.exists else None)

    def put(self, seen: StoredReplies, replies: Sequence[StoredReply]) -> None:
        """Replace the replies that were read (1 write); raises StaleError when others are there meanwhile."""
        fields = {
            "replies": [{"shortcut": each.shortcut, "text": each.text} for each in replies],
            "updated_at": firestore.SERVER_TIMESTAMP,
        }
        try:
            with firestore_errors():
                if seen.update_time is None:
                    self._reference.create(fields, timeout=WRITE_SECONDS)
                else:
                    option = self._client.write_option(last_update_time=seen.update_time)
                    self._reference.update(fields, option=option, timeout=WRITE_SECONDS)
        except GoneError as error:
            raise StaleError("the replies were deleted meanwhile") from error
