"""The pictures of the documentation: `./dev.sh screenshots` (`python -m local.pictures`).

Runs the whole stack on free ports with a made-up shop, opens every screen in the machine's own Chromium, and leaves
nothing running. The browser's clock stands still on one morning: the pictures differ only where the page does.
"""

import argparse
import base64
import datetime as dt
import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect, sync_playwright

from local.pictures.screens import LOOKS, SCREENS, WIDE, Look, Screen
from local.pictures.shop import NOW, OWNER, open_shop
from local.stack.browser import HOW_TO_GET_ONE, find_browser, launch_arguments
from local.stack.configuration import ROOT
from local.stack.stack import Stack
from shared.store.store import Store

FOLDER = ROOT / "docs" / "screenshots"
SETTINGS = {"SWEEP_SECONDS": "0"}
PATIENCE_MILLISECONDS = 60_000
WEBP_QUALITY = 72  # of 100: text stays sharp, and a screen takes some 40 kB


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the pictures; what is missing or unknown is a message and exit code 1."""
    given = _parser().parse_args(arguments)
    screens = [screen for screen in SCREENS if not given.only or screen.name in given.only]
    looks = [look for look in LOOKS if not given.look or look.name in given.look]
    path = find_browser()
    if not path:
        print(HOW_TO_GET_ONE, file=sys.stderr)
        return 1
    given.to.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    print("Starting the stack …", flush=True)
    with tempfile.TemporaryDirectory() as logs, Stack(SETTINGS, ports=0, logs=Path(logs)) as stack:
        with closing(_client(stack)) as client, closing(Store(client)) as store:
            open_shop(store)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=launch_arguments())
            session = _sign_in(browser, stack.dashboard_url)
            _take_all(browser, stack, session, screens, looks, given.to)
            browser.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./dev.sh screenshots",
        description="Take pictures of every screen of the page, with a made-up shop on the whole stack.",
    )
    screens, looks = [screen.name for screen in SCREENS], [look.name for look in LOOKS]
    parser.add_argument("--only", nargs="+", choices=screens, metavar="SCREEN", help=f"of {', '.join(screens)}")
    parser.add_argument("--look", nargs="+", choices=looks, metavar="LOOK", help=f"of {', '.join(looks)}")
    parser.add_argument("--to", type=Path, default=FOLDER, metavar="FOLDER", help="instead of docs/screenshots")
    return parser


def _client(stack: Stack) -> firestore.Client:
    os.environ["FIRESTORE_EMULATOR_HOST"] = stack.firestore_host
    return firestore.Client(project=stack.env["GOOGLE_CLOUD_PROJECT"])


def _forget_today(client: firestore.Client) -> None:
    """Take out of the shop's activity what really happened just now, which is another day: signing in, looking."""
    long_before = NOW - dt.timedelta(days=90)
    for noted in client.collection("activity").where(filter=FieldFilter("at", "<", long_before)).stream():
        noted.reference.delete()


def _take_all(
    browser: Browser,
    stack: Stack,
    session: StorageState,
    screens: Sequence[Screen],
    looks: Sequence[Look],
    folder: Path,
) -> None:
    with closing(_client(stack)) as client:
        for screen in screens:
            print(f"  {screen.name}:", end="", flush=True)
            for look in looks:
                _forget_today(client)
                context = _context(browser, look, session if screen.signed_in else None)
                address = f"{stack.dashboard_url}/{screen.hash}"
                _take(context, address, screen, folder / f"{screen.name}.{look.name}.webp")
                context.close()
                print(f" {look.name}", end="", flush=True)
            print()


def _sign_in(browser: Browser, url: str) -> StorageState:
    context = browser.new_context(viewport=WIDE)
    page = context.new_page()
    page.goto(url)
    login = page.get_by_test_id("login")
    login.locator("input").fill(OWNER)
    login.get_by_role("button").click()
    expect(page.get_by_test_id("conversation-item").first).to_be_visible()
    session = context.storage_state()
    context.close()
    return session


def _context(browser: Browser, look: Look, session: StorageState | None) -> BrowserContext:
    context = browser.new_context(
        viewport=look.size,
        locale=look.locale,
        timezone_id="Europe/Rome",
        color_scheme="dark" if look.dark else "light",
        reduced_motion="reduce",
        storage_state=session,
    )
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    return context


def _take(context: BrowserContext, address: str, screen: Screen, file: Path) -> None:
    page = context.new_page()
    page.clock.set_fixed_time(NOW)
    # The server's own today, at which numbers end by themselves, is another day.
    page.route("**/api/stats?*", lambda route: route.continue_(url=f"{route.request.url}&to={NOW.date()}"))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    screen.arrange(page)
    _settle(page)
    file.write_bytes(_picture(page))


def _settle(page: Page) -> None:
    """Wait until everything is drawn, and leave neither a focus nor a pointer in the picture."""
    page.wait_for_load_state("networkidle")
    page.mouse.move(0, 0)
    page.evaluate("""async () => {
        await document.fonts.ready;
        await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
        document.activeElement?.blur();
        await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    }""")


def _picture(page: Page) -> bytes:
    browser = page.context.new_cdp_session(page)
    taken = browser.send("Page.captureScreenshot", {"format": "webp", "quality": WEBP_QUALITY})
    return base64.b64decode(taken["data"])


if __name__ == "__main__":
    sys.exit(main())
