"""Every kind of message a customer can write, in the shape of the recorded webhooks in tests/payloads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.local.phone_simulator_world import JsonObject, World, running_world

PAYLOADS = Path(__file__).parents[1] / "payloads"
KINDS = [
    ("text", {"text": "Ciao"}),
    ("text-forwarded", {"text": "Ciao", "forwarded": True}),
    ("text-frequently-forwarded", {"text": "Ciao", "frequently_forwarded": True}),
    ("text-referral", {"text": "Ciao", "referral": True}),
    ("text-group", {"text": "Ciao", "group": True}),
    ("image-caption", {"type": "image", "sample": True, "caption": "Questo qui"}),
    ("sticker", {"type": "sticker", "sample": True}),
    ("document", {"type": "document", "sample": True}),
    ("video", {"type": "video", "sample": True}),
    ("audio-voice", {"type": "audio", "sample": True, "voice": True}),
    ("audio-file", {"type": "audio", "sample": True, "voice": False}),
    ("location", {"type": "location"}),
    ("location-place", {"type": "location", "name": "Duomo", "address": "Piazza del Duomo"}),
    ("contacts", {"type": "contacts"}),
    ("interactive-nfm-reply", {"type": "flow_reply", "response": {"day": "2026-11-25"}}),
    ("order", {"type": "order"}),
    ("unsupported", {"type": "unsupported"}),
    ("system-number-changed", {"type": "system", "phone": "393339876543"}),
    (
        "system-user-id-changed",
        {"type": "system", "system_type": "user_changed_user_id", "user_id": "IT.99991208655302741918"},
    ),
    ("system-identity-changed", {"type": "system", "system_type": "customer_identity_changed"}),
    ("user-id-update", {"type": "user_id_update", "user_id": "IT.99991208655302741918"}),
]
NOT_RECORDED = {"unsupported.type"}
"""What Meta sends since a time after the recording."""


@pytest.fixture
def world() -> Iterator[World]:
    with running_world() as running:
        yield running


@pytest.mark.parametrize(("name", "action"), KINDS, ids=[name for name, _ in KINDS])
def test_kind_has_the_shape_of_the_recorded_webhook(world: World, name: str, action: JsonObject) -> None:
    world.act(world.customer(name="Mario Rossi"), **action)
    [posted] = world.receiver.wait_for(1)
    recorded = json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))
    one, other = ({change["field"] for change in changes(body)} for body in (posted, recorded))
    assert one == other
    for kind, item in items(posted):
        assert paths(item) - NOT_RECORDED <= {path for _, each in items(recorded) for path in paths(each)}
        assert kind in {each for each, _ in items(recorded)}


def changes(body: JsonObject) -> list[JsonObject]:
    return [change for entry in body["entry"] for change in entry["changes"]]


def items(body: JsonObject) -> list[tuple[str, JsonObject]]:
    """Each message, and each change of a user id, with the type it names."""
    values = [change["value"] for change in changes(body)]
    return [
        (f"{item.get('type')} {(item.get('system') or item.get('interactive') or {}).get('type')}", item)
        for value in values
        for item in [*value.get("messages", []), *value.get("user_id_update", [])]
    ]


def paths(value: Any, path: str = "") -> set[str]:
    """Every place in a document that holds a value, whatever the value."""
    if isinstance(value, dict):
        return {found for key, each in value.items() for found in paths(each, f"{path}.{key}".lstrip("."))}
    if isinstance(value, list):
        return {found for each in value for found in paths(each, f"{path}[]")}
    return {path}


def test_form_reply_carries_its_answers_as_text(world: World) -> None:
    world.act(world.customer(), type="flow_reply", response={"giorno": "sabato"})
    reply = world.receiver.wait_for_message("interactive")["interactive"]["nfm_reply"]
    assert json.loads(reply["response_json"]) == {"giorno": "sabato"}


def test_group_message_opens_no_window(world: World) -> None:
    giulia = world.customer()
    world.act(giulia, text="Ciao a tutti", group="gruppo-1")
    assert world.receiver.wait_for_message("text")["group_id"] == "gruppo-1"
    assert world.chat(giulia)[0]["in_group"] is True
    assert world.send(giulia, text={"body": "Salve"}).json()["error"]["code"] == 131047


def test_number_change_is_posted_from_the_old_number_and_reaches_the_new_one(world: World) -> None:
    giulia = world.writing_customer(phone="393331234567")
    world.act(giulia, type="system", phone="393339876543")
    told = world.receiver.wait_for_message("system")
    assert (told["from"], told["system"]["wa_id"]) == ("393331234567", "393339876543")
    assert [item["kind"] for item in world.chat(giulia)] == ["text", "system"]
    assert world.send(to="393339876543", text={"body": "Salve"}).status_code == 200
    assert world.send(to="393331234567", text={"body": "Salve"}).json()["error"]["code"] == 131047


def test_customer_who_hides_the_number_is_known_by_user_id_and_name(world: World) -> None:
    giulia = world.writing_customer(user_id="IT.77", phone="393331234567")
    world.receiver.wait_for_message("text")
    world.patch(giulia, hides_number=True, username="giulia.rossi")
    world.receiver.clear()
    sent = world.send(giulia, text={"body": "Salve"})  # the number itself goes on working
    world.act(giulia, text="Eccomi", reply_to=world.chat(giulia)[0]["id"])
    world.receiver.wait_for_message("text")
    value = next(value for value in world.receiver.values() if "messages" in value)
    [contact], [message] = value["contacts"], value["messages"]
    assert (contact.get("wa_id"), contact["user_id"], contact["profile"]["username"]) == (
        None,
        "IT.77",
        "giulia.rossi",
    )
    assert ("from" in message, message["from_user_id"], "from" in message["context"]) == (False, "IT.77", False)
    assert sent.status_code == 200
    assert {"recipient_id" in item for item in world.receiver.wait_for_statuses(2)} == {False}


def test_customer_without_user_id_cannot_hide_the_number(world: World) -> None:
    giulia = world.customer(user_id=None, phone="393331234567")
    path = f"{world.url}/_control/customers/{giulia['id']}"
    assert requests.patch(path, json={"hides_number": True}).status_code == 422


def test_customer_without_number_may_have_a_made_up_user_name(world: World) -> None:
    nadia = world.customer(name="Amélie Conti", phone=None, username=True)
    assert nadia["username"].startswith("amelie.conti")
    assert nadia["phone"] is None


def test_edit_may_be_reported_as_unsupported(world: World) -> None:
    giulia = world.writing_customer()
    world.act(giulia, type="edit", message_id=world.chat(giulia)[0]["id"], text="Buonasera", as_unsupported=True)
    told = world.receiver.wait_for_message("unsupported")
    assert told["errors"][0]["code"] == 131051
    assert (world.chat(giulia)[0]["text"], world.chat(giulia)[0]["edited"]) == ("Buonasera", True)
