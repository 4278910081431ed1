"""Looking at the running product from outside: what is stored, and whether anything is under way."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import grpc
from google.cloud import firestore, tasks_v2
from google.cloud.tasks_v2.services.cloud_tasks.transports import CloudTasksGrpcTransport

from local.stack.simulators import Phone
from shared.model.contact import Contact
from shared.model.message import Message
from shared.settings import CommonSettings
from shared.store.documents import contact_of, message_of

LOOK_SECONDS = 1.0
QUIET_LOOKS = 3  # in a row: a webhook that was accepted becomes a task a moment later


class Observer:
    """A look at the store, the queue and the webhooks, whatever the product says about them."""

    def __init__(self, client: firestore.Client, tasks_host: str, phone: Phone) -> None:
        self._client = client
        self._phone = phone
        channel = grpc.insecure_channel(tasks_host)
        self._tasks = tasks_v2.CloudTasksClient(transport=CloudTasksGrpcTransport(channel=channel))
        fields = CommonSettings.model_fields
        self._queue = self._tasks.queue_path(
            client.project, fields["tasks_location"].default, fields["tasks_queue"].default
        )

    def wait_quiet(self, seconds: float, report: Callable[[str], None]) -> bool:
        """Wait until there is no webhook, no task and no work on any contact, at most so many seconds.

        Reports what is still under way; tells whether it became quiet.
        """
        until = time.monotonic() + seconds
        quiet = 0
        while quiet < QUIET_LOOKS:
            if time.monotonic() > until:
                return False
            time.sleep(LOOK_SECONDS)
            busy = self._busy()
            report(busy or "quiet")
            quiet = 0 if busy else quiet + 1
        return True

    def contacts(self) -> Mapping[str, Contact]:
        """Read all contacts, by id."""
        found = map(contact_of, self._client.collection("contacts").stream())
        return {contact.id: contact for contact in found}

    def messages(self) -> Mapping[str, Message]:
        """Read all messages, by id."""
        found = map(message_of, self._client.collection("messages").stream())
        return {message.id: message for message in found}

    @contextmanager
    def paused_queue(self) -> Iterator[None]:
        """Let the queue deliver nothing for a while; what it was given meanwhile is dropped at the end."""
        self._tasks.pause_queue(name=self._queue)
        try:
            yield
        finally:
            self._tasks.purge_queue(name=self._queue)
            self._tasks.resume_queue(name=self._queue)

    def _busy(self) -> str:
        webhooks = self._phone.webhooks()["pending"]
        tasks = len(list(self._tasks.list_tasks(parent=self._queue)))
        contacts = sum(bool(one.lease or one.turn or one.pending) for one in self.contacts().values())
        counts = {"webhooks": webhooks, "tasks": tasks, "contacts": contacts}
        return ", ".join(f"{count} {name}" for name, count in counts.items() if count)
