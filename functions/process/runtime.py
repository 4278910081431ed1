"""What a request of the process function works with: settings and clients, built on first use, then shared."""

import datetime as dt
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol

from functions.process.assistant.client import Assistant
from functions.process.assistant.details import ContactDetails
from functions.process.assistant.finished import Answer, Item
from functions.process.stopping import Stopping
from functions.process.token_budget import TokenBudget
from shared.model.business import BusinessSettings, CollectedField, Limits
from shared.model.business_defaults import limits_of
from shared.model.contact import Contact, Conversation
from shared.model.usage import Usage
from shared.queue.client import TaskQueue
from shared.queue.tasks import Delivery, Queue
from shared.settings import ProcessSettings
from shared.store.business import BusinessDocuments
from shared.store.connection import open_client, utc_now
from shared.store.kept_business import kept_business
from shared.store.stats import Stats
from shared.store.store import Store
from shared.store.tally import Tally
from shared.whatsapp.client import WhatsApp
from shared.whatsapp.download import Downloaded, Wanted

# Threads of two kinds, so that customers' files never keep an answer waiting: for each of 16 turns up to two things
# beside it (the extraction, a new conversation), and up to four files.
MAX_SIDE_THREADS = 32
MAX_FILE_THREADS = 64
NO_DELIVERY = Delivery()


class OpenAIRecords(Protocol):
    """What OpenAI keeps of customers (functions/process/assistant/records.py); every failure is a RemoteError."""

    def items(self, conversation_id: str) -> list[dict[str, Any]]: ...
    def erase_items(self, conversation_id: str) -> int: ...
    def erase_conversation(self, conversation_id: str) -> None: ...
    def erase_response(self, response_id: str) -> None: ...


class AssistantClient(Protocol):
    """OpenAI, as the turn needs it (functions/process/assistant/client.py); every failure is a RemoteError."""

    @property
    def records(self) -> OpenAIRecords: ...
    def new_conversation(
        self, seed: Sequence[Item], now: dt.datetime, begun: Callable[[str], None] = ...
    ) -> Conversation: ...
    def ask(
        self, conversation: Conversation, items: Sequence[Item], text: str, *, customer: str, turn: str
    ) -> Answer: ...
    def recover(self, conversation: Conversation, items: Sequence[Item]) -> Answer | None: ...
    def answer_once(self, items: Sequence[Item], text: str) -> Answer: ...
    def extract(self, text: str, fields: Sequence[CollectedField]) -> tuple[ContactDetails | None, Usage]: ...
    def summarise(self, transcript: str) -> tuple[str, Usage]: ...
    def transcribe(self, audio: bytes, filename: str) -> tuple[str, Usage]: ...
    def check_account(self) -> None: ...
    def check_server(self) -> None: ...
    def shutdowns(self) -> dict[str, str]: ...
    def close(self) -> None: ...


class WhatsAppClient(Protocol):
    """WhatsApp, as the turn needs it (shared/whatsapp/client.py); every failure is a RemoteError."""

    def send_text(
        self,
        contact: Contact,
        text: str,
        message_id: str,
        choices: Sequence[str] = (),
        *,
        reply_to: str | None = None,
    ) -> str: ...
    def send_reaction(self, contact: Contact, whatsapp_id: str, emoji: str, message_id: str) -> str: ...
    def send_template(self, contact: Contact, template: dict[str, Any], message_id: str) -> str: ...
    def send_media(
        self, contact: Contact, kind: str, file: Mapping[str, Any], message_id: str, *, reply_to: str | None = None
    ) -> str: ...
    def upload_media(self, content: bytes, mime_type: str, filename: str) -> str: ...
    def download_media(self, wanted: Wanted, max_bytes: int) -> Downloaded: ...
    def delete_media(self, media_id: str) -> None: ...
    def mark_read(self, whatsapp_id: str, *, typing: bool) -> None: ...
    def check_token(self) -> None: ...
    def close(self) -> None: ...


@dataclass(frozen=True)
class Timing:
    """How long a turn waits for what, in seconds."""

    longest_burst: float = 10.0  # however long the customer goes on writing
    files: float = 10.0  # for all files of a turn together; then the customer is answered without the rest
    extraction_grace: float = 0.5  # that a finished answer waits for the extraction


@dataclass(frozen=True)
class Runtime:
    """Settings, clients and the clock; passed as the first argument, so that tests can bring their own."""

    settings: ProcessSettings
    store: Store
    queue: Queue
    whatsapp: WhatsAppClient
    assistant: AssistantClient
    pool: Executor  # for what a turn does beside itself
    files: Executor  # for customers' files alone
    budget: TokenBudget
    business: Callable[[], BusinessSettings] = BusinessSettings  # what the business decided, as of a moment ago
    now: Callable[[], dt.datetime] = utc_now
    sleep: Callable[[float], None] = time.sleep
    timing: Timing = Timing()
    stopping: Stopping = field(default_factory=Stopping)
    delivery: Delivery = NO_DELIVERY  # what brought the task that is worked on

    def limits(self) -> Limits:
        """Return how many messages of one customer are answered: as the business says, else as the environment."""
        return self.business().limits or limits_of(self.settings)

    def close(self) -> None:
        """Close what keeps connections or threads."""
        self.pool.shutdown()
        self.files.shutdown()
        self.assistant.close()
        self.whatsapp.close()
        self.store.close()


def open_runtime(settings: ProcessSettings, process_url: str) -> Runtime:
    """Build the runtime; `process_url` is where follow-up tasks are delivered."""
    client = open_client(settings)
    business = kept_business(BusinessDocuments(client), settings)
    tally = Tally(Stats(client), business, utc_now)
    store = Store(client, tally.count)
    budget = TokenBudget(store.facts, business, utc_now)
    stopping = Stopping()
    stopping.hold(budget.flush)
    stopping.hold(tally.flush)
    return Runtime(
        settings=settings,
        store=store,
        queue=TaskQueue(settings, settings.process_url or process_url),
        whatsapp=WhatsApp(settings),
        assistant=Assistant(settings, spend=budget.spend),
        pool=ThreadPoolExecutor(MAX_SIDE_THREADS, thread_name_prefix="side"),
        files=ThreadPoolExecutor(MAX_FILE_THREADS, thread_name_prefix="files"),
        budget=budget,
        business=business,
        stopping=stopping,
    )
