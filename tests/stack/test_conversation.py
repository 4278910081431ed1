"""A customer, the assistant and staff, through all three functions in real processes."""

import io
import json
import zipfile
from uuid import uuid4

import pytest
import requests
from google.cloud import firestore
from werkzeug.http import parse_options_header

from local.stack.stack import Stack
from tests.stack.clients import REQUEST_SECONDS, Customer, Dashboard, Json, wait_for
from tests.turns.leftovers import documents

pytestmark = pytest.mark.stack

INTRODUCTION = (
    "Buongiorno, sono Giulia Bianchi della Falegnameria Moretti, la mia email è giulia.bianchi@example.com. "
    "Vorrei sapere gli orari."
)
KNOWN = {
    "first_name": "Giulia",
    "last_name": "Bianchi",
    "company": "Falegnameria Moretti",
    "email": "giulia.bianchi@example.com",
}


@pytest.fixture
def customer(stack: Stack) -> Customer:
    return Customer.new(stack.phone_url, "Giulia")


@pytest.fixture
def dashboard(stack: Stack) -> Dashboard:
    return Dashboard(stack.dashboard_url)


def test_introduction_in_italian_is_answered_in_italian_and_staff_see_all_four_fields(
    customer: Customer, dashboard: Dashboard
) -> None:
    customer.write(INTRODUCTION)

    [reply] = customer.wait_for_replies(1)
    profile = wait_for("the whole profile", lambda: _complete(dashboard.profile(customer)))
    conversation = dashboard.conversation(customer)

    assert "Giulia" in reply
    assert _is_italian(reply), reply
    assert profile == KNOWN
    assert conversation is not None
    assert conversation["name"] == "Giulia Bianchi"
    assert conversation["language"] == "it"
    assert reply.startswith(conversation["last_message"]["text"].removesuffix("…"))


def test_question_for_the_own_name_is_answered_with_it(customer: Customer) -> None:
    customer.write("Ciao, mi chiamo Ludovica.")
    customer.wait_for_replies(1)

    customer.write("Come mi chiamo?")

    assert "Ludovica" in customer.wait_for_replies(2)[1]


def test_same_webhook_twice_is_answered_once(stack: Stack, customer: Customer, dashboard: Dashboard) -> None:
    webhook = customer.write("Buongiorno, siete aperti domani?")
    customer.wait_for_replies(1)

    repeated = requests.post(
        f"{stack.phone_url}/_control/webhook", json={"payload": webhook}, timeout=REQUEST_SECONDS
    )
    repeated.raise_for_status()
    _wait_until_accepted(stack, repeated.json()["id"])
    # Answered after whatever the repetition may have caused, since a customer's messages go in order.
    customer.write("Grazie mille!")

    assert len(customer.wait_for_replies(2)) == 2
    conversation = dashboard.conversation(customer)
    assert conversation is not None
    messages = dashboard.get(f"/conversations/{conversation['id']}/messages")["messages"]
    assert sorted(item["text"] for item in messages if item["direction"] == "in") == [
        "Buongiorno, siete aperti domani?",
        "Grazie mille!",
    ]


def test_reset_starts_a_new_conversation(stack: Stack, customer: Customer) -> None:
    before, after = f"Vorrei il numero {uuid4().hex}", f"Vorrei il numero {uuid4().hex}"
    customer.write(before)
    customer.wait_for_replies(1)

    customer.write("/reset")
    customer.wait_for_replies(2)
    customer.write(after)
    customer.wait_for_replies(3)

    assert _conversation_with(stack, before) != _conversation_with(stack, after)


def test_message_of_staff_reaches_the_phone(customer: Customer, dashboard: Dashboard) -> None:
    customer.write("Posso parlare con una persona?")
    count = len(customer.wait_for_replies(1))
    conversation = dashboard.conversation(customer)
    assert conversation is not None

    dashboard.send("PUT", f"/conversations/{conversation['id']}/messages/{uuid4()}", {"text": "Eccomi, sono Anna."})

    assert customer.wait_for_replies(count + 1)[-1] == "Eccomi, sono Anna."


def test_staff_open_a_file_whose_name_is_beyond_latin(customer: Customer, dashboard: Dashboard) -> None:
    name = "L\u2019ordine 発注書 😀.pdf"
    customer.send_file("document", name, b"%PDF-1.4 not much", "application/pdf")
    conversation = wait_for("the conversation", lambda: dashboard.conversation(customer))

    def url() -> str | None:
        messages = dashboard.get(f"/conversations/{conversation['id']}/messages")["messages"]
        files = [item["media"] for item in messages if item["media"]]
        return files[0]["url"] if files and files[0]["state"] == "stored" else None

    answer = dashboard.open(wait_for("the file", url))

    assert (answer.status_code, answer.content) == (200, b"%PDF-1.4 not much")
    _, options = parse_options_header(answer.headers["Content-Disposition"])
    assert options["filename"] == name


def test_function_that_was_killed_answers_after_its_restart(stack: Stack, customer: Customer) -> None:
    stack.kill("process")
    customer.write("Ciao, ci siete?")

    stack.start("process")

    assert len(customer.wait_for_replies(1)) == 1


def _complete(profile: dict[str, str | None]) -> dict[str, str | None] | None:
    return profile if profile and all(profile.values()) else None


def _is_italian(text: str) -> bool:
    words = {word.strip(".,!?:;").lower() for word in text.split()}
    return (
        len(words & {"di", "il", "la", "e", "per", "sono", "piacere", "ciao", "buongiorno", "grazie", "come"}) >= 2
    )


def _wait_until_accepted(stack: Stack, number: int) -> None:
    def look() -> bool:
        answer = requests.get(f"{stack.phone_url}/_control/webhooks", timeout=REQUEST_SECONDS)
        return any(item["id"] == number and item["http_status"] == 200 for item in answer.json()["webhooks"])

    wait_for("the webhook's 200", look)


def _conversation_with(stack: Stack, text: str) -> str:
    """Return the id of OpenAI's conversation in which a text was said."""
    answer = requests.get(f"{stack.openai_url}/_control/conversations", timeout=REQUEST_SECONDS)
    [found] = {
        conversation["id"]
        for conversation in answer.json()["conversations"]
        if any(text in item["text"] for item in conversation["items"])
    }
    return str(found)


def test_customer_is_exported_and_then_erased_from_every_place(
    stack: Stack, customer: Customer, dashboard: Dashboard, firestore_host: str
) -> None:
    # Others who write to the same stack are Giulia Bianchi, too.
    introduction = INTRODUCTION.replace("Moretti", "Zanotto").replace("giulia.bianchi", "lena.zanotto")
    customer.write(introduction)
    wait_for("the whole profile", lambda: _complete(dashboard.profile(customer)))
    customer.send_file("document", "Preventivo-Zanotto.pdf", b"%PDF-1.4 Zanotto", "application/pdf")
    customer.wait_for_replies(2)
    conversation = dashboard.conversation(customer)
    assert conversation is not None
    path = f"/api/contacts/{conversation['id']}"

    archive = wait_for("the export", lambda: _export(dashboard, f"{path}/export"))
    begun = dashboard.send("DELETE", path.removeprefix("/api"), {"confirm": "Giulia Bianchi"})
    receipt = wait_for("the receipt", lambda: _done(dashboard.get(f"/erasures/{begun['erasure']}")))

    assert introduction in json.loads(archive.read("data.json"))["messages"][0]["text"]
    assert b"%PDF-1.4 Zanotto" in [archive.read(name) for name in archive.namelist()]
    assert receipt["erased"]["messages"] >= 4 and receipt["erased"]["conversations"] == 1
    client = firestore.Client(project=stack.env["GOOGLE_CLOUD_PROJECT"])
    stored = str(documents(client)) + requests.get(f"{stack.openai_url}/_control/conversations", timeout=20).text
    logged = "".join(log.read_text(encoding="utf-8") for log in stack.logs.glob("process*"))
    client.close()
    assert logged
    for word in (customer.phone, "Zanotto", "lena.zanotto"):
        assert word not in stored and word not in logged
    assert dashboard.conversation(customer) is None


def _export(dashboard: Dashboard, path: str) -> zipfile.ZipFile | None:
    answer = dashboard.open(path)
    assert answer.status_code in (200, 202)
    return zipfile.ZipFile(io.BytesIO(answer.content)) if answer.status_code == 200 else None


def _done(receipt: Json) -> Json | None:
    return receipt if receipt["state"] == "done" else None
