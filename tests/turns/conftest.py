"""The world that the tests of the turn live in."""

from collections.abc import Iterator

import pytest

from tests.turns.world import World

SCHEDULES_A_TEST = 10


@pytest.fixture
def world(firestore_host: str, project_id: str) -> Iterator[World]:
    """A world with an empty database."""
    built = World(project_id)
    yield built
    built.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Cut the seeded schedules into blocks, which several processes can share."""
    if "seeds" in metafunc.fixturenames:
        first, count = metafunc.config.getoption("--seed"), metafunc.config.getoption("--schedules")
        seeds = range(first, first + count)
        blocks = [seeds[start : start + SCHEDULES_A_TEST] for start in range(0, count, SCHEDULES_A_TEST)]
        metafunc.parametrize("seeds", blocks, ids=[f"{block[0]}-{block[-1]}" for block in blocks])
