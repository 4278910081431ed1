"""One person is one contact, under whatever identifiers and in whatever order WhatsApp tells of them."""

import datetime as dt
import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from local.observe.counting import count_operations
from shared.queue.tasks import IdentityTask, MessageTask, Task
from tests.turns.fakes import START, Crash, crash_at
from tests.turns.people import (
    NEW,
    NEW_ID,
    OLD,
    OLD_ID,
    OLD_SPELT,
    PARENT,
    changed_number,
    changed_user_id,
    check_one_person,
    contacts,
    make_world,
    minute,
    play,
    said,
    told_previous,
    updated_user_id,
)
from tests.turns.world import World

pytestmark = pytest.mark.emulator

ORDERS = 40
TEXTS = ["phone", "id", "both", "spelling", "parent", "new phone", "old id", "new id", "both new"]
SYSTEMS = {"number changed", "id changed", "id told"}


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
        said("old id", minute(6.5), phone=NEW, user_id=OLD_ID),
        told_previous("id told", minute(7), NEW_ID, {"previous_user_id": OLD_ID}, user_id=NEW_ID),
    ]


def a_part_of_the_story(chance: random.Random) -> list[Task]:
    """What proves that all identifiers are one person's, and some of the rest."""
    told = story()
    both, number_changed, id_changed, updated, id_told = told[2], told[5], told[7], told[8], told[-1]
    proof = [both, number_changed, chance.choice([id_changed, updated, id_told])]
    return proof + chance.sample([task for task in told if task not in proof], k=4)


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
            assert (contact.former_accounts, contact.attention) == ([], None)
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


def test_first_message_links_every_identifier_it_carries(world: World) -> None:
    play(world, [said("hello", minute(0), phone=OLD, user_id=OLD_ID, parent=PARENT)])
    play(world, [said("id", minute(1), user_id=OLD_ID)])
    play(world, [said("parent id", minute(2), user_id=PARENT)])
    check_one_person(world, ["hello", "id", "parent id"])


def test_known_customer_is_found_with_two_reads_and_linked_without_a_write(world: World) -> None:
    play(world, [said("hello", minute(0), phone=OLD, user_id=OLD_ID, parent=PARENT)])
    task = said("again", minute(1), phone=OLD_SPELT, user_id=OLD_ID, parent=PARENT)
    process = world.runtime(gate=crash_at("assistant.ask before", "store.messages.get_all before"))
    process.store.identities.document_id("")  # the key, which each process reads once
    count = count_operations(world.client)
    with pytest.raises(Crash):
        world.deliver(task, process)
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


def test_chain_of_changes_in_any_order_ends_at_the_last_identifier(firestore_host: str) -> None:
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


def test_chain_of_user_ids_in_any_order_ends_at_the_last_and_leaves_nothing_hidden(firestore_host: str) -> None:
    ids = ["IT.1", "IT.2", "IT.3"]
    for seed in range(30):
        chance = random.Random(seed)
        texts = [
            said(f"{user_id} {half}", minute(4 * number + half), phone=NEW, user_id=user_id)
            for number, user_id in enumerate(ids)
            for half in (0, 1)
        ]
        forms: list[dict[str, str]] = [{}, {"user_id": ids[1]}, {"phone": NEW}]
        first = told_previous("first", minute(3), ids[1], {"previous_user_id": ids[0]}, **chance.choice(forms))
        tasks: list[Task] = [*texts, first, updated_user_id(minute(7), ids[1], ids[2])]
        tasks += chance.choices(tasks, k=2)
        chance.shuffle(tasks)
        apart = make_world()
        for task in tasks:
            apart.deliver(task)
        play(apart, tasks, sweeps=0)
        contact = check_one_person(apart, [text.message["id"] for text in texts], ["first"])
        assert (contact.phone, contact.user_id) == (f"+{NEW}", ids[2]), seed
        assert (contact.former_accounts, contact.attention) == ([], None), seed
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


PRESENT_FORMS = {
    "no sender": ({"previous_user_id": OLD_ID}, {}),
    "the new id as sender": ({"previous_user_id": OLD_ID}, {"user_id": NEW_ID}),
    "the number as sender": ({"previous_user_id": OLD_ID}, {"phone": OLD}),
    "the parent company's ids": ({"previous_parent_user_id": PARENT, "parent_user_id": "IT.ENT.88"}, {}),
    "the number from before": ({"previous_wa_id": OLD}, {}),
    "everything": ({"previous_wa_id": OLD, "previous_user_id": OLD_ID, "wa_id": NEW}, {"user_id": NEW_ID}),
}


@pytest.mark.parametrize("form", PRESENT_FORMS)
@pytest.mark.parametrize("overtaken", [False, True])
def test_notice_that_names_the_id_from_before_leads_to_the_same_contact(
    world: World, form: str, overtaken: bool
) -> None:
    previous, sender = PRESENT_FORMS[form]
    before = said("before", minute(0), phone=OLD, user_id=OLD_ID, parent=PARENT)
    notice = told_previous("notice", minute(1), NEW_ID, previous, **sender)
    after = said("after", minute(2), user_id=NEW_ID)
    play(world, [before])
    play(world, [after, notice] if overtaken else [notice, after])
    assert check_one_person(world, ["before", "after"], ["notice"]).user_id == NEW_ID


def test_notice_without_any_identifier_is_kept_as_an_event(world: World) -> None:
    detail = {"type": "user_changed_user_id", "body": "User changed"}
    play(world, [MessageTask(message={"id": "notice", "type": "system", "system": detail})])
    assert len(list(world.client.collection("events").stream())) == 1
    assert contacts(world) == []


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


def test_security_code_changed_changes_no_identifier(world: World) -> None:
    play(world, [said("hello", minute(0), phone=OLD)])
    detail = {"type": "customer_identity_changed", "identity": "abc", "wa_id": NEW, "body": "code"}
    body = {"id": "code", "from": OLD, "timestamp": "1795000000", "type": "system", "system": detail}
    play(world, [MessageTask(message=body)])
    assert check_one_person(world, ["hello"], ["code"]).phone == f"+{OLD}"


def test_system_message_counts_as_nothing_the_customer_said(world: World) -> None:
    play(world, [changed_number("change", minute(0), NEW, phone=OLD)])
    (contact,) = contacts(world)
    assert (contact.phone, contact.unread, contact.last_message) == (f"+{NEW}", 0, None)
    assert contact.last_activity_at is None  # not listed before there is a message
