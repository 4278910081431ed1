"""The WhatsApp client against the phone simulator: what is retried, what never is, and what is told about it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import requests
import urllib3.util.retry

from functions.process.turn.buttons import BODY_CHARACTERS, TITLE_CHARACTERS
from local.phone_simulator import PhoneSimulator
from local.phone_simulator.records import ChatMessage
from local.stack.ports import free_port
from shared.errors import SendFailedError, SendUnknownError, TokenRefusedError
from shared.model.contact import Contact
from shared.store.connection import utc_now
from shared.whatsapp.client import CALLBACK_PREFIX, WhatsApp
from shared.whatsapp.session import Timing
from tests.turns.world import make_settings

PHONE, USER_ID = "393331234567", "IT.1349"

Make = Callable[..., WhatsApp]


@pytest.fixture
def simulator() -> Iterator[PhoneSimulator]:
    with PhoneSimulator() as running:
        state = running.simulation.state
        customer = state.add_customer("Mario", phone=PHONE, user_id=USER_ID, username=None, auto_read=False)
        state.update_customer(customer.id, last_message_at=time.time())
        yield running


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between tries, which take no time here."""
    taken: list[float] = []
    monkeypatch.setattr(urllib3.util.retry, "time", SimpleNamespace(sleep=taken.append, time=time.time))
    return taken


@pytest.fixture
def make(simulator: PhoneSimulator, pauses: list[float]) -> Iterator[Make]:
    made: list[WhatsApp] = []

    def build(url: str = "", timing: Timing | None = None) -> WhatsApp:
        number = simulator.settings.phone_number_id
        settings = make_settings("project", whatsapp_phone_id=number, graph_api_url=url or simulator.url)
        made.append(WhatsApp(settings, timing or Timing(), sleep=pauses.append))
        return made[-1]

    yield build
    for whatsapp in made:
        whatsapp.close()


@pytest.fixture
def whatsapp(make: Make) -> WhatsApp:
    return make()


@pytest.fixture
def contact() -> Contact:
    return Contact(id="c", created_at=utc_now(), phone=f"+{PHONE}", user_id=USER_ID)


def fail(simulator: PhoneSimulator, fault: str, times: int = 1, endpoint: str = "messages", **more: Any) -> None:
    simulator.simulation.faults.change({"graph": {"fault": fault, "times": times, "endpoint": endpoint, **more}})


def posts(simulator: PhoneSimulator) -> int:
    return sum(call["method"] == "POST" for call in simulator.simulation.calls)


def arrived(simulator: PhoneSimulator) -> list[str]:
    return [item.payload["text"]["body"] for item in simulator.simulation.state.sent()]


def test_send_arrives_with_our_callback_data(whatsapp, contact, simulator):
    whatsapp_id = whatsapp.send_text(contact, "Buongiorno è 😀", "m1")
    (sent,) = simulator.simulation.state.sent()
    assert whatsapp_id.startswith("wamid.")
    assert sent.payload["to"] == PHONE
    assert sent.payload["text"]["body"] == "Buongiorno è 😀"
    assert sent.payload["biz_opaque_callback_data"] == CALLBACK_PREFIX + "m1"


def test_send_with_choices_shows_buttons_and_a_pressed_one_comes_back(whatsapp, contact, simulator):
    whatsapp_id = whatsapp.send_text(contact, "*Quando?*", "m1", ["Oggi", "Più tardi"])
    (sent,) = simulator.simulation.state.sent()
    assert sent.payload["type"] == "interactive"
    assert sent.payload["biz_opaque_callback_data"] == CALLBACK_PREFIX + "m1"
    assert sent.payload["interactive"] == {
        "type": "button",
        "body": {"text": "*Quando?*"},
        "action": {
            "buttons": [
                {"type": "reply", "reply": {"id": "choice-1", "title": "Oggi"}},
                {"type": "reply", "reply": {"id": "choice-2", "title": "Più tardi"}},
            ]
        },
    }
    (customer,) = simulator.simulation.state.customers()
    action = {"type": "button_reply", "message_id": whatsapp_id, "id": "choice-2"}
    pressed = requests.post(f"{simulator.url}/_control/customers/{customer.id}/messages", json=action, timeout=5)
    (message,) = pressed.json()["webhook"]["entry"][0]["changes"][0]["value"]["messages"]
    assert message["interactive"] == {
        "type": "button_reply",
        "button_reply": {"id": "choice-2", "title": "Più tardi"},
    }


def test_send_with_the_longest_text_and_titles_that_buttons_take_is_accepted(whatsapp, contact, simulator):
    whatsapp.send_text(contact, "x" * BODY_CHARACTERS, "m1", [number * TITLE_CHARACTERS for number in "123"])
    assert len(simulator.simulation.state.sent()) == 1


def test_reply_quotes_and_a_reaction_shows_on_its_message(whatsapp, contact, simulator):
    state = simulator.simulation.state
    [customer] = state.customers()
    written: dict[str, Any] = {
        "author": "customer",
        "kind": "text",
        "text": "ciao",
        "content": {},
        "sent_at": time.time(),
    }
    said = state.add_from_customer(ChatMessage(id="wamid.one", customer_id=customer.id, **written))
    whatsapp.send_text(contact, "Certo", "m1", reply_to=said.id)
    assert state.messages(customer.id)[-1].reply_to == said.id
    whatsapp.send_reaction(contact, said.id, "👍", "m2")
    assert state.message(said.id).reactions == {"business": "👍"}
    assert state.sent()[-1].callback_data == f"{CALLBACK_PREFIX}m2"
    whatsapp.send_reaction(contact, said.id, "", "m3")
    assert state.message(said.id).reactions == {}


def test_send_to_a_customer_without_a_phone_goes_by_user_id(whatsapp, contact, simulator):
    whatsapp.send_text(replace(contact, phone=None), "ciao", "m1")
    (sent,) = simulator.simulation.state.sent()
    assert sent.payload["recipient"] == USER_ID
    assert "to" not in sent.payload


def test_send_to_nobody_is_refused_before_any_post(whatsapp, contact, simulator):
    with pytest.raises(SendFailedError) as caught:
        whatsapp.send_text(replace(contact, phone=None, user_id=None), "ciao", "m1")
    assert (caught.value.remote_code, caught.value.retryable) == ("no_address", False)
    assert posts(simulator) == 0


def test_send_after_429_waits_as_long_as_it_is_told(whatsapp, contact, simulator, pauses):
    fail(simulator, "429", retry_after=3)
    whatsapp.send_text(contact, "ciao", "m1")
    assert pauses == [3]
    assert arrived(simulator) == ["ciao"]


def test_send_after_429_with_a_long_pause_leaves_it_to_the_queue(whatsapp, contact, simulator, pauses):
    fail(simulator, "429", times=9, retry_after=600)
    with pytest.raises(SendFailedError) as caught:
        whatsapp.send_text(contact, "ciao", "m1")
    assert (caught.value.remote_code, caught.value.retryable) == ("130429", True)
    assert pauses == []
    assert posts(simulator) == 1


@pytest.mark.parametrize("fault", ["500", "429_without_retry_after", "131016", "2"])
def test_send_after_5xx_or_429_is_tried_again_after_1_and_2_seconds(whatsapp, contact, simulator, pauses, fault):
    fail(simulator, fault, times=2)
    whatsapp.send_text(contact, "ciao", "m1")
    assert pauses == [1, 2]
    assert arrived(simulator) == ["ciao"]


def test_send_after_pauses_that_become_too_long_together_leaves_it_to_the_queue(
    whatsapp, contact, simulator, pauses
):
    fail(simulator, "429", times=9, retry_after=3)
    with pytest.raises(SendFailedError):
        whatsapp.send_text(contact, "ciao", "m1")
    assert pauses == [3]
    assert posts(simulator) == 2


@pytest.mark.parametrize(("fault", "reached"), [("accepted_then_504", ["ciao"]), ("504", [])])
def test_send_answered_by_a_gateway_is_unknown_and_never_tried_again(
    whatsapp, contact, simulator, pauses, fault, reached
):
    fail(simulator, fault, times=9)
    with pytest.raises(SendUnknownError) as caught:
        whatsapp.send_text(contact, "ciao", "m1")
    assert caught.value.remote_code == "http_504"
    assert (posts(simulator), pauses) == (1, [])
    assert arrived(simulator) == reached


def test_what_may_be_done_twice_is_tried_again_after_a_gateways_answer(whatsapp, simulator, pauses):
    fail(simulator, "504", times=2, endpoint="other")
    fail(simulator, "504", times=2, endpoint="upload")
    whatsapp.check_token()
    assert whatsapp.upload_media(b"%PDF-1.4", "application/pdf", "listino.pdf")
    assert pauses == [1, 2, 1, 2]


def test_send_after_three_times_5xx_is_left_to_the_queue(whatsapp, contact, simulator, pauses):
    fail(simulator, "500", times=9)
    with pytest.raises(SendFailedError) as caught:
        whatsapp.send_text(contact, "ciao", "m1")
    assert (caught.value.remote_code, caught.value.retryable) == ("131000", True)
    assert pauses == [1, 2]
    assert posts(simulator) == 3
    assert arrived(simulator) == []


@pytest.mark.parametrize(
    ("fault", "retryable"), [("131047", False), ("131026", False), ("131056", True), ("368", False)]
)
def test_send_refused_with_a_4xx_is_not_tried_again_here(whatsapp, contact, simulator, pauses, fault, retryable):
    fail(simulator, fault)
    with pytest.raises(SendFailedError) as caught:
        whatsapp.send_text(contact, "ciao", "m1")
    assert (caught.value.remote_code, caught.value.retryable) == (fault, retryable)
    assert (posts(simulator), pauses) == (1, [])


def test_send_with_a_token_that_is_refused_says_so(whatsapp, contact, simulator, pauses):
    fail(simulator, "190")
    with pytest.raises(TokenRefusedError):
        whatsapp.send_text(contact, "ciao", "m1")
    assert (posts(simulator), pauses) == (1, [])


def test_send_to_a_refused_connection_is_tried_again_then_left_to_the_queue(make, contact, pauses):
    whatsapp = make(f"http://127.0.0.1:{free_port()}")
    with pytest.raises(SendFailedError) as caught:
        whatsapp.send_text(contact, "ciao", "m1")
    assert caught.value.retryable
    assert pauses == [1, 2]


@pytest.mark.parametrize(("fault", "reached"), [("accepted_then_hang", ["ciao"]), ("hang", [])])
def test_send_without_an_answer_in_time_is_unknown_and_never_tried_again(
    make, contact, simulator, pauses, fault, reached
):
    whatsapp = make(timing=Timing(read=0.3))
    fail(simulator, fault, seconds=1)
    with pytest.raises(SendUnknownError):
        whatsapp.send_text(contact, "ciao", "m1")
    assert arrived(simulator) == reached
    assert pauses == []
    assert len(simulator.simulation.state.sent()) <= 1


@pytest.mark.parametrize(
    ("fault", "reached"), [("accepted_then_reset", ["ciao"]), ("reset", []), ("truncated_json", ["ciao"])]
)
def test_send_whose_answer_is_lost_is_unknown_and_never_tried_again(
    whatsapp, contact, simulator, pauses, fault, reached
):
    fail(simulator, fault)
    with pytest.raises(SendUnknownError):
        whatsapp.send_text(contact, "ciao", "m1")
    assert arrived(simulator) == reached
    assert pauses == []


def test_mark_read_failing_goes_no_further(whatsapp, simulator):
    whatsapp.mark_read("wamid.unknown", typing=True)
    fail(simulator, "500", times=9, endpoint="read")
    whatsapp.mark_read("wamid.unknown", typing=False)
    fail(simulator, "reset", endpoint="read")
    whatsapp.mark_read("wamid.unknown", typing=False)
    assert arrived(simulator) == []


def test_check_token_tells_a_refused_one(whatsapp, make, simulator):
    whatsapp.check_token()
    fail(simulator, "190", endpoint="other")
    with pytest.raises(TokenRefusedError):
        whatsapp.check_token()
    with pytest.raises(SendFailedError) as caught:
        make(f"http://127.0.0.1:{free_port()}").check_token()
    assert caught.value.retryable
