"""A large file comes whole or not at all: resumed, shown, and believed only with its sum."""

import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.stack.fetch import FetchError, fetch
from tests.local.archive_server import Archive, serving_archive

DATA = bytes(range(256)) * 4096  # 1 MB
SUM = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def archive() -> Iterator[Archive]:
    with serving_archive(Archive(DATA)) as served:
        yield served


def test_fetch_shows_its_progress_and_asks_once(
    archive: Archive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "emulator" / "one.jar"

    fetch(archive.url, SUM.upper(), target, "Firestore emulator")
    fetch(archive.url, SUM, target, "Firestore emulator")

    assert target.read_bytes() == DATA
    assert archive.asked == [None]
    assert "Firestore emulator: 1 of 1 MB" in capsys.readouterr().err


def test_fetch_connection_that_breaks_off_goes_on_there(archive: Archive, tmp_path: Path) -> None:
    archive.breaks_after += [100_000, 200_000]

    fetch(archive.url, SUM, tmp_path / "one.jar", "it")

    assert (tmp_path / "one.jar").read_bytes() == DATA
    assert archive.asked == [None, "bytes=100000-", "bytes=300000-"]


def test_fetch_broken_off_for_good_goes_on_the_next_time(archive: Archive, tmp_path: Path) -> None:
    archive.breaks_after += [100_000, 0]
    with pytest.raises(FetchError, match="broke off"):
        fetch(archive.url, SUM, tmp_path / "one.jar", "it")
    assert not (tmp_path / "one.jar").exists()

    fetch(archive.url, SUM, tmp_path / "one.jar", "it")

    assert archive.asked[2:] == ["bytes=100000-"]
    assert (tmp_path / "one.jar").read_bytes() == DATA


def test_fetch_server_without_ranges_begins_again(archive: Archive, tmp_path: Path) -> None:
    archive.knows_ranges = False
    archive.breaks_after.append(100_000)

    fetch(archive.url, SUM, tmp_path / "one.jar", "it")

    assert (tmp_path / "one.jar").read_bytes() == DATA


def test_fetch_part_longer_than_the_file_is_thrown_away(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "one.jar.part").write_bytes(DATA + b"more")

    fetch(archive.url, SUM, tmp_path / "one.jar", "it")

    assert (tmp_path / "one.jar").read_bytes() == DATA


def test_fetch_wrong_sum_is_refused_and_nothing_is_kept(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match=f"its SHA-256 is {SUM}, not 0000"):
        fetch(archive.url, "0" * 64, tmp_path / "one.jar", "it")

    assert [path.name for path in tmp_path.iterdir()] == ["one.jar.lock"]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://127.0.0.1/x", "no http"),
        ("http://127.0.0.1:9/x", "refused"),
        ("http://[::1", "Invalid IPv6"),
        ("", "404"),
    ],
)
def test_fetch_what_cannot_be_had_says_from_where_and_why(
    archive: Archive, tmp_path: Path, url: str, why: str
) -> None:
    archive.status = 404

    with pytest.raises(FetchError, match=why) as caught:
        fetch(url or archive.url, SUM, tmp_path / "one.jar", "it")

    assert (url or archive.url) in str(caught.value)


def test_fetch_that_was_stopped_after_the_last_byte_asks_for_nothing(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "one.jar.part").write_bytes(DATA)
    archive.status = 404

    fetch(archive.url, SUM, tmp_path / "one.jar", "it")

    assert (tmp_path / "one.jar").read_bytes() == DATA


def test_fetch_to_where_nothing_can_be_written_says_so(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(FetchError, match="cannot be written to"):
        fetch(archive.url, SUM, tmp_path / "file" / "folder" / "one.jar", "it")


def test_fetch_two_at_once_ask_once(archive: Archive, tmp_path: Path) -> None:
    arguments = (archive.url, SUM, tmp_path / "one.jar", "it")
    threads = [threading.Thread(target=fetch, args=arguments) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert archive.asked == [None]
