"""Files in Firestore: pieces that fit, a head that vouches for them, and nothing left behind."""

import io
import random

import pytest
from google.cloud import firestore

from shared.store import files as file_store
from shared.store.files import CHUNK_BYTES, Files

pytestmark = pytest.mark.emulator

BIG = random.Random(1).randbytes(9 * CHUNK_BYTES + 17)  # more than one request may hold


class PowerCut(BaseException):
    """The process dies here."""


@pytest.fixture
def files(client: firestore.Client) -> Files:
    return Files(client)


def chunk_ids(client: firestore.Client, file_id: str) -> set[str]:
    return {item.id for item in client.collection("files").document(file_id).collection("chunks").list_documents()}


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, len(BIG)])
def test_file_of_any_size_comes_back_as_it_was(files, size):
    head = files.save("m", BIG[:size], "image/jpeg")
    assert files.load("m") == BIG[:size]
    found = files.find("m")
    assert found and found.created_at
    assert (found.size, found.mime_type, found.chunks, found.sha256) == (
        size,
        "image/jpeg",
        -(-size // CHUNK_BYTES),
        head.sha256,
    )


def test_file_that_was_never_stored_is_none(files):
    assert files.find("m") is None
    assert files.load("m") is None


def test_file_stored_twice_is_one(files, client):
    files.save("m", BIG, "image/jpeg")
    files.save("m", BIG, "image/jpeg")
    assert files.load("m") == BIG
    assert len(chunk_ids(client, "m")) == 10


def test_file_replaced_by_a_shorter_one_reads_as_the_shorter_one(files):
    files.save("m", BIG, "image/jpeg")
    files.save("m", b"short", "text/plain")
    assert files.load("m") == b"short"


def test_save_that_dies_on_the_way_leaves_no_file_and_can_be_done_again(files, client, monkeypatch):
    commits = 0
    commit = firestore.WriteBatch.commit

    def dying(self, *arguments, **options):
        nonlocal commits
        commits += 1
        if commits == 2:
            raise PowerCut
        return commit(self, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(firestore.WriteBatch, "commit", dying)
        with pytest.raises(PowerCut):
            files.save("m", BIG, "image/jpeg")
    assert chunk_ids(client, "m")
    assert files.find("m") is None
    assert files.load("m") is None
    files.save("m", BIG, "image/jpeg")
    assert files.load("m") == BIG


def test_reader_reads_any_range_and_only_the_chunks_it_needs(files, monkeypatch):
    head = files.save("m", BIG, "image/jpeg")
    read: list[int] = []
    real = Files.read_chunk

    def read_chunk(self, head, number):
        read.append(number)
        return real(self, head, number)

    monkeypatch.setattr(Files, "read_chunk", read_chunk)
    reader = files.open(head)
    for start, length in [(0, 10), (CHUNK_BYTES - 5, 10), (len(BIG) - 3, 100), (len(BIG), 5)]:
        reader.seek(start)
        assert reader.read(length) == BIG[start : start + length]
    assert read == [0, 1, 9]
    reader.seek(-4, io.SEEK_END)
    assert reader.read() == BIG[-4:]
    reader.seek(0)
    assert reader.read() == BIG


def test_delete_leaves_nothing_also_of_a_file_stored_in_part(files, client, monkeypatch):
    files.save("m", BIG, "image/jpeg")
    files.save("m", b"short", "text/plain")
    files.save("other", b"other", "text/plain")
    files.delete("m")
    assert files.find("m") is None
    assert chunk_ids(client, "m") == set()
    assert files.load("other") == b"other"
    files.delete("m")


def test_chunk_that_is_gone_is_an_error_and_not_a_shorter_file(files, client):
    head = files.save("m", BIG, "image/jpeg")
    client.collection("files").document("m").collection("chunks").document("3").delete()
    with pytest.raises(LookupError):
        files.load("m")
    with pytest.raises(LookupError):
        files.open(head).read()


def test_chunks_fit_into_a_document_and_a_write_into_a_request():
    assert CHUNK_BYTES <= 900_000
    assert file_store.CHUNKS_IN_A_WRITE * CHUNK_BYTES < 4 * 1024 * 1024
