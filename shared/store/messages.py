"""Messages, in and out, in the collection `messages`. Indexes: firestore.indexes.json."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields, replace
from typing import Any

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.errors import GoneError, StaleError
from shared.model.ids import inbound_id
from shared.model.message import Media, Message, MessageUpdate, RemoteStatus
from shared.model.message_words import are_among, index_entries, index_entry
from shared.model.usage import Usage
from shared.store.connection import READ_SECONDS, WRITE_SECONDS, firestore_errors
from shared.store.documents import found_by, message_of, stamped
from shared.store.moving import give_documents
from shared.store.optimistic import until_written
from shared.store.pages import Page, Position, after_position, changed_since, complete_until, filled_page

NOBODY = "erased"  # whose message it is of which nothing but its id is kept


class Messages:
    """Reads messages and changes single ones; with their contact they are written by `Store.commit`."""

    def __init__(self, client: firestore.Client) -> None:
        self._client = client
        self._collection = client.collection("messages")

    def get(self, message_id: str) -> Message | None:
        """Read one message (1 read)."""
        with firestore_errors():
            snapshot = self.reference(message_id).get(timeout=READ_SECONDS)
        return message_of(snapshot) if snapshot.exists else None

    def get_all(self, message_ids: Iterable[str]) -> list[Message]:
        """Read messages by id in one round trip (1 read each); missing ones are left out; sorted by time."""
        references = [self.reference(message_id) for message_id in message_ids]
        if not references:
            return []
        with firestore_errors():
            snapshots = list(self._client.get_all(references, timeout=READ_SECONDS))
        found = [message_of(snapshot) for snapshot in snapshots if snapshot.exists]
        return sorted(found, key=lambda message: (message.at, message.created_at or message.at, message.id))

    def recent(self, contact_id: str, limit: int) -> list[Message]:
        """List a contact's newest messages, oldest first (1 read each)."""
        return self.page(contact_id, None, limit)

    def page(self, contact_id: str, before: Position | None, limit: int) -> list[Message]:
        """List a contact's newest messages before a position, oldest first (1 read each)."""
        query = after_position(self._of(contact_id), self._collection, "at", before, limit)
        with firestore_errors():
            return [message_of(snapshot) for snapshot in query.stream(timeout=READ_SECONDS)][::-1]

    def with_files(self, contact_id: str, before: Position | None, limit: int) -> list[Message]:
        """List a contact's newest messages whose file is stored, newest first (1 read each)."""
        query = self._of(contact_id).where(filter=FieldFilter("media.state", "==", "stored"))
        query = after_position(query, self._collection, "at", before, limit)
        with firestore_errors():
            return [message_of(snapshot) for snapshot in query.stream(timeout=READ_SECONDS)]

    def page_after(self, contact_id: str, after: Position, limit: int) -> list[Message]:
        """List a contact's first messages after a position, oldest first (1 read each)."""
        query = after_position(self._of(contact_id), self._collection, "at", after, limit, newest_first=False)
        with firestore_errors():
            return [message_of(snapshot) for snapshot in query.stream(timeout=READ_SECONDS)]

    def changed(self, contact_id: str, since: dt.datetime, limit: int) -> tuple[list[Message], dt.datetime | None]:
        """List a contact's messages changed since a moment (1 read each), and until when that is all."""
        snapshots = changed_since(self._of(contact_id), since, limit)
        return [message_of(snapshot) for snapshot in snapshots], complete_until(snapshots, limit)

    def find(self, whatsapp_id: str) -> Message | None:
        """Find the message, of either side, that WhatsApp named so (1 read, 2 when it is ours)."""
        return self.get(inbound_id(whatsapp_id)) or self.find_outbound(whatsapp_id)

    def find_outbound(self, whatsapp_id: str) -> Message | None:
        """Find the outbound message that WhatsApp named so (1 read)."""
        query = (
            self._collection.where(filter=FieldFilter("whatsapp_id", "==", whatsapp_id))
            .where(filter=FieldFilter("direction", "==", "out"))
            .limit(1)
        )
        with firestore_errors():
            return next((message_of(snapshot) for snapshot in query.stream(timeout=READ_SECONDS)), None)

    def bytes_received(self, contact_id: str, since: dt.datetime) -> int:
        """Add up the sizes of a contact's stored files, of messages since a moment (1 read for each thousand)."""
        query = (
            self._of(contact_id)
            .where(filter=FieldFilter("direction", "==", "in"))
            .where(filter=FieldFilter("at", ">=", since))
            .order_by("at")
        )
        with firestore_errors():
            rows = query.sum("media.size").get(timeout=READ_SECONDS)
        return sum(int(result.value or 0) for row in rows for result in row)

    def queued(self, before: dt.datetime, limit: int) -> list[Message]:
        """List messages of staff that are waiting since before a moment (1 read each)."""
        query = (
            self._collection.where(filter=FieldFilter("status", "in", ["queued", "sending"]))
            .where(filter=FieldFilter("author", "==", "staff"))
            .where(filter=FieldFilter("at", "<", before))
            .order_by("at")
            .limit(limit)
        )
        with firestore_errors():
            return [message_of(snapshot) for snapshot in query.stream(timeout=READ_SECONDS)]

    def update(self, message: Message, update: MessageUpdate) -> Message:
        """Set fields of a message if it still is as it was read (1 write); raises StaleError otherwise."""
        option = self._client.write_option(last_update_time=message.update_time)
        try:
            with firestore_errors():
                result = self.reference(message.id).update(stamped(update), option=option, timeout=WRITE_SECONDS)
        except GoneError as error:
            raise StaleError("the message does not exist any more") from error
        return replace(message, **update, updated_at=None, update_time=result.update_time)

    def set(self, message_id: str, update: MessageUpdate) -> None:
        """Set fields of a message whatever a delivery status changes meanwhile (1 write); raises GoneError."""
        self._write(message_id, update)

    def set_media(
        self, message: Message, media: Media, *, transcript: str | None = None, usage: Usage | None = None
    ) -> Message:
        """Write how far a message's file is, and what else changed about it (1 write; if it changed 1 read more).

        State and error go together whatever was read before: another process may have recorded a failure meanwhile.
        Raises GoneError when the message was erased, also where its id is kept.
        """
        before = message.media or Media()
        changed = {
            field.name for field in fields(Media) if getattr(media, field.name) != getattr(before, field.name)
        }
        written: dict[str, Any] = {f"media.{name}": getattr(media, name) for name in changed | {"state", "error"}}
        if transcript:
            written["transcript"] = transcript
        if usage:
            written["usage"] = asdict(usage)
        after = replace(
            message, media=media, transcript=transcript or message.transcript, usage=usage or message.usage
        )
        if after.words != message.words:
            written |= found_by(after)
        return replace(after, update_time=self._write_kept(message, written))

    def add_status(self, message_id: str, status: RemoteStatus, at: dt.datetime, update: MessageUpdate) -> bool:
        """Keep a delivery status with its time (1 write, no read), and tell whether the message was awaited.

        Statuses never overwrite each other, so repeated and reordered ones do no harm. Raises GoneError.
        """
        # Firestore tells what an increment results in: by one of nothing, a field is read by the write itself.
        fields = {f"statuses.{status}": at, **update, "awaited": firestore.Increment(0)}
        written = self._write(message_id, fields)
        return any(result.integer_value for result in written.transform_results)

    def move(self, contact_id: str, to: str, limit: int) -> int:
        """Give some of a contact's messages to another contact; return how many (1 read, 1 write each).

        Raises StaleError when one of them was deleted meanwhile.
        """
        return give_documents(self._client, self._of(contact_id).limit(limit), to)

    def search(self, words: Sequence[str], contact_id: str, after: Position | None, limit: int) -> Page[Message]:
        """Find messages by words, the longest first, the newest first; of one contact, if it is named.

        The longest word is looked up, the others are compared with what was found (1 read each, also of what is
        passed over); the page is filled with what fits, as far as ten pages further on.
        """
        return filled_page(
            lambda position: self._with_word(words[0], contact_id, position, limit),
            lambda message: are_among(words, message.words),
            lambda message: (message.at, message.id),
            after,
            limit,
        )

    def give_words(self, after: str, limit: int) -> str:
        """Give messages the words they are found by, in the order of their ids; return the last, empty at the end.

        Costs 1 read each, and 1 write for each whose document held others, which no page is told of. Raises
        StaleError or GoneError, and gives none, when one of them changes meanwhile.
        """
        query = self._collection.order_by("__name__").limit(limit)
        if after:
            query = query.start_after({"__name__": self.reference(after)})
        with firestore_errors():
            snapshots = list(query.stream(timeout=READ_SECONDS))
        batch, missing = self._client.batch(), False
        for snapshot in snapshots:
            entries = index_entries(message_of(snapshot).words)
            if entries != ((snapshot.to_dict() or {}).get("search") or []):
                option = self._client.write_option(last_update_time=snapshot.update_time)
                batch.update(snapshot.reference, {"search": entries}, option=option)
                missing = True
        if missing:
            with firestore_errors():
                batch.commit(timeout=WRITE_SECONDS)
        return snapshots[-1].id if len(snapshots) == limit else ""

    def reference(self, message_id: str) -> Any:
        """Return the client's reference of a message's document."""
        return self._collection.document(message_id)

    def _write(self, message_id: str, update: MessageUpdate | dict[str, Any]) -> Any:
        with firestore_errors():
            return self.reference(message_id).update(stamped(update), timeout=WRITE_SECONDS)

    def _write_kept(self, message: Message, fields: dict[str, Any]) -> object:
        """Set fields of a message that is not erased, whatever else changes; return its version then."""
        version = message.update_time

        def attempt() -> object:
            nonlocal version
            if version is None:
                current = self.get(message.id)
                if current is None or current.contact_id == NOBODY:
                    raise GoneError("the message was erased")
                version = current.update_time
            option, version = self._client.write_option(last_update_time=version), None
            with firestore_errors():
                result = self.reference(message.id).update(stamped(fields), option=option, timeout=WRITE_SECONDS)
            return result.update_time

        return until_written(attempt)

    def _with_word(self, word: str, contact_id: str, after: Position | None, limit: int) -> list[Message]:
        query = self._of(contact_id) if contact_id else self._collection
        query = query.where(filter=FieldFilter("search", "array_contains", index_entry(word)))
        query = after_position(query, self._collection, "at", after, limit)
        with firestore_errors():
            return [message_of(snapshot) for snapshot in query.stream(timeout=READ_SECONDS)]

    def _of(self, contact_id: str) -> Any:
        return self._collection.where(filter=FieldFilter("contact_id", "==", contact_id))
