"""Files and vector stores: texts that are kept, and the lines of them that have a question's words."""

import re
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from local.openai_simulator.api_errors import not_found
from local.openai_simulator.items import Item, new_id, output_message, output_text

WORD = re.compile(r"[^\W\d_]{4,}")
MAX_RESULTS = 3


@dataclass(frozen=True)
class KeptFile:
    """A file that was uploaded."""

    filename: str
    content: bytes
    purpose: str
    id: str = field(default_factory=lambda: new_id("file"))
    created_at: int = field(default_factory=lambda: int(time.time()))

    def body(self) -> Item:
        """Return the file as the API shows it."""
        shown = {"id": self.id, "object": "file", "bytes": len(self.content), "created_at": self.created_at}
        return shown | {"filename": self.filename, "purpose": self.purpose, "status": "processed"}


@dataclass
class VectorStore:
    """A vector store, and the files in it."""

    name: str
    files: list[str] = field(default_factory=list)
    id: str = field(default_factory=lambda: new_id("vs"))
    created_at: int = field(default_factory=lambda: int(time.time()))

    def body(self) -> Item:
        """Return the store as the API shows it."""
        count = len(self.files)
        counts = {"in_progress": 0, "completed": count, "failed": 0, "cancelled": 0, "total": count}
        shown = {"id": self.id, "object": "vector_store", "created_at": self.created_at, "name": self.name}
        return shown | {"status": "completed", "usage_bytes": 0, "file_counts": counts, "metadata": {}}

    def file_body(self, file: KeptFile) -> Item:
        """Return a file of the store as the API shows it; what holds no text cannot be searched."""
        failed = not text_of_file(file).strip()
        error = {"code": "invalid_file", "message": "The file holds no text."} if failed else None
        shown = {"id": file.id, "object": "vector_store.file", "created_at": file.created_at}
        shown |= {"vector_store_id": self.id, "usage_bytes": len(file.content), "last_error": error}
        return shown | {"status": "failed" if failed else "completed", "attributes": {}}


class Knowledge:
    """All files and vector stores; every method is safe to call from several threads, and raises 404 ApiErrors."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._files: dict[str, KeptFile] = {}
        self._stores: dict[str, VectorStore] = {}

    def reset(self) -> None:
        """Forget everything."""
        with self._lock:
            self._files.clear()
            self._stores.clear()

    def add_file(self, file: KeptFile) -> KeptFile:
        """Keep a file."""
        with self._lock:
            self._files[file.id] = file
        return file

    def file(self, file_id: str) -> KeptFile:
        """Return a file."""
        with self._lock:
            if file_id not in self._files:
                raise not_found(f"No such File object: {file_id}", "id")
            return self._files[file_id]

    def files(self) -> list[KeptFile]:
        """Return all files."""
        with self._lock:
            return list(self._files.values())

    def delete_file(self, file_id: str) -> None:
        """Forget a file, in the stores too."""
        with self._lock:
            del self._files[self.file(file_id).id]
            for store in self._stores.values():
                store.files = [known for known in store.files if known != file_id]

    def add_store(self, name: str) -> VectorStore:
        """Make a vector store."""
        store = VectorStore(name)
        with self._lock:
            self._stores[store.id] = store
        return store

    def store(self, store_id: str) -> VectorStore:
        """Return a vector store."""
        with self._lock:
            if store_id not in self._stores:
                raise not_found(f"Vector store with id '{store_id}' not found.")
            return self._stores[store_id]

    def attach(self, store_id: str, file_id: str) -> KeptFile:
        """Put a file into a vector store."""
        with self._lock:
            file = self.file(file_id)
            self.store(store_id).files.append(file_id)
            return file

    def attached(self, store_id: str, file_id: str) -> KeptFile:
        """Return a file that is in a vector store."""
        with self._lock:
            if file_id not in self.store(store_id).files:
                raise not_found(f"No file found with id '{file_id}' in vector store '{store_id}'.")
            return self.file(file_id)

    def detach(self, store_id: str, file_id: str) -> None:
        """Take a file out of a vector store."""
        with self._lock:
            self.attached(store_id, file_id)
            self.store(store_id).files.remove(file_id)

    def search(self, store_ids: list[str], question: str) -> list[tuple[KeptFile, str]]:
        """Return the lines that share most words with a question, with their files."""
        words = {word.casefold() for word in WORD.findall(question)}
        files = [self.file(name) for store_id in store_ids for name in self.store(store_id).files]
        lines = [(file, line.strip()) for file in files for line in text_of_file(file).splitlines()]
        scored = [(len(words & _words(line)), file, line) for file, line in lines]
        best = sorted((each for each in scored if each[0]), key=lambda each: -each[0])
        return [(file, line) for _, file, line in best[:MAX_RESULTS]]


def text_of_file(file: KeptFile) -> str:
    """Return the text of a file, empty when it holds none."""
    try:
        return file.content.decode("utf-8")
    except UnicodeDecodeError:
        return ""


def searched_stores(tools: list[dict[str, Any]] | None) -> list[str]:
    """Return the ids of the vector stores that the model may search."""
    searches = [tool for tool in tools or [] if tool.get("type") == "file_search"]
    return [str(store_id) for tool in searches for store_id in tool.get("vector_store_ids") or []]


def search_item(question: str, found: list[tuple[KeptFile, str]], *, with_results: bool) -> Item:
    """Return the item that a search leaves in the output."""
    results = [{"file_id": file.id, "filename": file.filename, "text": line, "score": 0.9} for file, line in found]
    return {
        "id": new_id("fs"),
        "type": "file_search_call",
        "status": "completed",
        "queries": [question],
        "results": results if with_results else None,
    }


def cited(text: str, found: list[tuple[KeptFile, str]]) -> Item:
    """Return an answer with what was found and the marks that the model makes of its sources."""
    said = [f"{line}【4:{number}†{file.filename}】" for number, (file, line) in enumerate(found)]
    whole = " ".join([text, *said])
    notes = [
        {"type": "file_citation", "file_id": file.id, "filename": file.filename, "index": len(whole)}
        for file, _ in found
    ]
    return output_message(output_text(whole) | {"annotations": notes})


def _words(text: str) -> set[str]:
    return {word.casefold() for word in WORD.findall(text)}
