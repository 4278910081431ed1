"""The one list of the places where a person is: every collection, what of a person it holds, and how it is found.

Exporting and erasing a person walk this list (shared/store/people.py), so that neither forgets a place that the
other knows. A collection that is not on it fails a test: whoever adds one has to say what of a person it holds.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.model.ids import identity_id
from shared.store.connection import READ_SECONDS, firestore_errors
from shared.store.identities import Identities

PAGE = 200
BARE = {"erased", "created_at", "updated_at"}  # what a contact that was erased is left with
_NUMBER = re.compile(r"\d{7,15}")
_USER_ID = re.compile(r"\b[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")


@dataclass(frozen=True)
class Person:
    """Who is looked for: the ids of their contact and of those merged into it, and of their identities."""

    contact_ids: tuple[str, ...]
    identity_ids: frozenset[str] = frozenset()


Find = Callable[[firestore.Client, Person], Iterator[Any]]


@dataclass(frozen=True)
class Place:
    """A collection, what of a person it holds, empty for nothing, and what finds their documents there.

    What is `below` another place's documents is found, exported and erased with them.
    """

    collection: str
    holds: str = ""
    find: Find | None = None
    below: str = ""


def _by_contact(collection: str) -> Find:
    """Find documents by their `contact_id`, in the order of their ids (1 read each)."""

    def find(client: firestore.Client, person: Person) -> Iterator[Any]:
        for contact_id in person.contact_ids:
            query = client.collection(collection).where(filter=FieldFilter("contact_id", "==", contact_id))
            yield from _pages(query)

    return find


def _by_id(collection: str) -> Find:
    def find(client: firestore.Client, person: Person) -> Iterator[Any]:
        references = [client.collection(collection).document(name) for name in person.contact_ids]
        with firestore_errors():
            snapshots = list(client.get_all(references, timeout=READ_SECONDS))
        yield from (snapshot for snapshot in snapshots if snapshot.exists)

    return find


def _contacts(client: firestore.Client, person: Person) -> Iterator[Any]:
    """Find contacts that still say something (1 read each)."""
    return (snapshot for snapshot in _by_id("contacts")(client, person) if set(snapshot.to_dict()) - BARE)


def _events(client: firestore.Client, person: Person) -> Iterator[Any]:
    """Find events that name the person: nothing else tells whose they are, so each is read (1 read each)."""
    if not person.identity_ids:
        return
    document_id = Identities(client).document_id
    for snapshot in _pages(client.collection("events")):
        if is_about(person, str(snapshot.get("payload")), document_id):
            yield snapshot


def is_about(person: Person, payload: str, document_id: Callable[[str], str]) -> bool:
    """Tell whether JSON of WhatsApp's names a person, by a number in whatever spelling or a user id of theirs.

    `document_id` tells the document of an identifier by the identifier's id; an older version's has that id itself.
    """
    named = (identity_id("phone", number) for number in _NUMBER.findall(payload))
    ids = (identity_id("user_id", name) for name in _USER_ID.findall(payload))
    return any({name, document_id(name)} & person.identity_ids for name in chain(named, ids))


def _pages(query: Any) -> Iterator[Any]:
    query = query.order_by("__name__").limit(PAGE)
    after: Any = None
    while True:
        with firestore_errors():
            rows = list((query.start_after(after) if after else query).stream(timeout=READ_SECONDS))
        yield from rows
        if len(rows) < PAGE:
            return
        after = rows[-1]


# In the order in which they are erased: what others are found by goes last.
PLACES: tuple[Place, ...] = (
    Place("events", "what WhatsApp sent about them and nobody understood, as it came", _events),
    Place(
        "messages", "what they and the business wrote, with former texts, quotes and files", _by_contact("messages")
    ),
    Place("files", "the files of their messages", below="messages"),
    Place("files/chunks", "the content of those files", below="messages"),
    Place("exports", "the file that was made for them, for a day", _by_contact("exports")),
    Place("notes", "what staff noted about them", _by_contact("notes")),
    Place("past_conversations", "ids of their older conversations at OpenAI", _by_contact("past_conversations")),
    Place("presence", "who of staff has their conversation open", _by_id("presence")),
    Place("activity", "what staff did in their conversation", _by_contact("activity")),
    Place("identities", "hashes of their numbers and user ids", _by_contact("identities")),
    Place("contacts", "names, number, profile, and where their conversation stands", _contacts),
    Place("erasures"),  # random ids and counts alone
    Place("previews"),  # what staff make up, for an hour
    Place("settings"),
    Place("settings/versions"),
    Place("staff"),
    Place("state"),
    Place("stats"),
)
