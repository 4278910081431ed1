"""Messages of staff: sent once, in doubt as careful as an answer, and known to the assistant."""

import datetime as dt
from collections.abc import Callable

import pytest

from functions.dashboard_api.desk import Desk
from functions.dashboard_api.outbox import Draft, queue_message
from shared.errors import OptedOutError, RemoteError, SendFailedError, TokenRefusedError, WindowClosedError
from shared.model.business import BusinessSettings, Inbox
from shared.model.ids import staff_message_id
from shared.model.message import Media, Message, MessageUpdate, Problem
from shared.queue.tasks import SendTask, StatusTask, SweepTask
from shared.whatsapp.errors import SENTENCES
from shared.whatsapp.session import MAX_POST_SECONDS
from tests.turns.fakes import Crash, crash_at
from tests.turns.world import World

pytestmark = pytest.mark.emulator

PDF = b"%PDF-1.7 " + bytes(1_000_000)  # two pieces in the store


BUSY = SendFailedError("busy", remote_code="130429", retryable=True)
REFUSED = TokenRefusedError("expired", remote_code="190", retryable=True)
STAFF = "anna@example.com"
HALF_HOUR = 30 * 60 + 1


def queue(world: World, draft: Draft) -> Message:
    desk = Desk(world.store, world.queue, list, business=world.business, now=world.clock.now)
    return queue_message(desk, world.contact().id, draft)


def write(world: World, text: str = "Sono Anna", name: str = "one") -> Message:
    return queue(world, Draft(name, STAFF, text))


def write_template(world: World, name: str = "one") -> Message:
    payload = {"name": "promemoria", "language": {"code": "it"}}
    text = "Ci vediamo alle 15:30"
    return queue(world, Draft(name, STAFF, text, "template", template=payload, choices=("Confermo",)))


def write_file(world: World, name: str = "one", caption: str = "il listino") -> Message:
    world.store.files.save(staff_message_id(world.contact().id, name), PDF, "application/pdf")
    media = Media(mime_type="application/pdf", filename="listino.pdf", size=len(PDF), state="stored")
    return queue(world, Draft(name, STAFF, caption, "document", media=media))


def stored(world: World, message: Message) -> Message:
    found = world.store.messages.get(message.id)
    assert found is not None
    return found


WRITERS: dict[str, Callable[[World], Message]] = {"text": write, "template": write_template, "file": write_file}
SENT = {
    "text": "Sono Anna",
    "template": "[template promemoria]",
    "file": "[document upload-1] listino.pdf il listino",
}
KINDS = pytest.mark.parametrize("kind", WRITERS)


@pytest.fixture
def talking(world: World) -> World:
    """A world in which one customer has been answered."""
    world.say("ciao")
    world.run_until_quiet(sweeps=0)
    return world


def status_of(world: World, message: Message) -> str:
    stored = world.store.messages.get(message.id)
    assert stored is not None
    return stored.shown_status


def test_message_written_twice_under_one_id_is_sent_once(talking: World) -> None:
    first, again = write(talking), write(talking)
    talking.run_until_quiet()
    assert first.id == again.id
    assert talking.texts() == ["re: ciao", "Sono Anna"]
    assert status_of(talking, first) == "delivered"


def test_task_delivered_twice_sends_once(talking: World) -> None:
    message = write(talking)
    talking.queue.put(SendTask(message_id=message.id))
    talking.run_until_quiet()
    assert talking.texts() == ["re: ciao", "Sono Anna"]


def test_assistant_knows_what_staff_wrote(talking: World) -> None:
    message = write(talking)
    talking.run_until_quiet()
    assert talking.contact().context == [message.id]


def test_message_outside_the_window_is_refused(talking: World) -> None:
    talking.clock.advance(25 * 3600)
    with pytest.raises(WindowClosedError):
        write(talking)


def test_message_accepted_before_the_window_closed_stays_accepted(talking: World) -> None:
    message = write(talking)
    talking.clock.advance(25 * 3600)
    assert write(talking).id == message.id


@pytest.mark.parametrize("point", ["whatsapp.send_text before", "whatsapp.send_text after"])
def test_crash_around_the_post_sends_once(talking: World, point: str) -> None:
    message = write(talking)
    task = talking.queue.tasks.pop().task
    with pytest.raises(Crash):
        talking.deliver(task, talking.runtime(gate=crash_at(point)))
    talking.clock.advance(5)
    talking.queue.put(task)
    talking.run_until_quiet(sweeps=3)
    assert talking.texts() == ["re: ciao", "Sono Anna"]
    assert status_of(talking, message) == "delivered"


def test_process_that_overslept_after_the_announcement_does_not_send_what_another_one_sent(
    talking: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = write(talking)
    update, sleeps = (
        talking.store.messages.update,
        iter([MAX_POST_SECONDS + talking.settings.unknown_send_seconds + 1]),
    )

    def slow(before: Message, changes: MessageUpdate) -> Message:
        after = update(before, changes)
        if changes.get("status") == "sending" and (seconds := next(sleeps, 0)):
            talking.clock.advance(seconds)
            talking.deliver(SendTask(message_id=message.id))
        return after

    monkeypatch.setattr(talking.store.messages, "update", slow)
    talking.deliver(SendTask(message_id=message.id))
    talking.run_until_quiet()
    assert talking.texts()[1:] == ["Sono Anna"]


def test_lost_task_is_found_by_the_sweep(talking: World) -> None:
    write(talking)
    talking.queue.tasks.clear()
    talking.run_until_quiet(sweeps=2)
    assert talking.texts() == ["re: ciao", "Sono Anna"]


def test_send_that_nobody_confirms_is_made_once_more_and_then_flagged(talking: World) -> None:
    talking.whatsapp.outcomes = ["lost", "lost"]
    message = write(talking)
    talking.run_until_quiet(sweeps=3)
    assert talking.texts() == ["re: ciao"]
    assert status_of(talking, message) == "unknown"
    attention = talking.contact().attention
    assert attention is not None and attention.reason == "unknown_delivery"


@pytest.mark.parametrize("error", [BUSY, REFUSED], ids=["busy", "refused token"])
def test_send_that_surely_failed_leaves_the_one_in_doubt_its_second_try(talking: World, error: RemoteError) -> None:
    talking.whatsapp.outcomes = [error, error, "lost"]
    message = write(talking)
    talking.run_until_quiet(sweeps=4)
    assert talking.texts() == ["re: ciao", "Sono Anna"]
    assert status_of(talking, message) == "delivered"


def test_upload_that_failed_earns_a_send_in_doubt_no_third_try(talking: World) -> None:
    talking.whatsapp.upload_outcomes = [BUSY, BUSY]
    talking.whatsapp.outcomes = ["lost", BUSY, "lost"]
    message = write_file(talking)
    talking.run_until_quiet(sweeps=4)
    assert talking.texts() == ["re: ciao"]
    assert status_of(talking, message) == "unknown"


def test_busy_whatsapp_is_tried_again(talking: World) -> None:
    talking.whatsapp.outcomes = [SendFailedError("busy", remote_code="131016", retryable=True)]
    message = write(talking)
    talking.run_until_quiet()
    assert status_of(talking, message) == "delivered"


def test_refusal_is_recorded_and_flagged(talking: World) -> None:
    talking.whatsapp.outcomes = [SendFailedError("outside the window", remote_code="131047")]
    message = write(talking)
    talking.run_until_quiet()
    stored = talking.store.messages.get(message.id)
    assert stored is not None and stored.error == Problem(code="131047", message="outside the window")
    attention = talking.contact().attention
    assert attention is not None and attention.reason == "send_failed"


@KINDS
def test_each_kind_is_sent_once_and_left_to_the_assistant_as_context(talking: World, kind: str) -> None:
    first, again = WRITERS[kind](talking), WRITERS[kind](talking)
    talking.queue.put(SendTask(message_id=first.id))
    talking.run_until_quiet()
    assert first.id == again.id
    assert talking.texts() == ["re: ciao", SENT[kind]]
    assert status_of(talking, first) == "delivered"
    assert talking.contact().context == [first.id]


def test_file_is_uploaded_whole_under_a_name_that_says_nothing(talking: World) -> None:
    message = write_file(talking)
    talking.run_until_quiet()
    assert talking.whatsapp.uploads == [(PDF, "application/pdf", f"{message.id}.pdf")]
    media = stored(talking, message).media
    assert media is not None
    assert (media.id, media.state, media.filename) == ("upload-1", "stored", "listino.pdf")


def test_next_answer_knows_what_staff_sent(talking: World) -> None:
    write_template(talking, "one")
    write_file(talking, "two")
    talking.run_until_quiet()
    talking.clock.advance(HALF_HOUR)
    talking.say("grazie")
    talking.run_until_quiet()
    given = str(talking.assistant.given[-1])
    assert "Ci vediamo alle 15:30" in given
    assert "listino.pdf" in given and "il listino" in given


@pytest.mark.parametrize("kind", ["text", "file"])
def test_assistant_does_not_talk_over_staff_and_goes_on_after_the_pause(talking: World, kind: str) -> None:
    WRITERS[kind](talking)
    talking.say("grazie, e a che ora?")
    talking.run_until_quiet()
    assert len(talking.assistant.given) == 1
    assert talking.inbound("grazie, e a che ora?").status == "left_to_staff"
    talking.clock.advance(HALF_HOUR)
    talking.say("c'è qualcuno?")
    talking.run_until_quiet()
    assert talking.inbound("c'è qualcuno?").status == "answered"
    given = str(talking.assistant.given[-1])
    assert SENT[kind].split()[-1] in given and "a che ora?" in given


@pytest.mark.parametrize(
    ("minutes", "settings", "pause"), [(None, 30, 30), (None, 0, None), (0, 30, None), (90, 30, 90), (5, 0, 5)]
)
def test_message_of_staff_pauses_for_as_long_as_it_says_or_the_business(
    talking: World, minutes: int | None, settings: int, pause: int | None
) -> None:
    talking.shop = BusinessSettings(inbox=Inbox(pause_minutes=settings))
    queue(talking, Draft("one", STAFF, "Sono Anna", pause_minutes=minutes))
    contact, now = talking.contact(), talking.clock.now()
    until = None if pause is None else now + dt.timedelta(minutes=pause)
    assert (contact.paused, contact.paused_until) == (pause is not None, until)


@pytest.mark.parametrize("hours", [None, 1])
def test_message_of_staff_shortens_no_pause(talking: World, hours: float | None) -> None:
    until = None if hours is None else talking.clock.now() + dt.timedelta(hours=hours)
    talking.change(paused=True, paused_until=until)
    write(talking)
    assert (talking.contact().paused, talking.contact().paused_until) == (True, until)


def test_answer_under_way_is_dropped_when_staff_write(talking: World) -> None:
    talking.say("avete il formato da 5 litri?")
    talking.assistant.during = lambda: write(talking)
    talking.run_until_quiet()
    assert talking.inbound("avete il formato da 5 litri?").status == "left_to_staff"
    assert "Sono Anna" in talking.texts()[-1]


def test_template_makes_no_pause(talking: World) -> None:
    write_template(talking)
    assert not talking.contact().paused


@pytest.mark.parametrize(
    "point", ["whatsapp.upload_media before", "whatsapp.upload_media after", "whatsapp.send_media before"]
)
def test_crash_between_upload_and_send_sends_the_file_once(talking: World, point: str) -> None:
    message = write_file(talking)
    task = talking.queue.tasks.pop().task
    with pytest.raises(Crash):
        talking.deliver(task, talking.runtime(gate=crash_at(point)))
    talking.queue.put(task)
    talking.run_until_quiet(sweeps=3)
    assert [text.partition("] ")[2] for text in talking.texts()[1:]] == ["listino.pdf il listino"]
    assert status_of(talking, message) == "delivered"


@pytest.mark.parametrize("attempts", [3])
def test_crashes_in_the_upload_never_count_as_sends_in_doubt(talking: World, attempts: int) -> None:
    message = write_file(talking)
    task = talking.queue.tasks.pop().task
    for _ in range(attempts):
        with pytest.raises(Crash):
            talking.deliver(task, talking.runtime(gate=crash_at("whatsapp.upload_media after")))
        assert stored(talking, message).status == "queued"
    talking.queue.put(task)
    talking.run_until_quiet()
    assert stored(talking, message).tries == 1
    assert status_of(talking, message) == "delivered"


def test_file_sent_again_after_doubt_is_not_uploaded_again(talking: World) -> None:
    talking.whatsapp.outcomes = ["lost"]
    message = write_file(talking)
    talking.run_until_quiet(sweeps=0)
    assert len(talking.whatsapp.uploads) == 1
    assert talking.texts() == ["re: ciao", SENT["file"]]
    assert status_of(talking, message) == "delivered"


def test_upload_that_fails_for_a_while_is_tried_again(talking: World) -> None:
    talking.whatsapp.upload_outcomes = [SendFailedError("busy", remote_code="131016", retryable=True)]
    message = write_file(talking)
    talking.run_until_quiet()
    assert status_of(talking, message) == "delivered"


def test_upload_that_is_refused_is_recorded_and_flagged(talking: World) -> None:
    talking.whatsapp.upload_outcomes = [SendFailedError("odd file", remote_code="131053")]
    message = write_file(talking)
    talking.run_until_quiet()
    assert (stored(talking, message).status, stored(talking, message).error) == (
        "failed",
        Problem(code="131053", message="odd file"),
    )
    attention = talking.contact().attention
    assert attention is not None and attention.reason == "send_failed"


def test_file_that_was_erased_is_recorded_as_failed(talking: World) -> None:
    message = write_file(talking)
    talking.store.files.delete(message.id)
    talking.run_until_quiet()
    error = stored(talking, message).error
    assert error is not None and error.code == "file_gone"
    assert talking.texts() == ["re: ciao"]


@pytest.mark.parametrize("kind", ["template", "file"])
def test_send_in_doubt_that_arrived_is_not_repeated(talking: World, kind: str) -> None:
    talking.whatsapp.outcomes = ["hang"]
    message = WRITERS[kind](talking)
    talking.run_until_quiet(sweeps=3)
    assert talking.texts() == ["re: ciao", SENT[kind]]
    assert status_of(talking, message) == "delivered"


@pytest.mark.parametrize("kind", ["template", "file"])
def test_send_in_doubt_twice_is_left_to_staff(talking: World, kind: str) -> None:
    talking.whatsapp.outcomes = ["lost", "lost"]
    message = WRITERS[kind](talking)
    talking.run_until_quiet(sweeps=3)
    assert talking.texts() == ["re: ciao"]
    assert status_of(talking, message) == "unknown"


@pytest.mark.parametrize("kind", ["template", "file"])
def test_crash_after_the_post_sends_each_kind_once(talking: World, kind: str) -> None:
    message = WRITERS[kind](talking)
    task = talking.queue.tasks.pop().task
    method = "send_template" if kind == "template" else "send_media"
    with pytest.raises(Crash):
        talking.deliver(task, talking.runtime(gate=crash_at(f"whatsapp.{method} after")))
    talking.clock.advance(5)
    talking.queue.put(task)
    talking.run_until_quiet(sweeps=3)
    assert talking.texts() == ["re: ciao", SENT[kind]]
    assert status_of(talking, message) == "delivered"


def test_template_goes_out_when_the_window_is_closed(talking: World) -> None:
    talking.clock.advance(25 * 3600)
    message = write_template(talking)
    talking.run_until_quiet()
    assert status_of(talking, message) == "delivered"
    with pytest.raises(WindowClosedError):
        write_file(talking, "two")


@KINDS
def test_nobody_writes_to_a_customer_who_opted_out(talking: World, kind: str) -> None:
    talking.change(opted_out=True)
    with pytest.raises(OptedOutError):
        WRITERS[kind](talking)
    talking.run_until_quiet()
    assert talking.texts() == ["re: ciao"]


@KINDS
def test_message_queued_before_the_customer_opted_out_is_not_sent(talking: World, kind: str) -> None:
    message = WRITERS[kind](talking)
    talking.change(opted_out=True)
    talking.run_until_quiet(sweeps=3)
    assert talking.texts() == ["re: ciao"]
    assert talking.whatsapp.uploads == []
    found = stored(talking, message)
    assert found.status == "failed"
    assert found.error is not None and found.error.code == "opted_out"


def test_message_in_doubt_is_not_repeated_to_a_customer_who_opted_out(talking: World) -> None:
    talking.whatsapp.outcomes = ["lost"]
    message = write(talking)
    talking.deliver(talking.queue.tasks.pop().task)
    talking.change(opted_out=True)
    talking.run_until_quiet(sweeps=3)
    assert talking.texts() == ["re: ciao"]
    assert status_of(talking, message) == "unknown"


@KINDS
def test_blocked_customer_still_gets_what_staff_write(talking: World, kind: str) -> None:
    talking.change(blocked=True)
    message = WRITERS[kind](talking)
    talking.run_until_quiet()
    assert status_of(talking, message) == "delivered"


def test_refusal_outside_the_window_that_comes_later_fails_the_message_and_a_new_one_may_go(
    talking: World,
) -> None:
    talking.whatsapp.statuses = False
    message = write(talking)
    talking.run_until_quiet(sweeps=0)
    refusal = talking.whatsapp.status(message.id, "failed").status | {"errors": [{"code": 131047, "title": "Re-…"}]}
    talking.deliver(StatusTask(status=refusal))
    assert status_of(talking, message) == "failed"
    assert stored(talking, message).error == Problem(code="131047", message=SENTENCES[131047])
    talking.whatsapp.statuses = True
    again = write(talking, name="two")
    talking.run_until_quiet()
    assert status_of(talking, again) == "delivered"
    assert status_of(talking, message) == "failed"


@pytest.mark.parametrize("kind", ["text", "file"])
def test_busy_whatsapp_right_after_a_refused_token_throws_nothing_away(talking: World, kind: str) -> None:
    if kind == "file":
        talking.whatsapp.upload_outcomes = [REFUSED, BUSY]
    else:
        talking.whatsapp.outcomes = [REFUSED, BUSY]
    message = WRITERS[kind](talking)
    assert talking.deliver(talking.queue.tasks.pop().task), "it waits for the token"
    talking.clock.advance(20 * 60)
    talking.queue.put(SweepTask())
    talking.run_until_quiet()
    assert status_of(talking, message) == "delivered"


def test_token_that_is_refused_is_told_to_all_staff(talking: World) -> None:
    talking.whatsapp.outcomes = [REFUSED]
    write(talking)
    assert talking.deliver(talking.queue.tasks.pop().task), "the sweep goes on with it"
    assert talking.store.facts.token().refused
