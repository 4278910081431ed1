"""The emulator's arithmetic of waiting, apart from gRPC and threads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.tasks_emulator.backoff import (
    QueueThrottle,
    TokenBucket,
    parse_retry_after,
    retry_delay,
)
from local.tasks_emulator.config import ConfigError, EmulatorConfig
from local.tasks_emulator.duplicates import MAX_DUPLICATE_DELAY, duplicate_delay
from local.tasks_emulator.tombstones import Tombstones


def test_retry_delay_documented_example_doubles_then_grows_linearly_to_the_cap():
    config = EmulatorConfig(min_backoff=10, max_backoff=300, max_doublings=3)
    delays = [retry_delay(config, attempts) for attempts in range(1, 9)]
    assert delays == [10, 20, 40, 80, 160, 240, 300, 300]


def test_retry_delay_retry_after_shorter_than_backoff_is_ignored():
    assert retry_delay(EmulatorConfig(min_backoff=10), 1, retry_after=3) == 10


def test_retry_delay_retry_after_longer_than_max_backoff_wins():
    assert retry_delay(EmulatorConfig(min_backoff=1, max_backoff=5), 1, retry_after=60) == 60


@given(
    attempts=st.integers(1, 10**9),
    doublings=st.integers(0, 10**6),
    minimum=st.floats(0, 3600),
    extra=st.floats(0, 10**6),
)
def test_retry_delay_any_settings_stays_between_min_and_max(attempts, doublings, minimum, extra):
    config = EmulatorConfig(min_backoff=minimum, max_backoff=minimum + extra, max_doublings=doublings)
    assert config.min_backoff <= retry_delay(config, attempts) <= config.max_backoff


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, 0),
        ("", 0),
        ("7", 7),
        (" 7 ", 7),
        ("-7", 0),
        ("soon", 0),
        ("Thu, 01 Jan 1970 00:01:40 GMT", 90),
        ("Thu, 01 Jan 1970 00:00:05 GMT", 0),
        ("9" * 400, 30 * 24 * 3600),
    ],
)
def test_retry_after_header_is_read_as_seconds_or_date(value, expected):
    assert parse_retry_after(value, wall=10.0) == expected


@given(st.text())
def test_retry_after_any_text_is_a_sane_delay(value):
    assert 0 <= parse_retry_after(value, wall=0.0) <= 30 * 24 * 3600


def test_token_bucket_burst_spent_refills_at_the_rate():
    bucket = TokenBucket(EmulatorConfig(max_dispatches_per_second=20, max_burst_size=20), now=0.0)
    burst = sum(bucket.take(0.0) for _ in range(100))
    assert burst == 20
    assert bucket.ready_at(0.0) == pytest.approx(0.05)
    assert bucket.take(bucket.ready_at(0.0))
    assert not bucket.take(0.05)


def test_token_bucket_long_quiet_holds_no_more_than_the_burst():
    bucket = TokenBucket(EmulatorConfig(), now=0.0)
    assert sum(bucket.take(10**6) for _ in range(1000)) == 100


def test_throttle_repeated_overload_pauses_longer_up_to_the_cap():
    throttle, now, pauses = QueueThrottle(), 0.0, []
    for _ in range(9):
        throttle = throttle.after_answer(503, dispatched_at=now, now=now)
        pauses.append(throttle.paused_until - now)
        now = throttle.paused_until
    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]


def test_throttle_answers_of_one_burst_count_once():
    throttle = QueueThrottle()
    for _ in range(5):
        throttle = throttle.after_answer(429, dispatched_at=0.0, now=1.0)
    assert (throttle.level, throttle.paused_until) == (1, 1.5)


def test_throttle_successes_bring_the_first_pause_back():
    throttle = QueueThrottle()
    throttle = throttle.after_answer(503, 0.0, 0.0).after_answer(503, 1.0, 1.0)
    throttle = throttle.after_answer(200, 2.5, 2.5).after_answer(204, 2.6, 2.6)
    assert throttle.level == 0
    assert throttle.after_answer(503, 3.0, 3.0).paused_until == 3.5


@pytest.mark.parametrize("status", [None, 301, 400, 404, 500, 502])
def test_throttle_other_failures_change_nothing(status):
    assert QueueThrottle().after_answer(status, 0.0, 0.0) == QueueThrottle()


def test_duplicates_same_seed_chooses_the_same_tasks():
    chosen = [duplicate_delay(f"task-{number}", 0.5, seed=1) for number in range(200)]
    assert chosen == [duplicate_delay(f"task-{number}", 0.5, seed=1) for number in range(200)]
    assert chosen != [duplicate_delay(f"task-{number}", 0.5, seed=2) for number in range(200)]
    assert 60 < sum(delay is not None for delay in chosen) < 140
    assert all(0 <= delay <= MAX_DUPLICATE_DELAY for delay in chosen if delay is not None)


@pytest.mark.parametrize(("rate", "expected"), [(0.0, 0), (1.0, 100)])
def test_duplicates_extreme_rates_choose_none_or_all(rate, expected):
    delays = [duplicate_delay(str(number), rate, seed=3) for number in range(100)]
    assert sum(delay is not None for delay in delays) == expected


def test_tombstones_name_is_blocked_until_its_retention_ends():
    tombstones = Tombstones(retention=60)
    tombstones.add("first", now=0)
    tombstones.add("second", now=30)
    assert tombstones.holds("first", now=59)
    assert not tombstones.holds("first", now=60)
    assert tombstones.holds("second", now=60)


@pytest.mark.parametrize(
    "settings",
    [
        {"max_attempts": -2},
        {"max_attempts": 0},
        {"min_backoff": -1},
        {"min_backoff": 10, "max_backoff": 5},
        {"duplicate_rate": 1.5},
    ],
)
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(ConfigError):
        EmulatorConfig(**settings)
