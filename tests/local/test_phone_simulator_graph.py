"""The Graph API's checks: tokens, ids and limits, answered in Meta's error shape."""

from typing import Any

import pytest
import requests

from local.phone_simulator.account import SimulatorSettings
from tests.local.phone_simulator_world import World, running_world


def _button(number: int, title: str = "") -> dict[str, Any]:
    return {"type": "reply", "reply": {"id": f"b{number}", "title": title or f"Scelta {number}"}}


def _buttons(*buttons: dict[str, Any], text: str = "Quale?") -> dict[str, Any]:
    return {"type": "button", "body": {"text": text}, "action": {"buttons": list(buttons)}}


def _list(*rows: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "list",
        "body": {"text": "Quando?"},
        "action": {"button": "Scegli", "sections": [{"rows": list(rows)}]},
    }


def _row(number: int, **fields: str) -> dict[str, Any]:
    return {"id": f"r{number}", "title": f"Riga {number}", **fields}


ACCEPTED: list[tuple[str, Any]] = [
    ("text", {"body": "x" * 4096}),
    ("image", {"link": "https://example.com/a.jpg", "caption": "x" * 1024}),
    ("sticker", {"link": "https://example.com/a.webp"}),
    ("location", {"latitude": 45.46, "longitude": 9.19, "name": "Duomo"}),
    ("contacts", [{"name": {"formatted_name": "Ugo"}, "phones": [{"phone": "+39 02 1"}]}]),
    ("interactive", _buttons(_button(1, "x" * 20), _button(2), _button(3))),
    ("interactive", _list(*(_row(number, description="x" * 72) for number in range(10)))),
]

REFUSED: list[tuple[str, Any, int]] = [
    ("text", {"body": "x" * 4097}, 100),
    ("text", {"body": ""}, 131009),
    ("text", {}, 131008),
    ("text", {"body": "x", "colour": "red"}, 100),
    ("text", None, 100),
    ("hologram", {}, 131009),
    ("image", {"link": "https://example.com/a.jpg", "caption": "x" * 1025}, 100),
    ("image", {"caption": "no source"}, 131009),
    ("image", {"id": "404"}, 100),
    ("location", {"latitude": 91, "longitude": 0}, 131009),
    ("contacts", [], 131009),
    ("reaction", {"message_id": "wamid.nobody", "emoji": "x"}, 131009),
    ("interactive", _buttons(*(_button(number) for number in range(4))), 131009),
    ("interactive", _buttons(_button(1, "x" * 21)), 131009),
    ("interactive", _buttons(_button(1), _button(2, "Scelta 1")), 131009),
    ("interactive", _buttons(_button(1), text="x" * 1025), 131009),
    ("interactive", _list(*(_row(number) for number in range(11))), 131009),
    ("interactive", _list(_row(1, title="x" * 25)), 131009),
    ("template", {"name": "nobody", "language": {"code": "it"}}, 132001),
]


@pytest.mark.parametrize(("kind", "body"), ACCEPTED)
def test_message_within_the_limits_is_accepted(world: World, kind: str, body: Any) -> None:
    answer = world.send(world.writing_customer(), type=kind, **{kind: body})
    assert answer.status_code == 200, answer.text
    assert [item["kind"] for item in world.get("/_control/sent")["sent"]] == [kind]


@pytest.mark.parametrize(("kind", "body", "code"), REFUSED)
def test_message_outside_the_limits_is_refused_and_not_delivered(
    world: World, kind: str, body: Any, code: int
) -> None:
    answer = world.send(world.writing_customer(), type=kind, **{kind: body})
    assert answer.status_code in (400, 404)
    error = answer.json()["error"]
    assert error["code"] == code
    assert error["message"]
    assert error["fbtrace_id"]
    assert error["type"] == "OAuthException"
    assert world.get("/_control/sent")["sent"] == []


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"\xff\xfe"])
def test_body_that_is_no_json_object_is_refused(world: World, body: bytes) -> None:
    path = f"{world.url}/v25.0/{world.settings.phone_number_id}/messages"
    answer = requests.post(path, data=body, headers=world.headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 100)


def test_message_too_long_names_the_parameter(world: World) -> None:
    answer = world.send(world.writing_customer(), text={"body": "x" * 5000})
    assert "text['body'] must be at most 4096 characters" in answer.json()["error"]["message"]


def test_missing_product_is_refused(world: World) -> None:
    answer = world.graph("messages", {"to": "39333", "type": "text", "text": {"body": "x"}})
    assert "messaging_product is required" in answer.json()["error"]["message"]


def test_phone_wins_over_user_id(world: World) -> None:
    giulia, marco = world.writing_customer(), world.writing_customer(user_id="IT.5", phone="393200000005")
    answer = world.send(giulia, recipient=marco["user_id"], text={"body": "per Giulia"})
    assert answer.json()["contacts"][0]["wa_id"] == giulia["phone"]
    assert world.chat(giulia)[-1]["text"] == "per Giulia"


def test_own_number_is_refused(world: World) -> None:
    answer = world.send(to=world.settings.display_phone_number, text={"body": "io"})
    assert answer.json()["error"]["code"] == 131021


def test_text_to_a_stranger_is_outside_the_window(world: World) -> None:
    assert world.send(to="393339999999", text={"body": "ciao"}).json()["error"]["code"] == 131047


def test_template_to_a_stranger_makes_a_new_phone(world: World) -> None:
    template = {"name": "hello_world", "language": {"code": "en_US"}}
    assert world.send(to="+39 333 999 9999", type="template", template=template).status_code == 200
    assert [item["phone"] for item in world.get("/_control/customers")["customers"]] == ["393339999999"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v25.0/111/messages"),
        ("POST", "/v25.0/111/media"),
        ("GET", "/v25.0/111"),
        ("GET", "/v25.0/222/message_templates"),
        ("POST", "/222/subscribed_apps"),
    ],
)
def test_call_without_token_is_unauthorised(world: World, method: str, path: str) -> None:
    answer = requests.request(method, world.url + path, data=b"{")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, 190)


@pytest.mark.parametrize("path", ["/v25.0/999/messages", "/v25.0/999/media", "/v25.0/999/subscribed_apps"])
def test_call_on_unknown_id_is_refused(world: World, path: str) -> None:
    answer = requests.post(world.url + path, json={"type": "text"}, headers=world.headers)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["error_subcode"]) == (400, 100, 33)


def test_only_the_configured_token_is_accepted_when_there_is_one() -> None:
    settings = SimulatorSettings(app_secret="s", access_token="right")
    with running_world(settings) as world:
        path = f"{world.url}/v25.0/{settings.phone_number_id}"
        assert requests.get(path, headers={"Authorization": "Bearer wrong"}).status_code == 401
        assert requests.get(path, headers={"Authorization": "Bearer right"}).status_code == 200


def test_settings_come_from_the_products_variables() -> None:
    settings = SimulatorSettings.from_environment(
        {"WHATSAPP_APP_SECRET": " new, old ", "WHATSAPP_PHONE_ID": "7\n", "WHATSAPP_ACCOUNT_ID": "  "}
    )
    assert (settings.app_secret, settings.phone_number_id) == ("new", "7")
    assert settings.account_id == SimulatorSettings().account_id
    assert "new" not in repr(settings)
