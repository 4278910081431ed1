"""A number that is given to somebody else: nobody reads, or is told, what its former holder wrote."""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from functions.dashboard_api.desk import Desk
from functions.dashboard_api.outbox import Draft, queue_message
from functions.process.assistant.details import ContactDetails
from functions.process.assistant.finished import Answer, Item
from functions.process.inbox.accounts import MAX_FORMER_ACCOUNTS, REST
from shared.errors import ConversationGoneError, TokenRefusedError
from shared.model.business import CollectedField
from shared.model.contact import AssistantNote, Contact, Conversation
from shared.model.ids import part_id
from shared.model.message import Message
from shared.model.usage import Usage
from shared.queue.tasks import IdentityTask, MessageTask
from tests.turns.fakes import FakeAssistant
from tests.turns.people import Json, contacts, make_world, stamp
from tests.turns.world import World

pytestmark = pytest.mark.emulator

NUMBER = "393331234567"
HISTORIES = 15
REFUSED = TokenRefusedError("expired", remote_code="190", retryable=True)
DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
EMULATED = settings(
    max_examples=HISTORIES,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass
class Listening(FakeAssistant):
    """An assistant that repeats all it was ever told in a conversation, and learns everybody's name."""

    told: list[str] = field(default_factory=list)
    name: str = ""

    def new_conversation(
        self, seed: Sequence[Item], now: dt.datetime, begun: Callable[[str], None] = lambda _: None
    ) -> Conversation:
        self.told.append(str(seed))
        return super().new_conversation(seed, now, begun)

    def ask(
        self, conversation: Conversation, items: Sequence[Item], text: str, *, customer: str, turn: str
    ) -> Answer:
        self.told += [text, str(items), str(self.conversations[conversation.id])]
        return super().ask(conversation, items, text, customer=customer, turn=turn)

    def extract(self, text: str, fields: Sequence[CollectedField]) -> tuple[ContactDetails | None, Usage]:
        self.told.append(text)
        return ContactDetails(values={"company": self.name}), Usage()

    def summarise(self, transcript: str) -> tuple[str, Usage]:
        self.told.append(transcript)
        return transcript, Usage()


@dataclass
class Line:
    """The number, and who has it; a holder's words and name are known by a mark."""

    world: World
    assistant: Listening
    count: int = 0

    def write(self, holder: int, what: str = "", *, hides_number: bool = False, quotes: str = "") -> list[str]:
        """Let the holder write something, or a command; return all that was told to the model or sent after it."""
        self.count += 1
        self.assistant.name = f"Name-of-{holder}"
        self.assistant.told.clear()
        before = len(self.world.texts())
        body: Json = {
            "id": f"m{self.count}",
            "from_user_id": f"IT.HOLDER{holder}",
            "timestamp": stamp(self.world.clock.now()),
            "type": "text",
            "text": {"body": what or f"secret-{self.count}-of-{holder}. I am from Name-of-{holder}."},
            **({"context": {"id": quotes}} if quotes else {}),
            **({} if hides_number else {"from": NUMBER}),
        }
        self.world.queue.put(MessageTask(message=body))
        self.world.run_until_quiet(sweeps=0)
        return [*self.assistant.told, *self.world.texts()[before:]]

    def react(self, holder: int, target: str) -> None:
        """Let the holder react to a message, and take it back: to one that is another's, it must not be seen."""
        self.count += 1
        body: Json = {
            "id": f"m{self.count}",
            "from": NUMBER,
            "from_user_id": f"IT.HOLDER{holder}",
            "type": "reaction",
        }
        body |= {"timestamp": stamp(self.world.clock.now()), "reaction": {"message_id": target, "emoji": "❤️"}}
        self.world.queue.put(MessageTask(message=body))
        self.world.run_until_quiet(sweeps=0)

    def first_answer(self) -> str:
        """WhatsApp's id of the answer to the very first message."""
        answer = self.world.store.messages.get(part_id(self.world.inbound("m1").turn_id or "", 0))
        assert answer and answer.whatsapp_id
        return answer.whatsapp_id

    def wait(self, time: dt.timedelta) -> None:
        self.world.clock.time += time

    def notice(self, old: int, new: int, form: str) -> MessageTask | IdentityTask:
        """What WhatsApp tells when the id of one holder, who is one person, changed."""
        before, after = f"IT.HOLDER{old}", f"IT.HOLDER{new}"
        at = stamp(self.world.clock.now())
        if form == "field":
            return IdentityTask(update={"user_id": {"previous": before, "current": after}, "timestamp": at})
        detail = {"type": "user_changed_user_id", "user_id": after, "previous_user_id": before, "body": "changed"}
        sender = {"nobody": {}, "new": {"from_user_id": after}, "number": {"from": NUMBER}}[form]
        return MessageTask(
            message={"id": f"notice{new}", "timestamp": at, "type": "system", "system": detail, **sender}
        )


def make_line() -> Line:
    world = make_world()
    world.assistant = Listening(world.clock)
    return Line(world, world.assistant)


def check_only_own_words(holder: int, told: Sequence[str]) -> None:
    for text in told:
        for other in range(4):
            if other != holder:
                assert not re.search(rf"-of-{other}\b", text), f"{holder} is told what is {other}'s: {text}"


def owner(line: Line) -> Contact:
    return line.world.contact(NUMBER)


EVENTS = st.tuples(
    st.sampled_from(["write", "write", "/info", "/history", "quote", "react", "gone", "hidden", "note"]),
    st.integers(1, 60 * 72),  # minutes since the event before; conversations are rotated after 48 hours
)
TENURES = st.tuples(
    st.integers(0, 2),
    st.one_of(st.integers(0, 44), st.integers(46, 200)),  # days since the holder before last wrote
    st.lists(EVENTS, min_size=1, max_size=4),
)


@EMULATED
@given(tenures=st.lists(TENURES, min_size=2, max_size=3))
def test_no_word_of_a_former_holder_ever_reaches_the_next_one(
    firestore_host: str, tenures: list[tuple[int, int, list[tuple[str, int]]]]
) -> None:
    line = make_line()
    try:
        for holder, days, events in tenures:
            line.wait(days * DAY)
            check_only_own_words(holder, line.write(holder))
            for kind, minutes in events:
                line.wait(minutes * MINUTE)
                check_only_own_words(holder, _happen(line, holder, kind))
            check_only_own_words(holder, line.write(holder, "/history") + line.write(holder, "/info"))
    finally:
        line.world.close()


def _happen(line: Line, holder: int, kind: str) -> list[str]:
    match kind:
        case "quote":
            return line.write(holder, quotes="m1")
        case "react":
            line.react(holder, line.first_answer())
        case "gone":
            line.assistant.outcomes.append(ConversationGoneError("gone"))
        case "hidden":
            return line.write(holder, hides_number=True)
        case "note":
            contact = owner(line)
            line.world.store.change_contact(contact.id, lambda one: _noted(one, holder, line.world.clock.now()))
    return line.write(holder, kind if kind.startswith("/") else "")


def _noted(contact: Contact, holder: int, at: dt.datetime) -> Contact:
    note = AssistantNote(id=f"n{holder}", text=f"entry-of-{holder}.", author="anna@x.it", at=at)
    return replace(
        contact, notes=f"{contact.notes} note-of-{holder}.", assistant_notes=[*contact.assistant_notes, note]
    )


FORMS = st.sampled_from(["field", "nobody", "new", "number"])


@EMULATED
@given(
    changes=st.lists(st.tuples(FORMS, st.booleans(), st.integers(0, 100)), min_size=1, max_size=3),
    talks=st.integers(0, 2),
)
def test_same_person_whose_id_changes_with_a_notice_stays_one_contact(
    firestore_host: str, changes: list[tuple[str, bool, int]], talks: int
) -> None:
    line = make_line()
    try:
        line.write(0)
        for number, (form, overtaken, days) in enumerate(changes):
            line.wait(days * DAY + MINUTE)
            notice = line.notice(number, number + 1, form)
            if overtaken:  # the message under the new id comes before the notice
                line.write(number + 1)
            line.world.queue.put(notice)
            line.world.run_until_quiet(sweeps=0)
            for _ in range(talks):
                line.wait(MINUTE)
                line.write(number + 1)
        line.wait(MINUTE)
        line.world.run_until_quiet()
        told = line.write(len(changes), "/history")
        (contact,) = contacts(line.world)
        assert (contact.user_id, contact.former_accounts) == (f"IT.HOLDER{len(changes)}", [])
        assert contact.attention is None
        assert any("-of-0." in text for text in told) or line.count > 4  # ten messages are told
    finally:
        line.world.close()


@pytest.fixture
def line(firestore_host: str) -> Line:
    return make_line()


def test_number_of_another_account_after_long_silence_gets_a_new_contact(line: Line) -> None:
    line.write(0)
    former = owner(line)
    line.wait(REST)
    line.write(1)
    present = owner(line)
    assert present.id != former.id
    assert (present.user_id, present.former_accounts, present.attention) == ("IT.HOLDER1", [], None)
    kept = line.world.store.contacts.get(former.id)
    assert kept and (kept.phone, kept.user_id) == (None, "IT.HOLDER0")
    line.write(1)
    assert owner(line).id == present.id
    line.write(0, hides_number=True)  # the former holder is still found by what stays theirs
    assert line.world.inbound(f"m{line.count}").contact_id == former.id


def test_number_of_another_account_before_that_stays_and_staff_are_asked(line: Line) -> None:
    line.write(0)
    former = owner(line)
    line.wait(REST - MINUTE)
    line.write(1)
    present = owner(line)
    assert (present.id, present.user_id) == (former.id, "IT.HOLDER1")
    assert present.attention and present.attention.reason == "another_account"
    assert [account.ids for account in present.former_accounts] == [["IT.HOLDER0"]]
    assert present.conversation and former.conversation and present.conversation.id != former.conversation.id
    assert set(present.conversation_ids) == {former.conversation.id, present.conversation.id}  # both are erased


def test_another_account_is_not_greeted_by_the_name_that_the_former_one_had_on_whatsapp(line: Line) -> None:
    line.world.say("first")
    line.world.run_until_quiet(sweeps=0)
    assert (owner(line).whatsapp_name, owner(line).user_id) == ("Mario", f"IT.{NUMBER}")
    line.wait(DAY)
    assert not any("Mario" in told for told in line.write(1, "ciao"))  # WhatsApp does not tell every name
    assert owner(line).whatsapp_name is None


def test_commands_of_another_account_tell_only_what_it_wrote_itself(line: Line) -> None:
    line.write(0)
    line.wait(DAY)
    *_, told = line.write(1, "/info")
    assert told.splitlines()[:2] == ["Ecco i dati che ho su di Lei:", "Telefono: +39 333 123 4567"]
    assert len(told.splitlines()) == 3  # how to change it
    line.write(1)
    told = "\n".join(line.write(1, "/history") + line.write(1, "/info"))
    assert "secret-3-of-1." in told and "Name-of-1" in told
    check_only_own_words(1, [told])


def test_person_who_says_the_name_again_is_known_by_it_under_another_account(line: Line) -> None:
    line.write(0)
    line.wait(DAY)
    line.write(1)
    contact = owner(line)
    line.wait(DAY)
    line.write(2, "/info")
    line.assistant.name = "Name-of-1"
    body = {
        "id": "again",
        "from": NUMBER,
        "from_user_id": "IT.HOLDER2",
        "type": "text",
        "text": {"body": "it is me, from Name-of-1"},
    }
    line.world.queue.put(MessageTask(message={**body, "timestamp": stamp(line.world.clock.now())}))
    line.world.run_until_quiet(sweeps=0)
    assert owner(line).id == contact.id
    assert "Name-of-1" in line.write(2, "/info")[-1]


def test_what_waits_for_an_answer_is_left_to_staff_when_another_account_writes(line: Line) -> None:
    line.write(0)
    contact = owner(line)
    waiting = line.world.inbound("m1")
    line.world.store.change_contact(contact.id, lambda one: _waiting(one, waiting))
    line.wait(DAY)
    check_only_own_words(1, line.write(1))
    assert line.world.inbound("m1").status == "left_to_staff"
    assert owner(line).work_since is None


def _waiting(contact: Contact, message: Message) -> Contact:
    return replace(contact, pending=[message.id], work_since=message.at)


def refuse_token(line: Line, *, until: dt.datetime) -> None:
    line.world.whatsapp.decide = lambda: REFUSED if line.world.clock.now() < until else "ok"


@pytest.mark.parametrize("parts", [1, 2])
def test_answer_that_waits_for_the_access_token_never_reaches_another_account(line: Line, parts: int) -> None:
    line.assistant.split = "re-of-0. " + "a" * 4000 + "\n\n" + "b-of-0. " * 300 if parts == 2 else None
    refuse_token(line, until=line.world.clock.now() + 10 * DAY)
    line.write(0)
    line.assistant.split = None
    line.wait(10 * DAY)
    told = line.write(1)
    check_only_own_words(1, [*told, *line.world.texts()])
    assert line.world.inbound("m1").status == "left_to_staff"
    assert line.world.inbound("m2").status == "answered"
    assert owner(line).turn is None


def test_answer_that_waited_for_less_than_a_day_is_sent_whatever_the_account(line: Line) -> None:
    refuse_token(line, until=line.world.clock.now() + DAY - 2 * MINUTE)
    line.write(0)
    line.wait(DAY - MINUTE)
    line.write(1)
    assert line.world.inbound("m1").status == "answered"


def test_message_of_staff_that_waits_for_the_access_token_never_reaches_another_account(line: Line) -> None:
    line.write(0)
    refuse_token(line, until=line.world.clock.now() + 10 * DAY)
    desk = Desk(line.world.store, line.world.queue, list, now=line.world.clock.now)
    message = queue_message(desk, owner(line).id, Draft("one", "anna@example.com", "words-of-0."))
    line.world.run_until_quiet(sweeps=0)
    line.wait(10 * DAY)
    line.write(1)
    line.world.run_until_quiet()
    check_only_own_words(1, line.world.texts()[1:])
    kept = line.world.store.messages.get(message.id)
    assert kept and kept.status == "failed" and kept.error and kept.error.code == "another_account"


def test_message_of_a_former_account_a_day_late_is_left_to_staff_and_not_told(line: Line) -> None:
    line.write(0)
    line.wait(DAY)
    line.write(1)
    present = owner(line)
    body = {
        "from": NUMBER,
        "from_user_id": "IT.HOLDER0",
        "id": "late",
        "type": "text",
        "text": {"body": "late-of-0."},
    }
    late = {**body, "timestamp": stamp(line.world.clock.now() - dt.timedelta(hours=25))}
    line.world.queue.put(MessageTask(message=late))
    line.world.run_until_quiet(sweeps=0)
    assert line.world.inbound("late").status == "left_to_staff"
    assert (owner(line).user_id, owner(line).former_accounts) == ("IT.HOLDER1", present.former_accounts)
    check_only_own_words(1, line.write(1))


def test_message_that_overtook_another_of_its_account_hides_nothing_of_it(line: Line) -> None:
    line.write(0)
    line.wait(DAY)
    line.write(1)
    body = {
        "from": NUMBER,
        "from_user_id": "IT.HOLDER1",
        "id": "late",
        "type": "text",
        "text": {"body": "late-of-1."},
    }
    late = {**body, "timestamp": stamp(line.world.clock.now() - dt.timedelta(minutes=5))}
    line.world.queue.put(MessageTask(message=late))
    line.world.run_until_quiet(sweeps=0)
    assert line.world.inbound("late").status == "answered"
    assert "late-of-1." in "\n".join(line.write(1, "/history"))


def test_accounts_that_take_turns_grow_the_contact_not_without_bound(line: Line) -> None:
    for number in range(MAX_FORMER_ACCOUNTS + 3):
        line.wait(DAY)
        line.write(number % 2)
    assert len(owner(line).former_accounts) == MAX_FORMER_ACCOUNTS


def test_same_account_after_long_silence_is_the_same_contact(line: Line) -> None:
    line.write(0)
    before = owner(line)
    line.wait(REST * 4)
    line.write(0)
    assert (owner(line).id, owner(line).former_accounts) == (before.id, [])
