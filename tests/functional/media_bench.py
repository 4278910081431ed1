"""A process with real clients, simulators behind them, a clock that stands still, and messages that bring files."""

import hashlib
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from google.cloud import firestore

from functions.process.assistant.client import Assistant
from functions.process.media.fetch import fetch_media
from functions.process.runtime import Runtime
from functions.process.token_budget import TokenBudget
from local.openai_simulator import OpenAISimulator
from local.phone_simulator import PhoneSimulator
from local.phone_simulator.uploads import Media as PhoneMedia
from shared.model.business import BusinessSettings
from shared.model.contact import Contact
from shared.model.message import Media, Message
from shared.model.turn import Change
from shared.store.store import Store
from shared.whatsapp.client import WhatsApp
from tests.turns.fakes import Clock, FakeQueue
from tests.turns.world import make_settings

VOICE_TYPE = "audio/ogg; codecs=opus"


@dataclass
class MediaBench:
    """One customer, whose messages are stored and whose files are at WhatsApp."""

    phone: PhoneSimulator
    openai: OpenAISimulator
    client: firestore.Client
    clock: Clock
    queue: FakeQueue
    runtime: Runtime
    contact: Contact

    @property
    def store(self) -> Store:
        return self.runtime.store

    def fail(self, fault: str, times: int = 1, **more: Any) -> None:
        """Let the next calls about files at WhatsApp go wrong."""
        self.phone.simulation.faults.change(
            {"graph": {"fault": fault, "times": times, "endpoint": "media", **more}}
        )

    def calls(self) -> int:
        """How often WhatsApp was called."""
        return len(self.phone.simulation.calls)

    def receive(self, kind: str, content: bytes, mime_type: str, **media: Any) -> Message:
        """Store a message that came with a file; `media` says more, or something else, about the file."""
        at_whatsapp = self.phone.simulation.media.add(content, mime_type, "file")
        told = {"id": at_whatsapp.id, "mime_type": mime_type, "sha256": at_whatsapp.sha256, **media}
        message = Message(
            id=hashlib.sha256(at_whatsapp.id.encode()).hexdigest(),
            contact_id=self.contact.id,
            direction="in",
            author="customer",
            kind=kind,
            text="caption",
            status="new",
            payload=json.dumps({"type": kind, kind: told}),
            media=Media(**told),
            at=self.clock.now(),
        )
        current = self.store.contacts.get(self.contact.id)
        assert current is not None
        self.store.commit(current, Change(current, creates=(message,)))
        return self.stored(message)

    def stored(self, message: Message) -> Message:
        """Read a message."""
        found = self.store.messages.get(message.id)
        assert found is not None
        return found

    def wait_again(self, message: Message) -> None:
        """Do what staff's "try again" does."""
        failed = self.stored(message)
        assert failed.media is not None
        self.store.messages.set_media(failed, replace(failed.media, state="waiting", error=None))

    def state(self, message: Message) -> str:
        """How far a message's file is."""
        media = self.stored(message).media
        assert media is not None
        return media.state

    def error(self, message: Message) -> str | None:
        """Why a message's file is not there."""
        media = self.stored(message).media
        assert media is not None
        return media.error.code if media.error else None

    def attention(self) -> str | None:
        """Why staff are asked to look."""
        contact = self.store.contacts.get(self.contact.id)
        assert contact is not None
        return contact.attention.reason if contact.attention else None

    def replace_at_whatsapp(self, message: Message, content: bytes) -> None:
        """Let WhatsApp hold something else than it said."""
        assert message.media and message.media.id
        store = self.phone.simulation.media
        held = store.get(message.media.id)
        assert held is not None
        store._media[held.id] = _Damaged(held.id, held.mime_type, content, held.filename)


class _Damaged(PhoneMedia):
    """A file whose digest is not that of its content."""

    @property
    def sha256(self) -> str:
        return "0" * 64


@contextmanager
def open_bench(
    phone: PhoneSimulator, openai: OpenAISimulator, project_id: str, **settings: Any
) -> Iterator[MediaBench]:
    """Connect a process to the simulators and to an empty database."""
    phone.simulation.faults.clear()
    phone.simulation.calls.clear()
    openai.faults.clear()
    openai.calls.clear()
    chosen = make_settings(project_id, graph_api_url=phone.url, openai_base_url=openai.base_url, **settings)
    client = firestore.Client(project=project_id)
    clock = Clock()
    queue = FakeQueue(clock)
    pool = ThreadPoolExecutor(8)
    runtime = Runtime(
        budget=TokenBudget(Store(client).facts, BusinessSettings, clock.now),
        settings=chosen,
        store=Store(client),
        queue=queue,
        whatsapp=WhatsApp(chosen, sleep=lambda _: None),
        assistant=Assistant(chosen),
        pool=pool,
        files=pool,
        now=clock.now,
        sleep=clock.advance,
    )
    contact = Contact(id=uuid4().hex, created_at=clock.now(), phone="+393331234567")
    runtime.store.commit(contact, Change(contact))
    yield MediaBench(phone, openai, client, clock, queue, runtime, contact)
    runtime.close()


class HoldingFiles:
    """A store of files that keeps whoever saves waiting until it is released."""

    def __init__(self, files: Any) -> None:
        self._files = files
        self.released = threading.Event()
        self.saved = threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._files, name)

    def save(self, *arguments: Any) -> Any:
        """Wait, then save."""
        assert self.released.wait(30)
        result = self._files.save(*arguments)
        self.saved.set()
        return result


def fetch(bench: MediaBench, message: Message) -> Message:
    """Fetch a message's file, and prove that what is told of it is what is stored."""
    fetched = fetch_media(bench.runtime, message)
    stored = bench.stored(message)
    assert (fetched.media, fetched.transcript) == (stored.media, stored.transcript), "told and stored differ"
    return fetched
