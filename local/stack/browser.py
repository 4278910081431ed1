"""The machine's own Chromium, for browser tests and the screenshot."""

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MACOS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
HOW_TO_GET_ONE = (
    "No browser found. Install Chromium with `sudo apt-get install chromium` (Debian; `chromium-browser` on "
    "Ubuntu) or `brew install --cask chromium` (macOS), or set BROWSER_PATH to a Chromium or Chrome."
)


def find_browser() -> str | None:
    """Return the path of a Chromium or Chrome: BROWSER_PATH, else an installed one, else None."""
    named = os.environ.get("BROWSER_PATH")
    if named:
        return named
    installed = (shutil.which(name) for name in NAMES)
    return next((path for path in installed if path), None) or _macos_browser()


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
