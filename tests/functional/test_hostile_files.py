"""Files that are made to take the process down: they are told as unreadable, and everybody else is answered."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from typing import Any

import pytest

from functions.process.media.fetch import LATER_SECONDS, run_media_task
from functions.process.media.file_type import EXCEL
from functions.process.media.model_input import MAX_AT_ONCE, MAX_ENCODED_BYTES, model_input
from functions.process.runtime import Timing
from shared.model.media_type import MEGABYTE
from shared.model.message import Message
from shared.queue.tasks import MediaTask
from tests.bombs import workbook_of_strings
from tests.functional.media_bench import MediaBench, fetch
from tests.samples import DOCUMENT, PHOTO

pytestmark = pytest.mark.emulator

CSV = b"nome;prezzo\nmiele;9,90\n"


class CountingFiles:
    """A store of files that tells how often a content was loaded."""

    def __init__(self, files: Any) -> None:
        self._files = files
        self.loads = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._files, name)

    def load(self, file_id: str) -> Any:
        """Count, then load."""
        self.loads += 1
        return self._files.load(file_id)


def test_file_that_ended_its_reader_is_not_read_by_the_next_attempt(bench, monkeypatch):
    message = bench.receive("document", workbook_of_strings(), EXCEL, filename="ordini.xlsx")
    patient = replace(bench.runtime, timing=Timing(files=30))
    given = model_input(patient, [message])
    assert given.parts == {}
    assert given.messages[0].media and given.messages[0].media.unreadable
    stored = bench.stored(message)
    assert stored.media and (stored.media.state, stored.media.unreadable) == ("stored", True)
    files = CountingFiles(bench.store.files)
    monkeypatch.setattr(bench.store, "files", files)
    assert model_input(patient, [stored]).parts == {}
    assert files.loads == 0


def test_file_that_waited_in_vain_for_a_reader_is_read_by_the_next_attempt(bench):
    message = fetch(bench, bench.receive("document", workbook_of_strings(count=10), EXCEL))
    hurried = replace(bench.runtime, timing=Timing(files=0))
    model_input(hurried, [message])
    stored = bench.stored(message)
    assert stored.media and not stored.media.unreadable


@pytest.mark.parametrize(
    ("content", "told", "filename", "part"),
    [
        (DOCUMENT, "application/octet-stream", "listino", "input_file"),
        (DOCUMENT, "binary/octet-stream", "listino.pdf", "input_file"),
        (CSV, "application/vnd.ms-excel", "ordini.csv", "input_text"),
        (CSV, "application/octet-stream", None, "input_text"),
        (DOCUMENT, "application/x-pdf", "preventivo", "input_file"),
        (DOCUMENT, "application/msword", "preventivo", "input_file"),
        (CSV, "application/csv", "listino", "input_text"),
        (CSV, "application/vnd.ms-excel", "listino", "input_text"),
    ],
    ids=[
        "pdf without a name",
        "pdf",
        "csv as windows tells it",
        "text",
        "pdf of old",
        "pdf as word",
        "csv",
        "csv as windows tells it without a name",
    ],
)
def test_document_under_a_vague_or_wrong_type_is_given_to_the_model(bench, content, told, filename, part):
    message = bench.receive("document", content, told, filename=filename)
    given = model_input(bench.runtime, [message])
    assert [one["type"] for one in given.parts[message.id]] == [part]
    stored = bench.stored(message)
    assert stored.media and stored.media == given.messages[0].media
    assert stored.media.mime_type != told
    assert set(model_input(bench.runtime, [stored]).parts) == {message.id}


class HeldFiles:
    """A store of files in which those of one customer take as long as it pleases the test."""

    def __init__(self, files: Any, held: set[str]) -> None:
        self._files = files
        self._held = held
        self._lock = threading.Lock()
        self.released = threading.Event()
        self.at_once, self.most_at_once = 0, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._files, name)

    def save(self, file_id: str, *arguments: Any) -> Any:
        """Wait if the file is one of those, then save."""
        if file_id in self._held:
            with self._lock:
                self.at_once += 1
                self.most_at_once = max(self.most_at_once, self.at_once)
            assert self.released.wait(30)
            with self._lock:
                self.at_once -= 1
        return self._files.save(file_id, *arguments)


def other_customers(bench: MediaBench, message: Message) -> Message:
    """The same message from somebody else."""
    return replace(message, contact_id="somebody else")


def test_one_customers_eight_slow_files_keep_nobody_elses_waiting(bench, monkeypatch):
    slow = [bench.receive("document", PHOTO, "image/jpeg") for _ in range(8)]
    files = HeldFiles(bench.store.files, {message.id for message in slow})
    monkeypatch.setattr(bench.store, "files", files)
    with ThreadPoolExecutor(10) as tasks:
        for message in slow:
            tasks.submit(run_media_task, bench.runtime, MediaTask(message_id=message.id))
        try:
            while not files.at_once:
                time.sleep(0.01)
            quick = other_customers(bench, bench.receive("image", PHOTO, "image/jpeg"))
            began = time.monotonic()
            assert set(model_input(bench.runtime, [quick]).parts) == {quick.id}
            assert time.monotonic() - began < 5
        finally:
            files.released.set()


def test_media_task_that_finds_its_customers_share_taken_comes_back_later(bench, monkeypatch):
    slow = [bench.receive("document", PHOTO, "image/jpeg") for _ in range(8)]
    files = HeldFiles(bench.store.files, {message.id for message in slow})
    monkeypatch.setattr(bench.store, "files", files)
    with ThreadPoolExecutor(10) as threads:
        tasks = [threads.submit(run_media_task, bench.runtime, MediaTask(message_id=one.id)) for one in slow]
        try:
            for task in as_completed(tasks, 30):
                task.result()
                if len(bench.queue.tasks) == 6:
                    break
        finally:
            files.released.set()
    assert [bench.state(message) for message in slow].count("stored") == 2
    bench.clock.advance(LATER_SECONDS)
    for entry in bench.queue.due():
        run_media_task(bench.runtime, entry.task)
    assert {bench.state(message) for message in slow} == {"stored"}


def test_files_take_no_thread_from_what_answers_wait_for(bench):
    message = bench.receive("image", PHOTO, "image/jpeg")
    with ThreadPoolExecutor(1) as beside:
        pass  # shut down: it takes nothing any more
    assert set(model_input(replace(bench.runtime, pool=beside), [message]).parts) == {message.id}


def test_turn_takes_only_some_threads_for_its_files(bench, monkeypatch):
    many = [bench.receive("image", PHOTO, "image/jpeg") for _ in range(8)]
    files = HeldFiles(bench.store.files, {message.id for message in many})
    monkeypatch.setattr(bench.store, "files", files)
    with ThreadPoolExecutor(16) as threads:
        runtime = replace(bench.runtime, files=threads, timing=Timing(files=1))
        assert model_input(runtime, many).parts == {}
        assert files.most_at_once == MAX_AT_ONCE
        files.released.set()


def test_turn_holds_no_more_of_its_files_than_one_request_takes(bench):
    large = [bench.receive("document", b"%PDF-" + b"x" * 9 * MEGABYTE, "application/pdf") for _ in range(3)]
    given = model_input(replace(bench.runtime, timing=Timing(files=60)), large)
    assert set(given.parts) == {large[-1].id}
    assert len(given.parts[large[-1].id][0]["file_data"]) <= MAX_ENCODED_BYTES
    assert [message.media and message.media.state for message in given.messages] == ["stored"] * 3
