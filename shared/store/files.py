"""Files of messages, in Firestore: one store, one region, one erasure, no bucket to set up.

files/{message id}             size, mime_type, chunks, sha256; written last, so that it vouches for the chunks
files/{message id}/chunks/{n}  the content in pieces, since a document holds at most 1 MiB
"""

import datetime as dt
import hashlib
import io
from dataclasses import dataclass
from typing import Any

from google.cloud import firestore

from shared.store.connection import READ_SECONDS, WRITE_SECONDS, firestore_errors

CHUNK_BYTES = 900_000  # leaves room for a document's names below Firestore's 1,048,576 bytes
CHUNKS_IN_A_WRITE = 4  # the emulator takes requests of up to 4 MiB (Firestore itself: 10 MiB)
READ_AHEAD_BYTES = 64 * 1024


@dataclass(frozen=True)
class StoredFile:
    """What is known of a stored file; `size` is in bytes, `sha256` in hexadecimal."""

    id: str
    size: int
    mime_type: str
    chunks: int
    sha256: str
    created_at: dt.datetime | None = None


class Files:
    """The content of files by message id; every method costs what its docstring states.

    A file of n bytes has ceil(n / 900,000) chunks: 1 for most pictures and voice notes, 18 for 16 MB.
    """

    def __init__(self, client: firestore.Client) -> None:
        self._client = client

    def save(self, file_id: str, content: bytes, mime_type: str) -> StoredFile:
        """Store a file (1 write for each chunk, and 1); stored again it is replaced.

        A process that dies on the way leaves no file behind, only chunks that the next try overwrites.
        """
        pieces = [content[start : start + CHUNK_BYTES] for start in range(0, len(content), CHUNK_BYTES)]
        head = StoredFile(file_id, len(content), mime_type, len(pieces), hashlib.sha256(content).hexdigest())
        groups = [
            range(start, len(pieces))[:CHUNKS_IN_A_WRITE] for start in range(0, len(pieces), CHUNKS_IN_A_WRITE)
        ]
        last = self._write(file_id, pieces, groups[-1] if groups else range(0))
        last.set(self._head_ref(file_id), _head_fields(head))
        with firestore_errors():
            for group in groups[:-1]:
                self._write(file_id, pieces, group).commit(timeout=WRITE_SECONDS)
            last.commit(timeout=WRITE_SECONDS)
        return head

    def writer(self, file_id: str, mime_type: str) -> "FileWriter":
        """Open a file to be written in pieces, whatever its size (1 write for each chunk, and 1 when it is closed).

        A file that is there has to be deleted before.
        """
        return FileWriter(self._client, self._head_ref(file_id), mime_type)

    def find(self, file_id: str) -> StoredFile | None:
        """Look a file up without its content (1 read)."""
        with firestore_errors():
            snapshot = self._head_ref(file_id).get(timeout=READ_SECONDS)
        return _head(snapshot) if snapshot.exists else None

    def load(self, file_id: str) -> bytes | None:
        """Return a whole file, None when there is none (1 read, and 1 for each chunk)."""
        head = self.find(file_id)
        return self.read(head) if head else None

    def read(self, head: StoredFile) -> bytes:
        """Return the content of a file that was found (1 read for each chunk, in one round trip)."""
        references = [self._chunk_refs(head.id).document(str(number)) for number in range(head.chunks)]
        with firestore_errors():
            snapshots = list(self._client.get_all(references, timeout=READ_SECONDS)) if references else []
        pieces = {snapshot.id: _content(snapshot) for snapshot in snapshots}
        return b"".join(pieces[reference.id] for reference in references)

    def open(self, head: StoredFile) -> io.BufferedReader:
        """Open a file for reading in pieces; only the chunks that are read cost (1 read each)."""
        return io.BufferedReader(_Reader(self, head), READ_AHEAD_BYTES)

    def delete(self, file_id: str) -> None:
        """Delete a file, also one that was stored only in part (1 read and 1 delete for each chunk, 1 delete).

        The head goes first: nobody then finds a file that has lost chunks.
        """
        with firestore_errors():
            self._head_ref(file_id).delete(timeout=WRITE_SECONDS)
            batch = self._client.batch()
            for reference in self.chunk_references(file_id):
                batch.delete(reference)
            batch.commit(timeout=WRITE_SECONDS)

    def chunk_references(self, file_id: str) -> list[Any]:
        """List the chunks there are, whether or not a head vouches for them (1 read each)."""
        with firestore_errors():
            found = list(self._chunk_refs(file_id).select([]).stream(timeout=READ_SECONDS))
        return [snapshot.reference for snapshot in found]

    def read_chunk(self, head: StoredFile, number: int) -> bytes:
        """Return one chunk (1 read); raises LookupError when it is gone, as while the file is deleted."""
        with firestore_errors():
            snapshot = self._chunk_refs(head.id).document(str(number)).get(timeout=READ_SECONDS)
        return _content(snapshot)

    def _write(self, file_id: str, pieces: list[bytes], numbers: range) -> Any:
        batch = self._client.batch()
        for number in numbers:
            batch.set(self._chunk_refs(file_id).document(str(number)), {"content": pieces[number]})
        return batch

    def _head_ref(self, file_id: str) -> Any:
        return self._client.collection("files").document(file_id)

    def _chunk_refs(self, file_id: str) -> Any:
        return self._head_ref(file_id).collection("chunks")


class FileWriter(io.RawIOBase):
    """A file that is written from its beginning to its end; one that is not closed properly does not exist."""

    def __init__(self, client: firestore.Client, head: Any, mime_type: str) -> None:
        self._client, self._head, self._mime_type = client, head, mime_type
        self._waiting, self._size, self._chunks = bytearray(), 0, 0
        self._sum = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        content = bytes(piece)
        self._waiting += content
        self._size += len(content)
        self._sum.update(content)
        while len(self._waiting) >= CHUNK_BYTES:
            self._write_chunk()
        return len(content)

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if error is None:
            if self._waiting:
                self._write_chunk()
            head = StoredFile(self._head.id, self._size, self._mime_type, self._chunks, self._sum.hexdigest())
            with firestore_errors():
                self._head.set(_head_fields(head), timeout=WRITE_SECONDS)
        super().__exit__(kind, error, trace)

    def _write_chunk(self) -> None:
        chunk = bytes(self._waiting[:CHUNK_BYTES])
        with firestore_errors():
            reference = self._head.collection("chunks").document(str(self._chunks))
            reference.set({"content": chunk}, timeout=WRITE_SECONDS)
        del self._waiting[:CHUNK_BYTES]
        self._chunks += 1


class _Reader(io.RawIOBase):
    """A stored file, to be read from any position, chunk by chunk."""

    def __init__(self, store: Files, head: StoredFile) -> None:
        self._store, self._head = store, head
        self._position = 0
        self._number, self._chunk = -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._head.size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: Any) -> int:
        if self._position >= self._head.size:
            return 0
        number, start = divmod(self._position, CHUNK_BYTES)
        if number != self._number:
            self._number, self._chunk = number, self._store.read_chunk(self._head, number)
        piece = self._chunk[start : start + len(buffer)]
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)


def _content(snapshot: Any) -> bytes:
    if not snapshot.exists:
        raise LookupError(f"chunk {snapshot.id} is missing")
    return bytes(snapshot.get("content"))


def _head(snapshot: Any) -> StoredFile:
    fields = {name: snapshot.get(name) for name in ("size", "mime_type", "chunks", "sha256", "created_at")}
    return StoredFile(id=snapshot.id, **fields)


def _head_fields(head: StoredFile) -> dict[str, Any]:
    return {
        "size": head.size,
        "mime_type": head.mime_type,
        "chunks": head.chunks,
        "sha256": head.sha256,
        "created_at": firestore.SERVER_TIMESTAMP,
    }
