"""The world that the tests of the turn live in."""

from collections.abc import Iterator

import pytest

from tests.turns.world import World


@pytest.fixture
def world(firestore_host: str, project_id: str) -> Iterator[World]:
    """A world with an empty database."""
    built = World(project_id)
    yield built
    built.close()


@pytest.fixture
def schedules(pytestconfig: pytest.Config) -> int:
    """How many seeded schedules to play."""
    return int(pytestconfig.getoption("--schedules"))


@pytest.fixture
def first_seed(pytestconfig: pytest.Config) -> int:
    """The seed to begin with."""
    return int(pytestconfig.getoption("--seed"))
