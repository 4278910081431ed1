"""The simulator end to end over HTTP: what customers do, what the product sends, what comes back."""

import socket
import subprocess
import sys
from pathlib import Path

import requests

from tests.local.phone_simulator_world import World

PROJECT = Path(__file__).parents[2]


def test_page_is_served_with_a_policy_that_names_its_import_map(world: World) -> None:
    page = requests.get(world.url)
    policy = page.headers["Content-Security-Policy"]
    assert "simulator" in page.text.lower()
    assert "default-src 'none'" in policy
    assert "'sha256-" in policy
    assert "unsafe-inline" not in policy
    assert requests.get(f"{world.url}/vendor/preact.js").status_code == 200


def test_customer_text_arrives_as_signed_webhook(world: World) -> None:
    giulia = world.customer(name="Giulia Rossi", phone="+39 333 1234567", user_id="IT.77", username="giulia")
    answer = world.act(giulia, type="text", text="Ciao è aperto? 🙂")
    payload = world.receiver.wait_for(1)[0]
    assert payload == answer["webhook"]
    assert payload["object"] == "whatsapp_business_account"
    assert payload["entry"][0]["id"] == world.settings.account_id
    change = payload["entry"][0]["changes"][0]
    assert change["field"] == "messages"
    value = change["value"]
    assert value["metadata"]["phone_number_id"] == world.settings.phone_number_id
    assert value["contacts"] == [
        {
            "profile": {"name": "Giulia Rossi", "username": "giulia"},
            "wa_id": "393331234567",
            "user_id": "IT.77",
        }
    ]
    message = value["messages"][0]
    assert message["id"] == answer["id"]
    assert message["from"] == "393331234567"
    assert message["text"] == {"body": "Ciao è aperto? 🙂"}
    assert message["timestamp"].isdigit()


def test_customer_without_number_has_no_from(world: World) -> None:
    hidden = world.customer(name="Nadia", phone=None, user_id="IT.99")
    world.act(hidden, text="salve")
    value = world.receiver.wait_for(1)[0]["entry"][0]["changes"][0]["value"]
    assert "wa_id" not in value["contacts"][0]
    assert "from" not in value["messages"][0]
    assert value["messages"][0]["from_user_id"] == "IT.99"
    sent = world.send(to=None, recipient="IT.99", text={"body": "Buongiorno"})
    assert sent.json()["contacts"] == [{"input": "IT.99", "user_id": "IT.99"}]
    assert world.chat(hidden)[-1]["text"] == "Buongiorno"


def test_customer_without_details_gets_a_plausible_name_and_number(world: World) -> None:
    first, second = world.customer(), world.customer()
    assert first["phone"] != second["phone"]
    assert first["phone"].startswith("39")
    assert " " in first["name"]


def test_sent_text_reaches_the_phone_and_reports_its_statuses(world: World) -> None:
    giulia = world.writing_customer()
    answer = world.send(giulia, text={"body": "Siamo aperti"}, biz_opaque_callback_data="turn-7")
    assert answer.status_code == 200
    message_id = answer.json()["messages"][0]["id"]
    assert message_id.startswith("wamid.")
    assert answer.json()["contacts"] == [{"input": giulia["phone"], "wa_id": giulia["phone"]}]
    bubble = world.chat(giulia)[-1]
    assert (bubble["direction"], bubble["author"], bubble["text"]) == ("in", "business", "Siamo aperti")
    statuses = world.receiver.wait_for_statuses(2)
    assert [item["status"] for item in statuses] == ["sent", "delivered"]
    assert {item["id"] for item in statuses} == {message_id}
    assert {item["biz_opaque_callback_data"] for item in statuses} == {"turn-7"}
    assert statuses[0]["recipient_id"] == giulia["phone"]
    assert statuses[0]["pricing"]["category"] == "service"


def test_sent_records_every_accepted_message_in_order(world: World) -> None:
    giulia = world.writing_customer()
    for number in range(3):
        world.send(giulia, text={"body": f"n{number}"}, biz_opaque_callback_data=f"c{number}")
    sent = world.get("/_control/sent")["sent"]
    assert [(item["text"], item["callback_data"], item["to"]) for item in sent] == [
        (f"n{number}", f"c{number}", giulia["phone"]) for number in range(3)
    ]
    assert sent[0]["payload"]["text"] == {"body": "n0"}
    assert [item["text"] for item in world.get("/_control/sent?since=2")["sent"]] == ["n2"]


def test_message_is_read_when_the_page_opens_the_phone(world: World) -> None:
    giulia = world.writing_customer()
    world.send(giulia, text={"body": "uno"})
    world.receiver.wait_for_statuses(2)
    world.get(f"/_control/state?open={giulia['id']}")
    assert world.receiver.wait_for_statuses(3)[-1]["status"] == "read"


def test_message_on_a_locked_phone_stays_unread(world: World) -> None:
    giulia = world.writing_customer()
    world.get(f"/_control/state?open={giulia['id']}")
    assert world.get("/_control/customers")["customers"][0]["open"] is True
    world.get(f"/_control/state?locked={giulia['id']}")
    world.send(giulia, text={"body": "uno"})
    world.wait(lambda: not world.get("/_control/webhooks")["pending"])
    assert [item["status"] for item in world.receiver.statuses()] == ["sent", "delivered"]


def test_message_is_read_at_once_with_auto_read(world: World) -> None:
    giulia = world.writing_customer(auto_read=True)
    world.send(giulia, text={"body": "uno"})
    assert [item["status"] for item in world.receiver.wait_for_statuses(3)] == ["sent", "delivered", "read"]


def test_read_receipt_turns_ticks_blue_and_shows_typing_until_the_reply(world: World) -> None:
    giulia = world.customer()
    message_id = world.act(giulia, text="ci siete?")["id"]
    receipt = {"status": "read", "message_id": message_id, "typing_indicator": {"type": "text"}}
    answer = world.graph("messages", {"messaging_product": "whatsapp", **receipt})
    assert answer.json() == {"success": True}
    assert world.chat(giulia)[0]["ticks"] == "read"
    assert world.get("/_control/state")["typing"] == [giulia["id"]]
    world.send(giulia, text={"body": "Eccoci"})
    assert world.get("/_control/state")["typing"] == []


def test_read_receipt_of_unknown_message_is_refused(world: World) -> None:
    answer = world.graph(
        "messages", {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.nobody"}
    )
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == 100


def test_customer_message_is_delivered_once_the_webhook_answers(world: World) -> None:
    giulia = world.customer()
    world.receiver.answer_with(503)
    world.act(giulia, text="uno")
    world.wait(lambda: world.chat(giulia)[0]["ticks"] == "delivered")
    log = world.get("/_control/webhooks")["webhooks"]
    assert [item["http_status"] for item in log] == [503, 200]
    assert [item["attempt"] for item in log] == [1, 2]
    assert log[0]["id"] == log[1]["id"]
    assert log[0]["duration_seconds"] >= 0


def test_customer_message_stays_at_one_tick_while_the_webhook_refuses(world: World) -> None:
    giulia = world.customer()
    world.receiver.answer_with(*[503] * 50)
    world.act(giulia, text="uno")
    world.wait(lambda: len(world.get("/_control/webhooks")["webhooks"]) >= 2)
    assert world.chat(giulia)[0]["ticks"] == "sent"


def test_text_outside_the_window_is_refused_but_a_template_passes(world: World) -> None:
    giulia = world.writing_customer()
    world.patch(giulia, last_message_at=1_700_000_000)
    refused = world.send(giulia, text={"body": "ciao"})
    assert refused.status_code == 400
    assert refused.json()["error"]["code"] == 131047
    assert world.get("/_control/sent")["sent"] == []
    template = {"name": "hello_world", "language": {"code": "en_US"}}
    assert world.send(giulia, type="template", template=template).status_code == 200
    assert "Welcome" in world.chat(giulia)[-1]["text"]


def test_template_with_parameters_is_shown_filled(world: World) -> None:
    giulia = world.writing_customer()
    parameters = [{"type": "text", "text": value} for value in ("Giulia", "lunedì", "10:00")]
    template = {
        "name": "conferma_appuntamento",
        "language": {"code": "it"},
        "components": [{"type": "body", "parameters": parameters}],
    }
    assert world.send(giulia, type="template", template=template).status_code == 200
    bubble = world.chat(giulia)[-1]
    assert bubble["text"] == "Ciao Giulia, ti aspettiamo *lunedì* alle *10:00*."
    world.act(giulia, type="button_reply", message_id=bubble["id"], id="Confermo")
    tapped = world.receiver.wait_for_message("button")
    assert tapped["button"] == {"payload": "Confermo", "text": "Confermo"}
    assert tapped["context"]["id"] == bubble["id"]
    template["components"] = []
    assert world.send(giulia, type="template", template=template).json()["error"]["code"] == 132000
    template["name"] = "promo_primavera"
    assert world.send(giulia, type="template", template=template).json()["error"]["code"] == 132001


def test_templates_are_listed_in_pages(world: World) -> None:
    names: list[str] = []
    path = f"{world.url}/v25.0/{world.settings.account_id}/message_templates?limit=4"
    while path:
        answer = requests.get(path, headers=world.headers).json()
        names += [item["name"] for item in answer["data"]]
        path = answer["paging"].get("next", "")
    assert len(names) == len(set(names)) == 6
    approved = requests.get(
        f"{world.url}/v25.0/{world.settings.account_id}/message_templates?status=APPROVED", headers=world.headers
    )
    assert {item["status"] for item in approved.json()["data"]} == {"APPROVED"}


def test_phone_number_and_subscription_answer(world: World) -> None:
    number = requests.get(f"{world.url}/v25.0/{world.settings.phone_number_id}", headers=world.headers).json()
    assert number["verified_name"] == world.settings.business_name
    for prefix in ("/v25.0", ""):
        path = f"{world.url}{prefix}/{world.settings.account_id}/subscribed_apps"
        assert requests.post(path, headers=world.headers).json() == {"success": True}


def test_buttons_are_tapped_with_their_own_title(world: World) -> None:
    giulia = world.writing_customer()
    buttons = [{"type": "reply", "reply": {"id": f"b{n}", "title": f"Scelta {n}"}} for n in (1, 2)]
    body = {"type": "button", "body": {"text": "Quale?"}, "action": {"buttons": buttons}}
    shown = world.send(giulia, type="interactive", interactive=body).json()["messages"][0]["id"]
    world.act(giulia, type="button_reply", message_id=shown, id="b2")
    tapped = world.receiver.wait_for_message("interactive")
    assert tapped["interactive"] == {"type": "button_reply", "button_reply": {"id": "b2", "title": "Scelta 2"}}
    assert tapped["context"] == {"from": world.settings.display_phone_number, "id": shown}


def test_list_rows_are_chosen_with_their_description(world: World) -> None:
    giulia = world.writing_customer()
    row = {"id": "r1", "title": "Mattina", "description": "dalle 9 alle 12"}
    action = {"button": "Scegli", "sections": [{"title": "Orari", "rows": [row]}]}
    body = {"type": "list", "body": {"text": "Quando?"}, "action": action}
    shown = world.send(giulia, type="interactive", interactive=body).json()["messages"][0]["id"]
    world.act(giulia, type="list_reply", message_id=shown, id="r1")
    tapped = world.receiver.wait_for_message("interactive")
    assert tapped["interactive"] == {"type": "list_reply", "list_reply": row}


def test_arbitrary_webhook_is_signed_and_posted(world: World) -> None:
    requests.post(f"{world.url}/_control/webhook", json={"payload": {"object": "page", "entry": []}})
    assert world.receiver.wait_for(1) == [{"object": "page", "entry": []}]
    requests.post(f"{world.url}/_control/webhook", json={"body": "{not json"})
    world.wait(lambda: b"{not json" in world.receiver.bodies)


def test_handshake_reports_what_the_webhook_answers(world: World) -> None:
    assert requests.post(f"{world.url}/_control/handshake").json()["verified"] is True
    world.receiver.verify_token = "another"
    refused = requests.post(f"{world.url}/_control/handshake").json()
    assert (refused["verified"], refused["http_status"]) == (False, 403)


def test_state_gives_only_what_changed_and_starts_over_after_reset(world: World) -> None:
    giulia = world.writing_customer()
    first = world.get("/_control/state")
    assert [item["id"] for item in first["customers"]] == [giulia["id"]]
    position = f"session={first['session']}&since={first['revision']}"
    world.wait(lambda: not world.get("/_control/webhooks")["pending"])
    settled = world.get(f"/_control/state?{position}")
    position = f"session={first['session']}&since={settled['revision']}"
    assert world.get(f"/_control/state?{position}")["messages"] == []
    world.act(giulia, text="due")
    assert [item["text"] for item in world.get(f"/_control/state?{position}")["messages"]] == ["due"]
    requests.post(f"{world.url}/_control/reset")
    after = world.get(f"/_control/state?{position}")
    assert after["session"] != first["session"]
    assert after["customers"] == after["messages"] == []


def test_unknown_customer_and_bad_fields_are_clear_errors(world: World) -> None:
    missing = requests.post(f"{world.url}/_control/customers/c9/messages", json={"text": "x"})
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "not_found")
    giulia = world.customer()
    assert world.try_act(giulia, type="hologram").status_code == 422
    assert world.try_act(giulia, type="image").status_code == 422
    assert world.try_act(giulia, text="").status_code == 422


def test_command_line_serves_and_stops_on_sigterm() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "local.phone_simulator", "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    )
    try:
        assert process.stderr
        line = process.stderr.readline()
        url = line.rpartition(" ")[2].strip()
        assert requests.get(f"{url}/health").json() == {"status": "ok"}
        process.terminate()
        assert process.wait(timeout=10) == 0
    finally:
        process.kill()
        process.communicate()


def test_command_line_names_a_taken_port() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = subprocess.run(
            [sys.executable, "-m", "local.phone_simulator", "--port", str(port)],
            capture_output=True,
            text=True,
            cwd=PROJECT,
        )
    assert result.returncode == 1
    assert str(port) in result.stderr
    assert "Traceback" not in result.stderr
