"""What several tests of the local stack share."""

from collections.abc import Iterator

import pytest
from openai import OpenAI

from local.openai_simulator import OpenAISimulator
from tests.local.phone_simulator_world import World, running_world


@pytest.fixture
def simulator() -> Iterator[OpenAISimulator]:
    """A running OpenAI simulator."""
    with OpenAISimulator() as running:
        yield running


@pytest.fixture
def client(simulator: OpenAISimulator) -> Iterator[OpenAI]:
    """The official client, talking to the simulator."""
    with OpenAI(base_url=simulator.base_url, api_key="sk-local", max_retries=0) as openai:
        yield openai


@pytest.fixture
def world() -> Iterator[World]:
    """A running phone simulator, and a webhook that receives what it posts."""
    with running_world() as running:
        yield running
