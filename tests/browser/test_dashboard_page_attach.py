"""Files that staff send from the dashboard's page: chosen, dropped or pasted, checked, uploaded and followed."""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from shared.errors import ConflictError, InvalidError, OptedOutError, WindowClosedError
from tests.browser.dashboard_page import PDF, ago, hold, long_conversation, sign_in
from tests.browser.desk import STAFF, Dashboard
from tests.samples import png

pytestmark = pytest.mark.browser

PHOTO = FilePayload(name="sala.png", mimeType="image/png", buffer=png())
CONTRACT = FilePayload(name="contratto.pdf", mimeType="application/pdf", buffer=PDF)
M4A = b"\0\0\0\x20ftypM4A not much"
# Brings a file in by a drop or a paste, as a browser would.
BRING = """(element, [kind, name, type, text]) => {
    const data = new DataTransfer();
    data.items.add(new File(["content"], name, { type }));
    if (text) data.setData("text/plain", text);
    const init = { bubbles: true, cancelable: true };
    if (kind === "paste") element.dispatchEvent(new ClipboardEvent("paste", { ...init, clipboardData: data }));
    else element.dispatchEvent(new DragEvent(kind, { ...init, dataTransfer: data }));
}"""


def open_chat(page: Page, dashboard: Dashboard, **values: Any) -> str:
    """Open a chat in which staff answer."""
    maria = dashboard.add_contact(paused=True, **values)
    dashboard.add_message(maria, "Buongiorno")
    sign_in(page, dashboard, maria)
    return maria


def attach(page: Page, file: FilePayload | Path) -> None:
    page.get_by_test_id("file-chooser").set_input_files(file)


def test_photo_is_shown_before_and_while_it_is_sent_with_its_caption(page: Page, dashboard: Dashboard):
    maria = open_chat(page, dashboard)
    page.get_by_role("button", name="Allega").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("menuitem", name="Foto").click()
    assert "image/jpeg" in (chooser.value.element.get_attribute("accept") or "")
    chooser.value.set_files(files=[PHOTO])
    expect(page.get_by_test_id("attached")).to_contain_text("sala.png")
    expect(page.get_by_test_id("composer")).to_be_focused()
    held = hold(page, "**/messages/*")
    page.get_by_label("Aggiungi una didascalia").fill("La sala")
    page.get_by_test_id("composer").press("Enter")
    bubble = page.get_by_test_id("bubble-out")
    expect(bubble).to_have_attribute("data-status", "sending")
    expect(bubble.locator("img")).to_have_attribute("src", f"blob:{dashboard.url}/" + bubble_id(page))
    expect(page.get_by_test_id("uploading")).to_be_visible()
    expect(page.get_by_test_id("attached")).to_have_count(0)
    assert dashboard.sent(maria) == []
    held[0].continue_()
    expect(bubble).to_have_attribute("data-status", "queued")
    (message,) = dashboard.sent(maria)
    assert (message.kind, message.text) == ("image", "La sala")
    assert dashboard.file(message.id) == ("image/png", PHOTO["buffer"])
    expect(bubble.locator("img")).to_have_attribute("src", f"/api/media/{message.id}")
    expect(bubble).to_have_count(1)
    expect(page.get_by_test_id("composer")).to_have_value("")


def bubble_id(page: Page) -> str:
    """The last part of the address of the picture that the page made."""
    source = page.get_by_test_id("bubble-out").locator("img").get_attribute("src")
    return (source or "").rsplit("/", 1)[-1]


def test_document_that_fails_is_kept_and_sent_once_on_retry(page: Page, dashboard: Dashboard):
    maria = open_chat(page, dashboard)
    dashboard.gate.refuse_next("PUT", "/messages/", InvalidError("not now", {}))
    attach(page, CONTRACT)
    page.get_by_test_id("send").click()
    bubble = page.get_by_test_id("bubble-out")
    expect(bubble).to_have_attribute("data-status", "failed")
    expect(bubble).to_contain_text("contratto.pdf")
    page.get_by_test_id("retry").click()
    expect(bubble).to_have_attribute("data-status", "queued")
    (message,) = dashboard.sent(maria)
    assert dashboard.file(message.id) == ("application/pdf", PDF)
    assert message.media is not None and message.media.filename == "contratto.pdf"


def test_file_that_the_server_refuses_says_why_and_can_be_taken_away(page: Page, dashboard: Dashboard):
    maria = open_chat(page, dashboard)
    attach(page, FilePayload(name="foto.png", mimeType="image/png", buffer=b"damaged"))
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("chat")).to_contain_text("il contenuto non è del suo tipo")
    page.get_by_test_id("discard").click()
    expect(page.get_by_test_id("bubble-out")).to_have_count(0)
    assert dashboard.sent(maria) == []


def test_file_that_cannot_be_sent_is_refused_before_the_upload(page: Page, dashboard: Dashboard, tmp_path: Path):
    open_chat(page, dashboard)
    for name, size, problem in (
        ("a.png", 5_500_000, "accetta fino a 5 MB"),
        ("a.mp3", 17_000_000, "accetta fino a 16 MB"),
        ("a.pdf", 21_000_000, "fino a 20 MB"),
        ("b.pdf", 0, "Il file è vuoto"),
        ("a.exe", 2, "non si può inviare"),
    ):
        file = tmp_path / name
        file.touch()
        os.truncate(file, size)
        attach(page, file)
        expect(page.get_by_test_id("attached").get_by_role("alert")).to_contain_text(problem)
        expect(page.get_by_test_id("send")).to_be_disabled()
        page.get_by_test_id("composer").press("Enter")
        page.get_by_test_id("remove-attachment").click()
        expect(page.get_by_test_id("attached")).to_have_count(0)
    assert not [request for request in dashboard.gate.requests if request.startswith("PUT")]


def test_audio_is_sent_without_the_text_which_stays(page: Page, dashboard: Dashboard):
    maria = open_chat(page, dashboard)
    page.get_by_test_id("composer").fill("a metà")
    attach(page, FilePayload(name="saluto.m4a", mimeType="audio/x-m4a", buffer=M4A))
    expect(page.get_by_test_id("composer")).to_have_attribute("placeholder", "Un audio parte senza testo")
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("bubble-out")).to_have_attribute("data-status", "queued")
    expect(page.get_by_test_id("composer")).to_have_value("a metà")
    (message,) = dashboard.sent(maria)
    assert (message.kind, message.text, dashboard.file(message.id)) == ("audio", "", ("audio/mp4", M4A))


def test_files_are_dropped_on_the_page(page: Page, dashboard: Dashboard):
    open_chat(page, dashboard)
    expect(page.get_by_test_id("composer")).to_be_visible()
    sidebar = page.get_by_test_id("conversation-item")
    sidebar.evaluate(BRING, ["dragenter", "nota.txt", "text/plain", ""])
    expect(page.get_by_test_id("drop-area")).to_be_visible()
    sidebar.evaluate(BRING, ["drop", "nota.txt", "text/plain", ""])
    expect(page.get_by_test_id("drop-area")).to_have_count(0)
    expect(page.get_by_test_id("attached")).to_contain_text("nota.txt")


def test_picture_is_pasted_but_text_stays_text(page: Page, dashboard: Dashboard):
    open_chat(page, dashboard)
    composer = page.get_by_test_id("composer")
    composer.evaluate(BRING, ["paste", "tabella.png", "image/png", "uno\tdue"])
    expect(page.get_by_test_id("attached")).to_have_count(0)
    composer.evaluate(BRING, ["paste", "schermata.png", "image/png", ""])
    expect(page.get_by_test_id("attached")).to_contain_text("schermata.png")


def test_attachment_waits_in_its_own_conversation(page: Page, dashboard: Dashboard):
    dashboard.add_message(dashboard.add_contact("Luca Bianchi"), "ciao")
    open_chat(page, dashboard)
    attach(page, PHOTO)
    page.get_by_test_id("conversation-item").filter(has_text="Luca").click()
    expect(page.get_by_test_id("chat")).to_contain_text("Luca Bianchi")
    expect(page.get_by_test_id("attached")).to_have_count(0)
    page.get_by_test_id("conversation-item").filter(has_text="Maria").click()
    expect(page.get_by_test_id("attached")).to_contain_text("sala.png")


@pytest.mark.parametrize(
    ("error", "obstacle"),
    [(WindowClosedError("closed"), {"window_closes_at": None}), (OptedOutError("opted out"), {"opted_out": True})],
    ids=["window_closed", "opted_out"],
)
def test_file_that_must_not_be_sent_now_returns_to_the_composer(
    page: Page, dashboard: Dashboard, error: ConflictError, obstacle: dict[str, Any]
):
    maria = open_chat(page, dashboard)
    attach(page, PHOTO)
    page.get_by_test_id("composer").fill("La sala")
    dashboard.gate.refuse_next("PUT", "/messages/", error)
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("toast")).to_be_visible()
    dashboard.change_contact(maria, **obstacle)
    expect(page.get_by_test_id("composer-closed")).to_be_visible()
    dashboard.change_contact(maria, opted_out=False, window_closes_at=ago(hours=-20))
    expect(page.get_by_test_id("attached")).to_contain_text("sala.png")
    expect(page.get_by_test_id("composer")).to_have_value("La sala")
    assert dashboard.sent(maria) == []


def test_upload_that_is_cancelled_returns_to_the_composer(page: Page, dashboard: Dashboard):
    open_chat(page, dashboard)
    page.route("**/messages/*", lambda route: None)
    attach(page, CONTRACT)
    page.get_by_test_id("send").click()
    page.get_by_test_id("uploading").get_by_role("button", name="Annulla").click()
    expect(page.get_by_test_id("bubble-out")).to_have_count(0)
    expect(page.get_by_test_id("attached")).to_contain_text("contratto.pdf")
    page.unroute_all(behavior="ignoreErrors")


def test_photo_that_whatsapp_refused_is_sent_again_from_the_server(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact(paused=True)
    named, failed = {"filename": "sala.png"}, {**STAFF, "status": "failed"}
    dashboard.add_file(maria, "image", "image/png", png(), text="La sala", media=named, **failed)
    sign_in(page, dashboard, maria)
    page.get_by_test_id("send-again").click()
    expect(page.get_by_test_id("bubble-out").last).to_have_attribute("data-status", "queued")
    expect(page.get_by_test_id("send-again")).to_have_count(0)
    first, again = dashboard.sent(maria)
    assert dashboard.file(first.id) == dashboard.file(again.id)
    assert again.media is not None and (again.text, again.media.filename) == ("La sala", "sala.png")


def test_attachment_that_appears_leaves_the_last_message_in_sight(page: Page, dashboard: Dashboard):
    maria = long_conversation(dashboard)
    sign_in(page, dashboard, maria)
    last = page.get_by_test_id("bubble-in").last
    expect(last).to_be_in_viewport()
    attach(page, FilePayload(name="alta.png", mimeType="image/png", buffer=png(40, 400)))
    picture = page.get_by_test_id("attached").locator("img")
    page.wait_for_function("e => e.complete && e.naturalHeight > 0", arg=picture.element_handle())
    expect(last).to_be_in_viewport(ratio=1)
    expect(page.get_by_test_id("to-bottom")).to_have_count(0)
