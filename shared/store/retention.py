"""What was kept for its time, found and taken away; how far that is, in `state/retention`.

Whole documents are found by their age. Parts of messages are found by walking over the messages in the order of
their time, each of them once: where a walk has got to is kept by part.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.errors import GoneError, StaleError
from shared.model.message import Message
from shared.model.message_words import index_entries
from shared.model.retention import Bounds, Part, parts_that_go, without_parts, without_quotation
from shared.store.connection import READ_SECONDS, WRITE_SECONDS, firestore_errors
from shared.store.documents import message_changes, message_of, stamped
from shared.store.files import Files
from shared.store.pages import Position, after_position

PAGE = 200
IDS_IN_A_QUERY = 30  # that Firestore takes in one `in`
# By which time of a message a part's walk goes; those without it are not on its way.
WALKS: dict[Part, str] = {
    "files": "at",
    "transcripts": "at",
    "former_texts": "at",
    "deleted": "revoked_at",
}


@dataclass(frozen=True)
class RetentionState:
    """When to look next for what goes, and up to where each walk has got; None for never looked."""

    look_next: dt.datetime | None = None
    walked: dict[Part, Position] = field(default_factory=dict)


class Retained:
    """What is kept, by its age; every method costs what its docstring states."""

    def __init__(self, client: firestore.Client) -> None:
        self._client = client
        self._messages = client.collection("messages")
        self._contacts = client.collection("contacts")
        self._activity = client.collection("activity")
        self._state = client.collection("state").document("retention")
        self._files = Files(client)

    def state(self) -> RetentionState:
        """Tell how far it is (1 read)."""
        with firestore_errors():
            snapshot = self._state.get(timeout=READ_SECONDS)
        stored = (snapshot.to_dict() if snapshot.exists else None) or {}
        walked = stored.get("walked") or {}
        return RetentionState(
            stored.get("look_next"),
            {part: (walked[part]["time"], walked[part]["id"]) for part in WALKS if part in walked},
        )

    def set_state(self, state: RetentionState) -> None:
        """Note how far it is (1 write)."""
        walked = {part: {"time": time, "id": name} for part, (time, name) in state.walked.items()}
        fields = {"look_next": state.look_next, "walked": walked, "updated_at": firestore.SERVER_TIMESTAMP}
        with firestore_errors():
            self._state.set(fields, timeout=WRITE_SECONDS)

    def old_messages(self, bounds: Bounds) -> list[Message]:
        """List messages whose time is up, the oldest first (1 read each, 1 at least)."""
        return self._page(self._before("at", bounds.messages), "at", None)

    def delete(self, messages: Sequence[Message]) -> None:
        """Delete messages, their files first (1 write each; a file 1 read and 1 write a chunk, and 1 write).

        Before, what younger messages quote of them is emptied (1 query for 30, 1 write each). Raises GoneError, and
        deletes none, when one of those was changed or deleted meanwhile.
        """
        ids = [message.id for message in messages]
        for quoting in self._quoting(ids):
            if quoting.quoted and quoting.quoted.text and quoting.id not in ids:
                self._change(quoting, replace(quoting, quoted=replace(quoting.quoted, text="")))
        for message in messages:
            if message.media:
                self._files.delete(message.id)
        self._delete([self._messages.document(message.id) for message in messages])

    def walk(self, part: Part, bounds: Bounds, after: Position | None) -> tuple[list[Message], Position | None]:
        """List the next messages whose part may go, and where the walk then is (1 read each, 1 at least).

        The walk is where it was, None for at the beginning, when there is none.
        """
        path = WALKS[part]
        rows = self._page(self._before(path, getattr(bounds, part)), path, after)
        return rows, (getattr(rows[-1], path), rows[-1].id) if rows else after

    def strip(self, messages: Sequence[Message], bounds: Bounds) -> list[tuple[Message, list[Part]]]:
        """Take their parts from messages whose time is up, and tell which (1 write each; files as `delete`).

        What was deleted for everyone goes first from where other messages quote it (1 query for 30, 1 write each).
        Raises GoneError when one of them was changed or deleted meanwhile.
        """
        stripped = [(message, parts) for message in messages if (parts := parts_that_go(message, bounds))]
        deleted = [message.id for message, parts in stripped if "deleted" in parts]
        for quoting in self._quoting(deleted):
            self._change(quoting, without_quotation(quoting))
        for message, parts in stripped:
            after = without_parts(message, parts)
            if message.media and {"files", "deleted"}.intersection(parts):
                self._files.delete(message.id)
            self._change(message, after)
        return stripped

    def old_acts(self, bounds: Bounds) -> int:
        """Delete what staff did so long ago (1 read and 1 write each, 1 read at least); return how many."""
        query = self._activity.where(filter=FieldFilter("at", "<", bounds.activity)).order_by("at").limit(PAGE)
        with firestore_errors():
            rows = list(query.select([]).stream(timeout=READ_SECONDS))
        self._delete([row.reference for row in rows])
        return len(rows)

    def silent_contacts(self, bounds: Bounds, limit: int) -> list[str]:
        """List the ids of contacts whose time is up, the longest silent first (1 read each, 2 at least).

        Those who never wrote are known by an identifier alone, and go so long after they became known.
        """
        with firestore_errors():
            return [
                row.id
                for query, path in self._silent(bounds)
                for row in query.order_by(path).limit(limit).select([]).stream(timeout=READ_SECONDS)
            ][:limit]

    def preview(self, bounds: Bounds) -> dict[str, int]:
        """Count what would go: messages with all that is theirs, parts of others, acts of staff, contacts.

        A contact goes with all that is left of it. Costs 1 read for each thousand that goes, and for each message
        whose part has its time up.
        """
        counts = {"messages": self._count(self._before("at", bounds.messages))}
        walked = self.state().walked
        for part in WALKS:
            counts[part] = sum(
                message.at >= bounds.messages and part in parts_that_go(message, bounds)
                for message in self._walk_on(part, bounds, walked.get(part))
            )
        counts["activity"] = self._count(self._activity.where(filter=FieldFilter("at", "<", bounds.activity)))
        counts["contacts"] = sum(self._count(query) for query, _ in self._silent(bounds))
        return counts

    def _walk_on(self, part: Part, bounds: Bounds, after: Position | None) -> Iterator[Message]:
        while True:
            rows, after = self.walk(part, bounds, after)
            yield from rows
            if len(rows) < PAGE:
                return

    def _silent(self, bounds: Bounds) -> list[tuple[Any, str]]:
        nobody = [FieldFilter("last_activity_at", "==", None), FieldFilter("merged_into", "==", None)]
        unknown: Any = self._contacts
        for each in [*nobody, FieldFilter("created_at", "<", bounds.contacts)]:
            unknown = unknown.where(filter=each)
        silent = self._contacts.where(filter=FieldFilter("last_activity_at", "<", bounds.contacts))
        return [(silent, "last_activity_at"), (unknown, "created_at")]

    def _before(self, path: str, moment: dt.datetime) -> Any:
        return self._messages.where(filter=FieldFilter(path, "<", moment))

    def _page(self, query: Any, path: str, after: Position | None) -> list[Message]:
        query = after_position(query, self._messages, path, after, PAGE, newest_first=False)
        with firestore_errors():
            return [message_of(snapshot) for snapshot in query.stream(timeout=READ_SECONDS)]

    def _quoting(self, ids: Sequence[str]) -> list[Message]:
        found: list[Message] = []
        for start in range(0, len(ids), IDS_IN_A_QUERY):
            among = FieldFilter("quoted.id", "in", ids[start : start + IDS_IN_A_QUERY])
            with firestore_errors():
                found += map(message_of, self._messages.where(filter=among).stream(timeout=READ_SECONDS))
        return found

    def _change(self, before: Message, after: Message) -> None:
        changes = message_changes(before, after)
        if not changes:
            return
        fields = stamped({**changes, "search": index_entries(after.words)})
        option = self._client.write_option(last_update_time=before.update_time)
        try:
            with firestore_errors():
                self._messages.document(before.id).update(fields, option=option, timeout=WRITE_SECONDS)
        except StaleError as error:  # one whose id alone is kept must not get its words back
            raise GoneError("the message changed, or was erased, meanwhile") from error

    def _delete(self, references: Collection[Any]) -> None:
        batch = self._client.batch()
        for reference in references:
            batch.delete(reference)
        if references:
            with firestore_errors():
                batch.commit(timeout=WRITE_SECONDS)

    def _count(self, query: Any) -> int:
        with firestore_errors():
            [[result]] = query.count().get(timeout=READ_SECONDS)
        return int(result.value)
