"""Previews: answered once, to whoever still waits, and never to a customer."""

import datetime as dt

import pytest

from functions.dashboard_api.bodies import PreviewBody
from functions.dashboard_api.desk import Desk
from functions.dashboard_api.preview import PreviewView, try_assistant
from shared.errors import RemoteError, StoreUnavailableError, TimedOutError, UnpaidError
from shared.queue.tasks import PreviewTask, SweepTask
from shared.store.previews import LIVES, WAIT, PreviewQuestion, PreviewTurn
from tests.turns.world import World

pytestmark = pytest.mark.emulator


def ask(world: World, seconds: float = 0.5) -> PreviewView:
    """Let staff try a message, to which process gets after so many seconds."""
    begun = world.clock.now()

    def sleep(pause: float) -> None:
        world.clock.advance(pause)
        if world.clock.now() >= begun + dt.timedelta(seconds=seconds):
            work(world)

    desk = Desk(world.store, world.queue, list, now=world.clock.now, sleep=sleep)
    return try_assistant(desk, PreviewBody(message="ciao"))


def work(world: World) -> None:
    """Deliver what is in the queue."""
    for scheduled in world.queue.due():
        world.deliver(scheduled.task)


def kept(world: World) -> int:
    return len(list(world.client.collection("previews").stream()))


def test_preview_is_answered_and_leaves_nothing(world: World) -> None:
    assert ask(world)["text"] == "re: ciao"
    assert (kept(world), world.whatsapp.sent, world.assistant.conversations) == (0, [], {})


def test_model_is_told_what_was_said_before_in_its_order(world: World) -> None:
    turns = [PreviewTurn("customer", "Mi chiamo Mario"), PreviewTurn("assistant", "Piacere!")]
    question = PreviewQuestion("Come mi chiamo?", turns, world.runtime().business())
    world.deliver(PreviewTask(preview_id=world.store.previews.ask(question, world.clock.now())))
    (items,) = world.assistant.given
    assert [item["role"] for item in items] == ["user", "assistant", "user"]
    assert [item["content"] for item in items[:2]] == ["Mi chiamo Mario", "Piacere!"]


def test_preview_that_is_not_answered_ends_after_a_while(world: World) -> None:
    begun = world.clock.now()
    with pytest.raises(TimedOutError):
        ask(world, seconds=1000)
    assert WAIT <= world.clock.now() - begun < WAIT + dt.timedelta(seconds=2)
    assert kept(world) == 0
    work(world)
    assert world.assistant.given == []  # nobody reads it any more


def test_preview_tells_why_openai_did_not_answer(world: World) -> None:
    world.assistant.outcomes = [UnpaidError("no credit", remote_code="insufficient_quota")]
    with pytest.raises(RemoteError, match="unpaid"):
        ask(world)


def test_answer_is_not_lost_when_the_question_cannot_be_deleted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_preview_id: str) -> None:
        raise StoreUnavailableError("away")

    monkeypatch.setattr(world.store.previews, "forget", fail)
    assert ask(world)["text"] == "re: ciao"


def test_preview_delivered_twice_is_answered_once(world: World) -> None:
    question = PreviewQuestion("ciao", [], world.runtime().business())
    preview_id = world.store.previews.ask(question, world.clock.now())
    for _ in range(2):
        assert world.deliver(PreviewTask(preview_id=preview_id))
    assert len(world.assistant.given) == 1


@pytest.mark.parametrize("preview_id", ["0" * 32, "gone"])
def test_preview_that_is_gone_is_left_alone(world: World, preview_id: str) -> None:
    assert world.deliver(PreviewTask(preview_id=preview_id))
    assert world.assistant.given == []


def test_preview_that_comes_too_late_costs_no_answer(world: World) -> None:
    question = PreviewQuestion("ciao", [], world.runtime().business())
    preview_id = world.store.previews.ask(question, world.clock.now())
    world.clock.advance(WAIT.total_seconds() + 1)
    assert world.deliver(PreviewTask(preview_id=preview_id))
    assert world.assistant.given == []


def test_preview_that_nobody_deleted_is_swept_away(world: World) -> None:
    question = PreviewQuestion("ciao", [], world.runtime().business())
    world.store.previews.ask(question, world.clock.now())
    world.deliver(SweepTask())
    assert kept(world) == 1
    world.clock.advance(LIVES.total_seconds() + 1)
    world.deliver(SweepTask())
    assert kept(world) == 0
