"""WhatsApp, OpenAI, the queue and the clock as hand-written fakes, for driving the turn through bad days.

Every call of a collaborator passes through a `Gate` before and after it takes effect. A gate is where a process
can be crashed and where the seeded scheduler switches between processes.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from typing import Any

from google.cloud import firestore

from functions.process.assistant.details import ContactDetails
from functions.process.assistant.finished import Answer, Item
from shared.errors import FileUnavailableError, RemoteError, SendUnknownError
from shared.model.business import CollectedField
from shared.model.contact import Contact, Conversation
from shared.model.identifiers import Links
from shared.model.turn import Change
from shared.model.usage import Usage
from shared.queue.tasks import Delivery, StatusTask, Task
from shared.store.store import Store
from shared.whatsapp.client import CALLBACK_PREFIX
from shared.whatsapp.download import Downloaded, Wanted

START = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)

TIMES = re.compile(r"^\[\w+ \d+ \w+ \d{4}, \d\d:\d\d\] ", re.MULTILINE)  # that messages carry after an hour

Gate = Callable[[str], None]
# Calls of the store, besides `commit`, that pass a gate.
STORE_METHODS = (
    "contacts.get",
    "contacts.get_unmerged",
    "contacts.finish_merge",
    "identities.get_all",
    "identities.of_contact",
    "messages.get",
    "messages.get_all",
    "messages.add_status",
    "messages.move",
)


class Crash(BaseException):
    """The process dies here: no handler of the product runs after it."""


def crash_at(*points: str) -> Gate:
    """A gate that kills the process at the first point whose name is given, and whatever it does after."""
    dead = False

    def gate(name: str) -> None:
        nonlocal dead
        dead = dead or name in points
        if dead:
            raise Crash(name)

    return gate


class Clock:
    """A clock that stands still unless it is moved."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> dt.datetime:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += dt.timedelta(seconds=seconds)


class GatedStore(Store):
    """The real store, each call of which passes a gate."""

    def __init__(self, client: firestore.Client, gate: Gate) -> None:
        super().__init__(client)
        self._gate = gate
        for part in {method.partition(".")[0] for method in STORE_METHODS}:
            methods = [name for owner, _, name in (m.partition(".") for m in STORE_METHODS) if owner == part]
            setattr(self, part, Gated(getattr(self, part), gate, methods, f"store.{part}"))

    def commit(self, before: Contact, change: Change, links: Links | None = None) -> Contact:
        self._gate("store.commit before")
        stored = super().commit(before, change, links)
        self._gate("store.commit after")
        return stored


class Gated:
    """Passes each call of a method of `target` through the gate, before and after."""

    def __init__(self, target: Any, gate: Gate, methods: Sequence[str], name: str) -> None:
        self._target, self._gate, self._methods, self._name = target, gate, methods, name

    def __getattr__(self, method: str) -> Any:
        attribute = getattr(self._target, method)
        if method not in self._methods:
            return attribute

        def call(*arguments: Any, **options: Any) -> Any:
            self._gate(f"{self._name}.{method} before")
            result = attribute(*arguments, **options)
            self._gate(f"{self._name}.{method} after")
            return result

        return call


@dataclass
class Scheduled:
    """A task in the fake queue."""

    due: dt.datetime
    order: int
    task: Task
    delivery: Delivery

    def again(self, response: int | None) -> Delivery:
        """The next delivery of the task, after this one was answered so (503: its connection was lost)."""
        return replace(self.delivery, attempt=self.delivery.attempt + 1, previous_response=response)


@dataclass
class FakeQueue:
    """Keeps tasks until they are due; a named task is accepted once."""

    clock: Clock
    tasks: list[Scheduled] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    count: int = 0

    def enqueue(self, task: Task, *, delay: float = 0, name: str = "") -> None:
        if name and name in self.names:
            return
        self.names.add(name)
        self.put(task, delay)

    def enqueue_all(self, tasks: Iterable[Task]) -> None:
        for task in tasks:
            self.enqueue(task)

    def check(self) -> None:
        return

    def put(self, task: Task, delay: float = 0, delivery: Delivery | None = None) -> None:
        self.count += 1
        due = self.clock.now() + dt.timedelta(seconds=delay)
        self.tasks.append(Scheduled(due, self.count, task, delivery or Delivery(f"task-{self.count}")))

    def due(self) -> list[Scheduled]:
        return sorted((task for task in self.tasks if task.due <= self.clock.now()), key=lambda task: task.order)

    def next_due(self) -> dt.datetime | None:
        return min((task.due for task in self.tasks), default=None)


@dataclass
class Sent:
    """A message that reached the customer."""

    contact_id: str
    text: str
    message_id: str
    at: dt.datetime
    choices: list[str] = field(default_factory=list)


@dataclass
class FakeWhatsApp:
    """Delivers to customers; `outcomes` tells what the next sends do, `ok` when it is empty.

    ok; failed and refused raise that error and deliver nothing; hang delivers and then the answer is lost;
    lost delivers nothing and nobody can tell. Statuses come back through the queue after `status_delay`
    seconds unless `statuses` is off.
    """

    queue: FakeQueue
    clock: Clock
    sent: list[Sent] = field(default_factory=list)
    outcomes: list[str | RemoteError] = field(default_factory=list)
    decide: Callable[[], str | RemoteError] = lambda: "ok"
    statuses: bool = True
    status_delay: float = 1.0
    read: list[str] = field(default_factory=list)
    uploads: list[tuple[bytes, str, str]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)  # uploads that WhatsApp still has
    upload_outcomes: list[RemoteError] = field(default_factory=list)
    replies: dict[str, str | None] = field(default_factory=dict)  # WhatsApp's id of what each message quotes

    def send_text(
        self,
        contact: Contact,
        text: str,
        message_id: str,
        choices: Sequence[str] = (),
        *,
        reply_to: str | None = None,
    ) -> str:
        self.replies[message_id] = reply_to
        return self._send(contact, text, message_id, choices)

    def send_reaction(self, contact: Contact, whatsapp_id: str, emoji: str, message_id: str) -> str:
        return self._send(contact, f"[{emoji or 'no reaction'} to {whatsapp_id}]", message_id)

    def send_template(self, contact: Contact, template: dict[str, Any], message_id: str) -> str:
        return self._send(contact, f"[template {template['name']}]", message_id)

    def send_media(
        self, contact: Contact, kind: str, file: Mapping[str, Any], message_id: str, *, reply_to: str | None = None
    ) -> str:
        self.replies[message_id] = reply_to
        return self._send(
            contact,
            " ".join(filter(None, [f"[{kind} {file['id']}]", file["filename"], file["caption"]])),
            message_id,
        )

    def upload_media(self, content: bytes, mime_type: str, filename: str) -> str:
        outcome = self.upload_outcomes.pop(0) if self.upload_outcomes else None
        if outcome:
            raise outcome
        self.uploads.append((content, mime_type, filename))
        self.files[f"upload-{len(self.uploads)}"] = content
        return f"upload-{len(self.uploads)}"

    def delete_media(self, media_id: str) -> None:
        self.files.pop(media_id, None)

    def _send(self, contact: Contact, text: str, message_id: str, choices: Sequence[str] = ()) -> str:
        outcome = self.outcomes.pop(0) if self.outcomes else self.decide()
        if isinstance(outcome, RemoteError):
            raise outcome
        if outcome != "lost":
            self._deliver(contact, text, message_id, choices)
        if outcome in ("hang", "lost"):
            raise SendUnknownError("no answer")
        return f"wamid.{message_id}.{len(self.sent)}"

    def mark_read(self, whatsapp_id: str, *, typing: bool) -> None:
        self.read.append(whatsapp_id)

    def check_token(self) -> None:
        return

    def close(self) -> None:
        return

    def download_media(self, wanted: Wanted, max_bytes: int) -> Downloaded:
        """Files that a test did not store beforehand are gone."""
        raise FileUnavailableError("gone", remote_code="expired")

    def _deliver(self, contact: Contact, text: str, message_id: str, choices: Sequence[str]) -> None:
        self.sent.append(Sent(contact.id, text, message_id, self.clock.now(), list(choices)))
        if self.statuses:
            for offset, status in enumerate(("sent", "delivered")):
                self.queue.put(self.status(message_id, status), self.status_delay + offset)

    def status(self, message_id: str, status: str) -> StatusTask:
        """What the webhook enqueues for a delivery status of a message of ours."""
        stamp = str(int(self.clock.now().timestamp()))
        callback = CALLBACK_PREFIX + message_id
        return StatusTask(status={"status": status, "timestamp": stamp, "biz_opaque_callback_data": callback})


@dataclass
class FakeAssistant:
    """Answers with the words it was given, so that an answer tells which messages it is for."""

    clock: Clock
    conversations: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    outcomes: list[Exception] = field(default_factory=list)
    decide: Callable[[], Exception | None] = lambda: None
    asked: list[str] = field(default_factory=list)
    given: list[list[Item]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    details: ContactDetails | None = field(default_factory=lambda: ContactDetails(values={}))  # None: it fails
    during: Callable[[], object] | None = None
    seconds: float = 0
    sleep: Callable[[float], None] | None = None
    split: str | None = None
    usage: Usage = field(default_factory=Usage)  # of each answer
    summary_usage: Usage = field(default_factory=Usage)
    spend: Callable[[Usage], None] = lambda usage: None
    unpaid: RemoteError | None = None
    lacks: RemoteError | None = None
    found: str | None = None  # in documents, by each answer
    switched_off: dict[str, str] = field(default_factory=dict)
    looks: int = 0
    read: list[str] = field(default_factory=list)  # by extractions
    heard: str = ""  # in recordings
    responses: set[str] = field(default_factory=set)
    down: bool = False

    @property
    def records(self) -> "FakeRecords":
        return FakeRecords(self)

    def new_conversation(
        self, seed: Sequence[Item], now: dt.datetime, begun: Callable[[str], None] = lambda _: None
    ) -> Conversation:
        name = f"conv_{len(self.conversations)}"
        if seed:
            begun(name)
        self.conversations[name] = [{"id": f"{name}-{i}", "text": str(item)} for i, item in enumerate(seed)]
        last = self.conversations[name][-1]["id"] if seed else None
        return Conversation(id=name, started_at=now, last_item=last)

    def ask(
        self, conversation: Conversation, items: Sequence[Item], text: str, *, customer: str, turn: str
    ) -> Answer:
        failure = self.outcomes.pop(0) if self.outcomes else self.decide()
        if failure:
            raise failure
        words = _words(items)
        self.asked.append(words)
        self.given.append(list(items))
        self.told.append(text)
        if self.during:
            self.during()
        if self.seconds and self.sleep:
            self.sleep(self.seconds)
        answer = self.split or f"re: {TIMES.sub('', words)}"
        log = self.conversations[conversation.id]
        log.append({"id": f"{conversation.id}-{len(log)}", "text": words})
        log.append({"id": f"{conversation.id}-{len(log)}", "text": answer})
        self.spend(self.usage)
        looked_up = self.found is not None
        name = f"resp_{len(self.asked)}"
        self.responses.add(name)
        last = log[-1]["id"]
        return Answer(answer, last, self.usage, looked_up=looked_up, found=self.found or "", response_id=name)

    def recover(self, conversation: Conversation, items: Sequence[Item]) -> Answer | None:
        log = self.conversations[conversation.id]
        ids = [entry["id"] for entry in log]
        start = ids.index(conversation.last_item) + 1 if conversation.last_item in ids else 0
        tail = log[start:]
        if len(tail) >= 2 and tail[-2]["text"] == _words(items):
            return Answer(tail[-1]["text"], tail[-1]["id"])
        del log[start:]
        return None

    def answer_once(self, items: Sequence[Item], text: str) -> Answer:
        if self.outcomes:
            raise self.outcomes.pop(0)
        self.given.append(list(items))
        return Answer(f"re: {_words(items)}", None)

    def extract(self, text: str, fields: Sequence[CollectedField]) -> tuple[ContactDetails | None, Usage]:
        self.read.append(text)
        return self.details, Usage()

    def transcribe(self, audio: bytes, filename: str) -> tuple[str, Usage]:
        return self.heard, Usage()

    def check_account(self) -> None:
        if self.unpaid:
            raise self.unpaid

    def check_server(self) -> None:
        if self.lacks:
            raise self.lacks

    def shutdowns(self) -> dict[str, str]:
        self.looks += 1
        return self.switched_off

    def close(self) -> None:
        return

    def summarise(self, transcript: str) -> tuple[str, Usage]:
        return "summary", self.summary_usage


@dataclass
class FakeRecords:
    """What the fake assistant remembers, to be erased; while it is `down`, nothing can be."""

    assistant: FakeAssistant

    def items(self, conversation_id: str) -> list[Item]:
        self._answer()
        return list(self.assistant.conversations.get(conversation_id, []))

    def erase_items(self, conversation_id: str) -> int:
        self._answer()
        items = self.assistant.conversations.get(conversation_id, [])
        count = len(items[:2])
        del items[:2]
        return count

    def erase_conversation(self, conversation_id: str) -> None:
        self._answer()
        self.assistant.conversations.pop(conversation_id, None)

    def erase_response(self, response_id: str) -> None:
        self._answer()
        self.assistant.responses.discard(response_id)

    def _answer(self) -> None:
        if self.assistant.down:
            raise RemoteError("away", remote_code="http_503", retryable=True)


class InlinePool(Executor):
    """Runs what is submitted at once."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **options: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        try:
            future.set_result(function(*arguments, **options))
        except Exception as error:
            future.set_exception(error)
        return future


def _words(items: Sequence[Item]) -> str:
    content = items[-1]["content"]
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)
