"""Looking for what is left of a person: in every document, in the fakes' memories, and in the queue."""

from collections.abc import Iterable, Iterator
from typing import Any

from google.cloud import firestore

from shared.model.ids import inbound_id
from tests.turns.world import World


def documents(client: firestore.Client) -> dict[str, Any]:
    """Every document of a database by its path, also those below documents that are not there."""
    return dict(_below(client.collections()))


def left_of(world: World, words: Iterable[str]) -> list[str]:
    """Where any of these words is still to be found."""
    places = {path: str(stored) for path, stored in documents(world.client).items()}
    places["OpenAI"] = str([world.assistant.conversations, world.assistant.responses])
    places["WhatsApp"] = str(world.whatsapp.files)
    places["queue"] = str(world.queue.tasks)
    return sorted({path for path, stored in places.items() for word in words if word in f"{path} {stored}"})


def chunks_of(client: firestore.Client, name: str) -> list[str]:
    """The chunks that are stored of a file."""
    found = client.collection("files").document(name).collection("chunks")
    return [reference.path for reference in found.list_documents()]


def message_path(name: str) -> str:
    return f"messages/{inbound_id(name)}"


def _below(collections: Any) -> Iterator[tuple[str, Any]]:
    for collection in collections:
        for reference in collection.list_documents():
            snapshot = reference.get()
            if snapshot.exists:
                yield reference.path, snapshot.to_dict()
            yield from _below(reference.collections())
