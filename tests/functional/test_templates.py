"""Templates from the account's list to the customer's phone."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from functions.dashboard_api.templates import KEEP_OLD_SECONDS, KEEP_SECONDS, PAUSE_SECONDS, keep_templates
from local.phone_simulator.records import ChatMessage, SentMessage
from shared import settings
from shared.errors import SendFailedError
from shared.kept import Kept
from shared.model.contact import Contact
from shared.store.connection import utc_now
from shared.whatsapp.client import WhatsApp
from shared.whatsapp.templates import Template
from tests.functional.dashboard import Staff, add_contact
from tests.functional.product import Json, Product, build, error_code, wait_for
from tests.turns.world import make_settings

pytestmark = pytest.mark.emulator

PHONE = "393331234567"
APPOINTMENT = {
    "client_message_id": "one",
    "name": "conferma_appuntamento",
    "language": "it",
    "parameters": {"body": ["Giulia", "venerdì 4", "15:30"]},
}
FILLED = "Ciao Giulia, ti aspettiamo *venerdì 4* alle *15:30*."


@pytest.fixture
def contact(product: Product) -> Contact:
    """A customer who has not written for two days."""
    product.phone.simulation.state.reset()
    product.add_customer("Giulia", PHONE, "IT.1349")
    customer = product.phone.simulation.state.find_customer(PHONE)
    assert customer is not None
    product.phone.simulation.state.update_customer(customer.id, last_message_at=None)
    return add_contact(product.store, phone=f"+{PHONE}", window_closes_at=utc_now() - dt.timedelta(days=1))


def send(counter: Staff, contact: Contact, **changes: Any) -> Json:
    return counter.do("POST", f"/api/conversations/{contact.id}/template", {**APPOINTMENT, **changes})


def refusal(counter: Staff, contact: Contact, **changes: Any) -> tuple[int, str, list[str]]:
    answer = counter.call("POST", f"/api/conversations/{contact.id}/template", {**APPOINTMENT, **changes})
    return answer.status_code, error_code(answer), sorted(answer.get_json()["error"].get("fields", {}))


def sent(product: Product) -> list[SentMessage]:
    return product.phone.simulation.state.sent()


def bubbles(product: Product) -> list[ChatMessage]:
    customer = product.phone.simulation.state.find_customer(PHONE)
    assert customer is not None
    return product.phone.simulation.state.messages(customer.id)


def accepted(product: Product, message: Json) -> Any:
    def look() -> Any:
        stored = product.store.messages.get(message["id"])
        return stored if stored and stored.status == "accepted" else None

    return wait_for("the send", look)


def test_list_offers_approved_templates_with_what_has_to_be_filled_in(counter: Staff) -> None:
    listed = {item["name"]: item for item in counter.get("/api/templates")["templates"]}
    assert set(listed) == {"hello_world", "riprendi_conversazione", "conferma_appuntamento", "order_update"}
    assert listed["conferma_appuntamento"] == {
        "name": "conferma_appuntamento",
        "language": "it",
        "category": "UTILITY",
        "header": "Appuntamento",
        "body": "Ciao {{1}}, ti aspettiamo *{{2}}* alle *{{3}}*.",
        "footer": "Rispondi STOP per non ricevere altri messaggi",
        "buttons": ["Confermo", "Devo spostare"],
        "parameters": [
            {"name": "1", "component": "body", "example": "Giulia"},
            {"name": "2", "component": "body", "example": "venerdì 4"},
            {"name": "3", "component": "body", "example": "15:30"},
        ],
    }
    assert [item["name"] for item in listed["order_update"]["parameters"]] == ["first_name", "order_number"]


def test_template_reaches_the_phone_outside_the_window(counter: Staff, product: Product, contact: Contact) -> None:
    message = send(counter, contact)
    assert (message["kind"], message["text"], message["template"]) == ("template", FILLED, "conferma_appuntamento")
    assert (message["author"], message["status"]) == ("staff", "queued")
    assert message["choices"] == ["Confermo", "Devo spostare"]
    stored = accepted(product, message)
    (bubble,) = bubbles(product)
    assert (bubble.text, stored.whatsapp_id) == (FILLED, bubble.id)
    assert bubble.content["header"] == "Appuntamento"
    shown = counter.get(f"/api/profile/{contact.id}")["conversation"]["last_message"]
    assert (shown["kind"], shown["text"]) == ("template", FILLED)


def test_template_with_named_parameters_reaches_the_phone(
    counter: Staff, product: Product, contact: Contact
) -> None:
    parameters = {"body": {"order_number": "A-7", "first_name": "Anna"}}
    message = send(counter, contact, name="order_update", language="en", parameters=parameters)
    accepted(product, message)
    assert [bubble.text for bubble in bubbles(product)] == ["Hi Anna, your order A-7 is ready for collection."]


def test_template_sent_twice_under_one_id_arrives_once(counter: Staff, product: Product, contact: Contact) -> None:
    first = send(counter, contact)
    accepted(product, first)
    again = send(counter, contact, parameters={"body": ["x", "y", "z"]})
    withdrawn = send(counter, contact, name="not_offered_any_more")
    assert (again["id"], again["text"]) == (withdrawn["id"], withdrawn["text"]) == (first["id"], FILLED)
    following = send(counter, contact, client_message_id="two")
    accepted(product, following)
    assert len(sent(product)) == 2


def test_template_to_a_customer_without_a_phone_goes_by_user_id(counter: Staff, product: Product) -> None:
    product.phone.simulation.state.reset()
    product.phone.simulation.state.add_customer("Ugo", phone=None, user_id="IT.77", username="ugo", auto_read=False)
    contact = add_contact(product.store, user_id="IT.77", window_closes_at=None)
    accepted(product, send(counter, contact))
    assert [one.payload["recipient"] for one in sent(product)] == ["IT.77"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"parameters": {"body": ["Giulia", "venerdì"]}}, (422, "invalid", ["body.3"])),
        ({"parameters": {}}, (422, "invalid", ["body.1", "body.2", "body.3"])),
        ({"parameters": {"body": ["a", "b", "c", "d"]}}, (422, "invalid", ["body.4"])),
        ({"parameters": {"body": ["a\nb", "b", " "]}}, (422, "invalid", ["body.1", "body.3"])),
        ({"parameters": {"body": ["a", "b", 7]}}, (422, "invalid", ["parameters"])),
        ({"parameters": {"footer": ["a"]}}, (422, "invalid", ["parameters"])),
        ({"parameters": "odd"}, (422, "invalid", ["parameters"])),
        ({"client_message_id": ""}, (422, "invalid", ["client_message_id"])),
        ({"client_message_id": "x" * 129}, (422, "invalid", ["client_message_id"])),
        ({"name": None}, (422, "invalid", ["name"])),
        ({"to": "+39"}, (422, "invalid", ["to"])),
        ({"name": "nobody_knows_it"}, (404, "not_found", [])),
        ({"language": "en"}, (404, "not_found", [])),
        ({"name": "promo_primavera"}, (404, "not_found", [])),
    ],
    ids=repr,
)
def test_template_that_is_wrong_is_refused_and_nothing_is_stored(
    counter: Staff, product: Product, contact: Contact, changes: Any, expected: Any
) -> None:
    assert refusal(counter, contact, **changes) == expected
    assert counter.get(f"/api/conversations/{contact.id}/messages")["messages"] == []
    assert sent(product) == []


def test_template_to_a_customer_who_opted_out_is_a_conflict(counter: Staff, product: Product) -> None:
    contact = add_contact(product.store, phone=f"+{PHONE}", opted_out=True)
    assert refusal(counter, contact) == (409, "opted_out", [])
    assert counter.get(f"/api/conversations/{contact.id}/messages")["messages"] == []


def test_template_to_nobody_is_not_found(counter: Staff) -> None:
    answer = counter.call("POST", f"/api/conversations/{'0' * 32}/template", APPOINTMENT)
    assert (answer.status_code, error_code(answer)) == (404, "not_found")


def test_template_that_whatsapp_refuses_is_explained(counter: Staff, product: Product, contact: Contact) -> None:
    product.phone.simulation.faults.change({"graph": {"fault": "132001", "endpoint": "messages", "times": 1}})
    message = send(counter, contact)

    def failed() -> Any:
        stored = product.store.messages.get(message["id"])
        return stored if stored and stored.status == "failed" else None

    error = wait_for("the refusal", failed).error
    assert error.code == "132001"
    assert "does not know this template" in error.message


@pytest.fixture
def unasked(counter: Staff) -> Staff:
    """The same function in a process that has not asked for the templates yet."""
    return Staff.sign_in(build("dashboard_api").test_client(use_cookies=False))


def test_list_that_whatsapp_does_not_tell_is_a_bad_gateway(
    unasked: Staff, product: Product, contact: Contact
) -> None:
    product.phone.simulation.faults.change({"graph": {"fault": "10", "endpoint": "other", "times": 2}})
    answer = unasked.call("GET", "/api/templates")
    assert (answer.status_code, error_code(answer)) == (502, "send_failed")
    assert refusal(unasked, contact) == (502, "send_failed", [])
    assert unasked.get("/api/templates")["templates"]


@pytest.fixture
def without_account(counter: Staff, environment: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """The dashboard without WHATSAPP_ACCOUNT_ID."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("WHATSAPP_ACCOUNT_ID")
        settings.load.cache_clear()
        yield build("dashboard_api").test_client(use_cookies=False)
    settings.load.cache_clear()


def test_list_without_an_account_says_what_is_missing(without_account: FlaskClient, contact: Contact) -> None:
    staff = Staff.sign_in(without_account)
    assert staff.get("/api/templates") == {"templates": [], "hint": "WHATSAPP_ACCOUNT_ID is not set"}
    assert refusal(staff, contact) == (404, "not_found", [])


class Account:
    """An account whose answers and time a test decides."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.asked = 0
        self.fails = False
        self.names = ["a"]

    def fetch(self) -> list[Json]:
        self.asked += 1
        if self.fails:
            raise SendFailedError("away", remote_code="2", retryable=True)
        body = {"type": "BODY", "text": "Ciao"}
        return [{"name": name, "language": "it", "status": "APPROVED", "components": [body]} for name in self.names]


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.fixture
def kept(account: Account) -> Kept[list[Template]]:
    return keep_templates(account.fetch, lambda: account.time)


def names(kept: Kept[list[Template]]) -> list[str]:
    return [template.name for template in kept()]


def test_list_is_asked_for_once_in_five_minutes(account: Account, kept: Kept[list[Template]]) -> None:
    assert names(kept) == ["a"]
    account.names = ["c", "b"]
    account.time += KEEP_SECONDS - 1
    assert (names(kept), account.asked) == (["a"], 1)
    account.time += 1
    assert (names(kept), account.asked) == (["b", "c"], 2)


def test_list_that_cannot_be_refreshed_is_served_for_an_hour(account: Account, kept: Kept[list[Template]]) -> None:
    names(kept)
    account.fails = True
    account.time += KEEP_SECONDS
    assert (names(kept), names(kept), account.asked) == (["a"], ["a"], 2)
    account.time += PAUSE_SECONDS
    assert (names(kept), account.asked) == (["a"], 3)
    account.time += KEEP_OLD_SECONDS
    with pytest.raises(SendFailedError):
        names(kept)
    account.fails = False
    assert names(kept) == ["a"]


def test_list_is_asked_for_again_after_a_first_failure(account: Account, kept: Kept[list[Template]]) -> None:
    account.fails = True
    with pytest.raises(SendFailedError):
        names(kept)
    account.fails = False
    assert names(kept) == ["a"]


@pytest.fixture
def whatsapp(product: Product) -> Iterator[WhatsApp]:
    values = {"graph_api_url": product.phone.url, "whatsapp_account_id": product.phone.settings.account_id}
    client = WhatsApp(make_settings("project", **values))
    yield client
    client.close()


def test_list_of_several_pages_is_read_to_its_end(whatsapp: WhatsApp, product: Product) -> None:
    whole = whatsapp.list_templates()
    before = len(product.phone.simulation.calls)
    assert whatsapp.list_templates(page_size=1) == whole
    assert len(product.phone.simulation.calls) - before == len(whole) == 4


def test_list_without_end_is_cut(whatsapp: WhatsApp) -> None:
    assert len(whatsapp.list_templates(page_size=1, max_pages=2)) == 2
