"""Walking over everything that is kept of a person (shared/store/places.py), to export it or to erase it."""

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.errors import GoneError, StaleError
from shared.model.contact import Contact
from shared.model.identifiers import Identity, identifiers_of, without_owners
from shared.model.ids import echo_id
from shared.model.turn import lease_is_free
from shared.store.connection import READ_SECONDS, WRITE_SECONDS, firestore_errors
from shared.store.contacts import Contacts
from shared.store.documents import contact_changes, identity_fields, stamped
from shared.store.erasures import Erasure, Erasures
from shared.store.expiry import delete_expired
from shared.store.exports import export_id
from shared.store.files import Files
from shared.store.identities import Identities
from shared.store.messages import NOBODY
from shared.store.places import PAGE, PLACES, Person, Place

KNOWN_AGAIN = dt.timedelta(days=8)  # WhatsApp may deliver a message again for seven
# How long OpenAI keeps a response, and WhatsApp a file: 30 days each, say both; asking for more costs little.
KEPT_ELSEWHERE = dt.timedelta(days=60)
IDS_IN_A_QUERY = 30  # that Firestore takes in one `in`


class People:
    """What is kept of a person, wherever it is; every method costs what its docstring states."""

    def __init__(self, client: firestore.Client) -> None:
        self._client = client
        self._contacts, self._identities = Contacts(client), Identities(client)
        self._files, self._erasures = Files(client), Erasures(client)

    def person(self, contact_id: str) -> Person:
        """Tell by what a contact and those merged into it are found (1 read each, 1 query each)."""
        contact_ids = self._all_ids([contact_id])
        known = [name for each in contact_ids for name in self._identities.of_contact(each)]
        return Person(tuple(contact_ids), frozenset(identity.id for identity in known))

    def detach(self, erasure: Erasure, now: dt.datetime, busy_seconds: float) -> bool:
        """Take a person's names off their contact, and every way to it, in one batch (1 write each).

        From then on nobody finds the contact or writes to it, and who writes under its number begins a new one.
        Where somebody is at work on it, what they began may take `busy_seconds`. False for who was to be erased for
        their silence alone and has spoken. Raises StaleError when the contact, or a way to it, changed meanwhile.
        """
        contact_ids = self._all_ids(erasure.contact_ids)
        contacts = self._contacts_of(contact_ids)
        if any(_spoke_since(contact, erasure.silent_since) for contact in contacts):
            return False
        batch = self._client.batch()
        for contact in contacts:
            option = self._client.write_option(last_update_time=contact.update_time)
            changes = contact_changes(contact, _detached(contact))
            batch.update(self._contacts.reference(contact.id), changes, option=option)
        names = [self._identities.document_id(each.id) for one in contacts for each in identifiers_of(one)]
        for identity in (each for name in contact_ids for each in self._identities.of_contact(name)):
            self._release(batch, identity, contact_ids)
            names.append(identity.id)
        is_busy = any(not lease_is_free(contact, now) for contact in contacts)
        conversations = [name for contact in contacts for name in _conversations(contact)]
        left = {"conversations": conversations, "identity_ids": names}
        unions = {name: firestore.ArrayUnion(ids) for name, ids in left.items() if ids}
        begin = now + dt.timedelta(seconds=busy_seconds if is_busy else 0)
        told = {"contact_ids": contact_ids, "stage": "store", "not_before": begin, **unions}
        batch.update(self._erasures.reference(erasure.id), told)
        try:
            with firestore_errors():
                batch.commit(timeout=WRITE_SECONDS)
        except GoneError as error:
            raise StaleError("a document was deleted since it was read") from error
        return True

    def erase_page(self, erasure: Erasure, now: dt.datetime) -> bool:
        """Erase up to 200 documents of a person, from the first place that has any; False when none has.

        Costs 1 read and 1 write each, with a message's file 1 read and 1 write for each chunk, and 1 write.
        """
        person = Person(tuple(erasure.contact_ids), frozenset(erasure.identity_ids))
        for place in PLACES:
            rows = list(islice(place.find(self._client, person), PAGE)) if place.find else []
            if rows:
                self._erase(erasure, place, person, rows, now)
                return True
        return False

    def forget_trace(self, erasure: Erasure) -> None:
        """Delete what told open pages that they are gone, and a file left half made (1 read, 2 writes each)."""
        batch = self._client.batch()
        for contact_id in erasure.contact_ids:
            self._files.delete(export_id(contact_id))
            batch.delete(self._contacts.reference(contact_id))
        with firestore_errors():
            batch.commit(timeout=WRITE_SECONDS)

    def delete_expired(self, now: dt.datetime, limit: int) -> int:
        """Delete the ids of erased messages that cannot come again; return how many."""
        return delete_expired(self._client, self._client.collection("messages"), now, limit)

    def documents(self, person: Person) -> Iterator[tuple[Place, Any]]:
        """Give every document of a person with its place (1 read each); files are found by their messages."""
        for place in PLACES:
            if place.find and place.collection != "exports":  # which are made of all the others
                yield from ((place, snapshot) for snapshot in place.find(self._client, person))

    def _erase(self, erasure: Erasure, place: Place, person: Person, rows: list[Any], now: dt.datetime) -> None:
        batch, left = self._client.batch(), dict[str, Any]()
        for row in rows:
            match place.collection:
                case "messages":
                    self._erase_message(batch, row, now)
                case "exports":
                    self._files.delete(row.id)
                    batch.delete(row.reference)
                case "activity":
                    batch.update(row.reference, {"contact_id": None})
                case "contacts":
                    batch.set(row.reference, stamped({"erased": True, "created_at": now}))
                case _:
                    batch.delete(row.reference)
        if place.collection == "messages":
            self._erase_quotes(batch, rows, person)
            recent = [row.to_dict() for row in rows if row.get("at") > now - KEPT_ELSEWHERE]
            left = {
                "responses": [name for message in recent if (name := message.get("response_id"))],
                "uploads": [name for message in recent if (name := (message.get("media") or {}).get("id"))],
            }
        if place.collection == "past_conversations":
            left = {"conversations": [name for row in rows for name in row.get("ids")]}
        unions = {name: firestore.ArrayUnion(ids) for name, ids in left.items() if ids}
        counts = {f"counts.{place.collection}": firestore.Increment(len(rows))}
        batch.update(self._erasures.reference(erasure.id), {**unions, **counts})
        with firestore_errors():
            batch.commit(timeout=WRITE_SECONDS)

    def _erase_message(self, batch: Any, row: Any, now: dt.datetime) -> None:
        """Have a batch delete a message; of one that may come again its id is kept. Its file goes before."""
        message = row.to_dict()
        if message.get("media"):
            self._files.delete(row.id)
        until = (message.get("created_at") or now) + KNOWN_AGAIN
        may_come_again = message.get("direction") == "in" or row.id == echo_id(message.get("whatsapp_id") or "")
        if not may_come_again or until <= now:
            batch.delete(row.reference)
            return
        kept = {"contact_id": NOBODY, "direction": "in", "author": "customer", "kind": "text", "text": ""}
        batch.set(row.reference, stamped({**kept, "status": "recorded", "at": now, "expire_at": until}))

    def _erase_quotes(self, batch: Any, rows: list[Any], person: Person) -> None:
        """Have a batch empty what other people's messages quote of these (1 query for 30, 1 write for each)."""
        for start in range(0, len(rows), IDS_IN_A_QUERY):
            ids = [row.id for row in rows[start : start + IDS_IN_A_QUERY]]
            query = self._client.collection("messages").where(filter=FieldFilter("quoted.id", "in", ids))
            with firestore_errors():
                quoting = list(query.select(["contact_id"]).stream(timeout=READ_SECONDS))
            for snapshot in quoting:
                if snapshot.get("contact_id") not in person.contact_ids:
                    batch.update(snapshot.reference, stamped({"quoted": None}))

    def _release(self, batch: Any, identity: Identity, contact_ids: list[str]) -> None:
        reference = self._identities.reference(identity.id)
        option = self._client.write_option(last_update_time=identity.update_time)
        kept = without_owners(identity, contact_ids)
        if kept is None:
            batch.delete(reference, option=option)
        else:
            batch.update(reference, identity_fields(kept), option=option)

    def _all_ids(self, contact_ids: Iterable[str]) -> list[str]:
        """Return these contacts and those that became one of them, also by way of others (1 query each)."""
        known = list(contact_ids)
        for contact_id in known:  # which grows meanwhile
            query = self._client.collection("contacts").where(filter=FieldFilter("merged_into", "==", contact_id))
            with firestore_errors():
                found = [snapshot.id for snapshot in query.select([]).stream(timeout=READ_SECONDS)]
            known += [name for name in found if name not in known]
        return known

    def _contacts_of(self, contact_ids: Iterable[str]) -> list[Contact]:
        return list(self._contacts.get_all(contact_ids).values())


def _detached(contact: Contact) -> Contact:
    """Return what is left of a contact: that it is gone, and a merge that is not finished yet."""
    merging = contact.merged_into is not None and contact.work_since is not None
    return Contact(
        id=contact.id,
        erased=True,
        merged_into=contact.merged_into if merging else None,
        created_at=contact.created_at,
        work_since=contact.work_since if merging else None,
        update_time=contact.update_time,
    )


def _spoke_since(contact: Contact, moment: dt.datetime | None) -> bool:
    return moment is not None and contact.last_activity_at is not None and contact.last_activity_at >= moment


def _conversations(contact: Contact) -> list[str]:
    present = [contact.conversation.id] if contact.conversation else []
    return list(dict.fromkeys([*contact.conversation_ids, *present]))
