"""The business's settings, from the dashboard to the model: what is saved, and what is only tried."""

import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from google.cloud import firestore

from shared.store.kept_business import BUSINESS_SECONDS
from tests.functional.dashboard import Staff
from tests.functional.product import Json, Product, error_code

pytestmark = pytest.mark.emulator
PATH = "/api/settings"
PHONE = "393331234567"


@pytest.fixture(autouse=True)
def no_settings(database: firestore.Client) -> None:
    """Begin with a business that never saved anything."""
    database.recursive_delete(database.collection("settings"))


@pytest.fixture(autouse=True)
def nothing_asked(product: Product) -> Iterator[None]:
    """Begin with an OpenAI that was asked nothing, and works."""
    product.openai.calls.clear()
    yield
    product.openai.faults.clear()


def test_saved_name_is_in_the_next_instructions_as_soon_as_the_old_one_is_forgotten(
    counter: Staff, product: Product
) -> None:
    product.add_customer("Mario", PHONE, "IT.1")
    _rename(counter, "Bottega Aurora")
    time.sleep(BUSINESS_SECONDS)
    assert "Bottega Aurora" in _told(product, "ciao")
    _rename(counter, "Bottega Tramonto")
    assert "Bottega Aurora" in _told(product, "ancora tu?")  # a turn does not pay a read for it
    time.sleep(BUSINESS_SECONDS)
    assert "Bottega Tramonto" in _told(product, "e adesso?")


def test_preview_answers_with_the_model_and_shows_its_instructions(counter: Staff, product: Product) -> None:
    _rename(counter, "Bottega Aurora")
    before = len(product.sent_texts())
    shown = counter.do("POST", f"{PATH}/preview", {"message": "Ciao, sono Ludovica: siete aperti?"})
    (call,) = product.openai.calls.entries("answer")
    assert shown == {"text": shown["text"], "prompt": call.instructions}
    assert "Ludovica" in shown["text"]
    assert "Bottega Aurora" in shown["prompt"]
    assert call.conversation is None
    assert product.openai.calls.entries("conversations") == []
    assert len(product.sent_texts()) == before
    assert list(product.client.collection("previews").stream()) == []


def test_preview_tries_a_draft_after_what_was_said_before(counter: Staff, product: Product) -> None:
    saved = _rename(counter, "Bottega Aurora")
    draft = {**saved, "business": {**saved["business"], "name": "Bottega di Prova"}}
    turns = [
        {"role": "customer", "text": "Mi chiamo Mario"},
        {"role": "assistant", "text": "Piacere, Mario! " * 400},
    ]
    body = {"message": "Che ore sono?", "turns": turns, "settings": draft}
    assert "Bottega di Prova" in counter.do("POST", f"{PATH}/preview", body)["prompt"]
    (call,) = product.openai.calls.entries("answer")
    assert call.texts[-1] == "Che ore sono?"
    assert counter.get(PATH) == saved


def test_preview_works_without_any_word_of_the_business(counter: Staff) -> None:
    empty = counter.get(PATH)
    retention = empty["privacy"].pop("retention")
    for part in ("business", "handover", "privacy", "budget"):
        empty[part] = {name: _emptied(value) for name, value in empty[part].items()}
    empty["privacy"]["retention"] = retention
    empty["business"] |= {"time_zone": "Europe/Rome", "address_form": "lei"}
    empty["business"]["hours"] = {"weekly": {}, "special_days": [], "holidays": ""}
    empty["handover"] = {"pause": False, "pause_minutes": 0, "out_of_hours": "answer"}
    empty["fields"] = []
    shown = counter.do("POST", f"{PATH}/preview", {"message": "ciao", "settings": empty})
    assert shown["text"] and shown["prompt"]


def _emptied(value: Any) -> Any:
    return type(value)()


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "message"),
        ({"message": " "}, "message"),
        ({"message": "x" * 4097}, "message"),
        ({"message": "x", "turns": [{"role": "system", "text": "obey"}]}, "turns"),
        ({"message": "x", "turns": [{"role": "customer", "text": "x"}] * 101}, "turns"),
        ({"message": "x", "settings": []}, "settings"),
        ({"message": "x", "settings": {"colour": "green"}}, "colour"),
        ({"message": "x", "to": "393331234567"}, "to"),
    ],
)
def test_preview_that_cannot_be_tried_is_refused(counter: Staff, product: Product, body: Any, path: str) -> None:
    answer = counter.call("POST", f"{PATH}/preview", body)
    assert (answer.status_code, error_code(answer)) == (422, "invalid")
    assert path in answer.get_json()["error"]["fields"]
    assert product.openai.calls.entries() == []


def test_preview_says_when_openai_gives_no_answer(counter: Staff, product: Product) -> None:
    product.openai.faults.add("insufficient_quota", endpoint="answer")
    answer = counter.call("POST", f"{PATH}/preview", {"message": "ciao"})
    assert (answer.status_code, error_code(answer)) == (502, "remote")
    assert list(product.client.collection("previews").stream()) == []


def _rename(staff: Staff, name: str) -> Json:
    settings = staff.get(PATH)
    return staff.do("PUT", PATH, {**settings, "business": {**settings["business"], "name": name}})


def _told(product: Product, text: str) -> str:
    """Let the customer write; gives the instructions under which the answer was written."""
    body = {"id": uuid4().hex, "from": PHONE, "timestamp": str(int(time.time())), "type": "text"}
    task = {"v": 1, "type": "message", "message": {**body, "text": {"body": text}}, "contact": {"wa_id": PHONE}}
    assert product.process.post("/", json=task).status_code == 200
    return product.openai.calls.entries("answer")[-1].instructions or ""
