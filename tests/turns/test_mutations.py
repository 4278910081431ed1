"""Each protection of the turn is taken out, one at a time: the promises must then be seen to break.

This is what shows that the other tests of the turn would notice. The same schedules and days pass with the
protection in place (test_schedules.py, test_turn.py).
"""

import datetime as dt
from dataclasses import replace

import pytest

import functions.process.turn.answer
import functions.process.turn.lease
import functions.process.turn.run
import shared.model.turn
from functions.process.media.model_input import ModelInput
from functions.process.runtime import Runtime
from functions.process.turn.answer_part import AnswerPart
from functions.process.turn.compose import Question, question_of
from shared.model.contact import Contact
from shared.model.identifiers import Links
from shared.model.message import Message
from shared.model.turn import Change
from shared.model.turn_state import Turn
from shared.store.store import Store
from tests.turns.test_schedules import play
from tests.turns.test_taken_along import (
    test_message_that_comes_after_the_question_is_the_next_turns as after_the_question,
)
from tests.turns.test_turn import test_takeover_while_the_answer_is_written_leaves_the_turn_to_staff as takeover
from tests.turns.world import World

pytestmark = pytest.mark.emulator

SEEDS_THAT_SHOW = 20  # every mutant below is found out within these


def play_many() -> None:
    """Play schedules until one breaks a promise."""
    for seed in range(1, SEEDS_THAT_SHOW + 1):
        play(seed)


def test_with_every_protection_the_same_days_keep_the_promises(firestore_host: str) -> None:
    for seed in range(1, SEEDS_THAT_SHOW + 1):
        play(seed)


def test_without_fencing_promises_break(firestore_host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = Store.commit

    def unfenced(self: Store, before: Contact, change: Change, links: Links | None = None) -> Contact:
        fresh = self.contacts.get(before.id) if before.update_time is not None else None
        version = fresh.update_time if fresh else before.update_time
        return commit(self, replace(before, update_time=version), change, links)

    monkeypatch.setattr(Store, "commit", unfenced)
    with pytest.raises(AssertionError):
        play_many()


def test_without_freezing_promises_break(firestore_host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def unfrozen(runtime: Runtime, contact: Contact, turn: Turn, given: ModelInput) -> Question:
        arrived = runtime.store.messages.get_all(contact.pending)
        return question_of(runtime, contact, turn, replace(given, messages=[*given.messages, *arrived]))

    monkeypatch.setattr(functions.process.turn.answer, "question_of", unfrozen)
    with pytest.raises(AssertionError):
        play_many()


def test_without_the_release_check_messages_are_lost(firestore_host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful(contact: Contact) -> bool:
        return contact.turn is not None

    for module in (shared.model.turn, functions.process.turn.lease, functions.process.turn.run):
        monkeypatch.setattr(module, "has_work", forgetful)
    with pytest.raises(AssertionError):
        play_many()


def test_without_reconciling_a_send_promises_break(firestore_host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(_runtime: Runtime, part: AnswerPart) -> None:
        part.announce()

    monkeypatch.setattr(functions.process.turn.run, "settle", careless)
    with pytest.raises(AssertionError):
        play_many()


def test_without_the_takeover_check_the_assistant_talks_over_staff(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending = shared.model.turn.sending

    def deaf(contact: Contact, now: dt.datetime) -> Change:
        change = sending(replace(contact, paused=False), now)
        return Change(replace(change.contact, paused=contact.paused), change.creates, change.updates)

    monkeypatch.setattr(functions.process.turn.answer, "sending", deaf)
    with pytest.raises(AssertionError):
        takeover(world)


def test_without_noting_the_question_what_was_asked_is_asked_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(functions.process.turn.lease.ContactLease, "begin_asking", lambda lease: None)
    with pytest.raises(AssertionError):
        after_the_question(world)


def test_without_ranks_a_late_status_turns_the_tick_back(monkeypatch: pytest.MonkeyPatch) -> None:
    message = _message_with_statuses()
    assert message.shown_status == "read"
    monkeypatch.setattr(Message, "shown_status", property(_newest_status))
    assert message.shown_status != "read"


def _message_with_statuses() -> Message:
    moment = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
    statuses = {
        "read": moment,
        "delivered": moment + dt.timedelta(seconds=1),
        "sent": moment,
    }
    return Message(
        id="m",
        contact_id="c",
        direction="out",
        author="assistant",
        kind="text",
        text="ciao",
        status="accepted",
        statuses=statuses,
        at=moment,
    )


def _newest_status(message: Message) -> str:
    return list(message.statuses)[-1]
