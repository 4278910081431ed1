"""Playing times are read from the files themselves, which strangers made."""

import random

import pytest

from local.configuration import ROOT
from shared.playing_time import MOST_SECONDS, playing_seconds
from tests.browser.dashboard_page import wav

SAMPLES = ROOT / "local" / "phone_simulator" / "static" / "samples"


@pytest.mark.parametrize(("name", "seconds"), [("voice.ogg", 5.5), ("video.mp4", 3.0)])
def test_recordings_and_videos_tell_their_length(name: str, seconds: float) -> None:
    assert playing_seconds((SAMPLES / name).read_bytes()) == seconds


@pytest.mark.parametrize("content", [b"", b"RIFF", b"<html>", wav(0), (SAMPLES / "photo.jpg").read_bytes()])
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
    for name in ("voice.ogg", "video.mp4"):
        for _ in range(50):
            content = bytearray((SAMPLES / name).read_bytes())
            for place in chance.sample(range(2000), 5):
                content[place] = chance.choice((0, 1, 127, 255))
            seconds = playing_seconds(bytes(content[: chance.randrange(1, len(content))]))
            assert seconds is None or 0 < seconds <= MOST_SECONDS
