"""The phone simulator's page sends every kind of message, and shows every kind the business can send."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Locator, Page, expect

from local.phone_simulator.customers import SAMPLES
from tests.local.phone_simulator_world import JsonObject, World, running_world

pytestmark = pytest.mark.browser


@pytest.fixture
def world(page: Page) -> Iterator[World]:
    with running_world() as running:
        page.goto(running.url)
        yield running
        page.goto("about:blank")  # a page that polls a stopped simulator would report errors


# From the customer

ATTACHMENTS = [
    ("image", "image", {"caption": "Guarda!"}),
    ("document", "document", {"mime_type": "application/pdf", "caption": "Guarda!"}),
    ("audio", "audio", {"voice": True}),
    ("sound", "audio", {"voice": False}),
    ("video", "video", {"caption": "Guarda!"}),
    ("sticker", "sticker", {"mime_type": "image/webp"}),
    ("location", "location", {"name": "Duomo di Milano"}),
    ("contact", "contacts", {}),
    ("order", "order", {}),
    ("unsupported", "unsupported", {"type": "poll_creation"}),
    ("form", "interactive", {"type": "nfm_reply"}),
]


@pytest.mark.parametrize(("attachment", "kind", "fields"), ATTACHMENTS, ids=[item[0] for item in ATTACHMENTS])
def test_phone_page_attachment_is_sent_and_shown(
    page: Page, world: World, attachment: str, kind: str, fields: JsonObject
) -> None:
    """Once from a customer with a number, once from one without."""
    for place, options in enumerate(({}, {"phone": None, "username": True})):
        customer = world.customer(**options)
        phone = page.get_by_test_id("phone").nth(place)
        phone.get_by_test_id("composer").fill("Guarda!")
        phone.get_by_test_id("attach").click()
        phone.get_by_test_id(f"attach-{attachment}").click()
        expect(phone.get_by_test_id("bubble-out")).to_have_attribute("data-kind", kind)
        message = world.receiver.wait_for_message(kind)
        content = message[kind] if isinstance(message[kind], dict) else {}
        assert {name: content.get(name) for name in fields} == fields
        assert (message.get("from"), message["from_user_id"]) == (customer["phone"], customer["user_id"])
        world.receiver.clear()


TEXTS = [
    ("forwarded", {"context": {"forwarded": True}}, "Forwarded"),
    ("forwarded-often", {"context": {"frequently_forwarded": True}}, "Forwarded"),
    ("group", {}, "In a group"),
    ("ad", {}, "From an ad: Sconto del 10% sul primo ordine"),
]


@pytest.mark.parametrize(("way", "fields", "label"), TEXTS, ids=[item[0] for item in TEXTS])
def test_phone_page_text_from_elsewhere_is_sent_and_labelled(
    page: Page, world: World, way: str, fields: JsonObject, label: str
) -> None:
    world.customer()
    page.get_by_test_id("composer").fill("Guarda!")
    page.get_by_test_id("attach").click()
    page.get_by_test_id(f"attach-{way}").click()
    expect(page.get_by_test_id("bubble-out")).to_contain_text(label)
    message = world.receiver.wait_for_message("text")
    assert (message["text"]["body"], message | fields) == ("Guarda!", message)
    assert ("group_id" in message, "referral" in message) == (way == "group", way == "ad")


def test_phone_page_changes_of_a_customer_reach_the_webhook(page: Page, world: World) -> None:
    customer = world.writing_customer()

    def choose(item: str) -> None:
        world.receiver.clear()
        page.get_by_test_id("owner-menu").click()
        page.get_by_test_id(item).click()

    for item, kind in (
        ("change-number", "user_changed_number"),
        ("change-user-id", "user_changed_user_id"),
        ("tell-previous-id", "user_changed_user_id"),
        ("change-identity", "customer_identity_changed"),
    ):
        choose(item)
        assert world.receiver.wait_for_message("system")["system"]["type"] == kind
    expect(page.locator("[data-kind=system]")).to_have_count(4)
    choose("update-user-id")
    world.receiver.wait_for(1)
    [update] = world.receiver.values()[0]["user_id_update"]
    assert update["user_id"]["previous"] != customer["user_id"] != update["user_id"]["current"]
    choose("hide-number")
    expect(page.get_by_test_id("phone")).to_contain_text("hidden")
    choose("show-number")
    expect(page.get_by_test_id("phone")).not_to_contain_text("hidden")
    choose("close-window")
    world.wait(lambda: world.get("/_control/customers")["customers"][0]["last_message_at"] is None)


# From the business

WRITTEN = """*grassetto* e _corsivo_, ~no~, `codice`
> prima riga
> seconda riga
- uno
* *due*
3. tre
4. quattro
```
a
  b
```
www.bottega.example e https://bottega.example/a_b_c."""
SHOWN = {
    "strong": ["grassetto", "due"],
    "em": ["corsivo"],
    "s": ["no"],
    "code": ["codice", "a\n  b"],
    "blockquote": ["prima riga\nseconda riga"],
    "ul > li": ["uno", "due"],
    "ol[start='3'] > li": ["tre", "quattro"],
    "a": ["www.bottega.example", "https://bottega.example/a_b_c"],
}


def test_phone_page_formatting_is_shown_as_whatsapp_shows_it(page: Page, world: World) -> None:
    world.send(world.writing_customer(), text={"body": WRITTEN})
    text = page.get_by_test_id("bubble-in").locator(".text")
    expect(text).to_contain_text("grassetto")
    assert {name: [found.strip() for found in text.locator(name).all_inner_texts()] for name in SHOWN} == SHOWN
    links = [link.get_attribute("href") for link in text.locator("a").all()]
    assert links == ["https://www.bottega.example", "https://bottega.example/a_b_c"]


FILES = {
    "image": ("photo.jpg", "image/jpeg"),
    "document": ("listino.pdf", "application/pdf"),
    "video": ("video.mp4", "video/mp4"),
    "audio": ("voice.ogg", "audio/ogg"),
    "sticker": ("sticker.webp", "image/webp"),
}


def upload(world: World, kind: str) -> str:
    name, mime_type = FILES[kind]
    answer = requests.post(
        f"{world.url}/v25.0/{world.settings.phone_number_id}/media",
        headers=world.headers,
        data={"messaging_product": "whatsapp", "type": mime_type},
        files={"file": (name, (SAMPLES / name).read_bytes(), mime_type)},
    )
    return str(answer.json()["id"])


def send_file(page: Page, world: World, kind: str, **fields: Any) -> Locator:
    """Let the business send a sample; returns its bubble."""
    content: dict[str, Any] = {kind: {"id": upload(world, kind), **fields}}
    world.send(world.writing_customer(), type=kind, **content)
    bubble = page.get_by_test_id("bubble-in")
    expect(bubble).to_have_attribute("data-kind", kind)
    return bubble


def test_phone_page_picture_of_the_business_has_its_caption(page: Page, world: World) -> None:
    picture = send_file(page, world, "image", caption="Ecco *la torta*")
    expect(picture.locator("strong")).to_have_text("la torta")
    world.wait(lambda: picture.locator("img").evaluate("image => image.naturalWidth > 0"))


def test_phone_page_document_of_the_business_has_its_name_and_caption(page: Page, world: World) -> None:
    card = send_file(page, world, "document", caption="Il listino", filename="autunno.pdf")
    expect(card).to_contain_text("autunno.pdf")
    expect(card).to_contain_text("Il listino")
    assert requests.get(world.url + str(card.locator("a").get_attribute("href"))).status_code == 200


def test_phone_page_video_of_the_business_can_be_played(page: Page, world: World) -> None:
    film = send_file(page, world, "video", caption="Guardi")
    expect(film).to_contain_text("Guardi")
    expect(film.locator("video[controls]")).to_be_visible()


@pytest.mark.parametrize("voice", [True, False])
def test_phone_page_audio_of_the_business_is_a_voice_note_or_a_file(page: Page, world: World, voice: bool) -> None:
    sound = send_file(page, world, "audio", **({"voice": True} if voice else {}))
    expect(sound.locator(".voice-badge")).to_be_visible()
    expect(sound.locator(".voice-badge.file")).to_have_count(0 if voice else 1)


def test_phone_page_sticker_and_location_of_the_business_are_shown(page: Page, world: World) -> None:
    expect(send_file(page, world, "sticker").locator("img")).to_have_attribute("alt", "Sticker")
    customer = world.get("/_control/customers")["customers"][0]
    place = {"latitude": 45.46, "longitude": 9.19, "name": "Bottega Aurora", "address": "Via Torino 1"}
    world.send(customer, type="location", location=place)
    expect(page.get_by_test_id("bubble-in").last).to_contain_text("Via Torino 1")


def test_phone_page_reaction_of_the_business_is_on_the_bubble(page: Page, world: World) -> None:
    customer = world.writing_customer()
    mine = page.get_by_test_id("bubble-out")
    reaction = {"message_id": world.chat(customer)[0]["id"], "emoji": "❤️"}
    world.send(customer, type="reaction", reaction=reaction)
    expect(mine.get_by_test_id("reactions")).to_have_text("❤️")
    world.send(customer, type="reaction", reaction=reaction | {"emoji": ""})
    expect(mine.get_by_test_id("reactions")).to_have_count(0)
    expect(page.get_by_test_id("bubble-in")).to_have_count(0)


def test_phone_page_template_shows_its_parts_and_its_quick_reply_is_pressed(page: Page, world: World) -> None:
    values = [{"type": "text", "text": text} for text in ("Anna", "venerdì", "15:30")]
    components = [{"type": "body", "parameters": values}]
    template = {"name": "conferma_appuntamento", "language": {"code": "it"}, "components": components}
    world.send(world.customer(), type="template", template=template)
    bubble = page.get_by_test_id("bubble-in")
    expect(bubble.locator(".heading")).to_have_text("Appuntamento")
    expect(bubble.locator(".text strong")).to_have_text(["venerdì", "15:30"])
    expect(bubble.locator(".small-text")).to_have_text("Rispondi STOP per non ricevere altri messaggi")
    page.get_by_test_id("reply-button").first.click()
    pressed = world.receiver.wait_for_message("button")
    assert pressed["button"]["text"] == "Confermo"
    assert pressed["context"]["id"] == bubble.get_attribute("data-message-id")


def test_phone_page_template_with_a_picture_and_an_address_shows_both(page: Page, world: World) -> None:
    parts = [
        {"type": "HEADER", "format": "IMAGE"},
        {"type": "BODY", "text": "È partito."},
        {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Segui", "url": "https://bottega.example/{{1}}"}]},
    ]
    listed = {"id": "1", "name": "spedito", "language": "it", "components": parts}
    requests.put(f"{world.url}/_control/templates", json={"templates": [listed]})
    picture = {"type": "image", "image": {"id": upload(world, "image")}}
    address = {"type": "text", "text": "A-7"}
    components = [
        {"type": "header", "parameters": [picture]},
        {"type": "button", "sub_type": "url", "index": "0", "parameters": [address]},
    ]
    template = {"name": "spedito", "language": {"code": "it"}, "components": components}
    world.send(world.customer(), type="template", template=template)
    expect(page.get_by_test_id("bubble-in").locator("img.photo")).to_be_visible()
    expect(page.get_by_role("link", name="Segui")).to_have_attribute("href", "https://bottega.example/A-7")


def test_phone_page_interactive_message_shows_header_and_footer(page: Page, world: World) -> None:
    message = {
        "type": "button",
        "header": {"type": "image", "image": {"id": upload(world, "image")}},
        "body": {"text": "Va *bene*?"},
        "footer": {"text": "Bottega Aurora"},
        "action": {"buttons": [{"type": "reply", "reply": {"id": "si", "title": "Sì"}}]},
    }
    world.send(world.writing_customer(), type="interactive", interactive=message)
    bubble = page.get_by_test_id("bubble-in")
    expect(bubble.locator("img.photo")).to_be_visible()
    expect(bubble.locator("strong")).to_have_text("bene")
    expect(bubble).to_contain_text("Bottega Aurora")


def test_phone_page_media_faults_name_their_call(page: Page, world: World) -> None:
    page.get_by_test_id("faults-toggle").click()
    page.get_by_test_id("graph-fault").select_option("corrupted")
    page.get_by_test_id("graph-add").click()
    expect(page.get_by_test_id("graph-list")).to_contain_text("wrong hash · download")
    page.get_by_test_id("graph-fault").select_option("503")
    page.get_by_test_id("graph-endpoint").select_option("media_info")
    page.get_by_test_id("graph-add").click()
    world.wait(lambda: len(world.get("/_control/faults")["graph"]) == 2)
    assert [item["endpoint"] for item in world.get("/_control/faults")["graph"]] == ["download", "media_info"]
