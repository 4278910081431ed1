"""How pytest-xdist shares the tests out among several processes.

The tests of a file stay together, because a file's servers are its own. Those of tests/stack stay together too:
each runs the whole product and needs the machine. The seeded schedules and the pairs of crashes need nothing in
common, so each block of them goes wherever there is time. What takes longest begins first; the small blocks come
last and fill the gaps. All of them use one Firestore emulator.
"""

from typing import Any

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from local.stack.browser import HOW_TO_GET_ONE
from tests.shared_emulator import SharedEmulator

STACK, SCHEDULES = "tests/stack/", "tests/turns/test_schedules.py"
PAIRS = "tests/turns/test_crash_matrix.py::test_processes_that_die_at_any_two_points_answer_once"
LONGEST_FIRST = (STACK, "tests/turns/", "tests/browser/", "tests/deploy/")


class Sharing:
    """What the main process does beside handing out tests: run the emulator, and say what the machine lacks."""

    def __init__(self) -> None:
        self._lacks = ""
        self._emulator: SharedEmulator | None = None

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Producer) -> "FileScheduling":
        return FileScheduling(config, log)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        self._emulator = self._emulator or SharedEmulator()
        node.workerinput["emulator"] = self._emulator.address

    def pytest_unconfigure(self) -> None:
        if self._emulator:
            self._emulator.stop()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        self._lacks = self._lacks or getattr(node, "workeroutput", {}).get("lacks", "")

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._lacks:
            session.exitstatus = pytest.ExitCode.USAGE_ERROR

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._lacks:
            terminalreporter.write_line(f"ERROR: {self._lacks}", red=True)
        skipped = [
            report for report in terminalreporter.stats.get("skipped", []) if HOW_TO_GET_ONE in str(report.longrepr)
        ]
        if skipped:
            terminalreporter.write_line(f"Skipped {len(skipped)} browser tests. {HOW_TO_GET_ONE}", yellow=True)


def refuse(config: pytest.Config, items: list[pytest.Item], lacks: str) -> None:
    """Run no test; say what the machine lacks instead. A process beside the main one cannot say it itself."""
    if not is_beside(config):
        raise pytest.UsageError(lacks)
    items.clear()
    config.workeroutput["lacks"] = lacks  # type: ignore[attr-defined]  # xdist's


def is_beside(config: pytest.Config) -> bool:
    """Tell whether this process was started by another to share its tests."""
    return hasattr(config, "workerinput")


def rank(nodeid: str) -> int:
    """Return a test's place in the order: what takes longest begins first, the seeded schedules end it."""
    if nodeid.startswith(SCHEDULES):
        return len(LONGEST_FIRST) + 1
    places = [place for place, start in enumerate(LONGEST_FIRST) if nodeid.startswith(start)]
    return min(places, default=len(LONGEST_FIRST))


class FileScheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Hands out whole files, in the order in which they were collected."""

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> Any:
        if nodeid.startswith(STACK):
            return STACK
        return nodeid if nodeid.startswith((SCHEDULES, PAIRS)) else nodeid.partition("::")[0]
