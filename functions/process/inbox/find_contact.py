"""Whose is it: finding the one contact that a message, or a change of identifiers, is about.

Documents `identities/{hash}` are the authority (shared/model/identifiers.py). All identifiers that one event
carries are linked in the batch that stores it, so that the steady state needs one of them: 2 reads, no write.
Identifiers that lead to several contacts prove that these are one person: they are then merged (merge.py beside
this file), and until that is done no field of theirs is overwritten, so that the next message finds the same out
again should the task be lost.

Reading (`find_contact`, `find_changed`) and deciding (`decide`, pure) are apart.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from functions.process.inbox.accounts import after_notice, is_another_account, is_long_silent, left_to_staff
from functions.process.inbox.events import keep_event
from functions.process.inbox.identity_change import IdentityChange, identity_update
from functions.process.inbox.inbound import InboundMessage
from functions.process.inbox.times import whole_second
from functions.process.runtime import Runtime
from shared.errors import BadRequestError
from shared.log import logger
from shared.model.contact import Contact
from shared.model.identifiers import (
    Identifier,
    Identity,
    Links,
    given_up,
    new_identity,
    taken,
)
from shared.model.ids import random_id
from shared.model.turn import Change
from shared.queue.tasks import IdentityTask, MergeTask, RawTask
from shared.store.optimistic import until_written

MERGE_SECONDS = 10.0

Role = Literal["carried", "kept", "former", "current"]


class Claim(NamedTuple):
    """What an event says of an identifier: it was written under, kept, given up or taken."""

    identifier: Identifier
    role: Role


@dataclass(frozen=True)
class Known:
    """What is stored about claimed identifiers: their identities, and whose each was at the time, by id."""

    identities: dict[str, Identity]
    owners: dict[str, Contact]


@dataclass(frozen=True)
class Found:
    """The contact that an event is about, as it is stored, and what the batch that stores the event writes along.

    `in_use` are the identifiers that the contact is known by from now on, as far as the event tells them.
    """

    contact: Contact
    in_use: tuple[Identifier, ...] = ()
    links: Links = field(default_factory=Links)
    merges: tuple[MergeTask, ...] = ()


def find_contact(runtime: Runtime, inbound: InboundMessage) -> Found:
    """Find the contact of a message's sender, a new one if there is none (2 reads for a known customer)."""
    if inbound.change:
        return find_changed(runtime, inbound.change)
    at, sender = whole_second(inbound.at), inbound.sender
    identities = runtime.store.identities.get_all([sender[0].id])
    owner_id = _owner_id(Claim(sender[0], "carried"), identities, at)
    contact = runtime.store.contacts.get(owner_id) if owner_id else None
    if contact and all(identifier.is_in_use(contact) for identifier in sender):
        return Found(contact, tuple(sender))
    claims = [Claim(identifier, "carried") for identifier in sender]
    return decide(claims, at, _gather(runtime, claims, at, identities), _stranger(runtime))


def find_changed(runtime: Runtime, change: IdentityChange) -> Found:
    """Find the contact whose identifiers changed, a new one if it is not known (1 read each, and 1 a contact)."""
    claims = [Claim(identifier, "former") for identifier in change.former]
    claims += [Claim(identifier, "kept") for identifier in change.kept]
    claims += [Claim(identifier, "current") for identifier in change.current]
    return decide(claims, change.at, _gather(runtime, claims, change.at, {}), _stranger(runtime))


def request_merges(runtime: Runtime, found: Found) -> None:
    """Have contacts merged that turned out to be one person, when the turn has had time to end."""
    for task in found.merges:
        runtime.queue.enqueue(task, delay=MERGE_SECONDS)


def update_identity(runtime: Runtime, task: IdentityTask) -> None:
    """Let a contact follow a change of its identifiers; what tells of no change is kept as an event.

    A contact that is not known is created, so that messages under either identifier find the same one; it is shown
    to staff once there is one.
    """
    try:
        change = identity_update(task, runtime.now())
    except BadRequestError:
        keep_event(runtime, RawTask(field="user_id_update", value=task.update))
        return

    def attempt() -> Found:
        found = find_changed(runtime, change)
        after = after_notice(found.contact, found.in_use, change, runtime.now())
        after = replace(
            after,
            username=change.username or after.username,
            whatsapp_name=change.whatsapp_name or after.whatsapp_name,
        )
        if after != found.contact or found.links != Links():
            left = left_to_staff(found.contact, after)
            runtime.store.commit(found.contact, Change(after, updates=left), found.links)
        return found

    found = until_written(attempt, runtime.sleep)
    request_merges(runtime, found)
    logger.info("identity_changed", contact=found.contact.id, merges=len(found.merges))


def decide(claims: Sequence[Claim], at: dt.datetime, known: Known, stranger: Contact) -> Found:
    """Decide whose the identifiers are, and what is to be written about each; `stranger` is used if nobody's."""
    dispossessed = _former_users(claims, known.owners, at) | _other_accounts(claims, known.owners, at)
    owners = {key: owner for key, owner in known.owners.items() if owner.id not in dispossessed}
    people = list({owner.id: owner for owner in owners.values()}.values())
    contact = people[0] if people else stranger
    in_use: list[Identifier] = []
    written: list[Identity] = []
    for claim in claims:
        key = claim.identifier.id
        before, owner = known.identities.get(key), owners.get(key, contact)
        after = _after(claim, before, owner.id, at, is_known=key in owners)
        if after and after != before:
            written.append(after)
        # An identifier of another contact is left to it until they are merged.
        if after and after.until is None and claim.role != "former" and after.contact_id == contact.id:
            in_use.append(claim.identifier)
    lost_numbers = tuple((one, replace(one, phone=None)) for one in dispossessed.values() if one.phone)
    return Found(contact, tuple(in_use), Links(tuple(written), lost_numbers), _merges(people))


def _gather(runtime: Runtime, claims: Sequence[Claim], at: dt.datetime, identities: dict[str, Identity]) -> Known:
    """Read the identity of each claimed identifier, and the contact of each that has one, each once."""
    missing = [claim.identifier.id for claim in claims if claim.identifier.id not in identities]
    identities = {**identities, **runtime.store.identities.get_all(missing)}
    contacts: dict[str, Contact | None] = {}
    owners: dict[str, Contact] = {}
    for claim in claims:
        owner_id = _owner_id(claim, identities, at)
        if owner_id is None:
            continue
        if owner_id not in contacts:
            contacts[owner_id] = runtime.store.contacts.get(owner_id)
        if owner := contacts[owner_id]:
            owners[claim.identifier.id] = owner
    return Known(identities, owners)


def _stranger(runtime: Runtime) -> Contact:
    return Contact(id=random_id(), created_at=runtime.now())


def _owner_id(claim: Claim, identities: dict[str, Identity], at: dt.datetime) -> str | None:
    identifier, identity = claim.identifier, identities.get(claim.identifier.id)
    if identity is None:
        return None
    if identifier.kind == "phone" and claim.role in ("former", "kept") and identity.was_taken_after(at):
        return next((former.contact_id for former in identity.earlier if at <= former.until), None)
    return identity.owner(identifier.kind, at)


def _former_users(claims: Sequence[Claim], owners: dict[str, Contact], at: dt.datetime) -> dict[str, Contact]:
    """Find who had a number long before the customer took it: another person, who lost it."""
    found: dict[str, Contact] = {}
    for claim in claims:
        identifier, owner = claim.identifier, owners.get(claim.identifier.id)
        if owner is None or claim.role != "current" or identifier.kind != "phone":
            continue
        others = {other.id for key, other in owners.items() if key != identifier.id}
        if is_long_silent(owner, at) and owner.id not in others and identifier.is_in_use(owner):
            found[owner.id] = owner
    return found


def _other_accounts(claims: Sequence[Claim], owners: dict[str, Contact], at: dt.datetime) -> dict[str, Contact]:
    """Find who had the number under which another account writes, and lost it.

    That account is known as another contact's, or the number was silent long enough to be given to somebody else.
    """
    carried = [claim.identifier for claim in claims if claim.role == "carried"]
    numbers = [identifier for identifier in carried if identifier.kind == "phone"]
    others = {owner.id for key, owner in owners.items() if key not in {number.id for number in numbers}}
    found: dict[str, Contact] = {}
    for number in numbers:
        owner = owners.get(number.id)
        if owner is None or owner.id in others or not is_another_account(owner, carried):
            continue
        if others or is_long_silent(owner, at):
            found[owner.id] = owner
    return found


def _after(
    claim: Claim, identity: Identity | None, owner_id: str, at: dt.datetime, *, is_known: bool
) -> Identity | None:
    """Return what an identity becomes; None when the event does not prove that it is the owner's."""
    if claim.role == "former":
        if identity is None:
            return new_identity(claim.identifier, owner_id, at, until=at)
        return given_up(identity, owner_id, at)
    if identity is None:
        return new_identity(claim.identifier, owner_id, at)
    if is_known:
        is_newer = claim.role == "current" and identity.contact_id == owner_id
        return taken(identity, owner_id, at) if is_newer else identity
    return None if claim.role == "kept" else taken(identity, owner_id, at)


def _merges(people: Sequence[Contact]) -> tuple[MergeTask, ...]:
    """Merge everybody into the one that has been known for longest."""
    oldest_first = sorted(people, key=lambda contact: (contact.created_at, contact.id))
    return tuple(MergeTask(winner=oldest_first[0].id, loser=loser.id) for loser in oldest_first[1:])
