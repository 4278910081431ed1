"""Files at WhatsApp: uploading as Meta takes it, downloading, what goes wrong; and templates that carry files."""

import base64
import hashlib
import io
from typing import Any

import pytest
import requests

from tests.local.phone_simulator_world import JsonObject, World

JPEG = b"\xff\xd8\xff\xe0 a photo"
IMAGE_TEMPLATE = {
    "id": "7",
    "name": "spedito",
    "language": "it",
    "components": [
        {"type": "HEADER", "format": "IMAGE"},
        {"type": "BODY", "text": "L'ordine {{1}} è partito."},
        {
            "type": "BUTTONS",
            "buttons": [
                {"type": "URL", "text": "Segui", "url": "https://bottega.example/{{1}}"},
                {"type": "PHONE_NUMBER", "text": "Chiama", "phone_number": "+390297000000"},
                {"type": "QUICK_REPLY", "text": "Grazie"},
            ],
        },
    ],
}


def upload(world: World, name: str = "foto.jpg", content: bytes = JPEG, **fields: str) -> requests.Response:
    body = {"messaging_product": "whatsapp", "type": "image/jpeg", **fields}
    path = f"{world.url}/v25.0/{world.settings.phone_number_id}/media"
    return requests.post(path, headers=world.headers, data=body, files={"file": (name, content, body["type"])})


def look_up(world: World, media_id: str) -> requests.Response:
    return requests.get(f"{world.url}/v25.0/{media_id}", headers=world.headers)


def download(world: World, url: str) -> requests.Response:
    return requests.get(url, headers=world.headers)


def test_upload_can_be_sent_looked_up_and_downloaded(world: World) -> None:
    giulia, media_id = world.writing_customer(), upload(world).json()["id"]
    assert world.send(giulia, type="image", image={"id": media_id, "caption": "Ecco"}).status_code == 200
    bubble = world.chat(giulia)[-1]
    assert (bubble["kind"], bubble["text"], bubble["media"]["size"]) == ("image", "Ecco", len(JPEG))
    about = look_up(world, media_id).json()
    assert (about["sha256"], about["file_size"]) == (hashlib.sha256(JPEG).hexdigest(), len(JPEG))
    assert download(world, about["url"]).content == JPEG


@pytest.mark.parametrize(
    ("fields", "content", "code"),
    [
        ({"messaging_product": "sms"}, JPEG, 100),
        ({"type": "image/tiff"}, JPEG, 100),
        ({"type": "application/zip"}, b"PK", 100),
        ({}, bytes(5 * 1024 * 1024 + 1), 131053),
    ],
)
def test_upload_that_meta_refuses_is_refused(
    world: World, fields: dict[str, str], content: bytes, code: int
) -> None:
    answer = upload(world, content=content, **fields)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


FAULTS: list[tuple[JsonObject, str, int]] = [
    ({"fault": "503", "endpoint": "media_info"}, "look-up", 503),
    ({"fault": "404", "endpoint": "media_info"}, "look-up", 404),
    ({"fault": "500", "endpoint": "media"}, "look-up", 500),
    ({"fault": "503", "endpoint": "download"}, "download", 503),
    ({"fault": "404", "endpoint": "download"}, "download", 404),
    ({"fault": "expired_url"}, "download", 404),
    ({"fault": "503", "endpoint": "upload"}, "upload", 503),
]


@pytest.mark.parametrize(("fault", "where", "status"), FAULTS)
def test_media_fault_meets_its_call_once_and_no_other(
    world: World, fault: JsonObject, where: str, status: int
) -> None:
    media_id = upload(world).json()["id"]
    world.fault(graph=fault)
    first, second = statuses(world, media_id), statuses(world, media_id)
    expected: dict[str, Any] = {"look-up": 200, "download": 200, "upload": 200, where: status}
    if where == "look-up":
        expected["download"] = None  # there is no address to download from
    assert first == expected
    assert set(second.values()) == {200}


def statuses(world: World, media_id: str) -> dict[str, int | None]:
    about = look_up(world, media_id)
    file = download(world, about.json()["url"]) if about.ok else None
    return {
        "look-up": about.status_code,
        "download": file.status_code if file is not None else None,
        "upload": upload(world).status_code,
    }


def test_corrupted_download_has_the_size_but_not_the_hash(world: World) -> None:
    about = look_up(world, upload(world).json()["id"]).json()
    world.fault(fault="corrupted", endpoint="media")
    broken = download(world, about["url"]).content
    assert len(broken) == about["file_size"]
    assert hashlib.sha256(broken).hexdigest() != about["sha256"]
    assert download(world, about["url"]).content == JPEG


def test_download_larger_than_declared_goes_on_after_the_declared_size(world: World) -> None:
    about = look_up(world, upload(world).json()["id"]).json()
    world.fault(fault="larger_than_declared", extra_bytes=1000)
    assert len(download(world, about["url"]).content) == about["file_size"] + 1000


def test_template_with_image_and_buttons_is_filled(world: World) -> None:
    account = f"{world.url}/v25.0/{world.settings.account_id}/message_templates"
    put(world, IMAGE_TEMPLATE)
    assert [item["name"] for item in requests.get(account, headers=world.headers).json()["data"]] == ["spedito"]
    giulia, media_id = world.customer(), upload(world).json()["id"]
    answer = send_template(
        world, giulia, header(media_id), body("A-7"), button(0, text="A-7"), button(2, payload="ok")
    )
    assert answer.status_code == 200, answer.text
    bubble = world.chat(giulia)[-1]
    assert (bubble["text"], bubble["media"]["id"]) == ("L'ordine A-7 è partito.", media_id)
    assert [item.get("url") for item in bubble["content"]["actions"]] == ["https://bottega.example/A-7", None, None]
    world.act(giulia, type="button_reply", message_id=bubble["id"], id="Grazie")
    assert world.receiver.wait_for_message("button")["button"] == {"payload": "ok", "text": "Grazie"}
    assert world.try_act(giulia, type="button_reply", message_id=bubble["id"], id="Segui").status_code == 422


def test_template_with_a_part_missing_is_refused(world: World) -> None:
    put(world, IMAGE_TEMPLATE)
    giulia, picture = world.customer(), header(upload(world).json()["id"])
    for parts, code in (
        ([body("A-7"), button(0, text="A-7")], 132012),
        ([picture, button(0, text="A-7")], 132000),
        ([picture, body("A-7")], 131008),
        ([header("404"), body("A-7"), button(0, text="A-7")], 100),
    ):
        assert send_template(world, giulia, *parts).json()["error"]["code"] == code
    assert world.chat(giulia) == []


def put(world: World, *templates: JsonObject) -> None:
    answer = requests.put(f"{world.url}/_control/templates", json={"templates": templates})
    assert answer.status_code == 200, answer.text


def send_template(world: World, customer: JsonObject, *components: JsonObject) -> requests.Response:
    template = {"name": "spedito", "language": {"code": "it"}, "components": components}
    return world.send(customer, type="template", template=template)


def header(media_id: str) -> JsonObject:
    return {"type": "header", "parameters": [{"type": "image", "image": {"id": media_id}}]}


def body(text: str) -> JsonObject:
    return {"type": "body", "parameters": [{"type": "text", "text": text}]}


def button(index: int, **value: str) -> JsonObject:
    [kind] = value
    sub_type = "url" if kind == "text" else "quick_reply"
    return {"type": "button", "sub_type": sub_type, "index": str(index), "parameters": [{"type": kind, **value}]}


def test_attachment_becomes_media_the_product_can_download(world: World) -> None:
    giulia = world.customer()
    content = b"\x89PNG not really"
    world.upload(giulia, ("foto.png", io.BytesIO(content), "image/png"), type="image", caption="eccola")
    image = world.receiver.wait_for_message("image")["image"]
    assert image["caption"] == "eccola"
    assert base64.b64decode(image["sha256"]) == hashlib.sha256(content).digest()
    about = requests.get(f"{world.url}/v25.0/{image['id']}", headers=world.headers).json()
    assert (about["mime_type"], about["file_size"], about["id"]) == ("image/png", len(content), image["id"])
    assert about["sha256"] == hashlib.sha256(content).hexdigest()
    assert requests.get(about["url"]).status_code == 401
    assert requests.get(about["url"], headers=world.headers).content == content
    assert requests.get(about["url"][:-1] + "x", headers=world.headers).status_code == 404
    shown = world.chat(giulia)[0]["media"]
    assert requests.get(world.url + shown["url"]).content == content
    assert requests.delete(f"{world.url}/v25.0/{image['id']}", headers=world.headers).json() == {"success": True}
    assert requests.get(f"{world.url}/v25.0/{image['id']}", headers=world.headers).status_code == 400


@pytest.mark.parametrize("kind", ["image", "document", "audio", "video", "sticker"])
def test_sample_of_every_media_type_is_sent(world: World, kind: str) -> None:
    giulia = world.customer()
    world.act(giulia, type=kind, sample=True, voice=kind == "audio")
    item = world.receiver.wait_for_message(kind)[kind]
    assert item["id"]
    assert item.get("voice") is (True if kind == "audio" else None)
    assert bool(item.get("filename")) is (kind == "document")


def test_uploaded_media_is_shown_on_the_phone(world: World) -> None:
    giulia = world.writing_customer()
    uploaded = requests.post(
        f"{world.url}/v25.0/{world.settings.phone_number_id}/media",
        headers=world.headers,
        data={"messaging_product": "whatsapp", "type": "application/pdf"},
        files={"file": ("listino.pdf", b"%PDF-1.4", "application/pdf")},
    )
    document = {"id": uploaded.json()["id"], "caption": "Il listino", "filename": "listino.pdf"}
    assert world.send(giulia, type="document", document=document).status_code == 200
    bubble = world.chat(giulia)[-1]
    assert bubble["media"]["mime_type"] == "application/pdf"
    assert bubble["text"] == "Il listino"


def test_uploaded_media_of_unsupported_type_is_refused(world: World) -> None:
    answer = requests.post(
        f"{world.url}/v25.0/{world.settings.phone_number_id}/media",
        headers=world.headers,
        data={"messaging_product": "whatsapp"},
        files={"file": ("a.exe", b"MZ", "application/x-msdownload")},
    )
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == 100
