"""One person is one contact, under whatever names and in whatever order WhatsApp tells of them."""

import datetime as dt
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from local.counting import count_operations
from shared.contact import Contact
from shared.envelope import IdentityTask, MergeTask, MessageTask, SendTask, SweepTask, Task
from shared.identifiers import identity_id
from shared.message import Message
from shared.turn import Change, take
from tests.turns.fakes import START, Crash, crash_at
from tests.turns.people import (
    changed_number,
    changed_user_id,
    check_one_person,
    contacts,
    said,
    updated_user_id,
)
from tests.turns.test_crash_matrix import Points
from tests.turns.world import World

pytestmark = pytest.mark.emulator

OLD, OLD_SPELT, NEW = "5511987654321", "551187654321", "393331234567"
OLD_ID, NEW_ID, PARENT = "BR.1349", "IT.9999", "BR.ENT.77"
ORDERS = 200
NO_LIMITS = {"rate_per_minute": 0, "rate_per_day": 0}
TEXTS = ["phone", "id", "both", "spelling", "parent", "new phone", "new id", "both new"]
SYSTEMS = {"number changed", "id changed"}


def minute(number: float) -> dt.datetime:
    """So many minutes into the story, which is over when the world begins."""
    return START - dt.timedelta(hours=1) + dt.timedelta(minutes=number)


def story() -> list[Task]:
    """All that WhatsApp tells of one person, in the order in which it happened."""
    return [
        said("phone", minute(0), phone=OLD),
        said("id", minute(1), user_id=OLD_ID),
        said("both", minute(2), phone=OLD, user_id=OLD_ID),
        said("spelling", minute(3), phone=OLD_SPELT, user_id=OLD_ID),
        said("parent", minute(4), phone=OLD, user_id=OLD_ID, parent=PARENT),
        changed_number("number changed", minute(5), NEW, phone=OLD, user_id=OLD_ID),
        said("new phone", minute(6), phone=NEW),
        changed_user_id("id changed", minute(7), NEW_ID, phone=NEW, user_id=OLD_ID),
        updated_user_id(minute(7), OLD_ID, NEW_ID, NEW),
        said("new id", minute(8), user_id=NEW_ID),
        said("both new", minute(9), phone=NEW, user_id=NEW_ID),
    ]


def a_part_of_the_story(chance: random.Random) -> list[Task]:
    """What proves that all names are one person's, and some of the rest."""
    told = story()
    both, number_changed, id_changed, updated = told[2], told[5], told[7], told[8]
    proof = [both, number_changed, chance.choice([id_changed, updated])]
    return proof + chance.sample([task for task in told if task not in proof], k=4)


def make_world() -> World:
    return World(f"test-{uuid4().hex[:20]}", **NO_LIMITS)


def play(world: World, tasks: Sequence[Task], *, sweeps: int = 2) -> None:
    for task in tasks:
        world.queue.put(task)
    world.run_until_quiet(sweeps=sweeps)


@pytest.mark.parametrize("block", range(4))
def test_any_order_of_one_persons_payloads_ends_in_one_contact(firestore_host: str, block: int) -> None:
    for seed in range(block * ORDERS // 4, (block + 1) * ORDERS // 4):
        chance = random.Random(seed)
        told = a_part_of_the_story(chance)
        tasks = told + chance.choices(told, k=2)
        chance.shuffle(tasks)
        names = {task.message["id"] for task in told if isinstance(task, MessageTask)}
        world = make_world()
        world.whatsapp.statuses = False
        if chance.random() < 0.5:  # one after the other, so that turns and merges come between them
            for task in tasks:
                world.deliver(task)
                world.clock.advance(chance.choice([0, 1, 20]))
        try:
            play(world, tasks, sweeps=0)
            contact = check_one_person(world, sorted(names - SYSTEMS), sorted(names & SYSTEMS))
            assert (contact.phone, contact.user_id) == (f"+{NEW}", NEW_ID)
            assert contact.parent_user_id == (PARENT if "parent" in names else None)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error
        finally:
            world.close()


def test_payloads_of_one_person_at_once_end_in_one_contact(firestore_host: str) -> None:
    for seed in range(6):
        world = make_world()
        tasks = story() * 2
        random.Random(seed).shuffle(tasks)
        with ThreadPoolExecutor(8) as pool:
            done = list(pool.map(world.deliver, tasks))
        play(world, [task for task, is_done in zip(tasks, done, strict=True) if not is_done])
        check_one_person(world, TEXTS, sorted(SYSTEMS))
        world.close()


def test_first_message_links_every_name_it_carries(world: World) -> None:
    play(world, [said("hello", minute(0), phone=OLD, user_id=OLD_ID, parent=PARENT)])
    play(world, [said("id", minute(1), user_id=OLD_ID)])
    play(world, [said("parent id", minute(2), user_id=PARENT)])
    check_one_person(world, ["hello", "id", "parent id"])


def test_known_customer_is_found_with_two_reads_and_linked_without_a_write(world: World) -> None:
    play(world, [said("hello", minute(0), phone=OLD, user_id=OLD_ID, parent=PARENT)])
    count = count_operations(world.client)
    with pytest.raises(Crash):
        task = said("again", minute(1), phone=OLD_SPELT, user_id=OLD_ID, parent=PARENT)
        world.deliver(task, world.runtime(gate=crash_at("assistant.ask before", "store.get_messages before")))
    assert (count.reads, count.writes) == (2, 2)  # the writes: message and contact


def test_contact_keeps_the_spelling_that_came_last(world: World) -> None:
    play(world, [said("hello", minute(0), phone=OLD)])
    play(world, [said("again", minute(1), phone=OLD_SPELT)])
    assert check_one_person(world, ["hello", "again"]).phone == f"+{OLD_SPELT}"


def test_username_follows_changes_and_identifies_nobody(world: World) -> None:
    for number, (user_id, username) in enumerate([("IT.1", "mario"), ("IT.1", "mario.rossi"), ("IT.2", "mario")]):
        task = said(f"m{number}", minute(number), user_id=user_id)
        profile = {"name": "Mario", "username": username}
        play(world, [MessageTask(message=task.message, contact={"user_id": user_id, "profile": profile})])
    assert {contact.user_id: contact.username for contact in contacts(world)} == {
        "IT.1": "mario.rossi",
        "IT.2": "mario",
    }


# Changes


def test_old_number_after_the_change_is_another_person(world: World) -> None:
    play(world, [said("mine", minute(0), phone=OLD), changed_number("change", minute(2), NEW, phone=OLD)])
    mine = contacts(world)[0]
    play(world, [said("somebody else's", minute(3), phone=OLD, user_id="BR.2")])
    play(world, [said("sent before the change", minute(1), phone=OLD)])
    play(world, [said("in the same second", minute(2), phone=OLD)])
    play(world, [said("mine again", minute(4), phone=NEW)])
    other = next(contact for contact in contacts(world) if contact.id != mine.id)
    assert len(contacts(world)) == 2
    owners = {
        "mine": mine.id,
        "change": mine.id,
        "sent before the change": mine.id,
        "in the same second": mine.id,
        "mine again": mine.id,
        "somebody else's": other.id,
    }
    assert {name: world.inbound(name).contact_id for name in owners} == owners
    phones = {contact.id: contact.phone for contact in contacts(world)}
    assert phones == {mine.id: f"+{NEW}", other.id: f"+{OLD}"}


def test_change_that_comes_after_the_next_owner_of_the_number_leaves_them_apart(world: World) -> None:
    play(world, [said("next owner's", minute(5), phone=OLD)])
    play(world, [changed_number("change", minute(2), NEW, phone=OLD)])
    play(world, [said("sent before the change", minute(1), phone=OLD), said("new", minute(6), phone=NEW)])
    assert len(contacts(world)) == 2
    mine = {world.inbound(name).contact_id for name in ("change", "sent before the change", "new")}
    assert len(mine) == 1 and world.inbound("next owner's").contact_id not in mine


def test_number_taken_over_from_a_customer_long_silent_leaves_them_apart(world: World) -> None:
    long_ago = minute(0) - dt.timedelta(days=90)
    world.clock.time = long_ago
    play(world, [said("long ago", long_ago, phone=NEW, user_id="IT.5")])
    world.clock.time = START
    play(world, [said("mine", minute(0), phone=OLD), changed_number("change", minute(1), NEW, phone=OLD)])
    play(world, [said("new", minute(2), phone=NEW)])
    phones = {contact.user_id: contact.phone for contact in contacts(world)}
    assert phones == {"IT.5": None, None: f"+{NEW}"}
    assert world.inbound("new").contact_id == world.inbound("mine").contact_id
    play(world, [said("the former owner", minute(3), user_id="IT.5")])
    assert world.inbound("the former owner").contact_id == world.inbound("long ago").contact_id


def test_change_to_a_number_in_use_merges(world: World) -> None:
    play(world, [said("old", minute(0), phone=OLD), said("new", minute(1), phone=NEW)])
    assert len(contacts(world)) == 2
    play(world, [changed_number("change", minute(2), NEW, phone=OLD)])
    assert check_one_person(world, ["old", "new"], ["change"]).phone == f"+{NEW}"


def test_number_changed_back_is_the_same_person(world: World) -> None:
    there, back = (
        changed_number("there", minute(1), NEW, phone=OLD),
        changed_number("back", minute(3), OLD, phone=NEW),
    )
    texts = [said("a", minute(0), phone=OLD), said("b", minute(2), phone=NEW), said("c", minute(4), phone=OLD)]
    for seed in range(20):
        tasks = [there, back, *texts]
        random.Random(seed).shuffle(tasks)
        apart = make_world()
        play(apart, tasks)
        assert check_one_person(apart, ["a", "b", "c"], ["there", "back"]).phone == f"+{OLD}", seed
        apart.close()


def test_chain_of_changes_in_any_order_ends_at_the_last_name(firestore_host: str) -> None:
    third = "4915112345678"
    for seed in range(20):
        tasks: list[Task] = [
            said("a", minute(0), phone=OLD),
            changed_number("first", minute(1), NEW, phone=OLD),
            said("b", minute(2), phone=NEW),
            changed_number("second", minute(3), third, phone=NEW),
            said("c", minute(4), phone=third),
        ]
        random.Random(seed).shuffle(tasks)
        apart = make_world()
        play(apart, tasks)
        assert check_one_person(apart, ["a", "b", "c"], ["first", "second"]).phone == f"+{third}", seed
        apart.close()


def test_user_id_update_of_nobody_known_shows_no_conversation_and_links_both(world: World) -> None:
    play(world, [updated_user_id(minute(0), OLD_ID, NEW_ID)])
    (contact,) = contacts(world)
    assert (contact.user_id, contact.last_activity_at, contact.last_message) == (NEW_ID, None, None)
    play(world, [said("old", minute(0), user_id=OLD_ID), said("new", minute(1), user_id=NEW_ID)])
    assert check_one_person(world, ["old", "new"]).user_id == NEW_ID


def test_user_id_change_after_a_message_under_the_old_id_with_a_later_time_follows_it(world: World) -> None:
    play(world, [said("late", minute(1), user_id=OLD_ID), updated_user_id(minute(0), OLD_ID, NEW_ID)])
    assert check_one_person(world, ["late"]).user_id == NEW_ID


def test_user_id_update_without_a_new_id_is_kept_as_an_event(world: World) -> None:
    play(world, [IdentityTask(update={"user_id": {"previous": OLD_ID}})])
    assert len(list(world.client.collection("events").stream())) == 1
    assert contacts(world) == []


def test_user_id_update_that_is_known_writes_nothing(world: World) -> None:
    task = updated_user_id(minute(0), OLD_ID, NEW_ID, OLD)
    play(world, [task])
    count = count_operations(world.client)
    world.deliver(task)
    assert count.writes == 0


def test_security_code_changed_changes_no_name(world: World) -> None:
    play(world, [said("hello", minute(0), phone=OLD)])
    detail = {"type": "customer_identity_changed", "identity": "abc", "wa_id": NEW, "body": "code"}
    body = {"id": "code", "from": OLD, "timestamp": "1795000000", "type": "system", "system": detail}
    play(world, [MessageTask(message=body)])
    assert check_one_person(world, ["hello"], ["code"]).phone == f"+{OLD}"


# Merging


def two_contacts(world: World) -> tuple[Contact, Contact]:
    """One person known under two names that have not met; each has a message answered and one that waits."""
    people = {"phone": {"phone": OLD}, "id": {"user_id": OLD_ID}}
    for name, names in people.items():
        play(world, [said(name, minute(0), **names)])
        world.clock.advance(1)
    for name, names in people.items():
        with pytest.raises(Crash):
            world.deliver(
                said(f"{name} waits", minute(1), **names), world.runtime(gate=crash_at("store.commit after"))
            )
    world.clock.advance(world.settings.lease_seconds + 1)
    older, newer = sorted(contacts(world), key=lambda contact: contact.created_at)
    assert older.pending and newer.pending and not (older.turn or newer.turn)
    return older, newer


WAITING = ["phone", "phone waits", "id", "id waits"]


@pytest.fixture(scope="module")
def merge_points(firestore_host: str) -> list[str]:
    """The points that an undisturbed merge passes."""
    world, gate = make_world(), Points()
    winner, loser = two_contacts(world)
    world.deliver(MergeTask(winner=winner.id, loser=loser.id), world.runtime(gate=gate))
    world.run_until_quiet()
    check_one_person(world, WAITING)
    world.close()
    assert {"store.commit after", "store.move_messages before", "store.finish_merge before"} <= set(gate.names)
    return gate.names


@pytest.mark.parametrize("finisher", ["queue", "sweep"])
def test_merge_that_dies_at_any_point_is_finished(merge_points: list[str], finisher: str) -> None:
    for point, name in enumerate(merge_points):
        world = make_world()
        winner, loser = two_contacts(world)
        task = MergeTask(winner=winner.id, loser=loser.id)
        with pytest.raises(Crash):
            world.deliver(task, world.runtime(gate=Points(point)))
        texts = WAITING
        if finisher == "queue":
            world.queue.put(task)
        else:  # the task is lost, but the customer writes again, or the sweep finds what was begun
            world.queue.put(said("again", minute(5), phone=OLD, user_id=OLD_ID))
            texts = [*WAITING, "again"]
        world.run_until_quiet(sweeps=3)
        check_one_person(world, texts), name
        world.close()


def test_merge_waits_while_one_contact_is_held(world: World) -> None:
    winner, loser = two_contacts(world)
    busy: list[bool] = []

    def during() -> None:
        if not busy:
            busy.append(world.deliver(MergeTask(winner=winner.id, loser=loser.id)))

    world.assistant.during = during
    world.queue.put(said("held", minute(2), user_id=OLD_ID))
    world.run_until_quiet()
    assert busy == [False]
    assert len(contacts(world)) == 2
    world.queue.put(MergeTask(winner=winner.id, loser=loser.id))
    world.run_until_quiet()
    check_one_person(world, [*WAITING, "held"])


def test_merge_wakes_the_winner_for_what_waits_without_a_sweep(world: World) -> None:
    winner, loser = two_contacts(world)
    world.queue.put(MergeTask(winner=winner.id, loser=loser.id))
    world.run_until_quiet(sweeps=0)
    check_one_person(world, WAITING)


@pytest.mark.parametrize("held", ["winner", "loser"])
def test_merge_waits_while_one_contact_is_held_before_its_turn_is_open(world: World, held: str) -> None:
    winner, loser = two_contacts(world)
    contact, now = winner if held == "winner" else loser, world.clock.now()
    world.store.commit(contact, Change(take(contact, "somebody", now, now + dt.timedelta(minutes=2))))
    assert not world.deliver(MergeTask(winner=winner.id, loser=loser.id))
    assert len(contacts(world)) == 2
    world.clock.advance(121)
    assert world.deliver(MergeTask(winner=winner.id, loser=loser.id))
    world.run_until_quiet()
    check_one_person(world, WAITING)


def test_merge_waits_while_a_turn_is_open(world: World) -> None:
    winner, loser = two_contacts(world)
    world.whatsapp.outcomes = ["lost"]
    world.queue.put(said("open", minute(2), user_id=OLD_ID))
    entry = world.queue.tasks.pop()
    world.deliver(entry.task)
    held = world.store.get_contact(loser.id)
    assert held is not None and held.turn is not None and held.lease is None
    assert not world.deliver(MergeTask(winner=winner.id, loser=loser.id))
    world.run_until_quiet()
    world.queue.put(MergeTask(winner=winner.id, loser=loser.id))
    world.run_until_quiet()
    check_one_person(world, [*WAITING, "open"])


def test_lost_merge_is_asked_for_by_the_next_message_with_both_names(world: World) -> None:
    play(world, [said("phone", minute(0), phone=OLD), said("id", minute(1), user_id=OLD_ID)])
    for name in ("one", "two"):
        world.deliver(said(name, minute(2), phone=OLD, user_id=OLD_ID))
        merges = [entry for entry in world.queue.tasks if isinstance(entry.task, MergeTask)]
        assert len(merges) == 1, name
        world.queue.tasks.remove(merges[0])
    play(world, [said("three", minute(3), phone=OLD, user_id=OLD_ID)])
    check_one_person(world, ["phone", "id", "one", "two", "three"])


def test_crash_between_storing_and_asking_for_the_merge_still_merges(world: World) -> None:
    play(world, [said("old", minute(0), phone=OLD), said("new", minute(1), phone=NEW)])
    task = changed_number("change", minute(2), NEW, phone=OLD)
    with pytest.raises(Crash):
        world.deliver(task, world.runtime(gate=crash_at("store.commit after")))
    play(world, [task])
    check_one_person(world, ["old", "new"], ["change"])


def test_message_at_the_loser_while_it_is_merged_is_the_winners(world: World) -> None:
    """The message was about to be stored on a contact that is gone by then."""
    winner, loser = two_contacts(world)

    def gate(name: str) -> None:
        if name == "store.commit before" and len(contacts(world)) == 2:
            world.deliver(MergeTask(winner=winner.id, loser=loser.id))

    world.deliver(said("late", minute(2), user_id=OLD_ID), world.runtime(gate=gate))
    assert world.inbound("late").contact_id == winner.id
    world.run_until_quiet()
    check_one_person(world, [*WAITING, "late"])


def test_contact_merged_on_while_its_messages_move_loses_none(world: World) -> None:
    """The winner of one merge loses another one while the first still moves messages."""
    play(world, [said("oldest", minute(0), phone=NEW)])
    (oldest,) = contacts(world)
    world.clock.advance(1)
    for name, names in (("middle", {"phone": OLD}), ("youngest", {"user_id": OLD_ID})):
        play(world, [said(name, minute(0), **names)])
        world.clock.advance(1)
    ids = {contact.phone or contact.user_id: contact.id for contact in contacts(world)}
    middle, youngest = ids[f"+{OLD}"], ids[OLD_ID]

    def gate(name: str) -> None:
        if name == "store.move_messages before" and len(contacts(world)) == 2:
            world.deliver(MergeTask(winner=oldest.id, loser=middle))

    world.deliver(MergeTask(winner=middle, loser=youngest), world.runtime(gate=gate))
    world.run_until_quiet()
    assert check_one_person(world, ["oldest", "middle", "youngest"]).id == oldest.id


def test_many_messages_move_in_pages(world: World) -> None:
    play(world, [said("phone", minute(0), phone=OLD), said("id", minute(1), user_id=OLD_ID)])
    winner, loser = sorted(contacts(world), key=lambda contact: contact.id)
    model = world.inbound("phone")
    for page in range(2):
        before = world.store.get_contact(loser.id)
        assert before is not None
        copies = (model.model_copy(update={"id": f"{page}-{n}", "contact_id": loser.id}) for n in range(450))
        world.store.commit(before, Change(before, creates=tuple(copies)))
    world.deliver(MergeTask(winner=winner.id, loser=loser.id))
    assert len(world.store.recent_messages(winner.id, 1000)) == 904


def test_old_id_leads_on_after_the_merge(world: World) -> None:
    winner, loser = two_contacts(world)
    world.deliver(MergeTask(winner=winner.id, loser=loser.id))
    world.run_until_quiet()
    world.store.flag_contact(loser.id, "send_failed", world.clock.now())
    known = world.store.get_contact(loser.id)
    assert known is not None and known.id == winner.id
    assert known.attention is not None and known.attention.reason == "send_failed"
    check_one_person(world, WAITING)


def test_staff_message_queued_at_the_loser_is_sent_by_the_winner(world: World) -> None:
    winner, loser = two_contacts(world)
    fields = {"direction": "out", "author": "staff", "kind": "text", "status": "queued", "at": world.clock.now()}
    message = Message.model_validate({"id": "staff", "contact_id": loser.id, "text": "from staff", **fields})
    world.store.commit(loser, Change(loser, creates=(message,)))
    with pytest.raises(Crash):
        task = MergeTask(winner=winner.id, loser=loser.id)
        world.deliver(task, world.runtime(gate=crash_at("store.move_messages before")))
    world.deliver(SendTask(message_id="staff"))
    assert [(sent.contact_id, sent.text) for sent in world.whatsapp.sent if sent.text == "from staff"] == [
        (winner.id, "from staff")
    ]
    known, sent = world.store.get_contact(winner.id), world.store.get_message("staff")
    assert known is not None and sent is not None
    assert "staff" in known.context and sent.status == "accepted"


def test_system_message_counts_as_nothing_the_customer_said(world: World) -> None:
    play(world, [changed_number("change", minute(0), NEW, phone=OLD)])
    (contact,) = contacts(world)
    assert (contact.phone, contact.unread, contact.last_message) == (f"+{NEW}", 0, None)
    assert contact.last_activity_at is None  # not listed before there is a message


def test_merge_of_contacts_that_are_one_or_gone_does_nothing(world: World) -> None:
    winner, loser = two_contacts(world)
    task = MergeTask(winner=winner.id, loser=loser.id)
    world.deliver(task)
    world.run_until_quiet()
    before = check_one_person(world, WAITING)
    for again in (task, MergeTask(winner=loser.id, loser=winner.id), MergeTask(winner=winner.id, loser="nobody")):
        assert world.deliver(again)
    assert check_one_person(world, WAITING) == before


def test_sweep_finds_a_merge_that_was_cut_off(world: World) -> None:
    winner, loser = two_contacts(world)
    with pytest.raises(Crash):
        task = MergeTask(winner=winner.id, loser=loser.id)
        world.deliver(task, world.runtime(gate=crash_at("store.move_messages before")))
    assert world.inbound("id").contact_id == loser.id
    world.clock.advance(180)
    world.deliver(SweepTask())
    assert any(entry.task == task for entry in world.queue.tasks)
    world.run_until_quiet()
    check_one_person(world, WAITING)


def test_merged_contact_goes_on_in_a_new_conversation_that_knows_both(world: World) -> None:
    play(world, [said("phone", minute(0), phone=OLD)])
    world.clock.advance(1)
    play(world, [said("id", minute(1), user_id=OLD_ID)])
    play(world, [said("both", minute(2), phone=OLD, user_id=OLD_ID)])
    play(world, [said("after", minute(3), phone=OLD)])
    contact = check_one_person(world, ["phone", "id", "both", "after"])
    assert contact.conversation is not None and not contact.conversation.outdated
    log = "".join(entry["text"] for entry in world.assistant.conversations[contact.conversation.id])
    assert all(name in log for name in ("phone", "id", "both", "after"))
    assert len(contact.conversation_ids) == 3
    name = identity_id("phone", f"+{OLD}")
    assert world.store.get_identities([name])[name].contact_id == contact.id
