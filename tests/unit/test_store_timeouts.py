"""Every call of the store to Firestore has a time-out: the client's own would outlast the request that waits."""

import datetime as dt
import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from google.cloud import firestore

from shared.model.business import BusinessSettings
from shared.model.contact import Contact
from shared.model.day_counts import DayCounts
from shared.model.message import Media, Message
from shared.model.retention import Retention, bounds_of
from shared.model.turn import Change
from shared.model.usage import Usage
from shared.store.activity import Act
from shared.store.business import SavedBusiness
from shared.store.erasures import Erasure
from shared.store.facts import TokenState, WordsState
from shared.store.files import StoredFile
from shared.store.places import Person
from shared.store.presence import Present
from shared.store.previews import PreviewAnswer, PreviewQuestion
from shared.store.replies import StoredReplies, StoredReply
from shared.store.retention import RetentionState
from shared.store.selections import Selection
from shared.store.store import Store

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
CONTACT = Contact(id="c", created_at=NOW)
MESSAGE = Message(
    id="m", contact_id="c", direction="in", author="customer", kind="text", text="ciao", status="new", at=NOW
)
FILE = StoredFile("m", size=3, mime_type="text/plain", chunks=1, sha256="")
STORED = {  # a document of every collection, as reading leaves out what it does not know
    "contact_id": "c",
    "direction": "in",
    "author": "customer",
    "kind": "text",
    "text": "ciao",
    "status": "new",
    "at": NOW,
    "created_at": NOW,
    "updated_at": NOW,
    "size": 3,
    "mime_type": "text/plain",
    "chunks": 1,
    "sha256": "",
    "content": b"abc",
    "email": "anna@example.com",
    "version": 1,
    "settings": {},
    "ids": ["conv_1"],
    "contact_ids": ["c"],
    "requested_at": NOW,
    "begun_at": NOW,
    "kept_until": NOW,
    "saved_at": NOW,
    "message": "ciao",
    "turns": [],
    "asked_at": NOW,
    "key": b"key",
    "made_at": NOW,
    "all_moved": False,
    "after": "i",
}

ERASURE = Erasure(id="e", contact_ids=["c"], requested_at=NOW)
BOUNDS = bounds_of(Retention(), NOW + dt.timedelta(days=700))
EDITED = replace(MESSAGE, transcript="ciao", media=Media(id="1", mime_type="image/jpeg", state="stored"))
SAVED = SavedBusiness(1, BusinessSettings(), "anna@example.com", NOW, [])

ALL = Selection((), lambda _: True)

CALLS: dict[str, Callable[[Store], Any]] = {
    "commit": lambda store: store.commit(
        CONTACT, Change(CONTACT, creates=(MESSAGE,), updates={"n": {"text": "a"}})
    ),
    "change_contact": lambda store: store.change_contact("c", lambda contact: replace(contact, unread=1)),
    "contacts.get": lambda store: store.contacts.get("c"),
    "contacts.get_unmerged": lambda store: store.contacts.get_unmerged("c"),
    "contacts.get_all": lambda store: store.contacts.get_all(["c"]),
    "contacts.finish_merge": lambda store: store.contacts.finish_merge("c"),
    "contacts.with_old_work": lambda store: store.contacts.with_old_work(NOW, 5),
    "contacts.page": lambda store: store.contacts.page(ALL, "anna", (NOW, "c"), 5),
    "contacts.count": lambda store: store.contacts.count(ALL),
    "contacts.due": lambda store: store.contacts.due("paused_until", NOW, 5),
    "contacts.changed": lambda store: store.contacts.changed(NOW, 5),
    "messages.get": lambda store: store.messages.get("m"),
    "messages.get_all": lambda store: store.messages.get_all(["m"]),
    "messages.recent": lambda store: store.messages.recent("c", 5),
    "messages.page": lambda store: store.messages.page("c", (NOW, "m"), 5),
    "messages.page_after": lambda store: store.messages.page_after("c", (NOW, "m"), 5),
    "messages.with_files": lambda store: store.messages.with_files("c", (NOW, "m"), 5),
    "messages.changed": lambda store: store.messages.changed("c", NOW, 5),
    "messages.find": lambda store: store.messages.find("wamid.1"),
    "messages.find_outbound": lambda store: store.messages.find_outbound("wamid.1"),
    "messages.bytes_received": lambda store: store.messages.bytes_received("c", NOW),
    "contacts.give_words": lambda store: store.contacts.give_words("a", 5),
    "facts.words_given": lambda store: store.facts.words_given(),
    "facts.set_words_given": lambda store: store.facts.set_words_given(WordsState(1)),
    "messages.search": lambda store: store.messages.search(["anna"], "c", (NOW, "m"), 5),
    "messages.give_words": lambda store: store.messages.give_words("m", 5),
    "messages.queued": lambda store: store.messages.queued(NOW, 5),
    "messages.update": lambda store: store.messages.update(MESSAGE, {"text": "a"}),
    "messages.set": lambda store: store.messages.set("m", {"text": "a"}),
    "messages.set_media": lambda store: store.messages.set_media(MESSAGE, Media(size=1)),
    "messages.add_status": lambda store: store.messages.add_status("m", "read", NOW, {}),
    "messages.move": lambda store: store.messages.move("c", "d", 5),
    "identities.get_all": lambda store: store.identities.get_all(["i"]),
    "identities.document_id": lambda store: store.identities.document_id("i"),
    "identities.move_unkeyed": lambda store: store.identities.move_unkeyed(NOW + dt.timedelta(days=2), 5),
    "identities.of_contact": lambda store: store.identities.of_contact("c"),
    "files.save": lambda store: store.files.save("m", b"abc", "text/plain"),
    "files.find": lambda store: store.files.find("m"),
    "files.load": lambda store: store.files.load("m"),
    "files.read": lambda store: store.files.read(FILE),
    "files.open": lambda store: store.files.open(FILE).read(),
    "files.delete": lambda store: store.files.delete("m"),
    "files.chunk_references": lambda store: store.files.chunk_references("m"),
    "files.read_chunk": lambda store: store.files.read_chunk(FILE, 0),
    "members.get": lambda store: store.members.get("anna@example.com"),
    "members.list": lambda store: store.members.list(),
    "members.end_session": lambda store: store.members.end_session("anna@example.com", "0", dt.timedelta(1)),
    "members.add": lambda store: store.members.add("anna@example.com", "owner@example.com"),
    "members.remove": lambda store: store.members.remove("anna@example.com"),
    "members.sign_out": lambda store: store.members.sign_out("anna@example.com"),
    "events.add": lambda store: store.events.add("field", "payload", NOW),
    "previews.ask": lambda store: store.previews.ask(PreviewQuestion("a", [], BusinessSettings()), NOW),
    "previews.question": lambda store: store.previews.question("p", NOW),
    "previews.give": lambda store: store.previews.give("p", PreviewAnswer("a", "b")),
    "previews.answer": lambda store: store.previews.answer("p"),
    "previews.forget": lambda store: store.previews.forget("p"),
    "previews.delete_expired": lambda store: store.previews.delete_expired(NOW, 5),
    "events.delete_expired": lambda store: store.events.delete_expired(NOW, 5),
    "facts.check": lambda store: store.facts.check(),
    "facts.token": lambda store: store.facts.token(),
    "facts.set_token": lambda store: store.facts.set_token(TokenState(refused=True)),
    "facts.openai": lambda store: store.facts.openai(),
    "facts.set_unpaid": lambda store: store.facts.set_unpaid("insufficient_quota"),
    "facts.set_lacks": lambda store: store.facts.set_lacks("responses"),
    "facts.set_shutdowns": lambda store: store.facts.set_shutdowns({"model": "2027-01-01"}, NOW),
    "facts.set_budget_used": lambda store: store.facts.set_budget_used(80, NOW),
    "facts.tokens": lambda store: store.facts.tokens("2026-11-28"),
    "facts.usage_of": lambda store: store.facts.usage_of(["2026-11-28"]),
    "facts.add_usage": lambda store: store.facts.add_usage("2026-11-28", [Usage(model="m", input_tokens=5)]),
    "facts.delete_expired": lambda store: store.facts.delete_expired(NOW, 5),
    "past_conversations.of_contact": lambda store: store.past_conversations.of_contact("c"),
    "past_conversations.move": lambda store: store.past_conversations.move("c", "d"),
    "notes.get": lambda store: store.notes.get("n"),
    "notes.page": lambda store: store.notes.page("c", (NOW, "n"), 5),
    "notes.move": lambda store: store.notes.move("c", "d", 5),
    "presence.note": lambda store: store.presence.note("c", Present("anna@example.com", NOW, typing=True)),
    "presence.of": lambda store: store.presence.of("c"),
    "presence.delete_expired": lambda store: store.presence.delete_expired(NOW, 5),
    "business.current": lambda store: store.business.current(),
    "business.version": lambda store: store.business.version(1),
    "business.versions": lambda store: store.business.versions(5),
    "business.save_next": lambda store: store.business.save_next(
        1, BusinessSettings(instructions="a"), saved_by="anna@example.com", now=NOW, default=BusinessSettings()
    ),
    "stats.add": lambda store: store.stats.add("2026-11-28", DayCounts(messages=1)),
    "replies.get": lambda store: store.replies.get(),
    "replies.put": lambda store: store.replies.put(StoredReplies(), [StoredReply("ciao", "Buongiorno")]),
    "stats.of": lambda store: store.stats.of([NOW.date()]),
    "activity.note": lambda store: store.activity.note(Act(NOW, "anna@example.com", "pause")),
    "activity.note_look": lambda store: store.activity.note_look(Act(NOW, "anna@example.com", "view", "c")),
    "activity.page": lambda store: store.activity.page((NOW, "a"), 5),
    "activity.delete_expired": lambda store: store.activity.delete_expired(NOW, 5),
    "retained.state": lambda store: store.retained.state(),
    "retained.set_state": lambda store: store.retained.set_state(RetentionState()),
    "retained.old_messages": lambda store: store.retained.old_messages(BOUNDS),
    "retained.delete": lambda store: store.retained.delete([MESSAGE]),
    "retained.walk": lambda store: store.retained.walk("files", BOUNDS, (NOW, "m")),
    "retained.strip": lambda store: store.retained.strip([EDITED], BOUNDS),
    "retained.old_acts": lambda store: store.retained.old_acts(BOUNDS),
    "retained.silent_contacts": lambda store: store.retained.silent_contacts(BOUNDS, 5),
    "retained.preview": lambda store: store.retained.preview(BOUNDS),
    "business.save": lambda store: store.business.save(SAVED),
    "past_conversations.note": lambda store: store.past_conversations.note("c", "conv_1"),
    "erasures.request": lambda store: store.erasures.request("c", NOW),
    "erasures.get": lambda store: store.erasures.get("e"),
    "erasures.note": lambda store: store.erasures.note("e", {"stage": "done"}),
    "erasures.went": lambda store: store.erasures.went("e", "uploads", ["1"], "uploads", 1),
    "erasures.with_work": lambda store: store.erasures.with_work(NOW, 5),
    "erasures.all": lambda store: list(store.erasures.all()),
    "erasures.forget": lambda store: store.erasures.forget("e"),
    "exports.begin": lambda store: store.exports.begin("c", NOW),
    "exports.get": lambda store: store.exports.get("e"),
    "exports.take": lambda store: store.exports.take("e", NOW, 90),
    "exports.note": lambda store: store.exports.note("e", state="done"),
    "exports.with_work": lambda store: store.exports.with_work(NOW, 5),
    "exports.delete_expired": lambda store: store.exports.delete_expired(NOW, 5),
    "files.writer": lambda store: store.files.writer("m", "text/plain").__exit__(None, None, None),
    "people.person": lambda store: store.people.person("c"),
    "people.detach": lambda store: store.people.detach(ERASURE, NOW, 90),
    "people.erase_page": lambda store: store.people.erase_page(ERASURE, NOW),
    "people.forget_trace": lambda store: store.people.forget_trace(ERASURE),
    "people.delete_expired": lambda store: store.people.delete_expired(NOW, 5),
    "people.documents": lambda store: list(store.people.documents(Person(("c",)))),
}

NO_CALLS = {
    "close",
    "past_conversations.put",
    "notes.put",
    "erasures.reference",
    "notes.take",
    "notes.reference",
    "contacts.reference",
    "messages.reference",
    "identities.reference",
}


class Firestore:
    """The client, and whatever comes of it: collections, queries, references; all hold the same document."""

    id = "0"

    def __init__(self) -> None:
        self.calls = 0

    def __getattr__(self, name: str) -> Callable[..., "Firestore"]:
        if name not in {"collection", "document", "where", "order_by", "limit", "start_after", "select"}:
            raise AttributeError(name)
        return lambda *_arguments, **_options: self

    def sum(self, _field: str) -> SimpleNamespace:
        return SimpleNamespace(get=lambda **options: [[SimpleNamespace(value=self.call(**options) and 3)]])

    def count(self) -> SimpleNamespace:
        return self.sum("")

    def write_option(self, **_options: Any) -> None:
        return None

    def batch(self) -> "Batch":
        return Batch(self)

    def get(self, **options: Any) -> SimpleNamespace:
        return self._snapshot(**options)

    def get_all(self, _references: list["Firestore"], **options: Any) -> Iterator[SimpleNamespace]:
        return iter([self._snapshot(**options)])

    def stream(self, **options: Any) -> Iterator[SimpleNamespace]:
        return iter([self._snapshot(**options)])

    def create(self, _fields: Any, **options: Any) -> SimpleNamespace:
        return self.call(**options)

    def set(self, _fields: Any, **options: Any) -> SimpleNamespace:
        return self.call(**options)

    def update(self, _fields: Any, **options: Any) -> SimpleNamespace:
        return self.call(**options)

    def delete(self, **options: Any) -> SimpleNamespace:
        return self.call(**options)

    def call(self, *, timeout: float, **_options: Any) -> SimpleNamespace:
        """Count a call; without a time-out it is a TypeError."""
        assert timeout > 0
        self.calls += 1
        return SimpleNamespace(update_time=NOW, transform_results=())

    def _snapshot(self, **options: Any) -> SimpleNamespace:
        self.call(**options)
        return SimpleNamespace(
            id=self.id,
            exists=True,
            reference=self,
            update_time=NOW,
            read_time=NOW,
            to_dict=lambda: dict(STORED),
            get=STORED.get,
        )


class Batch:
    """Writes that go over the network together."""

    def __init__(self, client: Firestore) -> None:
        self._client = client
        self._writes = 0

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name not in {"create", "set", "update", "delete"}:
            raise AttributeError(name)
        return self._add

    def commit(self, **options: Any) -> list[SimpleNamespace]:
        return [self._client.call(**options)] * self._writes

    def _add(self, _reference: Firestore, *_fields: Any, **_options: Any) -> None:
        self._writes += 1


@pytest.mark.parametrize("name", CALLS)
def test_call_of_firestore_has_a_time_out(name):
    client = Firestore()
    CALLS[name](Store(cast(firestore.Client, client)))
    assert client.calls > 0


def test_every_public_method_of_the_store_is_among_them():
    store = Store(cast(firestore.Client, Firestore()))
    parts = {f"{name}.": part for name, part in vars(store).items() if not name.startswith("_")}
    methods = {
        prefix + name
        for prefix, part in {"": store, **parts}.items()
        for name, _ in inspect.getmembers(part, inspect.ismethod)
        if not name.startswith("_")
    }
    assert len(parts) == 19
    assert methods == CALLS.keys() | NO_CALLS
