"""Fixtures: an empty fake project, and one in which the assistant was deployed."""

import shutil
from pathlib import Path

import pytest

from tests.deploy.world import World, copy_project


@pytest.fixture(scope="session")
def _deployed(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Deploy once; the tests get copies of the result."""
    folder = tmp_path_factory.mktemp("deployed")
    world = World(copy_project(folder / "checkout"), folder / "cloud")
    world.prepare()
    world.deploy()
    return world


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Give an empty project."""
    world = World(copy_project(tmp_path / "checkout"), tmp_path / "cloud")
    world.prepare()
    return world


@pytest.fixture
def deployed(_deployed: World, tmp_path: Path) -> World:
    """Give a project in which everything was deployed."""
    for name in ("checkout", "cloud"):
        shutil.copytree(getattr(_deployed, name), tmp_path / "deployed" / name, symlinks=True)
    return World(tmp_path / "deployed" / "checkout", tmp_path / "deployed" / "cloud")
