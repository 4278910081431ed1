"""Every kind of message a customer can write, in the shape of the recorded webhooks in tests/payloads."""

import json
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.local.phone_simulator_world import JsonObject, World

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
    (
        "system-previous-user-id",
        {"type": "system", "system_type": "user_changed_user_id", "user_id": "IT.2", "notice_from": "nobody"},
    ),
    ("system-identity-changed", {"type": "system", "system_type": "customer_identity_changed"}),
    ("user-id-update", {"type": "user_id_update", "user_id": "IT.99991208655302741918"}),
]
NOT_RECORDED = {"unsupported.type"}
"""What Meta sends since a time after the recording."""


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


ACTIONS: list[tuple[dict[str, Any], str, dict[str, Any]]] = [
    ({"type": "location", "name": "Duomo", "latitude": 45.5, "longitude": 9.2}, "location", {"name": "Duomo"}),
    ({"type": "contacts", "name": "Ugo Neri"}, "contacts", {}),
    ({"type": "order"}, "order", {"catalog_id": "300000000000003"}),
    ({"type": "unsupported"}, "unsupported", {"type": "unknown"}),
    ({"raw": {"type": "hologram", "hologram": {"x": 1}}}, "hologram", {"x": 1}),
]


@pytest.mark.parametrize(("action", "kind", "expected"), ACTIONS)
def test_other_message_type_arrives_in_its_shape(
    world: World, action: dict[str, Any], kind: str, expected: dict[str, Any]
) -> None:
    giulia = world.customer()
    world.act(giulia, **action)
    message = world.receiver.wait_for_message(kind)
    if kind == "contacts":
        assert message["contacts"][0]["name"]["formatted_name"] == "Ugo Neri"
    else:
        assert expected.items() <= message[kind].items()
    assert world.chat(giulia)[0]["kind"] == kind


def test_reaction_is_put_on_and_taken_off(world: World) -> None:
    giulia = world.writing_customer()
    answered = world.send(giulia, text={"body": "ok"}).json()["messages"][0]["id"]
    world.act(giulia, type="reaction", message_id=answered, emoji="👍")
    assert world.chat(giulia)[-1]["reactions"] == {"customer": "👍"}
    assert world.receiver.wait_for_message("reaction")["reaction"] == {"message_id": answered, "emoji": "👍"}
    world.receiver.clear()
    world.act(giulia, type="reaction", message_id=answered)
    assert world.receiver.wait_for_message("reaction")["reaction"] == {"message_id": answered}
    assert world.chat(giulia)[-1]["reactions"] == {}


def test_business_reaction_is_shown_on_the_customers_message(world: World) -> None:
    giulia = world.customer()
    message_id = world.act(giulia, text="grazie!")["id"]
    world.send(giulia, type="reaction", reaction={"message_id": message_id, "emoji": "❤️"})
    assert [item["reactions"] for item in world.chat(giulia)] == [{"business": "❤️"}]


def test_edit_and_revoke_change_the_customers_own_message(world: World) -> None:
    giulia = world.customer()
    message_id = world.act(giulia, text="alle otto")["id"]
    world.act(giulia, type="edit", message_id=message_id, text="alle nove")
    edit = world.receiver.wait_for_message("edit")["edit"]
    assert edit["original_message_id"] == message_id
    assert edit["message"]["text"]["body"] == "alle nove"
    assert world.chat(giulia)[0]["text"] == "alle nove"
    world.act(giulia, type="revoke", message_id=message_id)
    assert world.receiver.wait_for_message("revoke")["revoke"] == {"original_message_id": message_id}
    assert world.chat(giulia)[0]["deleted"] is True
    answered = world.send(giulia, text={"body": "ok"}).json()["messages"][0]["id"]
    assert world.try_act(giulia, type="revoke", message_id=answered).status_code == 422


def test_quoted_forwarded_and_ad_messages_carry_their_context(world: World) -> None:
    giulia = world.customer()
    first = world.act(giulia, text="uno")["id"]
    quoting = world.act(giulia, text="due", reply_to=first)["webhook"]
    forwarded = world.act(giulia, text="tre", forwarded=True)["webhook"]
    from_ad = world.act(giulia, text="quattro", referral=True)["webhook"]
    messages = [item["entry"][0]["changes"][0]["value"]["messages"][0] for item in (quoting, forwarded, from_ad)]
    assert messages[0]["context"] == {"from": giulia["phone"], "id": first}
    assert messages[1]["context"] == {"forwarded": True}
    assert messages[2]["referral"]["source_type"] == "ad"


def test_changed_number_comes_as_system_message_without_contacts(world: World) -> None:
    giulia = world.customer()
    world.act(giulia, type="system", phone="393200000001")
    value = world.receiver.wait_for(1)[0]["entry"][0]["changes"][0]["value"]
    assert "contacts" not in value
    assert value["messages"][0]["system"]["wa_id"] == "393200000001"
    assert world.get("/_control/customers")["customers"][0]["phone"] == "393200000001"


def test_changed_user_id_comes_in_its_own_field(world: World) -> None:
    giulia = world.customer(user_id="IT.1", phone="393330000000")
    world.act(giulia, type="user_id_update", user_id="IT.2")
    change = world.receiver.wait_for(1)[0]["entry"][0]["changes"][0]
    assert change["field"] == "user_id_update"
    assert change["value"]["user_id_update"][0]["user_id"] == {"previous": "IT.1", "current": "IT.2"}


@pytest.mark.parametrize(("notice_from", "sender"), [("old", "IT.1"), ("new", "IT.2"), ("nobody", None)])
def test_changed_user_id_is_told_by_whoever_meta_names(world: World, notice_from: str, sender: str | None) -> None:
    giulia = world.customer(user_id="IT.1", phone="393330000000")
    action = {
        "type": "system",
        "system_type": "user_changed_user_id",
        "user_id": "IT.2",
        "notice_from": notice_from,
    }
    world.act(giulia, **action)
    notice = world.receiver.wait_for_message("system")
    assert (notice.get("from_user_id"), notice["system"]["user_id"]) == (sender, "IT.2")
    assert notice["system"].get("previous_user_id") == (None if notice_from == "old" else "IT.1")
    assert ("from" in notice) == (notice_from == "old")
