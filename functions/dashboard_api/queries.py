"""The dashboard's queries: pages and changes. Their indexes are declared in firestore.indexes.json."""

import datetime as dt
from typing import Any

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.model.contact import Contact
from shared.model.message import Message
from shared.store.store import READ_SECONDS, contact_of, message_of

BEGINNING = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

Position = tuple[dt.datetime, str]

_DESCENDING = firestore.Query.DESCENDING


class Queries:
    """Reads lists; each costs 1 read a document, and 1 when there is none."""

    def __init__(self, client: firestore.Client) -> None:
        self._contacts = client.collection("contacts")
        self._messages = client.collection("messages")

    def contacts(
        self, flag: str, search: str, after: Position | None, limit: int
    ) -> tuple[list[Contact], Position | None]:
        """List contacts, the most recently active first, and where the next page begins.

        `flag` names a field that must be true.

        `search` is compared with the beginnings of the words of names, companies, addresses and numbers.
        """
        words = sorted(search.lower().replace("+", " ").split(), key=len, reverse=True)
        query: Any = self._contacts
        if words:
            query = query.where(filter=FieldFilter("search", "array_contains", words[0][:15]))
        elif flag:
            query = query.where(filter=FieldFilter(flag, "==", True))
        # Leaves out what has no activity: traces of merged contacts, contacts of which only a name is known.
        query = query.where(filter=FieldFilter("last_activity_at", ">", BEGINNING))
        query = _page(query, self._contacts, "last_activity_at", after, limit)
        found = [contact_of(snapshot) for snapshot in query.stream(timeout=READ_SECONDS)]
        last = found[-1] if len(found) == limit else None
        position = (last.last_activity_at, last.id) if last and last.last_activity_at else None
        return [contact for contact in found if _fits(contact, words, flag)], position

    def messages(self, contact_id: str, before: Position | None, limit: int) -> list[Message]:
        """List a contact's newest messages before a position, oldest first."""
        query = self._messages.where(filter=FieldFilter("contact_id", "==", contact_id))
        query = _page(query, self._messages, "at", before, limit)
        return [message_of(snapshot) for snapshot in query.stream(timeout=READ_SECONDS)][::-1]

    def changed_contacts(self, since: dt.datetime, limit: int) -> tuple[list[Contact], dt.datetime | None]:
        """List contacts changed since a moment, and the moment up to which that is all; None if none did."""
        snapshots = _changes(self._contacts, since, limit)
        return [contact_of(snapshot) for snapshot in snapshots], _complete_until(snapshots, limit)

    def changed_messages(
        self, contact_id: str, since: dt.datetime, limit: int
    ) -> tuple[list[Message], dt.datetime | None]:
        """List a contact's messages changed since a moment; as `changed_contacts`."""
        query = self._messages.where(filter=FieldFilter("contact_id", "==", contact_id))
        snapshots = _changes(query, since, limit)
        return [message_of(snapshot) for snapshot in snapshots], _complete_until(snapshots, limit)


def _page(query: Any, collection: Any, field: str, after: Position | None, limit: int) -> Any:
    query = query.order_by(field, direction=_DESCENDING).order_by("__name__", direction=_DESCENDING)
    if after:
        query = query.start_after({field: after[0], "__name__": collection.document(after[1])})
    return query.limit(limit)


def _changes(query: Any, since: dt.datetime, limit: int) -> list[Any]:
    query = query.where(filter=FieldFilter("updated_at", ">", since)).order_by("updated_at").limit(limit)
    return list(query.stream(timeout=READ_SECONDS))


def _complete_until(snapshots: list[Any], limit: int) -> dt.datetime | None:
    if not snapshots:
        return None
    last: dt.datetime = snapshots[-1].get("updated_at")
    read: dt.datetime = snapshots[-1].read_time
    return last if len(snapshots) == limit else read


def _fits(contact: Contact, words: list[str], flag: str) -> bool:
    flags = {
        "": True,
        "has_unread": contact.unread > 0,
        "needs_attention": contact.attention is not None,
        "paused": contact.paused,
    }
    known = set(contact.search_words)
    return flags[flag] and all(word[:15] in known for word in words)
