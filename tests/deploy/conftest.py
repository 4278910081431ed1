"""Fixtures: an empty fake project, and one in which the assistant was deployed."""

import copy
import shutil
from pathlib import Path

import pytest

from tests.deploy.world import World, copy_project


@pytest.fixture(scope="session")
def _deployed(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Deploy once; the tests get copies of the result."""
    world = World(copy_project(tmp_path_factory.mktemp("deployed") / "checkout"))
    world.deploy()
    return world


@pytest.fixture
def world(_deployed: World, tmp_path: Path) -> World:
    """Give an empty project."""
    checkout = tmp_path / "empty" / "checkout"
    ignore = shutil.ignore_patterns(".dist", ".env")
    shutil.copytree(_deployed.checkout, checkout, symlinks=True, ignore=ignore)
    return World(checkout)


@pytest.fixture
def deployed(_deployed: World, tmp_path: Path) -> World:
    """Give a project in which everything was deployed, with the calls that did it."""
    checkout = tmp_path / "deployed" / "checkout"
    shutil.copytree(_deployed.checkout, checkout, symlinks=True)
    world = World(checkout, copy.deepcopy(_deployed.state))
    world.gcloud.calls.extend(_deployed.gcloud.calls)
    return world
