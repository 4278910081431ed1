"""The README's picture: a short conversation, the phone and the dashboard side by side.

`python -m local.stack.screenshot docs/screenshot.png` runs the stack on free ports, plays the conversation through
it, and leaves nothing running.
"""

import argparse
import base64
import sys
import tempfile
from pathlib import Path

import requests
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect, sync_playwright

from local.stack.browser import HOW_TO_GET_ONE, find_browser, launch_arguments
from local.stack.stack import Stack

CUSTOMER = {"name": "Giulia Bianchi", "phone": "+39 333 555 0142"}
OTHERS = (
    ({"name": "Emma Clarke", "phone": "+353 85 555 0117"}, "Hello, I am Emma Clarke. Do you ship to Ireland?"),
    ({"name": "Luca Greco", "phone": "+39 347 555 0163"}, "Buongiorno, mi chiamo Luca Greco. Posso ordinare qui?"),
)
INTRODUCTION = "Ciao! Sono Giulia Bianchi, lavoro per Arredi Bianchi. La mia email è giulia@arredibianchi.example"
REQUEST = "Grazie! Vorrei prenotare un appuntamento"
ANSWERS = 3
SETTINGS = {"BURST_WINDOW_SECONDS": "0", "SWEEP_SECONDS": "0"}
DASHBOARD_SIZE: ViewportSize = {"width": 1240, "height": 760}
REQUEST_SECONDS = 20.0
PATIENCE_MILLISECONDS = 60_000
PHONE_CORNER = 32  # CSS pixels, a little more than the drawn phone has
GAP = 28  # CSS pixels
SCALE = 2  # sharp on dense screens, and when it is shown smaller


def main() -> int:
    """Take the picture; a missing browser is a message and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m local.stack.screenshot", description=__doc__)
    parser.add_argument("output", type=Path, help="the PNG file to write")
    output = parser.parse_args().output
    path = find_browser()
    if not path:
        print(HOW_TO_GET_ONE, file=sys.stderr)
        return 1
    with (
        tempfile.TemporaryDirectory() as logs,
        Stack(SETTINGS, ports=0, logs=Path(logs)) as stack,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=launch_arguments())
        pictures = _play(browser, stack)
        _side_by_side(browser, pictures, output)
        browser.close()
    return 0


def _play(browser: Browser, stack: Stack) -> list[bytes]:
    """Play the conversation and return the pictures of the phone and the dashboard."""
    dashboard = _open(browser, stack.dashboard_url, DASHBOARD_SIZE)
    dashboard.get_by_test_id("login").get_by_role("button").click()
    for customer, text in OTHERS:
        _write_first_message(stack.phone_url, customer, text)
    expect(dashboard.get_by_test_id("conversation-item")).to_have_count(len(OTHERS))
    phone = _new_phone(_open(browser, stack.phone_url, {"width": 1600, "height": 900}))
    _say(phone, INTRODUCTION, answers=1)
    phone.get_by_test_id("attach").click()
    phone.get_by_test_id("attach-audio").click()
    expect(phone.get_by_test_id("bubble-in")).to_have_count(2)
    _say(phone, REQUEST, answers=ANSWERS)
    dashboard.get_by_test_id("conversation-item").filter(has_text=CUSTOMER["name"]).click()
    expect(dashboard.get_by_test_id("chat").get_by_test_id("bubble-out")).to_have_count(ANSWERS)
    expect(dashboard.get_by_test_id("transcript")).to_be_visible()
    expect(dashboard.get_by_test_id("contact-card")).to_contain_text("Arredi Bianchi")
    dashboard.mouse.move(0, 0)
    return [phone.locator(".phone").screenshot(), dashboard.screenshot()]


def _say(phone: Locator, text: str, *, answers: int) -> None:
    """Write a text and wait until this many answers are there."""
    phone.get_by_test_id("composer").fill(text)
    phone.get_by_test_id("send").click()
    expect(phone.get_by_test_id("bubble-in")).to_have_count(answers)


def _write_first_message(phone_url: str, customer: dict[str, str], text: str) -> None:
    control = f"{phone_url}/_control/customers"
    added = requests.post(control, json=customer, timeout=REQUEST_SECONDS)
    added.raise_for_status()
    message = {"type": "text", "text": text}
    address = f"{control}/{added.json()['id']}/messages"
    requests.post(address, json=message, timeout=REQUEST_SECONDS).raise_for_status()


def _open(browser: Browser, url: str, size: ViewportSize) -> Page:
    context = browser.new_context(
        viewport=size, locale="it-IT", timezone_id="Europe/Rome", device_scale_factor=SCALE
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MILLISECONDS)
    page.goto(url)
    return page


def _new_phone(page: Page) -> Locator:
    page.get_by_test_id("new-customer-options").click()
    page.get_by_test_id("new-customer-custom").click()
    page.get_by_test_id("new-customer-name").fill(CUSTOMER["name"])
    page.get_by_test_id("new-customer-phone").fill(CUSTOMER["phone"])
    page.get_by_test_id("new-customer-create").click()
    return page.get_by_test_id("phone").filter(has_text=CUSTOMER["name"])


def _side_by_side(browser: Browser, pictures: list[bytes], output: Path) -> None:
    """Compose the pictures on a plain page, all of them as high as the last one, and write the file."""
    height = DASHBOARD_SIZE["height"]
    images = "".join(
        f'<img height="{height}" src="data:image/png;base64,{base64.b64encode(picture).decode()}">'
        for picture in pictures
    )
    page = browser.new_page(device_scale_factor=SCALE)
    page.set_content(
        f"<style>body{{margin:0;display:inline-flex;gap:{GAP}px;padding:{GAP}px;background:#dfe5ea}}"
        f"img{{border-radius:10px;box-shadow:0 2px 12px #0003}}"
        f"img:first-of-type{{border-radius:{PHONE_CORNER}px}}</style>{images}"
    )
    output.parent.mkdir(parents=True, exist_ok=True)
    page.locator("body").screenshot(path=output)


if __name__ == "__main__":
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    sys.exit(main())
