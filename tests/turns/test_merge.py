"""Two contacts that turn out to be one person are merged, and no message is lost or answered twice."""

import datetime as dt
from dataclasses import replace

import pytest

from shared.model.contact import MAX_CONVERSATIONS, Contact, flagged
from shared.model.ids import identity_id, random_id
from shared.model.message import Message
from shared.model.note import Note
from shared.model.turn import Change, take
from shared.queue.tasks import MergeTask, SendTask, SweepTask
from tests.turns.fakes import Crash, crash_at
from tests.turns.people import (
    NEW,
    OLD,
    OLD_ID,
    changed_number,
    check_one_person,
    contacts,
    make_world,
    minute,
    play,
    said,
)
from tests.turns.test_crash_matrix import Points
from tests.turns.world import World

pytestmark = pytest.mark.emulator


def two_contacts(world: World) -> tuple[Contact, Contact]:
    """One person known under two identifiers that have not met; each has a message answered and one that waits."""
    people = {"phone": {"phone": OLD}, "id": {"user_id": OLD_ID}}
    for name, identifiers in people.items():
        play(world, [said(name, minute(0), **identifiers)])
        world.clock.advance(1)
    for name, identifiers in people.items():
        with pytest.raises(Crash):
            world.deliver(
                said(f"{name} waits", minute(1), **identifiers), world.runtime(gate=crash_at("store.commit after"))
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
    assert {"store.commit after", "store.messages.move before", "store.contacts.finish_merge before"} <= set(
        gate.names
    )
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
    held = world.store.contacts.get(loser.id)
    assert held is not None and held.turn is not None and held.lease is None
    assert not world.deliver(MergeTask(winner=winner.id, loser=loser.id))
    world.run_until_quiet()
    world.queue.put(MergeTask(winner=winner.id, loser=loser.id))
    world.run_until_quiet()
    check_one_person(world, [*WAITING, "open"])


def test_lost_merge_is_asked_for_by_the_next_message_with_both_identifiers(world: World) -> None:
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
    for name, identifiers in (("middle", {"phone": OLD}), ("youngest", {"user_id": OLD_ID})):
        play(world, [said(name, minute(0), **identifiers)])
        world.clock.advance(1)
    ids = {contact.phone or contact.user_id: contact.id for contact in contacts(world)}
    middle, youngest = ids[f"+{OLD}"], ids[OLD_ID]

    def gate(name: str) -> None:
        if name == "store.messages.move before" and len(contacts(world)) == 2:
            world.deliver(MergeTask(winner=oldest.id, loser=middle))

    world.deliver(MergeTask(winner=middle, loser=youngest), world.runtime(gate=gate))
    world.run_until_quiet()
    assert check_one_person(world, ["oldest", "middle", "youngest"]).id == oldest.id


def test_many_messages_move_in_pages(world: World) -> None:
    play(world, [said("phone", minute(0), phone=OLD), said("id", minute(1), user_id=OLD_ID)])
    winner, loser = sorted(contacts(world), key=lambda contact: contact.id)
    model = world.inbound("phone")
    for page in range(2):
        before = world.store.contacts.get(loser.id)
        assert before is not None
        copies = (replace(model, id=f"{page}-{n}", contact_id=loser.id) for n in range(450))
        world.store.commit(before, Change(before, creates=tuple(copies)))
    world.deliver(MergeTask(winner=winner.id, loser=loser.id))
    assert len(world.store.messages.recent(winner.id, 1000)) == 904


def test_old_id_leads_on_after_the_merge(world: World) -> None:
    winner, loser = two_contacts(world)
    world.deliver(MergeTask(winner=winner.id, loser=loser.id))
    world.run_until_quiet()
    world.store.change_contact(loser.id, lambda contact: flagged(contact, "send_failed", world.clock.now()))
    known = world.store.contacts.get(loser.id)
    assert known is not None and known.id == winner.id
    assert known.attention is not None and known.attention.reason == "send_failed"
    check_one_person(world, WAITING)


def test_staff_message_queued_at_the_loser_is_sent_by_the_winner(world: World) -> None:
    winner, loser = two_contacts(world)
    message = Message(
        id="staff",
        contact_id=loser.id,
        direction="out",
        author="staff",
        kind="text",
        text="from staff",
        status="queued",
        at=world.clock.now(),
    )
    world.store.commit(loser, Change(loser, creates=(message,)))
    task = MergeTask(winner=winner.id, loser=loser.id)
    with pytest.raises(Crash):
        world.deliver(task, world.runtime(gate=crash_at("store.messages.move before")))
    world.deliver(SendTask(message_id="staff"))
    assert [(sent.contact_id, sent.text) for sent in world.whatsapp.sent if sent.text == "from staff"] == [
        (winner.id, "from staff")
    ]
    known, sent = world.store.contacts.get(winner.id), world.store.messages.get("staff")
    assert known is not None and sent is not None
    assert "staff" in known.context and sent.status == "accepted"


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
    task = MergeTask(winner=winner.id, loser=loser.id)
    with pytest.raises(Crash):
        world.deliver(task, world.runtime(gate=crash_at("store.messages.move before")))
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
    assert world.store.identities.get_all([name])[name].contact_id == contact.id


def test_older_conversations_of_both_are_found_with_the_merged_contact(world: World) -> None:
    winner, loser = two_contacts(world)
    for contact in (winner, loser):
        ids = [f"{contact.id}-{number}" for number in range(MAX_CONVERSATIONS)]
        more = replace(contact, conversation_ids=[*ids, *contact.conversation_ids])
        world.store.commit(contact, Change(more))
    world.deliver(MergeTask(winner=winner.id, loser=loser.id))
    world.run_until_quiet()
    merged = check_one_person(world, WAITING)
    found = [*world.store.past_conversations.of_contact(merged.id), *merged.conversation_ids]
    begun = {f"{contact.id}-{number}" for contact in (winner, loser) for number in range(MAX_CONVERSATIONS)}
    assert begun | set(world.assistant.conversations) == {*found}
    assert world.store.past_conversations.of_contact(loser.id) == []


def test_notes_of_both_are_found_with_the_merged_contact(world: World) -> None:
    winner, loser = two_contacts(world)
    for contact in (winner, loser):
        notes = tuple(
            Note(id=random_id(), contact_id=contact.id, text=contact.id, author="anna@x.it", at=world.clock.now())
            for _ in range(2)
        )
        world.store.commit(contact, Change(replace(contact, noted_at=world.clock.now()), notes=notes))
    world.deliver(MergeTask(winner=winner.id, loser=loser.id))
    world.run_until_quiet()
    merged = check_one_person(world, WAITING)
    found = world.store.notes.page(merged.id, None, 10).rows
    assert sorted(note.text for note in found) == sorted([winner.id, loser.id] * 2)
    assert {note.contact_id for note in found} == {merged.id} and merged.noted_at
    assert world.store.notes.page(loser.id, None, 10).rows == []
