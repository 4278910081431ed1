"""Customers' files on bad days: the message and its answer are never lost, and what can be had is had."""

from dataclasses import replace
from typing import Any

import pytest

from functions.process.media import fetch as media
from functions.process.media.fetch import fetch_media, run_media_task
from functions.process.token_budget import TokenBudget
from local.observe.counting import count_operations
from local.openai_simulator.small_talk import TRANSCRIPTS
from shared.errors import RemoteError, TokenRefusedError
from shared.model.business import Budget, BusinessSettings
from shared.model.media_type import MEGABYTE
from shared.model.message import Message
from shared.model.usage import Usage
from shared.queue.tasks import MediaTask
from tests.functional.media_bench import VOICE_TYPE, MediaBench, fetch, open_bench
from tests.samples import PHOTO, VOICE

pytestmark = pytest.mark.emulator

HOUR = 3600.0


class PowerCut(BaseException):
    """The process dies here."""


# Fetching


def test_fetch_stores_the_file_and_tells_so_on_the_message(bench):
    message = bench.receive("image", PHOTO, "image/jpeg", filename="foto.jpg")
    fetched = fetch(bench, message)
    assert message.media
    assert fetched.media == replace(message.media, state="stored", size=len(PHOTO))
    assert (fetched.text, fetched.status) == ("caption", "new")
    assert bench.store.files.load(message.id) == PHOTO
    assert bench.attention() is None


def test_fetch_done_again_does_nothing(bench):
    message = bench.receive("image", PHOTO, "image/jpeg")
    run_media_task(bench.runtime, MediaTask(message_id=message.id))
    calls = bench.calls()
    run_media_task(bench.runtime, MediaTask(message_id=message.id))
    fetch(bench, bench.stored(message))
    assert bench.calls() == calls
    run_media_task(bench.runtime, MediaTask(message_id="nobody"))


def test_fetch_touches_only_what_it_knows(bench):
    message = bench.receive("image", PHOTO, "image/jpeg")
    bench.store.messages.set(message.id, {"status": "answered", "text": "edited", "media.seconds": 3.0})
    fetch_media(bench.runtime, message)
    stored = bench.stored(message)
    assert (stored.status, stored.text, stored.media and stored.media.seconds) == ("answered", "edited", 3.0)


def test_fetch_after_503_is_fine(bench):
    message = bench.receive("image", PHOTO, "image/jpeg")
    bench.fail("500", times=2)
    fetch(bench, message)
    assert bench.state(message) == "stored"


def test_fetch_with_503_forever_is_left_to_the_queue_then_to_staff(bench):
    message = bench.receive("image", PHOTO, "image/jpeg")
    bench.fail("500", times=99)
    with pytest.raises(RemoteError) as caught:
        fetch_media(bench.runtime, message)
    assert caught.value.retryable
    assert (bench.state(message), bench.attention()) == ("waiting", None)
    bench.clock.advance(HOUR)
    run_media_task(bench.runtime, MediaTask(message_id=message.id))
    assert (bench.state(message), bench.error(message), bench.attention()) == ("failed", "131000", "media_failed")
    assert bench.stored(message).text == "caption"


def test_fetch_with_a_token_that_is_refused_is_shown_to_staff_and_tried_again(bench):
    message = bench.receive("image", PHOTO, "image/jpeg")
    bench.fail("190")
    with pytest.raises(TokenRefusedError):
        fetch_media(bench.runtime, message)
    assert bench.store.facts.token().refused
    fetch(bench, message)
    assert bench.state(message) == "stored"


def test_fetch_of_a_damaged_file_is_tried_twice_and_fails(bench):
    message = bench.receive("image", PHOTO, "image/jpeg")
    bench.replace_at_whatsapp(message, b"something else")
    fetch(bench, message)
    assert (bench.state(message), bench.error(message), bench.attention()) == (
        "failed",
        "wrong_hash",
        "media_failed",
    )
    assert bench.calls() == 4
    assert bench.store.files.find(message.id) is None


@pytest.mark.parametrize(
    ("kind", "mime_type", "megabytes", "state"),
    [
        ("image", "image/jpeg", 5, "stored"),
        ("image", "image/jpeg", 6, "failed"),
        ("video", "video/mp4", 16, "stored"),
        ("document", "application/zip", 17, "failed"),
    ],
)
def test_fetch_of_a_file_that_is_too_large_fails(bench, kind, mime_type, megabytes, state):
    message = bench.receive(kind, b"x" * megabytes * MEGABYTE, mime_type)
    fetch(bench, message)
    assert bench.state(message) == state
    assert bench.error(message) == (None if state == "stored" else "too_large")


def test_fetch_obeys_the_configured_limit(phone, openai, firestore_host, project_id):
    with open_bench(phone, openai, project_id, media_max_mb=1) as bench:
        message = bench.receive("video", b"x" * 1_100_000, "video/mp4")
        fetch(bench, message)
        assert bench.error(message) == "too_large"


def test_fetch_of_what_whatsapp_does_not_have_fails_and_staff_can_try_again(bench):
    message = bench.receive("image", PHOTO, "image/jpeg")
    kept = bench.phone.simulation.media.get(message.media.id)
    bench.phone.simulation.media.delete(message.media.id)
    fetch(bench, message)
    assert (bench.state(message), bench.error(message)) == ("failed", "100")
    calls = bench.calls()
    fetch(bench, bench.stored(message))
    assert bench.calls() == calls, "a failed file is not asked for unless staff want it"
    bench.phone.simulation.media._media[kept.id] = kept
    bench.wait_again(message)
    run_media_task(bench.runtime, MediaTask(message_id=message.id))
    assert (bench.state(message), bench.error(message)) == ("stored", None)


def test_fetch_that_died_after_storing_the_file_does_not_download_it_again(bench, monkeypatch):
    message = bench.receive("image", PHOTO, "image/jpeg")

    def die(*_arguments: Any, **_options: Any) -> None:
        raise PowerCut

    with monkeypatch.context() as patch:
        patch.setattr(bench.store.messages, "set_media", die)
        with pytest.raises(PowerCut):
            fetch_media(bench.runtime, message)
    assert bench.state(message) == "waiting"
    calls = bench.calls()
    fetch(bench, message)
    assert bench.state(message) == "stored"
    assert bench.calls() == calls


def test_fetch_for_a_message_erased_meanwhile_leaves_no_file(bench):
    message = bench.receive("image", PHOTO, "image/jpeg")
    bench.client.collection("messages").document(message.id).delete()
    fetch_media(bench.runtime, message)
    assert bench.store.files.find(message.id) is None
    chunks = bench.client.collection("files").document(message.id).collection("chunks")
    assert list(chunks.list_documents()) == []


# Voices


def test_voice_note_is_written_down_in_the_same_write(bench):
    message = bench.receive("audio", VOICE, VOICE_TYPE, voice=True)
    fetched = fetch(bench, message)
    assert fetched.transcript in TRANSCRIPTS["it"]
    (call,) = bench.openai.calls.entries("transcription")
    assert call.model == "gpt-transcribe"


def test_voice_note_beyond_the_day_s_budget_is_kept_and_not_written_down(bench):
    settings = BusinessSettings(budget=Budget(daily_tokens=100))
    budget = TokenBudget(bench.store.facts, lambda: settings, bench.clock.now)
    runtime = replace(bench.runtime, budget=budget)
    budget.spend(Usage(input_tokens=100))
    message = bench.receive("audio", VOICE, VOICE_TYPE, voice=True)
    fetched = fetch_media(runtime, message)
    assert (bench.state(message), fetched.transcript) == ("stored", None)
    assert bench.openai.calls.entries("transcription") == []


@pytest.mark.parametrize("mime_type", ["audio/amr", "audio/aac", "audio/ogg"])
def test_audio_that_cannot_be_written_down_can_still_be_played(bench, mime_type):
    bench.openai.faults.add("forbidden", endpoint="transcription")
    message = bench.receive("audio", VOICE, mime_type)
    fetched = fetch(bench, message)
    assert (bench.state(message), fetched.transcript) == ("stored", None)
    assert bench.store.files.load(message.id) == VOICE
    assert bench.attention() is None


def test_transcription_that_fails_for_now_is_tried_again_for_a_while_without_another_download(bench):
    message = bench.receive("audio", VOICE, VOICE_TYPE, voice=True)
    bench.openai.faults.add("server_error", endpoint="transcription", times=2)
    with pytest.raises(RemoteError) as caught:
        fetch_media(bench.runtime, message)
    assert caught.value.retryable
    assert bench.state(message) == "waiting"
    calls = bench.calls()
    assert fetch(bench, message).transcript
    assert bench.calls() == calls


def test_transcription_that_keeps_failing_leaves_the_recording(bench):
    message = bench.receive("audio", VOICE, VOICE_TYPE, voice=True)
    bench.openai.faults.add("server_error", endpoint="transcription")
    bench.clock.advance(media.TRANSCRIBE_FOR.total_seconds())
    fetched = fetch(bench, message)
    assert (bench.state(message), fetched.transcript) == ("stored", None)


@pytest.mark.parametrize("unanswered", [{"directive": "rate_limited"}, {"in_group": True}])
def test_audio_that_nobody_will_answer_is_not_written_down(bench, unanswered):
    message = bench.receive("audio", VOICE, VOICE_TYPE, voice=True)
    fetched = fetch_media(bench.runtime, replace(message, **unanswered))
    assert (bench.state(message), fetched.transcript) == ("stored", None)
    assert bench.openai.calls.entries("transcription") == []


# Files that wait until staff ask


def ask_for(bench: MediaBench, message: Message) -> None:
    """Do what staff's "download" does."""
    stored = bench.stored(message)
    assert stored.media is not None
    bench.store.messages.set_media(stored, replace(stored.media, on_demand=False))
    run_media_task(bench.runtime, MediaTask(message_id=message.id, asked=True))


def test_file_that_waits_for_staff_is_not_fetched_before_they_ask(bench):
    message = bench.receive("image", PHOTO, "image/jpeg", on_demand=True)
    run_media_task(bench.runtime, MediaTask(message_id=message.id))
    fetch(bench, message)
    assert (bench.state(message), bench.calls()) == ("waiting", 0)
    ask_for(bench, message)
    assert bench.state(message) == "stored"
    assert not bench.stored(message).media.on_demand


def test_files_beyond_the_bound_of_a_day_wait_until_staff_ask(phone, openai, firestore_host, project_id):
    with open_bench(phone, openai, project_id, media_mb_per_day=2) as bench:
        large = PHOTO + b"\0" * MEGABYTE
        first = [bench.receive("image", large, "image/jpeg") for _ in range(2)]
        for message in first:
            fetch(bench, message)
        beyond = bench.receive("image", PHOTO, "image/jpeg")
        calls = bench.calls()
        held = fetch(bench, beyond).media
        assert held is not None and held.on_demand
        assert (bench.state(beyond), bench.calls()) == ("waiting", calls)
        ask_for(bench, beyond)
        assert [bench.state(message) for message in (*first, beyond)] == ["stored"] * 3
        bench.clock.advance(25 * HOUR)
        next_day = bench.receive("image", PHOTO, "image/jpeg")
        fetch(bench, next_day)
        assert bench.state(next_day) == "stored"


def test_turn_that_began_while_staff_asked_takes_nothing_back(phone, openai, firestore_host, project_id):
    with open_bench(phone, openai, project_id, media_mb_per_day=1) as bench:
        fetch(bench, bench.receive("image", PHOTO + b"\0" * MEGABYTE, "image/jpeg"))
        beyond = bench.receive("image", PHOTO, "image/jpeg")
        fetch(bench, beyond)  # by the turn, after staff's request was written and before its task came
        run_media_task(bench.runtime, MediaTask(message_id=beyond.id, asked=True))
        assert bench.state(beyond) == "stored"


def test_no_bound_of_a_day_is_no_read(phone, openai, firestore_host, project_id):
    with open_bench(phone, openai, project_id, media_mb_per_day=0) as bench:
        message = bench.receive("image", PHOTO, "image/jpeg")
        count = count_operations(bench.client)
        fetch_media(bench.runtime, message)
        assert "run_aggregation_query" not in count.calls
