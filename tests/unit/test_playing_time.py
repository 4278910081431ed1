"""Playing times are read from the files themselves, which strangers made."""

import random

import pytest

from functions.process.media.playing_time import MAX_SECONDS, playing_seconds
from tests.samples import PHOTO, VIDEO, VOICE, wav


@pytest.mark.parametrize(("content", "seconds"), [(VOICE, 5.5), (VIDEO, 3.0)], ids=["voice", "video"])
def test_recordings_and_videos_tell_their_length(content: bytes, seconds: float) -> None:
    assert playing_seconds(content) == seconds


@pytest.mark.parametrize("content", [b"", b"RIFF", b"<html>", wav(0), PHOTO])
def test_file_without_a_length_has_none(content: bytes) -> None:
    assert playing_seconds(content) is None


def test_recording_that_claims_an_absurd_length_has_none() -> None:
    sound = bytearray(wav(1))
    sound[28:32] = (1).to_bytes(4, "little")  # one byte a second, it says
    sound[40:44] = (2**32 - 1).to_bytes(4, "little")
    assert playing_seconds(bytes(sound)) is None


@pytest.mark.parametrize("seed", range(20))
def test_damaged_files_raise_nothing_and_tell_no_nonsense(seed: int) -> None:
    chance = random.Random(seed)
    for whole in (VOICE, VIDEO):
        for _ in range(50):
            content = bytearray(whole)
            for place in chance.sample(range(2000), 5):
                content[place] = chance.choice((0, 1, 127, 255))
            seconds = playing_seconds(bytes(content[: chance.randrange(1, len(content))]))
            assert seconds is None or 0 < seconds <= MAX_SECONDS
