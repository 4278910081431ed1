"""A local Cloud Tasks service that the official client talks to over plaintext gRPC."""

from local.tasks_emulator.config import EmulatorConfig
from local.tasks_emulator.server import TasksEmulator

__all__ = ["EmulatorConfig", "TasksEmulator"]
