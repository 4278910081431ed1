"""Every fault does what it says, and what reached the customer is always on record."""

import pytest
import requests

from tests.local.phone_simulator_world import JsonObject, World


@pytest.fixture
def giulia(world: World) -> JsonObject:
    return world.writing_customer()


ANSWERS = [
    ("500", 500, 131000, None),
    ("429", 429, 130429, "2"),
    ("429_without_retry_after", 429, 130429, None),
    ("131047", 400, 131047, None),
    ("131056", 400, 131056, None),
    ("190", 401, 190, None),
]


@pytest.mark.parametrize(("fault", "status", "code", "retry_after"), ANSWERS)
def test_error_fault_answers_the_next_calls_then_ends(
    world: World, giulia: JsonObject, fault: str, status: int, code: int, retry_after: str | None
) -> None:
    world.fault(graph={"fault": fault, "times": 2})
    for _ in range(2):
        answer = world.send(giulia, text={"body": "x"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
        assert answer.headers.get("Retry-After") == retry_after
    assert world.get("/_control/sent")["sent"] == []
    assert world.send(giulia, text={"body": "x"}).status_code == 200
    assert world.get("/_control/faults")["graph"] == []


def test_fault_of_an_endpoint_leaves_the_others_alone(world: World, giulia: JsonObject) -> None:
    world.fault(graph=[{"fault": "500", "endpoint": "read"}, {"fault": 190, "endpoint": "media"}])
    assert world.send(giulia, text={"body": "x"}).status_code == 200
    receipt = {"messaging_product": "whatsapp", "status": "read", "message_id": world.chat(giulia)[0]["id"]}
    assert world.graph("messages", receipt).status_code == 500
    assert world.graph("messages", receipt).status_code == 200
    assert world.graph("media", {}).status_code == 401


def test_rate_with_the_same_seed_repeats_itself(world: World, giulia: JsonObject) -> None:
    runs = []
    for _ in range(2):
        requests.delete(f"{world.url}/_control/faults")
        world.fault(fault="500", rate=0.5, seed=4)
        runs.append([world.send(giulia, text={"body": "x"}).status_code for _ in range(12)])
    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 500}


@pytest.mark.parametrize("fault", ["accepted_then_reset", "truncated_json"])
def test_accepted_message_with_a_spoiled_answer_is_on_record(world: World, giulia: JsonObject, fault: str) -> None:
    world.fault(fault=fault)
    with pytest.raises(requests.RequestException):
        world.send(giulia, text={"body": "uno"}).json()
    sent = world.get("/_control/sent")["sent"]
    assert [(item["text"], item["fault"], item["reached_customer"]) for item in sent] == [("uno", fault, True)]
    assert world.chat(giulia)[-1]["text"] == "uno"


def test_gateway_answers_504_with_a_page_whether_the_message_arrived_or_not(
    world: World, giulia: JsonObject
) -> None:
    world.fault(graph=[{"fault": "accepted_then_504"}, {"fault": "504"}])
    for text in ("uno", "due"):
        answer = world.send(giulia, text={"body": text})
        assert (answer.status_code, answer.headers["Content-Type"]) == (504, "text/html; charset=utf-8")
        assert answer.text.startswith("<html>")
    assert [item["text"] for item in world.get("/_control/sent")["sent"]] == ["uno"]


def test_accepted_message_whose_answer_hangs_is_on_record(world: World, giulia: JsonObject) -> None:
    world.fault(fault="accepted_then_hang", seconds=60)
    with pytest.raises(requests.ReadTimeout):
        world.send(giulia, text={"body": "uno"}, timeout=0.3, biz_opaque_callback_data="t1")
    assert [item["text"] for item in world.get("/_control/sent")["sent"]] == ["uno"]
    assert {item["biz_opaque_callback_data"] for item in world.receiver.wait_for_statuses(2)} == {"t1"}


def test_hang_and_reset_deliver_nothing(
    world: World, giulia: JsonObject, capfd: pytest.CaptureFixture[str]
) -> None:
    world.fault(graph=[{"fault": "hang", "seconds": 60}, {"fault": "reset"}])
    with pytest.raises(requests.ReadTimeout):
        world.send(giulia, text={"body": "uno"}, timeout=0.3)
    with pytest.raises(requests.ConnectionError, match="reset by peer"):
        world.send(giulia, text={"body": "due"})
    assert world.get("/_control/sent")["sent"] == []
    assert "Traceback" not in capfd.readouterr().err


def test_latency_delays_a_good_answer(world: World, giulia: JsonObject) -> None:
    world.fault(fault="latency", seconds=0.2)
    answer = world.send(giulia, text={"body": "uno"})
    assert answer.status_code == 200
    assert answer.elapsed.total_seconds() >= 0.2


def test_duplicate_fault_posts_every_webhook_twice(world: World) -> None:
    world.fault(webhook_duplicate=1)
    message_id = world.act(world.customer(), text="ciao")["id"]
    world.receiver.wait_for(2)
    assert [item["id"] for item in world.receiver.messages()] == [message_id, message_id]


def test_late_fault_holds_a_webhook_back(world: World) -> None:
    world.fault(webhook_late=600)
    world.act(world.customer(), text="ciao")
    assert world.get("/_control/webhooks") == {"webhooks": [], "pending": 1}


def test_shuffle_fault_delivers_everything_all_the_same(world: World, giulia: JsonObject) -> None:
    world.fault(webhook_shuffle=0.7, seed=3)
    texts = [f"n{number}" for number in range(6)]
    for text in texts:
        world.act(giulia, text=text)
    world.receiver.wait_for(7)
    arrived = [item["text"]["body"] for item in world.receiver.messages()[1:]]
    assert sorted(arrived) == texts
    assert arrived != texts


def test_dropped_statuses_are_never_posted(world: World, giulia: JsonObject) -> None:
    world.fault(drop_statuses=True)
    world.send(giulia, text={"body": "uno"})
    world.wait(lambda: world.chat(giulia)[-1]["ticks"] == "delivered")
    world.wait(lambda: not world.get("/_control/webhooks")["pending"])
    assert world.receiver.statuses() == []


def test_status_before_response_is_there_when_the_answer_comes(world: World, giulia: JsonObject) -> None:
    world.fault(status_before_response=True)
    world.send(giulia, text={"body": "uno"})
    assert [item["status"] for item in world.receiver.statuses()] == ["sent", "delivered"]


def test_status_out_of_order_reports_delivered_first(world: World, giulia: JsonObject) -> None:
    world.fault(status_out_of_order=True)
    world.send(giulia, text={"body": "uno"})
    assert [item["status"] for item in world.receiver.wait_for_statuses(2)] == ["delivered", "sent"]
    assert world.chat(giulia)[-1]["ticks"] == "delivered"


def test_failed_delivery_is_reported_without_contacts(world: World, giulia: JsonObject) -> None:
    world.fault(delivery_failed=True)
    world.send(giulia, text={"body": "uno"})
    status = world.receiver.wait_for_statuses(1)[0]
    assert (status["status"], status["errors"][0]["code"]) == ("failed", 131026)
    assert "contacts" not in world.receiver.values()[-1]
    assert world.get("/_control/sent")["sent"][0]["reached_customer"] is False


def test_refused_webhook_is_posted_again_until_accepted(world: World) -> None:
    world.receiver.answer_with(500, 429, 404)
    world.act(world.customer(), text="ciao")
    world.receiver.wait_for(1)
    log = world.wait(lambda: (found := world.get("/_control/webhooks")["webhooks"])[3:] and found)
    assert [item["http_status"] for item in log] == [500, 429, 404, 200]


def test_unknown_fault_is_refused(world: World) -> None:
    answer = requests.post(f"{world.url}/_control/faults", json={"fault": "gremlins"})
    assert answer.status_code == 422
    assert "accepted_then_hang" in answer.json()["error"]["message"]
    assert requests.post(f"{world.url}/_control/faults", json={"webhook_duplicat": 1}).status_code == 422


def test_clearing_faults_restores_normal_service(world: World, giulia: JsonObject) -> None:
    world.fault(webhook_duplicate=1, drop_statuses=True, graph={"fault": "500", "times": 9})
    requests.delete(f"{world.url}/_control/faults")
    assert world.send(giulia, text={"body": "x"}).status_code == 200
    faults = world.get("/_control/faults")
    assert (faults["webhook_duplicate"], faults["drop_statuses"], faults["graph"]) == (0, False, [])


def test_every_graph_call_is_logged_with_its_fault(world: World, giulia: JsonObject) -> None:
    world.fault(fault="500")
    world.send(giulia, text={"body": "x"})
    world.send(giulia, text={"body": "x"})
    calls = world.get("/_control/calls")["calls"]
    assert [(item["endpoint"], item["fault"], item["http_status"]) for item in calls] == [
        ("messages", "500", 500),
        ("messages", None, 200),
    ]
