"""The sweep, and what keeps one customer from starving others."""

import datetime as dt

import pytest

from shared.errors import RemoteError, ServerLacksError, TokenRefusedError, UnpaidError
from shared.model.attention import Attention
from shared.model.contact import Contact
from shared.model.identifiers import identifiers_of
from shared.model.ids import identity_id, random_id
from shared.model.turn import Change
from shared.model.turn_state import Lease
from shared.queue.tasks import RawTask, SweepTask, WakeTask
from shared.store.store import Store
from tests.turns.world import PHONE, World

pytestmark = pytest.mark.emulator


def test_events_past_their_time_are_deleted(world: World) -> None:
    world.deliver(RawTask(field="unknown", value={"a": 1}))
    events = world.client.collection("events")
    assert len(list(events.stream())) == 1
    world.deliver(SweepTask())
    assert len(list(events.stream())) == 1
    world.clock.time = dt.datetime.now(dt.UTC) + dt.timedelta(days=31)
    world.deliver(SweepTask())
    assert not list(events.stream())


def test_sweep_reaches_a_customer_behind_many_whose_work_is_stuck(world: World) -> None:
    world.say("ciao")
    world.run_until_quiet(sweeps=0)
    victim, contacts = world.contact(), world.client.collection("contacts")
    stuck = {**(contacts.document(victim.id).get().to_dict() or {}), "work_since": world.clock.now()}
    batch = world.client.batch()
    for number in range(210):
        batch.set(contacts.document(f"{number:032x}"), {**stuck, "phone": f"+3933311{number:05}"})
    batch.commit()
    world.clock.advance(10)
    world.change(work_since=world.clock.now())
    world.clock.advance(1000)
    world.deliver(SweepTask())
    woken = {entry.task.contact_id for entry in world.queue.tasks if isinstance(entry.task, WakeTask)}
    assert victim.id in woken and len(woken) == 211


def test_refused_token_raises_a_notice_that_the_sweep_takes_down(world: World) -> None:
    world.whatsapp.outcomes = [TokenRefusedError("expired", remote_code="190", retryable=True)]
    world.say("ciao")
    world.deliver(world.queue.tasks.pop().task)
    assert world.store.facts.token().refused
    world.deliver(SweepTask())
    assert not world.store.facts.token().refused


def test_refused_token_is_noted_once_however_many_sends_fail(world: World) -> None:
    world.whatsapp.decide = lambda: TokenRefusedError("expired", remote_code="190", retryable=True)
    state = world.client.collection("state").document("token")
    versions = set()
    for number in range(3):
        world.say(f"ciao {number}")
        world.deliver(world.queue.tasks.pop().task)
        versions.add(state.get().update_time)
    assert len(versions) == 1 and world.store.facts.token().refused


def test_unpaid_account_raises_a_notice_that_the_sweep_takes_down_once_openai_answers(world: World) -> None:
    unpaid = UnpaidError("pay", remote_code="billing_not_active")
    world.assistant.outcomes, world.assistant.unpaid = [unpaid], unpaid
    world.say("ciao")
    world.deliver(world.queue.tasks.pop().task)
    assert world.store.facts.openai().unpaid == "billing_not_active"
    world.deliver(SweepTask())
    assert world.store.facts.openai().unpaid == "billing_not_active"
    world.assistant.unpaid = None
    world.deliver(SweepTask())
    assert not world.store.facts.openai().unpaid


def test_server_that_lacks_a_route_raises_a_notice_that_the_sweep_takes_down_once_it_has_it(world: World) -> None:
    world.assistant.outcomes, world.assistant.lacks = [ServerLacksError("responses")], ServerLacksError("responses")
    world.say("ciao")
    world.deliver(world.queue.tasks.pop().task)
    assert world.store.facts.openai().lacks == "responses"
    world.deliver(SweepTask())
    assert world.store.facts.openai().lacks == "responses"
    world.assistant.lacks = None
    world.deliver(SweepTask())
    assert not world.store.facts.openai().lacks
    world.run_until_quiet()
    assert world.texts() == ["re: ciao"]


def test_unpaid_account_is_noted_once_however_many_turns_fail(world: World) -> None:
    world.assistant.decide = lambda: UnpaidError("pay", remote_code="insufficient_quota")
    state = world.client.collection("state").document("openai")
    versions = set()
    for number in range(3):
        world.say(f"ciao {number}")
        world.run_until_quiet(sweeps=0)
        versions.add(state.get().update_time)
    assert len(versions) == 1


def test_models_are_looked_at_once_a_day_and_what_is_switched_off_is_noted(world: World) -> None:
    world.assistant.switched_off = {"gpt-4.1": "2027-01-14", "whisper-1": "2027-02-26"}
    world.deliver(SweepTask())
    world.clock.advance(3600)
    world.deliver(SweepTask())
    assert world.assistant.looks == 1
    assert world.store.facts.openai().shutdowns == {"gpt-4.1": "2027-01-14", "whisper-1": "2027-02-26"}
    world.assistant.switched_off = {"whisper-1": "2027-02-26"}
    world.clock.advance(24 * 3600)
    world.deliver(SweepTask())
    assert world.assistant.looks == 2
    assert world.store.facts.openai().shutdowns == {"whisper-1": "2027-02-26"}


def test_sweep_goes_on_when_openai_does_not_tell_its_models(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.assistant.switched_off = {"whisper-1": "2027-02-26"}
    world.deliver(SweepTask())
    looks = []

    def fail() -> dict[str, str]:
        looks.append(world.clock.now())
        raise RemoteError("down", retryable=True)

    monkeypatch.setattr(world.assistant, "shutdowns", fail)
    world.clock.advance(24 * 3600)
    for _ in range(25):  # two hours
        assert world.deliver(SweepTask())
        world.clock.advance(5 * 60)
    assert [(at - looks[0]).total_seconds() / 3600 for at in looks] == [0, 1, 2]
    assert world.store.facts.openai().shutdowns == {"whisper-1": "2027-02-26"}


def test_sweep_leaves_fresh_work_alone(world: World) -> None:
    world.say("ciao")
    world.run_until_quiet(sweeps=0)
    world.deliver(SweepTask())
    assert not world.queue.tasks


def test_talkative_customer_is_handed_over_to_a_fresh_task(world: World) -> None:
    world.settings = world.settings.model_copy(update={"function_timeout_seconds": 0.0})
    world.received = [(PHONE, name) for name in ("m1", "m2", "m3")]
    waiting = ["m2", "m3"]

    def arrive() -> None:
        if waiting:
            world.deliver(world.message(waiting.pop(0)))

    world.assistant.during = arrive
    world.deliver(world.message("m1"))
    assert world.texts() == ["re: m1"]
    assert any(isinstance(entry.task, WakeTask) for entry in world.queue.tasks)
    world.run_until_quiet()
    assert world.texts() == ["re: m1", "re: m2", "re: m3"]
    world.check_promises()


def test_contact_held_by_a_dead_process_without_work_is_found_by_one_sweep_only(world: World) -> None:
    world.say("ciao")
    world.run_until_quiet(sweeps=0)
    lease = Lease(owner="dead", epoch=world.contact().epoch + 1, until=world.clock.now())
    world.change(lease=lease, work_since=world.clock.now())
    world.clock.advance(600)
    for expected in ([WakeTask(contact_id=world.contact().id)], []):
        world.deliver(SweepTask())
        assert [entry.task for entry in world.queue.tasks] == expected
        world.run_until_quiet(sweeps=0)
    assert world.contact().lease is None


def test_conversation_that_staff_put_off_asks_for_them_when_its_time_comes(world: World) -> None:
    world.say("vorrei un operatore")
    world.run_until_quiet(sweeps=0)
    later = world.clock.now() + dt.timedelta(hours=3)
    world.change(attention=None, snoozed_until=later, snoozed_summary="vorrei un operatore")
    world.deliver(SweepTask())
    assert (world.contact().attention, world.contact().snoozed_until) == (None, later)
    world.clock.advance(3 * 3600 + 1)
    world.deliver(SweepTask())
    contact = world.contact()
    assert contact.attention
    assert (contact.attention.reason, contact.attention.summary) == ("reminder", "vorrei un operatore")
    assert (contact.snoozed_until, contact.snoozed_summary) == (None, "")


def test_reminder_hides_no_other_reason(world: World) -> None:
    world.say("ciao")
    world.run_until_quiet(sweeps=0)
    failed = Attention(reason="send_failed", at=world.clock.now())
    world.change(attention=failed, snoozed_until=world.clock.now())
    world.deliver(SweepTask())
    assert (world.contact().attention, world.contact().snoozed_until) == (failed, None)


def test_pause_that_is_over_leaves_the_list_of_paused_conversations(world: World) -> None:
    world.say("ciao")
    world.run_until_quiet(sweeps=0)
    world.change(paused=True, paused_until=world.clock.now() + dt.timedelta(minutes=30))
    world.deliver(SweepTask())
    assert world.contact().paused
    world.clock.advance(1801)
    world.deliver(SweepTask())
    assert (world.contact().paused, world.contact().paused_until) == (False, None)


def make_ids_of_the_version_before(world: World) -> None:
    """Give the customer's identities the ids without a key that they had, and forget that there is one."""
    identities = world.client.collection("identities")
    for identifier in identifiers_of(world.contact()):
        document = identities.document(world.store.identities.document_id(identifier.id))
        fields = document.get().to_dict() or {}
        identities.document(identifier.id).set({name: each for name, each in fields.items() if name != "keyed"})
        document.delete()
    world.client.collection("state").document("identities").delete()
    world.store = Store(world.client)


def test_customer_of_the_version_before_stays_the_same_while_their_ids_get_a_key(world: World) -> None:
    world.say("prima")
    world.run_until_quiet(sweeps=0)
    contact_id, identifiers = world.contact().id, identifiers_of(world.contact())
    make_ids_of_the_version_before(world)
    world.clock.time = dt.datetime.now(dt.UTC)
    world.say("dopo")
    world.run_until_quiet()
    ids = {snapshot.id for snapshot in world.client.collection("identities").stream()}
    assert ids == {identifier.id for identifier in identifiers}
    world.clock.advance(2 * 86_400)
    world.deliver(SweepTask())
    ids = {snapshot.id for snapshot in world.client.collection("identities").stream()}
    assert ids == {world.store.identities.document_id(identifier.id) for identifier in identifiers}
    world.say("infine")
    world.run_until_quiet(sweeps=0)
    assert world.contact().id == contact_id
    assert len(list(world.client.collection("contacts").stream())) == 1
    assert world.texts() == ["re: prima", "re: dopo", "re: infine"]


def test_two_contacts_that_two_versions_made_of_one_number_become_one(world: World) -> None:
    world.say("ciao")
    world.run_until_quiet(sweeps=0)
    first = world.contact()
    second = Contact(id=random_id(), created_at=world.clock.now(), phone=first.phone)
    world.store.commit(second, Change(second))
    older = world.client.collection("identities").document(identity_id("phone", f"+{PHONE}"))
    older.set({"contact_id": second.id, "created_at": world.clock.now()})
    world.client.collection("state").document("identities").update({"all_moved": False})
    world.store = Store(world.client)
    world.clock.time = dt.datetime.now(dt.UTC) + dt.timedelta(days=2)
    world.run_until_quiet(sweeps=1)
    found = world.store.contacts.get(second.id)
    assert found and found.id == world.contact().id
    assert not older.get().exists
