"""The messages whose sending is in doubt, watched from outside, to tell a justified repeat from a mistake.

A message may be sent once more only after it was `unknown` and while nothing proves that the first time reached
WhatsApp. The product decides this by what is stored, so what is stored is observed, several times a second.
"""

import threading
from collections import Counter
from dataclasses import dataclass

from google.api_core.exceptions import GoogleAPICallError, RetryError
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from shared.model.message import Message
from shared.store.documents import message_of

LOOK_SECONDS = 0.4
READ_SECONDS = 10.0


@dataclass(frozen=True)
class _Look:
    tries: int
    is_open: bool  # unknown, and nothing proves that it was sent


class Doubts:
    """A thread that watches the store, until `stop`; `justified` counts repeats by message id."""

    def __init__(self, client: firestore.Client) -> None:
        self._messages = client.collection("messages")
        self._last: dict[str, _Look] = {}
        self.justified: Counter[str] = Counter()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="doubts", daemon=True)

    def start(self) -> None:
        """Begin to observe."""
        self._thread.start()

    def stop(self) -> None:
        """Observe no more."""
        self._stopped.set()
        self._thread.join()

    def note(self, message: Message) -> None:
        """Take in what one look at a message shows; the last one is needed after `stop`."""
        before = self._last.get(message.id)
        if before and before.is_open and message.tries > before.tries:
            self.justified[message.id] += message.tries - before.tries
        is_open = message.status == "unknown" and not message.reached_whatsapp
        self._last[message.id] = _Look(message.tries, is_open)

    def _run(self) -> None:
        query = self._messages.where(filter=FieldFilter("status", "in", ["sending", "unknown"]))
        while not self._stopped.wait(LOOK_SECONDS):
            try:
                for snapshot in query.stream(timeout=READ_SECONDS):
                    self.note(message_of(snapshot))
            except (GoogleAPICallError, RetryError):  # a busy machine; the next look sees as much
                continue
