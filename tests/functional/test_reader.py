"""Readers of strangers' files: what they may take, what they know, and that they end."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.bundle import stage
from functions.process.media.file_type import EXCEL, POWERPOINT, WORD
from functions.process.media.reader import MAX_ANSWER_BYTES, answer_of, read_office, read_seconds
from functions.process.media.reader_process import MAX_CPU_SECONDS, MAX_MEMORY_BYTES, NICENESS
from tests.bombs import (
    FAKE_VOICE_NOTE,
    presentation_of_one_slide_often,
    word_file_of_elements,
    word_file_with_a_wide_cell,
    workbook_of_one_sheet_often,
    workbook_of_strings,
)
from tests.samples import VIDEO, VOICE

ROOT = Path(__file__).parents[2]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="/proc tells what a process may take")
MEGABYTE = 1024 * 1024
LONGEST_SECONDS = 15.0  # the limit of 8 s, and what a busy machine adds


def test_reader_tells_text_and_playing_time() -> None:
    assert read_office(word_file_with_a_wide_cell(), WORD, "a", 5) == "una cella"
    assert read_seconds(VOICE, "a", 5) == 5.5
    assert read_seconds(VIDEO, "a", 5) == 3.0


@pytest.mark.parametrize("mime_type", [WORD, EXCEL, POWERPOINT])
@pytest.mark.parametrize(
    "content",
    [b"", b"PK", b"not a document", word_file_with_a_wide_cell()[:-200], b"\xd0\xcf\x11\xe0" + b"\0" * 600],
    ids=["empty", "head only", "text", "broken off", "encrypted or old"],
)
def test_broken_document_has_no_text(content: bytes, mime_type: str) -> None:
    assert read_office(content, mime_type, "a", 5) is None


def test_file_without_a_length_has_none() -> None:
    assert read_seconds(b"<html>", "a", 5) is None


BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "elements": (word_file_of_elements, WORD),
    "sheets": (workbook_of_one_sheet_often, EXCEL),
    "strings": (workbook_of_strings, EXCEL),
    "slides": (presentation_of_one_slide_often, POWERPOINT),
    "voice": (lambda: FAKE_VOICE_NOTE, "seconds"),
}


@LINUX
@pytest.mark.parametrize("name", BOMBS)
def test_bomb_takes_little_memory_and_time_and_harms_nobody(name: str) -> None:
    build, what = BOMBS[name]
    content, before = build(), _resident(os.getpid())
    watch = _Watch()
    began = time.monotonic()
    with watch.readers():
        found = read_seconds(content, "a", 5) if what == "seconds" else read_office(content, what, "a", 5)
    assert time.monotonic() - began < LONGEST_SECONDS
    assert found in (None, "Slide 1\nriga")
    assert watch.most_seconds <= MAX_CPU_SECONDS + 1
    assert 0 < watch.most_resident <= MAX_MEMORY_BYTES
    assert _resident(os.getpid()) - before < 50 * MEGABYTE
    assert watch.pids and not any(Path(f"/proc/{pid}").exists() for pid in watch.pids)


@LINUX
def test_reader_has_limits_before_it_sees_the_file_and_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    watch = _Watch()
    with watch.readers():
        read_office(workbook_of_one_sheet_often(times=3), EXCEL, "a", 5)
    assert "sk-secret" not in watch.environment
    assert {line.partition("=")[0] for line in watch.environment.split("\0") if line} <= {
        *("PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH")
    }
    assert watch.limit("Max address space") == str(MAX_MEMORY_BYTES)
    assert watch.limit("Max cpu time") == str(MAX_CPU_SECONDS)
    assert {watch.limit(name) for name in ("Max file size", "Max processes", "Max core file size")} == {"0"}
    assert watch.niceness == min(os.nice(0) + NICENESS, 19)


def test_one_customer_has_one_reader_at_a_time_and_leaves_one_to_others() -> None:
    bomb = workbook_of_one_sheet_often(times=3)
    reading = threading.Thread(target=read_office, args=(bomb, EXCEL, "greedy", 5))
    reading.start()
    try:
        time.sleep(0.2)
        with pytest.raises(TimeoutError):
            read_seconds(VOICE, "greedy", 0)
        assert read_seconds(VOICE, "modest", 5) == 5.5
    finally:
        reading.join()


def run_python(program: str, content: bytes = b"", seconds: float = 30) -> bytes:
    return answer_of([sys.executable, "-c", program], content, seconds)


def test_process_that_sleeps_is_killed_in_time() -> None:
    began = time.monotonic()
    assert run_python("import time; time.sleep(60)", seconds=0.5) == b""
    assert time.monotonic() - began < 10


def test_process_that_has_said_its_say_does_not_go_on(tmp_path: Path) -> None:
    lived_on = tmp_path / "lived_on"
    program = "import os, time, pathlib; os.write(1, b'1'); os.close(1); time.sleep(1); pathlib.Path({!r}).touch()"
    assert run_python(program.format(str(lived_on))) == b"1"
    time.sleep(1.5)
    assert not lived_on.exists()


def test_process_that_never_stops_talking_is_heard_only_so_long() -> None:
    endless = "import sys\nwhile True: sys.stdout.write('x' * 100_000)"
    assert len(run_python(endless)) == MAX_ANSWER_BYTES


@LINUX
def test_process_gets_no_more_memory_than_it_may_have() -> None:
    greedy = (
        "from functions.process.media.reader_process import *\n"
        "limit_resources()\n"
        "try: bytearray(MAX_MEMORY_BYTES)\n"
        "except MemoryError: print('refused')"
    )
    assert run_python(greedy) == b"refused\n"


def test_process_that_does_not_listen_disturbs_nobody() -> None:
    assert run_python("print('done')", b"x" * 5 * MEGABYTE) == b"done\n"
    assert run_python("import os; os._exit(1)", b"x" * 5 * MEGABYTE) == b""


def test_reader_works_in_what_is_deployed(tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    stage("process", bundle)
    program = (
        f"import sys; sys.path = [p for p in sys.path if p not in ('', {str(ROOT)!r})] + [{str(bundle)!r}]\n"
        "import json, functions.process.media.reader as reader\n"
        "content = sys.stdin.buffer.read()\n"
        f"print(json.dumps([reader.__file__, reader.read_office(content, {WORD!r}, 'a', 5)]))"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", program],
        input=word_file_with_a_wide_cell(),
        capture_output=True,
        cwd="/",
        env={},
        check=True,
    )
    place, text = json.loads(done.stdout)
    assert text == "una cella"
    assert Path(place).is_relative_to(bundle)


class _Watch:
    """Looks at the readers that this process has, as often as it can."""

    def __init__(self) -> None:
        self.pids: set[int] = set()
        self.most_resident = 0
        self.most_seconds = 0.0
        self.environment = ""
        self.niceness = 0
        self._limits = ""

    @contextmanager
    def readers(self) -> Iterator[None]:
        """Look in the background during the block."""
        stop = threading.Event()

        def look() -> None:
            while not stop.wait(0.01):
                for children in Path("/proc/self/task").glob("*/children"):
                    for pid in _read(children).split():
                        self._note(int(pid))

        looking = threading.Thread(target=look)
        looking.start()
        try:
            yield
        finally:
            stop.set()
            looking.join()

    def limit(self, name: str) -> str:
        """The soft limit of a resource."""
        (line,) = (line for line in self._limits.splitlines() if line.startswith(name))
        return line.removeprefix(name).split()[0]

    def _note(self, pid: int) -> None:
        folder = Path(f"/proc/{pid}")
        if "reader_process" not in _read(folder / "cmdline"):
            return
        self.pids.add(pid)
        self.most_resident = max(self.most_resident, _resident(pid))
        fields = _read(folder / "stat").rpartition(")")[2].split()
        if len(fields) > 16:
            ticks = int(fields[11]) + int(fields[12])
            self.most_seconds = max(self.most_seconds, ticks / os.sysconf("SC_CLK_TCK"))
            self.niceness = int(fields[16])
        self.environment = _read(folder / "environ") or self.environment
        self._limits = _read(folder / "limits") or self._limits


def _resident(pid: int) -> int:
    fields = _read(Path(f"/proc/{pid}/statm")).split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") if fields else 0


def _read(path: Path) -> str:
    """Read a file of /proc, empty when its process is gone."""
    try:
        return path.read_text()
    except OSError:
        return ""
