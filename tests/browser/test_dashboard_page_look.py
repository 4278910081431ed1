"""How the page looks, as far as numbers can tell: edges, tints, room on small screens, high contrast."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import watch
from tests.browser.dashboard_page import hold, item, sign_in
from tests.browser.desk import STAFF, Dashboard


def box(found: Locator) -> tuple[float, float]:
    """The left and the right edge of something."""
    place = found.bounding_box()
    assert place
    return place["x"], place["x"] + place["width"]


def style(found: Locator, name: str) -> str:
    """A property as the browser computed it."""
    value: str = found.evaluate("(element, name) => getComputedStyle(element)[name]", name)
    return value


@pytest.mark.parametrize("width", [800, 1280, 1920, 2560])
def test_header_banner_messages_and_composer_share_their_edges(page: Page, dashboard: Dashboard, width: int):
    page.set_viewport_size({"width": width, "height": 900})
    maria = dashboard.add_contact(attention={"reason": "asked", "at": "2026-01-01T10:00:00Z"})
    dashboard.add_message(maria, "ciao")
    dashboard.add_message(maria, "ciao", direction="out")
    sign_in(page, dashboard, maria)
    left, _ = box(page.get_by_test_id("bubble-in"))
    _, right = box(page.get_by_test_id("bubble-out"))
    assert box(page.locator(".chat-person .avatar"))[0] == pytest.approx(left, abs=1)
    assert box(page.locator(".attention > .icon"))[0] == pytest.approx(left, abs=1)
    assert box(page.locator(".composer .icon-plus"))[0] == pytest.approx(left, abs=4)
    assert box(page.locator(".send-button"))[1] == pytest.approx(right, abs=1)


def test_customer_assistant_and_colleague_are_told_apart_by_their_tint(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    dashboard.add_message(maria, "ciao")
    dashboard.add_message(maria, "ciao", direction="out")
    dashboard.add_message(maria, "ciao", **STAFF)
    sign_in(page, dashboard, maria)
    expect(page.locator(".bubble")).to_have_count(3)
    tints = [style(bubble, "backgroundColor") for bubble in page.locator(".bubble").all()]
    assert len(set(tints)) == 3
    assert tints[0] == "rgb(255, 255, 255)"


@pytest.mark.parametrize("width", [320, 390, 768])
def test_name_has_room_in_the_header_of_a_small_screen(page: Page, dashboard: Dashboard, width: int):
    page.set_viewport_size({"width": width, "height": 700})
    maria = dashboard.add_contact("Giulia Bianchi")
    dashboard.add_message(maria, "ciao")
    sign_in(page, dashboard, maria)
    name = page.locator(".chat-name")
    expect(name).to_be_visible()
    assert name.evaluate("e => e.scrollWidth <= e.clientWidth")
    expect(page.get_by_role("switch", name=re.compile("Assistente"))).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_list_leaves_a_tablet_room_for_the_conversation(page: Page, dashboard: Dashboard):
    page.set_viewport_size({"width": 768, "height": 700})
    sign_in(page, dashboard)
    left, right = box(page.locator(".sidebar"))
    assert right - left < 300


def test_phone_has_a_main_part_and_a_heading_in_list_and_chat(page: Page, dashboard: Dashboard):
    page.set_viewport_size({"width": 390, "height": 800})
    dashboard.add_message(dashboard.add_contact(), "ciao")
    sign_in(page, dashboard)
    expect(page.get_by_role("main")).to_contain_text("Maria Rossi")
    expect(page.get_by_role("heading", level=1)).to_have_text("Assistente WhatsApp")
    item(page, "Maria Rossi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Maria Rossi")
    expect(page.get_by_role("main")).to_contain_text("ciao")


def test_contact_card_is_scrolled_by_keyboard(page: Page, dashboard: Dashboard):
    sign_in(page, dashboard, dashboard.add_contact())
    expect(page.get_by_test_id("contact-card").locator(".card-body")).to_have_attribute("tabindex", "0")


def test_toast_is_below_the_conversation_it_is_about(page: Page, dashboard: Dashboard):
    page.set_viewport_size({"width": 1440, "height": 800})
    maria = dashboard.add_contact()
    dashboard.add_message(maria, "ciao")
    sign_in(page, dashboard, maria)
    page.get_by_test_id("takeover").click()
    left, right = box(page.get_by_test_id("toast"))
    stage_left, stage_right = box(page.locator(".stage"))
    assert (left + right) / 2 == pytest.approx((stage_left + stage_right) / 2, abs=12)


def test_start_without_conversations_says_so_once(page: Page, dashboard: Dashboard):
    sign_in(page, dashboard)
    expect(page.get_by_text("Ancora nessuna conversazione")).to_be_visible()
    expect(page.locator(".empty")).to_have_count(1)


def test_conversation_that_is_being_loaded_shows_its_bubbles_to_be(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    dashboard.add_message(maria, "ciao")
    held = hold(page, "**/api/**/messages*")
    with page.expect_request("**/api/**/messages*"):
        sign_in(page, dashboard, maria)
    expect(page.locator(".skeleton-bubble").first).to_be_visible()
    expect(page.locator(".stage .spinner")).to_have_count(0)
    for route in held:
        route.continue_()
    expect(page.get_by_test_id("bubble-in")).to_be_visible()


def test_high_contrast_keeps_what_backgrounds_said(browser: Browser, dashboard: Dashboard):
    context = browser.new_context(locale="it-IT", viewport={"width": 1280, "height": 800}, forced_colors="active")
    page = context.new_page()
    problems = watch(page)
    maria = dashboard.add_contact()
    dashboard.add_message(maria, "ciao")
    dashboard.add_contact("Luca Verdi")
    sign_in(page, dashboard, maria)
    assert style(page.get_by_test_id("bubble-in"), "borderTopStyle") == "solid"
    chosen, other = page.locator(".item[aria-current=true]"), item(page, "Luca Verdi")
    assert style(chosen, "backgroundColor") != style(other, "backgroundColor")
    pressed = page.get_by_role("button", name="Tutte")
    assert style(pressed, "outlineStyle") == "solid"
    assert style(page.get_by_test_id("composer"), "borderTopStyle") == "solid"
    track = page.locator(".takeover-track")
    assert style(track, "backgroundColor") != style(track.locator(".icon"), "backgroundColor")
    on = style(track, "backgroundColor")
    page.get_by_test_id("takeover").click()
    expect(page.get_by_test_id("takeover")).to_have_attribute("aria-checked", "false")
    assert style(track, "backgroundColor") != on
    assert style(track, "backgroundColor") != style(track.locator(".icon"), "backgroundColor")
    context.close()
    assert problems == []


@pytest.mark.parametrize(("motion", "faded"), [("no-preference", ["due"]), ("reduce", [])])
def test_message_that_arrives_fades_in(page: Page, dashboard: Dashboard, motion: str, faded: list[str]):
    page.emulate_media(reduced_motion="reduce" if motion == "reduce" else "no-preference")
    page.add_init_script(
        """window.faded = [];
        const { animate } = Element.prototype;
        Element.prototype.animate = function (...given) {
            window.faded.push(this.querySelector(".rich-text")?.textContent);
            return animate.apply(this, given);
        };"""
    )
    maria = dashboard.add_contact()
    dashboard.add_message(maria, "uno")
    sign_in(page, dashboard, maria)
    expect(page.get_by_test_id("bubble-in")).to_have_count(1)
    dashboard.receive(maria, "due")
    expect(page.get_by_test_id("bubble-in")).to_have_count(2)
    assert page.evaluate("window.faded") == faded
