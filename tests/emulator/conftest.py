"""Stores: on the Firestore emulator, and for plain reads in memory too."""

from collections.abc import Iterator
from typing import Any

import mockfirestore
import pytest
from google.cloud import firestore

from shared.store.store import Store


@pytest.fixture
def client(firestore_host: str, project_id: str) -> Iterator[firestore.Client]:
    """Give a client of an empty database."""
    client = firestore.Client(project=project_id)
    yield client
    client.close()


@pytest.fixture
def store(client: firestore.Client) -> Store:
    """Give a store on the emulator."""
    return Store(client)


class MockClient:
    """mock-firestore behind the official client's signatures: it knows no time-outs and no retry.

    Neither does it create, batch, count, or set the server's time: whatever writes or queries is for the emulator.
    """

    def __init__(self, target: Any) -> None:
        self._target = target

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._target, name)
        if not callable(attribute):
            return attribute

        def call(*arguments: Any, timeout: float = 0, retry: Any = None, **options: Any) -> Any:
            given = [_unwrapped(argument) for argument in arguments]
            return _wrapped(attribute(*given, **options))

        return call


def _unwrapped(argument: Any) -> Any:
    if isinstance(argument, list):
        return [_unwrapped(item) for item in argument]
    return argument._target if isinstance(argument, MockClient) else argument


def _wrapped(result: Any) -> Any:
    is_reference = isinstance(result, mockfirestore.CollectionReference | mockfirestore.DocumentReference)
    return MockClient(result) if is_reference else result


@pytest.fixture(params=[pytest.param("emulator", marks=pytest.mark.emulator), "memory"])
def any_client(request: pytest.FixtureRequest) -> Any:
    """Give a client of an empty database: the emulator's, and one in memory, whose tests need no emulator."""
    if request.param == "emulator":
        return request.getfixturevalue("client")
    return MockClient(mockfirestore.MockFirestore())
