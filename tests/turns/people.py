"""What WhatsApp tells of one person under several names, and what must have become of it in the end."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from shared.model.contact import Contact
from shared.model.ids import inbound_id
from shared.queue.tasks import IdentityTask, MessageTask, Task
from tests.turns.fakes import START
from tests.turns.world import World

Json = dict[str, Any]

OLD, OLD_SPELT, NEW = "5511987654321", "551187654321", "393331234567"
OLD_ID, NEW_ID, PARENT = "BR.1349", "IT.9999", "BR.ENT.77"
NO_LIMITS = {"rate_per_minute": 0, "rate_per_day": 0}


def minute(number: float) -> dt.datetime:
    """So many minutes into the story, which is over when the world begins."""
    return START - dt.timedelta(hours=1) + dt.timedelta(minutes=number)


def make_world() -> World:
    """A world with an empty database, in which nobody writes too much."""
    return World(f"test-{uuid4().hex[:20]}", **NO_LIMITS)


def play(world: World, tasks: Sequence[Task], *, sweeps: int = 2) -> None:
    """Let the queue deliver some tasks, and all that comes of them."""
    for task in tasks:
        world.queue.put(task)
    world.run_until_quiet(sweeps=sweeps)


def said(name: str, at: dt.datetime, **names: str) -> MessageTask:
    """A text message, under a phone number, a user id, the id at the parent company, or several of them."""
    body = {"id": name, "timestamp": stamp(at), "type": "text", "text": {"body": name}, **_sender(**names)}
    return MessageTask(message=body, contact=_entry(**names))


def changed_number(name: str, at: dt.datetime, new: str, **old: str) -> MessageTask:
    """The system message that a customer changed their number."""
    detail = {"type": "user_changed_number", "wa_id": new, "body": name}
    return MessageTask(message=_system(name, at, detail, **old))


def changed_user_id(name: str, at: dt.datetime, new: str, **old: str) -> MessageTask:
    """The system message that a customer's user id changed."""
    detail = {"type": "user_changed_user_id", "user_id": new, "body": name}
    return MessageTask(message=_system(name, at, detail, **old))


def told_previous(name: str, at: dt.datetime, new: str, previous: Json, **sender: str) -> MessageTask:
    """The system message in Meta's present form: it names the id from before, and its sender is new or missing."""
    detail = {"type": "user_changed_user_id", "user_id": new, "body": name, **previous}
    return MessageTask(message=_system(name, at, detail, **sender))


def updated_user_id(at: dt.datetime, old: str, new: str, phone: str | None = None) -> IdentityTask:
    """An item of the webhook field `user_id_update`."""
    update = {"user_id": {"previous": old, "current": new}, "timestamp": stamp(at)}
    return IdentityTask(update={**update, **({"wa_id": phone} if phone else {})})


def stamp(at: dt.datetime) -> str:
    """A time as WhatsApp writes it."""
    return str(int(at.timestamp()))


def contacts(world: World) -> list[Contact]:
    """All contacts that were not merged into another one."""
    read = [
        world.store.contacts.get_unmerged(snapshot.id) for snapshot in world.client.collection("contacts").stream()
    ]
    return [contact for contact in read if contact and contact.merged_into is None]


def check_one_person(world: World, texts: list[str], systems: list[str] | None = None) -> Contact:
    """All names lead to one contact; it has every message once, each text answered once; nothing else is left."""
    found = contacts(world)
    assert len(found) == 1, [(contact.phone, contact.user_id) for contact in found]
    contact = found[0]
    for name in texts:
        assert (name, world.inbound(name).status) == (name, "answered")
    for name in systems or []:
        assert (name, world.inbound(name).status) == (name, "recorded")
    stored = [
        {**(snapshot.to_dict() or {}), "id": snapshot.id}
        for snapshot in world.client.collection("messages").stream()
    ]
    assert {message["contact_id"] for message in stored} == {contact.id}
    inbound = {message["id"] for message in stored if message["direction"] == "in"}
    assert inbound == {inbound_id(name) for name in [*texts, *(systems or [])]}
    answered = [line for text in world.texts() for line in text.removeprefix("re: ").split("\n")]
    assert sorted(answered) == sorted(texts)
    assert (contact.pending, contact.turn, contact.lease) == ([], None, None)
    check_traces(world, contact)
    return contact


def check_traces(world: World, contact: Contact) -> None:
    """What was merged holds nothing any more, and no name leads there."""
    for snapshot in world.client.collection("contacts").stream():
        trace = snapshot.to_dict() or {}
        if trace["merged_into"]:
            kept = {name for name, value in trace.items() if value not in (None, [], {}, "", 0, False)}
            assert kept == {"merged_into", "created_at", "updated_at"}, kept
    owners = {snapshot.get("contact_id") for snapshot in world.client.collection("identities").stream()}
    assert owners == {contact.id}


def _system(name: str, at: dt.datetime, detail: Json, **names: str) -> Json:
    return {"id": name, "timestamp": stamp(at), "type": "system", "system": detail, **_sender(**names)}


def _sender(phone: str = "", user_id: str = "", parent: str = "") -> Json:
    fields = {"from": phone, "from_user_id": user_id, "from_parent_user_id": parent}
    return {name: value for name, value in fields.items() if value}


def _entry(phone: str = "", user_id: str = "", parent: str = "") -> Json:
    fields = {"wa_id": phone, "user_id": user_id, "parent_user_id": parent}
    return {"profile": {"name": "Mario"}, **{name: value for name, value in fields.items() if value}}
