"""A browser for tests, a page that fails its test when something goes wrong inside it, and the dashboard."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from local.stack.browser import HOW_TO_GET_ONE, find_light_browser, launch_arguments
from local.tasks_emulator import TasksEmulator
from tests.browser.desk import Dashboard, serving
from tests.functional.product import RecordingTarget, serve

# Chromium itself reports each answer of 400 and above as a console error; that is the server's word, not a fault.
ANSWER_OF_THE_SERVER = "Failed to load resource: the server responded with a status of"
# A request that the page gave up, or that found no server, is reported likewise.
NO_ANSWER = "Failed to load resource: net::"

# A microphone that beeps, and that every page may use.
MICROPHONE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives browsers."""
    # A machine that runs the whole stack may be slow; a passing test does not wait for it.
    expect.set_options(timeout=20_000)
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """The machine's own Chromium, without its window if possible, started once for all tests."""
    with launched(playwright, find_light_browser()) as running:
        yield running


@contextmanager
def launched(playwright: Playwright, path: str | None) -> Iterator[Browser]:
    """Start a Chromium; skip the tests where there is none."""
    if path is None:
        pytest.skip(HOW_TO_GET_ONE)
    running = playwright.chromium.launch(executable_path=path, args=[*launch_arguments(), *MICROPHONE])
    yield running
    running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh Italian page, 1280 by 800; console errors and policy violations fail the test."""
    with opened_page(browser) as fresh:
        yield fresh


@contextmanager
def opened_page(browser: Browser) -> Iterator[Page]:
    """Open such a page in a context of its own, as of somebody else."""
    context = browser.new_context(
        locale="it-IT", timezone_id="Europe/Rome", viewport={"width": 1280, "height": 800}
    )
    page = context.new_page()
    problems = watch(page)
    yield page
    context.close()
    assert problems == []


def watch(page: Page) -> list[str]:
    """The list to which everything that goes wrong inside a page is added, as it happens."""
    problems: list[str] = []

    def add_console_error(text: str) -> None:
        if not text.startswith((ANSWER_OF_THE_SERVER, NO_ANSWER)):
            problems.append(text)

    page.on("console", lambda message: add_console_error(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    return problems


@pytest.fixture(scope="session")
def queue() -> Iterator[dict[str, str]]:
    """The settings of a queue whose tasks are taken, and nothing comes of them."""
    with serve(RecordingTarget()) as process_url, TasksEmulator() as host:
        yield {"process_url": process_url, "cloud_tasks_emulator_host": host}


@pytest.fixture
def dashboard(firestore_host: str, project_id: str, queue: dict[str, str]) -> Iterator[Dashboard]:
    """The dashboard without a conversation, on this very machine, where everybody may sign in."""
    with serving(project_id, queue) as running:
        yield running
