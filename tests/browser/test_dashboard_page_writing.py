"""Writing on the dashboard's page: canned replies, several files."""

from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from shared.errors import WindowClosedError
from shared.store.replies import StoredReply
from tests.browser.dashboard_page import PDF, hold, sign_in
from tests.browser.desk import Dashboard
from tests.samples import VIDEO, png

pytestmark = pytest.mark.browser

HOURS = StoredReply("orari", "Ciao {first_name}, siamo aperti dalle 9 alle 13. {me}")
THANKS = StoredReply("grazie", "Grazie a presto!")
QUOTE = StoredReply("preventivo", "Per {company} il prezzo è riservato.")


def open_chat(page: Page, dashboard: Dashboard, *replies: StoredReply, **contact: Any) -> str:
    dashboard.store.replies.put(dashboard.store.replies.get(), replies or (HOURS, THANKS, QUOTE))
    maria = dashboard.add_contact(paused=True, **contact)
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    expect(page.get_by_test_id("composer")).to_be_visible()
    return maria


def expect_sent(page: Page, count: int = 1) -> None:
    """Wait until the server has so many messages."""
    expect(page.locator("[data-testid=bubble-out][data-status=queued]")).to_have_count(count)


def composer(page: Page) -> Locator:
    return page.get_by_test_id("composer")


def test_slash_finds_a_reply_and_puts_in_what_is_known(page: Page, dashboard: Dashboard):
    name = {"value": "Maria", "source": "staff", "updated_at": "2026-11-01T10:00:00Z"}
    maria = open_chat(page, dashboard, profile={"first_name": name})
    composer(page).press_sequentially("Salve! /o")
    options = page.get_by_test_id("reply")
    expect(options).to_have_count(1)
    composer(page).press("Backspace")
    expect(options).to_have_count(3)
    expect(options.first).to_have_attribute("aria-selected", "true")
    composer(page).press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    composer(page).press("ArrowDown")
    composer(page).press("Enter")
    filled = "Salve! Ciao Maria, siamo aperti dalle 9 alle 13. Staff"
    expect(composer(page)).to_have_value(filled)
    expect(page.get_by_test_id("replies")).to_have_count(0)
    composer(page).press("Enter")
    expect_sent(page)
    assert [message.text for message in dashboard.sent(maria)] == [filled]


def test_gap_that_nothing_fills_is_selected_and_goes_out_only_when_told_to(page: Page, dashboard: Dashboard):
    maria = open_chat(page, dashboard)
    composer(page).press_sequentially("/prezzo")  # a word of its text
    composer(page).press("Enter")
    expect(composer(page)).to_have_value(QUOTE.text)
    assert page.evaluate("getSelection().toString()") == "{company}"
    composer(page).press("End")
    composer(page).press("Enter")
    expect(page.get_by_test_id("gap-warning")).to_contain_text("{company}")
    assert page.evaluate("getSelection().toString()") == "{company}"
    page.get_by_test_id("send").click()
    assert dashboard.sent(maria) == []
    page.keyboard.type("Rossi Srl")
    expect(page.get_by_test_id("gap-warning")).to_have_count(0)
    composer(page).press("Enter")
    expect_sent(page)
    composer(page).fill("usa {parola}")
    composer(page).press("Enter")
    page.get_by_test_id("gap-warning").get_by_role("button").click()
    expect_sent(page, 2)
    assert [message.text for message in dashboard.sent(maria)] == [
        "Per Rossi Srl il prezzo è riservato.",
        "usa {parola}",
    ]


def test_replies_are_chosen_by_mouse_from_the_button_and_escape_leaves_the_text(page: Page, dashboard: Dashboard):
    open_chat(page, dashboard)
    page.get_by_test_id("replies-button").click()
    expect(composer(page)).to_be_focused()
    expect(composer(page)).to_have_value("/")
    composer(page).press("Escape")
    expect(page.get_by_test_id("replies")).to_have_count(0)
    expect(page.get_by_test_id("chat")).to_be_visible()
    composer(page).press_sequentially("g")
    expect(page.get_by_test_id("replies")).to_have_count(0)
    composer(page).fill("")
    page.get_by_role("button", name="Allega").click()
    page.get_by_role("menuitem", name="Risposte rapide").click()
    page.get_by_test_id("reply").filter(has_text="Grazie").click()
    expect(composer(page)).to_have_value("Grazie a presto!")
    expect(composer(page)).to_be_focused()
    composer(page).fill("http://a.it/b 1/2")
    composer(page).press("End")
    expect(page.get_by_test_id("replies")).to_have_count(0)


def test_owner_edits_the_replies_and_is_told_of_a_colleagues(page: Page, dashboard: Dashboard):
    dashboard.store.replies.put(dashboard.store.replies.get(), [THANKS])
    sign_in(page, dashboard)
    page.goto(f"{dashboard.url}/#/settings")
    section = page.get_by_test_id("settings-replies")
    section.get_by_role("button", name="Aggiungi una risposta").click()
    section.get_by_label("Parola dopo la /").last.press_sequentially("Orari Però")
    expect(section.get_by_label("Parola dopo la /").last).to_have_value("orari-pero")
    section.get_by_label("Testo").last.fill("Dalle 9")
    page.get_by_test_id("save-replies").click()
    expect(page.get_by_test_id("toast")).to_contain_text("Risposte salvate")
    expect(page.get_by_test_id("save-replies")).to_have_count(0)
    saved = dashboard.store.replies.get()
    assert saved.replies == (THANKS, StoredReply("orari-pero", "Dalle 9"))
    section.get_by_label("Parola dopo la /").last.fill("grazie")
    page.get_by_test_id("save-replies").click()
    expect(section).to_contain_text("Servono un testo e una parola che nessun'altra risposta ha")
    dashboard.store.replies.put(saved, [HOURS])
    section.get_by_label("Parola dopo la /").last.fill("altro")
    page.get_by_test_id("save-replies").click()
    expect(section.get_by_role("alert")).to_contain_text("Qualcun altro ha salvato")
    assert dashboard.store.replies.get().replies == (HOURS,)
    section.get_by_role("button", name="Carica le sue").click()
    expect(section.get_by_label("Testo")).to_have_count(1)
    expect(section.get_by_label("Testo")).to_have_value(HOURS.text)


ROOM = FilePayload(name="sala.png", mimeType="image/png", buffer=png())
GARDEN = FilePayload(name="giardino.png", mimeType="image/png", buffer=png(8, 8))
CLIP = FilePayload(name="clip.mp4", mimeType="video/mp4", buffer=VIDEO)
PRICES = FilePayload(name="listino.pdf", mimeType="application/pdf", buffer=PDF)
DAMAGED = FilePayload(name="rotta.png", mimeType="image/png", buffer=b"damaged")


def attach(page: Page, *files: FilePayload) -> None:
    page.get_by_test_id("file-chooser").set_input_files(files=list(files))


def show(page: Page, name: str) -> None:
    page.get_by_test_id("attached-queue").get_by_role("button", name=name).click()


def sent_files(dashboard: Dashboard, conversation_id: str) -> list[tuple[str, str, str | None]]:
    return [
        (message.kind, message.text, message.media.filename if message.media else None)
        for message in dashboard.sent(conversation_id)
    ]


def test_several_files_go_in_their_order_each_with_its_caption(page: Page, dashboard: Dashboard):
    maria = open_chat(page, dashboard)
    composer(page).fill("La sala")
    attach(page, ROOM, CLIP)
    attach(page, GARDEN, PRICES)
    expect(page.get_by_test_id("attached-queue").get_by_role("button")).to_have_count(4)
    expect(page.get_by_test_id("attached")).to_contain_text("sala.png")
    expect(composer(page)).to_have_value("La sala")
    show(page, "clip.mp4")
    expect(composer(page)).to_have_value("")
    composer(page).fill("Il filmato")
    show(page, "listino.pdf")
    page.get_by_test_id("remove-attachment").click()
    expect(page.get_by_test_id("attached-queue").get_by_role("button")).to_have_count(3)
    held = hold(page, "**/messages/*")
    composer(page).press("Enter")
    expect(page.get_by_test_id("attached")).to_have_count(0)
    expect(page.get_by_test_id("uploading")).to_have_count(3)
    for number in range(3):
        expect(page.locator("[data-testid=bubble-out][data-status=queued]")).to_have_count(number)
        assert len(held) == number + 1  # one request at a time
        held[number].continue_()
    expect_sent(page, 3)
    wanted = [("image", "La sala", "sala.png"), ("video", "Il filmato", "clip.mp4"), ("image", "", "giardino.png")]
    assert sent_files(dashboard, maria) == wanted
    expect(composer(page)).to_have_value("")
    bubbles = page.get_by_test_id("bubble-out")
    expect(bubbles.nth(1).locator("video")).to_be_visible()
    expect(bubbles.nth(0)).to_contain_text("La sala")


def test_file_that_fails_does_not_stop_the_others(page: Page, dashboard: Dashboard):
    maria = open_chat(page, dashboard)
    attach(page, ROOM, DAMAGED, PRICES)
    page.get_by_test_id("send").click()
    expect_sent(page, 2)
    expect(page.locator("[data-testid=bubble-out][data-status=failed]")).to_have_count(1)
    assert [name for _, _, name in sent_files(dashboard, maria)] == ["sala.png", "listino.pdf"]


def test_files_that_must_not_go_now_return_with_their_captions(page: Page, dashboard: Dashboard):
    maria = open_chat(page, dashboard)
    attach(page, ROOM, PRICES)
    composer(page).fill("La sala")
    show(page, "listino.pdf")
    composer(page).fill("I prezzi")
    for _ in range(2):
        dashboard.gate.refuse_next("PUT", "/messages/", WindowClosedError("closed"))
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("bubble-out")).to_have_count(0)
    assert dashboard.sent(maria) == []
    page.reload()  # without a closed window
    expect(composer(page)).to_have_value("La sala")


def test_removed_first_file_leaves_the_draft_and_too_many_are_told(page: Page, dashboard: Dashboard):
    open_chat(page, dashboard)
    attach(page, *[FilePayload(name=f"{number}.png", mimeType="image/png", buffer=png()) for number in range(12)])
    expect(page.get_by_test_id("toast")).to_contain_text("10 file alla volta")
    expect(page.get_by_test_id("attached-queue").get_by_role("button")).to_have_count(10)
    composer(page).fill("uno")
    show(page, "1.png")
    composer(page).fill("due {company}")
    show(page, "0.png")
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("gap-warning")).to_be_visible()  # of the other file, which is shown
    expect(page.get_by_test_id("attached")).to_contain_text("1.png")
    show(page, "0.png")
    page.get_by_test_id("remove-attachment").click()
    expect(composer(page)).to_have_value("uno\ndue {company}")


def test_film_that_whatsapp_does_not_play_says_so(page: Page, dashboard: Dashboard):
    open_chat(page, dashboard)
    attach(page, FilePayload(name="iphone.mp4", mimeType="video/mp4", buffer=VIDEO.replace(b"avc1", b"hvc1")))
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("chat")).to_contain_text("solo video MP4 in H.264")


def test_emoji_is_found_put_where_the_caret_is_and_remembered(page: Page, dashboard: Dashboard):
    open_chat(page, dashboard)
    composer(page).fill("Un ?")
    composer(page).press("ArrowLeft")
    page.get_by_test_id("emoji-button").click()
    search = page.get_by_test_id("emoji-search")
    expect(search).to_be_focused()
    search.fill("caffe")
    search.press("Enter")
    expect(composer(page)).to_have_value("Un ☕?")
    search.fill("")
    search.press("ArrowDown")
    expect(page.get_by_test_id("emoji").first).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    expect(search).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("emoji-panel")).to_have_count(0)
    expect(composer(page)).to_be_focused()
    page.get_by_test_id("emoji-button").click()
    expect(page.get_by_test_id("emoji").first).to_have_text("☕")
    composer(page).click()
    expect(page.get_by_test_id("emoji-panel")).to_have_count(0)
