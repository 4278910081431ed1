"""The machine's own Chromium, else Playwright's, for browser tests and the screenshot."""

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from local.stack.fetch import FetchError, alone
from local.stack.java import ROOT

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MACOS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
HOW_TO_GET_ONE = (
    "No browser found. Install Chromium with `sudo apt-get install chromium` (Debian; `chromium-browser` on "
    "Ubuntu) or `brew install --cask chromium` (macOS), or set BROWSER_PATH to a Chromium or Chrome."
)
HOW_TO_GET_LIBRARIES = (
    "Playwright's Chromium lacks libraries of the system: `sudo .venv/bin/playwright install-deps chromium`."
)
LOCK = ROOT / ".local" / "chromium"
FETCH_SECONDS = 900.0
PATIENCE = {"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000"}  # milliseconds, of several attempts
ASK_PLAYWRIGHT = """\
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


def find_browser() -> str | None:
    """Return the path of a Chromium or Chrome: BROWSER_PATH, an installed one, one that Playwright has, or None."""
    named = os.environ.get("BROWSER_PATH")
    if named:
        return named
    installed = (shutil.which(name) for name in NAMES)
    return next((path for path in installed if path), None) or _macos_browser() or _of_playwright()


def find_light_browser() -> str | None:
    """Return the path of Chromium without its window, a third less work for the same pages, else of what there is.

    It has no notifications. BROWSER_PATH goes before it, too.
    """
    return os.environ.get("BROWSER_PATH") or shutil.which("chromium-headless-shell") or find_browser()


def fetch_browser() -> str | None:
    """Let Playwright download its Chromium, 170 MB, once; None when it cannot, or it does not run here."""
    try:
        return _fetched_browser()
    except FetchError as error:
        print(error, file=sys.stderr, flush=True)
        return None


def _fetched_browser() -> str | None:
    with alone(LOCK):
        if path := _of_playwright():  # another process was first
            return path
        print("Downloading Chromium with Playwright (once, 170 MB) …", file=sys.stderr, flush=True)
        command = [sys.executable, "-m", "playwright", "install", "--no-shell", "chromium"]
        with suppress(subprocess.TimeoutExpired):
            subprocess.run(
                command,
                stdout=2,
                stderr=subprocess.DEVNULL,
                env=os.environ | PATIENCE,
                timeout=FETCH_SECONDS,
                check=False,
            )
        return _of_playwright()


def launch_arguments() -> list[str]:
    """Return Chromium's arguments for a quiet headless run that reaches for nothing outside."""
    arguments = [
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    # Chromium refuses to run as root, which a container's user often is, with its sandbox on.
    return [*arguments, "--no-sandbox"] if os.geteuid() == 0 else arguments


def _macos_browser() -> str | None:
    return next((path for path in MACOS if Path(path).is_file()), None)


def _of_playwright() -> str | None:
    """Return the Chromium that Playwright has downloaded, if it runs here."""
    answer = subprocess.run([sys.executable, "-c", ASK_PLAYWRIGHT], capture_output=True, text=True, check=False)
    path = answer.stdout.strip()
    if answer.returncode != 0 or not Path(path).is_file():
        return None
    if subprocess.run([path, "--version"], capture_output=True, check=False).returncode != 0:
        print(HOW_TO_GET_LIBRARIES, file=sys.stderr, flush=True)
        return None
    return path
