"""Reactions and replies of staff: sent once, the last choice wins, and a failure is told on the message."""

import pytest

from functions.dashboard_api.desk import Desk
from functions.dashboard_api.outbox import Draft, queue_message
from functions.dashboard_api.reactions import queue_reaction
from functions.process.inbox.statuses import record_status
from shared.errors import InvalidError, NotFoundError, OptedOutError, SendFailedError, WindowClosedError
from shared.model.ids import inbound_id, reaction_id
from shared.model.message import Message, StaffReaction
from shared.queue.tasks import StatusTask
from shared.whatsapp.client import CALLBACK_PREFIX
from tests.turns.fakes import Crash, crash_at
from tests.turns.world import World

pytestmark = pytest.mark.emulator

STAFF = "anna@example.com"
REFUSED = SendFailedError("no", remote_code="131009")
BUSY = SendFailedError("busy", remote_code="130429", retryable=True)


@pytest.fixture
def talking(world: World) -> World:
    """A world in which one customer has been answered."""
    world.say("ciao")
    world.run_until_quiet(sweeps=0)
    return world


def desk(world: World) -> Desk:
    return Desk(world.store, world.queue, list, now=world.clock.now)


def react(world: World, emoji: str, message_id: str = "") -> Message:
    return queue_reaction(desk(world), message_id or inbound_id("ciao"), emoji, STAFF)


def answer_of_assistant(world: World) -> Message:
    [answer] = [each for each in world.store.messages.recent(world.contact().id, 9) if each.author == "assistant"]
    return answer


def shown(world: World) -> StaffReaction:
    reaction = world.inbound("ciao").staff_reaction
    assert reaction
    return reaction


def sent(world: World, number: int) -> Message:
    message = world.store.messages.get(reaction_id(inbound_id("ciao"), number))
    assert message
    return message


def test_reaction_is_sent_once_and_kept_on_its_message(talking: World) -> None:
    before = talking.contact()
    assert react(talking, "👍").staff_reaction == shown(talking)
    react(talking, "👍")
    talking.run_until_quiet()
    assert talking.texts()[1:] == ["[👍 to ciao]"]
    assert (shown(talking).emoji, shown(talking).author, shown(talking).error) == ("👍", STAFF, None)
    assert sent(talking, 1).shown_status == "delivered"
    after = talking.contact()
    assert (after.last_message, after.context, after.attention) == (before.last_message, before.context, None)


def test_reaction_is_taken_back(talking: World) -> None:
    react(talking, "👍")
    talking.run_until_quiet(sweeps=0)
    react(talking, "")
    talking.run_until_quiet()
    assert talking.texts()[1:] == ["[👍 to ciao]", "[no reaction to ciao]"]
    assert shown(talking).emoji == ""


def test_only_the_last_of_several_choices_is_sent(talking: World) -> None:
    for emoji in ("👍", "❤️", "😂"):
        react(talking, emoji)
    talking.run_until_quiet()
    assert talking.texts()[1:] == ["[😂 to ciao]"]
    assert sent(talking, 1).status == sent(talking, 2).status == "failed"
    assert shown(talking).error is None and talking.contact().attention is None


def test_choice_waits_for_the_one_that_is_on_its_way(talking: World) -> None:
    react(talking, "👍")
    task = talking.queue.tasks.pop().task
    with pytest.raises(Crash):
        talking.deliver(task, talking.runtime(gate=crash_at("whatsapp.send_reaction before")))
    assert sent(talking, 1).status == "sending"
    react(talking, "❤️")
    talking.deliver(talking.queue.tasks.pop().task)
    assert talking.texts()[1:] == []
    talking.run_until_quiet()
    assert talking.texts()[-1] == "[❤️ to ciao]"
    assert talking.texts().count("[👍 to ciao]") == 0


@pytest.mark.parametrize("point", ["whatsapp.send_reaction before", "whatsapp.send_reaction after"])
def test_crash_around_the_post_leaves_the_reaction_sent(talking: World, point: str) -> None:
    react(talking, "👍")
    task = talking.queue.tasks.pop().task
    with pytest.raises(Crash):
        talking.deliver(task, talking.runtime(gate=crash_at(point)))
    talking.queue.put(task)
    talking.run_until_quiet(sweeps=3)
    assert talking.texts()[1:] == ["[👍 to ciao]"]


def test_refused_reaction_says_so_on_its_message_and_may_be_tried_again(talking: World) -> None:
    talking.whatsapp.outcomes = [REFUSED]
    react(talking, "👍")
    talking.run_until_quiet()
    problem = shown(talking).error
    assert problem and problem.code == "131009"
    assert talking.contact().attention is None
    react(talking, "👍")
    talking.run_until_quiet()
    assert talking.texts()[1:] == ["[👍 to ciao]"]
    assert shown(talking).error is None


def test_busy_whatsapp_gets_the_reaction_later(talking: World) -> None:
    talking.whatsapp.outcomes = [BUSY]
    react(talking, "👍")
    talking.run_until_quiet()
    assert talking.texts()[1:] == ["[👍 to ciao]"]


def test_failure_that_a_status_tells_shows_on_the_message(talking: World) -> None:
    react(talking, "👍")
    talking.run_until_quiet()
    told = {
        "status": "failed",
        "biz_opaque_callback_data": CALLBACK_PREFIX + sent(talking, 1).id,
        "errors": [{"code": 131047, "title": "Re-engagement message"}],
    }
    record_status(talking.runtime(), StatusTask(status=told))
    problem = shown(talking).error
    assert problem and problem.code == "131047"
    assert talking.contact().attention is None


def test_customer_who_wants_no_messages_gets_no_reaction(talking: World) -> None:
    react(talking, "👍")
    talking.change(opted_out=True)
    talking.run_until_quiet()
    assert talking.texts()[1:] == []
    problem = shown(talking).error
    assert problem and problem.code == "opted_out"
    with pytest.raises(OptedOutError):
        react(talking, "❤️")


def test_reaction_outside_the_window_is_refused(talking: World) -> None:
    talking.clock.advance(25 * 3600)
    with pytest.raises(WindowClosedError):
        react(talking, "👍")


def test_message_that_takes_no_reaction_is_refused(talking: World) -> None:
    answer = answer_of_assistant(talking)
    with pytest.raises(InvalidError):
        react(talking, "👍", answer.id)
    with pytest.raises(NotFoundError):
        react(talking, "👍", "0" * 32)
    talking.happen("r", "revoke", revoke={"original_message_id": "ciao"})
    talking.run_until_quiet()
    with pytest.raises(InvalidError):
        react(talking, "👍")


def test_assistant_is_told_nothing_of_a_reaction(talking: World) -> None:
    react(talking, "👍")
    talking.run_until_quiet(sweeps=0)
    talking.change(conversation=None)
    talking.say("e poi?")
    talking.run_until_quiet()
    assert "👍" not in str(talking.assistant.given) + str(talking.assistant.conversations)


def test_reply_quotes_its_message_for_the_customer_and_on_the_page(talking: World) -> None:
    draft = Draft("one", STAFF, "Certo", reply_to=inbound_id("ciao"))
    message = queue_message(desk(talking), talking.contact().id, draft)
    assert message.quoted and (message.quoted.id, message.quoted.text) == (inbound_id("ciao"), "ciao")
    talking.run_until_quiet()
    assert talking.texts()[1:] == ["Certo"]
    assert talking.whatsapp.replies[message.id] == "ciao"
    again = queue_message(desk(talking), talking.contact().id, draft)
    assert again.id == message.id


def test_answer_of_the_assistant_may_be_quoted_once_whatsapp_has_it(talking: World) -> None:
    answer = answer_of_assistant(talking)
    message = queue_message(desk(talking), talking.contact().id, Draft("one", STAFF, "Ecco", reply_to=answer.id))
    talking.run_until_quiet()
    assert talking.whatsapp.replies[message.id] == answer.whatsapp_id


@pytest.mark.parametrize("reply_to", ["no", "0" * 32])
def test_reply_to_what_is_not_in_the_conversation_is_refused(talking: World, reply_to: str) -> None:
    with pytest.raises(InvalidError):
        queue_message(desk(talking), talking.contact().id, Draft("one", STAFF, "Certo", reply_to=reply_to))
    talking.say("altro", phone="393330000000")
    talking.run_until_quiet()
    draft = Draft("two", STAFF, "Certo", reply_to=inbound_id("altro"))
    with pytest.raises(InvalidError):
        queue_message(desk(talking), talking.contact().id, draft)
