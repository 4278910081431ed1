"""Playing one case: the customer's messages go one after the other through the process function's own code."""

import datetime as dt
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from functions.process.assistant.client import Assistant
from functions.process.main import run
from functions.process.runtime import Runtime
from functions.process.token_budget import TokenBudget
from local.eval.case import PHONE_PREFIXES, Card, Case, Said
from local.eval.tap import Call, Tap
from local.eval.world import Clock, Delivered, DirectQueue, PlayedWhatsApp
from shared.errors import AssistantError, RemoteError
from shared.model.contact import Contact
from shared.model.identifiers import Links, identifiers_of, new_identity
from shared.model.ids import identity_id, inbound_id, random_id
from shared.model.message import Message
from shared.model.profile_field import ProfileField
from shared.model.turn import Change
from shared.queue.tasks import MessageTask, Task
from shared.settings import ProcessSettings
from shared.store.store import Store

MAX_TASKS = 30  # of a message, after which its work never ends
TRIES = 4  # of a task that OpenAI does not help with
LONGEST_PAUSE = 60.0

Json = dict[str, Any]


@dataclass(frozen=True)
class Exchange:
    """One message of the customer's, what it was answered, and what was known of the customer after it."""

    said: str
    answers: Sequence[Delivered]
    seconds: float | None  # until the first answer; None when there was none
    outcome: str
    calls: Sequence[Call]
    stored: dict[str, str]
    language: str | None
    attention: str | None
    paused: bool

    @property
    def written(self) -> str:
        """Return what the model wrote last, before anything of ours looked at it; empty when it wrote nothing."""
        return next((call.text for call in reversed(self.calls) if not call.schema), "")


@dataclass(frozen=True)
class Played:
    """A case as it went; `error` tells why it could not be played to its end."""

    case: Case
    exchanges: Sequence[Exchange]
    error: str = ""


class Stage:
    """What the cases are played on: one database, and the settings with which OpenAI is asked."""

    def __init__(self, settings: ProcessSettings, store: Store) -> None:
        self.settings = settings
        self.store = store

    def play(self, case: Case) -> Played:
        """Play a case to its end, or as far as it goes."""
        play = _Play(self, case)
        exchanges: list[Exchange] = []
        try:
            play.introduce()
            exchanges.extend(play.exchange(said) for said in case.messages)
        except AssistantError as error:
            code = f" ({error.remote_code})" if isinstance(error, RemoteError) and error.remote_code else ""
            return Played(case, exchanges, f"{error.message}{code}")
        except Exception as error:  # one case that goes wrong must not cost the others
            return Played(case, exchanges, f"{type(error).__name__}: {error}")
        finally:
            play.close()
        return Played(case, exchanges)


class _Play:
    def __init__(self, stage: Stage, case: Case) -> None:
        zone = ZoneInfo(case.settings.business.time_zone)
        start = case.now if case.now.tzinfo else case.now.replace(tzinfo=zone)
        self._case, self._clock, self._tap = case, Clock(start.astimezone(dt.UTC)), Tap()
        self._queue, self._whatsapp = DirectQueue(), PlayedWhatsApp()
        self._phone = f"{PHONE_PREFIXES[case.spoken]}{uuid.uuid4().int % 10**6:06}"
        self._name = uuid.uuid4().hex
        settings = stage.settings.model_copy(update={"burst_window_seconds": 0.0, "default_language": case.spoken})
        self._runtime = Runtime(
            settings=settings,
            store=stage.store,
            queue=self._queue,
            whatsapp=self._whatsapp,
            assistant=Assistant(settings, http_client=self._tap.client()),
            pool=ThreadPoolExecutor(4, thread_name_prefix="side"),
            files=ThreadPoolExecutor(2, thread_name_prefix="files"),
            business=lambda: case.settings,
            # Not told what is spent: an evaluation is never cut short by a shop's budget.
            budget=TokenBudget(stage.store.facts, lambda: case.settings, self._clock.now),
            now=self._clock.now,
            sleep=lambda seconds: time.sleep(min(seconds, 1.0)),
        )

    def introduce(self) -> None:
        """Make the customer known to whom the case says that they are."""
        if not self._case.known:
            return
        now = self._clock.now()
        contact = Contact(id=random_id(), phone=f"+{self._phone}", created_at=now)
        profile = {
            name: ProfileField(value=value, source="assistant", updated_at=now)
            for name, value in self._case.known.items()
        }
        identities = [new_identity(each, contact.id, now) for each in identifiers_of(contact)]
        known = replace(contact, profile=profile, language=self._case.spoken)
        self._runtime.store.commit(contact, Change(known), Links(tuple(identities)))
        self._clock.advance(60)

    def exchange(self, said: Said) -> Exchange:
        """Let the customer write a message, and work until nothing is left to be done."""
        self._clock.advance(said.after_minutes * 60)
        task = self._task(said)
        first, calls, began = len(self._whatsapp.delivered), len(self._tap.calls), time.monotonic()
        self._work(task)
        answers = self._whatsapp.delivered[first:]
        message, contact = self._message(task), self._contact()
        return Exchange(
            said=message.text or f"[{message.kind}]",
            answers=answers,
            seconds=answers[0].at - began if answers else None,
            outcome=message.status,
            calls=self._tap.calls[calls:],
            stored={name: field.value for name, field in contact.profile.items() if field.value},
            language=contact.language,
            attention=contact.attention.reason if contact.attention else None,
            paused=contact.paused,
        )

    def close(self) -> None:
        """Close the connections and threads of this case."""
        self._runtime.pool.shutdown(cancel_futures=True)
        self._runtime.files.shutdown(cancel_futures=True)
        self._runtime.assistant.close()

    def _work(self, task: Task) -> None:
        following: Task | None = task
        for _ in range(MAX_TASKS):
            if following is None:
                return
            self._deliver(following)
            following = self._queue.take()
        raise RuntimeError("the work on one message never ended")

    def _deliver(self, task: Task) -> None:
        """Deliver a task as the queue does: again, after a while, when it is not taken."""
        for attempt in range(TRIES):
            try:
                run(self._runtime, task)
            except RemoteError as error:
                if attempt + 1 == TRIES:
                    raise
                time.sleep(min(error.retry_after or 2.0**attempt, LONGEST_PAUSE))
            else:
                return

    def _task(self, said: Said) -> MessageTask:
        message_id = f"wamid.{uuid.uuid4().hex}"
        body: Json = {"id": message_id, "from": self._phone, "timestamp": str(int(self._clock.now().timestamp()))}
        if said.file:
            media_id = uuid.uuid4().hex
            self._whatsapp.files[media_id] = said.file.text.encode()
            document = {"id": media_id, "mime_type": "text/plain", "filename": said.file.name}
            document |= {"caption": said.file.caption} if said.file.caption else {}
            body |= {"type": "document", "document": document}
        elif said.card:
            body |= {"type": "contacts", "contacts": [_card(said.card)]}
        else:
            body |= {"type": "text", "text": {"body": _filled(said)}}
        sender = {
            "wa_id": self._phone,
            "user_id": f"IT.{self._name}",
            "profile": {"name": self._case.whatsapp_name},
        }
        return MessageTask(message=body, contact=sender)

    def _message(self, task: MessageTask) -> Message:
        message = self._runtime.store.messages.get(inbound_id(task.message["id"]))
        if message is None:
            raise RuntimeError("the message was lost")
        return message

    def _contact(self) -> Contact:
        name = identity_id("phone", f"+{self._phone}")
        identity = self._runtime.store.identities.get_all([name]).get(name)
        contact = self._runtime.store.contacts.get(identity.contact_id) if identity else None
        if contact is None:
            raise RuntimeError("the customer was lost")
        return contact


def _filled(said: Said) -> str:
    times = -(-said.fill_to // len(said.text)) if said.fill_to else 1
    return (said.text * times)[: said.fill_to or None]


def _card(card: Card) -> Json:
    first, _, last = card.name.partition(" ")
    body: Json = {"name": {"formatted_name": card.name, "first_name": first, "last_name": last}}
    body |= {"phones": [{"phone": card.phone, "type": "CELL"}]} if card.phone else {}
    body |= {"emails": [{"email": card.email, "type": "WORK"}]} if card.email else {}
    return body | ({"org": {"company": card.company}} if card.company else {})
