"""A local server in the shape of the OpenAI API, for development and tests without an account.

`python -m local.openai_simulator --port N` serves it; tests use `OpenAISimulator` in-process.
"""

from local.openai_simulator.server import OpenAISimulator

__all__ = ["OpenAISimulator"]
