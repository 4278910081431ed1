"""A conversation that staff begin: from a number to the template on its phone."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shared.model.identifiers import Identifier
from shared.store.connection import utc_now
from tests.functional.dashboard import Staff
from tests.functional.product import Json, Product, error_code, wait_for

pytestmark = pytest.mark.emulator

PHONE = "393331234567"
BODY = {"phone": "333 123 4567", "client_message_id": "one"}
PATH = "/api/conversations"


@pytest.fixture(autouse=True)
def stranger(product: Product) -> None:
    """A telephone that never wrote to the business."""
    product.phone.simulation.state.reset()
    product.add_customer("Giulia", PHONE, "IT.1349")
    product.client.recursive_delete(product.client.collection("contacts"))
    product.client.recursive_delete(product.client.collection("identities"))


@pytest.fixture
def template(counter: Staff) -> Json:
    """A template with one value, as the account has it."""
    found = next(item for item in counter.get("/api/templates")["templates"] if len(item["parameters"]) == 3)
    values = [f"valore {number}" for number in range(3)]
    return {"name": found["name"], "language": found["language"], "parameters": {"body": values}}


def begin(counter: Staff, template: Json, **changes: Any) -> Json:
    return counter.do("POST", PATH, {**BODY, "template": template, **changes})


def accepted(product: Product, message: Json) -> None:
    def look() -> bool:
        stored = product.store.messages.get(message["id"])
        return stored is not None and stored.status == "accepted"

    wait_for("the send", look)


def contacts(product: Product) -> int:
    return len(list(product.client.collection("contacts").list_documents()))


def test_template_to_a_new_number_reaches_its_phone_and_makes_a_contact(counter, product, template):
    message = begin(counter, template, name=" Giulia  De Rossi ")
    accepted(product, message)
    assert len(product.phone.simulation.state.sent()) == 1
    shown = counter.get(f"/api/profile/{message['conversation_id']}")
    assert shown["conversation"]["name"] == "Giulia De Rossi"
    assert shown["phone"] == "+39 333 123 4567"
    acts = [(act["action"], act["conversation_id"]) for act in counter.get("/api/activity")["activity"]]
    assert ("template", message["conversation_id"]) in acts
    assert [field["value"] for field in shown["fields"][:2]] == ["Giulia", "De Rossi"]
    assert [each["id"] for each in counter.get(PATH)["conversations"]] == [message["conversation_id"]]


def test_the_answer_of_who_was_written_to_comes_into_the_same_conversation(counter, product, template):
    message = begin(counter, template)
    accepted(product, message)
    identifier = Identifier("phone", f"+{PHONE}")
    identity = product.store.identities.get_all([identifier.id])[identifier.id]
    assert identity.owner("phone", utc_now() + dt.timedelta(days=1)) == message["conversation_id"]


def test_the_same_request_again_stays_one_message_and_one_contact(counter, product, template):
    with ThreadPoolExecutor(5) as pool:
        messages = list(pool.map(lambda _: begin(counter, template, phone="+39 333-1234567"), range(5)))
    assert len({message["id"] for message in messages}) == 1
    accepted(product, messages[0])
    begin(counter, template, phone="0039 333 1234567")
    assert (contacts(product), len(product.phone.simulation.state.sent())) == (1, 1)
    other = begin(counter, template, client_message_id="two", name="Altra")
    accepted(product, other)
    assert other["conversation_id"] == messages[0]["conversation_id"]
    assert contacts(product) == 1


def test_whom_staff_blocked_or_who_said_stop_is_not_written_to(counter, product, template):
    first = begin(counter, template)
    accepted(product, first)
    contact_id = first["conversation_id"]
    for fields, code in (({"blocked": True}, "blocked"), ({"opted_out": True, "blocked": False}, "opted_out")):
        product.client.collection("contacts").document(contact_id).update(fields)
        answer = counter.call("POST", PATH, {**BODY, "template": template, "client_message_id": code})
        assert (answer.status_code, error_code(answer)) == (409, code)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"phone": "12"}, 422),
        ({"phone": "ciao"}, 422),
        ({"phone": "+39 333 1234567 8901234"}, 422),
        ({"phone": ""}, 422),
        ({"client_message_id": ""}, 422),
        ({"name": "x" * 500}, 422),
        ({"more": 1}, 422),
        ({"template": {"name": "nope", "language": "it"}}, 404),
    ],
)
def test_what_cannot_be_makes_no_contact(counter, product, template, changes, status):
    answer = counter.call("POST", PATH, {**BODY, "template": template, **changes})
    assert answer.status_code == status
    assert contacts(product) == 0


def test_template_without_its_values_makes_no_contact(counter, product, template):
    answer = counter.call("POST", PATH, {**BODY, "template": {**template, "parameters": {}}})
    assert (answer.status_code, contacts(product)) == (422, 0)
