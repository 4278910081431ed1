"""Pictures over the whole window, and all files of a chat."""

import re

import pytest
from playwright.sync_api import Page, expect

from functions.dashboard_api.thread_pages import MAX_FILES, MAX_MESSAGES
from tests.browser.dashboard_page import PDF, ago, sign_in
from tests.browser.desk import STAFF, Dashboard
from tests.samples import PHOTO, VIDEO, png

pytestmark = pytest.mark.browser


def chat_with_pictures(dashboard: Dashboard) -> str:
    maria = dashboard.add_contact()
    for number, text in enumerate(("prima", "seconda", "terza")):
        file = png(20 + number, 20)
        dashboard.add_file(maria, "image", "image/png", file, text=text, at=ago(minutes=10 - number))
    dashboard.add_file(maria, "document", "application/pdf", PDF, media={"filename": "listino.pdf"}, **STAFF)
    dashboard.add_file(maria, "video", "video/mp4", VIDEO)
    return maria


def test_picture_opens_over_the_page_and_arrows_go_through_the_chats(page: Page, dashboard: Dashboard):
    sign_in(page, dashboard, chat_with_pictures(dashboard))
    page.get_by_role("img", name="Foto: seconda").click()
    box = page.get_by_test_id("lightbox")
    expect(box).to_contain_text("2 di 3")
    expect(box.get_by_role("img", name="seconda")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(box).to_contain_text("3 di 3")
    expect(box.get_by_role("button", name="Successiva")).to_have_count(0)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(box.get_by_role("img", name="prima")).to_be_visible()
    page.keyboard.press("+")
    expect(box.locator(".lightbox-zoom-1")).to_have_count(1)
    box.get_by_role("img", name="prima").click()
    expect(box.locator(".lightbox-zoom-0")).to_have_count(1)
    expect(box.get_by_role("link", name="Scarica")).to_have_attribute("href", re.compile("^/api/media/"))
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(page.get_by_test_id("chat")).to_be_visible()


def test_pictures_from_before_what_is_loaded_are_gone_back_to(page: Page, dashboard: Dashboard):
    maria = chat_with_pictures(dashboard)
    texts = [f"messaggio {number}" for number in range(MAX_MESSAGES)]
    dashboard.add_messages(maria, texts, [ago(seconds=100 - number) for number in range(MAX_MESSAGES)])
    dashboard.add_file(maria, "image", "image/png", png(30, 20), text="ultima", at=ago(seconds=10))
    dashboard.age()
    sign_in(page, dashboard, maria)
    page.get_by_role("img", name="Foto: ultima").click()
    box = page.get_by_test_id("lightbox")
    expect(box).to_contain_text("1 di 1")
    page.keyboard.press("ArrowLeft")
    expect(box.get_by_role("img", name="terza")).to_be_visible()
    expect(box).to_contain_text("3 di 4")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(box.get_by_role("img", name="prima")).to_be_visible()
    expect(box.get_by_role("button", name="Precedente")).to_have_count(0)


def test_picture_is_still_a_link_for_another_tab(page: Page, dashboard: Dashboard):
    sign_in(page, dashboard, chat_with_pictures(dashboard))
    with page.context.expect_page() as opened:
        page.get_by_role("img", name="Foto: seconda").click(modifiers=["Control"])
    opened.value.close()
    expect(page.get_by_test_id("lightbox")).to_have_count(0)


def test_gallery_shows_all_files_of_the_chat(page: Page, dashboard: Dashboard):
    maria = chat_with_pictures(dashboard)
    for number in range(MAX_FILES):
        media, at = {"filename": f"{number}.pdf"}, ago(days=2, minutes=number)
        dashboard.add_file(maria, "document", "application/pdf", PDF, media=media, at=at)
    sign_in(page, dashboard, maria)
    page.get_by_test_id("chat").get_by_role("button", name="Altre azioni").click()
    page.get_by_role("menuitem", name="File della chat").click()
    gallery = page.get_by_test_id("gallery")
    tiles = gallery.get_by_test_id("gallery-grid").get_by_role("button")
    expect(tiles).to_have_count(4)
    expect(tiles.first).to_have_accessible_name(re.compile("^Video, "))
    tiles.nth(1).click()
    box = page.get_by_test_id("lightbox")
    expect(box).to_contain_text("3 di 4")
    page.keyboard.press("ArrowRight")
    expect(box.locator("video")).to_be_visible()
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(gallery).to_be_visible()
    gallery.get_by_role("button", name="Documenti").click()
    files = gallery.get_by_test_id("gallery-list").get_by_role("link")
    expect(files.first).to_contain_text("listino.pdf")
    expect(files).to_have_count(MAX_FILES - 4)
    gallery.get_by_role("button", name="Mostra i precedenti").click()
    expect(files).to_have_count(MAX_FILES + 1)
    page.keyboard.press("Escape")
    expect(gallery).to_have_count(0)


def test_gallery_that_cannot_be_loaded_says_so_and_tries_again(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    dashboard.add_file(maria, "image", "image/jpeg", PHOTO)
    sign_in(page, dashboard, maria)
    page.route("**/api/conversations/*/files*", lambda route: route.abort())
    page.get_by_test_id("chat").get_by_role("button", name="Altre azioni").click()
    page.get_by_role("menuitem", name="File della chat").click()
    gallery = page.get_by_test_id("gallery")
    expect(gallery).to_contain_text("I file non si sono caricati")
    page.unroute("**/api/conversations/*/files*")
    gallery.get_by_role("button", name="Riprova").click()
    expect(gallery.get_by_test_id("gallery-grid").get_by_role("button")).to_have_count(1)
