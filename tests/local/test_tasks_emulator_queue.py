"""The emulator's queue as a state machine: the clock is a number the test moves."""

import pytest

from local.tasks_emulator.clock import Instant
from local.tasks_emulator.config import EmulatorConfig
from local.tasks_emulator.grpc_errors import AlreadyExistsError, NotFoundError
from local.tasks_emulator.queue import Queue
from local.tasks_emulator.task import Attempt, HttpRequest, Outcome, TaskSpec

WALL_START = 1_800_000_000.0
OK = Outcome(200, "HTTP status code 200")
FAILED = Outcome(500, "HTTP status code 500")
OVERLOADED = Outcome(503, "HTTP status code 503")


def at(seconds: float) -> Instant:
    return Instant(seconds, WALL_START + seconds)


def spec(schedule: float = 0.0, deadline: float = 600.0) -> TaskSpec:
    return TaskSpec(HttpRequest("http://127.0.0.1/work"), at(schedule), deadline)


def queue_with(**settings: object) -> Queue:
    return Queue("projects/p/locations/l/queues/q", EmulatorConfig(**settings), at(0))  # type: ignore[arg-type]


def ids(attempts: list[Attempt]) -> list[str]:
    return [attempt.task_id for attempt in attempts]


def test_queue_due_task_starts_once():
    queue = queue_with()
    queue.add("a", spec(), at(0))
    assert ids(queue.advance(at(0))) == ["a"]
    assert queue.advance(at(1)) == []


def test_queue_scheduled_task_waits_for_its_moment():
    queue = queue_with()
    queue.add("later", spec(schedule=30), at(0))
    assert queue.advance(at(29.9)) == []
    assert queue.wake_at(at(29.9)) == 30
    assert ids(queue.advance(at(30))) == ["later"]


def test_queue_tasks_start_in_the_order_of_their_moments():
    queue = queue_with()
    for name, schedule in (("third", 3), ("first", 1), ("second", 2)):
        queue.add(name, spec(schedule), at(0))
    assert ids(queue.advance(at(5))) == ["first", "second", "third"]


def test_queue_schedule_in_the_past_becomes_now():
    queue = queue_with()
    assert queue.add("a", spec(schedule=-100), at(5)).scheduled == at(5)


def test_queue_success_ends_the_task():
    queue = queue_with()
    queue.add("a", spec(), at(0))
    (attempt,) = queue.advance(at(0))
    queue.finish(attempt.id, OK, at(1))
    with pytest.raises(NotFoundError):
        queue.task("a")
    assert queue.advance(at(10**6)) == []


def test_queue_failure_repeats_after_the_backoff():
    queue = queue_with(min_backoff=2, max_backoff=60)
    queue.add("a", spec(), at(0))
    (first,) = queue.advance(at(0))
    queue.finish(first.id, FAILED, at(1))
    assert queue.advance(at(2.9)) == []
    (second,) = queue.advance(at(3))
    assert (second.retry_count, second.execution_count, second.previous) == (1, 1, FAILED)
    queue.finish(second.id, FAILED, at(3))
    assert queue.task("a").scheduled == at(7)


def test_queue_retry_after_delays_the_task():
    queue = queue_with(min_backoff=2, max_backoff=60)
    queue.add("a", spec(), at(0))
    (first,) = queue.advance(at(0))
    queue.finish(first.id, Outcome(500, "HTTP status code 500", retry_after=90), at(0))
    assert queue.task("a").scheduled == at(90)


def test_queue_last_attempt_failed_gives_the_task_up_and_blocks_its_name():
    queue = queue_with(max_attempts=2, min_backoff=1)
    queue.add("a", spec(), at(0))
    for moment in (0, 1):
        (attempt,) = queue.advance(at(moment))
        queue.finish(attempt.id, FAILED, at(moment))
    with pytest.raises(NotFoundError):
        queue.task("a")
    with pytest.raises(AlreadyExistsError):
        queue.add("a", spec(), at(2))


def test_queue_deadline_passed_fails_the_attempt_and_its_late_answer_is_unheard():
    queue = queue_with(min_backoff=1)
    queue.add("a", spec(deadline=15), at(0))
    (first,) = queue.advance(at(0))
    assert queue.wake_at(at(0)) == 15
    assert queue.advance(at(15)) == []
    queue.finish(first.id, OK, at(15.5))
    (second,) = queue.advance(at(16))
    assert (second.retry_count, second.execution_count) == (1, 0)
    assert second.previous is not None
    assert second.previous.status is None


def test_queue_full_waits_for_a_free_slot():
    queue = queue_with(max_concurrent_dispatches=2)
    for name in "abc":
        queue.add(name, spec(), at(0))
    first, _ = queue.advance(at(0))
    assert queue.advance(at(1)) == []
    queue.finish(first.id, OK, at(1))
    assert ids(queue.advance(at(1))) == ["c"]


def test_queue_rate_spreads_what_the_burst_does_not_cover():
    queue = queue_with(max_dispatches_per_second=10, max_burst_size=10)
    for number in range(25):
        queue.add(f"task-{number:02}", spec(), at(0))
    started = [len(queue.advance(at(0)))]
    while (moment := queue.wake_at(at(0))) is not None and moment < 600:
        started.append(len(queue.advance(at(moment))))
        if sum(started) == 25:
            break
    assert started == [10] + [1] * 15
    assert moment == pytest.approx(1.5)


def test_queue_paused_starts_nothing_until_resumed():
    queue = queue_with()
    queue.add("a", spec(), at(0))
    queue.is_paused = True
    assert queue.advance(at(1)) == []
    assert queue.wake_at(at(1)) is None
    queue.is_paused = False
    assert ids(queue.advance(at(2))) == ["a"]


def test_queue_overloaded_target_pauses_other_tasks_too():
    queue = queue_with()
    queue.add("a", spec(), at(0))
    (attempt,) = queue.advance(at(0))
    queue.finish(attempt.id, OVERLOADED, at(0))
    queue.add("b", spec(), at(0.1))
    assert queue.advance(at(0.4)) == []
    assert queue.wake_at(at(0.4)) == 0.5
    assert sorted(ids(queue.advance(at(0.5)))) == ["a", "b"]


def test_queue_failed_target_does_not_pause_other_tasks():
    queue = queue_with()
    queue.add("a", spec(), at(0))
    (attempt,) = queue.advance(at(0))
    queue.finish(attempt.id, FAILED, at(0))
    queue.add("b", spec(), at(0.01))
    assert ids(queue.advance(at(0.01))) == ["b"]


def test_queue_name_in_use_is_refused():
    queue = queue_with()
    queue.add("a", spec(), at(0))
    with pytest.raises(AlreadyExistsError):
        queue.add("a", spec(), at(0))


def test_queue_name_after_its_retention_is_free_and_late_answers_miss_the_new_task():
    queue = queue_with(name_retention=60)
    queue.add("a", spec(), at(0))
    (old,) = queue.advance(at(0))
    queue.purge(at(1))
    queue.add("a", spec(schedule=1000), at(61))
    queue.finish(old.id, OK, at(62))
    assert queue.task("a").dispatch_count == 0


def test_queue_purged_forgets_its_tasks():
    queue = queue_with(duplicate_rate=1.0)
    queue.add("a", spec(), at(0))
    queue.add("b", spec(schedule=50), at(0))
    queue.advance(at(0))
    queue.purge(at(1))
    assert queue.tasks() == []
    assert queue.advance(at(100)) == []
    assert queue.purged == at(1)


def test_queue_duplicate_follows_even_a_finished_task_and_changes_nothing():
    queue = queue_with(duplicate_rate=1.0)
    queue.add("a", spec(), at(0))
    (original,) = queue.advance(at(0))
    queue.finish(original.id, OK, at(0))
    (copy,) = queue.advance(at(2))
    assert (copy.task_id, copy.retry_count, copy.request) == ("a", 0, original.request)
    assert copy.id != original.id
    queue.finish(copy.id, FAILED, at(3))
    assert queue.advance(at(10**6)) == []


def test_queue_retries_are_not_duplicated_again():
    queue = queue_with(duplicate_rate=1.0, min_backoff=10)
    queue.add("a", spec(), at(0))
    (original,) = queue.advance(at(0))
    queue.finish(original.id, FAILED, at(0))
    assert len(queue.advance(at(2))) == 1
    assert len(queue.advance(at(10))) == 1
    assert queue.advance(at(20)) == []


def test_queue_unnamed_tasks_get_names_of_their_own():
    queue = queue_with()
    names = {queue.add(None, spec(), at(0)).id for _ in range(50)}
    assert len(names) == 50
