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
    world.deploy(shell=True)
    return world


@pytest.fixture
def world(_deployed: World, tmp_path: Path) -> World:
    """Give an empty project."""
    return _empty(_deployed, tmp_path / "empty")


@pytest.fixture(scope="session")
def planned(_deployed: World, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give what a dry run for an empty project's functions prints."""
    world = _empty(_deployed, tmp_path_factory.mktemp("planned"))
    return world.deploy("--dry-run", "--only", "functions").output


def _empty(deployed: World, folder: Path) -> World:
    ignore = shutil.ignore_patterns(".dist", ".env")
    shutil.copytree(deployed.checkout, folder / "checkout", symlinks=True, ignore=ignore)
    return World(folder / "checkout")


@pytest.fixture
def deployed(_deployed: World, tmp_path: Path) -> World:
    """Give a project in which everything was deployed, with the calls that did it."""
    checkout = tmp_path / "deployed" / "checkout"
    shutil.copytree(_deployed.checkout, checkout, symlinks=True)
    world = World(checkout, copy.deepcopy(_deployed.state))
    world.gcloud.calls.extend(_deployed.gcloud.calls)
    return world
