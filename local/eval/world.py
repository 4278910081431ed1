"""What stands around the process function here: a clock, a queue that delivers at once, and a played WhatsApp."""

import datetime as dt
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.errors import FileUnavailableError
from shared.model.contact import Contact
from shared.queue.tasks import SweepTask, Task, WakeTask
from shared.whatsapp.download import Downloaded, Wanted

MAX_WAKE_SECONDS = 60.0  # a task later than that is for another day


class Clock:
    """The case's clock: it goes like any other, and can be moved on."""

    def __init__(self, start: dt.datetime) -> None:
        self._start = start
        self._began = time.monotonic()
        self._moved = 0.0

    def now(self) -> dt.datetime:
        """Return the moment that it is in the case."""
        return self._start + dt.timedelta(seconds=time.monotonic() - self._began + self._moved)

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._moved += seconds


class DirectQueue:
    """Keeps what the turn wants to be done next, until it is taken; a named task is kept once."""

    def __init__(self) -> None:
        self._tasks: list[Task] = []
        self._names: set[str] = set()

    def enqueue(self, task: Task, *, delay: float = 0, name: str = "") -> None:
        """Keep a task; what is due much later never comes here."""
        if (name and name in self._names) or delay > MAX_WAKE_SECONDS or isinstance(task, SweepTask):
            return
        self._names.add(name)
        self._tasks.append(task)

    def enqueue_all(self, tasks: Iterable[Task]) -> None:
        """Keep several tasks."""
        for task in tasks:
            self.enqueue(task)

    def check(self) -> None:
        """It is always there."""

    def take(self) -> Task | None:
        """Return the next task, files first: whoever wakes later finds them."""
        self._tasks.sort(key=lambda task: isinstance(task, WakeTask))
        return self._tasks.pop(0) if self._tasks else None


@dataclass(frozen=True)
class Delivered:
    """What reached the customer, and when by the monotonic clock."""

    text: str
    choices: tuple[str, ...]
    at: float


@dataclass
class PlayedWhatsApp:
    """Takes every message, and has the files that customers sent."""

    delivered: list[Delivered] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)

    def send_text(
        self,
        contact: Contact,
        text: str,
        message_id: str,
        choices: Sequence[str] = (),
        *,
        reply_to: str | None = None,
    ) -> str:
        """Deliver a text."""
        return self._deliver(text, message_id, choices)

    def send_reaction(self, contact: Contact, whatsapp_id: str, emoji: str, message_id: str) -> str:
        """Deliver a reaction."""
        return self._deliver(emoji, message_id)

    def send_template(self, contact: Contact, template: dict[str, Any], message_id: str) -> str:
        """Deliver a template, by its name."""
        return self._deliver(f"[{template.get('name')}]", message_id)

    def send_media(
        self, contact: Contact, kind: str, file: Mapping[str, Any], message_id: str, *, reply_to: str | None = None
    ) -> str:
        """Deliver a file, by its kind."""
        return self._deliver(f"[{kind}] {file.get('caption', '')}", message_id)

    def upload_media(self, content: bytes, mime_type: str, filename: str) -> str:
        """Take a file."""
        return "upload"

    def download_media(self, wanted: Wanted, max_bytes: int) -> Downloaded:
        """Return a customer's file."""
        content = self.files.get(wanted.id or "")
        if content is None:
            raise FileUnavailableError("gone", remote_code="expired")
        return Downloaded(content, "text/plain")

    def delete_media(self, media_id: str) -> None:
        """Forget a file."""

    def mark_read(self, whatsapp_id: str, *, typing: bool) -> None:
        """Nobody looks."""

    def check_token(self) -> None:
        """It is always good."""

    def close(self) -> None:
        """Nothing is open."""

    def _deliver(self, text: str, message_id: str, choices: Sequence[str] = ()) -> str:
        self.delivered.append(Delivered(text, tuple(choices), time.monotonic()))
        return f"wamid.{message_id}"
