"""The phone simulator's page: a person writes, sees the answer, attaches, taps and breaks things."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.local.phone_simulator_world import World, running_world

pytestmark = pytest.mark.browser


@pytest.fixture
def world(page: Page) -> Iterator[World]:
    with running_world() as running:
        page.goto(running.url)
        yield running
        page.goto("about:blank")  # a page that polls a stopped simulator would report errors


def test_phone_page_text_and_answer_are_shown_and_read(page: Page, world: World) -> None:
    page.get_by_test_id("new-customer").click()
    phone = page.get_by_test_id("phone")
    phone.get_by_test_id("composer").fill("Siete aperti?")
    phone.get_by_test_id("send").click()
    mine = phone.get_by_test_id("bubble-out")
    expect(mine).to_contain_text("Siete aperti?")
    expect(mine).to_have_attribute("data-ticks", "delivered")
    message = world.receiver.wait_for_message("text")
    receipt = {"status": "read", "message_id": message["id"], "typing_indicator": {"type": "text"}}
    world.graph("messages", {"messaging_product": "whatsapp", **receipt})
    expect(phone.get_by_test_id("typing")).to_be_visible()
    expect(mine).to_have_attribute("data-ticks", "read")
    world.send(to=message["from"], text={"body": "Sì, *fino alle 19*"})
    answer = phone.get_by_test_id("bubble-in")
    expect(answer.locator("strong")).to_have_text("fino alle 19")
    expect(phone.get_by_test_id("typing")).to_have_count(0)
    assert world.receiver.wait_for_statuses(3)[-1]["status"] == "read"


def test_phone_page_hostile_text_stays_text(page: Page, world: World) -> None:
    world.act(world.customer(), text="<img src=x onerror=alert(1)> <script>alert(1)</script>")
    bubble = page.get_by_test_id("bubble-out")
    expect(bubble).to_contain_text("<img src=x onerror=alert(1)> <script>alert(1)</script>")
    expect(bubble.locator("img, script")).to_have_count(0)


def test_phone_page_chosen_file_is_sent_with_the_text_as_caption(page: Page, world: World) -> None:
    page.get_by_test_id("new-customer").click()
    page.get_by_test_id("composer").fill("Ecco la fattura")
    page.get_by_test_id("attach").click()
    file = {"name": "fattura.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}
    page.get_by_test_id("attach-document-file").set_input_files(file)  # type: ignore[arg-type]
    expect(page.get_by_test_id("bubble-out")).to_contain_text("fattura.pdf")
    document = world.receiver.wait_for_message("document")["document"]
    assert (document["filename"], document["caption"]) == ("fattura.pdf", "Ecco la fattura")


def test_phone_page_reply_edit_react_and_delete_reach_the_webhook(page: Page, world: World) -> None:
    customer = world.writing_customer()
    world.send(customer, text={"body": "A che ora?"})
    theirs, mine = page.get_by_test_id("bubble-in"), page.get_by_test_id("bubble-out")
    theirs.click(button="right")
    page.get_by_test_id("reply").click()
    page.get_by_test_id("composer").fill("Alle otto")
    page.get_by_test_id("composer").press("Enter")
    expect(mine.last).to_contain_text("Alle otto")
    reply = world.wait(lambda: next((item for item in world.receiver.messages() if "context" in item), None))
    assert reply["context"]["id"] == theirs.get_attribute("data-message-id")
    mine.last.click(button="right")
    page.get_by_test_id("edit").click()
    page.get_by_test_id("composer").fill("Alle nove")
    page.get_by_test_id("send").click()
    expect(mine.last).to_contain_text("Alle nove")
    assert world.receiver.wait_for_message("edit")["edit"]["message"]["text"]["body"] == "Alle nove"
    theirs.click(button="right")
    page.get_by_test_id("react").first.click()
    expect(theirs.get_by_test_id("reactions")).to_have_text("👍")
    theirs.click(button="right")
    page.get_by_test_id("react").first.click()
    expect(theirs.get_by_test_id("reactions")).to_have_count(0)
    world.wait(lambda: _emojis(world) == ["👍", None])
    mine.last.click(button="right")
    page.get_by_test_id("edit-unsupported").click()
    page.get_by_test_id("composer").fill("Alle dieci")
    page.get_by_test_id("send").click()
    expect(mine.last).to_contain_text("Alle dieci")
    assert world.receiver.wait_for_message("unsupported")["unsupported"]["type"] == "edit"
    mine.last.click(button="right")
    page.get_by_test_id("delete").click()
    expect(mine.last).to_contain_text("You deleted this message")
    world.receiver.wait_for_message("revoke")


def test_phone_page_button_and_list_are_tapped(page: Page, world: World) -> None:
    customer = world.writing_customer()
    button = {"type": "reply", "reply": {"id": "b1", "title": "Conferma"}}
    body = {"type": "button", "body": {"text": "Va bene?"}, "action": {"buttons": [button]}}
    world.send(customer, type="interactive", interactive=body)
    page.get_by_test_id("reply-button").click()
    assert world.receiver.wait_for_message("interactive")["interactive"]["button_reply"]["id"] == "b1"
    world.receiver.clear()
    action = {"button": "Scegli", "sections": [{"rows": [{"id": "r1", "title": "Mattina"}]}]}
    world.send(
        customer, type="interactive", interactive={"type": "list", "body": {"text": "Quando?"}, "action": action}
    )
    page.get_by_test_id("list-button").click()
    page.get_by_test_id("list-row").click()
    assert world.receiver.wait_for_message("interactive")["interactive"]["list_reply"]["id"] == "r1"


def test_phone_page_locked_phone_leaves_messages_unread(page: Page, world: World) -> None:
    customer = world.writing_customer()
    page.get_by_test_id("lock").click()
    expect(page.get_by_test_id("lock-screen")).to_be_visible()
    world.wait(lambda: not world.get("/_control/webhooks")["pending"])
    world.wait(lambda: not world.get("/_control/customers")["customers"][0]["open"])
    world.send(customer, text={"body": "Buonasera"})
    expect(page.get_by_test_id("lock-screen")).to_contain_text("1 new message")
    assert [item["status"] for item in world.receiver.statuses()] == ["sent", "delivered"]
    page.get_by_test_id("lock-screen").click()
    assert world.receiver.wait_for_statuses(3)[-1]["status"] == "read"


def test_phone_page_faults_are_switched_on_and_cleared(page: Page, world: World) -> None:
    page.get_by_test_id("faults-toggle").click()
    page.get_by_test_id("graph-fault").select_option("429")
    page.get_by_test_id("graph-add").click()
    page.get_by_test_id("fault-drop_statuses").check()
    page.get_by_test_id("fault-webhook_duplicate").fill("1")
    expect(page.get_by_test_id("faults-toggle")).to_contain_text("(3)")
    faults = world.get("/_control/faults")
    assert (faults["drop_statuses"], faults["webhook_duplicate"]) == (True, 1)
    assert faults["graph"][0]["fault"] == "429"
    page.get_by_test_id("clear-faults").click()
    expect(page.get_by_test_id("faults-toggle")).not_to_contain_text("(")


def test_phone_page_customer_without_number_stands_beside_the_others(page: Page, world: World) -> None:
    page.get_by_test_id("new-customer").click()
    page.get_by_test_id("new-customer-options").click()
    page.get_by_test_id("new-customer-no-number").click()
    expect(page.get_by_test_id("phone")).to_have_count(2)
    expect(page.get_by_test_id("phone").nth(1)).to_contain_text("no number")
    assert [bool(item["phone"]) for item in world.get("/_control/customers")["customers"]] == [True, False]


def _emojis(world: World) -> list[str | None]:
    """What the webhook heard of reactions, None where one was taken back."""
    return [item["reaction"].get("emoji") for item in world.receiver.messages() if item["type"] == "reaction"]
