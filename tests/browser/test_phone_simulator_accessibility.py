"""The phone simulator's page has no fault that axe knows, in light and in dark."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.accessibility import violations
from tests.browser.conftest import watch
from tests.local.phone_simulator_world import running_world

pytestmark = pytest.mark.browser

BUTTONS = [
    {"type": "reply", "reply": {"id": "yes", "title": "Sì"}},
    {"type": "reply", "reply": {"id": "no", "title": "No"}},
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_phone_page_has_no_fault(browser: Browser, scheme: str) -> None:
    context = browser.new_context(color_scheme="light" if scheme == "light" else "dark")
    page = context.new_page()
    problems = watch(page)
    with running_world() as world:
        page.goto(world.url)
        customer = world.writing_customer()
        asked = world.receiver.wait_for_message("text")
        world.send(
            to=asked["from"],
            text={"body": "Sì, *fino alle 19*: https://example.com"},
            context={"message_id": asked["id"]},
        )
        body = {"type": "button", "body": {"text": "Confermi?"}, "action": {"buttons": BUTTONS}}
        world.send(to=asked["from"], type="interactive", interactive=body)
        world.act(customer, text="https://example.com *grazie*")
        expect(page.get_by_test_id("bubble-in")).to_have_count(2)
        found = violations(page)
        page.goto("about:blank")
    context.close()
    assert found == []
    assert problems == []


def test_number_of_any_country_is_shown_in_groups(browser: Browser) -> None:
    with running_world() as world:
        page = browser.new_page()
        page.goto(world.url)
        shown = page.evaluate(
            """async numbers => {
                const { phoneNumber } = await import("/static/format.js");
                return numbers.map(phoneNumber);
            }""",
            ["353855550117", "393335550142", "447911123456", "12025550123", "39"],
        )
        page.close()
    assert shown == ["+353 855 550 117", "+39 333 555 0142", "+44 791 112 3456", "+1 202 555 0123", "+39"]
