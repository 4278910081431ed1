"""Which tests count when CI measures what the tests cover: those that run a line for its first time.

Measuring makes Python half as fast again. The tests that play the same lines in hundreds of orders, and those whose
product runs in other processes, would cost minutes and add nothing to the figure.
"""

from collections.abc import Generator

import pytest
from coverage import Coverage

NOT_MEASURED = (
    "tests/browser/",
    "tests/deploy/",
    "tests/local/",
    "tests/stack/",
    "tests/functional/test_fuzz.py",
    "tests/turns/test_crash_matrix.py",
    "tests/turns/test_mutations.py",
    "tests/turns/test_schedules.py",
    "tests/turns/test_transitions.py",
    "tests/turns/test_identity.py::test_any_order",
    "tests/turns/test_identity.py::test_chain",
    "tests/turns/test_memory.py::test_month",
    "tests/turns/test_merge.py::test_merge_that_dies",
    "tests/turns/test_recycled_numbers.py",
    "tests/turns/test_store_faults.py",
)


class Measuring:
    """Pauses the measuring, where there is any, for tests that do not count."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        coverage = Coverage.current()
        if coverage is None or not item.nodeid.startswith(NOT_MEASURED):
            return (yield)
        coverage.stop()
        try:
            return (yield)
        finally:
            coverage.start()
