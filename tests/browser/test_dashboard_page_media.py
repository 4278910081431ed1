"""Customers' files on the dashboard's page: on their way, not there, and shown as what they are."""

import pytest
from playwright.sync_api import Page, expect

from shared.errors import QueueError
from tests.browser.dashboard_page import PDF, ago, sign_in
from tests.browser.desk import Dashboard
from tests.samples import png, wav

pytestmark = pytest.mark.browser

LOADED = "e => e.complete && e.naturalWidth > 0"


def test_photo_that_is_on_its_way_appears_when_it_is_there(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    photo = dashboard.add_file(maria, "image", "image/png", png(), text="La sala", media={"state": "waiting"})
    sign_in(page, dashboard, maria)
    bubble = page.get_by_test_id("bubble-in")
    expect(bubble.get_by_test_id("media-waiting")).to_contain_text("In arrivo")
    expect(bubble).to_contain_text("La sala")
    dashboard.change_message(photo, **{"media.state": "stored"})
    picture = bubble.get_by_role("img", name="Foto: La sala")
    expect(picture).to_be_visible()
    page.wait_for_function(LOADED, arg=picture.element_handle())
    link = bubble.get_by_role("link")
    expect(link).to_have_attribute("href", f"/api/media/{photo}")
    expect(link).to_have_attribute("target", "_blank")
    expect(bubble.get_by_test_id("media-waiting")).to_have_count(0)


def test_file_that_failed_is_fetched_again_on_request(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    lost = {"state": "failed", "filename": "contratto.pdf", "error": {"code": "slow", "message": "too slow"}}
    message = dashboard.add_file(maria, "document", "application/pdf", PDF, media=lost)
    sign_in(page, dashboard, maria)
    bubble = page.get_by_test_id("bubble-in")
    expect(bubble).to_contain_text("Il documento non è arrivato")
    expect(bubble).to_contain_text("WhatsApp ci ha messo troppo")
    expect(bubble).to_contain_text("contratto.pdf")
    bubble.get_by_test_id("retry-media").click()
    expect(bubble.get_by_test_id("media-waiting")).to_contain_text("contratto.pdf")
    assert f"POST /api/media/{message}/retry" in dashboard.gate.requests
    dashboard.change_message(message, **{"media.state": "stored"})
    expect(bubble.get_by_role("link")).to_contain_text("contratto.pdf")


def test_file_that_waits_for_staff_is_downloaded_on_request(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    held = {"state": "waiting", "on_demand": True, "filename": "contratto.pdf"}
    message = dashboard.add_file(maria, "document", "application/pdf", PDF, media=held)
    sign_in(page, dashboard, maria)
    held_file = page.get_by_test_id("media-on-demand")
    expect(held_file).to_contain_text("contratto.pdf")
    expect(held_file).to_contain_text("WhatsApp lo conserva 7 giorni")
    held_file.get_by_role("button", name="Scarica").click()
    expect(page.get_by_test_id("media-waiting")).to_contain_text("contratto.pdf")
    assert f"POST /api/media/{message}/retry" in dashboard.gate.requests
    dashboard.change_message(message, **{"media.state": "stored"})
    expect(page.get_by_test_id("bubble-in").get_by_role("link")).to_contain_text("contratto.pdf")


def test_file_that_cannot_be_asked_for_again_says_so(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    lost = {"state": "failed", "error": {"code": "slow", "message": "too slow"}}
    dashboard.add_file(maria, "video", "video/mp4", b"", media=lost)
    dashboard.gate.refuse_next("POST", "/retry", QueueError("no queue"))
    sign_in(page, dashboard, maria)
    page.get_by_test_id("retry-media").click()
    expect(page.get_by_test_id("toast")).to_contain_text("Si è verificato un errore sul server")
    expect(page.get_by_test_id("retry-media")).to_be_enabled()


def test_file_that_whatsapp_never_gave_is_not_asked_for_again(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    lost = {"state": "failed", "error": {"code": "not_given", "message": "not given"}}
    dashboard.add_file(maria, "image", "image/jpeg", b"", media=lost)
    sign_in(page, dashboard, maria)
    expect(page.get_by_test_id("media-failed")).to_contain_text("WhatsApp non ha passato questo file")
    expect(page.get_by_test_id("retry-media")).to_have_count(0)


def test_voice_message_plays_beside_its_transcript(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    told = {"voice": True, "seconds": 5.0}
    transcript = "Avete un menù senza glutine?"
    dashboard.add_file(maria, "audio", "audio/wav", wav(5), media=told, transcript=transcript)
    sign_in(page, dashboard, maria)
    voice = page.get_by_role("group", name="Messaggio vocale")
    expect(voice).to_contain_text("0:05")
    expect(page.get_by_test_id("transcript")).to_contain_text("Trascrizione")
    expect(page.get_by_test_id("transcript").locator("blockquote")).to_have_text(transcript)
    voice.get_by_role("button", name="Ascolta").click()
    expect(voice.get_by_role("button", name="Pausa")).to_be_visible()
    voice.get_by_role("button", name="Velocità 1").click()
    expect(voice.get_by_role("button", name="Velocità 1,5")).to_be_visible()
    assert voice.locator("audio").evaluate("e => e.playbackRate") == 1.5
    voice.get_by_role("button", name="Pausa").click()
    expect(voice.get_by_role("button", name="Ascolta")).to_be_visible()


def test_second_sound_pauses_the_first(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    for _ in range(2):
        dashboard.add_file(maria, "audio", "audio/wav", wav(30), media={"voice": True, "seconds": 30.0})
    sign_in(page, dashboard, maria)
    voices = page.get_by_test_id("voice")
    voices.first.get_by_role("button", name="Ascolta").click()
    expect(voices.first.get_by_role("button", name="Pausa")).to_be_visible()
    voices.last.get_by_role("button", name="Ascolta").click()
    expect(voices.last.get_by_role("button", name="Pausa")).to_be_visible()
    expect(voices.first.get_by_role("button", name="Ascolta")).to_be_visible()


def test_sound_that_breaks_while_it_plays_says_so(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    dashboard.add_file(maria, "audio", "audio/wav", wav(30), media={"voice": True, "seconds": 30.0})
    sign_in(page, dashboard, maria)
    voice = page.get_by_test_id("voice")
    voice.get_by_role("button", name="Ascolta").click()
    expect(voice.get_by_role("button", name="Pausa")).to_be_visible()
    sound = page.locator("audio").element_handle()
    assert sound is not None
    sound.dispatch_event("error")
    expect(voice).to_have_count(0)
    # The browser tells of the end as well, when the player has already left the page.
    for late in ("timeupdate", "pause", "durationchange"):
        sound.dispatch_event(late)
    expect(page.get_by_test_id("bubble-in")).to_contain_text("Il file non è disponibile")


def test_sound_file_is_no_voice_message(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    dashboard.add_file(maria, "audio", "audio/wav", wav(65))
    sign_in(page, dashboard, maria)
    sound = page.get_by_role("group", name="Audio")
    expect(sound).to_contain_text("1:05")  # nobody told how long it is: the file did


def test_document_shows_name_type_and_size(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    told = {"filename": "Preventivo.pdf", "size": 1_300_000}
    message = dashboard.add_file(maria, "document", "application/pdf", PDF, media=told, text="Eccolo")
    sign_in(page, dashboard, maria)
    link = page.get_by_test_id("bubble-in").get_by_role("link")
    expect(link).to_contain_text("Preventivo.pdf")
    expect(link).to_contain_text("PDF · 1,2 MB")
    expect(link).to_have_attribute("href", f"/api/media/{message}")
    expect(page.get_by_test_id("bubble-in")).to_contain_text("Eccolo")


def test_revoked_photo_is_shown_only_on_request(page: Page, dashboard: Dashboard):
    maria = dashboard.add_contact()
    dashboard.add_file(maria, "image", "image/png", png(), revoked_at=ago(minutes=1))
    sign_in(page, dashboard, maria)
    bubble = page.get_by_test_id("bubble-in")
    expect(bubble.get_by_role("img")).to_have_count(0)
    bubble.get_by_role("button", name="Mostra").click()
    expect(bubble.get_by_role("img", name="Foto")).to_be_visible()


def test_list_names_each_kind_of_file(page: Page, dashboard: Dashboard):
    names = {
        "image": "Foto",
        "audio": "Messaggio vocale",
        "video": "Video",
        "document": "Documento",
        "sticker": "Sticker",
    }
    for kind in names:
        dashboard.add_message(dashboard.add_contact(f"Cliente {kind}"), "", kind=kind)
    last = dashboard.add_contact()
    dashboard.add_message(last, "Guarda qui", kind="image")
    sign_in(page, dashboard, last)
    items = page.get_by_test_id("conversation-item")
    for kind, name in names.items():
        expect(items.filter(has_text=f"Cliente {kind}")).to_contain_text(name)
        expect(items.filter(has_text=f"Cliente {kind}").locator(".item-preview svg")).to_have_count(1)
    expect(items.filter(has_text="Maria Rossi")).to_contain_text("Guarda qui")
