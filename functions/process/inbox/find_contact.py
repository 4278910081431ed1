"""Whose is it: finding the one contact that a message, or a change of names, is about.

Documents `identities/{hash}` are the authority (shared/model/identifiers.py). All names that one event carries
are linked in the batch that stores it, so that the steady state needs one of them: 2 reads, no write. Names that
lead to several contacts prove that these are one person: they are then merged (merge.py beside this file), and
until that is done no field of theirs is overwritten, so that the next message finds the same out again should the
task be lost.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from functions.process.inbox.identity_change import IdentityChange, identity_change, whole_second
from functions.process.inbox.inbound import InboundMessage
from functions.process.runtime import Runtime
from shared.model.contact import Contact
from shared.model.identifiers import Identity, Links, Name, given_up, new_identity, taken
from shared.model.ids import random_id
from shared.queue.tasks import MergeTask

# Operators leave a number unused before they give it to somebody else (in the USA for 45 days at least, 47 CFR
# 52.15). Who changes to a number whose former user was silent that long is not that user.
REST = dt.timedelta(days=45)
MERGE_SECONDS = 10.0

Role = Literal["carried", "kept", "former", "current"]


class Claim(NamedTuple):
    """What an event says of a name: it was written under, kept, given up or taken."""

    name: Name
    role: Role


@dataclass(frozen=True)
class Found:
    """The contact that an event is about, as it is stored, and what the batch that stores the event writes along.

    `names` are the contact's fields that hold its names in use, as far as the event changes them.
    """

    contact: Contact
    names: dict[str, str | None] = field(default_factory=dict)
    links: Links = field(default_factory=Links)
    merges: tuple[MergeTask, ...] = ()


def find_contact(runtime: Runtime, inbound: InboundMessage) -> Found:
    """Find the contact of a message's sender, a new one if there is none (2 reads for a known customer)."""
    change = identity_change(inbound)
    if change:
        return find_changed(runtime, change)
    at, names = whole_second(inbound.at), inbound.identities
    identities = runtime.store.get_identities([names[0].id])
    owner = _owner(Claim(names[0], "carried"), identities, at)
    contact = runtime.store.get_contact(owner) if owner else None
    if contact and all(name.is_in_use(contact) for name in names):
        return Found(contact, {name.kind: name.value for name in names})
    return _settle(runtime, [Claim(name, "carried") for name in names], at, identities)


def find_changed(runtime: Runtime, change: IdentityChange) -> Found:
    """Find the contact whose names changed, a new one if it is not known (1 read for each name and contact)."""
    claims = [Claim(name, "former") for name in change.former]
    claims += [Claim(name, "kept") for name in change.kept]
    claims += [Claim(name, "current") for name in change.current]
    return _settle(runtime, claims, change.at, {})


def request_merges(runtime: Runtime, found: Found) -> None:
    """Have contacts merged that turned out to be one person, when the turn has had time to end."""
    for task in found.merges:
        runtime.queue.enqueue(task, delay=MERGE_SECONDS)


def _settle(runtime: Runtime, claims: Sequence[Claim], at: dt.datetime, known: dict[str, Identity]) -> Found:
    """Decide whose the names are, and what is to be written about each."""
    missing = [claim.name.id for claim in claims if claim.name.id not in known]
    identities = {**known, **runtime.store.get_identities(missing)}
    owners = _read_owners(runtime, claims, identities, at)
    robbed = _former_users(claims, owners, at)
    people = list({owner.id: owner for name_id, owner in owners.items() if owner.id not in robbed}.values())
    contact = people[0] if people else Contact(id=random_id(), created_at=runtime.now())
    owners = {name_id: owner for name_id, owner in owners.items() if owner.id not in robbed}
    names: dict[str, str | None] = {}
    written: list[Identity] = []
    for claim in claims:
        before, owner = identities.get(claim.name.id), owners.get(claim.name.id, contact)
        after = _after(claim, before, owner.id, at, is_known=claim.name.id in owners)
        if after and after != before:
            written.append(after)
        # A name of another contact is left to it until they are merged.
        if after and after.until is None and claim.role != "former" and after.contact_id == contact.id:
            names[claim.name.kind] = claim.name.value
    links = Links(tuple(written), tuple((one, one.model_copy(update={"phone": None})) for one in robbed.values()))
    return Found(contact, names, links, _merges(people))


def _owner(claim: Claim, identities: dict[str, Identity], at: dt.datetime) -> str | None:
    identity = identities.get(claim.name.id)
    if identity is None:
        return None
    if claim.name.kind == "phone" and claim.role in ("former", "kept") and identity.was_taken_after(at):
        earlier = [former for former in identity.earlier if at <= former.until]
        return earlier[0].contact_id if earlier else None
    return identity.owner(claim.name.kind, at)


def _read_owners(
    runtime: Runtime, claims: Sequence[Claim], identities: dict[str, Identity], at: dt.datetime
) -> dict[str, Contact]:
    """Read the contact of each name that has one, each contact once."""
    contacts: dict[str, Contact | None] = {}
    owners: dict[str, Contact] = {}
    for claim in claims:
        owner_id = _owner(claim, identities, at)
        if owner_id is None:
            continue
        if owner_id not in contacts:
            contacts[owner_id] = runtime.store.get_contact(owner_id)
        if owner := contacts[owner_id]:
            owners[claim.name.id] = owner
    return owners


def _former_users(claims: Sequence[Claim], owners: dict[str, Contact], at: dt.datetime) -> dict[str, Contact]:
    """Find who had a number long before the customer took it: another person, who lost it."""
    found: dict[str, Contact] = {}
    for claim in claims:
        owner = owners.get(claim.name.id)
        if owner is None or claim.role != "current" or claim.name.kind != "phone":
            continue
        others = {one.id for name_id, one in owners.items() if name_id != claim.name.id}
        silent = owner.window_closes_at is not None and owner.window_closes_at < at - REST
        if silent and owner.id not in others and claim.name.is_in_use(owner):
            found[owner.id] = owner
    return found


def _after(
    claim: Claim, identity: Identity | None, owner_id: str, at: dt.datetime, *, is_known: bool
) -> Identity | None:
    """Return what a name's document becomes; None when the event does not prove that it is the owner's."""
    if claim.role == "former":
        if identity is None:
            return new_identity(claim.name, owner_id, at, until=at)
        return given_up(identity, owner_id, at)
    if identity is None:
        return new_identity(claim.name, owner_id, at)
    if is_known:
        is_newer = claim.role == "current" and identity.contact_id == owner_id
        return taken(identity, owner_id, at) if is_newer else identity
    return None if claim.role == "kept" else taken(identity, owner_id, at)


def _merges(people: Sequence[Contact]) -> tuple[MergeTask, ...]:
    """Merge everybody into the one that has been known for longest."""
    oldest_first = sorted(people, key=lambda contact: (contact.created_at, contact.id))
    return tuple(MergeTask(winner=oldest_first[0].id, loser=loser.id) for loser in oldest_first[1:])
