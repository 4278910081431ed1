"""What still comes for a customer who was erased: it ends, instead of being delivered for a week."""

import pytest

from shared.model.message import Message, OutboundStatus, Problem
from shared.model.turn import Change
from shared.queue.tasks import SendTask, SweepTask
from tests.turns.world import World

pytestmark = pytest.mark.emulator


def erase_contact(world: World) -> None:
    world.client.collection("contacts").document(world.contact().id).delete()


def queued_by_staff(world: World, status: OutboundStatus = "queued") -> Message:
    contact = world.contact()
    message = Message(
        id="staff",
        contact_id=contact.id,
        direction="out",
        author="staff",
        kind="text",
        text="Sono Anna",
        status=status,
        at=world.clock.now(),
    )
    world.store.commit(contact, Change(contact, creates=(message,)))
    return message


def stored(world: World, message: Message) -> Message:
    found = world.store.messages.get(message.id)
    assert found is not None
    return found


@pytest.fixture
def answered(world: World) -> World:
    world.whatsapp.statuses = False
    world.say("ciao")
    world.run_until_quiet(sweeps=0)
    return world


def test_failed_status_about_an_erased_contact_is_kept_and_done(answered: World) -> None:
    part = answered.whatsapp.sent[0].message_id
    erase_contact(answered)
    assert answered.deliver(answered.whatsapp.status(part, "failed"))
    found = answered.store.messages.get(part)
    assert found is not None and found.shown_status == "failed"


@pytest.mark.parametrize(("status", "ends_as"), [("queued", "failed"), ("sending", "unknown")])
def test_staff_message_to_an_erased_contact_ends(answered: World, status: OutboundStatus, ends_as: str) -> None:
    message = queued_by_staff(answered, status)
    erase_contact(answered)
    assert answered.deliver(SendTask(message_id=message.id))
    found = stored(answered, message)
    assert found.status == ends_as
    assert found.error == Problem(
        code="contact_gone", message="The customer was erased before this message was sent"
    )
    assert answered.texts() == ["re: ciao"]
    answered.clock.advance(600)
    answered.queue.tasks.clear()
    answered.deliver(SweepTask())
    assert answered.queue.tasks == []


def test_contact_erased_while_staffs_message_is_sent_ends(answered: World) -> None:
    message = queued_by_staff(answered)
    answered.whatsapp.decide = lambda: erase_contact(answered) or "ok"  # type: ignore[func-returns-value]
    assert answered.deliver(SendTask(message_id=message.id))
    assert stored(answered, message).status == "accepted"
