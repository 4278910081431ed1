"""A whole world around the process function: real code, the real Firestore emulator, fakes for the rest."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import permutations
from typing import Any, cast

from google.cloud import firestore
from pydantic import SecretStr

from functions.process.main import run
from functions.process.runtime import NO_DELIVERY, AssistantClient, Runtime, WhatsAppClient
from functions.process.token_budget import TokenBudget
from shared.errors import AssistantError
from shared.model.business import Budget, BusinessSettings
from shared.model.contact import Contact
from shared.model.ids import identity_id, inbound_id
from shared.model.message import Message
from shared.queue.tasks import Delivery, MessageTask, Queue, SweepTask, Task
from shared.settings import ProcessSettings
from shared.store.store import Store
from tests.turns.fakes import Clock, FakeAssistant, FakeQueue, FakeWhatsApp, Gate, Gated, GatedStore, InlinePool

PHONE = "393331234567"
ASKS = ("ask", "recover", "new_conversation")
SENDS = ("send_text", "send_reaction", "send_template", "send_media", "upload_media")
MAX_ROUNDS = 400


def make_settings(project_id: str, **changes: Any) -> ProcessSettings:
    usual = _usual_settings()
    secret = {name for name in changes if isinstance(getattr(usual, name), SecretStr)}
    changes = {name: SecretStr(value) if name in secret else value for name, value in changes.items()}
    return usual.model_copy(update={"google_cloud_project": project_id, **changes})


@cache
def _usual_settings() -> ProcessSettings:
    """Read once: reading the environment takes longer than many a turn."""
    return ProcessSettings(
        _env_file=None,
        whatsapp_phone_id="1001",
        google_cloud_project="test",
        whatsapp_access_token=SecretStr("token"),
        openai_api_key=SecretStr("sk-test"),
        burst_window_seconds=0,
        default_language="it",
    )


class World:
    """One customer side, one queue, one database; any number of processes."""

    def __init__(self, project_id: str, **settings: Any) -> None:
        self.clock = Clock()
        self.settings = make_settings(project_id, **settings)
        self.client = firestore.Client(project=project_id)
        self.store = Store(self.client)
        self.queue = FakeQueue(self.clock)
        self.whatsapp = FakeWhatsApp(self.queue, self.clock)
        self.assistant = FakeAssistant(self.clock)
        self.shop = BusinessSettings()
        self.received: list[tuple[str, str]] = []

    def close(self) -> None:
        self.client.close()

    def runtime(self, gate: Gate | None = None, sleep: Callable[[float], None] | None = None) -> Runtime:
        """A process of its own; its calls pass the gate."""
        store: Store = self.store
        whatsapp: WhatsAppClient = self.whatsapp
        assistant: AssistantClient = self.assistant
        queue: Queue = self.queue
        if gate:
            store = GatedStore(self.client, gate)
            whatsapp = cast(WhatsAppClient, Gated(whatsapp, gate, SENDS, "whatsapp"))
            assistant = cast(AssistantClient, Gated(assistant, gate, ASKS, "assistant"))
            queue = cast(Queue, Gated(queue, gate, ("enqueue",), "queue"))
        business = self.business
        budget = TokenBudget(self.store.facts, business, self.clock.now)
        self.assistant.spend = budget.spend
        return Runtime(
            settings=self.settings,
            store=store,
            queue=queue,
            whatsapp=whatsapp,
            assistant=assistant,
            pool=InlinePool(),
            files=InlinePool(),
            budget=budget,
            business=business,
            now=self.clock.now,
            sleep=sleep or self.clock.advance,
        )

    def business(self) -> BusinessSettings:
        return replace(self.shop, budget=Budget(daily_tokens=self.settings.daily_token_budget))

    # The customer

    def message(self, name: str, *, phone: str = PHONE, at: dt.datetime | None = None) -> MessageTask:
        """What the webhook enqueues for a text message whose id and text are `name`."""
        stamp = str(int((at or self.clock.now()).timestamp()))
        body = {"id": name, "from": phone, "timestamp": stamp, "type": "text", "text": {"body": name}}
        sender = {"wa_id": phone, "user_id": f"IT.{phone}", "profile": {"name": "Mario"}}
        return MessageTask(message=body, contact=sender)

    def say(self, name: str, *, phone: str = PHONE, delay: float = 0, at: dt.datetime | None = None) -> None:
        """Let a customer write a message; the webhook's task is in the queue."""
        self.received.append((phone, name))
        self.queue.put(self.message(name, phone=phone, at=at), delay)

    def event(self, name: str, kind: str, /, *, phone: str = PHONE, **parts: Any) -> MessageTask:
        """What the webhook enqueues for a message of another kind; `parts` are its other fields."""
        task = self.message(name, phone=phone)
        body = {key: value for key, value in task.message.items() if key != "text"}
        return task.model_copy(update={"message": {**body, "type": kind, **parts}})

    def happen(self, name: str, kind: str, /, *, delay: float = 0, phone: str = PHONE, **parts: Any) -> None:
        """Let a customer do something else than writing; the webhook's task is in the queue."""
        self.queue.put(self.event(name, kind, phone=phone, **parts), delay)

    def contact(self, phone: str = PHONE) -> Contact:
        name = identity_id("phone", f"+{phone}")
        identity = self.store.identities.get_all([name]).get(name)
        contact = self.store.contacts.get(identity.contact_id) if identity else None
        assert contact is not None
        return contact

    def change(self, **fields: Any) -> Contact:
        """Let somebody else, such as staff, set fields of the contact."""
        return self.store.change_contact(self.contact().id, lambda contact: replace(contact, **fields))

    def inbound(self, name: str) -> Message:
        message = self.store.messages.get(inbound_id(name))
        assert message is not None, f"{name} was lost"
        return message

    # The queue

    def deliver(self, task: Task, runtime: Runtime | None = None, delivery: Delivery = NO_DELIVERY) -> bool:
        """Deliver a task once; tell whether the queue may forget it."""
        try:
            run(replace(runtime or self.runtime(), delivery=delivery), task)
        except AssistantError:
            return False
        return True

    def run_until_quiet(self, *, sweeps: int = 2) -> None:
        """Deliver everything, again where it fails, moving the clock to what is due next; then sweep."""
        for _ in range(MAX_ROUNDS):
            due = self.queue.due()
            if due:
                entry = due[0]
                self.queue.tasks.remove(entry)
                if not self.deliver(entry.task, delivery=entry.delivery):
                    self.queue.put(entry.task, min(2.0**entry.delivery.attempt, 60), entry.again(500))
                continue
            self.settle()
            following = self.queue.next_due()
            if following is not None:
                self.clock.time = following
            elif sweeps:
                sweeps -= 1
                self.clock.advance(200)
                self.queue.put(SweepTask())
            else:
                return
        raise AssertionError("the work never ends")

    def settle(self) -> None:
        """Wait for what is under way in real time; nothing here."""

    # The promises

    def texts(self) -> list[str]:
        return [sent.text for sent in self.whatsapp.sent]

    def check_promises(self, *, tolerated: int = 0) -> None:
        """Every message has exactly one outcome, every answered one exactly one answer, in order."""
        answers: Counter[str] = Counter()
        order: dict[str, list[str]] = {}
        for sent in self.whatsapp.sent:
            for name in sent.text.removeprefix("re: ").split("\n"):
                answers[name] += 1
                order.setdefault(sent.contact_id, []).append(name)
        duplicates = 0
        for phone, name in set(self.received):
            message = self.inbound(name)
            assert message.status in ("answered", "left_to_staff", "failed"), f"{name} is {message.status}"
            if message.status == "answered":
                assert answers[name] >= 1, f"{name} was never answered"
            duplicates += max(0, answers[name] - 1)
            contact = self.contact(phone)
            assert contact.turn is None and not contact.pending, f"{phone} has work left"
            assert contact.lease is None, f"{phone} is still held"
        assert duplicates <= tolerated, f"answered twice: {[n for n, c in answers.items() if c > 1]}"

    def check_order(self) -> None:
        """A message that was written and stored before another is not answered after it."""
        place: dict[str, int] = {}
        for number, sent in enumerate(self.whatsapp.sent):
            for line, name in enumerate(sent.text.removeprefix("re: ").split("\n")):
                place.setdefault(name, number * 1000 + line)
        answered = [(phone, self.inbound(name)) for phone, name in set(self.received) if name in place]
        for (phone, earlier), (other, later) in permutations(answered, 2):
            assert earlier.created_at and later.created_at
            stored_first = earlier.created_at < later.created_at
            if phone == other and earlier.at < later.at and stored_first:
                assert place[earlier.text] < place[later.text], f"{later.text} was answered before {earlier.text}"
