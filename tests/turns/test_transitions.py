"""The pure transitions under every order of events that Hypothesis can think of."""

import datetime as dt
from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from shared.model import turn as transitions
from shared.model.contact import Contact
from shared.model.message import InboundStatus, Message, Problem
from shared.model.turn import Change, Reply

START = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
LEASE = dt.timedelta(seconds=100)


class TurnMachine(RuleBasedStateMachine):
    """One contact: messages arrive, holders come and go, answers are composed, sends succeed and fail."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.contact = Contact(id="c", created_at=START)
        self.outcomes: dict[str, str] = {}
        self.statuses: dict[str, str] = {}
        self.arrived: list[str] = []
        self.recorded: set[str] = set()
        self.posted: list[tuple[str, int, int]] = []
        self.epochs = [0]

    def apply(self, change: Change) -> None:
        for message in change.creates:
            assert message.id not in self.statuses, "a part is created once"
            self.statuses[message.id] = message.status
        for message_id, fields in change.updates.items():
            if message_id in self.arrived:
                assert message_id not in self.outcomes, "an outcome is given once"
                self.outcomes[message_id] = fields["status"]
            else:
                assert message_id in self.statuses, "only known parts are updated"
                self.statuses[message_id] = fields["status"]
        contact = change.contact
        self.contact = contact if transitions.has_work(contact) else transitions.release(contact)

    @rule(wants_answer=st.booleans(), seconds=st.integers(0, 30))
    def arrive(self, wants_answer: bool, seconds: int) -> None:
        self.now += dt.timedelta(seconds=seconds)
        message = _message(f"m{len(self.arrived)}", self.now, "new" if wants_answer else "recorded")
        self.arrived.append(message.id)
        if not wants_answer:
            self.recorded.add(message.id)
        self.contact = transitions.arrive(self.contact, message, self.now, wants_answer=wants_answer)

    @precondition(lambda self: transitions.has_work(self.contact))
    @rule()
    def take(self) -> None:
        if transitions.lease_is_free(self.contact, self.now):
            self.contact = transitions.take(self.contact, "owner", self.now, self.now + LEASE)
            self.epochs.append(self.contact.epoch)

    @precondition(lambda self: self.contact.lease is not None)
    @rule()
    def die(self) -> None:
        self.now += LEASE * 2

    @precondition(lambda self: self.contact.lease and not self.contact.turn and self.contact.pending)
    @rule(count=st.integers(1, 5))
    def freeze(self, count: int) -> None:
        chosen = self.contact.pending[:count]
        self.apply(Change(transitions.freeze(self.contact, chosen, self.now)))

    @precondition(lambda self: self._in_state("claimed"))
    @rule(parts=st.integers(1, 3))
    def reply(self, parts: int) -> None:
        answered = transitions.reply(self.contact, Reply([f"part {number}" for number in range(parts)]))
        self._announce(answered)

    @precondition(lambda self: self._in_state("replied"))
    @rule()
    def resume(self) -> None:
        self._announce(self.contact)

    @precondition(lambda self: self._in_state("sending"))
    @rule()
    def sent(self) -> None:
        self.apply(transitions.sent_then_sending(self.contact, "wamid", self.now))
        if self._in_state("sending"):
            self._note_post()

    @precondition(lambda self: self._in_state("sending"))
    @rule()
    def not_sent(self) -> None:
        self.apply(transitions.not_sent(self.contact))

    @precondition(lambda self: self._in_state("sending"))
    @rule()
    def uncertain(self) -> None:
        self.apply(transitions.uncertain(self.contact, self.now))

    @precondition(lambda self: self._in_state("sending"))
    @rule()
    def rejected(self) -> None:
        self.apply(transitions.rejected(self.contact, Problem(code="131026", message="not on WhatsApp"), self.now))

    @precondition(lambda self: self._in_state("claimed", "replied") and self.contact.turn.outcome == "answered")
    @rule()
    def give_up(self) -> None:
        self._announce(transitions.fail(self.contact, "sorry", "attempts"))

    @rule(paused=st.booleans())
    def take_over(self, paused: bool) -> None:
        self.contact = replace(self.contact, paused=paused)

    @invariant()
    def every_message_is_somewhere_exactly_once(self) -> None:
        frozen = self.contact.turn.message_ids if self.contact.turn else []
        places = [*self.contact.pending, *frozen, *self.outcomes, *self.recorded]
        assert sorted(places) == sorted(self.arrived)

    @invariant()
    def work_is_findable_and_idle_contacts_are_free(self) -> None:
        if transitions.has_work(self.contact):
            assert self.contact.work_since is not None
        else:
            assert self.contact.lease is None

    @invariant()
    def epochs_only_grow(self) -> None:
        assert self.epochs == sorted(set(self.epochs))

    @invariant()
    def no_post_is_announced_twice(self) -> None:
        assert len(self.posted) == len(set(self.posted))

    def _in_state(self, *states: str) -> bool:
        held = self.contact.lease is not None
        return bool(held and self.contact.turn and self.contact.turn.state in states)

    def _announce(self, contact: Contact) -> None:
        muted = contact.muted
        self.apply(transitions.sending(contact, self.now))
        if muted:
            assert self.contact.turn is None, "nothing is sent over staff's head"
        else:
            self._note_post()

    def _note_post(self) -> None:
        turn = self.contact.turn
        assert turn is not None
        self.posted.append((turn.id, turn.part, turn.tries))


def _message(name: str, at: dt.datetime, status: InboundStatus) -> Message:
    return Message(
        id=name, contact_id="c", direction="in", author="customer", kind="text", text=name, status=status, at=at
    )


TestTransitions = TurnMachine.TestCase
TestTransitions.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
