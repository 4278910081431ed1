"""Documents in vector stores: added and looked into until they can be searched, listed, removed.

upload -> attach -> in_progress … -> completed -> an older document of the same name goes
                                  -> failed    -> it is taken out again
"""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import openai

LOOK_SECONDS = 0.5
MAX_INDEXING_SECONDS = 600.0
MAX_MEGABYTES = 512  # that the Files API takes of one file
# Text that file search reads (platform.openai.com/docs/guides/tools-file-search).
SUFFIXES = (".doc", ".docx", ".html", ".json", ".md", ".pdf", ".pptx", ".txt")
NO_ROUTE_HTTP = {404, 405, 501}
_NAMED = re.compile(r"\b(?:vector|file)[ _]?\w* .*", re.IGNORECASE)  # of a thing, and not "Not Found" alone
NO_KNOWLEDGE = (
    "The server at OPENAI_BASE_URL has no vector stores (/vector_stores and /files of OpenAI's API), so the "
    "assistant cannot look things up in documents there. What is short belongs into the business's settings, as "
    "information or as frequent questions: that works with any server."
)


class KnowledgeError(Exception):
    """What was asked for cannot be done; the message says why."""


@dataclass(frozen=True)
class Document:
    """A file in a vector store; `status` is OpenAI's: in_progress, completed, failed or cancelled."""

    file_id: str
    name: str
    status: str
    size: int  # bytes


class Documents:
    """The documents of some vector stores; new ones go into the first. Every failure is a KnowledgeError."""

    def __init__(self, client: openai.OpenAI, stores: Sequence[str]) -> None:
        self._client = client
        self.stores = list(stores)

    def make_store(self, name: str) -> str:
        """Make a vector store and return its id."""
        with _told():
            made = self._client.vector_stores.create(name=name)
        if not getattr(made, "id", None):  # some servers answer 200 to what they do not have
            raise KnowledgeError(NO_KNOWLEDGE)
        self.stores = [made.id]
        return made.id

    def check_stores(self) -> None:
        """See that every vector store is there."""
        for store in self.stores:
            with _told(f"vector store {store}"):
                self._client.vector_stores.retrieve(store)

    def add(self, path: Path, tell: Callable[[str], None]) -> None:
        """Add a file and wait until it can be searched; one of the same name that was there before goes then."""
        store = self.stores[0]
        older = [each for each in self.list(store) if each.name == path.name]
        tell("uploading")
        with path.open("rb") as content, _told():
            file = self._client.files.create(file=(path.name, content), purpose="assistants")
        try:
            with _told():
                self._client.vector_stores.files.create(store, file_id=file.id)
            self._wait(store, file.id, tell)
        except (KnowledgeError, KeyboardInterrupt):
            self.remove(store, file.id)
            raise
        for each in older:
            self.remove(store, each.file_id)

    def list(self, store: str) -> list[Document]:
        """List the documents of a vector store."""
        found = []
        with _told(f"vector store {store}"):
            for each in self._client.vector_stores.files.list(store, limit=100):
                file = self._client.files.retrieve(each.id)
                found.append(Document(each.id, file.filename, each.status, file.bytes))
        return found

    def remove(self, store: str, file_id: str) -> None:
        """Take a document out of a vector store, and delete its file; what is gone already is no failure."""
        with suppress(_MissingError), _told(file_id):
            self._client.vector_stores.files.delete(file_id, vector_store_id=store)
        with suppress(_MissingError), _told(file_id):
            self._client.files.delete(file_id)

    def _wait(self, store: str, file_id: str, tell: Callable[[str], None]) -> None:
        tell("being read")
        until = time.monotonic() + MAX_INDEXING_SECONDS
        while time.monotonic() < until:
            with _told(file_id):
                found = self._client.vector_stores.files.retrieve(file_id, vector_store_id=store)
            if found.status == "completed":
                return
            if found.status != "in_progress":
                why = found.last_error.message if found.last_error else found.status
                raise KnowledgeError(f"it cannot be read: {why}")
            time.sleep(LOOK_SECONDS)
        raise KnowledgeError(f"it was not read within {MAX_INDEXING_SECONDS:.0f} s")


class _MissingError(KnowledgeError):
    """What was named is not there."""


def problem_of(path: Path) -> str | None:
    """Tell why a file cannot be added, None when it can."""
    if not path.is_file():
        return "there is no such file"
    if path.suffix.lower() not in SUFFIXES:
        return f"only {', '.join(SUFFIXES)} can be read"
    if path.stat().st_size > MAX_MEGABYTES * 1024 * 1024:
        return f"it is larger than {MAX_MEGABYTES} MB"
    return None if path.stat().st_size else "it is empty"


@contextmanager
def _told(named: str = "") -> Iterator[None]:
    """Say what goes wrong; `named` may not be there, and where nothing is named it is the route that is not."""
    try:
        yield
    except openai.APIStatusError as error:
        if error.status_code in NO_ROUTE_HTTP:
            if not named or not _NAMED.search(str(error.body or "")):
                raise KnowledgeError(NO_KNOWLEDGE) from error
            raise _MissingError(f"There is no {named} at this server.") from error
        if error.status_code == 401:
            raise KnowledgeError("OPENAI_API_KEY is refused.") from error
        raise KnowledgeError(f"The server answered {error.status_code}: {error.message}") from error
    except openai.OpenAIError as error:
        raise KnowledgeError(f"The server does not answer: {error}") from error
